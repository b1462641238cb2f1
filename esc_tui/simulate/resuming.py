"""What is left of a run: episodes that wait, those broken off, with their stored events up to the last whole step, and failed ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.bank.episodes import EpisodeRow, append_run_events, drop_events, drop_unbegun, episode_rows, prepared
from esc_tui.bank.runs import RunRow, must_be_free, open_again
from esc_tui.bank.talks import read_events
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import UserError
from esc_tui.domain.events import EpisodeRetried
from esc_tui.simulate.episode import whole_steps
from esc_tui.simulate.masking import masks_of
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


def try_failed_again(bank: Bank, run: RunRow) -> int:
    """Open the failed episodes of a run again, each with an event that says so; returns how many. The run can be carried out then.

    Raises UserError when a process is at the run, it was cancelled or imported, or none of its episodes failed.
    """
    connection = bank.writing
    if run.kind != "simulated" or run.state == "cancelled":
        raise UserError(f"run {run.number} was {'cancelled' if run.state == 'cancelled' else 'imported'}; nothing of it is tried again",
                        "--failed", "start a new run")
    must_be_free(connection, run)
    failed = [row for row in episode_rows(connection, run.number) if row.outcome == "failed"]
    if not failed:
        raise UserError(f"no episode of run {run.number} failed", "--failed", "leave it out")
    events = [prepared(EpisodeRetried(
        conversation_id=row.conversation, turn=row.turns, time=now_iso(), reason=row.reason, attempt=2 + int(connection.value(
            "SELECT count(*) FROM events WHERE conversation = ? AND kind = 'episode_retried'", (row.conversation,))))) for row in failed]
    with connection.transaction(durable=True):
        open_again(connection, run.number, "failed episodes are to be tried again")
        append_run_events(connection, run.number, events)
    return len(failed)


def unfinished_tasks(bank: Bank, run: RunRow, settings: RunSettings, slots: frozenset[int] | None = None) -> Left:
    """Everything that is not finished, or of some slots alone. Of a broken step what was stored is dropped from the bank: it is played
    again.
    """
    connection = bank.writing
    rows = {row.number: row for row in episode_rows(connection, run.number)
            if row.state != "finished" and (slots is None or slot_of(row.number, settings) in slots)}
    masks = masks_of(run)
    drop_unbegun(connection, [row.conversation for row in rows.values() if row.state == "waiting"])
    tasks: list[Task] = []
    for row in rows.values():
        past: tuple[str, ...] = ()
        attempt = 1
        if row.state == "running":
            kept, dropped = whole_steps(read_events(connection, row.conversation, 0))
            if dropped:
                drop_events(connection, row.conversation, dropped)
            past = whole(kept)
            attempt += sum(event.kind == "episode_retried" for event in kept)
        slot = slot_of(row.number, settings)
        tasks.append(Task(slot, row.number, row.conversation, row.profile_hash, row.arm, row.repeat, row.seed, past, attempt,
                          masks.of(row.number) if masks is not None else ()))
    profiles = {key: str(connection.value("SELECT content FROM played_profiles WHERE hash = ?", (key,)))
                for key in {row.profile_hash for row in rows.values()}}
    return Left(tasks, rows, profiles)
