"""Which annotator has read which dialogue, so that extraction is resumed with nothing repeated or lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.units import add_label

if TYPE_CHECKING:
    from esc_tui.domain.dialogue import InterventionUnit


def dialogues_left(connection: BankConnection, annotator: str, sources: Sequence[str] = ()) -> list[str]:
    """Ids of dialogues the annotator has not read, in order; live talks are left out. ``sources`` narrows to some."""
    some = f" AND d.source IN ({', '.join('?' for _ in sources)})" if sources else ""
    return [row[0] for row in connection.rows(
        "SELECT d.id FROM dialogues d WHERE d.conversation IS NULL AND NOT EXISTS (SELECT 1 FROM extractions e WHERE "
        f"e.annotator = ? AND e.dialogue = d.id){some} ORDER BY d.id", (annotator, *sources))]


def store_extraction(connection: BankConnection, annotator: str, dialogue: str, units: Sequence[InterventionUnit],
                     time: str) -> int:
    """Keep what an annotator found in one dialogue, all or nothing; returns how many labels were new.

    Where the bank has a unit at the same moment under another id, the label is given to that unit.
    """
    texts: dict[tuple[str, int], str] = {}
    with connection.transaction():
        there = _units_by_action(connection, dialogue)
        new = 0
        for unit in units:
            known = there.get(min(unit.action_turns), unit.id)
            new += add_label(connection, unit.model_copy(update={"id": known}), time, texts=texts)[1]
        connection.run("INSERT OR REPLACE INTO extractions (annotator, dialogue, units, time) VALUES (?, ?, ?, ?)",
                       (annotator, dialogue, len(units), time))
        return new


def _units_by_action(connection: BankConnection, dialogue: str) -> dict[int, str]:
    """Ids of the units of a dialogue by the first line of what the supporter did."""
    return {row[0]: row[1] for row in connection.rows(
        "SELECT json_extract(l.labels, '$.action_turns[0]'), u.id FROM units u JOIN unit_labels l ON l.id = u.label "
        "WHERE u.dialogue = ?", (dialogue,))}


def extracted(connection: BankConnection, annotator: str) -> tuple[int, int]:
    """How many dialogues an annotator has read in all runs, and how many units there were in them when it last read each."""
    row = connection.row("SELECT count(*), coalesce(sum(units), 0) FROM extractions WHERE annotator = ?", (annotator,))
    return int(row[0]), int(row[1])


def dialogues_read(connection: BankConnection, annotator: str) -> int:
    """How many dialogues the annotator has read."""
    return int(connection.value("SELECT count(*) FROM extractions WHERE annotator = ?", (annotator,)) or 0)
