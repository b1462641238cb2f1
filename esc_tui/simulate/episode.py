"""One simulated talk as an async generator of typed events: the supporter's ordinary turns between the seeker's two steps.

Every event is stored before it is yielded. The seeker's mind sees the profile; the supporter sees only what the seeker says.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import BankError, EndpointError, UserError
from esc_tui.domain.events import (
    AnyEvent,
    EmotionChanged,
    EpisodeFinished,
    EpisodeFlagged,
    EpisodeStarted,
    Mode,
    ReplyFinished,
    SeekerAppraised,
    SeekerSpoke,
)
from esc_tui.domain.profile import Profile
from esc_tui.domain.revision import Pins
from esc_tui.domain.sage import LARGEST_CHANGE, Outcome, Protocol, band_of
from esc_tui.engines.roles import Appraisal, Line, SeekerMind, SeekerMoment, SeekerUtterance
from esc_tui.simulate.linting import EpisodeLint
from esc_tui.simulate.machine import EpisodeMachine, Step
from esc_tui.support.talk import LiveTalk, TalkStore
from esc_tui.support.turn import Supporter, TurnOptions, UnheardControl


@dataclass(frozen=True, slots=True)
class EpisodePlan:
    """What one episode is: who is played against which supporter, under which protocol and seed."""

    run: str
    conversation: str
    profile: Profile
    profile_hash: str
    arm: str
    pins: Pins
    mode: Mode
    bank_used: bool
    protocol: Protocol
    repeat: int
    seed: int


class Episode:
    """One episode under way. ``past`` are its stored events, up to a whole step, when it goes on after a break."""

    def __init__(self, plan: EpisodePlan, mind: SeekerMind, supporter: Supporter, store: TalkStore, past: Sequence[AnyEvent] = ()) -> None:
        self.plan, self.mind, self.supporter = plan, mind, supporter
        if past:
            self.talk = LiveTalk.resume(store, past)
        else:
            self.talk = LiveTalk.start(
                store, plan.pins, supporter.engine, plan.mode, plan.seed, plan.bank_used, plan.profile.language,
                conversation_id=plan.conversation, live=False, title=plan.profile.name or plan.profile.id)
        self.machine = EpisodeMachine.of(plan.protocol, self.talk.view)
        self._lint = EpisodeLint(plan.profile)
        for turn in self.talk.view.turns:
            self._lint.look(turn.number, turn.text, goodbye=False, sent_away=True)
        self._appraisal = self._last_appraisal()

    def _last_appraisal(self) -> Appraisal | None:
        turn = self.talk.view.turns[-1] if self.talk.view.turns else None
        seen = turn.appraised if turn is not None else None
        if seen is None:
            return None
        return Appraisal(seen.change, seen.content, seen.target_completion, seen.activity, seen.analyse, seen.prompts)

    def _head(self, turn: int) -> dict[str, Any]:
        return {"conversation_id": self.plan.conversation, "turn": turn, "time": now_iso()}

    async def _record(self, event: AnyEvent) -> AnyEvent:
        return await self.talk.record(event)

    def _moment(self, turn: int) -> SeekerMoment:
        lines: list[Line] = []
        for place, one in enumerate(self.talk.view.turns, 1):
            lines.append(Line("seeker", one.text, place))
            if one.reply is not None:
                lines.append(Line("supporter", one.reply.text, place))
        return SeekerMoment(self.plan.profile, tuple(lines), self.machine.emotion, turn, self.plan.seed,
                            last_turn=turn >= self.plan.protocol.turns)

    async def events(self) -> AsyncGenerator[AnyEvent, None]:
        """All events from here to the end. A fault of an endpoint ends the episode as failed, with its reason."""
        if self.talk.view.episode is None:
            yield self.talk.started
            yield await self._record(self._started())
        if self.machine.over and self.machine.turn > len(self.talk.view.turns):
            yield await self.talk.say_last(self.machine.text)
        try:
            while not self.machine.over:
                async with aclosing(self._step()) as events:
                    async for event in events:
                        yield event
        except BankError:
            raise
        except UserError as error:
            self.machine.end("failed")
            yield await self._record(self._finished("failed", str(error)))
            return
        if self.talk.view.finished is None:
            yield await self._record(self._finished(self.machine.outcome or "turns"))

    def _started(self) -> EpisodeStarted:
        plan = self.plan
        return EpisodeStarted(
            run=plan.run, profile=plan.profile.id, profile_hash=plan.profile_hash, arm=plan.arm, repeat=plan.repeat,
            protocol=plan.protocol.name, seeker_engine=self.mind.name, seeker_model=self.mind.model, seed=plan.seed,
            emotion=plan.protocol.start, **self._head(0))

    def _finished(self, outcome: Outcome, reason: str = "") -> EpisodeFinished:
        return EpisodeFinished(outcome=outcome, emotion=self.machine.emotion, turns=self.machine.turn, reason=reason,
                               **self._head(self.machine.turn))

    def stop(self, outcome: Outcome, reason: str = "") -> EpisodeFinished:
        """The event that ends the episode before its time; the caller stores it."""
        self.machine.end(outcome)
        return self._finished(outcome, reason)

    async def _step(self) -> AsyncGenerator[AnyEvent, None]:
        if self.machine.step is Step.SPEAK:
            async for event in self._speak():
                yield event
        elif self.machine.step is Step.REPLY:
            async with aclosing(self._reply()) as events:
                async for event in events:
                    yield event
        else:
            async for event in self._appraise():
                yield event

    async def _speak(self) -> AsyncGenerator[AnyEvent, None]:
        machine, turn = self.machine, self.machine.turn + 1
        sent_away = machine.leaving
        if turn == 1:
            said = SeekerUtterance(self.plan.profile.first_line)
        else:
            said = await self.mind.speak(self._moment(turn), self._appraisal or Appraisal(0), machine.band)
            yield await self._record(SeekerSpoke(
                thinking=said.thinking, origin=said.origin, change=said.change, text=said.text, goodbye=said.goodbye,
                prompts=said.prompts, **self._head(turn)))
        for flag, shown in self._lint.look(turn, said.text, goodbye=said.goodbye, sent_away=sent_away):
            yield await self._record(EpisodeFlagged(flag=flag, text=shown, **self._head(turn)))
        machine.spoke(said.text, said.goodbye)
        if machine.over:
            yield await self.talk.say_last(said.text)

    async def _reply(self) -> AsyncGenerator[AnyEvent, None]:
        options = TurnOptions(mode=self.plan.mode, bank_used=self.plan.bank_used)
        last: ReplyFinished | None = None
        async with aclosing(self.supporter.reply(self.talk, self.machine.text, options, UnheardControl())) as events:
            async for event in events:
                last = event if isinstance(event, ReplyFinished) else last
                yield event
        if last is None or last.outcome == "failed" or not last.text.strip():
            raise EndpointError(" ".join(last.notes) if last is not None and last.notes else "the supporter gave no reply")
        self.machine.replied(care=last.outcome in {"crisis", "care"})

    async def _appraise(self) -> AsyncGenerator[AnyEvent, None]:
        machine, turn = self.machine, self.machine.turn
        seen = await self.mind.appraise(self._moment(turn))
        held = max(-LARGEST_CHANGE, min(LARGEST_CHANGE, seen.change))
        self._appraisal = seen
        before = machine.emotion
        after = self.plan.protocol.after(before, held)
        for event in await self.talk.record_all([
            SeekerAppraised(content=seen.content, target_completion=seen.target_completion, activity=seen.activity,
                            analyse=seen.analyse, change=held, prompts=seen.prompts, **self._head(turn)),
            EmotionChanged(before=before, change=held, after=after, band=band_of(after), **self._head(turn)),
        ]):
            yield event
        machine.appraised(held)


def whole_steps(events: Sequence[AnyEvent]) -> tuple[list[AnyEvent], list[int]]:
    """What to keep of the stored events of a broken episode, and the ids of those to drop.

    A turn without its whole reply (none, a failed one, one broken off) is dropped from ``turn_started`` on (the seeker's words for it
    stay in ``seeker_spoke``), an appraisal without the emotion it led to as well. Flags of a first line whose turn goes are raised again.
    """
    cut = len(events)
    for place in range(len(events) - 1, -1, -1):
        event = events[place]
        kind = event.kind
        if isinstance(event, ReplyFinished) and event.outcome in {"failed", "stopped"}:
            continue
        if kind in {"reply_finished", "emotion_changed", "episode_finished", "episode_retried"}:
            break
        if kind in {"turn_started", "seeker_appraised"}:
            cut = place
            break
    kept = list(events[:cut])
    if not any(event.kind in {"seeker_spoke", "turn_started"} for event in kept):
        kept = [event for event in kept if event.kind != "episode_flagged"]
    left = {id(event) for event in kept}
    return kept, [event.event_id for event in events if id(event) not in left]
