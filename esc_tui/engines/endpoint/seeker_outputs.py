"""What models are asked to answer that play a seeker, write one, or judge how one is doing."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, model_validator

from esc_tui.domain.profile import ASKED
from esc_tui.domain.sage import LARGEST_CHANGE
from esc_tui.engines.endpoint.output_fields import LENIENT, Lines, Said, as_list, between, entries, named, told

_WHOLE = re.compile(r"[-+]?\d{1,6}")
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _whole(value: Any) -> Any:
    """A whole number, also one written as text (``+5``); anything else stays and is refused."""
    if isinstance(value, bool):
        return "no number"
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value.strip())
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _yes(value: Any) -> Any:
    return value.strip().lower() in {"true", "yes"} if isinstance(value, str) else bool(value)


class _Output(BaseModel):
    model_config = LENIENT


class _Blocks(_Output):
    """An output whose fields are also known by the names of SAGE's blocks (``TargetCompletion``)."""

    @model_validator(mode="before")
    @classmethod
    def _plainly_named(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {_CAPITAL.sub("_", str(name)).strip().lower().replace(" ", "_"): value for name, value in data.items()}


Block = Annotated[Said, told(1_200)]


class SeekerJudgement(_Blocks):
    """Output of the seeker's first step, in the order of its five thoughts; the change is a whole number."""

    content: Block = ""
    target_completion: Block = ""
    activity: Block = ""
    analyse: Block = ""
    change: Annotated[int, BeforeValidator(_whole), between(-LARGEST_CHANGE, LARGEST_CHANGE)]


class SeekerWords(_Blocks):
    """Output of the seeker's second step; ``response`` is what is said, ``goodbye`` whether it ends the talk."""

    thinking: Block = ""
    origin: Block = ""
    change: Block = ""
    response: Block
    goodbye: Annotated[bool, BeforeValidator(_yes)] = False


class CriticSaid(_Output):
    """Output of the critic: how the seeker is doing after the last reply."""

    reason: Said = ""
    verdict: Annotated[Said, named(["worse", "same", "better", "solved"])]


class FactSaid(_Output):
    """Something a new seeker can tell."""

    layer: Annotated[int, BeforeValidator(_whole), between(1, 3)]
    answers: Annotated[list[Annotated[Said, named(ASKED)]], BeforeValidator(as_list)] = []
    text: Said


class BehaviourSaid(_Output):
    """How a new seeker behaves by emotion."""

    high: Said = ""
    middle: Said = ""
    low: Said = ""


class LinesSaid(_Output):
    """What a new seeker says besides facts, by occasion."""

    up: Lines = []
    flat: Lines = []
    down: Lines = []
    low: Lines = []
    high: Lines = []
    advice: Lines = []
    repeated: Lines = []
    thanks: Lines = []
    leaving: Lines = []


class ProfileDraft(_Output):
    """Output of the profile writer. Identifier, shelf, licence and source are not the model's to give."""

    name: Said = ""
    age: Annotated[int, BeforeValidator(_whole)] = 0
    occupation: Said = ""
    persona: Annotated[Said, told(2_000)]
    traits: Lines = []
    scene: Annotated[Said, told(4_000)]
    wish: Said
    first_line: Said
    behaviour: BehaviourSaid = BehaviourSaid()
    raises: Lines = []
    lowers: Lines = []
    facts: Annotated[list[FactSaid], BeforeValidator(as_list), entries(40)] = []
    lines: LinesSaid = LinesSaid()
