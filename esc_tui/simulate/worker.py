"""A process (or thread) that plays embedded episodes turn by turn, slot by slot, and hands each finished turn to the one writer."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from esc_tui.bank.episodes import PreparedEvent
from esc_tui.domain.errors import UserError
from esc_tui.domain.events import EVENT_ADAPTER, AnyEvent
from esc_tui.domain.profile import Profile
from esc_tui.domain.revision import Pins
from esc_tui.domain.run_standing import EPISODE_CANCELLED
from esc_tui.settings.model import Settings
from esc_tui.simulate.arms import Company
from esc_tui.simulate.episode import Episode, EpisodePlan
from esc_tui.simulate.planning import RunSettings
from esc_tui.simulate.store import BundleStore

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank

T = TypeVar("T")
LOOK_SECONDS = 0.1
"""How often a paused worker looks for orders."""
NEW_OBJECTS = 200_000
"""So many new objects make the garbage collector of a worker's own process look: those of a talk go with it, and none was found in a
cycle after 886 turns."""


@dataclass(frozen=True, slots=True)
class Task:
    """One episode to play or to go on with; ``past`` are its stored events as JSON, ``attempt`` counts from 1, ``masked`` skills are
    hidden from it.
    """

    slot: int
    number: int
    conversation: str
    profile_hash: str
    arm: int
    repeat: int
    seed: int
    past: tuple[str, ...] = ()
    attempt: int = 1
    masked: tuple[str, ...] = ()

    def pins(self, arm: Pins) -> Pins:
        """What the episode stands on: what its arm does, less what is hidden from it."""
        return arm.model_copy(update={"masked": self.masked}) if self.masked else arm


@dataclass(frozen=True, slots=True)
class Job:
    """All that a worker needs; goes through a pipe once. Models travel as JSON."""

    bank: str
    run: str
    settings: str
    program: str
    pins: tuple[str, ...]
    profiles: dict[str, str]
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """What the run's process asks of a worker, of one episode or (None) of all."""

    kind: Literal["pause", "resume", "cancel", "step", "stop"]
    episode: int | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """One turn of an episode (or the end of a slot, a fault): ``over`` when its episode has ended, ``last`` when its slot has.

    Over without events: cancelled before it began.
    """

    slot: int
    episode: int = 0
    events: tuple[PreparedEvent, ...] = ()
    over: bool = False
    last: bool = False
    fault: str = ""


class Line(Protocol):
    """What joins a worker to the run's process: the end of a pipe, or something like it over a network.

    It raises BrokenPipeError, ConnectionResetError or EOFError once the other side is gone.
    """

    def send(self, obj: Any, /) -> None:
        """Hand on a bundle; may wait until there is room."""

    def recv(self) -> Any:
        """The next order; waits for it."""

    def poll(self, timeout: float = 0.0, /) -> bool:
        """Whether there is an order, after at most so many seconds."""

    def close(self) -> None:
        """Nothing more comes from here."""


class InlineLoop(asyncio.SelectorEventLoop):
    """Does at once what is meant for a thread: a worker has nothing else to do meanwhile."""

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:  # type: ignore[override]
        """A finished future, so that who waits for it goes straight on."""
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:
            done.set_exception(error)
        return done


def work_given(pipe: Line) -> None:
    """As ``work``, for a process of its own: the job is the first that comes through the pipe."""
    try:
        job: Job = pipe.recv()
    except (EOFError, OSError):
        return  # the run's process is gone
    work(pipe, job)


def work(pipe: Line, job: Job) -> None:
    """Play a job's episodes; what goes wrong is told through the pipe."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run's process decides what ctrl+c means
        gc.disable()  # until all is read that stays to the end
    try:
        with asyncio.Runner(loop_factory=InlineLoop) as runner:
            runner.run(_work(pipe, job))
    except (BrokenPipeError, EOFError, ConnectionResetError):
        return  # the run's process is gone; what it had stored stays
    except UserError as error:
        _tell(pipe, str(error))
    except Exception as error:
        _tell(pipe, f"a worker of the run failed: {type(error).__name__}: {error}")
    finally:
        pipe.close()


def _tell(pipe: Line, fault: str) -> None:
    with contextlib.suppress(OSError):
        pipe.send(Bundle(-1, fault=fault))


async def _work(pipe: Line, job: Job) -> None:
    from esc_tui.bank.bank import open_bank

    settings = RunSettings.model_validate_json(job.settings)
    with open_bank(Path(job.bank), readonly=True) as bank:
        company = _company(bank, settings, job)
        try:
            company.warm()
            if threading.current_thread() is threading.main_thread():
                gc.freeze()
                gc.set_threshold(NEW_OBJECTS)
                gc.enable()
            await _Worker(pipe, job, settings, company).play()
        finally:
            await company.aclose()


def _company(bank: Bank, settings: RunSettings, job: Job) -> Company:
    pins = [Pins.model_validate_json(one) for one in job.pins]
    return Company(bank, Settings.model_validate_json(job.program), settings.arms, pins, settings.seeker)


@dataclass(slots=True)
class _Playing:
    task: Task
    episode: Episode
    store: BundleStore
    events: AsyncGenerator[AnyEvent, None]


@dataclass(slots=True)
class _Pauses:
    """What is paused, and how many turns all may still play (steps)."""

    everything: bool = False
    episodes: set[int] = field(default_factory=set)
    steps: int = 0


class _Worker:
    def __init__(self, pipe: Line, job: Job, settings: RunSettings, company: Company) -> None:
        self.pipe, self.job, self.settings, self.company = pipe, job, settings, company
        self.profiles = {key: Profile.model_validate_json(text) for key, text in job.profiles.items()}
        self.waiting: dict[int, deque[Task]] = {}
        for task in job.tasks:
            self.waiting.setdefault(task.slot, deque()).append(task)
        self.playing: dict[int, _Playing] = {}
        self.pauses = _Pauses()
        self.cancelled: set[int] = set()
        self.stopped = False

    async def play(self) -> None:
        """Round after round one turn of each slot, in the order of the slots."""
        open_slots = sorted(self.waiting)
        while open_slots and not self.stopped:
            moved = False
            if self.pauses.steps:
                self.pauses.steps -= 1
                stepping = True
            else:
                stepping = not self.pauses.everything
            for slot in list(open_slots):
                self._take_orders(0)
                if self.stopped:
                    break
                if await self._turn(slot, stepping):
                    moved = True
                if slot not in self.playing and not self.waiting[slot]:
                    open_slots.remove(slot)
                    self.pipe.send(Bundle(slot, last=True))
            if not moved and open_slots:
                self._take_orders(LOOK_SECONDS)

    def _take_orders(self, seconds: float) -> None:
        while self.pipe.poll(seconds):
            order: Order = self.pipe.recv()
            seconds = 0
            number = order.episode
            match order.kind:
                case "stop":
                    self.stopped = True
                case "cancel":
                    self.cancelled |= {one.number for one in self.job.tasks} if number is None else {number}
                case "pause" if number is not None:
                    self.pauses.episodes.add(number)
                case "pause":
                    self.pauses.everything = True
                case "resume" if number is not None:
                    self.pauses.episodes.discard(number)
                case "resume":
                    self.pauses = _Pauses()
                case "step":
                    self.pauses.everything = True
                    self.pauses.steps += 1

    async def _turn(self, slot: int, going: bool) -> bool:
        """Play one turn of a slot and send it; False when nothing may move there."""
        playing = self.playing.get(slot)
        if playing is None:
            waiting = self.waiting[slot]
            while waiting and waiting[0].number in self.cancelled and not waiting[0].past:
                self.pipe.send(Bundle(slot, waiting.popleft().number, over=True))
            if not waiting or not (going or waiting[0].number in self.cancelled):
                return False
            playing = self.playing[slot] = self._begin(waiting.popleft())
        number = playing.task.number
        if number in self.cancelled:
            playing.store.append_events([playing.episode.stop("cancelled", EPISODE_CANCELLED)])
            await playing.events.aclose()
            over = True
        elif not going or number in self.pauses.episodes:
            return False
        else:
            over = await self._advance(playing)
        if over:
            del self.playing[slot]
        self.pipe.send(Bundle(slot, number, tuple(playing.store.take()), over))
        return True

    def _begin(self, task: Task) -> _Playing:
        arm = self.company.arms[task.arm]
        plan = EpisodePlan(
            self.job.run, task.conversation, self.profiles[task.profile_hash], task.profile_hash, arm.arm.name, task.pins(arm.pins),
            arm.arm.mode, arm.arm.bank, self.settings.rules, task.repeat, task.seed)
        store = BundleStore()
        past = [EVENT_ADAPTER.validate_json(text) for text in task.past]
        episode = Episode(plan, self.company.mind, arm.supporter, store, past)
        return _Playing(task, episode, store, episode.events())

    @staticmethod
    async def _advance(playing: _Playing) -> bool:
        """Until the seeker has judged a reply; True when the episode is over."""
        async for event in playing.events:
            if event.kind == "episode_finished":
                await playing.events.aclose()
                return True
            if event.kind == "emotion_changed":
                return False
        return True


def whole(past: Sequence[AnyEvent]) -> tuple[str, ...]:
    """Stored events as they travel to a worker."""
    return tuple(event.model_dump_json() for event in past)


