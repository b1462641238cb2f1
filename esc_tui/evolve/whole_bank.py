"""The bank itself against no bank: its proposal, and the verdict that stands on a revision of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.bank.evolution import ProposalRow, VerificationRow, add_proposal, list_proposals, verifications_of
from esc_tui.domain.base import new_ulid, now_iso
from esc_tui.domain.errors import UserError
from esc_tui.domain.evolution import Claim, Proposal, ProposalKind, SkillPatch
from esc_tui.evolve.ledger import why_stale

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.reading import BankReader
    from esc_tui.domain.revision import Revision
    from esc_tui.settings.model import Settings

NOT_VERIFIED = "not verified in this bank; 'esc-tui evolve verify --whole' tries it against no bank"


@dataclass(frozen=True, slots=True)
class BankVerdict:
    """The newest verification of a revision against no bank that has its verdict, and why that is stale (empty: it stands)."""

    row: VerificationRow
    stale: tuple[str, ...]

    @property
    def line(self) -> str:
        """In a sentence, the stale mark apart."""
        verdict = self.row.verdict
        assert verdict is not None
        word = {"accept": "better than no bank", "reject": "rejected", "never fired": "not told from no bank",
                "not enough evidence": "not shown to be better than no bank"}[verdict.word]
        size = ""
        if verdict.effect is not None and verdict.lower is not None:
            size = f": {verdict.effect:+.1f} points over {verdict.pairs} pairs, at least {verdict.lower:+.1f}"
        return f"in simulation {word}{size} (V-{self.row.number})"


def whole_bank(bank: Bank) -> ProposalRow:
    """The proposal of the newest revision against no bank: all its skills, claimed to be better than none. Made when there is none.

    Raises UserError for a bank without a skill.
    """
    head, skills = bank.head(), bank.skills_at()
    if not skills:
        raise UserError("this bank has no skill", bank.connection.place, "write or import some first")
    known = next((row for row in list_proposals(bank.connection)
                  if row.proposal.against is not None and row.proposal.base_hash == head.hash), None)
    if known is not None:
        return known
    return add_proposal(bank.writing, Proposal(
        id=new_ulid(), kind=ProposalKind.ADD, title=f"The {len(skills)} skills of {head.name}, against no bank",
        reason="Do they help at all?", base_revision=head.number, base_hash=head.hash, claim=Claim.IMPROVE, engine="a person",
        patches=tuple(SkillPatch(slug=skill.slug, after=skill) for skill in skills), against="no bank"), (), "", now_iso())


def verdict_on(bank: BankReader, revision: Revision, settings: Settings) -> BankVerdict | None:
    """The verdict that stands on a revision (by its hash); None when it has none."""
    for row in verifications_of(bank.connection):
        if row.registration.against is not None and row.verdict is not None and row.registration.base_hash == revision.hash:
            return BankVerdict(row, why_stale(row, settings))
    return None
