"""Putting skills into the bank from threads: a skill with what it was made from, and one change to many skills."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from esc_tui.domain.labels import SkillStatus
from esc_tui.tui.panes.bank.draft import Lineage

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.domain.reshaping import Grouping
    from esc_tui.domain.revision import Revision
    from esc_tui.domain.skill import Skill


def save_skills(bank: Bank, skills: Sequence[Skill], lineage: Lineage, *, author: str, message: str, base_revision: int,
                by: Grouping = "states") -> Revision:
    """Commit skills as one revision, retire the parents that ask for it, and let the new ones rest on what their parents,
    prototypes and units rest on. One transaction. Raises ConflictError when one of them was changed meanwhile.

    Of its parents' units a skill takes those whose label ``by`` it names; all where it names none.
    """
    with bank.together():
        changes = {skill.slug: skill for skill in skills}
        for slug in lineage.retires:
            if slug not in changes and bank.has_skill(slug):
                changes[slug] = bank.skill(slug).model_copy(update={"status": SkillStatus.RETIRED})
        revision = bank.commit(changes, author=author, message=message, base_revision=base_revision)
        if lineage:
            for skill in skills:
                _rest_on(bank, skill, lineage, by)
    return revision


def _rest_on(bank: Bank, skill: Skill, lineage: Lineage, by: Grouping) -> None:
    from esc_tui.bank.prototypes import hand_down
    from esc_tui.discover.drafting import rest_on

    units = dict.fromkeys(lineage.units)
    for parent in lineage.parents:
        if parent == skill.slug:
            continue
        fits = {label.value for label in getattr(skill.content.applicability, by)}
        units |= {unit.number: None for unit in bank.units_for(parent, None, 10_000) if not fits or getattr(unit, by[:-1]) in fits}
        hand_down(bank.writing, [parent], skill.slug)
    rest_on(bank, skill.slug, prototypes=lineage.prototypes, units=units)


def change_many(bank: Bank, slugs: Sequence[str], change: Callable[[Skill], Skill], *, author: str, message: str) -> tuple[Revision, int]:
    """Change many skills as one revision, one step of undo; returns it and how many differ."""
    with bank.together():
        head = bank.head_number
        skills = [bank.skill(slug) for slug in slugs if bank.has_skill(slug)]
        changed = {skill.slug: new for skill in skills if (new := change(skill)) != skill}
        if not changed:
            return bank.head(), 0
        return bank.commit(changed, author=author, message=message, base_revision=head), len(changed)
