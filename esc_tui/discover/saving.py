"""Putting skills into force: a skill with what it was made from, and one change to many skills."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from esc_tui.domain.labels import SkillStatus
from esc_tui.domain.reshaping import Lineage

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.domain.reshaping import Grouping
    from esc_tui.domain.revision import Revision, RevisionKind
    from esc_tui.domain.skill import Skill


LABEL_OF: dict[Grouping, Literal["state", "scenario", "stage"]] = {"states": "state", "scenarios": "scenario", "stages": "stage"}


def save_skills(bank: Bank, skills: Sequence[Skill], lineage: Lineage, *, author: str, message: str,
                base_revision: int, kind: RevisionKind = "edit") -> Revision:
    """Commit skills as one revision, retire the parents that ask for it, and let the new ones rest on what their parents,
    prototypes and units rest on. One transaction. Raises ConflictError when one of them was changed meanwhile.

    What counted for its parents counts for it: in a merge all, in a split the units whose label it names of the kind it was split
    by, all where it names none.
    """
    with bank.together():
        changes = {skill.slug: skill for skill in skills}
        for slug in lineage.retires:
            if slug not in changes and bank.has_skill(slug):
                changes[slug] = bank.skill(slug).model_copy(update={"status": SkillStatus.RETIRED})
        revision = bank.commit(changes, kind=kind, author=author, message=message, base_revision=base_revision)
        if lineage:
            for skill in skills:
                _rest_on(bank, skill, lineage)
    return revision


def _rest_on(bank: Bank, skill: Skill, lineage: Lineage) -> None:
    from esc_tui.bank.evidence import inherit_outcomes
    from esc_tui.bank.mining import text_hashes
    from esc_tui.bank.prototypes import hand_down, link_skill
    from esc_tui.discover.drafting import rest_on
    from esc_tui.domain.base import now_iso

    parents = [parent for parent in lineage.parents if parent != skill.slug]
    if parents:
        kind = LABEL_OF[lineage.split_by] if lineage.split_by else ""
        fits = [label.value for label in getattr(skill.content.applicability, lineage.split_by)] if lineage.split_by else []
        hand_down(bank.writing, parents, skill.slug)
        units = [unit.number for parent in parents for unit in bank.units_for(parent, None, 1_000_000)
                 if not kind or not fits or getattr(unit, kind) in fits]
        link_skill(bank.writing, skill.slug, (), text_hashes(bank.writing, units))
        inherit_outcomes(bank.writing, skill.slug, bank.skill(skill.slug).version, parents, now_iso(), by=kind if fits else "",
                         labels=fits)
    rest_on(bank, skill.slug, prototypes=lineage.prototypes, units=lineage.units)


def change_many(bank: Bank, slugs: Sequence[str], change: Callable[[Skill], Skill], *, author: str, message: str) -> tuple[Revision, int]:
    """Change many skills as one revision, one step of undo; returns it and how many differ."""
    with bank.together():
        head = bank.head_number
        skills = [bank.skill(slug) for slug in slugs if bank.has_skill(slug)]
        changed = {skill.slug: new for skill in skills if (new := change(skill)) != skill}
        if not changed:
            return bank.head(), 0
        return bank.commit(changed, author=author, message=message, base_revision=head), len(changed)
