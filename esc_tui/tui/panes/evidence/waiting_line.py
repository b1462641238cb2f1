"""The line of units that wait for an annotator: the next ones are read ahead, decisions are written one after the other.

A decision counts as saved when the bank has it, never before; one that cannot be written brings its unit back.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, MutableSet, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from esc_tui.bank.decisions import Wanted
from esc_tui.tui.panes.evidence.cards import Card, LabelDraft, load_card
from esc_tui.tui.panes.evidence.kept_labels import KeptLabels, Place, keep_labels, kept_labels

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.connection import BankConnection
    from esc_tui.bank.decisions import Decision, DecisionKind

READY, FEW = 24, 3
"""So many units are read ahead; with only a few left they are read at once, else when the keys rest."""
REST = 0.12
"""Seconds after a decision until units are read ahead: reading takes the processor from painting."""
PACE_MINUTES = 10.0
"""The pace is taken over the last so many minutes."""

T = TypeVar("T")


class Reader(Protocol):
    """Puts a blocking question to a reading connection; any thread may call."""

    def __call__(self, question: Callable[[BankConnection], T]) -> T:
        """The answer."""
        ...


@dataclass(frozen=True, slots=True)
class Given:
    """A decision on its way into the bank."""

    card: Card
    kind: DecisionKind
    draft: LabelDraft | None
    note: str


@dataclass(slots=True)
class Tally:
    """What the annotator has done: saved today and in all, waiting, and what is still being written."""

    today: int = 0
    in_all: int = 0
    waiting: int = 0
    writing: int = 0


class WaitingLine:
    """The units that wait for one annotator, the first of them in front. Lives on the loop; reads and writes in threads."""

    def __init__(self, annotator: str, wanted: Wanted, read: Reader, bank: Bank, changed: Callable[[], None],
                 failed: Callable[[Exception], None], written: Callable[[], None], *, blind: bool = False,
                 shown: MutableSet[int] | None = None) -> None:
        """``changed``, ``failed`` and, once a decision or an undo is in the bank, ``written`` are called on the loop.

        While ``blind``, units of which labels were ``shown`` come after those ready of which none were; those of which labels
        were shown when an earlier session began theirs are added.
        """
        self.annotator, self.wanted = annotator, wanted
        self.blind, self._shown = blind, shown if shown is not None else set()
        self.begun: dict[Place, LabelDraft] = {}
        self._kept: dict[Place, KeptLabels] = {}
        self._keep_anew = False
        self.tally = Tally()
        self.front: Card | None = None
        self.restored: LabelDraft | None = None
        self._read, self._bank, self._changed, self._failed, self._written = read, bank, changed, failed, written
        self._ready: deque[Card] = deque()
        self._wishes: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._unsaved: dict[int, Given] = {}
        self._stamps: deque[float] = deque()
        self._filling = self._fill_again = False
        self._decided: set[int] = set()
        self._stood = 0
        self._resting: asyncio.TimerHandle | None = None
        self.empty = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._writer = self._task(self._write())

    def _task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def begin(self) -> None:
        """Count, and read the first units and what had been begun."""
        self._kept = await asyncio.to_thread(lambda: self._read(lambda bank: kept_labels(bank, self.annotator)))
        self._shown |= {number for (number, _), one in self._kept.items() if one.shown}
        await self._count()
        await self._fill()

    async def look_again(self) -> None:
        """The bank has changed: count, and read ahead what may have come."""
        await self._count()
        await self._fill()

    async def finish(self) -> None:
        """Wait until every decision given so far has been written, and the labels begun are kept."""
        await self._wishes.join()
        if self._keep_anew:
            self._keep_anew = False
            await asyncio.to_thread(lambda: keep_labels(self._bank, self.annotator, dict(self.begun), dict(self._kept)))

    def close(self) -> None:
        """Stop; call ``finish`` first so that nothing is lost."""
        if self._resting is not None:
            self._resting.cancel()
        for task in self._tasks:
            task.cancel()

    # Reading ahead

    async def _count(self) -> None:
        self.tally.today, self.tally.in_all, self.tally.waiting = await asyncio.to_thread(
            lambda: self._read(lambda bank: count(bank, self.annotator, self.wanted)))

    def _known(self) -> set[int]:
        here = {card.number for card in self._ready} | self._unsaved.keys()
        return here | ({self.front.number} if self.front is not None else set())

    async def _fill(self) -> None:
        """Read units ahead until enough are ready, and put one in front. Asked for while it reads, it reads once more."""
        self._fill_again = True
        if self._filling:
            return
        self._filling = True
        try:
            while self._fill_again:
                self._fill_again = False
                await self._fill_once()
        except Exception as error:
            self._failed(error)
        finally:
            self._filling = False

    async def _fill_once(self) -> None:
        self._decided = set(self._unsaved)  # what is decided from here on may stand in the answer as still waiting
        limit = READY + len(self._known())
        numbers = await asyncio.to_thread(
            lambda: self._read(lambda bank: next_numbers(bank, self.annotator, self.wanted, limit)))
        known = self._known() | self._decided
        chosen = [number for number in numbers if number not in known][:max(0, READY - len(self._ready))]
        begun = self._stood
        for number in chosen:
            if self._stood != begun and len(self._ready) > FEW:
                break  # keys go before; the timer reads on
            card = await asyncio.to_thread(self._load, number)
            if card is not None and number not in self._known() | self._decided:
                self._ready.append(card)
                self._advance()
        self.empty = not chosen and self.front is None and not self._unsaved
        self._advance()

    def _load(self, number: int) -> Card | None:
        return self._read(lambda bank: load_card(bank, number, self.annotator))

    def _advance(self) -> None:
        if self.front is None and self._ready:
            place = next((place for place, card in enumerate(self._ready) if not (self.blind and card.number in self._shown)), 0)
            self.front = self._ready[place]
            del self._ready[place]
            self.restored = self._begun_on(self.front)
            self.empty = False
        self._changed()

    def _next(self) -> None:
        self.front = self.restored = None
        self._stood += 1
        self._advance()
        if self._resting is not None:
            self._resting.cancel()
        if len(self._ready) <= FEW:
            self._task(self._fill())
        self._resting = asyncio.get_running_loop().call_later(REST, lambda: self._task(self._fill()))

    def _begun_on(self, card: Card) -> LabelDraft | None:
        """The labels begun on a unit, in this session or an earlier one, with or without its suggestion as now."""
        place = (card.number, self.blind)
        kept = self._kept.pop(place, None)
        if place not in self.begun and kept is not None and (draft := kept.draft(card, self.blind)) is not None:
            self.begun[place] = draft
        return self.begun.get(place)

    def note_begun(self, number: int, draft: LabelDraft) -> None:
        """Labels of a unit have been changed: they are held until it is decided, and kept for the next start."""
        self.begun[number, draft.blind] = draft
        self._keep_anew = True

    def see(self, blind: bool) -> None:
        """Show the suggestions, or hide them; then a unit whose labels were shown makes room for one that is ready."""
        self.blind = blind
        front = self.front
        if front is None:
            return
        if blind and front.number in self._shown and any(card.number not in self._shown for card in self._ready):
            self._ready.append(front)
            self.front = None
            self._advance()
        else:
            self.restored = self._begun_on(front)
            self._changed()

    def put_first(self, card: Card, draft: LabelDraft | None = None) -> None:
        """Put a unit in front, with these labels or those begun; the one that stood there comes next."""
        if draft is not None and draft.corrected:
            self.note_begun(card.number, draft)
        if self.front is not None and self.front.number != card.number:
            self._ready.appendleft(self.front)
        self._ready = deque(one for one in self._ready if one.number != card.number)
        self.front, self.restored, self.empty = card, draft or self._begun_on(card), False
        self._changed()

    async def take(self, number: int) -> bool:
        """Put a unit in front by its display number; False when there is none."""
        card = await asyncio.to_thread(self._load, number)
        if card is not None:
            self.put_first(card)
        return card is not None

    # Deciding

    def decide(self, kind: DecisionKind, draft: LabelDraft | None = None, note: str = "") -> None:
        """Decide about the unit in front; the next one is in front at once, the bank is written behind."""
        card = self.front
        if card is None:
            return
        given = Given(card, kind, draft, note)
        if draft is not None:
            for place in ((card.number, True), (card.number, False)):
                self._kept.pop(place, None)
                self._keep_anew = self.begun.pop(place, None) is not None or self._keep_anew
        self._unsaved[card.number] = given
        self._decided.add(card.number)
        self.tally.writing += 1
        self._wishes.put_nowait(lambda: self._save(given))
        self._next()

    def undo(self) -> None:
        """Take the newest decision back, after all that were given before; its unit is in front again."""
        self.tally.writing += 1
        self._wishes.put_nowait(self._undo)
        self._changed()

    async def _write(self) -> None:
        while True:
            wish = await self._wishes.get()
            try:
                await wish()
            except Exception as error:
                self._failed(error)
            finally:
                self.tally.writing -= 1
                self._wishes.task_done()
                self._changed()
                if self.front is None:
                    self._task(self._fill())  # a skipped unit may be the only one left

    async def _save(self, given: Given) -> None:
        from esc_tui.bank.decisions import BLIND, decide
        from esc_tui.domain.base import now_iso

        number = given.card.number
        try:
            label = given.draft.label(self.annotator) if given.draft is not None else None
            blind = given.draft is not None and given.draft.blind and not given.draft.shown
            note = given.note or (BLIND if blind else "")
            await asyncio.to_thread(lambda: decide(
                self._bank.writing, number, self.annotator, given.kind, now_iso(), label=label, note=note))
        except Exception:
            self._unsaved.pop(number, None)
            self.put_first(given.card, given.draft)
            raise
        self._unsaved.pop(number, None)
        self._written()
        if given.kind != "skip":
            self.tally.today += 1
            self.tally.in_all += 1
            self.tally.waiting = max(0, self.tally.waiting - 1)
            self._stamps.append(time.monotonic())

    async def _undo(self) -> None:
        from esc_tui.bank.decisions import BLIND, undo_decision
        from esc_tui.bank.units import label_by_id
        from esc_tui.domain.base import now_iso

        decision: Decision = await asyncio.to_thread(lambda: undo_decision(self._bank.writing, self.annotator, now_iso()))
        self._written()
        card = await asyncio.to_thread(self._load, decision.unit)
        if card is not None:
            draft = None
            if decision.label is not None:
                given = await asyncio.to_thread(lambda: self._read(lambda bank: label_by_id(bank, int(decision.label or 0))))
                draft = LabelDraft.like(card.suggestion, given, decision.note == BLIND)
            self.put_first(card, draft)
        await self._count()
        if self._stamps and decision.kind != "skip":
            self._stamps.pop()

    # Numbers

    @property
    def pace(self) -> float | None:
        """Units a minute over the last minutes; None before the third."""
        now = time.monotonic()
        while self._stamps and now - self._stamps[0] > PACE_MINUTES * 60:
            self._stamps.popleft()
        if len(self._stamps) < 3:
            return None
        minutes = (self._stamps[-1] - self._stamps[0]) / 60
        return (len(self._stamps) - 1) / minutes if minutes > 0 else None


def next_numbers(connection: BankConnection, annotator: str, wanted: Wanted, limit: int) -> Sequence[int]:
    """Display numbers of the next units."""
    from esc_tui.bank.decisions import waiting_units

    return [row.number for row in waiting_units(connection, annotator, wanted, limit=limit)]


def count(connection: BankConnection, annotator: str, wanted: Wanted) -> tuple[int, int, int]:
    """Decided today (since local midnight) and in all, without skipped ones, and how many of those wanted wait."""
    from datetime import UTC, datetime

    from esc_tui.bank.decisions import decided_since, progress

    midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    found = progress(connection, annotator, wanted)
    in_all = sum(number for kind, number in found.decided.items() if kind != "skip")
    return decided_since(connection, annotator, midnight.isoformat(timespec="milliseconds").replace("+00:00", "Z")), in_all, found.waiting
