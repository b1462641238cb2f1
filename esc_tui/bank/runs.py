"""Runs of simulated talks: planned whole, owned by one process while they go, steered by rows of a control table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.talks import is_running, this_process
from esc_tui.domain.errors import UserError

if TYPE_CHECKING:
    from esc_tui.bank.episodes import PlannedEpisode
    from esc_tui.domain.profile import Profile

RunKind = Literal["simulated", "imported"]
RunState = Literal["planned", "running", "paused", "done", "cancelled", "stopped", "failed"]
"""``stopped``: out of budget, or its process ended before its time; such a run can be resumed."""
Order = Literal["pause", "resume", "cancel", "step", "watch", "unwatch"]
UNDER_WAY: frozenset[str] = frozenset({"running", "paused"})


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run. ``settings`` and ``forecast`` as they were given when it was planned; ``alive``: its process is at work."""

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


_RUN = ("number, id, kind, title, time, settings, forecast, state, owner, reason, episodes, started, ended, calls, tokens, seconds")


def add_run(connection: BankConnection, identity: str, kind: RunKind, title: str, time: str, settings: Mapping[str, Any],
            forecast: Mapping[str, Any], planned: Sequence[PlannedEpisode], profiles: Sequence[Profile]) -> int:
    """Store a run with all its episodes, waiting; returns its number. The profiles are kept as they are now."""
    from esc_tui.bank.episodes import insert_planned
    from esc_tui.domain.hashing import canonical_json, sha256

    with connection.transaction(durable=True):
        number = int(connection.value("SELECT coalesce(max(number), 0) + 1 FROM runs"))
        connection.run(
            "INSERT INTO runs (number, id, kind, title, time, settings, forecast, state, owner, reason, episodes) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, 'planned', '', '', ?)",
            (number, identity, kind, title, time, json.dumps(settings, ensure_ascii=False), json.dumps(forecast), len(planned)))
        connection.run_many("INSERT OR IGNORE INTO played_profiles (hash, id, content) VALUES (?, ?, ?)", [
            (sha256(canonical_json(one)), one.id, one.model_dump_json()) for one in profiles])
        insert_planned(connection, number, planned)
    return number


def _run(row: Sequence[Any]) -> RunRow:
    number, identity, kind, title, time, settings, forecast, state, owner, reason, episodes, started, ended, calls, tokens, seconds = row
    alive = state in UNDER_WAY and is_running(owner)
    return RunRow(number, identity, kind, title, time, json.loads(settings), json.loads(forecast),
                  "stopped" if state in UNDER_WAY and not alive else state, alive, reason, episodes, started, ended, calls, tokens, seconds)


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
        raise UserError(f"there is no run '{reference}'", connection.place, "see 'esc-tui episodes runs'")
    return _run(row)


def claim_run(connection: BankConnection, number: int, time: str) -> RunRow:
    """Make this process the one that carries the run out. Raises UserError when another one does, or nothing is left to do."""
    with connection.transaction(durable=True):
        run = find_run(connection, number)
        if run.alive:
            raise UserError(f"run {number} is under way in another process", connection.place, "watch it, or cancel it first")
        if run.kind == "imported":
            raise UserError(f"run {number} was imported; there is nothing to carry out", connection.place)
        if run.state in {"done", "cancelled"}:
            raise UserError(f"run {number} is {run.state} already", connection.place, "start a new run")
        connection.run("UPDATE runs SET state = 'running', owner = ?, reason = '', ended = NULL, started = coalesce(started, ?) "
                       "WHERE number = ?", (this_process(), time, number))
        connection.run("UPDATE controls SET taken = 1 WHERE run = ?", (number,))
    return find_run(connection, number)


def set_run_settings(connection: BankConnection, number: int, settings: Mapping[str, Any]) -> None:
    """Change what a run that is not under way was told, e.g. its budget. Raises UserError while it is."""
    with connection.transaction(durable=True):
        if find_run(connection, number).alive:
            raise UserError(f"run {number} is under way", connection.place, "stop it first")
        connection.run("UPDATE runs SET settings = ? WHERE number = ?", (json.dumps(settings, ensure_ascii=False), number))


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


def remove_run(connection: BankConnection, number: int) -> int:
    """Delete a run with its episodes and their events; returns how many episodes went. Raises UserError while it is under way."""
    run = find_run(connection, number)
    if run.alive:
        raise UserError(f"run {number} is under way", connection.place, "cancel it first")
    with connection.transaction(durable=True):
        talks = "(SELECT conversation FROM episodes WHERE run = ?)"
        connection.run(f"DELETE FROM events WHERE conversation IN {talks}", (number,))
        connection.run(f"DELETE FROM conversations WHERE id IN {talks} AND live = 0", (number,))
        gone = connection.run("DELETE FROM episodes WHERE run = ?", (number,)).rowcount
        connection.run("DELETE FROM runs WHERE number = ?", (number,))
        connection.run("DELETE FROM played_profiles WHERE hash NOT IN (SELECT profile_hash FROM episodes)")
    return gone


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


def cached_answer(connection: BankConnection, key: str) -> str | None:
    """An endpoint's answer kept from before, by its key."""
    found = connection.value("SELECT answer FROM cached_answers WHERE key = ?", (key,))
    return None if found is None else str(found)


def keep_answer(connection: BankConnection, key: str, answer: str, time: str) -> None:
    """Keep an endpoint's answer."""
    with connection.transaction():
        connection.run("INSERT OR REPLACE INTO cached_answers (key, answer, time) VALUES (?, ?, ?)", (key, answer, time))
