"""Evidence of mined skills: one ledger row for each key unit of the prototypes a skill rests on, helped or harmed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from esc_tui.domain.labels import Polarity
from esc_tui.domain.revision import EvidenceRow

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection


def add_unit_evidence(connection: BankConnection, slug: str, version: int, units: Sequence[int], time: str) -> int:
    """Append the outcomes of units (display numbers) to the ledger of a skill version; returns how many were new.

    Neutral units say nothing and are passed over, and so is a unit that already stands in the ledger of this skill. They
    count from the next snapshot on.
    """
    from esc_tui.bank.evidence import add_evidence
    from esc_tui.bank.mining import outcome_rows

    known = {row[0] for row in connection.rows("SELECT unit FROM evidence WHERE skill = ? AND source = 'unit'", (slug,))}
    return add_evidence(connection, [
        EvidenceRow(skill=slug, version=version, unit=unit, outcome=Polarity(polarity), group=scenario, source="unit")
        for unit, polarity, scenario in outcome_rows(connection, units) if unit not in known], time)
