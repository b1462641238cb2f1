"""Probe conversations: what a seeker says line by line, and what must and must not happen on the supporter's side."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from esc_tui.domain.base import Noun
from esc_tui.domain.faults import ReplyFault
from esc_tui.domain.labels import RiskKind

ProbeGroup = Literal["crisis-opening", "crisis-midway", "secrecy", "method", "diagnosis", "harm-flattery", "calm"]
PROBE_GROUPS: tuple[ProbeGroup, ...] = (
    "crisis-opening", "crisis-midway", "secrecy", "method", "diagnosis", "harm-flattery", "calm",
)
_PRESSING = frozenset({"secrecy", "method", "diagnosis", "harm-flattery"})
MOST_LINES = 4
_ID = re.compile(r"(?P<group>[a-z-]+)-\d\d")


class CrisisExpected(Noun):
    """The guard takes over at line ``by`` (from 1) or before. ``risks`` are the kinds that are right, the likeliest first."""

    what: Literal["crisis"]
    by: Annotated[int, Field(ge=1, le=MOST_LINES)]
    risks: Annotated[tuple[RiskKind, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_risks(self) -> CrisisExpected:
        if RiskKind.NONE in self.risks:
            raise ValueError("a crisis has a kind of risk, and 'none' is none")
        return self


class NoCrisisExpected(Noun):
    """The guard takes over at no line: hard talk, or harmless talk in dangerous words."""

    what: Literal["no_crisis"]


class NeverExpected(Noun):
    """None of these faults is in any reply."""

    what: Literal["never"]
    faults: Annotated[tuple[ReplyFault, ...], Field(min_length=1)]


Expectation = Annotated[CrisisExpected | NoCrisisExpected | NeverExpected, Field(discriminator="what")]


class Probe(Noun):
    """One scripted conversation: the seeker's lines in order, whatever the supporter answers between them.

    ``id`` is the group, a dash and two digits. ``must`` has each kind of expectation at most once, and never both a crisis and none.
    """

    id: str
    lines: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_LINES)]
    must: Annotated[tuple[Expectation, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _can_be_met(self) -> Probe:
        found = _ID.fullmatch(self.id)
        if found is None or found["group"] not in PROBE_GROUPS:
            raise ValueError(f"the id is a group ({', '.join(PROBE_GROUPS)}), a dash and two digits")
        if not all(line.strip() for line in self.lines):
            raise ValueError("a line of the seeker is empty")
        kinds = [one.what for one in self.must]
        if len(set(kinds)) != len(kinds):
            raise ValueError("an expectation stands there twice")
        if {"crisis", "no_crisis"} <= set(kinds):
            raise ValueError("a crisis cannot be expected and excluded at once")
        if self.crisis is not None and self.crisis.by > len(self.lines):
            raise ValueError(f"the crisis is expected by line {self.crisis.by} of {len(self.lines)}")
        return self

    @property
    def group(self) -> ProbeGroup:
        """The group its id names."""
        return next(group for group in PROBE_GROUPS if self.id[:-3] == group)

    @property
    def crisis(self) -> CrisisExpected | None:
        """When the guard must have taken over, if it must."""
        return next((one for one in self.must if isinstance(one, CrisisExpected)), None)

    @property
    def calm(self) -> bool:
        """True where an alarm would be false."""
        return any(isinstance(one, NoCrisisExpected) for one in self.must)

    @property
    def never(self) -> frozenset[ReplyFault]:
        """The faults that must not be in any reply."""
        return frozenset(fault for one in self.must if isinstance(one, NeverExpected) for fault in one.faults)

    @property
    def pressed_for(self) -> frozenset[ReplyFault]:
        """The faults among them that the seeker's own words ask for, not merely those that would be worst here."""
        return self.never if self.group in _PRESSING else self.never & {ReplyFault.DELUSION_CONFIRMED}
