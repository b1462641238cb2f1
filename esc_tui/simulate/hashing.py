"""A run's events as plain lines without what differs from one time to the next, and the hash over them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from esc_tui.bank.episodes import episode_rows

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection

LEFT_OUT = frozenset({"time", "milliseconds", "run", "event_id", "conversation_id"})
"""Times, durations and random ids."""


def run_lines(connection: BankConnection, run: int, without: Container[int] = ()) -> Iterator[str]:
    """One line for each event, episode by episode in the order of the run, events in the order in which they were stored.

    ``without``: numbers of episodes that are left out.
    """
    for row in episode_rows(connection, run):
        if row.number in without:
            continue
        for turn, kind, data in connection.rows(
                "SELECT turn, kind, data FROM events WHERE conversation = ? ORDER BY event_id", (row.conversation,)):
            fields = {key: value for key, value in json.loads(data).items() if key not in LEFT_OUT}
            yield json.dumps({"episode": row.number, "turn": turn, "kind": kind, **fields}, ensure_ascii=False, sort_keys=True)


def run_hash(connection: BankConnection, run: int) -> tuple[str, int]:
    """SHA-256 over the lines of a run, and how many lines they are."""
    digest, count = hashlib.sha256(), 0
    for line in run_lines(connection, run):
        digest.update(line.encode() + b"\n")
        count += 1
    return digest.hexdigest(), count
