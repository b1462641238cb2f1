"""The Episodes pane: runs, one run, one episode, sums, one at a time; and the looks at the run in front while it is visible."""

from __future__ import annotations

import time
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from esc_tui.bank.episode_search import RunFigures, newest_event, run_figures
from esc_tui.bank.episodes import find_episode
from esc_tui.bank.runs import find_run
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import SEALED_SHELVES
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.pane import entry
from esc_tui.tui.panes.episodes.commands import EPISODES_COMMANDS
from esc_tui.tui.panes.episodes.following import CALM_LOOKS, LOOK_SECONDS, MANY, Look, Pace, look_at, with_retired
from esc_tui.tui.panes.episodes.steering import Steering
from esc_tui.tui.panes.evidence.reads import EvidenceReads

if TYPE_CHECKING:
    from textual.timer import Timer

    from esc_tui.bank.connection import BankConnection
    from esc_tui.bank.episodes import EpisodeRow
    from esc_tui.bank.runs import RunRow
    from esc_tui.tui.jobs import Job
    from esc_tui.tui.panes.episodes.base import EpisodesPart

STACKED_BELOW = 100
_VIEWS = {
    "runs": ("esc_tui.tui.panes.episodes.runs_view", "RunsView"),
    "run": ("esc_tui.tui.panes.episodes.run_view", "RunView"),
    "episode": ("esc_tui.tui.panes.episodes.episode_view", "EpisodeView"),
    "sums": ("esc_tui.tui.panes.episodes.sums_view", "SumsView"),
}


class EpisodesPane(Steering):
    """Watch simulated seekers."""

    HELP_TITLE = "Episodes"
    HELP_TEXT = (
        "Simulated seekers with a hidden wish and a moving emotion talk with the supporter; the emotion runs from 0 to 100 and begins at "
        "40. Bands: S 100, A from 70, B from 40, C from 10, F below. ▶ under way, ▲ ended at 100, ▼ fell below 10, = all turns done, "
        "· left by the seeker, ! a crisis or a fault.\n\nA run is a process of its own: closing the program asks whether it goes on.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = EPISODES_COMMANDS
    BINDINGS: ClassVar[list[BindingType]] = bindings(EPISODES_COMMANDS)
    DEFAULT_CSS = """
    EpisodesPane { layout: vertical; }
    EpisodesPane #episodes-views { width: 1fr; height: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.views: dict[str, EpisodesPart] = {}
        self.path = ["runs"]
        self.front: Look | None = None
        self.stale = False
        self._pace: Pace | None = None
        self._queries: EvidenceReads | None = None
        self._timer: Timer | None = None
        self._looking = False
        self._beats = 0
        self._counted = 0.0
        self._asked_by = ""

    @property
    def queries(self) -> EvidenceReads:
        """Reads of the bank."""
        if self._queries is None:
            self._queries = EvidenceReads(self.workshop.start.bank)
        return self._queries

    def compose(self) -> ComposeResult:
        """The list of runs."""
        with Container(id="episodes-views"):
            yield self._make("runs")

    def on_mount(self) -> None:
        """Looks begin when the pane is shown."""
        self._timer = self.set_interval(LOOK_SECONDS, self._beat, pause=True)

    def on_resize(self) -> None:
        """Below 100 columns things stand under each other."""
        for view in self.views.values():
            view.set_class(self.size.width < STACKED_BELOW, "-stacked")

    def on_unmount(self) -> None:
        """Close the reading connections."""
        if self._queries is not None:
            self._queries.close()

    # Views

    def _make(self, name: str) -> EpisodesPart:
        module, kind = _VIEWS[name]
        view: EpisodesPart = getattr(import_module(module), kind)()
        view.set_class(self.app.size.width < STACKED_BELOW, "-stacked")
        self.views[name] = view
        return view

    @property
    def view(self) -> Any:
        """The view in front."""
        return self.views[self.path[-1]]

    @property
    def footer_words(self) -> dict[str, str]:
        """Esc ends a replay first."""
        showing = getattr(self.view, "showing", None)
        if self.path == ["runs"]:
            return {"episodes.back": "list" if self.view.has_class("-drawer") else "all runs"}
        if self.path[-1] == "episode" and self._asked_by and not (showing is not None and showing.replay is not None):
            return {"episodes.back": entry(self._asked_by).title}
        return {"episodes.back": "end replay"} if showing is not None and showing.replay is not None else {}

    @property
    def run(self) -> RunRow | None:
        """The run that orders are for."""
        return self.view.run  # type: ignore[no-any-return]

    @property
    def episode(self) -> EpisodeRow | None:
        """The episode that orders are for."""
        return self.view.episode  # type: ignore[no-any-return]

    async def show_view(self, name: str, *, over: str = "") -> Any:
        """Bring a view to the front: over another one, or back to one below."""
        before = self.view
        if name in self.path:
            del self.path[self.path.index(name) + 1:]
        else:
            if over in self.path:
                del self.path[self.path.index(over) + 1:]
            self.path.append(name)
        if name not in self.views:
            await self.query_one("#episodes-views").mount(self._make(name))
        if self.view is not before:
            before.display = False
            self.view.display = True
        if self.esc_app.pane is self:
            self.view.take_focus()
        self.refresh_bindings()
        return self.view

    def take_focus(self) -> None:
        """To the view that is open."""
        self.view.take_focus()

    def shown(self) -> None:
        """Follow again."""
        if self._timer is not None:
            self._timer.resume()
        if self.stale:
            self.stale = False
            self.view.reload()
        self.view.came()

    def hidden(self) -> None:
        """Nothing is followed while nobody looks."""
        self._asked_by = ""
        if self._timer is not None:
            self._timer.pause()
        self.view.went()

    def bank_changed(self) -> None:
        """Runs may have come: the list is read anew, at once or when it is seen."""
        if self.esc_app.pane is self and self.path == ["runs"]:
            self.view.reload()
        elif self.esc_app.pane is not self:
            self.stale = True

    def job_progressed(self, job: Job) -> None:
        """A run began: what can be asked of it changed."""
        if job.kind.startswith("run "):
            self.refresh_bindings()

    job_ended = job_progressed

    async def may_leave(self) -> bool:
        """Nobody watches an episode any more."""
        await self.view.gone()
        return True

    # Runs and episodes

    def open_run(self, number: int, episode: int | None = None) -> None:
        """Show a run, with the cursor on one of its episodes."""
        self.work(self._open_run(number, episode), "episodes-open", exclusive=True)

    async def _open_run(self, number: int, episode: int | None) -> None:
        self.front = await self.ask(lambda bank: _first_look(bank.connection, number))
        self._pace = Pace(time.monotonic(), self.front.figures.finished)
        view = await self.show_view("run", over="runs")
        view.show_run(self.front, episode)
        self.refresh_bindings()

    def open_episode(self, row: EpisodeRow, turn: int | None = None) -> None:
        """Show an episode in full."""
        self.work(self._open_episode(row, turn), "episodes-open", exclusive=True)

    async def _open_episode(self, row: EpisodeRow, turn: int | None) -> None:
        if row.shelf in SEALED_SHELVES:
            self.tell("This profile is sealed for a verification; its talk can be read once it is retired.", "warning")
            return
        view = await self.show_view("episode", over="run")
        await view.show_episode(row, turn)

    def show_episode(self, reference: str, turn: int | None = None, asked_by: str = "") -> None:
        """Show an episode named by another pane: its run comes under it, and Esc leads back to the pane while it is not left."""
        async def show() -> None:
            row = await self.ask(lambda bank: with_retired(bank, [find_episode(bank.connection, reference)])[0])
            await self._open_run(row.run, row.number)
            await self._open_episode(row, turn)
            self._asked_by = asked_by if self.path[-1] == "episode" and asked_by != "episodes" else ""
            self.refresh_bindings()

        self.work(show(), "episodes-open", exclusive=True)

    def action_back(self) -> None:
        """To the view below."""
        if self.view.leave():
            return
        if self.path[-1] == "episode" and self._asked_by:
            self.app.run_worker(self.esc_app.show_pane(self._asked_by), exit_on_error=False)  # in its course this pane is left
        elif len(self.path) > 1:
            self.work(self._back(), "episodes-open", exclusive=True)

    async def _back(self) -> None:
        await self.view.gone()
        below = self.path[-2]
        view = await self.show_view(below)
        if below == "runs":
            self.front = None
        if below in {"runs", "run"}:  # a list behind an open episode takes no looks
            view.reload()

    # Following

    def _beat(self) -> None:
        self._beats += 1
        calm = self.front is None or not self.front.run.alive
        if self._looking or (calm and self._beats % CALM_LOOKS):
            return
        if self.front is None:
            self.view.beat()
            return
        self._looking = True
        self.run_worker(self._look(), group="episodes-look", exit_on_error=False)

    async def _look(self) -> None:
        before = self.front
        try:
            if before is None:
                return
            now = time.monotonic()
            count = before.run.episodes < MANY or now - self._counted >= 1.0
            look = await self.ask(lambda bank: look_at(bank, before, count))
            if self.front is not before:
                return
            if look.rows and count:
                self._counted = now
            self.front = look
            if look.turned and look.run.alive:
                self._pace = Pace(now, look.figures.finished)
            if look.turned:
                self.refresh_bindings()
            for name in self.path[1:]:
                self.views[name].took(look)
        except UserError:  # the run was removed, or the bank is busy: the next look tells
            return
        finally:
            self._looking = False

    def seconds_left(self, look: Look) -> float | None:
        """How long the run in front still takes, as far as it is known."""
        return self._pace.left(look, time.monotonic()) if self._pace is not None else None


def _first_look(connection: BankConnection, number: int) -> Look:
    run = find_run(connection, number)
    last = newest_event(connection)
    return Look(run, run_figures(connection, [run.number]).get(run.number, RunFigures()), last=last)
