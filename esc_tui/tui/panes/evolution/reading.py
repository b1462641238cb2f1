"""Everything the Evolution pane shows, read from the bank in one go. Blocking; for a thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from esc_tui.bank.evolution import (
    BlindReading,
    Cohort,
    FindingRow,
    ProposalRow,
    VerificationRow,
    decisions_of,
    list_cohorts,
    list_findings,
    list_proposals,
    readings_of,
    verifications_of,
)
from esc_tui.evolve.deciding import standing
from esc_tui.evolve.ledger import Ledger, ledger_of, wear_of, why_stale
from esc_tui.evolve.replacing import replaced_told

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader
    from esc_tui.domain.evolution import Decision
    from esc_tui.domain.revision import Revision
    from esc_tui.settings.model import Settings

SHOWN_REVISIONS = 12
MOST = 500
"""So many findings and proposals are listed; older ones are reached on the command line."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A verification, why its verdict is stale (empty: it stands), and who read its pairs blind."""

    row: VerificationRow
    stale: tuple[str, ...] = ()
    readings: tuple[BlindReading, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal with its standing, its verifications (the newest first) and what was decided about it (the oldest first);
    ``replaced`` says what became of it where another one took its place."""

    row: ProposalRow
    standing: str
    tried: tuple[Tried, ...] = ()
    decisions: tuple[Decision, ...] = ()
    replaced: str = ""

    @property
    def judged(self) -> Tried | None:
        """The newest verification with a verdict."""
        return next((one for one in self.tried if one.row.verdict is not None), None)

    @property
    def open_one(self) -> Tried | None:
        """The newest verification when it has no verdict yet."""
        return self.tried[0] if self.tried and self.tried[0].row.verdict is None else None


@dataclass(frozen=True, slots=True)
class Overview:
    """The pane as a whole. ``wear`` tells 0-1 how worn each cohort is; ``accepted`` the revisions that an acceptance made."""

    proposals: tuple[Proposed, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    tried: tuple[Tried, ...] = ()
    revisions: tuple[Revision, ...] = ()
    ledger: Ledger = field(default_factory=lambda: Ledger(0, 0, 0.0, 0, 0))
    cohorts: tuple[tuple[Cohort, float], ...] = ()
    accepted: frozenset[int] = frozenset()
    runs: int = 0

    @property
    def running(self) -> Tried | None:
        """The verification that somebody carries out now."""
        return next((one for one in self.tried if one.row.alive), None)

    def proposal(self, number: int) -> Proposed | None:
        """A proposal by its number."""
        return next((one for one in self.proposals if one.row.number == number), None)


def read_overview(bank: BankReader, settings: Settings) -> Overview:
    """Read it all."""
    connection = bank.connection
    tried = tuple(Tried(row, why_stale(row, settings) if row.verdict is not None else (), tuple(readings_of(connection, row.number)))
                  for row in verifications_of(connection))
    decisions, revisions = decisions_of(connection), tuple(bank.revisions(SHOWN_REVISIONS))
    proposals = tuple(
        Proposed(row, standing(bank, row), tuple(one for one in tried if one.row.proposal == row.number),
                 tuple(one for one in decisions if one.proposal == row.number), replaced_told(connection, row))
        for row in list_proposals(connection, limit=MOST))
    return Overview(
        proposals, tuple(list_findings(connection, limit=MOST)), tried, revisions, ledger_of(connection),
        tuple((one, wear_of(connection, one).gauge) for one in list_cohorts(connection)),
        frozenset(one.revision for one in decisions if one.kind == "accept" and one.revision is not None),
        int(connection.value("SELECT count(*) FROM runs") or 0))
