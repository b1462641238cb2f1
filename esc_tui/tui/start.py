"""What the program is started with and what it knows before anything heavy is loaded: plain values, standard library only."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Head:
    """What the header says of the bank. ``name`` is the file's stem; ``revision`` 0 while unknown."""

    name: str = ""
    revision: int = 0
    short_hash: str = ""
    active_skills: int = 0
    view_only: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """The wishes of the command line and the settings, already joined.

    ``pane`` is the pane to open on (empty: the one used last, Chat at first); ``revision`` 0 means the newest one.
    """

    bank: Path
    pane: str = ""
    engine: str = "embedded"
    endpoint: str = ""
    model: str = ""
    mode: str = "all-in-one"
    seed: int | None = None
    bank_used: bool = True
    revision: int = 0
    theme: str = "dark"
    first_run: bool = False
    notices: tuple[str, ...] = field(default=())
