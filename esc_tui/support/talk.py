"""A live talk: its identity and pins, what was said so far, the state of care, and the way events get recorded."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from esc_tui.domain.base import new_ulid, now_iso
from esc_tui.domain.events import (
    AnyEvent,
    ConversationStarted,
    Event,
    Mode,
    TalkClosed,
    TalkRepinned,
    TurnRated,
    TurnStarted,
    TurnUndone,
)
from esc_tui.domain.labels import RiskLevel
from esc_tui.domain.revision import Pins
from esc_tui.domain.talk import TalkView
from esc_tui.engines.engine import Engine
from esc_tui.engines.roles import Line, RiskReading
from esc_tui.guard.care import CareReply, CareState, advance
from esc_tui.guard.detect import check_message
from esc_tui.guard.kinds import CrisisCheck, Evidence
from esc_tui.guard.resources import Resource


class TalkStore(Protocol):
    """Where events go; the bank is one. Calls come from one thread at a time.

    A store may also have ``async append_later(events) -> ids``, which is used instead where a turn can wait: many talks in one loop
    then share transactions. One whose ``immediate`` is True never waits for a disk and is called without a thread.
    """

    def start_conversation(self, event: ConversationStarted) -> ConversationStarted:
        """Store the first event; gives it back with its id."""
        ...

    def append_events(self, events: Sequence[Event]) -> list[int]:
        """Store events in order in one transaction, finished segments in place of their deltas; gives their ids."""
        ...


class LiveTalk:
    """One talk with the supporter. Make one with :meth:`start` or :meth:`resume`."""

    def __init__(self, store: TalkStore, view: TalkView, help_lines: tuple[Resource, ...] = ()) -> None:
        self.store, self.view, self.help_lines = store, view, help_lines
        self._care = CareState()
        self._settled = 0  # the turn in which care ended last

    @classmethod
    def start(
        cls,
        store: TalkStore,
        pins: Pins,
        engine: Engine,
        mode: Mode = "all-in-one",
        seed: int = 0,
        bank_used: bool = True,
        language: str = "en",
        help_lines: tuple[Resource, ...] = (),
        *,
        conversation_id: str = "",
        live: bool = True,
        title: str = "",
    ) -> LiveTalk:
        """Begin a new talk; its first event pins revision, evidence snapshot, planner and guard.

        ``live`` False for a talk with a simulated seeker, which has its id before it begins.
        """
        talk = cls(store, TalkView(), help_lines)
        talk.view.apply(
            store.start_conversation(
                ConversationStarted(
                    conversation_id=conversation_id or new_ulid(),
                    time=now_iso(),
                    pins=pins,
                    engine=engine.name,
                    model=engine.model,
                    mode=mode,
                    seed=seed,
                    bank_used=bank_used,
                    language=language,
                    live=live,
                    title=title,
                )
            )
        )
        return talk

    @classmethod
    def resume(cls, store: TalkStore, events: Sequence[AnyEvent], help_lines: tuple[Resource, ...] = ()) -> LiveTalk:
        """Go on with a stored talk; the state of care follows from what the guard found at each turn, taken back or not.

        A turn that ended before the guard's answer was stored is checked again.
        """
        talk = cls(store, TalkView.of(events), help_lines)
        taken_back = {turn.number for turn in talk.view.undone}
        for turn in sorted([*talk.view.turns, *talk.view.undone], key=lambda turn: turn.number):
            found = turn.guard_in
            if found is not None:
                check = CrisisCheck(found.crisis, found.risk, found.level, (), "none")
            else:
                check = check_message(turn.text, talk._context_before(turn.number))
            talk._advance(turn.text, check, turn.number)
            if turn.number in taken_back:
                talk._take_back_safety()
        return talk

    @property
    def started(self) -> ConversationStarted:
        """The first event."""
        if self.view.started is None:
            raise LookupError("the talk has no first event")
        return self.view.started

    @property
    def conversation_id(self) -> str:
        """The talk's ULID."""
        return self.started.conversation_id

    @property
    def seed(self) -> int:
        """The seed every embedded choice comes from."""
        return self.started.seed

    @property
    def language(self) -> str:
        """BCP 47 tag of the talk."""
        return self.started.language

    @property
    def next_turn(self) -> int:
        """The number of the next turn; numbers are never used twice, not even after undo."""
        return self.view.highest_turn + 1

    @property
    def position(self) -> int:
        """How many turns stand, the current one counted."""
        return max(1, len(self.view.turns))

    @property
    def turn_seed(self) -> int:
        """A number from 0 to 2^32 - 1 that differs from turn to turn, the same for the same seed and turn.

        Another reply to the same words gets another one.
        """
        return self._seed_at(self.position, self._tries_before())

    @property
    def reply_seed(self) -> int:
        """The seed for the reply in hand: the talk's own, or another one when the same words were answered before."""
        again = self._tries_before()
        return self._seed_at(self.position, again) if again else self.seed

    def _tries_before(self) -> int:
        """How often the message in hand was answered already and taken back."""
        if not self.view.turns:
            return 0
        now = self.view.turns[-1]
        before = self.view.turns[-2].number if len(self.view.turns) > 1 else 0
        return sum(before < turn.number < now.number and turn.text == now.text for turn in self.view.undone)

    def _seed_at(self, number: int, again: int = 0) -> int:
        source = f"{self.seed}/{number}/{again}" if again else f"{self.seed}/{number}"
        return int.from_bytes(hashlib.sha256(source.encode()).digest()[:4], "big")

    @property
    def last_message(self) -> str:
        """The seeker's newest message."""
        return self.view.turns[-1].text if self.view.turns else ""

    @property
    def history(self) -> tuple[Line, ...]:
        """The lines before the current message, oldest first."""
        lines: list[Line] = []
        for place, turn in enumerate(self.view.turns[:-1], 1):
            lines.append(Line("seeker", turn.text, place))
            if turn.reply is not None and turn.reply.text:
                lines.append(Line("supporter", turn.reply.text, place, turn.reply.skills))
        return tuple(lines)

    @property
    def in_care(self) -> bool:
        """True after a crisis until the seeker says twice that they are safe or asks to go on."""
        return self._care.active

    @property
    def guard_context(self) -> list[str]:
        """The seeker's earlier lines the guard looks at beside the current one: none while in care, where every message is
        taken by itself, and afterwards those since care ended, so that an old alarm is not raised by each new word."""
        return self._context_before(self.view.highest_turn)

    def _context_before(self, number: int) -> list[str]:
        if self._care.active:
            return []
        return [turn.text for turn in self.view.turns if self._settled < turn.number < number]

    def advance_care(self, text: str, check: CrisisCheck) -> CareReply | None:
        """Move the state of care on by one message; gives the written reply when care answers, else None."""
        return self._advance(text, check, self.view.highest_turn)

    def _advance(self, text: str, check: CrisisCheck, turn: int) -> CareReply | None:
        was_active = self._care.active
        self._care, reply = advance(self._care, text, check, seed=self._seed_at(turn), help_lines=self.help_lines)
        if was_active and not self._care.active:
            self._settled = turn
        return reply

    def raised(self, check: CrisisCheck, seen: RiskReading, text: str) -> CrisisCheck:
        """A check to which a model added a crisis; the quote counts only when the seeker really said it."""
        at = text.find(seen.quote) if seen.quote else -1
        evidence = (Evidence(at, at + len(seen.quote), seen.quote),) if at >= 0 else ()
        level = seen.level if isinstance(seen.level, RiskLevel) else None
        return CrisisCheck(True, seen.kind, level, evidence, "model")

    async def record(self, event: AnyEvent) -> AnyEvent:
        """Store one event off the loop, fold it in and give it back with its id.

        When cancelled it ends only after the event is stored, so that what is recorded next comes after it.
        """
        return (await self.record_all([event]))[0]

    async def record_all(self, events: Sequence[AnyEvent]) -> list[AnyEvent]:
        """Store events in one transaction, as ``record`` does one."""
        if getattr(self.store, "immediate", False):
            return self._record_all_now(events)
        later = getattr(self.store, "append_later", None)
        storing: asyncio.Future[list[AnyEvent]]
        if later is not None:
            storing = asyncio.ensure_future(self._record_later(later, events))
        else:
            storing = asyncio.ensure_future(asyncio.to_thread(self._record_all_now, events))
        try:
            return await asyncio.shield(storing)
        except asyncio.CancelledError:
            while not storing.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait({storing})
            raise

    async def _record_later(self, later: Callable[[Sequence[Event]], Awaitable[list[int]]], events: Sequence[AnyEvent]) -> list[AnyEvent]:
        return self._fold(events, await later(events))

    def _record_all_now(self, events: Sequence[AnyEvent]) -> list[AnyEvent]:
        return self._fold(events, self.store.append_events(events))

    def _fold(self, events: Sequence[AnyEvent], numbers: Sequence[int]) -> list[AnyEvent]:
        stored: list[AnyEvent] = []
        for event, number in zip(events, numbers, strict=True):
            stored.append(event.model_copy(update={"event_id": number}))
            self.view.apply(stored[-1])
        return stored

    def record_now(self, event: AnyEvent) -> AnyEvent:
        """Store one event, fold it in and give it back with its id."""
        return self._record_all_now([event])[0]

    def record_all_now(self, events: Sequence[AnyEvent]) -> list[AnyEvent]:
        """Store events in one transaction, as ``record_now`` does one."""
        return self._record_all_now(events)

    async def say_last(self, text: str) -> AnyEvent:
        """Record words of the seeker that nobody answers: the last of a simulated talk."""
        return await self.record(
            TurnStarted(text=text, conversation_id=self.conversation_id, turn=self.next_turn, time=now_iso()))

    @property
    def pins(self) -> Pins:
        """What the next turn stands on."""
        return self.view.pins or self.started.pins

    def repin(self, pins: Pins) -> AnyEvent:
        """Let the turns from here on stand on another revision; recorded as an event of its own."""
        return self.record_now(
            TalkRepinned(conversation_id=self.conversation_id, turn=self.view.highest_turn, time=now_iso(), pins=pins)
        )

    def undo_turn(self, regenerate: bool = False) -> str | None:
        """Take the last turn back; gives the seeker's words, or None when there is no turn.

        Care is never lifted by it, and the same words answered again do not count as a second message of being safe.
        """
        if not self.view.turns:
            return None
        last = self.view.turns[-1]
        self.record_now(
            TurnUndone(
                conversation_id=self.conversation_id,
                turn=last.number,
                time=now_iso(),
                undone=last.number,
                reason="regenerate" if regenerate else "undo",
            )
        )
        self._take_back_safety()
        return last.text

    def _take_back_safety(self) -> None:
        self._care = replace(self._care, safe_messages=0)

    def rate(self, turn: int, emotion: int | None = None, thumb: str | None = None, reason: str = "") -> AnyEvent:
        """Store what the person felt about a reply: emotion 1-5, thumb "up" or "down", a reason."""
        return self.record_now(
            TurnRated.model_validate(
                {
                    "conversation_id": self.conversation_id,
                    "turn": turn,
                    "time": now_iso(),
                    "emotion": emotion,
                    "thumb": thumb,
                    "text": reason,
                }
            )
        )

    def close(self, may_learn: bool) -> AnyEvent:
        """End the talk with the tester's consent or, as by default, without."""
        return self.record_now(
            TalkClosed(
                conversation_id=self.conversation_id, turn=self.view.highest_turn, time=now_iso(), may_learn=may_learn
            )
        )
