"""Simulated seekers: who they are, what they hide, what they can tell, and what they say at which emotion."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from esc_tui.domain.base import Noun
from esc_tui.domain.errors import WrongUseError
from esc_tui.domain.labels import Character, Need, Scenario, Shelf
from esc_tui.domain.text import primary_language

Asked = Literal[
    "what-happened", "when", "who", "where", "feeling", "hardest", "why", "tried", "body", "others-say", "good", "next",
]
"""What a fact is an answer to."""

ASKED: tuple[Asked, ...] = (
    "what-happened", "when", "who", "where", "feeling", "hardest", "why", "tried", "body", "others-say", "good", "next",
)

Layer = Annotated[int, Field(ge=1, le=3)]


class Fact(Noun):
    """Something the seeker can tell, in their own words, one or two sentences that stand by themselves.

    ``layer`` 1 is told to anybody, 2 once there is some trust, 3 only to somebody who has earned it.
    """

    layer: Layer
    answers: tuple[Asked, ...] = ()
    text: str


class SeekerLines(Noun):
    """What the seeker says besides facts, each line fit to follow any reply of its kind and never said twice in a talk.

    ``up``, ``flat`` and ``down`` answer a reply that helped, that changed nothing, that hurt or missed. ``low`` and ``high`` colour
    talk in the bands C (10-39) and A (70-99). ``advice`` answers advice that came too early, ``repeated`` a reply heard before,
    ``thanks`` ends a talk that went well (band S), ``leaving`` one that did not (band F).
    """

    up: tuple[str, ...] = ()
    flat: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    low: tuple[str, ...] = ()
    high: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    thanks: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()

    def all(self) -> tuple[str, ...]:
        """Every line, in the order of the fields."""
        return tuple(line for field in type(self).model_fields for line in getattr(self, field))


class BandBehaviour(Noun):
    """How the seeker behaves at high (A), middle (B) and low (C) emotion, told to whoever plays them."""

    high: str = ""
    middle: str = ""
    low: str = ""


class Profile(Noun):
    """A simulated seeker in SAGE's terms (profile fields of Tencent/digitalhuman), extended by what a seeker without a model needs.

    ``scene`` is the story for the one who plays, ``wish`` the hidden intention in this case: neither ever reaches the supporter.
    ``facts`` and ``lines`` may be empty in a profile that a model plays (imported ones are).
    """

    id: str
    name: str = ""
    age: Annotated[int, Field(ge=8, le=110)] | None = None
    occupation: str = ""
    scenario: Scenario = Scenario.OTHER
    persona: str
    scene: str
    character: Character
    traits: tuple[str, ...] = ()
    need: Need
    wish: str = ""
    first_line: str
    behaviour: BandBehaviour = BandBehaviour()
    raises: tuple[str, ...] = ()
    lowers: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    lines: SeekerLines = SeekerLines()
    shelf: Shelf = Shelf.DEVELOP
    language: str = "en"
    licence: str = "MIT"
    source: str = ""

    @model_validator(mode="after")
    def _holds_text(self) -> Profile:
        for field in ("id", "persona", "scene", "first_line"):
            if not str(getattr(self, field)).strip():
                raise ValueError(f"a profile needs its '{field}'")
        return self

    @property
    def speaks_by_itself(self) -> bool:
        """True when the seeker can be played without a model: facts of every layer and lines for every occasion."""
        layers = {fact.layer for fact in self.facts}
        return layers == {1, 2, 3} and all(getattr(self.lines, field) for field in SeekerLines.model_fields)

    def hidden_texts(self) -> tuple[str, ...]:
        """What must never stand in anything the supporter sees: the wish, the story, the behaviour, what moves them."""
        behaviour = self.behaviour
        return tuple(text for text in (self.wish, self.scene, self.persona, behaviour.high, behaviour.middle, behaviour.low,
                                       *self.raises, *self.lowers) if text.strip())


def why_unplayable(profile: Profile) -> str:
    """Why the profile cannot be played without a model: another language than English, or nothing to speak from; else empty."""
    if primary_language(profile.language) != "en":
        return f"the embedded seeker speaks English and '{profile.id}' another language ({profile.language})"
    return "" if profile.speaks_by_itself else f"'{profile.id}' has no facts and lines of its own for the embedded seeker to speak from"


class UnplayableError(WrongUseError):
    """A profile cannot be played without a model: one sentence with the option of the command line that lets a model play it."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"{why}, so let a model play it with --seeker endpoint")


def refuse_unplayable(profile: Profile) -> None:
    """Raises UnplayableError for a profile that cannot be played without a model."""
    why = why_unplayable(profile)
    if why:
        raise UnplayableError(why)
