"""Merging another bank into this one: which state both come from, what would change, and the one revision that does it.

The other's newest state is kept as a revision of this bank, the second parent of the merge, so that the next merge starts there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from esc_tui.bank import revisions
from esc_tui.bank.joining import Brought, bring_along
from esc_tui.bank.reading import BankReader
from esc_tui.bank.skills import StoredSkill, stored_at
from esc_tui.domain.errors import UserError

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.domain.merging import Choice, Conflict, SkillMerge
    from esc_tui.domain.revision import Revision
    from esc_tui.domain.skill import Skill

BaseKind = Literal["revision", "template", "none"]


@dataclass(frozen=True, slots=True)
class MergeBase:
    """The state two banks have in common: ``revision`` is its number here (None when it is no revision here)."""

    kind: BaseKind
    revision: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge would do. ``merges`` holds the skills it changes here or cannot decide; nothing is written yet.

    ``theirs`` are the other's skills that differ from ours (None: not there), whatever becomes of them.
    """

    name: str
    head: int
    their_head: Revision
    base: MergeBase
    merges: tuple[SkillMerge, ...]
    theirs: Mapping[str, Skill | None]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Every conflict, by skill."""
        return tuple(conflict for merge in self.merges for conflict in merge.conflicts)


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did. ``revision`` is None when the skills were already those of the merge."""

    revision: Revision | None
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    brought: Brought


Choices = Mapping[tuple[str, str], "Choice"]
"""How conflicts are settled, by skill and field."""


def find_base(ours: BankReader, theirs: BankReader) -> tuple[MergeBase, dict[str, StoredSkill]]:
    """The newest state that stands in both histories, told by its hash; else the template both were made from; else nothing."""
    hashes = {row[0] for row in theirs.connection.rows("SELECT hash FROM revisions")}
    for number, digest in ours.connection.rows("SELECT number, hash FROM revisions ORDER BY number DESC"):
        if digest in hashes:
            base = MergeBase("revision", number, f"Both grew from r{number} of this bank.")
            return base, _by_slug(ours, number)
    template = ours.meta("template")
    if template and template == theirs.meta("template"):
        from esc_tui.bank.bank import open_template
        from esc_tui.settings.locator import template_path

        with open_template(template_path()) as starter:
            if starter.head().hash == template.partition(" ")[0]:
                return MergeBase("template", None, "Both grew from the installed starter bank."), _by_slug(starter, None)
    return MergeBase("none", None, "The two banks have no state in common; every skill that differs is a conflict."), {}


def _by_slug(bank: BankReader, revision: int | None) -> dict[str, StoredSkill]:
    number = bank.head_number if revision is None else revision
    return {stored.slug: stored for stored in stored_at(bank.connection, number)} if number else {}


def plan_merge(ours: BankReader, theirs: BankReader, name: str, *, base: MergeBase | None = None,
               base_skills: Mapping[str, Skill] | None = None) -> MergePlan:
    """Compare another bank with this one; reads both, writes nothing. ``name`` is what the other is called in sentences.

    ``base`` with ``base_skills`` names the common state instead of looking for it. Raises UserError for an empty bank.
    """
    from esc_tui.domain.hashing import skill_hash
    from esc_tui.domain.merging import merge_all

    if not theirs.head_number:
        raise UserError("this bank has no revision yet", name, "there is nothing to merge")
    found: Mapping[str, StoredSkill | Skill]
    if base is None or base_skills is None:
        base, stored = find_base(ours, theirs)
        found, before = stored, {slug: one.skill_hash for slug, one in stored.items()}
    else:
        found, before = base_skills, {slug: skill_hash(skill) for slug, skill in base_skills.items()}
    here, there = _by_slug(ours, None), _by_slug(theirs, None)
    differing = [slug for slug in {*here, *there} if _hash(here, slug) != _hash(there, slug)]
    wanted = [slug for slug in differing if _hash(there, slug) != before.get(slug, "")]
    merges = merge_all(
        {slug: one if not isinstance(one, StoredSkill) else one.skill() for slug in wanted if (one := found.get(slug)) is not None},
        {slug: here[slug].skill() for slug in wanted if slug in here},
        {slug: _their_skill(there[slug], name) for slug in wanted if slug in there})
    return MergePlan(name, ours.head_number, theirs.head(), base, merges,
                     {slug: _their_skill(there[slug], name) if slug in there else None for slug in sorted(differing)})


def _hash(skills: Mapping[str, StoredSkill], slug: str) -> str:
    return skills[slug].skill_hash if slug in skills else ""


def _their_skill(stored: StoredSkill, name: str) -> Skill:
    try:
        return stored.skill()
    except ValueError as error:
        raise UserError(f"the skill '{stored.slug}' cannot be read", name, f"run 'esc-tui bank check --bank {name}'") from error


def preview(ours: BankReader, theirs: BankReader, name: str) -> Brought:
    """What would come along besides the skills, tried on a copy of this bank that has no name and no file; no snapshot is told."""
    from esc_tui.bank.others import unnamed_copy
    from esc_tui.domain.base import now_iso

    with unnamed_copy(ours.connection) as copy:
        return replace(bring_along(copy, theirs.connection, now_iso(), name), snapshot=0)


def settle(plan: MergePlan, choices: Choices) -> dict[str, Skill | None]:
    """The skills of the plan once its conflicts are settled, by slug. Raises UserError when one is not."""
    from esc_tui.domain.merging import resolve

    return {merge.slug: resolve(merge, {field: choice for (slug, field), choice in choices.items() if slug == merge.slug})
            for merge in plan.merges}


def one_side(plan: MergePlan, side: Literal["ours", "theirs"]) -> Choices:
    """Settle every conflict by one side."""
    return {(conflict.slug, conflict.field): side for conflict in plan.conflicts}


def carried_over(before: MergePlan, choices: Choices, after: MergePlan) -> dict[tuple[str, str], Choice]:
    """The choices of an older plan that still hold in a newer one: those of conflicts in which every side says the same."""
    known = {(one.slug, one.field): one for one in before.conflicts}
    return {key: choices[key] for one in after.conflicts
            if (key := (one.slug, one.field)) in choices and key in known and known[key].same_as(one)}


def carry_out(bank: Bank, theirs: BankReader, plan: MergePlan, choices: Choices, *, author: str, message: str = "",
              progress: Callable[[int, int], None] | None = None) -> Merged:
    """Make the merge: one durable transaction, all or nothing. Raises UserError for an open conflict, ConflictError when this
    bank got a newer revision since the plan was made.

    With the skills come the other's dialogues with their licences, units, labels, decisions, profiles and outcomes; never its
    talks, nor what was made of them.
    """
    from esc_tui.domain.base import now_iso

    wanted, time = settle(plan, choices), now_iso()
    with bank.together():
        if bank.head_number != plan.head:
            raise revisions.moved_on(bank.connection, plan.head)
        before = {slug: bank.has_skill(slug) for slug in wanted}
        made = revisions.commit_merge(
            bank.writing, plan.theirs, wanted, plan.their_head, name=plan.name, base=plan.base.revision, author=author,
            message=message or f"Merge {plan.name}", time=time)
        brought = bring_along(bank.writing, theirs.connection, time, plan.name, progress)
    differ = {slug: skill for slug, skill in wanted.items() if skill is not None or before[slug]} if made else {}
    return Merged(made, tuple(slug for slug, skill in differ.items() if skill is not None and not before[slug]),
                  tuple(slug for slug, skill in differ.items() if skill is not None and before[slug]),
                  tuple(slug for slug, skill in differ.items() if skill is None), brought)
