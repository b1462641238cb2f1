"""A person's version of a proposal: a new proposal in the place of the old one, through the gate again and with no verdict yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esc_tui.bank.evolution import ProposalRow, add_proposal, find_proposal
from esc_tui.domain.base import new_ulid, now_iso
from esc_tui.domain.errors import UserError
from esc_tui.domain.evolution import SkillPatch
from esc_tui.evolve.deciding import standing
from esc_tui.evolve.gate import gate
from esc_tui.evolve.replacing import replaced_told

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.domain.skill import Skill


def edited(bank: Bank, reference: str | int, skill: Skill, author: str) -> ProposalRow:
    """The proposal with one of its skills as a person wrote it. Its status and locks stay as proposed.

    Raises UserError for a skill that the proposal does not touch, one that is as proposed, and a proposal that was decided or replaced.
    """
    row = find_proposal(bank.connection, reference)
    if row.replaced_by is not None:
        raise UserError(replaced_told(bank.connection, row), bank.connection.place, f"edit P-{row.replaced_by}")
    if standing(bank, row) == "accepted":
        raise UserError(f"{row.name} is accepted already", bank.connection.place, "edit the skill in Bank")
    old = next((patch for patch in row.proposal.patches if patch.slug == skill.slug), None)
    if old is None or old.after is None:
        slugs = ", ".join(patch.slug for patch in row.proposal.patches)
        raise UserError(f"{row.name} does not write '{skill.slug}'", "the file", f"it is about {slugs}")
    new = old.after.model_copy(update={"content": skill.content})
    if new == old.after:
        raise UserError(f"the file says what {row.name} says already", "the file")
    mine = SkillPatch(slug=old.slug, before=old.before, after=new)
    patches = tuple(mine if patch is old else patch for patch in row.proposal.patches)
    proposal = row.proposal.model_copy(update={"id": new_ulid(), "patches": patches, "edits": row.proposal.id, "engine": author})
    with bank.together():
        return add_proposal(bank.writing, proposal, gate(bank, proposal), row.round, now_iso())
