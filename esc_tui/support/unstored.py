"""Talks on a bank that cannot be written: their events get numbers and are held by nobody but the talk itself."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from esc_tui.domain.events import ConversationStarted, Event

FIRST_NUMBER = 2**52
"""Above every number a bank gives, and exact as a JSON number, so that a stored talk that goes on unstored keeps its order."""


class UnstoredTalks:
    """A ``TalkStore`` that stores nothing."""

    def __init__(self) -> None:
        self._numbers = count(FIRST_NUMBER)

    def start_conversation(self, event: ConversationStarted) -> ConversationStarted:
        """The event with a number."""
        return event.model_copy(update={"event_id": next(self._numbers)})

    def append_events(self, events: Sequence[Event]) -> list[int]:
        """A number for each event, rising."""
        return [next(self._numbers) for _ in events]
