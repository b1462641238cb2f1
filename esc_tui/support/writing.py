"""From a writer's stream to released sentences: the guard sees every sentence before any listener does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from esc_tui.domain.errors import EndpointError
from esc_tui.domain.events import (
    AnyEvent,
    GuardChecked,
    PlannedMove,
    RoleFellBack,
    SegmentDelta,
    SegmentFinished,
    Span,
)
from esc_tui.domain.text import split_sentences, visible
from esc_tui.engines.engine import Engine
from esc_tui.engines.roles import Moment, Piece, Plan, Reading, WriteRequest, WriterNotes
from esc_tui.guard.kinds import ReplyCheck
from esc_tui.guard.reply import check_reply
from esc_tui.guard.texts import fixed_reply, language_of

if TYPE_CHECKING:
    from esc_tui.support.talk import LiveTalk
    from esc_tui.support.turn import TurnControl


@dataclass(slots=True)
class Shown:
    """The part of a reply that has been released: sentences with their segment and skill."""

    sentences: list[tuple[int, str | None, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The whole text released so far."""
        return " ".join(text for _, _, text in self.sentences)

    @property
    def skills(self) -> list[str | None]:
        """The skill of each sentence, in order."""
        return [skill for _, skill, _ in self.sentences]

    def of_segment(self, number: int) -> str:
        """The text released for one segment."""
        return " ".join(text for segment, _, text in self.sentences if segment == number)


class _RefusedError(Exception):
    def __init__(self, check: ReplyCheck, sentence: str) -> None:
        super().__init__(str(check.kind))
        self.check, self.sentence = check, sentence


class ReplyWriter:
    """Writes the moves of a plan: sentence by sentence, one rewrite when the guard refuses, then the fixed reply."""

    def __init__(
        self, engine: Engine, talk: LiveTalk, head: Callable[[], dict[str, Any]], control: TurnControl, shown: Shown
    ) -> None:
        self.engine, self.talk, self.head, self.control, self.shown = engine, talk, head, control, shown
        self.notes = WriterNotes()
        self.outcome = "complete"
        self.ended = False
        self._rewritten = False
        self._fixed_segment = 0

    async def write(self, moment: Moment, reading: Reading, plan: Plan, first: int) -> AsyncGenerator[AnyEvent, None]:
        """Events of the moves from number ``first`` on; sets ``outcome`` and ``ended``."""
        engine: Engine = self.engine
        avoid = ""
        begin = first
        while True:
            request = WriteRequest(moment, reading, plan, begin, self.shown.text, avoid)
            try:
                async with aclosing(self._stream(engine, request, plan)) as stream:
                    async for event in stream:
                        yield event
                break
            except _RefusedError as refused:
                yield self._guard_out(refused)
                if self._rewritten:
                    yield self._fixed(refused, first)
                    self.outcome, self.ended = "guarded", True
                    break
                self._rewritten, avoid = True, refused.sentence
            except EndpointError as error:
                if engine.fallback is None:
                    self.outcome, self.ended = "failed", True
                    self.notes.notes.append(str(error))
                    break
                yield RoleFellBack(role="writer", reason=str(error), **self.head())
                engine = engine.fallback
            begin = self._unfinished(plan, first)
        for event in self._close_segments(plan, first):
            yield event
        if self.control.stopped:
            self.outcome, self.ended = "stopped", True

    async def _stream(self, engine: Engine, request: WriteRequest, plan: Plan) -> AsyncGenerator[AnyEvent, None]:
        moves = {move.number: move for move in plan.moves}
        draft: dict[int, str] = {}
        current = request.first
        pieces = engine.writer.write(request, self.notes)
        try:
            while True:
                piece = await self._next(pieces)
                if piece is None:
                    break
                if piece.segment != current:
                    sentences, _ = split_sentences(draft.pop(current, ""), final=True)
                    for event in self._release(sentences, moves.get(current), current):
                        yield event
                    current = piece.segment
                text = draft.get(current, "") + visible(piece.text)
                sentences, draft[current] = split_sentences(text, final=False)
                for event in self._release(sentences, moves.get(current), current):
                    yield event
            if not self.control.stopped:
                sentences, _ = split_sentences(draft.get(current, ""), final=True)
                for event in self._release(sentences, moves.get(current), current):
                    yield event
        finally:
            close = getattr(pieces, "aclose", None)
            if close is not None:
                await close()

    async def _next(self, pieces: AsyncIterator[Piece]) -> Piece | None:
        async def step() -> Piece | None:
            try:
                return await anext(pieces)
            except StopAsyncIteration:
                return None

        if not self.control.heard:
            return await step()
        await asyncio.sleep(0)
        return None if self.control.stopped else await self.control.run(step())

    def _release(self, sentences: list[str], move: PlannedMove | None, segment: int) -> Iterator[SegmentDelta]:
        """The events of sentences, each checked and counted as shown only when it is asked for."""
        for raw in sentences:
            sentence = " ".join(raw.split())
            if not sentence:
                continue
            check = check_reply(sentence, seeker_text=self.talk.last_message)
            if check.ok and self.shown.sentences:
                check = check_reply(f"{self.shown.text} {sentence}", seeker_text=self.talk.last_message)
            if not check.ok:
                raise _RefusedError(check, sentence)
            skill = move.skill if move else None
            self.shown.sentences.append((segment, skill, sentence))
            yield SegmentDelta(
                segment=segment, skill=skill, strategy=move.strategy if move else None, text=sentence, **self.head()
            )

    def _guard_out(self, refused: _RefusedError) -> GuardChecked:
        check = refused.check
        return GuardChecked(
            phase="out",
            problem=str(check.kind or ""),
            measure="fixed_reply" if self._rewritten else "rewrite",
            decided_by="rules",
            veiled_draft=refused.sentence,
            evidence=tuple(Span(start=e.start, end=e.end, text=e.text) for e in check.evidence),
            **self.head(),
        )

    def _fixed(self, refused: _RefusedError, first: int) -> SegmentDelta:
        number = max([first, *(segment + 1 for segment, _, _ in self.shown.sentences)])
        self._fixed_segment = number
        text = fixed_reply(refused.check.kind, self.talk.turn_seed, language_of(self.talk.last_message, self.talk.language))
        self.shown.sentences.append((number, None, text))
        return SegmentDelta(segment=number, text=text, **self.head())

    def _unfinished(self, plan: Plan, first: int) -> int:
        """The move to go on from after a break: the last one that has any words, or the first."""
        begun = [segment for segment, _, _ in self.shown.sentences if segment >= first]
        return max([first, *begun])

    def _close_segments(self, plan: Plan, first: int) -> list[AnyEvent]:
        moves = {move.number: move for move in plan.moves}
        events: list[AnyEvent] = []
        for number in dict.fromkeys(segment for segment, _, _ in self.shown.sentences):
            if number < first:
                continue
            move = None if number == self._fixed_segment else moves.get(number)
            skill = next((skill for segment, skill, _ in self.shown.sentences if segment == number), None)
            events.append(
                SegmentFinished(
                    segment=number,
                    skill=skill,
                    strategy=move.strategy if move else None,
                    action=move.action if move else None,
                    text=self.shown.of_segment(number),
                    **self.head(),
                )
            )
        return events
