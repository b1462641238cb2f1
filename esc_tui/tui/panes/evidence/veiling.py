"""Which units of a list speak of a crisis: their lines come from the bank first, the guard looks at them afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from esc_tui.tui.panes.evidence.look import LONGEST

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.bank.units import UnitRow

MOST_UNITS = 200
KEPT_VERDICTS = 2000
LOOK_AT = 16
"""Units that the guard looks at before the list is drawn again: as many as are in sight at first."""


@dataclass(frozen=True, slots=True)
class UnitWords:
    """What the guard looks at of a unit: the line it stands in, last, after the seeker's three lines before it; and its quote."""

    number: int
    lines: tuple[str, ...]
    quote: str


def read_units(connection: BankConnection, prototype: int) -> tuple[list[UnitRow], list[UnitWords]]:
    """The units of a prototype and their words, in the same order; reads only, so that nobody waits for the guard."""
    from esc_tui.bank.prototypes import units_of_prototype

    units = units_of_prototype(connection, prototype, MOST_UNITS)
    found = []
    for unit in units:
        rows = connection.rows(
            "SELECT t.text FROM dialogue_turns t JOIN unit_labels l JOIN units u ON u.label = l.id WHERE u.number = ? AND "
            "t.dialogue = u.dialogue AND t.speaker = 'seeker' AND t.turn <= json_extract(l.labels, '$.state_turn') "
            "ORDER BY t.turn DESC LIMIT 4", (unit.number,))
        found.append(UnitWords(unit.number, tuple(row[0][:LONGEST] for row in rows)[::-1], unit.quote))
    return units, found


def crisis_units(some: Sequence[UnitWords]) -> frozenset[int]:
    """Display numbers of those units whose quote, or the line they stand in, the guard takes for words about a crisis.

    A line is looked at with the lines before it, as the bench does. Some milliseconds a unit the first time: for a thread.
    """
    return frozenset(unit.number for unit in some if _speaks_of_crisis(unit.lines, unit.quote))


@lru_cache(KEPT_VERDICTS)
def _speaks_of_crisis(lines: tuple[str, ...], quote: str) -> bool:
    from esc_tui.guard.detect import check_message

    line = lines[-1] if lines else ""
    return check_message(line, lines[:-1]).crisis or (quote != line and check_message(quote).crisis)
