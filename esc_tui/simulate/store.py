"""Where the events of episodes go: a bundle that a process hands on turn by turn, or the bank by shared transactions of one loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import count
from typing import TYPE_CHECKING

from esc_tui.bank.episodes import PreparedEvent, append_run_events, prepared
from esc_tui.domain.events import ConversationStarted, Event, SegmentDelta

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection

GATHER_SECONDS = 0.004
"""So long a loop waits for events of other episodes before one transaction takes them all."""


class BundleStore:
    """Keeps what one episode said since the last ``take``; nothing is written here. Deltas are left out: nobody watches."""

    immediate = True

    def __init__(self) -> None:
        self._numbers = count(1)
        self._events: list[PreparedEvent] = []

    def start_conversation(self, event: ConversationStarted) -> ConversationStarted:
        """The first event."""
        self._events.append(prepared(event))
        return event.model_copy(update={"event_id": next(self._numbers)})

    def append_events(self, events: Sequence[Event]) -> list[int]:
        """Keep events; the numbers only tell them apart."""
        self._events.extend(prepared(event) for event in events if not isinstance(event, SegmentDelta))
        return [next(self._numbers) for _ in events]

    def take(self) -> list[PreparedEvent]:
        """What came since the last time."""
        taken, self._events = self._events, []
        return taken


class SharedStore:
    """Writes the events of many episodes of one loop into the bank, several at a time; each is stored before its producer goes on.

    ``watched`` says whether somebody has an episode open: only then are its deltas stored, sentence by sentence.
    """

    def __init__(self, connection: BankConnection, run: int, watched: Callable[[str], bool]) -> None:
        self._connection, self._run, self._watched = connection, run, watched
        self._waiting: list[tuple[list[PreparedEvent], asyncio.Future[list[int]]]] = []
        self._writer: asyncio.Task[None] | None = None

    def start_conversation(self, event: ConversationStarted) -> ConversationStarted:
        """Store the first event at once."""
        number = append_run_events(self._connection, self._run, [prepared(event)])[0]
        return event.model_copy(update={"event_id": number})

    def append_events(self, events: Sequence[Event]) -> list[int]:
        """Store events at once, for a talk that is closed from outside a loop."""
        kept = [prepared(event) for event in events if self._keeps(event)]
        numbers = iter(append_run_events(self._connection, self._run, kept))
        return [next(numbers) if self._keeps(event) else 0 for event in events]

    def _keeps(self, event: Event) -> bool:
        return not isinstance(event, SegmentDelta) or self._watched(event.conversation_id)

    async def append_later(self, events: Sequence[Event]) -> list[int]:
        """Store events with those that other episodes give in the same few milliseconds; gives their ids once they are stored."""
        kept = [event for event in events if self._keeps(event)]
        if not kept:
            return [0 for _ in events]
        done: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()
        self._waiting.append(([prepared(event) for event in kept], done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        numbers = iter(await done)
        return [next(numbers) if self._keeps(event) else 0 for event in events]

    async def _write(self) -> None:
        while self._waiting:
            await asyncio.sleep(GATHER_SECONDS)
            batch, self._waiting = self._waiting, []
            flat = [event for events, _ in batch for event in events]
            try:
                numbers = await asyncio.to_thread(append_run_events, self._connection, self._run, flat)
            except BaseException as error:
                for _, done in batch:
                    if not done.done():
                        done.set_exception(error)
                if not isinstance(error, Exception):
                    raise
                continue
            start = 0
            for events, done in batch:
                if not done.done():
                    done.set_result(numbers[start:start + len(events)])
                start += len(events)
