"""What the Episodes pane asks of runs: new ones as jobs, orders to those under way, taking up broken ones, removal, export."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.events import Key

from esc_tui.domain.errors import UserError
from esc_tui.domain.text import many
from esc_tui.tui.pane import Pane
from esc_tui.tui.panes.episodes.base import EpisodesPart
from esc_tui.tui.panes.episodes.figures import clean

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.episodes import EpisodeRow
    from esc_tui.bank.runs import Order, RunRow

SAID = {"pause": "will pause after the turns in hand", "resume": "goes on", "step": "goes on by one turn", "cancel": "is being cancelled"}
ORDERS = frozenset({"pause", "step", "cancel_run", "pause_one", "cancel_one"})
"""Actions that only a run under way can be asked for."""


def job_kind(number: int) -> str:
    """The kind of the job that carries a run out: each run is a job of its own."""
    return f"run {number}"


class Steering(EpisodesPart, Pane):
    """The base of the pane."""

    path: list[str]
    views: dict[str, EpisodesPart]

    async def show_view(self, name: str, *, over: str = "") -> Any:
        """Bring a view to the front."""
        raise NotImplementedError

    def open_run(self, number: int, episode: int | None = None) -> None:
        """Show a run."""
        raise NotImplementedError

    # New runs

    def action_new_run(self) -> None:
        """Ask what to play and start it as a job."""
        self.work(self._new_run(), "episodes-new", exclusive=True)

    async def _new_run(self) -> None:
        from esc_tui.tui.panes.episodes.new_screen import NewRunScreen

        bank = await self.writable()
        if bank is None:
            return
        settings = await asyncio.to_thread(self.workshop.settings)
        screen = await asyncio.to_thread(NewRunScreen, bank, settings)
        run = await self.app.push_screen_wait(screen)
        if run is not None:
            self._carry(run, "--run")
            self.open_run(run.number)

    def _carry(self, run: RunRow, how: str) -> None:
        """Let a process carry a run out, with the endpoint and model it was planned with. Raises UserError when one of ours is at it."""
        self.esc_app.jobs.start(job_kind(run.number), f"Run {run.number}, {clean(run.title)}", ["simulate", how, str(run.number)],
                                told=run_told)

    # Orders

    def on_key(self, event: Key) -> None:
        """An order that the run cannot follow any more is answered in a sentence; one that it can follow is a binding's affair."""
        asked = ORDERS.intersection(one.action for one in self._bindings.key_to_bindings.get(event.key, ()))
        if asked and self.run is not None and event.key not in self.screen.active_bindings:
            self.tell(_over(self.run, self.episode if asked & {"pause_one", "cancel_one"} else None))

    def action_pause(self) -> None:
        """Pause the run."""
        self.work(self._order("pause"), "episodes-order")

    def action_step(self) -> None:
        """One turn of every episode, then pause."""
        self.work(self._order("step"), "episodes-order")

    async def _order(self, kind: Order, episode: int | None = None) -> None:
        run, bank = self.run, await self.writable()
        if bank is None or run is None:
            return
        await asyncio.to_thread(_leave_order, bank, run.number, kind, episode)
        what = f"Run {run.number}" if episode is None else f"Episode {run.number}/{episode}"
        self.tell(f"{what} {SAID[kind]}.")

    def action_resume(self) -> None:
        """Go on: with a paused run by an order, with a broken-off or planned one by a new process."""
        self.work(self._resume(), "episodes-order")

    async def _resume(self) -> None:
        run = self.run
        if run is None:
            return
        if run.alive:
            await self._order("resume")
        elif await self.writable() is not None:
            self._carry(run, "--run" if run.state == "planned" else "--resume")
            if self.path == ["runs"]:
                self.open_run(run.number)

    def action_cancel_run(self) -> None:
        """Cancel the run, after a question."""
        self.work(self._cancel_run(), "episodes-order")

    async def _cancel_run(self) -> None:
        from esc_tui.bank.runs import find_run
        from esc_tui.tui.ask import Answer, AskScreen

        run = self.run
        if run is None:
            return
        answer = await self.app.push_screen_wait(AskScreen(
            f"Cancel run {run.number}?", "It goes on while you decide. What was played stays, and the run cannot be taken up again. "
            "To go on later, pause it or stop its job (f8).", [Answer("c", "cancel it", "cancel")]))
        if answer != "cancel":
            return
        now = await self.ask(lambda bank: find_run(bank.connection, run.number))
        if now.alive:
            await self._order("cancel")
        else:
            self.tell(f"Run {run.number} came to its end while you decided: {clean(now.standing)}. Nothing was cancelled.")

    def action_pause_one(self) -> None:
        """Pause the episode under the cursor, or let it go on."""
        one = self.episode
        if one is not None:
            paused = self._paused
            key = (one.run, one.number)
            kind: Order = "resume" if key in paused else "pause"
            self._paused = paused ^ {key}
            self.work(self._order(kind, one.number), "episodes-order")

    def action_cancel_one(self) -> None:
        """Cancel the episode under the cursor."""
        one = self.episode
        if one is not None:
            self.work(self._order("cancel", one.number), "episodes-order")

    _paused: frozenset[tuple[int, int]] = frozenset()

    # The rest

    def action_sums(self) -> None:
        """The sums of the run, beside the one that is kept to compare with."""
        self.work(self._sums(), "episodes-open", exclusive=True)

    async def _sums(self) -> None:
        run = self.run
        if run is not None:
            beside = str(getattr(self.views_of("runs"), "beside", ""))
            view = await self.show_view("sums")
            view.show_sums(run, beside if beside != str(run.number) else "")

    def views_of(self, name: str) -> Any:
        """A view that was made, or None."""
        return getattr(self, "views", {}).get(name)

    def action_remove(self) -> None:
        """Remove the run, after a question."""
        self.work(self._remove(), "episodes-order")

    async def _remove(self) -> None:
        from esc_tui.bank.runs import remove_run
        from esc_tui.tui.ask import Answer, AskScreen

        run, bank = self.run, await self.writable()
        if run is None or bank is None:
            return
        answer = await self.app.push_screen_wait(AskScreen(
            f"Remove run {run.number}, {clean(run.title)}?", f"{many(run.episodes, 'episode')} with all events go for good. Skills, "
            "profiles and what was learned stay.", [Answer("r", "remove it", "remove")]))
        if answer == "remove":
            gone = await asyncio.to_thread(remove_run, bank.writing, run.number)
            self.tell(f"Run {run.number} is removed, with {many(gone.episodes, 'episode')}.")
            (await self.show_view("runs")).reload()

    def action_export(self) -> None:
        """Write the run or the open episode to a file."""
        self.work(self._export(), "episodes-export", exclusive=True)

    async def _export(self) -> None:
        from esc_tui.tui.ask import Answer, AskScreen
        from esc_tui.tui.panes.episodes.export_screen import ExportScreen, free_path, write_episodes

        run = self.run
        one = self.episode if self.path[-1] == "episode" else None
        if run is None:
            return
        what = f"episode {one.run}/{one.number}" if one is not None else f"run {run.number}"
        form: Any = await self.app.push_screen_wait(AskScreen(
            f"Export {what} as what?", "SAGE's keys take finished episodes alone; profiles whose licence forbids passing on are left out. "
            "Where to is asked next.",
            [Answer("s", "SAGE's keys, an episode a line", "sage"), Answer("j", "JSONL, every event", "jsonl")]))
        if form is None:
            return
        number = one.number if one is not None else None
        stem = f"run-{run.number}" if number is None else f"episode-{run.number}-{number}"
        wish = await self.app.push_screen_wait(ExportScreen(what, await asyncio.to_thread(free_path, Path.cwd(), stem)))
        if wish is not None:
            count = await self.ask(lambda bank: write_episodes(bank, run, number, form, wish))
            left = f" Left out: {count.left_out}." if count.left_out else ""
            self.tell(f"{many(count.written, 'episode')} written to {clean(str(wish.path))}.{left}"
                      if count.written else f"There is nothing to export in this form, and no file was made.{left}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what makes sense for the run as it stands."""
        run = self.run
        alive = run is not None and run.alive
        if action == "back":
            leaves = len(self.path) > 1 or self.views[self.path[-1]].can_leave
            return leaves and getattr(self.app.focused, "id", "") != "episode-why"  # there it goes back to the talk
        if action == "pause":
            return run is not None and run.alive and run.state != "paused"
        if action in {"step", "cancel_run"}:
            return alive
        if action == "resume":
            return run is not None and ((alive and run.state == "paused") or run.can_resume or (run.state == "planned" and not alive))
        if action in {"pause_one", "cancel_one"}:
            one = self.episode
            return alive and one is not None and one.state != "finished"
        if action in {"sums", "export"}:
            return run is not None and self.path[-1] != "sums"
        if action == "remove":
            return run is not None and not alive and self.path[-1] in {"runs", "run"}
        return True


def _leave_order(bank: Bank, number: int, kind: Order, episode: int | None) -> None:
    from esc_tui.bank.runs import ask_of_run, find_run
    from esc_tui.domain.base import now_iso

    if not find_run(bank.connection, number).alive:
        raise UserError(f"run {number} is not under way any more")
    ask_of_run(bank.writing, number, kind, now_iso(), episode)


def _over(run: RunRow, episode: EpisodeRow | None) -> str:
    """Why an order has nobody to follow it."""
    if run.alive:
        return f"Episode {episode.run}/{episode.number} is over." if episode is not None else f"Run {run.number} stands still: r goes on."
    if run.can_resume or run.state == "planned":
        return f"Run {run.number} is not under way ({clean(run.standing)}); r lets it go on."
    return f"Run {run.number} is over ({clean(run.standing)})."


def run_told(result: Mapping[str, Any]) -> str:
    """The sentence at the end of a run's job."""
    outcomes = result.get("outcomes") or {}
    score = result.get("score")
    said = f"Run {result.get('run')} is done: {many(sum(outcomes.values()), 'episode')}"
    arms = (result.get("by") or {}).get("arm") or {}
    if len(arms) > 1:  # a score of all of them together would be that of none
        each = ", ".join(f"{clean(name)} {'no score' if one['score'] is None else format(one['score'], '.1f')}"
                         for name, one in arms.items())
        return f"{said}; {each}. Its sums (s) compare them."
    return f"{said}, score {score:.1f}, success {outcomes.get('success', 0):,}, failure {outcomes.get('failure', 0):,}." if isinstance(
        score, int | float) else f"{said}."
