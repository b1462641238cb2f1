"""An unfinished skill: plain values that may be wrong, what is wrong with them, and the skill they make once nothing is."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic import ValidationError

from esc_tui.domain.errors import UserError
from esc_tui.domain.reshaping import Lineage
from esc_tui.domain.skill import Skill, SkillContent

Path = tuple[str | int, ...]
NEW_KEY = "new:"
"""What the draft keys of skills not yet in the bank begin with."""
PROPOSED_KEY = "proposal:"
"""What the draft keys of skills as a proposal has them begin with: ``proposal:14:`` and the slug. Bank knows nothing of these."""
EMPTY: Mapping[str, Any] = {
    "title": "", "description": "", "summary": "", "moves": [], "do": [], "dont": [],
    "applicability": {"states": [], "scenarios": [], "stages": [], "needs": [], "intensity_low": 1, "intensity_high": 5, "text": ""},
    "contraindications": [], "outcomes": [], "risks": [], "examples": [], "origin": "written, unverified", "language": "en",
    "license": "MIT",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and where; ``path`` may name a list or an entry of one."""

    path: Path
    sentence: str


@dataclass(slots=True)
class SkillDraft:
    """The values of a skill as they are being written. ``slug`` is None until the skill is in the bank."""

    key: str
    slug: str | None
    name: str
    status: str
    locked: list[str]
    content: dict[str, Any]
    base_revision: int
    base_version: int | None
    past: list[dict[str, Any]] = field(default_factory=list)
    future: list[dict[str, Any]] = field(default_factory=list)
    lineage: Lineage = field(default_factory=Lineage)

    @property
    def proposed(self) -> bool:
        """True for a skill as a proposal has it: its status and its locks are the proposal's."""
        return self.key.startswith(PROPOSED_KEY)

    @property
    def way(self) -> str:
        """How a person comes back to what is kept unsaved: the key, and on which skill."""
        if self.proposed:
            return f"e on P-{self.key.split(':')[1]}"
        return f"e on {self.slug}" if self.slug else "n"

    # Values

    def get(self, path: Path) -> Any:
        """The value at a path; ``("name",)``, ``("status",)`` and ``("locked",)`` are the draft's own."""
        if path[0] in {"name", "status", "locked"}:
            return getattr(self, str(path[0]))
        value: Any = self.content
        for step in path:
            value = value.get(step, "") if isinstance(value, dict) else value[step]
        return value

    def put(self, path: Path, value: Any, *, step: bool = True) -> None:
        """Change the value at a path; ``step`` makes it a step of its own for ``undo``."""
        if self.get(path) == value:
            return
        if step:
            self.remember()
        if path[0] in {"name", "status", "locked"}:
            setattr(self, str(path[0]), value)
            return
        holder: Any = self.content
        for part in path[:-1]:
            holder = holder[part]
        holder[path[-1]] = value

    def insert(self, path: Path, place: int, entry: Any) -> None:
        """Put an entry into the list at a path."""
        self.remember()
        self.get(path).insert(place, entry)
        if path == ("moves",):
            self._renumber(lambda move: move + 1 if move > place else move)

    def remove(self, path: Path, place: int) -> None:
        """Take an entry out of the list at a path; phrasings of a removed move go with it."""
        self.remember()
        self.get(path).pop(place)
        if path == ("moves",):
            self.content["do"] = [say for say in self.content["do"] if say["move"] != place + 1]
            self._renumber(lambda move: move - 1 if move > place + 1 else move)

    def move(self, path: Path, place: int, by: int) -> int:
        """Move an entry up or down; gives its new place. Phrasings follow their move."""
        entries = self.get(path)
        other = place + by
        if not 0 <= other < len(entries):
            return place
        self.remember()
        entries[place], entries[other] = entries[other], entries[place]
        if path == ("moves",):
            swap = {place + 1: other + 1, other + 1: place + 1}
            self._renumber(lambda move: swap.get(move, move))
        return other

    def _renumber(self, change: Any) -> None:
        for say in self.content["do"]:
            say["move"] = change(say["move"])

    # Steps back and forth

    def _state(self) -> dict[str, Any]:
        return copy.deepcopy({"name": self.name, "status": self.status, "locked": self.locked, "content": self.content})

    def _restore(self, state: dict[str, Any]) -> None:
        self.name, self.status = state["name"], state["status"]
        self.locked, self.content = state["locked"], state["content"]

    def remember(self) -> None:
        """Keep the present values for ``undo``."""
        self.past.append(self._state())
        del self.past[:-200]
        self.future.clear()

    def undo(self) -> bool:
        """One step back; False when there is none."""
        if not self.past:
            return False
        self.future.append(self._state())
        self._restore(self.past.pop())
        return True

    def redo(self) -> bool:
        """One step forth; False when there is none."""
        if not self.future:
            return False
        self.past.append(self._state())
        self._restore(self.future.pop())
        return True

    # To and from the bank

    def stored(self) -> dict[str, Any]:
        """What the bank keeps of an unfinished edit."""
        return {**self._state(), **({"lineage": asdict(self.lineage)} if self.lineage else {})}

    def forget_empty_step(self) -> None:
        """Take the newest step away when nothing changed in it."""
        if self.past and self.past[-1] == self._state():
            self.past.pop()

    def same_as(self, skill: Skill | None) -> bool:
        """True when nothing differs from a skill (from an empty draft for None)."""
        other = from_skill(skill, 0) if skill is not None else new_draft("", 0)
        return self._state() == other._state() or (skill is None and self.content == dict(EMPTY) and not self.name)

    def skill(self) -> Skill:
        """The skill. Raises ValidationError when something is wrong."""
        content = SkillContent.model_validate(_tidy(self.content))
        return Skill.model_validate({"slug": self.name.strip(), "content": content, "status": self.status,
                                     "locked": tuple(self.locked)})

    def problems(self) -> list[Problem]:
        """Everything that keeps the draft from being a skill."""
        found: list[Problem] = []
        try:
            SkillContent.model_validate(_tidy(self.content))
        except ValidationError as error:
            found += [_problem(detail) for detail in error.errors()]
        try:
            Skill.model_validate({"slug": self.name.strip(), "status": self.status, "locked": tuple(self.locked),
                                  "content": _ANY_CONTENT})
        except ValidationError as error:
            found += [Problem(("name",) if detail["loc"][0] == "slug" else tuple(detail["loc"]), _sentence(detail))
                      for detail in error.errors()]
        return found


_ANY_CONTENT = SkillContent.model_validate(
    {"title": "-", "description": "-", "summary": "-", "moves": [{"action": "restatement", "text": "-"}]})


def _tidy(content: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the model wants them: no blank entries at the ends of texts, lists as tuples."""
    return copy.deepcopy(dict(content))


def _problem(detail: Any) -> Problem:
    return Problem(tuple(detail["loc"]), _sentence(detail))


def _sentence(detail: Any) -> str:
    kind, context = str(detail["type"]), detail.get("ctx") or {}
    if detail["loc"] and detail["loc"][-1] == "slug":
        return "Use 1 to 64 lower-case letters and digits, with single hyphens between."
    written = isinstance(detail.get("input"), str)
    if kind == "string_too_short" or (kind == "too_short" and written):
        return "Write something here."
    if kind == "string_too_long" or (kind == "too_long" and written):
        return f"At most {context.get('max_length')} characters."
    if kind == "too_short":
        return "At least one entry is needed."
    if kind == "too_long":
        return f"At most {context.get('max_length')} entries."
    if kind == "enum":
        return "Choose one of the list."
    if detail["loc"] and detail["loc"][-1] == "language":
        return "Write a language tag such as en, de or zh-Hans."
    message = str(detail["msg"]).removeprefix("Value error, ")
    return message[:1].upper() + message[1:].rstrip(".") + "."


def from_skill(skill: Skill, revision: int) -> SkillDraft:
    """A draft that begins as a skill stands."""
    return SkillDraft(skill.slug, skill.slug, skill.slug, skill.status.value, list(skill.locked),
                      skill.content.model_dump(mode="json"), revision, skill.version)


def new_draft(key: str, revision: int, like: Skill | None = None, name: str = "") -> SkillDraft:
    """A draft of a new skill, empty or with the content of another."""
    content = copy.deepcopy(dict(EMPTY)) if like is None else like.content.model_dump(mode="json")
    if like is not None:
        content["origin"] = "written, unverified"
    return SkillDraft(f"{NEW_KEY}{key}", None, name, "draft", [], content, revision, None)


def from_stored(key: str, slug: str | None, values: Mapping[str, Any], base_revision: int, base_version: int | None) -> SkillDraft:
    """A draft the bank kept. Raises UserError when its values are no draft of this program."""
    try:
        content = {**copy.deepcopy(dict(EMPTY)), **values["content"]}
        made = dict(values.get("lineage") or {})
        split_by = made.pop("split_by", "")
        lineage = Lineage(split_by=split_by, **{name: tuple(found) for name, found in made.items()})
        return SkillDraft(key, slug, str(values["name"]), str(values["status"]), list(values["locked"]), content, base_revision,
                          base_version, lineage=lineage)
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"the kept draft '{key}' cannot be read", "", "press e and choose to begin from the bank again") from error


def with_skill(draft: SkillDraft, skill: Skill) -> SkillDraft:
    """The draft with the values of an edited skill."""
    new = from_skill(skill, draft.base_revision)
    new.key, new.slug, new.base_version = draft.key, draft.slug, draft.base_version
    new.past, new.future, new.lineage = draft.past, draft.future, draft.lineage
    return new
