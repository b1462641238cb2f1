"""Runs of simulated talks: planned whole, owned by one process while they go, steered by rows of a control table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from esc_tui.bank.answers import KeptSize, drop_answers_of
from esc_tui.bank.connection import BankConnection
from esc_tui.bank.holding import SILENT_SECONDS, Holder, gives_signs, holder_of
from esc_tui.bank.talks import this_process
from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.domain.run_standing import PROCESS_ENDED, standing

if TYPE_CHECKING:
    from esc_tui.bank.episodes import PlannedEpisode
    from esc_tui.domain.profile import Profile

RunKind = Literal["simulated", "imported"]
RunState = Literal["planned", "running", "paused", "done", "cancelled", "stopped", "failed"]
"""``stopped``: by a person, a budget or a signal, or because its process ended (``RunRow.standing`` says which); can be resumed."""
Order = Literal["pause", "resume", "cancel", "step", "watch", "unwatch"]
UNDER_WAY: frozenset[str] = frozenset({"running", "paused"})


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run. ``settings`` and ``forecast`` as they were given when it was planned; ``alive``: its process is at work.

    ``host``: the machine it works on, empty for this one; ``silent``: seconds since its last sign of life, where that alone can tell.
    """

    number: int
    id: str
    kind: RunKind
    title: str
    time: str
    settings: Mapping[str, Any]
    forecast: Mapping[str, Any]
    state: RunState
    alive: bool
    reason: str
    episodes: int
    started: str | None
    ended: str | None
    calls: int
    tokens: int
    seconds: float
    host: str = ""
    silent: float | None = None

    @property
    def whereabouts(self) -> str:
        """Its state, and whose process is at it when one is."""
        if not self.alive:
            return self.state
        last = "" if self.silent is None else f", last sign {self.silent:.0f} s ago"
        return f"{self.state} on {self.host}{last}" if self.host else f"{self.state} here{last}"

    @property
    def standing(self) -> str:
        """State and reason in words, as panes and commands say them: ``stopped by a person``, ``stopped: its process ended``."""
        return standing(self.state, self.reason or (PROCESS_ENDED if self.state == "stopped" and not self.ended else ""))

    def supporter(self, arm: int) -> str:
        """The name of an arm by its index, with the revision it was pinned to; empty where none was noted."""
        names = self.settings.get("arms") or ()
        found = names[arm] if 0 <= arm < len(names) else ""
        return str(found.get("name", "")) if isinstance(found, dict) else str(found)

    @property
    def can_resume(self) -> bool:
        """True when there may be work left and nobody is at it."""
        return self.kind == "simulated" and not self.alive and self.state not in {"done", "cancelled"}


@dataclass(frozen=True, slots=True)
class Control:
    """Something asked of a run, or of one of its episodes."""

    id: int
    kind: Order
    episode: int | None


_RUN = ("number, id, kind, title, time, settings, forecast, state, owner, reason, episodes, started, ended, calls, tokens, seconds, "
        "last_sign")


def add_run(connection: BankConnection, identity: str, kind: RunKind, title: str, time: str, settings: Mapping[str, Any],
            forecast: Mapping[str, Any], planned: Sequence[PlannedEpisode], profiles: Sequence[Profile]) -> int:
    """Store a run with all its episodes, waiting; returns its number. The profiles are kept as they are now."""
    from esc_tui.bank.episodes import insert_planned
    from esc_tui.domain.hashing import canonical_json, sha256

    with connection.transaction(durable=True):
        number = next_run_number(connection)
        connection.run(
            "INSERT INTO runs (number, id, kind, title, time, settings, forecast, state, owner, reason, episodes) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, 'planned', '', '', ?)",
            (number, identity, kind, title, time, json.dumps(settings, ensure_ascii=False), json.dumps(forecast), len(planned)))
        connection.run_many("INSERT OR IGNORE INTO played_profiles (hash, id, content) VALUES (?, ?, ?)", [
            (sha256(canonical_json(one)), one.id, one.model_dump_json()) for one in profiles])
        insert_planned(connection, number, planned)
    return number


HIGHEST_KEY = "highest_run"
"""The bank keeps under this key the highest number a run that was removed had: no later run is called as one that somebody wrote about."""


def next_run_number(connection: BankConnection) -> int:
    """The number of a run that is about to be stored, in the transaction that stores it; never one that was used before."""
    highest = connection.value("SELECT coalesce(max(number), 0) FROM runs")
    removed = connection.value("SELECT value FROM meta WHERE key = ?", (HIGHEST_KEY,))
    return max(int(highest), int(removed or 0)) + 1


def _run(row: Sequence[Any]) -> RunRow:
    (number, identity, kind, title, time, settings, forecast, state, owner, reason, episodes, started, ended, calls, tokens, seconds,
     last_sign) = row
    holder = holder_of(owner, last_sign) if state in UNDER_WAY else Holder(False)
    return RunRow(number, identity, kind, title, time, json.loads(settings), json.loads(forecast),
                  "stopped" if state in UNDER_WAY and not holder.alive else state, holder.alive, reason, episodes, started, ended, calls,
                  tokens, seconds, holder.host, holder.silent)


def list_runs(connection: BankConnection, limit: int = 100, offset: int = 0) -> list[RunRow]:
    """Runs, newest first."""
    return [_run(row) for row in connection.rows(f"SELECT {_RUN} FROM runs ORDER BY number DESC LIMIT ? OFFSET ?", (limit, offset))]


def find_run(connection: BankConnection, reference: str | int) -> RunRow:
    """A run by its number (``12``, ``run 12``), the beginning of its id, or ``last``. Raises UserError when there is none."""
    text = str(reference).strip().lower().removeprefix("run").strip()
    row = None
    if text == "last":
        row = connection.row(f"SELECT {_RUN} FROM runs ORDER BY number DESC LIMIT 1")
    elif text.isascii() and text.isdigit() and len(text) < 12:
        row = connection.row(f"SELECT {_RUN} FROM runs WHERE number = ?", (int(text),))
    elif len(text) >= 6:
        row = connection.row(f"SELECT {_RUN} FROM runs WHERE lower(substr(id, 1, ?)) = ?", (len(text), text))
    if row is None:
        raise WrongUseError(f"there is no run '{reference}'", connection.place, "see 'esc-tui episodes runs'")
    return _run(row)


def under_way(connection: BankConnection, run: RunRow) -> UserError:
    """The error for a run that another process is at: where, and what to do."""
    if run.silent is None:
        return UserError(f"run {run.number} is under way in another process", connection.place, "watch it, or cancel it first")
    return UserError(f"run {run.number} is {run.whereabouts}", connection.place,
                     f"stop it there, or wait until it has given no sign for {SILENT_SECONDS:.0f} seconds")


def must_be_free(connection: BankConnection, run: RunRow) -> None:
    """Raises UserError when a process is at the run. One that cannot be looked up is watched for a few seconds: its clock may be wrong."""
    if run.alive or (run.silent is not None and gives_signs(connection, run.number)):
        raise under_way(connection, find_run(connection, run.number))


def claim_run(connection: BankConnection, number: int, time: str) -> RunRow:
    """Make this process the one that carries the run out. Raises UserError when another one does, or nothing is left to do."""
    must_be_free(connection, find_run(connection, number))
    with connection.transaction(durable=True):
        run = find_run(connection, number)
        if run.alive:
            raise under_way(connection, run)
        if run.kind == "imported":
            raise UserError(f"run {number} was imported; there is nothing to carry out", connection.place)
        if run.state in {"done", "cancelled"}:
            raise UserError(f"run {number} is {run.state} already", connection.place, "start a new run")
        connection.run("UPDATE runs SET state = 'running', owner = ?1, reason = '', ended = NULL, started = coalesce(started, ?2), "
                       "signs = signs + 1, last_sign = ?2 WHERE number = ?3", (this_process(), time, number))
        connection.run("UPDATE controls SET taken = 1 WHERE run = ?", (number,))
    return find_run(connection, number)


def set_run_settings(connection: BankConnection, number: int, settings: Mapping[str, Any]) -> None:
    """Change what a run was told, e.g. its budget. Raises UserError while another process is at it."""
    with connection.transaction(durable=True):
        ours = connection.value("SELECT owner FROM runs WHERE number = ?", (number,)) == this_process()
        if not ours and find_run(connection, number).alive:
            raise UserError(f"run {number} is under way", connection.place, "stop it first")
        connection.run("UPDATE runs SET settings = ? WHERE number = ?", (json.dumps(settings, ensure_ascii=False), number))


def open_again(connection: BankConnection, number: int, reason: str) -> None:
    """Make a run that was over one that can be resumed; nobody holds it any more."""
    with connection.transaction():
        connection.run("UPDATE runs SET state = 'stopped', owner = '', reason = ? WHERE number = ?", (reason, number))


def set_run_state(connection: BankConnection, number: int, state: RunState, time: str, reason: str = "") -> None:
    """Say where a run stands; an ending gets its time."""
    ended = None if state in {"planned", *UNDER_WAY} else time
    with connection.transaction(durable=True):
        connection.run("UPDATE runs SET state = ?, reason = ?, ended = ? WHERE number = ?", (state, reason, ended, number))


def add_cost(connection: BankConnection, number: int, calls: int, tokens: int, seconds: float) -> None:
    """Add what was spent since the last time; ``seconds`` of running time."""
    with connection.transaction():
        connection.run("UPDATE runs SET calls = calls + ?, tokens = tokens + ?, seconds = seconds + ? WHERE number = ?",
                       (calls, tokens, seconds, number))


@dataclass(frozen=True, slots=True)
class RemovedRun:
    """What went with a run: its episodes, and the answers that were kept from its endpoint."""

    episodes: int
    answers: KeptSize


def remove_run(connection: BankConnection, number: int) -> RemovedRun:
    """Delete a run with its episodes, their events and its kept answers. Raises UserError while it is under way."""
    must_be_free(connection, find_run(connection, number))
    with connection.transaction(durable=True):
        talks = "(SELECT conversation FROM episodes WHERE run = ?)"
        connection.run(f"DELETE FROM events WHERE conversation IN {talks}", (number,))
        connection.run(f"DELETE FROM conversations WHERE id IN {talks} AND live = 0", (number,))
        gone = connection.run("DELETE FROM episodes WHERE run = ?", (number,)).rowcount
        answers = drop_answers_of(connection, number)
        connection.run("DELETE FROM runs WHERE number = ?", (number,))
        connection.run("INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = "
                       "max(CAST(value AS INTEGER), ?2)", (HIGHEST_KEY, number))
        connection.run("DELETE FROM played_profiles WHERE hash NOT IN (SELECT profile_hash FROM episodes)")
    return RemovedRun(gone, answers)


def ask_of_run(connection: BankConnection, number: int, kind: Order, time: str, episode: int | None = None) -> None:
    """Leave an order for the process that carries the run out; it looks several times a second."""
    with connection.transaction():
        connection.run("INSERT INTO controls (run, episode, kind, time) VALUES (?, ?, ?, ?)", (number, episode, kind, time))


def take_orders(connection: BankConnection, number: int) -> list[Control]:
    """Orders not yet taken, oldest first; they count as taken from here on."""
    rows = connection.rows("SELECT id, kind, episode FROM controls WHERE run = ? AND taken = 0 ORDER BY id", (number,))
    if rows:
        with connection.transaction():
            connection.run("UPDATE controls SET taken = 1 WHERE run = ? AND id <= ?", (number, rows[-1][0]))
    return [Control(*row) for row in rows]
