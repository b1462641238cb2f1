"""Talks that were recorded elsewhere, stored as runs of kind ``imported``: known again by their content, added a few at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.episodes import PlannedEpisode, append_run_events, insert_planned, prepared
from esc_tui.bank.runs import next_run_number, set_run_state
from esc_tui.bank.talks import this_process
from esc_tui.domain.base import now_iso

if TYPE_CHECKING:
    from esc_tui.domain.events import AnyEvent
    from esc_tui.domain.profile import Profile

BROKEN_OFF = "the file was not read to its end; import it again to go on"
_PREFIX, _DIGITS = "sage-", 24


def conversation_of(digest: str) -> str:
    """The id of a recorded talk's conversation, made from the hash of its content."""
    return f"{_PREFIX}{digest[:_DIGITS]}"


def runs_with(connection: BankConnection, digest: str) -> dict[int, str]:
    """The imported runs that hold a recorded talk, by number, with their titles."""
    name = conversation_of(digest)
    return {int(number): str(title) for number, title in connection.rows(
        "SELECT r.number, r.title FROM episodes e JOIN runs r ON r.number = e.run WHERE e.conversation >= ? AND e.conversation < ? "
        "AND r.kind = 'imported'", (name, f"{name}."))}


def simulated_talks(connection: BankConnection) -> dict[tuple[str, int], list[str]]:
    """The finished episodes that were played in this bank, as RUN/NUMBER, by profile and seed."""
    found: dict[tuple[str, int], list[str]] = {}
    for run, number, profile, seed in connection.rows(
            "SELECT e.run, e.number, e.profile, e.seed FROM episodes e JOIN runs r ON r.number = e.run "
            "WHERE r.kind = 'simulated' AND e.state = 'finished'"):
        found.setdefault((str(profile), int(seed)), []).append(f"{run}/{number}")
    return found


def free_conversation(connection: BankConnection, digest: str, run: int) -> str:
    """An id for a recorded talk in this run: the plain one unless another run holds the same talk."""
    name = conversation_of(digest)
    taken = connection.value("SELECT 1 FROM episodes WHERE conversation = ?", (name,))
    return f"{name}-{run}" if taken else name


def open_imported_run(connection: BankConnection, identity: str, title: str, time: str, settings: Mapping[str, Any]) -> int:
    """Begin a run that a file is read into; returns its number. It counts as under way until it is closed."""
    with connection.transaction():
        number = next_run_number(connection)
        connection.run(
            "INSERT INTO runs (number, id, kind, title, time, settings, forecast, state, owner, reason, episodes, started, last_sign) "
            "VALUES (?1, ?2, 'imported', ?3, ?4, ?5, '{}', 'running', ?6, '', 0, ?4, ?4)",
            (number, identity, title, time, json.dumps(settings, ensure_ascii=False), this_process()))
    return number


def reopen_imported_run(connection: BankConnection, number: int) -> None:
    """More of a file is about to be added to its run."""
    with connection.transaction():
        connection.run("UPDATE runs SET state = 'running', owner = ?, reason = '', ended = NULL, last_sign = ? WHERE number = ?",
                       (this_process(), now_iso(), number))


def close_imported_run(connection: BankConnection, number: int, time: str, *, whole: bool) -> None:
    """The file was read to its end, or (not ``whole``) the import was broken off."""
    set_run_state(connection, number, "done" if whole else "stopped", time, "" if whole else BROKEN_OFF)


def next_number(connection: BankConnection, run: int) -> int:
    """The number of a run's next episode."""
    return int(connection.value("SELECT coalesce(max(number), 0) + 1 FROM episodes WHERE run = ?", (run,)))


def add_recorded(connection: BankConnection, run: int, planned: PlannedEpisode, profile: Profile, events: Sequence[AnyEvent]) -> None:
    """Store one recorded talk with all of its events, or nothing of it."""
    with connection.transaction():
        connection.run("INSERT OR IGNORE INTO played_profiles (hash, id, content) VALUES (?, ?, ?)",
                       (planned.profile_hash, profile.id, profile.model_dump_json()))
        insert_planned(connection, run, [planned])
        append_run_events(connection, run, [prepared(event) for event in events])
        connection.run("UPDATE runs SET episodes = episodes + 1, signs = signs + 1, last_sign = ? WHERE number = ?", (now_iso(), run))


def add_new_profile(connection: BankConnection, profile: Profile) -> tuple[bool, bool]:
    """Store a profile unless its id is taken; returns whether it is new, and whether the stored one says something else.

    Where it came from, its licence and its shelf make no difference: those of the stored one stay.
    """
    from esc_tui.bank.units import add_profiles
    from esc_tui.domain.profile import Profile as Stored

    content = connection.value("SELECT content FROM profiles WHERE id = ?", (profile.id,))
    if content is None:
        add_profiles(connection, [profile])
        return True, False
    stored = Stored.model_validate_json(content)
    alike = stored.model_copy(update={"source": profile.source, "licence": profile.licence, "shelf": profile.shelf}) == profile
    return False, not alike
