"""Following a run by the ids of its events: what has moved since the last look. Blocking; for a thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from esc_tui.bank.episode_search import RunFigures, run_figures, talks_moved
from esc_tui.bank.episodes import EpisodeRow, episodes_changed
from esc_tui.bank.runs import RunRow, find_run
from esc_tui.domain.labels import SEALED_SHELVES

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader

LOOK_SECONDS = 0.2
"""Between two looks at a run under way."""
CALM_LOOKS = 5
"""Of so many looks one is made while nobody carries the run out: it may be begun elsewhere."""
MANY = 2000
"""From so many episodes on the figures are counted at most once a second."""


@dataclass(frozen=True, slots=True)
class Look:
    """A run as it stands: the episodes that moved since the look before, and the last event seen.

    ``turned`` when the run itself changed its state: everything is to be read anew.
    """

    run: RunRow
    figures: RunFigures
    rows: tuple[EpisodeRow, ...] = ()
    talks: frozenset[str] = frozenset()
    last: int = 0
    turned: bool = False


def with_retired(bank: BankReader, rows: Sequence[EpisodeRow]) -> list[EpisodeRow]:
    """The rows as lists may show them, with shelf ``retired`` where a sealed profile is sealed no more."""
    if not any(row.shelf in SEALED_SHELVES for row in rows):
        return list(rows)
    from esc_tui.simulate.profiles import is_sealed, retired_ids, rows_to_show

    retired = retired_ids(bank)
    return [replace(row, shelf="retired") if row.shelf in SEALED_SHELVES and not is_sealed(row, retired) else row
            for row in rows_to_show(bank, rows)]


def look_at(bank: BankReader, before: Look, count: bool = True) -> Look:
    """One look. ``count`` False keeps the figures of before. Raises UserError when the run was removed meanwhile."""
    connection = bank.connection
    run = find_run(connection, before.run.number)
    talks, last = talks_moved(connection, before.last)
    rows = tuple(with_retired(bank, episodes_changed(connection, run.number, talks))) if talks else ()
    turned = (run.state, run.alive) != (before.run.state, before.run.alive)
    figures = before.figures
    if turned or (rows and count):
        figures = run_figures(connection, [run.number]).get(run.number, RunFigures())
    return Look(run, figures, rows, frozenset(row.conversation for row in rows), last, turned)


class Pace:
    """How long a run still takes, from what was finished since it was first looked at; before that from its forecast."""

    def __init__(self, now: float, finished: int) -> None:
        self.began, self.first = now, finished

    def left(self, look: Look, now: float) -> float | None:
        """Seconds, or None when nobody is at it."""
        if not look.run.alive or look.run.state == "paused":
            return None
        rest = look.run.episodes - look.figures.finished
        here = look.figures.finished - self.first
        if here >= 3 and now > self.began:
            return (now - self.began) / here * rest
        expected = float(look.run.forecast.get("seconds") or 0.0)
        return expected * rest / max(1, look.run.episodes) if expected else None
