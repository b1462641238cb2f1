"""One episode after another in each slot of a run's loop: played, ended by a reason with a name, stored."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from esc_tui.bank.episodes import finish_unrun
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import BankError
from esc_tui.domain.events import EVENT_ADAPTER, ReplyFinished
from esc_tui.domain.profile import Profile
from esc_tui.domain.run_standing import EPISODE_CANCELLED
from esc_tui.domain.sage import Outcome
from esc_tui.engines.endpoint.calling import SCOPE, CallCounter, CallScope
from esc_tui.simulate.arms import Company
from esc_tui.simulate.episode import Episode, EpisodePlan
from esc_tui.simulate.planning import RunSettings, seed_of
from esc_tui.simulate.steering import Gate
from esc_tui.simulate.store import SharedStore
from esc_tui.simulate.thinking import Thinking, ThinkingMind, ThinkingSupporter
from esc_tui.simulate.worker import Task

if TYPE_CHECKING:
    from esc_tui.engines.endpoint.caching import AnswerCache

_ENDS_A_STEP = frozenset({"reply_finished", "emotion_changed"})


@dataclass(slots=True)
class Stage:
    """What the episodes of a run share. ``longest``: seconds one step may take in all; past it the episode fails."""

    run: str
    settings: RunSettings
    company: Company
    profiles: dict[str, Profile]
    store: SharedStore
    gate: Gate
    counter: CallCounter
    cache: AnswerCache | None
    thinking: Thinking
    longest: float
    stopping: Callable[[], bool]
    over: Callable[[Task, Outcome], None]


class Players:
    """Plays the tasks of a run, ``slots`` at once, in their order."""

    def __init__(self, stage: Stage, number_of_run: int, tasks: Iterable[Task]) -> None:
        self.stage, self._run = stage, number_of_run
        self._waiting = deque(tasks)
        self._playing: dict[int, asyncio.Task[bool]] = {}
        self._cancelled: set[int] = set()
        self.all_cancelled = False
        mind = stage.company.mind
        self._mind = ThinkingMind(mind, stage.thinking) if stage.settings.seeker != "endpoint" else mind
        self._supporters = [
            ThinkingSupporter(arm.supporter, stage.thinking) if arm.arm.engine == "embedded" else arm.supporter
            for arm in stage.company.arms]

    async def play(self, slots: int) -> None:
        """Until every episode has ended, or the run stops. Raises BankError when nothing can be stored."""
        async with asyncio.TaskGroup() as group:
            for slot in range(min(slots, len(self._waiting))):
                group.create_task(self._slot(slot))

    def cancel(self, number: int | None) -> None:
        """End one episode, or all, at once."""
        self.all_cancelled = self.all_cancelled or number is None
        chosen = [number] if number is not None else [*self._playing, *(task.number for task in self._waiting)]
        self._cancelled.update(chosen)
        self.stage.gate.release(chosen)
        for one in chosen:
            playing = self._playing.get(one)
            if playing is not None:
                playing.cancel()

    async def _slot(self, slot: int) -> None:
        stage = self.stage
        while self._waiting and not stage.stopping():
            task = self._waiting.popleft()
            if not await stage.gate.enter(slot, task.number):
                return
            if task.number in self._cancelled and not task.past:
                await stage.store.call(finish_unrun, self._run, [task.number], "cancelled", EPISODE_CANCELLED, now_iso())
                stage.over(task, "cancelled")
                continue
            conversation = task.conversation
            SCOPE.set(CallScope(conversation, _drawn(task), f"{_drawn(task)}/{task.repeat}", stage.cache, stage.counter,
                                partial(stage.store.watched, conversation)))
            outcome = await self._ended(slot, task, self._episode(task))
            await stage.store.flush()
            if outcome is not None:
                stage.over(task, outcome)

    def _episode(self, task: Task) -> Episode:
        stage = self.stage
        arm = stage.company.arms[task.arm]
        plan = EpisodePlan(
            stage.run, task.conversation, stage.profiles[task.profile_hash], task.profile_hash, arm.arm.name, task.pins(arm.pins),
            arm.arm.mode, arm.arm.bank, stage.settings.rules, task.repeat, _drawn(task))
        past = [EVENT_ADAPTER.validate_json(text) for text in task.past]
        return Episode(plan, self._mind, self._supporters[task.arm], stage.store.of(task.conversation), past)

    async def _ended(self, slot: int, task: Task, episode: Episode) -> Outcome | None:
        """How the episode ended; None when the run stopped before. What ends it from outside is stored as its end."""
        reason: tuple[Outcome, str]
        playing = asyncio.create_task(self._through(slot, task.number, episode), name=f"episode {task.number}")
        self._playing[task.number] = playing
        if task.number in self._cancelled:
            playing.cancel()
        try:
            return episode.machine.outcome if await playing else None
        except asyncio.CancelledError:
            if task.number not in self._cancelled:
                raise
            reason = "cancelled", EPISODE_CANCELLED
        except BankError:
            raise
        except TimeoutError:
            reason = "failed", f"a step took longer than {self.stage.longest:g} seconds"
        except Exception as error:
            reason = "failed", f"a fault of the program ended the episode ({type(error).__name__}: {error})"
        finally:
            del self._playing[task.number]
        await episode.talk.record(episode.stop(*reason))
        return reason[0]

    async def _through(self, slot: int, number: int, episode: Episode) -> bool:
        """Play to the end: True. False when the run stops, after the step in hand."""
        stage = self.stage
        async with aclosing(episode.events()) as events:
            while True:
                async with asyncio.timeout(stage.longest):
                    event = await anext(events, None)
                if event is None:
                    return True
                if event.kind not in _ENDS_A_STEP or (isinstance(event, ReplyFinished) and event.outcome == "failed"):
                    continue
                if stage.stopping():
                    return False
                if event.kind == "emotion_changed" and not await stage.gate.enter(slot, number):
                    return False


def _drawn(task: Task) -> int:
    """The episode's seed; another one in a further attempt, as the same question with the same seed would fail in the same way."""
    return task.seed if task.attempt == 1 else seed_of(task.seed, "attempt", task.attempt)
