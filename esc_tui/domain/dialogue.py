"""Dialogues and the Intervention Units labelled in them."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from esc_tui.domain.base import Noun
from esc_tui.domain.labels import Action, Change, Need, Polarity, Scenario, Stage, State, Strategy

_NO_LETTER = re.compile(r"[\W_]+")
FELL_BY = 2
"""A dialogue helped when the seeker's intensity fell by so much from before to after (of 1-5)."""


class DialogueTurn(Noun):
    """One line of a dialogue; ``feedback`` is the seeker's 1-5 rating given at that line."""

    speaker: Literal["seeker", "supporter"]
    text: str
    strategy: Strategy | None = None
    feedback: Annotated[int, Field(ge=1, le=5)] | None = None


class Dialogue(Noun):
    """A support dialogue with its survey; intensities and ratings run 1-5."""

    id: str
    turns: tuple[DialogueTurn, ...]
    experience_type: str = ""
    emotion_type: str = ""
    problem_type: str = ""
    situation: str = ""
    initial_intensity: int | None = None
    final_intensity: int | None = None
    empathy: int | None = None
    relevance: int | None = None
    helped: bool | None = None
    licence: str = ""
    language: str = "en"
    source: str = ""


def outcome_words(before: int | None, after: int | None, helped: bool | None) -> str:
    """What a dialogue's source says of its end: "helped", "eased a little", "did not help", or "" when it says nothing.

    The seeker's intensities decide where both are given: a fall by exactly 1 is neither success nor failure. ``helped`` is what the
    collection says of all its dialogues, and counts where they are not.
    """
    if before is None or after is None:
        return "" if helped is None else "helped" if helped else "did not help"
    fell = before - after
    return "helped" if fell >= FELL_BY else "eased a little" if fell == FELL_BY - 1 else "did not help"


def words_hash(dialogue: Dialogue) -> str:
    """SHA-256 of the letters and digits of all lines, case folded: the same talk in any format and with any labels."""
    import hashlib

    letters = _NO_LETTER.sub("", "".join(turn.text.casefold() for turn in dialogue.turns))
    return hashlib.sha256(letters.encode("utf-8", "replace")).hexdigest()


class Quote(Noun):
    """Words of one turn that show a label: ``text == turns[turn].text[start:end]``."""

    turn: Annotated[int, Field(ge=0)]
    role: Literal["state", "action", "outcome"]
    text: str
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]


class InterventionUnit(Noun):
    """A moment of support: seeker state before, what the supporter did, how the seeker moved (ESC-Skills paper).

    ``labeller_kind`` keeps human and machine labels apart; a human label outranks a machine label and never overwrites it.
    ``confidence`` is a machine's own estimate (0-1) that its change is right; people give none.
    """

    id: str
    dialogue: str
    state_turn: Annotated[int, Field(ge=0)]
    action_turns: tuple[int, ...]
    outcome_turn: Annotated[int, Field(ge=0)]
    scenario: Scenario
    state: State
    also: tuple[State, ...] = ()
    intensity: Annotated[int, Field(ge=1, le=5)]
    stage: Stage
    need: Need | None = None
    actions: Annotated[tuple[Action, ...], Field(min_length=1)]
    change: Change
    quotes: tuple[Quote, ...] = ()
    labeller: str
    labeller_kind: Literal["human", "machine"] = "human"
    note: str = ""
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None

    @property
    def polarity(self) -> Polarity:
        """Polarity of the change."""
        return self.change.polarity

    @model_validator(mode="after")
    def _in_order(self) -> InterventionUnit:
        if not self.state_turn < min(self.action_turns) <= max(self.action_turns) < self.outcome_turn:
            raise ValueError("turns must run state, action, outcome")
        return self
