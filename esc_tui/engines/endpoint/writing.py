"""The writer of the endpoint engine: a structured reply, passed on a sentence at a time while it is being written."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from typing import Any

from esc_tui.domain.labels import Strategy
from esc_tui.domain.text import normalised, split_sentences, visible
from esc_tui.engines.endpoint.asker import Asker, Request, let_end, unwatched
from esc_tui.engines.endpoint.circling import CIRCLES, CircleWatch, circles_from, says_again
from esc_tui.engines.endpoint.faults import EndpointFault, UnusableAnswerError
from esc_tui.engines.endpoint.loosely import parse_object
from esc_tui.engines.endpoint.outputs import NextMove, Reply, ReplyStep
from esc_tui.engines.endpoint.partial import SegmentReader
from esc_tui.engines.endpoint.replies import Delta
from esc_tui.engines.endpoint.schemas import MOST_TEXT, schema_of
from esc_tui.engines.endpoint.scratch import TurnNotes
from esc_tui.engines.endpoint.view import move_row, reading_values, skill_row, talk_values
from esc_tui.engines.roles import Piece, Plan, WriteRequest, WriterNotes

_QUESTION_MARKS = ("?", "？")
_ENDS = (*_QUESTION_MARKS, ".", "!", "…", "。", "！", "\"", "”", "’", ")")


class EndpointWriter:
    """Words a plan with the model: all moves in one answer, or one move an answer in the other two modes."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    async def write(self, request: WriteRequest, notes: WriterNotes) -> AsyncIterator[Piece]:
        """Whole sentences in the order of the plan. Closing the generator ends the request. Raises EndpointError.

        A stream that breaks off is asked again from the start, telling what was already passed on; the answer is sent
        back once when nothing in it can be read.
        """
        turn = self._asker.scratch.of(request.moment)
        turn.check()
        tries = self._asker.tries()
        draft = _Draft(request)
        repair: _Repair | None = None
        first: Request | None = None
        async with AsyncExitStack() as asking:
            while True:
                asked = self._request(draft, repair)
                if first is None:
                    await asking.enter_async_context(self._asker.alone(asked))
                alone, first = not draft.passed_on, first or asked
                turn.keep_prompt(asked.prompt.mark)
                notes.prompts.extend(turn.take_prompts())
                draft.begin_again()
                held: list[Piece] | None = [] if unwatched() else None  # until the answer is kept
                try:
                    kept = await self._asker.recall(asked) if asked is first else None
                    async with aclosing(self._sentences(asked, tries, draft, kept)) as sentences:
                        async for piece in sentences:
                            if held is None:
                                yield piece
                            else:
                                held.append(piece)
                except EndpointFault as fault:
                    for piece in held or ():
                        yield piece
                    if await tries.again(fault):
                        continue
                    turn.fail(fault)
                    raise
                except UnusableAnswerError as error:
                    self._asker.note_form(asked, error, draft.answer, draft.finish)
                    if repair is None:
                        repair = _Repair(draft.answer, str(error))
                        continue
                    raise self._asker.unusable(draft.answer, str(error)) from None
                if draft.left_out:
                    notes.notes.append("The model wrote more than a reply may hold; "
                                       f"{draft.left_out} of its sentences were left out.")
                if tries.shortened:
                    notes.notes.append("The talk did not fit into what the model holds; it was told less: the newest lines, "
                                       "and the first of what was found.")
                if alone and kept is None and not tries.shortened:
                    await self._asker.keep(first, draft.answer)
                await asking.aclose()
                for piece in held or ():
                    yield piece
                self._keep_decision(draft, turn, request.plan)
                return

    async def _sentences(self, asked: Request, tries: Any, draft: _Draft, kept: str | None) -> AsyncGenerator[Piece, None]:
        """The sentences of one answer, ``kept`` or asked for now, that may be passed on. Raises UnusableAnswerError when there is none."""
        reader, watch = SegmentReader(), CircleWatch()
        async with aclosing(self._asker.stream(asked, tries) if kept is None else _once(kept)) as deltas:
            async for delta in deltas:
                draft.answer += delta.text
                draft.finish = delta.finish or draft.finish
                for number, text in reader.feed(delta.text):
                    for piece in draft.take(number, text):
                        yield piece
                if reader.done:
                    for piece in draft.rest():
                        yield piece
                    await let_end(deltas)
                    break
                if watch.sees(len(draft.answer)) and circles_from(draft.answer) is not None:
                    draft.finish = CIRCLES
                    break
        for number, text in reader.feed("", final=True):
            for piece in draft.take(number, text):
                yield piece
        # The last sentence of an answer that was cut at its limit may be half a sentence.
        if not reader.open:
            for piece in draft.rest():
                yield piece
        if not draft.passed_on:
            cut = self._asker.cut(asked, draft.finish)
            formless = not reader.begun and bool(draft.answer.strip()) and not cut
            raise UnusableAnswerError(f"{cut} before the reply began" if cut else draft.why_nothing(), formless)

    def _request(self, draft: _Draft, repair: _Repair | None) -> Request:
        write = draft.request
        plan, one_by_one = write.plan, write.plan.mode == "one-by-one"
        moves = [move for move in plan.moves if move.number >= draft.first]
        chain = plan.reasoning.model_dump(exclude={"grade"}) if plan.reasoning.support_plan else {}
        values = talk_values(write.moment) | reading_values(write.reading) | {
            "mode": plan.mode, "moves": [move_row(move, plan.skills) for move in moves], "reasoning": chain,
            "said": draft.said, "avoid": write.avoid, "most_sentences": draft.room, "may_ask": draft.may_ask,
            "more_moves": [skill_row(skill) for skill in plan.skills] if one_by_one and len(plan.moves) < 3 else []}
        output = ReplyStep if values["more_moves"] else Reply
        schema = schema_of(output, [skill.slug for skill in plan.skills])
        name = "reply_step" if values["more_moves"] else "reply"
        request = Request(self._asker.render("writer", values), name, schema)
        return request if repair is None else request.with_repair(repair.answer, repair.why)

    @staticmethod
    def _keep_decision(draft: _Draft, turn: TurnNotes, plan: Plan) -> None:
        """Leave the planner word of whether the model wants to go on, when it said so."""
        turn.onward = None
        if plan.mode != "one-by-one":
            return
        try:
            said = parse_object(draft.answer).get("next")
            told = {"decision": said} if isinstance(said, str) else said
            turn.onward = (len(plan.moves), NextMove.model_validate(told))
        except ValueError:
            return  # then the planner asks


async def _once(text: str) -> AsyncGenerator[Delta, None]:
    yield Delta(text)


def _asks(sentence: str) -> bool:
    return sentence.rstrip().endswith(_QUESTION_MARKS)


@dataclass(frozen=True, slots=True)
class _Repair:
    answer: str
    why: str


@dataclass(slots=True)
class _Draft:
    """What has come of a reply so far, and how much more may come."""

    request: WriteRequest
    answer: str = ""
    finish: str = ""
    left_out: int = 0
    repeated: bool = False
    missed: bool = False
    passed_on: list[tuple[int, str]] = field(default_factory=list)
    _current: int = 0
    _length: int = 0
    _pending: str = ""
    _base: int = 0
    _known: set[str] = field(default_factory=set)
    _unsaid: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        # A small model says the very sentences that show how a move must not sound.
        shown = [text for skill in self.request.plan.skills for text in skill.content.dont]
        self._unsaid = frozenset(normalised(sentence) for text in shown for sentence in split_sentences(text)[0])

    @property
    def said(self) -> str:
        """Everything of this reply that was shown or passed on."""
        return " ".join([self.request.said, *(text for _, text in self.passed_on)]).strip()

    @property
    def first(self) -> int:
        """The move to go on from."""
        return max([self.request.first, *(number for number, _ in self.passed_on)])

    @property
    def last(self) -> int:
        """The number of the plan's last move."""
        return max([self.request.first, *(move.number for move in self.request.plan.moves)])

    @property
    def room(self) -> int:
        """Sentences that may still come; at least one. One move at a time: two of them at most."""
        used = len(split_sentences(self.said)[0])
        room = max(1, self.request.max_sentences - used)
        return min(room, 2) if self.request.plan.mode == "one-by-one" else room

    @property
    def may_ask(self) -> bool:
        """False once the reply holds a question."""
        return not any(_asks(sentence) for sentence in split_sentences(self.said)[0])

    def begin_again(self) -> None:
        """Make ready for another answer; what was passed on stays."""
        self.answer = self.finish = self._pending = ""
        self._current, self._length, self.left_out, self.repeated, self.missed = 0, 0, 0, False, False
        self._base = self.first - 1
        self._known = {normalised(sentence) for sentence in split_sentences(self.said)[0]}

    def take(self, number: int, text: str) -> list[Piece]:
        """The sentences that became whole with some text of the answer's segment ``number`` (from 1)."""
        pieces = self.rest() if number != self._current else []
        self._length = len(text) + (self._length if number == self._current else 0)
        self._current = number
        sentences, self._pending = split_sentences(self._pending + text, final=False)
        return pieces + self._admit(sentences)

    def rest(self) -> list[Piece]:
        """The last sentence of a segment that has ended."""
        sentences, self._pending = split_sentences(self._pending)
        if sentences and self._length >= MOST_TEXT - 2 and not sentences[-1].rstrip().endswith(_ENDS):
            del sentences[-1]  # the server held the text to its bound in the middle of a sentence
        return self._admit(sentences)

    def _admit(self, sentences: list[str]) -> list[Piece]:
        pieces: list[Piece] = []
        number = min(self._base + max(1, self._current), self.last)
        for raw in sentences:
            text = " ".join(visible(raw, keep_lines=False).split())
            plain = normalised(text)
            if plain in self._unsaid:
                self.missed = True
                continue
            if not plain or plain in self._known or says_again(text):
                self.repeated = self.repeated or bool(plain)
                continue
            if not self._fits(number, text):
                self.left_out += 1
                continue
            self._known.add(plain)
            self.passed_on.append((number, text))
            pieces.append(Piece(number, text + " "))
        return pieces

    def _fits(self, number: int, text: str) -> bool:
        """Whether a sentence may be passed on: room is kept for the moves to come, and one question is enough."""
        later = [move for move in self.request.plan.moves if move.number > number]
        used = len(split_sentences(self.said)[0])
        of_this = sum(at == number for at, _ in self.passed_on)
        if of_this >= 2 and self.request.plan.mode == "one-by-one":
            return False
        if of_this and used + len(later) >= self.request.max_sentences:
            return False
        if used > self.request.max_sentences:
            return False
        if _asks(text):
            question_comes = any(move.strategy is Strategy.QUESTION for move in later)
            return self.may_ask and not question_comes
        return True

    def why_nothing(self) -> str:
        """Why no sentence came of the answer, for the model to mend."""
        if self.missed:
            return "segments hold what \"not_like\" shows, which is never said"
        if self.repeated:
            return "segments only repeat what was already said"
        if self.left_out:
            return "segments hold only questions that may not be asked now"
        return 'segments must hold at least one object with a non-empty "text"'
