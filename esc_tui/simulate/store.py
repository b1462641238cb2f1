"""Where the events of episodes go: a bundle that a process hands on turn by turn, or the bank by shared transactions of one loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from esc_tui.bank.answers import cached_answer, keep_answer
from esc_tui.bank.episodes import PreparedEvent, append_run_events, prepared
from esc_tui.domain.base import now_iso
from esc_tui.domain.events import ConversationStarted, Event, SegmentDelta
from esc_tui.engines.endpoint.caching import Turns

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection

T = TypeVar("T")
GATHER_SECONDS = 0.004
"""So long a loop waits for events of other episodes before one transaction takes them all."""
ANSWER_SECONDS = 0.001
"""So long an answer to be kept waits for others: what is killed meanwhile is asked again."""
MOST_WAITING = 256
"""With so many bundles waiting for the disk, talks wait for it too."""


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
    """Writes the events of many episodes of one loop into the bank, several at a time, in the order they came, in a thread of its own.

    ``watched`` says whether somebody has an episode open: only then are its deltas stored, sentence by sentence. Answers of endpoints
    that are to be kept go into the same transactions. What cannot be written is raised at the next event, as BankError, and nothing that
    came after it is written: no talk goes on behind a gap.
    """

    def __init__(self, connection: BankConnection, run: int, watched: Callable[[str], bool]) -> None:
        self.watched = watched
        self._connection, self._run = connection, run
        self._waiting: list[tuple[list[PreparedEvent], asyncio.Future[list[int]] | None]] = []
        self._answers: list[tuple[str, str, asyncio.Future[None]]] = []
        self._hurry = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._hand = ThreadPoolExecutor(1, "run-writer")
        self._fault: Exception | None = None

    def of(self, conversation: str) -> EpisodeStore:
        """The store as one episode's talk uses it."""
        return EpisodeStore(self, conversation)

    @property
    def backlog(self) -> int:
        """Bundles of events that wait to be written."""
        return len(self._waiting)

    def keeps(self, event: Event) -> bool:
        """False for deltas that nobody looks at."""
        return not isinstance(event, SegmentDelta) or self.watched(event.conversation_id)

    def put(self, events: Sequence[Event]) -> None:
        """Store events within a few milliseconds, without waiting for it. Raises what went wrong with earlier ones."""
        self._add([prepared(event) for event in events if self.keeps(event)], None)

    async def keep(self, key: str, answer: str) -> None:
        """Keep an endpoint's answer; returns once it is stored, or when nothing can be stored any more: the next event says so."""
        if self._fault is not None:
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._answers.append((key, answer, done))
        self._hurry.set()
        self._wake()
        await done

    async def append_later(self, events: Sequence[Event]) -> list[int]:
        """Store events with those that other episodes give in the same few milliseconds; gives their ids once they are stored."""
        wanted = [self.keeps(event) for event in events]
        if not any(wanted):
            return [0 for _ in events]
        done: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()
        self._add([prepared(event) for event, kept in zip(events, wanted, strict=True) if kept], done)
        numbers = iter(await done)
        return [next(numbers) if kept else 0 for kept in wanted]

    async def flush(self) -> None:
        """Wait until everything that came so far is stored. Raises what went wrong with any of it."""
        done: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()
        self._add([], done)
        await done

    async def call(self, work: Callable[..., T], *arguments: Any) -> T:
        """Do something else with the connection that writes, in its thread."""
        return await asyncio.get_running_loop().run_in_executor(self._hand, work, self._connection, *arguments)

    def close(self) -> None:
        """End the thread once it has written what it has in hand."""
        self._hand.shutdown()

    def _add(self, events: list[PreparedEvent], done: asyncio.Future[list[int]] | None) -> None:
        if self._fault is not None:
            raise self._fault
        self._waiting.append((events, done))
        self._wake()

    def _wake(self) -> None:
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while self._waiting or self._answers:
            if not self._answers:
                with suppress(TimeoutError):
                    async with asyncio.timeout(GATHER_SECONDS):
                        await self._hurry.wait()
            if self._answers:
                await asyncio.sleep(ANSWER_SECONDS)
            self._hurry.clear()
            batch, self._waiting = self._waiting, []
            answers, self._answers = self._answers, []
            flat = [event for events, _ in batch for event in events]
            try:
                numbers = await self.call(_store, self._run, flat, answers)
            except Exception as error:
                self._fault = error
                behind, self._waiting = self._waiting, []
                for _, done in [*batch, *behind]:
                    if done is not None and not done.done():
                        done.set_exception(error)
                self._let_go([*answers, *self._answers])
                return
            self._let_go(answers)
            start = 0
            for events, done in batch:
                if done is not None and not done.done():
                    done.set_result(numbers[start:start + len(events)])
                start += len(events)

    @staticmethod
    def _let_go(answers: Iterable[tuple[str, str, asyncio.Future[None]]]) -> None:
        for _, _, done in answers:
            if not done.done():
                done.set_result(None)


def _store(connection: BankConnection, run: int, events: Sequence[PreparedEvent],
           answers: Sequence[tuple[str, str, asyncio.Future[None]]]) -> list[int]:
    with connection.transaction():
        for key, answer, _ in answers:
            keep_answer(connection, run, key, answer, now_iso())
        return append_run_events(connection, run, events)


class EpisodeStore:
    """The shared store as one talk sees it. While nobody looks on the talk does not wait for the disk: its events are written in order
    within milliseconds, and whoever plays it waits for the last one.
    """

    def __init__(self, shared: SharedStore, conversation: str) -> None:
        self._shared, self._conversation = shared, conversation

    @property
    def immediate(self) -> bool:
        """True while the talk need not wait: nobody watches it, and the disk keeps up."""
        return self._shared.backlog < MOST_WAITING and not self._shared.watched(self._conversation)

    def start_conversation(self, event: ConversationStarted) -> ConversationStarted:
        """The first event; its id is not known yet."""
        self._shared.put([event])
        return event

    def append_events(self, events: Sequence[Event]) -> list[int]:
        """Store events without waiting; their ids are not known yet."""
        self._shared.put(events)
        return [0 for _ in events]

    async def append_later(self, events: Sequence[Event]) -> list[int]:
        """Store events; gives their ids once they are stored."""
        return await self._shared.append_later(events)


class KeptAnswers(Turns):
    """Answers of endpoints in the bank, for the asker: found by a reading connection, written before anything comes of them."""

    def __init__(self, reading: BankConnection, shared: SharedStore) -> None:
        super().__init__()
        self._reading, self._shared = reading, shared

    def find(self, key: str) -> str | None:
        """The answer kept under a key, or None."""
        return cached_answer(self._reading, key)

    async def keep(self, key: str, answer: str) -> None:
        """Keep an answer."""
        await self._shared.keep(key, answer)
