"""Carrying a run out with endpoints: many episodes wait in one loop, one thread writes, orders and budgets are looked at all the while."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from esc_tui.bank.episodes import EpisodeRow, episode_rows, finish_unrun, keep_critic
from esc_tui.bank.holding import SIGN_SECONDS, give_sign
from esc_tui.bank.runs import RunRow, RunState, add_cost, set_run_state, take_orders
from esc_tui.bank.talks import read_events
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import BankError, WrongUseError
from esc_tui.domain.profile import Profile
from esc_tui.domain.revision import Pins
from esc_tui.domain.run_standing import BY_PERSON, EPISODE_CANCELLED, budget_spent
from esc_tui.domain.sage import FINISHED, Outcome
from esc_tui.engines.endpoint.calling import SCOPE, CallCounter, CallScope
from esc_tui.simulate.arms import Company
from esc_tui.simulate.carrying import Control, Told
from esc_tui.simulate.judging import Judge
from esc_tui.simulate.planning import RunSettings
from esc_tui.simulate.playing import Players, Stage
from esc_tui.simulate.resuming import unfinished_tasks
from esc_tui.simulate.standing import pin_model
from esc_tui.simulate.steering import Gate
from esc_tui.simulate.store import KeptAnswers, SharedStore
from esc_tui.simulate.thinking import Thinking

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.settings.model import Settings
    from esc_tui.simulate.worker import Task

LOOK_SECONDS = 0.2
"""How often orders of people and the budget are looked at."""
COST_SECONDS = 1.0
"""How often what was spent is stored."""
LONGEST_STEP = 60.0
"""A step (at most four questions, each tried thrice and sent back once) may take so many times the time-out of one answer. The time-outs
of the questions end it long before; this is for what they do not see."""
JUDGING = 0
"""The critic passes the gate as if it were an episode of this number; theirs begin with 1."""
PATIENCE = 1.5
"""When the run stops, the steps in hand may take so many time-outs more; then they are broken off, and played again on resuming."""


class EndpointCarrier:
    """Carries out one claimed run of which any part is played by an endpoint."""

    def __init__(self, bank: Bank, run: RunRow, program: Settings, told: Told, control: Control) -> None:
        self.bank, self.run, self.told, self.control = bank, run, told, control
        self.settings = RunSettings.model_validate(run.settings["run"])
        self.program = program
        self.counter = CallCounter()
        self.rows: dict[int, EpisodeRow] = {}
        self.finished = 0
        control.paused = False
        self._watched: set[str] = set()
        self._everything_watched = False
        self._began = time.monotonic()
        self._stored = (0, 0)
        self._stop_at: float | None = None
        self._to_judge: list[tuple[str, str]] = []

    def carry(self) -> tuple[RunState, str]:
        """Play what is left; the run's end and its reason. What was played stays, whatever happens.

        Raises UserError when the endpoint cannot be reached before the first episode, BankError when nothing can be stored.
        """
        with asyncio.Runner() as runner:
            return runner.run(self._carry())

    async def _carry(self) -> tuple[RunState, str]:
        left = unfinished_tasks(self.bank, self.run, self.settings)
        self.rows = left.rows
        self.finished = self.run.episodes - len(left.tasks)
        self.told(self.finished, self.run.episodes)
        self._to_judge = self._unjudged() if self.settings.critic else []
        if not left.tasks and not self._to_judge:
            return "done", ""
        await self._name_the_model()
        async with AsyncExitStack() as stack:
            thinking = Thinking()
            stack.callback(thinking.close)
            asyncio.get_running_loop().set_default_executor(thinking.pool)
            reader = stack.enter_context(self.bank.reader())
            company = Company(self.bank, self.program, self.settings.arms,
                              [Pins.model_validate_json(one) for one in self.run.settings["pins"]], self.settings.seeker)
            stack.push_async_callback(company.aclose)
            await asyncio.to_thread(company.warm)
            store = SharedStore(self.bank.writing, self.run.number, self._is_watched)
            stack.push_async_callback(self._close, store)
            stage = Stage(
                self.run.id, self.settings, company, {key: Profile.model_validate_json(text) for key, text in left.profiles.items()}, store,
                Gate(), self.counter, KeptAnswers(reader.connection, store) if self.settings.cache else None, thinking,
                LONGEST_STEP * self.program.timeout, self._is_stopping, self._over)
            return await self._to_the_end(stage, Players(stage, self.run.number, left.tasks))

    async def _to_the_end(self, stage: Stage, players: Players) -> tuple[RunState, str]:
        await self._play(players)
        if players.all_cancelled:
            await stage.store.call(finish_unrun, self.run.number, list(self.rows), "cancelled", EPISODE_CANCELLED, now_iso())
            return "cancelled", BY_PERSON
        unjudged = await self._judge(stage, players) if self.settings.critic and not self.control.stopped else ""
        if players.all_cancelled:
            return "cancelled", BY_PERSON
        if self.control.stopped:
            return "stopped", self.control.reason
        return ("stopped", unjudged) if unjudged else ("done", "")

    async def _close(self, store: SharedStore) -> None:
        with suppress(BankError):
            await store.flush()
            await self._add_cost(store)
        store.close()

    async def _play(self, players: Players) -> None:
        playing = asyncio.create_task(players.play(self.settings.slots))
        looking = asyncio.create_task(self._look(players))
        try:
            await asyncio.wait({playing, looking}, return_when=asyncio.FIRST_COMPLETED)
            if looking.done() and not playing.done():
                playing.cancel()  # the run stops, and a step did not end in time; or the orders cannot be read
            with suppress(asyncio.CancelledError):
                await playing
        except* BankError as errors:
            raise _first(errors) from None
        finally:
            looking.cancel()
            playing.cancel()
            await asyncio.gather(looking, playing, return_exceptions=True)
        if not looking.cancelled() and looking.exception() is not None:
            raise looking.exception()  # type: ignore[misc]

    async def _look(self, players: Players) -> None:
        """Several times a second: orders, budget, costs, a sign of life. Ends when the run stops and its patience with steps in hand is
        over.
        """
        next_sign = time.monotonic()
        next_cost = next_sign + COST_SECONDS
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for order in await players.stage.store.call(take_orders, self.run.number):
                await self._heed(players, order.kind, order.episode)
            self._look_at_budget()
            now = time.monotonic()
            if now >= next_cost:
                await self._add_cost(players.stage.store)
                next_cost = now + COST_SECONDS
            if now >= next_sign:
                await players.stage.store.call(give_sign, self.run.number, now_iso())
                next_sign = now + SIGN_SECONDS
            if self.control.stopped:
                players.stage.gate.shut()
                self._stop_at = self._stop_at or now
                if now - self._stop_at > PATIENCE * self.program.timeout:
                    return

    async def _heed(self, players: Players, kind: str, number: int | None) -> None:
        gate = players.stage.gate
        match kind:
            case "pause":
                gate.pause(number)
            case "resume":
                gate.resume(number)
            case "step":
                gate.step(number)
            case "cancel":
                players.cancel(number)
                if number is None:
                    gate.release([JUDGING])
            case "watch" | "unwatch":
                self._watch(number, kind == "watch")
        if number is None and kind in {"pause", "step", "resume"}:
            await self._say_paused(players.stage.store, kind != "resume")

    async def _say_paused(self, store: SharedStore, paused: bool) -> None:
        if paused != self.control.paused:
            self.control.paused = paused
            await store.call(set_run_state, self.run.number, "paused" if paused else "running", now_iso())
            self.told(self.finished, self.run.episodes)

    def _watch(self, number: int | None, watched: bool) -> None:
        if number is None:
            self._everything_watched = watched
            self._watched.clear()
        elif number in self.rows:
            (self._watched.add if watched else self._watched.discard)(self.rows[number].conversation)

    def _is_watched(self, conversation: str) -> bool:
        return self._everything_watched or conversation in self._watched

    def _is_stopping(self) -> bool:
        self._look_at_budget()
        return self.control.stopped

    def _look_at_budget(self) -> None:
        if self.control.stopped:
            return
        budget = self.settings.budget
        if budget.calls is not None and self.run.calls + self.counter.calls >= budget.calls:
            self.control.stop(budget_spent(budget.calls, "calls"))
        elif budget.tokens is not None and self.run.tokens + self.counter.tokens >= budget.tokens:
            self.control.stop(budget_spent(budget.tokens, "tokens"))
        elif budget.minutes is not None and time.monotonic() - self._began + self.run.seconds >= 60 * budget.minutes:
            self.control.stop(budget_spent(budget.minutes, "minutes"))

    def _over(self, task: Task, outcome: Outcome) -> None:
        self.finished += 1
        self.rows.pop(task.number, None)
        if self.settings.critic and outcome in FINISHED:
            self._to_judge.append((task.conversation, task.profile_hash))
        self.told(self.finished, self.run.episodes)

    async def _add_cost(self, store: SharedStore) -> None:
        calls, tokens = self.counter.calls - self._stored[0], self.counter.tokens - self._stored[1]
        if calls or tokens:
            self._stored = (self.counter.calls, self.counter.tokens)
            await store.call(add_cost, self.run.number, calls, tokens, 0.0)

    async def _name_the_model(self) -> None:
        """Find the model's name when it is left open, so that every talk says who spoke. Raises EndpointError."""
        if self.program.model:
            return
        from esc_tui.engines.endpoint import resolve_model
        from esc_tui.support.session import endpoint_settings

        if not self.program.endpoint:
            raise WrongUseError("a run with an endpoint needs its address", "settings", "give one with --endpoint URL")
        found = await resolve_model(endpoint_settings(self.program))
        self.program = self.program.model_copy(update={"model": found.model})
        pin_model(self.bank, self.run.number, found.model)

    def _unjudged(self) -> list[tuple[str, str]]:
        """Episodes that ended before their critic was heard."""
        return [(row.conversation, row.profile_hash) for row in episode_rows(self.bank.connection, self.run.number)
                if row.outcome in FINISHED and not row.critic]

    async def _judge(self, stage: Stage, players: Players) -> str:
        """Let the critic judge the episodes that ended; a sentence when some could not be judged. Orders and the budget hold here too."""
        from esc_tui.engines.endpoint.critic import EndpointCritic
        from esc_tui.settings.locator import prompts_path
        from esc_tui.support.session import endpoint_settings

        critic = EndpointCritic(endpoint_settings(self.program), Path(self.program.prompts) if self.program.prompts else prompts_path())
        judge = Judge(critic, self.settings.slots, lambda: players.all_cancelled or self._is_stopping())
        connection = self.bank.connection
        scenes: dict[str, str] = {}
        looking = asyncio.create_task(self._look(players))
        looking.add_done_callback(lambda _: stage.gate.shut())  # nobody would open it any more
        try:
            for conversation, key in self._to_judge:
                if not await stage.gate.enter(0, JUDGING) or players.all_cancelled or self._is_stopping():
                    break
                if key not in scenes:
                    text = connection.value("SELECT content FROM played_profiles WHERE hash = ?", (key,))
                    scenes[key] = Profile.model_validate_json(text).scene
                SCOPE.set(CallScope(conversation, cache=stage.cache, counter=self.counter))
                rewards = await judge.rewards(scenes[key], read_events(connection, conversation, 0))
                if rewards is not None:
                    await stage.store.call(keep_critic, self.run.number, conversation, rewards)
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            await critic.aclose()
        if not looking.cancelled() and looking.exception() is not None:
            raise looking.exception()  # type: ignore[misc]
        if not judge.faults:
            return ""
        return f"the critic could not judge {len(judge.faults)} of {len(self._to_judge)} episodes: {judge.faults[0]}"


def _first(errors: BaseExceptionGroup[BankError]) -> BankError:
    found: BaseException = errors
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    assert isinstance(found, BankError)
    return found
