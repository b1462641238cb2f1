"""A person as the supporter of a simulated seeker: the protocol's steps around replies that somebody writes.

The talk is stored as a live one, with the events of an episode that belongs to no run. What the seeker says is stored when it is said,
a turn when it is answered, so a talk that is left lying goes on where it stood.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from esc_tui.domain.base import new_ulid, now_iso
from esc_tui.domain.errors import UserError
from esc_tui.domain.events import (
    AnyEvent,
    ConversationStarted,
    EmotionChanged,
    EpisodeFinished,
    EpisodeFlagged,
    EpisodeStarted,
    GuardChecked,
    ReplyFinished,
    SeekerAppraised,
    SeekerSpoke,
    SegmentFinished,
    Span,
    TurnStarted,
    TurnUndone,
)
from esc_tui.domain.hashing import canonical_json, sha256
from esc_tui.domain.sage import FIXED, LARGEST_CHANGE, Outcome, Protocol, band_of
from esc_tui.domain.talk import TalkView
from esc_tui.engines.roles import Appraisal, Line, SeekerMind, SeekerMoment, SeekerUtterance
from esc_tui.guard.detect import check_message
from esc_tui.guard.reply import check_reply
from esc_tui.simulate.linting import EpisodeLint
from esc_tui.simulate.machine import EpisodeMachine, Step
from esc_tui.support.talk import LiveTalk, TalkStore

if TYPE_CHECKING:
    from esc_tui.domain.profile import Profile
    from esc_tui.domain.revision import Pins
    from esc_tui.guard.kinds import CrisisCheck, ReplyCheck
    from esc_tui.guard.resources import Resource

PERSON = "person"
"""The engine of a talk whose supporter is somebody at the keyboard, and the arm of its episode."""


def hash_of(profile: Profile) -> str:
    """The hash under which a played profile is known."""
    return sha256(canonical_json(profile))


def by_a_person(view: TalkView) -> bool:
    """True for a talk in which a person sat on the supporter's side."""
    return view.episode is not None and view.started is not None and view.started.engine == PERSON


class Sitting:
    """One talk in which a person answers a seeker. Make one with :meth:`begin` or :meth:`resume`, then consume :meth:`go_on`."""

    def __init__(self, talk: LiveTalk, profile: Profile, mind: SeekerMind, protocol: Protocol) -> None:
        self.talk, self.profile, self.mind, self.protocol = talk, profile, mind, protocol
        view = talk.view
        self.machine = EpisodeMachine.of(protocol, replace(view, spoke=None))
        self._lint = self._lint_so_far()
        said = view.spoke
        if said is not None and self.machine.step is Step.SPEAK and said.turn == talk.next_turn:
            self.machine.spoke(said.text, said.goodbye)
            self._lint.look(said.turn, said.text, goodbye=False, sent_away=True)
        self._check: CrisisCheck | None = None

    @classmethod
    def begin(cls, store: TalkStore, pins: Pins, profile: Profile, mind: SeekerMind, seed: int, *, protocol: Protocol = FIXED,
              help_lines: tuple[Resource, ...] = ()) -> Sitting:
        """Open a talk with its first two events. Blocks."""
        talk = LiveTalk(store, TalkView(), help_lines)
        conversation = new_ulid()
        talk.view.apply(store.start_conversation(ConversationStarted(
            conversation_id=conversation, time=now_iso(), pins=pins, engine=PERSON, seed=seed, bank_used=False,
            language=profile.language, title=f"You answered {profile.name or profile.id}")))
        talk.record_now(EpisodeStarted(
            run="", profile=profile.id, profile_hash=hash_of(profile), arm=PERSON, protocol=protocol.name, seeker_engine=mind.name,
            seeker_model=mind.model, seed=seed, emotion=protocol.start, conversation_id=conversation, time=now_iso()))
        return cls(talk, profile, mind, protocol)

    @classmethod
    def resume(cls, store: TalkStore, events: Sequence[AnyEvent], profile: Profile, mind: SeekerMind, protocol: Protocol = FIXED,
               help_lines: tuple[Resource, ...] = ()) -> Sitting:
        """Go on with a stored talk. Raises UserError when a person answered nobody there, or the profile was changed since."""
        talk = LiveTalk.resume(store, events, help_lines)
        if not by_a_person(talk.view) or talk.view.episode is None:
            raise UserError("nobody sat on the supporter's side in this talk", talk.conversation_id)
        if talk.view.finished is None and talk.view.episode.profile_hash != hash_of(profile):
            raise UserError(f"'{profile.id}' was changed since this talk began, so the seeker cannot go on", talk.conversation_id,
                            "read the talk, or begin another one")
        return cls(talk, profile, mind, protocol)

    # -- how it stands -----------------------------------------------------------------------------------------------

    @property
    def view(self) -> TalkView:
        """The talk so far."""
        return self.talk.view

    @property
    def over(self) -> bool:
        """True once the end is stored."""
        return self.view.finished is not None

    @property
    def waits(self) -> bool:
        """True while the seeker's last words wait for the person's reply."""
        return self.machine.step is Step.REPLY and self._check is not None

    @property
    def words(self) -> str:
        """What the seeker said last."""
        return self.machine.text

    def look(self, text: str) -> ReplyCheck:
        """What the guard says of a reply before it is sent; nothing is stored."""
        return check_reply(text, seeker_text=self.machine.text)

    # -- steps -------------------------------------------------------------------------------------------------------

    async def go_on(self) -> AsyncGenerator[AnyEvent, None]:
        """Events until the person is to reply or the talk is over; each is stored before it is given out.

        Raises UserError (EndpointError, AnswerError among them) where the seeker cannot think; what was stored stays, and calling it
        again tries that step again.
        """
        machine = self.machine
        while not self.over and not self.waits:
            if machine.step is Step.APPRAISE:
                steps = self._appraise()
            elif machine.step is Step.SPEAK:
                steps = self._speak()
            elif machine.step is Step.REPLY:
                steps = self._hear()
            else:
                steps = self._close()
            async with aclosing(steps) as events:
                async for event in events:
                    yield event

    async def answer(self, text: str) -> AsyncGenerator[AnyEvent, None]:
        """The person's reply, what the seeker makes of it, and what it says next. Raises UserError when nobody waits for a reply, and as
        ``go_on`` does."""
        if not self.waits or self._check is None or not text.strip():
            raise UserError("the seeker waits for no reply now", self.talk.conversation_id)
        check, self._check = self._check, None  # from here on nobody waits: a second reply would be one too many
        answered = len(self.view.turns)
        try:
            stored = await self.talk.record_all(self._reply(text, check, await asyncio.to_thread(self.look, text)))
        finally:
            if len(self.view.turns) > answered:
                self.machine.replied(care=False)
            else:
                self._check = check
        for event in stored:
            yield event
        async with aclosing(self.go_on()) as following:
            async for event in following:
                yield event

    def _reply(self, text: str, check: CrisisCheck, refused: ReplyCheck) -> list[AnyEvent]:
        head = self._head(self.talk.next_turn)
        events: list[AnyEvent] = [TurnStarted(text=self.machine.text, **head), self._heard(check, head)]
        if not refused.ok:
            events.append(GuardChecked(
                phase="out", problem=refused.kind.value if refused.kind is not None else "", decided_by="rules",
                evidence=tuple(Span(start=one.start, end=one.end, text=one.text) for one in refused.evidence), **head))
        return [*events, SegmentFinished(segment=1, text=text.strip(), **head), ReplyFinished(text=text.strip(), **head)]

    def take_back(self) -> str | None:
        """Take the last reply back; gives its text, or None when there is none. The seeker says its words before it again, unchanged.

        Raises UserError once the talk is over: how it ended stays.
        """
        if self.over:
            raise UserError("the talk is over, and how it ended stays", "", "begin another one with the same seeker")
        if not self.view.turns:
            return None
        last = self.view.turns[-1]
        number, spoke = self.talk.next_turn, last.spoke
        head = self._head(number)
        again = SeekerSpoke(text=last.text, **head) if spoke is None else spoke.model_copy(update={**head, "event_id": 0})
        self.talk.record_all_now([TurnUndone(undone=last.number, **self._head(last.number)), again])
        self.machine = EpisodeMachine.of(self.protocol, replace(self.view, spoke=None))
        self.machine.spoke(again.text, again.goodbye)
        self._lint, self._check = self._lint_so_far(), None
        self._lint.look(number, again.text, goodbye=False, sent_away=True)
        return last.reply.text if last.reply is not None else ""

    def end(self, outcome: Outcome = "cancelled", reason: str = "ended by the person") -> AnyEvent:
        """End the talk before its time; stored."""
        self.machine.end(outcome)
        return self.talk.record_now(self._finished(reason))

    # -- inside ------------------------------------------------------------------------------------------------------

    def _head(self, turn: int) -> dict[str, Any]:
        return {"conversation_id": self.talk.conversation_id, "turn": turn, "time": now_iso()}

    def _lint_so_far(self) -> EpisodeLint:
        lint = EpisodeLint(self.profile)
        for turn in self.view.turns:
            lint.look(turn.number, turn.text, goodbye=False, sent_away=True)
        return lint

    def _moment(self, turn: int) -> SeekerMoment:
        lines: list[Line] = []
        for place, one in enumerate(self.view.turns, 1):
            lines.append(Line("seeker", one.text, place))
            if one.reply is not None:
                lines.append(Line("supporter", one.reply.text, place))
        return SeekerMoment(self.profile, tuple(lines), self.machine.emotion, turn, self.talk.seed, turn >= self.protocol.turns)

    def _last_appraisal(self) -> Appraisal:
        seen = self.view.turns[-1].appraised if self.view.turns else None
        if seen is None:
            return Appraisal(0)
        return Appraisal(seen.change, seen.content, seen.target_completion, seen.activity, seen.analyse, seen.prompts)

    async def _speak(self) -> AsyncGenerator[AnyEvent, None]:
        machine, number = self.machine, self.talk.next_turn
        sent_away = machine.leaving
        if machine.turn == 0:
            said = SeekerUtterance(self.profile.first_line)
        else:
            said = await self.mind.speak(self._moment(machine.turn + 1), self._last_appraisal(), machine.band)
            yield await self.talk.record(SeekerSpoke(
                thinking=said.thinking, origin=said.origin, change=said.change, text=said.text, goodbye=said.goodbye,
                prompts=said.prompts, **self._head(number)))
        for flag, shown in self._lint.look(machine.turn + 1, said.text, goodbye=said.goodbye, sent_away=sent_away):
            yield await self.talk.record(EpisodeFlagged(flag=flag, text=shown, **self._head(number)))
        machine.spoke(said.text, said.goodbye)

    async def _hear(self) -> AsyncGenerator[AnyEvent, None]:
        """The guard reads what the seeker said; words of a crisis are answered by its own text, and end the talk."""
        text = self.machine.text
        check = await asyncio.to_thread(check_message, text, [turn.text for turn in self.view.turns])
        care = self.talk.advance_care(text, check) if check.crisis else None
        if care is None:
            self._check = check
            return
        head = self._head(self.talk.next_turn)
        self.machine.replied(care=True)
        for event in await self.talk.record_all([
            TurnStarted(text=text, **head), self._heard(check, head), SegmentFinished(segment=1, text=care.text, **head),
            ReplyFinished(text=care.text, outcome="crisis", **head), self._finished(),
        ]):
            yield event

    def _heard(self, check: CrisisCheck, head: dict[str, Any]) -> GuardChecked:
        return GuardChecked(
            phase="in", crisis=check.crisis, risk=check.kind, level=check.level, decided_by=check.decided_by,
            evidence=tuple(Span(start=one.start, end=one.end, text=one.text) for one in check.evidence),
            measure="crisis_reply" if check.crisis else "none", in_care=check.crisis, **head)

    async def _appraise(self) -> AsyncGenerator[AnyEvent, None]:
        machine, head = self.machine, self._head(self.view.turns[-1].number)
        seen = await self.mind.appraise(self._moment(machine.turn))
        held = max(-LARGEST_CHANGE, min(LARGEST_CHANGE, seen.change))
        before, after = machine.emotion, self.protocol.after(machine.emotion, held)
        for event in await self.talk.record_all([
            SeekerAppraised(content=seen.content, target_completion=seen.target_completion, activity=seen.activity,
                            analyse=seen.analyse, change=held, prompts=seen.prompts, **head),
            EmotionChanged(before=before, change=held, after=after, band=band_of(after), **head),
        ]):
            yield event
        machine.appraised(held)

    async def _close(self) -> AsyncGenerator[AnyEvent, None]:
        """The seeker's last words, which nobody answers, and the end."""
        events: list[AnyEvent] = []
        if self.machine.turn > len(self.view.turns):
            events.append(TurnStarted(text=self.machine.text, **self._head(self.talk.next_turn)))
        for event in await self.talk.record_all([*events, self._finished()]):
            yield event

    def _finished(self, reason: str = "") -> EpisodeFinished:
        return EpisodeFinished(outcome=self.machine.outcome or "turns", emotion=self.machine.emotion, turns=self.machine.turn,
                               reason=reason, **self._head(self.talk.next_turn - 1))
