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
    """Keep what an annotator found in one dialogue, all or nothing; returns how many labels were new."""
    texts: dict[tuple[str, int], str] = {}
    with connection.transaction():
        new = sum(add_label(connection, unit, time, texts=texts)[1] for unit in units)
        connection.run("INSERT OR REPLACE INTO extractions (annotator, dialogue, units, time) VALUES (?, ?, ?, ?)",
                       (annotator, dialogue, len(units), time))
        return new


def dialogues_read(connection: BankConnection, annotator: str) -> int:
    """How many dialogues the annotator has read."""
    return int(connection.value("SELECT count(*) FROM extractions WHERE annotator = ?", (annotator,)) or 0)
