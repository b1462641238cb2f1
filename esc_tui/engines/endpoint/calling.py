"""What a call is made for: the simulated talk it belongs to, with its seed, the answers kept from before, and the counts of a run.

A live talk has no scope: its calls carry no seed, keep nothing, and stream. A run sets one around each episode.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esc_tui.engines.endpoint.caching import AnswerCache

BYTES_A_TOKEN = 4
"""Bytes of UTF-8 counted as one token where a server does not tell how many it used."""


@dataclass(slots=True)
class CallCounter:
    """What was spent: requests sent (those that failed too), tokens in and out, and answers that needed no request.

    ``estimated`` tokens are those counted from the length of the texts, because the server told none; part of ``tokens``.
    """

    calls: int = 0
    failed: int = 0
    tokens: int = 0
    estimated: int = 0
    kept: int = 0

    def sent(self) -> None:
        """A request goes out."""
        self.calls += 1

    def ended(self, told: int, length: int, *, failed: bool) -> None:
        """A request has ended: tokens as the server told them (0 when it did not), else by ``length`` in bytes."""
        self.failed += failed
        guessed = 0 if told or failed else max(1, length // BYTES_A_TOKEN)
        self.tokens += told or guessed
        self.estimated += guessed


def _nobody() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class CallScope:
    """The scope of one simulated talk.

    ``talk`` keeps the notes of talks apart that say the same. ``seed`` goes with every request where the server takes one.
    ``replicate`` tells apart what is to be drawn anew although all else is the same. ``watched`` says whether somebody looks on: only
    then are answers streamed.
    """

    talk: str
    seed: int | None = None
    replicate: str = ""
    cache: AnswerCache | None = None
    counter: CallCounter | None = None
    watched: Callable[[], bool] = _nobody


SCOPE: ContextVar[CallScope | None] = ContextVar("esc_tui_call_scope", default=None)
"""The scope of the task at work; tasks it starts inherit it."""


def seed_of(*parts: object) -> int:
    """A seed of 31 bits from numbers and names, the same everywhere."""
    text = "/".join(map(str, parts))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1
