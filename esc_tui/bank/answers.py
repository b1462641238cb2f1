"""Answers of endpoints that are kept so that nothing is asked twice; each belongs to the run that asked for it and goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from esc_tui.bank.connection import BankConnection

KEPT_DAYS = 30
"""Answers of a finished run are kept so long after its end, for the same run again."""
_OVER = "('done', 'cancelled')"


@dataclass(frozen=True, slots=True)
class KeptSize:
    """How many answers, and the bytes of their texts."""

    answers: int
    size: int


def cached_answer(connection: BankConnection, key: str) -> str | None:
    """An endpoint's answer kept from before, by its key."""
    found = connection.value("SELECT answer FROM cached_answers WHERE key = ?", (key,))
    return None if found is None else str(found)


def keep_answer(connection: BankConnection, run: int, key: str, answer: str, time: str) -> None:
    """Keep an endpoint's answer for a run."""
    with connection.transaction():
        connection.run("INSERT OR REPLACE INTO cached_answers (key, answer, time, run) VALUES (?, ?, ?, ?)", (key, answer, time, run))


def kept_of(connection: BankConnection, run: int) -> KeptSize:
    """What is kept of one run's answers."""
    return _size(connection, "run = ?", run)


def drop_answers_of(connection: BankConnection, run: int) -> KeptSize:
    """Remove a run's answers; tells how many they were."""
    with connection.transaction():
        found = kept_of(connection, run)
        connection.run("DELETE FROM cached_answers WHERE run = ?", (run,))
    return found


def drop_old_answers(connection: BankConnection, now: str) -> KeptSize:
    """Remove answers of runs that ended more than ``KEPT_DAYS`` ago, and as old ones of which no run is known; tells how many.

    A run that can still go on keeps its answers. After a clock that went back nothing is old.
    """
    limit = (datetime.fromisoformat(now).astimezone(UTC) - timedelta(days=KEPT_DAYS)).strftime("%Y-%m-%dT%H:%M:%S")
    old = f"(run IS NULL AND time < ?1) OR run IN (SELECT number FROM runs WHERE state IN {_OVER} AND ended < ?1)"
    with connection.transaction():
        found = _size(connection, old, limit)
        if found.answers:
            connection.run(f"DELETE FROM cached_answers WHERE {old}", (limit,))
    return found


def _size(connection: BankConnection, which: str, *values: object) -> KeptSize:
    row = connection.row(f"SELECT count(*), coalesce(sum(length(CAST(answer AS BLOB))), 0) FROM cached_answers WHERE {which}", values)
    return KeptSize(*row) if row is not None else KeptSize(0, 0)
