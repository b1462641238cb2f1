"""What the installed starter bank has new for a bank made from an older one: a merge whose base is the last starter bank seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esc_tui.bank.merging import MergeBase, MergePlan, plan_merge

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.reading import BankReader
    from esc_tui.domain.revision import Revision
    from esc_tui.domain.skill import Skill

UPDATES = "updates"
"""Under this name the bank keeps the numbers of the revisions that an update made: their skills are not a person's."""


def plan_update(bank: BankReader, template: BankReader) -> tuple[MergePlan, tuple[str, ...]]:
    """The merge that brings a bank up to the installed template, and the skills a person changed here and nobody there."""
    from esc_tui.domain.merging import same_skill

    last, base = _last_seen(bank)
    plan = plan_merge(bank, template, "starter bank",
                      base=MergeBase("revision" if last else "none", last or None, f"The last starter bank seen is that of r{last}."),
                      base_skills=base)
    theirs = {stored.slug: stored for stored in template.stored_skills()}
    ours = {stored.slug: stored for stored in bank.stored_skills()}
    kept = tuple(slug for slug in sorted(theirs) if slug in base and slug in ours and ours[slug].skill_hash != theirs[slug].skill_hash
                 and same_skill(theirs[slug].skill(), base[slug]))
    return plan, kept


def _last_seen(bank: BankReader) -> tuple[int, dict[str, Skill]]:
    """The newest revision that holds a starter bank's state, and that state; 0 and nothing for a bank without one.

    Updates before merges existed put single skills in place; they stand in the state as they were put.
    """
    if not bank.head_number:
        return 0, {}
    first = bank.revision("r1")
    if first.kind != "build" and not bank.meta("template"):
        return 0, {}
    last, state = first.number, {skill.slug: skill for skill in bank.skills_at(first.number)}
    for number in map(int, bank.meta(UPDATES).split()):
        parents = bank.revision(number).parents
        if len(parents) == 2:
            last, state = parents[1], {skill.slug: skill for skill in bank.skills_at(parents[1])}
            continue
        for change in bank.changes(number - 1, number):
            if change.after is not None:
                state[change.slug] = bank.skill(change.slug, number)
    return last, state


def remember_update(bank: Bank, template: BankReader, made: Revision | None) -> None:
    """Note that the bank has seen this template; ``made`` is the revision of the update, if skills changed."""
    from esc_tui.bank.template import TemplateMark, remember_template

    if made is not None:
        bank.set_meta(UPDATES, " ".join([*bank.meta(UPDATES).split(), str(made.number)]))
    remember_template(bank, TemplateMark(*template.hashes()))
