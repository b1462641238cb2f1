"""Embedded engines inside a run that waits for endpoints: they think in one thread beside the loop, a whole step at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from esc_tui.domain.events import AnyEvent, ConversationStarted, Event
from esc_tui.engines.roles import Appraisal, SeekerMind, SeekerMoment, SeekerUtterance
from esc_tui.simulate.worker import InlineLoop
from esc_tui.support.talk import LiveTalk, TalkStore
from esc_tui.support.turn import Supporter, TurnControl, TurnOptions

if TYPE_CHECKING:
    from esc_tui.domain.sage import Band

T = TypeVar("T")


class Thinking:
    """One thread with a loop of its own. Work given to it is done piece by piece, in the order it came."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(1, "thinking")
        self._runner: asyncio.Runner | None = None

    async def over(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What the coroutine gives. When cancelled it ends only after the piece is done, so that nothing goes on behind the caller."""
        doing = asyncio.get_running_loop().run_in_executor(self.pool, self._run, work)
        try:
            return await asyncio.shield(doing)
        except asyncio.CancelledError:
            while not doing.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait({doing})
            raise

    def _run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        if self._runner is None:
            self._runner = asyncio.Runner(loop_factory=InlineLoop)
        return self._runner.run(work())

    def close(self) -> None:
        """End the thread."""
        if self._runner is not None:
            self.pool.submit(self._runner.close)
        self.pool.shutdown()


class ThinkingMind:
    """An embedded seeker's mind that does not hold up the loop."""

    def __init__(self, mind: SeekerMind, thinking: Thinking) -> None:
        self._mind, self._thinking = mind, thinking
        self.name, self.model = mind.name, mind.model

    async def appraise(self, moment: SeekerMoment) -> Appraisal:
        """As the mind itself."""
        return await self._thinking.over(lambda: _awaited(self._mind.appraise(moment)))

    async def speak(self, moment: SeekerMoment, appraisal: Appraisal, band: Band) -> SeekerUtterance:
        """As the mind itself."""
        return await self._thinking.over(lambda: _awaited(self._mind.speak(moment, appraisal, band)))


async def _awaited(work: Any) -> Any:
    return await work


class ThinkingSupporter(Supporter):
    """An embedded supporter whose whole turn is thought in the thread; its events are stored when it is done."""

    def __init__(self, supporter: Supporter, thinking: Thinking) -> None:
        super().__init__(supporter.engine, supporter.recaller)
        self._thinking = thinking

    async def reply(
        self, talk: LiveTalk, text: str, options: TurnOptions | None = None, control: TurnControl | None = None
    ) -> AsyncGenerator[AnyEvent, None]:
        """The events of one turn, all at once."""
        turn = _Turn()
        store, talk.store = talk.store, turn
        try:
            await self._thinking.over(lambda: self._whole(talk, text, options))
        finally:
            talk.store = store
            numbers = await _stored(store, turn.events)
        for event, number in zip(turn.events, numbers, strict=True):
            yield event.model_copy(update={"event_id": number})

    async def _whole(self, talk: LiveTalk, text: str, options: TurnOptions | None) -> None:
        async for _ in super().reply(talk, text, options):
            pass


class _Turn:
    """The events of one turn, kept until it is done."""

    immediate = True

    def __init__(self) -> None:
        self.events: list[Any] = []

    def start_conversation(self, event: ConversationStarted) -> ConversationStarted:
        """A turn opens no talk."""
        raise LookupError("a turn opens no talk")

    def append_events(self, events: Sequence[Event]) -> list[int]:
        """Keep events; their ids are not known yet."""
        self.events.extend(events)
        return [0 for _ in events]


async def _stored(store: TalkStore, events: Sequence[Event]) -> list[int]:
    later = getattr(store, "append_later", None)
    if later is None or getattr(store, "immediate", False):
        return store.append_events(events)
    numbers: list[int] = await later(events)
    return numbers
