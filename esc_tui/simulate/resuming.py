"""What is left of a run: episodes that wait, and those broken off, with their stored events up to the last whole step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.bank.episodes import EpisodeRow, drop_events, drop_unbegun, episode_rows
from esc_tui.bank.runs import RunRow
from esc_tui.bank.talks import read_events
from esc_tui.simulate.episode import whole_steps
from esc_tui.simulate.planning import RunSettings, slot_of
from esc_tui.simulate.worker import Task, whole

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank


@dataclass(frozen=True, slots=True)
class Left:
    """Tasks in the order of the run, their rows by number, and the profiles they need by hash, as JSON."""

    tasks: list[Task]
    rows: dict[int, EpisodeRow]
    profiles: dict[str, str]


def unfinished_tasks(bank: Bank, run: RunRow, settings: RunSettings, slots: frozenset[int] | None = None) -> Left:
    """Everything that is not finished, or of some slots alone. Of a broken step what was stored is dropped from the bank: it is played
    again.
    """
    connection = bank.writing
    rows = {row.number: row for row in episode_rows(connection, run.number)
            if row.state != "finished" and (slots is None or slot_of(row.number, settings) in slots)}
    drop_unbegun(connection, [row.conversation for row in rows.values() if row.state == "waiting"])
    tasks: list[Task] = []
    for row in rows.values():
        past: tuple[str, ...] = ()
        if row.state == "running":
            kept, dropped = whole_steps(read_events(connection, row.conversation, 0))
            if dropped:
                drop_events(connection, row.conversation, dropped)
            past = whole(kept)
        slot = slot_of(row.number, settings)
        tasks.append(Task(slot, row.number, row.conversation, row.profile_hash, row.arm, row.repeat, row.seed, past))
    profiles = {key: str(connection.value("SELECT content FROM played_profiles WHERE hash = ?", (key,)))
                for key in {row.profile_hash for row in rows.values()}}
    return Left(tasks, rows, profiles)
