"""Talks on a bank that cannot be written: their events get numbers and are gone with the program."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from esc_tui.domain.events import ConversationStarted, Event, SegmentDelta, SegmentFinished

FIRST_NUMBER = 2**52
"""Above every number a bank gives, and exact as a JSON number, so that a stored talk that goes on unstored keeps its order."""


class UnstoredTalks:
    """A ``TalkStore`` that writes nothing; ``events`` holds what was added, for an export."""

    def __init__(self) -> None:
        self._numbers = count(FIRST_NUMBER)
        self.events: list[Event] = []

    def start_conversation(self, event: ConversationStarted) -> ConversationStarted:
        """The event with a number."""
        numbered = event.model_copy(update={"event_id": next(self._numbers)})
        self.events.append(numbered)
        return numbered

    def append_events(self, events: Sequence[Event]) -> list[int]:
        """A number for each event, rising."""
        numbered = [event.model_copy(update={"event_id": next(self._numbers)}) for event in events]
        for event in numbered:
            if isinstance(event, SegmentFinished):
                self.events = [kept for kept in self.events if not _part_of(kept, event)]
            self.events.append(event)
        return [event.event_id for event in numbered]


def _part_of(event: Event, whole: SegmentFinished) -> bool:
    return isinstance(event, SegmentDelta) and (event.turn, event.segment) == (whole.turn, whole.segment)
