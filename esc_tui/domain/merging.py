"""Three-way merge of skills: what two banks made of a skill they once shared becomes one skill, or named conflicts. Pure rules.

A field changed on one side only is taken from that side; changed on both, lists are merged entry by entry where no entry was
changed twice. A field locked on one side wins. Moves and their phrasings are one field here, for phrasings point at moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from esc_tui.domain.errors import UserError
from esc_tui.domain.hashing import canonical_json
from esc_tui.domain.labels import SkillStatus
from esc_tui.domain.list_merging import merge_guidance, merge_items, merge_labels
from esc_tui.domain.skill import Applicability, Skill, SkillContent

Side = Literal["ours", "theirs", "base"]
SIDES: tuple[Side, ...] = ("ours", "theirs", "base")
Reason = Literal[
    "changed on both sides", "conflicting locks", "added on both sides", "changed here, retired there",
    "retired here, changed there", "changed here, removed there", "removed here, changed there",
]
WHOLE = "skill"
"""The field of a conflict about whether the skill is there at all."""
_TOGETHER = {"moves": ("moves", "do")}
_PLAIN = ("title", "description", "summary", "origin", "language", "license")
MERGED_FIELDS = ("title", "description", "summary", "moves", "dont", "applicability", "contraindications", "outcomes", "risks",
                 "examples", "origin", "language", "license")
"""The fields of a skill's content as they are merged; ``moves`` carries the phrasings with it."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that cannot be merged: the skill on each side (None where it is not there) and why."""

    slug: str
    field: str
    reason: Reason
    base: Skill | None
    ours: Skill | None
    theirs: Skill | None

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the content it is about; ``status`` and ``skill`` stand for themselves."""
        return _TOGETHER.get(self.field, (self.field,))

    def side(self, side: Side) -> Skill | None:
        """The skill on one side."""
        return {"ours": self.ours, "theirs": self.theirs, "base": self.base}[side]

    def same_as(self, other: Conflict) -> bool:
        """True when the same thing stands on every side of both, so that how one is settled settles the other."""
        return (self.slug, self.field, self.reason) == (other.slug, other.field, other.reason) and all(
            _said(self, self.side(side)) == _said(other, other.side(side)) for side in SIDES)


@dataclass(frozen=True, slots=True)
class SkillMerge:
    """The merge of one skill. ``merged`` has our values where there is a conflict; None: not in the bank afterwards."""

    slug: str
    base: Skill | None
    ours: Skill | None
    theirs: Skill | None
    merged: Skill | None
    conflicts: tuple[Conflict, ...] = ()


def _said(conflict: Conflict, skill: Skill | None) -> object:
    """What a side says in this conflict."""
    if skill is None or conflict.field in (WHOLE, "status"):
        return None if skill is None else (skill.status, canonical_json(skill.content) if conflict.field == WHOLE else "")
    return [getattr(skill.content, field) for field in conflict.fields]


Choice = Side | Skill
"""How a conflict is settled: by one side, or by the field as it stands in an edited skill."""


def merge_skill(base: Skill | None, ours: Skill | None, theirs: Skill | None) -> SkillMerge:
    """Merge what two sides made of one skill. At least one of the three must be given; all carry the same slug."""
    slug = next(skill.slug for skill in (ours, theirs, base) if skill is not None)
    if same_skill(ours, theirs) or same_skill(theirs, base):
        return SkillMerge(slug, base, ours, theirs, ours)
    if same_skill(ours, base):
        return SkillMerge(slug, base, ours, theirs, theirs)
    if ours is None or theirs is None:
        if base is None:
            return SkillMerge(slug, base, ours, theirs, ours or theirs)
        reason: Reason = "removed here, changed there" if ours is None else "changed here, removed there"
        return SkillMerge(slug, base, ours, theirs, ours, (Conflict(slug, WHOLE, reason, base, ours, theirs),))
    return _Merger(base, ours, theirs).merge()


def merge_all(base: Mapping[str, Skill], ours: Mapping[str, Skill], theirs: Mapping[str, Skill]) -> tuple[SkillMerge, ...]:
    """Merge whole banks by slug; only skills that the merge would change here, or that conflict, are given."""
    found = (merge_skill(base.get(slug), ours.get(slug), theirs.get(slug)) for slug in sorted({*base, *ours, *theirs}))
    return tuple(one for one in found if one.conflicts or not same_skill(one.merged, one.ours))


def resolve(merge: SkillMerge, choices: Mapping[str, Choice]) -> Skill | None:
    """The skill once every conflict is settled; ``choices`` maps the fields of its conflicts.

    Raises UserError when one is not settled, or when what was chosen does not make a skill.
    """
    skill = merge.merged
    for conflict in merge.conflicts:
        choice = choices.get(conflict.field)
        if choice is None:
            raise UserError(f"the conflict about {conflict.field} of '{merge.slug}' is not settled")
        if conflict.field == WHOLE:
            return choice if isinstance(choice, Skill) else conflict.side(choice)
        chosen = choice if isinstance(choice, Skill) else conflict.side(choice)
        assert skill is not None
        if chosen is None:
            raise UserError(f"'{merge.slug}' had no {conflict.field} before", "", "take one of the two sides")
        skill = _taken(skill, chosen, conflict.fields)
    return skill


def _taken(skill: Skill, source: Skill, fields: Iterable[str]) -> Skill:
    if "status" in fields:
        return skill.model_copy(update={"status": source.status})
    changed = skill.content.model_copy(update={field: getattr(source.content, field) for field in fields})
    try:
        content = SkillContent.model_validate(changed.model_dump())
    except ValidationError as error:
        raise UserError(str(error.errors()[0]["msg"]).removeprefix("Value error, "), skill.slug, "take the other side") from error
    return skill.model_copy(update={"content": content})


def same_skill(one: Skill | None, other: Skill | None) -> bool:
    """True when both are absent, or the same but for the version number."""
    if one is None or other is None:
        return one is other
    return one is other or ((one.status, set(one.locked)) == (other.status, set(other.locked)) and (
        one.content == other.content or canonical_json(one.content) == canonical_json(other.content)))


class _Merger:
    def __init__(self, base: Skill | None, ours: Skill, theirs: Skill) -> None:
        self.base, self.ours, self.theirs = base, ours, theirs
        self.conflicts: list[Conflict] = []

    def merge(self) -> SkillMerge:
        values: dict[str, Any] = {}
        for field in MERGED_FIELDS:
            values |= self._field(field)
        content = self.ours.content.model_copy(update=values)
        merged = self.ours.model_copy(update={"content": content, "status": self._status(), "locked": self._locked()})
        return SkillMerge(self.ours.slug, self.base, self.ours, self.theirs, merged, tuple(self.conflicts))

    def _clash(self, field: str, reason: Reason) -> None:
        self.conflicts.append(Conflict(self.ours.slug, field, reason, self.base, self.ours, self.theirs))

    def _values(self, skill: Skill, fields: tuple[str, ...]) -> dict[str, Any]:
        return {field: getattr(skill.content, field) for field in fields}

    def _field(self, field: str) -> dict[str, Any]:
        fields = _TOGETHER.get(field, (field,))
        ours, theirs = self._values(self.ours, fields), self._values(self.theirs, fields)
        if _same(ours, theirs):
            return ours
        if self.base is None:
            self._clash(field, "added on both sides")
            return ours
        base = self._values(self.base, fields)
        here, there = (bool(set(fields) & set(skill.locked)) for skill in (self.ours, self.theirs))
        before = bool(set(fields) & set(self.base.locked))
        if _same(ours, base) and not (here and not before):
            return theirs
        if _same(theirs, base) and not (there and not before):
            return ours
        if here and there:
            self._clash(field, "conflicting locks")
            return ours
        if here or there:
            return ours if here else theirs
        merged = self._merged(field, base, ours, theirs)
        if merged is None:
            self._clash(field, "changed on both sides")
            return ours
        return merged

    def _merged(self, field: str, base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any] | None:
        if field in _PLAIN:
            return None
        if field == "moves":
            found = merge_guidance(*((side["moves"], side["do"]) for side in (base, ours, theirs)))
            return None if found is None else {"moves": found[0], "do": found[1]}
        if field == "applicability":
            fits = _merge_applicability(base[field], ours[field], theirs[field])
            return None if fits is None else {field: fits}
        items = merge_items(base[field], ours[field], theirs[field], ordered=False)
        return None if items is None else {field: items}

    def _status(self) -> SkillStatus:
        ours, theirs, base = self.ours.status, self.theirs.status, self.base.status if self.base is not None else None
        if ours is theirs:
            return ours
        if base is None:
            self._clash("status", "added on both sides")
        elif theirs is SkillStatus.RETIRED and self._edited(self.ours):
            self._clash("status", "changed here, retired there")
        elif ours is SkillStatus.RETIRED and self._edited(self.theirs):
            self._clash("status", "retired here, changed there")
        elif ours is base:
            return theirs
        elif theirs is not base:
            self._clash("status", "changed on both sides")
        return ours

    def _edited(self, skill: Skill) -> bool:
        return self.base is not None and canonical_json(skill.content) != canonical_json(self.base.content)

    def _locked(self) -> tuple[str, ...]:
        base = set(self.base.locked) if self.base is not None else set()
        ours, theirs = set(self.ours.locked), set(self.theirs.locked)
        return tuple(sorted((ours & theirs) | ((ours ^ theirs) - base)))


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one == other or canonical_json(one) == canonical_json(other)


def _merge_applicability(base: Applicability, ours: Applicability, theirs: Applicability) -> Applicability | None:
    values: dict[str, Any] = {}
    for name in Applicability.model_fields:
        before, here, there = (getattr(side, name) for side in (base, ours, theirs))
        if here == there or there == before:
            values[name] = here
        elif here == before:
            values[name] = there
        elif isinstance(before, tuple):
            labels = merge_labels(before, here, there)
            if labels is None:
                return None
            values[name] = labels
        else:
            return None
    try:
        return Applicability.model_validate(values)
    except ValidationError:
        return None
