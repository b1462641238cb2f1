"""The skill: an executable piece of support with guidance, conditions, expected outcomes and risks."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator, model_validator

from esc_tui.domain.base import Noun
from esc_tui.domain.labels import Action, Change, Need, Scenario, Severity, SkillStatus, Stage, State, Strategy

SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
SLOTS = ("clause", "also", "deed", "earlier", "feeling", "topic", "person", "wish", "quote", "time")
_SLOT = re.compile(r"\{([a-z_]+)\}")
_FILLED = dict(zip(SLOTS, ("you waited all evening", "nobody came", "you kept at it", "you moved house", "tired", "the exam", "your sister",
                           "to sleep", "it was late", "for three weeks"), strict=True))


def one_line(text: str) -> str:
    """The text on one line with single blanks; every text of a skill is one line, so that SKILL.md keeps it whole.

    Halves of surrogate pairs, which are no text in UTF-8, become U+FFFD.
    """
    whole = text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return " ".join(whole.split())


def filled(text: str) -> str:
    """A phrasing with plain words in its slots, for checks that read whole sentences."""
    return _SLOT.sub(lambda slot: _FILLED.get(slot.group(1), ""), text)


def _cue(text: str) -> str:
    cleaned = one_line(text)
    if any(mark in cleaned for mark in "|;[]"):
        raise ValueError("a cue holds no | ; [ or ]")
    return cleaned


Text = Annotated[str, AfterValidator(one_line), Field(min_length=1, max_length=4000)]
Cue = Annotated[str, AfterValidator(_cue), Field(min_length=1, max_length=200)]


class Move(Noun):
    """One step of a skill's guidance: an action and what to do, in words."""

    action: Action
    text: Text


class Phrasing(Noun):
    """Words that carry out move number ``move`` (1-based); ``{slots}`` are filled from what the seeker said."""

    move: Annotated[int, Field(ge=1, le=9)]
    text: Text

    @field_validator("text")
    @classmethod
    def _known_slots(cls, text: str) -> str:
        for slot in _SLOT.findall(text):
            if slot not in SLOTS:
                raise ValueError(f"unknown slot {{{slot}}}; known ones are {', '.join(SLOTS)}")
        return text

    @property
    def slots(self) -> tuple[str, ...]:
        """Names of the slots in order of appearance."""
        return tuple(_SLOT.findall(self.text))


class Applicability(Noun):
    """When a skill fits. An empty tuple means "any"; intensity runs from 1 (faint) to 5 (overwhelming)."""

    states: tuple[State, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    stages: tuple[Stage, ...] = ()
    needs: tuple[Need, ...] = ()
    intensity_low: Annotated[int, Field(ge=1, le=5)] = 1
    intensity_high: Annotated[int, Field(ge=1, le=5)] = 5
    text: Annotated[str, AfterValidator(one_line), Field(max_length=2000)] = ""

    @model_validator(mode="after")
    def _ordered(self) -> Applicability:
        if self.intensity_low > self.intensity_high:
            raise ValueError("the lower intensity is above the upper one")
        return self


class Contraindication(Noun):
    """When a skill must not be used. All given conditions must hold; cues are words looked for in the message."""

    text: Text
    states: tuple[State, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    stages: tuple[Stage, ...] = ()
    needs: tuple[Need, ...] = ()
    intensity_low: Annotated[int, Field(ge=1, le=5)] = 1
    intensity_high: Annotated[int, Field(ge=1, le=5)] = 5
    cues: tuple[Cue, ...] = ()

    @property
    def checkable(self) -> bool:
        """True when a program can decide it; a contraindication in words alone is shown but cannot veto."""
        narrow = self.intensity_low > 1 or self.intensity_high < 5
        return bool(self.states or self.scenarios or self.stages or self.needs or self.cues or narrow)


class ExpectedOutcome(Noun):
    """A response change the skill aims at, and how it looks."""

    change: Change
    text: Text


class Risk(Noun):
    """What can go wrong, and how bad it would be."""

    severity: Severity
    text: Text


class ExampleReply(Noun):
    """A seeker line and a reply that uses the skill."""

    seeker: Text
    reply: Text


class SkillContent(Noun):
    """Everything a person or a proposal can edit in a skill."""

    title: Annotated[str, AfterValidator(one_line), Field(min_length=1, max_length=120)]
    description: Annotated[str, AfterValidator(one_line), Field(min_length=1, max_length=1024)]
    summary: Annotated[str, AfterValidator(one_line), Field(min_length=1, max_length=1000)]
    moves: Annotated[tuple[Move, ...], Field(min_length=1, max_length=9)]
    do: tuple[Phrasing, ...] = ()
    dont: tuple[Text, ...] = ()
    applicability: Applicability = Applicability()
    contraindications: tuple[Contraindication, ...] = ()
    outcomes: tuple[ExpectedOutcome, ...] = ()
    risks: tuple[Risk, ...] = ()
    examples: tuple[ExampleReply, ...] = ()
    origin: Annotated[str, AfterValidator(one_line), Field(max_length=200)] = "written, unverified"
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)] = "en"
    license: Annotated[str, AfterValidator(one_line), Field(min_length=1, max_length=200)] = "MIT"

    @model_validator(mode="after")
    def _phrasings_point_at_moves(self) -> SkillContent:
        for phrasing in self.do:
            if phrasing.move > len(self.moves):
                raise ValueError(f"a do-phrasing points at move {phrasing.move}, but there are {len(self.moves)} moves")
        return self

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions of the moves, each once, in order."""
        return tuple(dict.fromkeys(move.action for move in self.moves))

    @property
    def strategies(self) -> tuple[Strategy, ...]:
        """The ESConv strategies the moves realise, each once, in order."""
        return tuple(dict.fromkeys(move.action.strategy for move in self.moves))


LOCKABLE_FIELDS = tuple(SkillContent.model_fields)


class Skill(Noun):
    """One skill as it stands in a revision: slug, content, status, locks and the number of its version."""

    slug: Annotated[str, Field(pattern=SLUG_PATTERN, max_length=64)]
    content: SkillContent
    status: SkillStatus = SkillStatus.ACTIVE
    locked: tuple[str, ...] = ()
    version: Annotated[int, Field(ge=1)] = 1

    @field_validator("locked")
    @classmethod
    def _lockable(cls, locked: tuple[str, ...]) -> tuple[str, ...]:
        for name in locked:
            if name not in LOCKABLE_FIELDS:
                raise ValueError(f"unknown field '{name}' in locked; known ones are {', '.join(LOCKABLE_FIELDS)}")
        return tuple(sorted(set(locked)))
