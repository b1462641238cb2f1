"""One supporter turn as an async generator of typed events: guard, read, recall, choose, plan, write, guard, record.

Every event is stored before it is yielded, so nothing is ever shown that is not recorded.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, TypeVar

from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import EndpointError, UserError
from esc_tui.domain.events import (
    AnyEvent,
    GuardChecked,
    Mode,
    PlanMade,
    PlannedMove,
    ReplyFinished,
    RoleFellBack,
    SegmentFinished,
    SkillsRanked,
    Span,
    StateRead,
    TurnStarted,
    UnitsRecalled,
)
from esc_tui.domain.labels import RiskKind
from esc_tui.engines.engine import Engine
from esc_tui.engines.roles import Choice, Moment, Plan, Reading
from esc_tui.guard.care import CareReply
from esc_tui.guard.detect import check_message
from esc_tui.guard.kinds import CrisisCheck
from esc_tui.support.memory import TurnMemory
from esc_tui.support.plain import plain_sentence
from esc_tui.support.recall import NEAREST, Ranking, Recaller
from esc_tui.support.talk import LiveTalk
from esc_tui.support.writing import ReplyWriter, Shown

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TurnOptions:
    """What the person at the keyboard decides about a turn; none of it touches the guard."""

    mode: Mode = "all-in-one"
    pinned: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    just_listen: bool = False
    bank_used: bool = True


@dataclass(slots=True)
class TurnControl:
    """Lets a listener stop a running reply; what was shown stays."""

    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """Ask the turn to end after the sentence in hand."""
        self._stop.set()

    @property
    def heard(self) -> bool:
        """False when nobody can stop the turn."""
        return True

    @property
    def stopped(self) -> bool:
        """True once stop was asked for."""
        return self._stop.is_set()

    async def run(self, work: Awaitable[T]) -> T | None:
        """The result of ``work``, or None when stop comes first: the work is cancelled then, or never begun."""
        if self._stop.is_set() and asyncio.iscoroutine(work):
            work.close()
            return None
        task = asyncio.ensure_future(work)
        stop = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            return None
        finally:
            stop.cancel()
            if not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


class UnheardControl(TurnControl):
    """The control of a turn that nobody can stop, because nobody listens: roles run without tasks of their own."""

    @property
    def heard(self) -> bool:
        """Nobody can stop it."""
        return False

    async def run(self, work: Awaitable[T]) -> T | None:
        """The result of ``work``."""
        return await work


class Supporter:
    """Replies to a seeker, one turn at a time, with one engine on one pinned revision of a bank."""

    def __init__(self, engine: Engine, recaller: Recaller) -> None:
        self.engine = engine
        self.recaller = recaller

    async def reply(
        self, talk: LiveTalk, text: str, options: TurnOptions | None = None, control: TurnControl | None = None
    ) -> AsyncGenerator[AnyEvent, None]:
        """The events of one turn. A consumer that goes away ends the reply as stopped."""
        turn = _Turn(self, talk, text, options or TurnOptions(), control or TurnControl())
        finished = False
        try:
            async with aclosing(turn.events()) as events:
                async for event in events:
                    finished = finished or isinstance(event, ReplyFinished)
                    yield event
        finally:
            if not finished and turn.open:
                turn.close_as_stopped()


class _Turn:
    def __init__(
        self, supporter: Supporter, talk: LiveTalk, text: str, options: TurnOptions, control: TurnControl
    ) -> None:
        self.engine, self.recaller = supporter.engine, supporter.recaller
        self.talk, self.text, self.options, self.control = talk, text, options, control
        self.number = talk.next_turn
        self.shown = Shown()
        self.notes: list[str] = []
        self.started_at = time.perf_counter()
        self._fallen: list[RoleFellBack] = []

    def head(self) -> dict[str, Any]:
        """The fields every event of this turn carries."""
        return {"conversation_id": self.talk.conversation_id, "turn": self.number, "time": now_iso()}

    @property
    def open(self) -> bool:
        """True from its first stored event until its reply has finished."""
        view = self.talk.view
        return any(turn.number == self.number and turn.running for turn in (*view.turns, *view.undone))

    async def record(self, event: AnyEvent) -> AnyEvent:
        return await self.talk.record(event)

    async def events(self) -> AsyncGenerator[AnyEvent, None]:
        yield await self.record(TurnStarted(text=self.text, **self.head()))
        check = await asyncio.to_thread(check_message, self.text, self.talk.guard_context)
        check = await self._second_look(check)
        for fallen in self._drain():
            yield await self.record(fallen)
        care = self.talk.advance_care(self.text, check)
        yield await self.record(self._guard_in(check, care))
        if care is not None:
            async with aclosing(self._care(care, check)) as events:
                async for event in events:
                    yield event
            return
        async with aclosing(self._support()) as events:
            async for event in events:
                yield event

    async def _second_look(self, check: CrisisCheck) -> CrisisCheck:
        if check.crisis or self.engine.risk_reader is None:
            return check
        try:
            seen = await self.control.run(self.engine.risk_reader.read_risk(self._moment(())))
        except EndpointError as error:
            self._fall("risk_reader", error)
            return check
        if seen is None or seen.kind is RiskKind.NONE:
            return check
        return self.talk.raised(check, seen, self.text)

    def _guard_in(self, check: CrisisCheck, care: CareReply | None) -> GuardChecked:
        measure = "none" if care is None else ("crisis_reply" if check.crisis else "care_reply")
        evidence = tuple(Span(start=e.start, end=e.end, text=e.text) for e in check.evidence)
        return GuardChecked(phase="in", crisis=check.crisis, risk=check.kind, level=check.level, evidence=evidence,
                            decided_by=check.decided_by, measure=measure, in_care=self.talk.in_care, **self.head())

    async def _care(self, care: CareReply, check: CrisisCheck) -> AsyncGenerator[AnyEvent, None]:
        text = care.text
        yield await self.record(SegmentFinished(segment=1, text=text, **self.head()))
        yield await self.record(
            ReplyFinished(
                text=text,
                outcome="crisis" if check.crisis else "care",
                milliseconds=self._elapsed(),
                plain=plain_sentence(self.talk.view.turn(self.number)),
                **self.head(),
            )
        )

    def _moment(self, similar: tuple[Any, ...]) -> Moment:
        return Moment(
            text=self.text,
            history=self.talk.history,
            turn=self.talk.position,
            seed=self.talk.reply_seed,
            similar=similar,
            language=self.talk.language,
        )

    async def _support(self) -> AsyncGenerator[AnyEvent, None]:
        use_bank = self.options.bank_used
        memory = TurnMemory.of(self.talk.view)
        found = await self.control.run(self.recaller.like(self.text)) if use_bank else ((), "")
        if found is None:
            yield await self._finish("stopped")
            return
        like, note = found
        self.notes.extend([note] if note else [])
        moment = self._moment(tuple(hit.event for hit in like[:NEAREST]))
        reading, said = await self._read(moment)
        for fallen in self._drain():
            yield await self.record(fallen)
        if reading is None:
            yield await self._finish("stopped")
            return
        yield await self.record(_state_read(reading, said, self.head()))
        choice = Choice(())
        if use_bank:
            recalled, ranking = await asyncio.to_thread(
                self.recaller.rank,
                self.text,
                reading,
                like,
                memory,
                self.options.banned,
                self.options.pinned,
                moment,
                self.talk.pins.masked,
            )
            fault = self.recaller.expecting.take_fault()
            self.notes.extend([fault] if fault else [])
            yield await self.record(UnitsRecalled(units=recalled, **self.recaller.told(self.text, self.talk.started.live), **self.head()))
            chosen = await self._choose(moment, reading, ranking)
            for fallen in self._drain():
                yield await self.record(fallen)
            if chosen is None:
                yield await self._finish("stopped")
                return
            choice = chosen
            rows = ranking.table(choice)
            yield await self.record(
                SkillsRanked(
                    ranked=rows,
                    skills=tuple(skill.slug for skill in choice.skills),
                    candidates=ranking.candidates,
                    by_means=ranking.by_means,
                    said_reason=choice.said_reason,
                    **self.head(),
                )
            )
        async with aclosing(self._plan_and_write(moment, reading, choice)) as events:
            async for event in events:
                yield event

    async def _read(self, moment: Moment) -> tuple[Reading | None, bool]:
        return await self._role("state_reader", lambda engine: engine.reader.read(moment))

    async def _choose(self, moment: Moment, reading: Reading, ranking: Ranking) -> Choice | None:
        pinned = ranking.pinned_choice()
        if pinned is not None:
            return pinned
        rows, skills = ranking.offer()
        choice, _ = await self._role(
            "skill_chooser", lambda engine: engine.chooser.choose(moment, reading, rows, skills, self.options.mode)
        )
        return choice

    async def _go_on(self, moment: Moment, reading: Reading, choice: Choice, plan: Plan) -> PlannedMove | None:
        said = self.shown.text
        more, _ = await self._role("planner", lambda engine: engine.planner.go_on(moment, reading, choice, plan, said))
        return more

    async def _plan_and_write(self, moment: Moment, reading: Reading, choice: Choice) -> AsyncGenerator[AnyEvent, None]:
        plan, _ = await self._role(
            "planner", lambda engine: engine.planner.plan(moment, reading, choice, self.options.mode)
        )
        for fallen in self._drain():
            yield await self.record(fallen)
        if plan is None:
            yield await self._finish("stopped")
            return
        plan = _listening_only(plan) if self.options.just_listen else plan
        yield await self.record(_plan_made(plan, self.options.mode, self.head()))
        writer = ReplyWriter(self.engine, self.talk, self.head, self.control, self.shown)
        first = 1
        while True:
            async with aclosing(writer.write(moment, reading, plan, first)) as events:
                async for event in events:
                    yield await self.record(event)
            more = None
            open_end = self.options.mode == "one-by-one" and len(plan.moves) < 3
            if open_end and not writer.ended and not self.options.just_listen:
                more = await self._go_on(moment, reading, choice, plan)
                for fallen in self._drain():
                    yield await self.record(fallen)
            if more is None:
                break
            first = len(plan.moves) + 1
            plan = Plan(plan.mode, (*plan.moves, more), plan.reasoning, plan.expected, plan.skills)
            yield await self.record(_plan_made(plan, self.options.mode, self.head()))
        self.notes.extend(writer.notes.notes)
        yield await self._finish(writer.outcome, tuple(writer.notes.prompts))

    async def _role(self, role: str, call: Callable[[Engine], Awaitable[T]]) -> tuple[T | None, bool]:
        """The result of one role and whether a model said it; None only when the person stopped the turn."""
        try:
            return await self.control.run(call(self.engine)), self.engine.said
        except EndpointError as error:
            if self.engine.fallback is None:
                raise
            self._fall(role, error)
            return await self.control.run(call(self.engine.fallback)), False

    def _fall(self, role: str, error: EndpointError) -> None:
        self._fallen.append(RoleFellBack(role=role, reason=str(error), **self.head()))

    def _drain(self) -> list[RoleFellBack]:
        fallen, self._fallen = self._fallen, []
        return fallen

    def _elapsed(self) -> float:
        return round((time.perf_counter() - self.started_at) * 1000, 2)

    def _finished(self, outcome: Any, prompts: tuple[str, ...] = ()) -> ReplyFinished:
        skills = tuple(dict.fromkeys(slug for slug in self.shown.skills if slug))
        return ReplyFinished(
            text=self.shown.text,
            skills=skills,
            outcome=outcome,
            notes=tuple(self.notes),
            plain=plain_sentence(self.talk.view.turn(self.number)),
            milliseconds=self._elapsed(),
            prompts=prompts,
            **self.head(),
        )

    async def _finish(self, outcome: str, prompts: tuple[str, ...] = ()) -> AnyEvent:
        return await self.record(self._finished(outcome, prompts))

    def close_as_stopped(self) -> None:
        """The listener went away: what was shown is kept, the rest is not asked for.

        Where it cannot be stored the turn ends in memory alone; the next opening of the bank ends it there.
        """
        stopped = self._finished("stopped")
        try:
            self.talk.record_now(stopped)
        except UserError:
            self.talk.view.apply(stopped)


def _state_read(reading: Reading, said: bool, head: dict[str, Any]) -> StateRead:
    return StateRead(
        states=reading.states,
        intensity=round(reading.intensity, 2),
        stage=reading.stage,
        scenario=reading.scenario,
        scenario_score=round(reading.scenario_score, 3),
        need=reading.need,
        need_score=round(reading.need_score, 3),
        act=reading.act,
        heard=reading.heard,
        grade="said" if said else "observed",
        **head,
    )


def _plan_made(plan: Plan, mode: Mode, head: dict[str, Any]) -> PlanMade:
    skills = tuple(dict.fromkeys(move.skill for move in plan.moves if move.skill))
    return PlanMade(
        mode=mode, moves=plan.moves, skills=skills, reasoning=plan.reasoning, expected=plan.expected, **head
    )


def _listening_only(plan: Plan) -> Plan:
    """The plan without advice and questions, keeping at least one move."""
    from esc_tui.domain.labels import Strategy

    pushing = {Strategy.SUGGESTIONS, Strategy.INFORMATION, Strategy.QUESTION}
    kept = tuple(move for move in plan.moves if move.strategy not in pushing) or plan.moves[:1]
    numbered = tuple(move.model_copy(update={"number": place}) for place, move in enumerate(kept, 1))
    return Plan(plan.mode, numbered, plan.reasoning, plan.expected, plan.skills)
