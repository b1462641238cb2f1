"""Carrying a run out with embedded engines: workers play, this process alone writes, in an order fixed by the slots, not the clock."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from esc_tui.bank.episodes import EpisodeRow, PreparedEvent, append_run_events, finish_unrun
from esc_tui.bank.holding import SIGN_SECONDS, give_sign
from esc_tui.bank.runs import RunRow, RunState, set_run_state, take_orders
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import UserError
from esc_tui.domain.run_standing import BY_PERSON, EPISODE_CANCELLED, budget_spent
from esc_tui.simulate.planning import RunSettings, slot_of
from esc_tui.simulate.resuming import unfinished_tasks
from esc_tui.simulate.worker import Bundle, Job, Order, Task, work, work_given

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.settings.model import Settings

LOOK_SECONDS = 0.2
"""How often orders of people are looked for."""
WRITE_SECONDS = 0.05
"""Finished turns wait at most so long for others to share a transaction with."""
FEW = 4
"""Up to so many episodes are played in this process: starting others takes longer."""
LOST = "a worker of the run ended before its work was done"

Told = Callable[[int, int], None]


@dataclass(slots=True)
class Control:
    """What the process that carries a run out is told from inside, and tells: ``stop`` ends it cleanly, to be resumed; ``paused`` is
    True while all its episodes were asked to stand still.
    """

    _stop: threading.Event = field(default_factory=threading.Event)
    reason: str = ""
    paused: bool = False

    def stop(self, reason: str) -> None:
        """End after the turns in hand."""
        self.reason = reason
        self._stop.set()

    @property
    def stopped(self) -> bool:
        """True once asked to stop."""
        return self._stop.is_set()


class InOrder:
    """Gives turns out in the order of the slots, round after round, whatever order they came in.

    Slots that people paused are passed over until their next turn comes.
    """

    def __init__(self, slots: list[int]) -> None:
        self._order = deque(sorted(slots))
        self._came: dict[int, deque[Bundle]] = {slot: deque() for slot in slots}
        self.paused: set[int] = set()

    def put(self, bundle: Bundle) -> None:
        """A turn has come."""
        self._came[bundle.slot].append(bundle)

    def take(self) -> list[Bundle]:
        """The turns whose time has come."""
        found: list[Bundle] = []
        idle = 0
        while self._order and idle < len(self._order):
            slot = self._order[0]
            came = self._came[slot]
            if came:
                bundle = came.popleft()
                idle = 0
                if bundle.last:
                    self._order.popleft()
                    continue
                found.append(bundle)
                self._order.rotate(-1)
            elif slot in self.paused:
                self._order.rotate(-1)
                idle += 1
            else:
                break
        return found

    def all_came(self, slots: frozenset[int]) -> bool:
        """Whether nothing more is to come of these slots: of each the end has come."""
        return all(slot not in self._order or (self._came[slot] and self._came[slot][-1].last) for slot in slots)

    def needs(self, slots: frozenset[int], ahead: int) -> bool:
        """Whether more of these slots is wanted: one has fewer than so many turns waiting, or all have ended."""
        going = [slot for slot in self._order if slot in slots]
        return not going or any(len(self._came[slot]) < ahead for slot in going)

    def forget(self, slots: frozenset[int]) -> frozenset[int]:
        """Drop the turns of these slots that wait: they will be played again. Gives the slots that have not ended."""
        going = frozenset(slot for slot in self._order if slot in slots)
        for slot in going:
            self._came[slot].clear()
        return going

    def rest(self) -> list[Bundle]:
        """Everything that came, in the order of the slots: the end of a run that is broken off."""
        found = [bundle for slot in self._order for bundle in self._came[slot] if not bundle.last]
        for came in self._came.values():
            came.clear()
        return found


@dataclass(slots=True)
class Hand:
    """What plays some slots of a run; ``open`` until it has said that nothing more comes."""

    slots: frozenset[int]
    open: bool = field(default=True, kw_only=True)


H = TypeVar("H", bound=Hand)


class Carrier(ABC, Generic[H]):
    """Carries out one claimed run whose every part is embedded; what plays the slots, and where, is for others to say."""

    def __init__(self, bank: Bank, run: RunRow, program: Settings, told: Told, control: Control) -> None:
        self.bank, self.run, self.told, self.control = bank, run, told, control
        self.settings = RunSettings.model_validate(run.settings["run"])
        self.program = program
        self.connection = bank.writing
        self.rows: dict[int, EpisodeRow] = {}
        self.finished = 0
        self.cancelled = False
        control.paused = False
        self._held: set[int] = set()
        self._everything_held = False
        self._began = self._next_sign = time.monotonic()
        self._ready: list[Bundle] = []
        self._broken = False

    def carry(self) -> tuple[RunState, str]:
        """Play what is left; the run's end and its reason. What was played stays, whatever happens."""
        left = unfinished_tasks(self.bank, self.run, self.settings)
        self.rows = left.rows
        self.finished = self.run.episodes - len(left.tasks)
        self.told(self.finished, self.run.episodes)
        if not left.tasks:
            return "done", ""
        order = InOrder(sorted({task.slot for task in left.tasks}))
        hands = self._start(left.tasks, left.profiles)
        fault = ""
        try:
            fault = self._gather(hands, order)
        finally:
            try:
                if not self._broken:
                    self._flush()
                    self._store(order.rest())
            finally:
                self._end(hands)
        if fault:
            raise UserError(fault, f"run {self.run.number}", f"go on with 'esc-tui simulate --resume {self.run.number}'")
        if self.cancelled:
            finish_unrun(self.connection, self.run.number, self.rows, "cancelled", EPISODE_CANCELLED, now_iso())
            return "cancelled", BY_PERSON
        return ("stopped", self.control.reason) if self.control.stopped else ("done", "")

    @abstractmethod
    def _start(self, tasks: list[Task], profiles: dict[str, str]) -> list[H]:
        """Let all slots be played."""

    @abstractmethod
    def _come(self, hands: list[H], order: InOrder) -> Iterable[Bundle]:
        """The turns that come within a moment, of all hands; notes which have ended."""

    @abstractmethod
    def _tell(self, hands: list[H], order: Order) -> None:
        """Hand on an order."""

    @abstractmethod
    def _end(self, hands: list[H]) -> None:
        """Let go of everything."""

    def _job(self, tasks: Iterable[Task], profiles: dict[str, str]) -> Job:
        return Job(str(self.bank.path), self.run.id, self.settings.model_dump_json(), self.program.model_dump_json(),
                   tuple(self.run.settings["pins"]), profiles, tuple(tasks))

    def _gather(self, hands: list[H], order: InOrder) -> str:
        """Until all slots have ended; the sentence of a worker's fault, if any."""
        next_look = next_write = time.monotonic()
        while any(hand.open for hand in hands):
            for bundle in self._come(hands, order):
                if bundle.fault:
                    return bundle.fault
                order.put(bundle)
            if not self.control.stopped and not all(hand.open or order.all_came(hand.slots) for hand in hands):
                return LOST
            self._ready += order.take()
            now = time.monotonic()
            if self._ready and now >= next_write:
                self._flush()
                next_write = now + WRITE_SECONDS
            if now >= next_look:
                self._heed(hands, order)
                next_look = now + LOOK_SECONDS
        self._ready += order.take()
        self._flush()
        if not (self.control.stopped or self.cancelled) and self.finished < self.run.episodes:
            return LOST
        return ""

    def _flush(self) -> None:
        """Store the turns whose time has come."""
        bundles, self._ready = self._ready, []
        self._store(bundles)

    def _store(self, bundles: list[Bundle]) -> None:
        events: list[PreparedEvent] = [event for bundle in bundles for event in bundle.events]
        unrun = [bundle.episode for bundle in bundles if bundle.over and not bundle.events]
        self._broken = True  # after a turn that could not be stored no later one may be
        if events:
            append_run_events(self.connection, self.run.number, events)
        if unrun:
            finish_unrun(self.connection, self.run.number, unrun, "cancelled", EPISODE_CANCELLED, now_iso())
        self._broken = False
        for bundle in bundles:
            if bundle.over:
                self.finished += 1
                self.rows.pop(bundle.episode, None)
        if bundles:
            self.told(self.finished, self.run.episodes)

    def _heed(self, hands: list[H], order: InOrder) -> None:
        if time.monotonic() >= self._next_sign:
            give_sign(self.connection, self.run.number, now_iso())
            self._next_sign = time.monotonic() + SIGN_SECONDS
        minutes = self.settings.budget.minutes
        if minutes is not None and time.monotonic() - self._began + self.run.seconds >= 60 * minutes:
            self.control.stop(budget_spent(minutes, "minutes"))
        if self.control.stopped:
            self._tell(hands, Order("stop"))
        for one in take_orders(self.connection, self.run.number):
            if one.kind in {"watch", "unwatch"}:
                continue
            self._tell(hands, Order(one.kind, one.episode))  # type: ignore[arg-type]
            self._hold(one.kind, one.episode)
            if one.episode is None and one.kind in {"pause", "step", "resume"}:
                self._say_paused(one.kind != "resume")
        order.paused = self._paused_slots(hands)

    def _hold(self, kind: str, number: int | None) -> None:
        """Note which episodes stand still, as the workers do."""
        match kind:
            case "pause" if number is not None:
                self._held.add(number)
            case "pause" | "step":
                self._everything_held = True
            case "resume" | "cancel" if number is not None:
                self._held.discard(number)
            case "resume" | "cancel":
                self._held.clear()
                self._everything_held = False
                self.cancelled = self.cancelled or kind == "cancel"

    def _paused_slots(self, hands: list[H]) -> set[int]:
        if self._everything_held:
            return {slot for hand in hands for slot in hand.slots}
        return {slot_of(number, self.settings) for number in self._held & self.rows.keys()}

    def _say_paused(self, paused: bool) -> None:
        if paused != self.control.paused:
            self.control.paused = paused
            set_run_state(self.connection, self.run.number, "paused" if paused else "running", now_iso())
            self.told(self.finished, self.run.episodes)


@dataclass(slots=True)
class _Piped(Hand):
    pipe: Connection
    process: Any


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """A process that begins within this never sees Ctrl+C, not even while it imports: the one that carries the run out decides what it
    means, and gets it once this is over. Nothing where the system cannot hold signals back.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # begun later, it would let the signal through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class EmbeddedCarrier(Carrier[_Piped]):
    """Plays in processes of this machine, or few episodes in a thread of this one."""

    def _start(self, tasks: list[Task], profiles: dict[str, str]) -> list[_Piped]:
        slots = sorted({task.slot for task in tasks})
        wanted = self.settings.processes or min(os.cpu_count() or 1, len(slots), -(-len(tasks) // FEW))
        hands: list[_Piped] = []
        jobs: list[Job] = []
        for place in range(wanted):
            mine = frozenset(slots[place::wanted])
            if not mine:
                continue
            job = self._job((task for task in tasks if task.slot in mine), profiles)
            here, there = multiprocessing.Pipe()
            process: Any
            if wanted == 1:
                process = threading.Thread(target=work, args=(there, job), daemon=True)
                process.start()
            else:
                process = multiprocessing.get_context("spawn").Process(target=work_given, args=(there,), daemon=True)
                with deaf_to_ctrl_c():
                    process.start()
                there.close()
                jobs.append(job)
            hands.append(_Piped(mine, here, process))
        for hand, job in zip(hands, jobs, strict=False):  # once all are on their way: a process takes its job when it has imported
            with contextlib.suppress(OSError):  # it ended at once; that nothing comes of it says so
                hand.pipe.send(job)
        return hands

    def _come(self, hands: list[_Piped], order: InOrder) -> Iterator[Bundle]:
        for pipe in wait([hand.pipe for hand in hands if hand.open], timeout=WRITE_SECONDS):
            hand = next(one for one in hands if one.pipe is pipe)
            try:
                yield hand.pipe.recv()
            except (EOFError, OSError):
                hand.open = False

    @staticmethod
    def _tell(hands: list[_Piped], order: Order) -> None:
        for hand in hands:
            if hand.open:
                with contextlib.suppress(OSError):  # it has ended; what it sent before is still to be read
                    hand.pipe.send(order)

    def _end(self, hands: list[_Piped]) -> None:
        self._tell(hands, Order("stop"))
        for hand in hands:
            hand.pipe.close()
        for hand in hands:
            hand.process.join(5)
            if hand.process.is_alive() and hasattr(hand.process, "terminate"):
                hand.process.terminate()
