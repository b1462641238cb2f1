"""A regression case: a moment of a talk that a person kept, with what must hold of the reply to it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from esc_tui.domain.base import Noun
from esc_tui.domain.events import AnyEvent, Mode

DemandKind = Literal["chosen", "not_chosen", "strategy", "unsaid", "takes_over", "stays_out"]


class Demand(Noun):
    """One thing that must hold. ``value``: a skill, a strategy's label or words; empty for the two about the guard."""

    kind: DemandKind
    value: str = ""

    def __str__(self) -> str:
        """The demand in words."""
        return {"chosen": f"chooses {self.value}", "not_chosen": f"does not choose {self.value}", "strategy": f"uses {self.value}",
                "unsaid": f"never says “{self.value}”", "takes_over": "the guard takes over",
                "stays_out": "the guard does not take over"}[self.kind]


class RegressionCase(Noun):
    """What is kept. ``events`` are the talk up to the seeker's words at ``turn``, without the reply to them.

    ``conversation`` names the talk they are of: when it is forgotten, its cases go too. ``masked`` when names were replaced.
    """

    id: str
    title: str = Field(min_length=1, max_length=120)
    conversation: str
    turn: int
    demands: tuple[Demand, ...] = Field(min_length=1)
    mode: Mode = "all-in-one"
    masked: bool = False
    events: tuple[AnyEvent, ...]
