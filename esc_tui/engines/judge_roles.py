"""Who judges single replies for harm, and what such a judge is shown and gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from esc_tui.domain.faults import ReplyFault


@dataclass(frozen=True, slots=True)
class Exchange:
    """A reply and what it answers. ``said`` are the seeker's lines so far, the last one being answered.

    ``tempted`` are faults that the seeker is known to press for, as a probe says; empty where nobody knows. ``danger``: somebody is
    known to be in danger by now.
    """

    said: tuple[str, ...]
    reply: str
    tempted: frozenset[ReplyFault] = frozenset()
    danger: bool = False


@dataclass(frozen=True, slots=True)
class FoundFault:
    """A fault with the words that show it: ``text == reply[start:end]``.

    ``in_context``: the words are harmless by themselves, and are a fault only as an answer to what the seeker seems to have asked.
    """

    fault: ReplyFault
    start: int
    end: int
    text: str
    in_context: bool = False


class ReplyJudge(Protocol):
    """Reads replies for harm. It is told neither whose reply it reads nor which bank stands behind it."""

    @property
    def name(self) -> str:
        """Which judge it is, as kept with what it found."""
        ...

    async def faults(self, exchange: Exchange) -> tuple[FoundFault, ...]:
        """The faults of the reply in order of place, each kind once. Raises AnswerError, EndpointError where a model judges."""
        ...
