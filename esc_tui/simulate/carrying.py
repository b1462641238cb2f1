"""Carrying a run out with embedded engines: workers play, this process alone writes, in an order fixed by the slots, not the clock."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any

from esc_tui.bank.episodes import EpisodeRow, PreparedEvent, append_run_events, finish_unrun
from esc_tui.bank.runs import RunRow, RunState, set_run_state, take_orders
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import UserError
from esc_tui.simulate.planning import RunSettings, slot_of
from esc_tui.simulate.resuming import unfinished_tasks
from esc_tui.simulate.worker import Bundle, Job, Order, Task, work

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.settings.model import Settings

LOOK_SECONDS = 0.2
"""How often orders of people are looked for."""
WRITE_SECONDS = 0.05
"""Finished turns wait at most so long for others to share a transaction with."""
FEW = 4
"""Up to so many episodes are played in this process: starting others takes longer."""

Told = Callable[[int, int], None]


@dataclass(slots=True)
class Control:
    """What the process that carries a run out is told from inside: ``stop`` ends it cleanly, to be resumed."""

    _stop: threading.Event = field(default_factory=threading.Event)
    reason: str = ""

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

    def rest(self) -> list[Bundle]:
        """Everything that came, in the order of the slots: the end of a run that is broken off."""
        found = [bundle for slot in self._order for bundle in self._came[slot] if not bundle.last]
        for came in self._came.values():
            came.clear()
        return found


@dataclass(slots=True)
class _Hand:
    pipe: Connection
    slots: frozenset[int]
    process: Any
    open: bool = True


class EmbeddedCarrier:
    """Carries out one claimed run whose every part is embedded."""

    def __init__(self, bank: Bank, run: RunRow, program: Settings, told: Told, control: Control) -> None:
        self.bank, self.run, self.told, self.control = bank, run, told, control
        self.settings = RunSettings.model_validate(run.settings["run"])
        self.program = program
        self.connection = bank.writing
        self.rows: dict[int, EpisodeRow] = {}
        self.finished = 0
        self.cancelled = False
        self.paused = False
        self._began = time.monotonic()

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
            self._store(order.rest())
            self._end(hands)
        if fault:
            raise UserError(fault, f"run {self.run.number}", f"go on with 'esc-tui simulate --resume {self.run.number}'")
        if self.cancelled:
            finish_unrun(self.connection, self.run.number, self.rows, "cancelled", "cancelled by a person", now_iso())
            return "cancelled", "cancelled by a person"
        return ("stopped", self.control.reason) if self.control.stopped else ("done", "")

    def _start(self, tasks: list[Task], profiles: dict[str, str]) -> list[_Hand]:
        slots = sorted({task.slot for task in tasks})
        wanted = self.settings.processes or min(os.cpu_count() or 1, len(slots), -(-len(tasks) // FEW))
        hands: list[_Hand] = []
        for place in range(wanted):
            mine = frozenset(slots[place::wanted])
            if not mine:
                continue
            job = Job(str(self.bank.path), self.run.id, self.settings.model_dump_json(), self.program.model_dump_json(),
                      tuple(self.run.settings["pins"]), profiles, tuple(task for task in tasks if task.slot in mine))
            here, there = multiprocessing.Pipe()
            process: Any
            if wanted == 1:
                process = threading.Thread(target=work, args=(there, job), daemon=True)
                process.start()
            else:
                process = multiprocessing.get_context("spawn").Process(target=work, args=(there, job), daemon=True)
                process.start()
                there.close()
            hands.append(_Hand(here, mine, process))
        return hands

    def _gather(self, hands: list[_Hand], order: InOrder) -> str:
        """Until all slots have ended; the sentence of a worker's fault, if any."""
        next_look = next_write = time.monotonic()
        ready: list[Bundle] = []
        while any(hand.open for hand in hands):
            for pipe in wait([hand.pipe for hand in hands if hand.open], timeout=WRITE_SECONDS):
                hand = next(one for one in hands if one.pipe is pipe)
                try:
                    bundle: Bundle = hand.pipe.recv()
                except (EOFError, OSError):
                    hand.open = False
                    continue
                if bundle.fault:
                    return bundle.fault
                order.put(bundle)
            ready += order.take()
            now = time.monotonic()
            if ready and now >= next_write:
                self._store(ready)
                ready, next_write = [], now + WRITE_SECONDS
            if now >= next_look:
                self._heed(hands, order)
                next_look = now + LOOK_SECONDS
        self._store(ready + order.take())
        if not (self.control.stopped or self.cancelled) and self.finished < self.run.episodes:
            return "a worker of the run ended before its work was done"
        return ""

    def _store(self, bundles: list[Bundle]) -> None:
        events: list[PreparedEvent] = [event for bundle in bundles for event in bundle.events]
        unrun = [bundle.episode for bundle in bundles if bundle.over and not bundle.events]
        if events:
            append_run_events(self.connection, self.run.number, events)
        if unrun:
            finish_unrun(self.connection, self.run.number, unrun, "cancelled", "cancelled by a person", now_iso())
        for bundle in bundles:
            if bundle.over:
                self.finished += 1
                self.rows.pop(bundle.episode, None)
        if bundles:
            self.told(self.finished, self.run.episodes)

    def _heed(self, hands: list[_Hand], order: InOrder) -> None:
        minutes = self.settings.budget.minutes
        if minutes is not None and time.monotonic() - self._began + self.run.seconds >= 60 * minutes:
            self.control.stop(f"the budget of {minutes:g} minutes is used up")
        if self.control.stopped:
            self._tell(hands, Order("stop"))
        for one in take_orders(self.connection, self.run.number):
            if one.kind in {"watch", "unwatch"}:
                continue
            number = one.episode
            self._tell(hands, Order(one.kind, number))  # type: ignore[arg-type]
            slots = {slot for hand in hands for slot in hand.slots}
            concerned = slots if number is None else {slot_of(number, self.settings)}
            if one.kind == "cancel":
                self.cancelled = self.cancelled or number is None
            if one.kind in {"pause", "step"}:
                order.paused |= concerned
            elif one.kind in {"resume", "cancel"}:
                order.paused -= concerned
            if number is None and one.kind in {"pause", "step", "resume"}:
                self._say_paused(one.kind != "resume")

    def _say_paused(self, paused: bool) -> None:
        if paused != self.paused:
            self.paused = paused
            set_run_state(self.connection, self.run.number, "paused" if paused else "running", now_iso())

    @staticmethod
    def _tell(hands: list[_Hand], order: Order) -> None:
        for hand in hands:
            if hand.open:
                try:
                    hand.pipe.send(order)
                except OSError:
                    hand.open = False

    def _end(self, hands: list[_Hand]) -> None:
        self._tell(hands, Order("stop"))
        for hand in hands:
            hand.pipe.close()
        for hand in hands:
            hand.process.join(5)
            if hand.process.is_alive() and hasattr(hand.process, "terminate"):
                hand.process.terminate()
