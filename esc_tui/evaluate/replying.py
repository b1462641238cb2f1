"""Replies of the supporter at moments of reference dialogues: the human talk is the history, nothing is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from esc_tui.domain.errors import EndpointError, UserError
from esc_tui.domain.events import AnyEvent, GuardChecked, Mode, ReplyFinished, SegmentFinished
from esc_tui.domain.labels import Strategy
from esc_tui.engines.roles import Line
from esc_tui.evaluate.following import Following
from esc_tui.evaluate.items import Item
from esc_tui.support.talk import LiveTalk
from esc_tui.support.turn import Supporter, TurnOptions
from esc_tui.support.unstored import UnstoredTalks

if TYPE_CHECKING:
    from esc_tui.domain.revision import Pins
    from esc_tui.engines.engine import Engine

IN_FLIGHT = 8
"""Dialogues answered at a time by an endpoint; the turns of one dialogue follow each other."""
GIVE_UP = 24
"""So many failures in a row and an endpoint is not asked again: the turns left are missing."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the supporter said: ``text`` empty and ``error`` set when an endpoint failed; ``outcome`` as in ReplyFinished.

    ``worded`` counts the planned strategies that got words; ``own`` is what the engine would have planned by itself.
    """

    text: str
    outcome: str
    worded: int = 0
    own: tuple[Strategy, ...] | None = None
    error: str = ""


class ReferenceTalk(LiveTalk):
    """A talk whose earlier turns are those of a reference dialogue; what it records is gone with it.

    Care is not carried from turn to turn: the human supporter went on, so each message is answered by itself, with the
    guard's eye on the seeker's earlier messages since the last alarm.
    """

    _number = 1
    _before: tuple[Line, ...] = ()
    _watched: tuple[str, ...] = ()

    @classmethod
    def at(cls, item: Item, pins: Pins, engine: Engine, mode: Mode, seed: int, watched: Sequence[str]) -> ReferenceTalk:
        """The moment of one item. ``watched`` are earlier messages for the guard, oldest first."""
        talk = cls.start(UnstoredTalks(), pins, engine, mode, seed, language=item.dialogue.language)
        assert isinstance(talk, ReferenceTalk)
        talk._number, talk._before, talk._watched = item.turn.number, item.before, tuple(watched)
        return talk

    @property
    def position(self) -> int:
        """The number of the turn in the reference dialogue."""
        return self._number

    @property
    def history(self) -> tuple[Line, ...]:
        """The turns of the reference dialogue before this one."""
        return self._before

    @property
    def guard_context(self) -> list[str]:
        """The seeker's earlier messages since the last alarm."""
        return list(self._watched)

    async def record(self, event: AnyEvent) -> AnyEvent:
        """Fold the event in, without a thread: nothing is stored."""
        return self.record_now(event)


class Replier:
    """Writes the reply to each item with one supporter. ``told`` hears after every reply how many are done."""

    def __init__(self, supporter: Supporter, pins: Pins, mode: Mode, seed: int, told: Callable[[int], None]) -> None:
        self._supporter, self._pins, self._mode, self._seed, self._told = supporter, pins, mode, seed, told
        self._done = 0
        self._failed: list[str] = []

    async def replies(self, items: Sequence[Item], wanted: Sequence[tuple[Strategy, ...]], in_flight: int) -> list[Reply]:
        """One reply an item, in order; ``wanted`` are the strategies each is to use. At most ``in_flight`` dialogues at a time."""
        found: list[Reply | None] = [None] * len(items)
        gate = asyncio.Semaphore(in_flight)

        async def one_dialogue(places: list[int]) -> None:
            async with gate:
                watch = _Watch(items[places[0]])
                for place in places:
                    found[place] = await self._reply(items[place], wanted[place], watch)
                    self._done += 1
                    self._told(self._done)

        try:
            async with asyncio.TaskGroup() as group:
                for _, places in groupby(range(len(items)), key=lambda place: items[place].group):
                    group.create_task(one_dialogue(list(places)))
        except* UserError as errors:
            raise errors.exceptions[0] from None
        return [reply for reply in found if reply is not None]

    async def _reply(self, item: Item, wanted: tuple[Strategy, ...], watch: _Watch) -> Reply:
        if len(self._failed) >= GIVE_UP:
            return Reply("", "failed", error=self._failed[-1])
        reply = await self._ask(item, wanted, watch)
        self._failed = [*self._failed, reply.error] if reply.error else []
        return reply

    async def _ask(self, item: Item, wanted: tuple[Strategy, ...], watch: _Watch) -> Reply:
        following = Following(self._supporter.engine, wanted)
        talk = ReferenceTalk.at(item, self._pins, following.engine, self._mode, self._seed, await asyncio.to_thread(watch.upto, item))
        supporter = Supporter(following.engine, self._supporter.recaller)
        finished: ReplyFinished | None = None
        worded: set[int] = set()
        try:
            async for event in supporter.reply(talk, item.message, TurnOptions(mode=self._mode)):
                if isinstance(event, GuardChecked) and event.phase == "in":
                    watch.alarms[item.turn.number] = event.crisis
                elif isinstance(event, SegmentFinished) and event.strategy is not None:
                    worded.add(event.segment)
                elif isinstance(event, ReplyFinished):
                    finished = event
        except EndpointError as error:
            return Reply("", "failed", own=following.own, error=str(error))
        if finished is None or finished.outcome == "failed":
            return Reply("", "failed", own=following.own, error=" ".join(finished.notes) if finished else "no reply came")
        return Reply(finished.text, finished.outcome, len(worded), following.own)


class _Watch:
    """Which of a dialogue's earlier messages the guard still looks at: those since its last alarm."""

    def __init__(self, first: Item) -> None:
        self.alarms: dict[int, bool] = {}
        self._dialogue = first.dialogue

    def upto(self, item: Item) -> list[str]:
        """The seeker's messages before an item; messages no reply was asked for are checked here."""
        from esc_tui.guard.detect import check_message

        context: list[str] = []
        for line in item.before:
            if line.speaker != "seeker":
                continue
            if line.turn not in self.alarms:
                self.alarms[line.turn] = check_message(line.text, context).crisis
            context = [] if self.alarms[line.turn] else [*context, line.text]
        return context


def outcomes(replies: Sequence[Reply]) -> dict[str, int]:
    """How many replies ended in which way."""
    found: dict[str, int] = {}
    for reply in replies:
        found[reply.outcome] = found.get(reply.outcome, 0) + 1
    return dict(sorted(found.items()))
