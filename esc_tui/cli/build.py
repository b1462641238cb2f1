"""``esc-tui bank build``: compile the starter sources into the template."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from esc_tui.cli.common import Exit, put, say
from esc_tui.domain.errors import WrongUseError

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.starter.sources import Sources


def build(output: str, check_only: bool) -> int:
    """Read and check the sources and write the template; prints both hashes."""
    from esc_tui.settings.locator import BANK_NAME, assets_folder
    from esc_tui.starter.build import build_starter
    from esc_tui.starter.sources import read_sources

    sources = read_sources()
    say(f"{len(sources.skills)} skills, {len(sources.dialogues)} dialogues, {len(sources.units)} units, "
        f"{len(sources.profiles)} seekers: all valid.")
    if check_only:
        return Exit.DONE
    path = Path(output) if output else assets_folder(building=True) / BANK_NAME
    if output and path.exists():
        _must_be_a_template(path)
    for digest in build_starter(path, sources, _planner_of(sources)):
        put(digest)
    say(f"Wrote {path}")
    return Exit.DONE


def _planner_of(sources: Sources) -> Callable[[BankConnection], object]:
    """Train the planner the template carries, on the sample dialogues alone; what is given back stores it."""
    from esc_tui.discover.planner import train_and_measure
    from esc_tui.discover.planner.keeping import dialogues_with_strategies, keep_planner
    from esc_tui.starter.sources import FIXED_TIME

    dialogues = dialogues_with_strategies(sorted(sources.dialogues, key=lambda dialogue: dialogue.id))
    planner, scores = train_and_measure(dialogues, seed=0)
    return lambda connection: keep_planner(connection, planner, dialogues, scores, 0, FIXED_TIME)


def _must_be_a_template(path: Path) -> None:
    """Refuse to build over anything but an untouched template. Raises UserError."""
    from esc_tui.bank.bank import open_bank

    with open_bank(path, readonly=True) as there:
        if there.head_number > 1 or there.meta("template") or there.conversations(limit=1):
            raise WrongUseError("this is a bank that somebody works with", str(path), "choose another name with --output")
