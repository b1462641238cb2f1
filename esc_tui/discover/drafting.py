"""Draft skills for people: from units or prototypes they picked, an older skill made wider, and what a saved one rests on.

Nothing here changes a skill in the bank: drafts are opened in an editor and saved by a person. ``rest_on`` follows the save.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from esc_tui.bank.mining import used_slugs
from esc_tui.discover.briefs import as_mined, brief_of_prototypes, brief_of_units
from esc_tui.domain.errors import UserError
from esc_tui.domain.skill import Skill

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.connection import BankConnection
    from esc_tui.engines.roles import SkillBrief, SkillWriter


async def draft_from_units(connection: BankConnection, units: Iterable[int], writer: SkillWriter, *, near: bool = True) -> Skill:
    """A draft skill from units by display number; its slug is not yet in use. ``near`` as ``words_stay_here`` tells.

    Raises UserError: an unknown unit, none that helped, or nothing left of the draft after the checks; EndpointError.
    """
    return await _written(connection, brief_of_units(connection, units, taken=used_slugs(connection), near=near), writer)


async def draft_from_prototypes(connection: BankConnection, prototypes: Sequence[int], writer: SkillWriter, *,
                                near: bool = True) -> Skill:
    """A draft skill from prototypes by row id; its slug is not yet in use. Raises as ``draft_from_units`` does."""
    brief = brief_of_prototypes(connection, prototypes, taken=used_slugs(connection), near=near)
    return await _written(connection, brief, writer)


def extend_skill(connection: BankConnection, skill: Skill, prototypes: Sequence[int]) -> Skill:
    """The skill made to fit what prototypes (row ids) show as well: wider conditions, more outcomes, warnings and risks.

    Moves and phrasings stay as they are, locked fields too; a field that already says it stays. An empty list of labels
    means "any" and stays empty. With negative prototypes alone only warnings and risks are added. The same skill comes back
    when there is nothing to add. Raises UserError for an unknown prototype.
    """
    from esc_tui.engines.embedded.skill_conditions import conditions_of, extended

    brief = brief_of_prototypes(connection, prototypes, harm_alone=True)
    return skill.model_copy(update={"content": extended(skill.content, conditions_of(brief), skill.locked)})


def rest_on(bank: Bank, slug: str, *, prototypes: Iterable[int] = (), units: Iterable[int] = ()) -> int:
    """Link a saved skill with what it was made from and write its evidence; returns how many ledger rows were new.

    All key units of the prototypes (row ids) and the given units (display numbers) become evidence of the version in force,
    each once, and the dialogues they come from its sources. A new snapshot is taken. One transaction.
    """
    from esc_tui.bank.mining import text_hashes, units_behind
    from esc_tui.bank.prototypes import link_skill
    from esc_tui.discover.evidence_rows import add_unit_evidence
    from esc_tui.domain.base import now_iso

    chosen, picked = list(dict.fromkeys(prototypes)), list(dict.fromkeys(units))
    with bank.together():
        connection = bank.writing
        version = bank.skill(slug).version
        numbers = list(dict.fromkeys([*units_behind(connection, chosen), *picked]))
        link_skill(connection, slug, chosen, text_hashes(connection, picked))
        added = add_unit_evidence(connection, slug, version, numbers, now_iso())
        bank.take_snapshot()
    return added


async def _written(connection: BankConnection, brief: SkillBrief, writer: SkillWriter) -> Skill:
    from esc_tui.discover.checking import checked

    outcome = checked(connection, [as_mined(await writer.write_skill(brief), brief)])[0]
    if outcome.skill is None:
        raise UserError(f"the draft did not pass the checks: {outcome.reasons[0]}", "", "try again, or write it by hand")
    return outcome.skill

