"""The list of runs, newest first, and beside it the one under the cursor in short: how it was made, how it went, its mean curve."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from esc_tui.bank.episode_search import RunFigures, run_curves, run_figures
from esc_tui.bank.runs import RunRow, list_runs
from esc_tui.domain.endings import ENDED
from esc_tui.domain.errors import UserError
from esc_tui.domain.interval_text import CUT
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.panes.episodes.base import EpisodesPart
from esc_tui.tui.panes.episodes.figures import (
    FEW,
    GLYPHS,
    arms_of,
    clean,
    no_score,
    spoken_seconds,
    sureness,
    words,
)
from esc_tui.tui.panes.episodes.following import Look, Pace
from esc_tui.tui.panes.episodes.mean_curves import Curves, caption, mean_scene
from esc_tui.tui.panes.episodes.rows import run_row
from esc_tui.tui.panes.episodes.runs_filter import RunsField, RunsFilter, narrowed
from widgets.curve import CurvePlot
from widgets.page import Block, Page, PageScroll
from widgets.toned import ink, inks
from widgets.virtual_list import PAGE, VirtualList

NONE_FITS = "No run fits. Press / and ctrl+u to clear the filter."
MOST_RUNS = 500
SETTLE = 0.05
AGAIN_SECONDS = 1.0
LABEL = 12
COPIED_WIDTH = 100
EMPTY = ("No run yet. Press n to let simulated seekers talk with the supporter; recorded SAGE talks come with "
         "'esc-tui import FILE'.")


class RunList(VirtualList):
    """The list of runs."""

    HELP_TITLE = "Runs"
    HELP_TEXT = ("Newest first: its title, where it stands, how many episodes are over, the score with half its 95 % interval (* it "
                 "reaches beyond the scale; of so few: their number), ▲ successes and ▼ failures. Enter opens a run; space keeps one, "
                 "and the sums (s) of another are then compared with it in pairs. / narrows the list: number, state, supporter, words.")
    JUMP_KEY = "l"
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("runs.open", "Open this run", "choose", "enter", "open", 1, palette=False, help="Its episodes, live or as they were."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a run there is nothing to open."""
        return self.count > 0 if action == "choose" else True


class RunCard(PageScroll):
    """What is known of a run."""

    HELP_TITLE = "A run in short"
    HELP_TEXT = ("How it was made, how its episodes ended, and the mean of their emotion over the turns. y copies it; in a narrow "
                 "window v or Esc goes back to the list. Enter opens the run.")
    JUMP_KEY = "t"
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("runs.card.open", "Open this run", "open", "enter", "open", 1, palette=False, help="Its episodes, live or as they were."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    class Opened(Message):
        """The run is wanted."""

    def action_open(self) -> None:
        """Enter."""
        self.post_message(self.Opened())


class RunsView(EpisodesPart):
    """List and card beside each other; below 100 columns v brings the card."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("runs.beside", "Keep to compare with", "beside", "space", "compare", 6,
                help="The sums of other runs are compared with this one, the same profiles in pairs; again: let it go."),
        Command("runs.copy", "Copy what is known of this run", "copy", "y", "copy", 10, help="The card on the right, as plain text."),
        Command("runs.filter", "Filter runs", "filter", "slash", "", 11, help="By number, state, supporter and words of the title."),
        Command("runs.drawer", "The run in short", "drawer", "v", "", 5, palette=False, help="In a narrow window: list or card."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    HELP_TITLE = "Runs"
    DEFAULT_CSS = """
    RunsView { width: 1fr; height: 1fr; padding: 1 2 0 2; }
    RunsView #runs-left { width: 1fr; min-width: 44; border-top: solid $tone-rule; }
    RunsView #runs-left:focus-within { border-top: solid $tone-accent; }
    RunsView #runs-right { width: 1fr; margin: 0 0 0 2; border-top: solid $tone-rule; padding: 1 1 0 1; }
    RunsView #runs-right:focus-within { border-top: solid $tone-accent; }
    RunsView #runs-card { height: auto; max-height: 60%; }
    RunsView #runs-plot { height: 12; margin: 1 0 0 0; }
    RunsView #runs-caption { height: auto; }
    RunsView.-empty #runs-right { display: none; }
    RunsView.-stacked { padding: 0 2; }
    RunsView.-stacked #runs-right { display: none; margin: 0; }
    RunsView.-stacked.-drawer #runs-right { display: block; }
    RunsView.-stacked.-drawer #runs-left { display: none; }
    """

    def __init__(self) -> None:
        super().__init__(id="episodes-runs")
        self.filter = RunsFilter()
        self.rows = RunList(id="runs-list", gap=1)
        self.card = Page(id="runs-page")
        self.plot = CurvePlot(id="runs-plot")
        self.caption = Page(id="runs-caption")
        self.found: dict[int, RunRow] = {}
        self.figures: dict[int, RunFigures] = {}
        self.beside = ""
        self._curves: dict[tuple[int, int], Curves] = {}
        self._settling: Timer | None = None
        self._read_at = 0.0
        self._written: int | None = None
        self._warmed = False

    def compose(self) -> ComposeResult:
        """List and card."""
        with Horizontal():
            with Vertical(id="runs-left"):
                yield self.filter
                yield self.rows
            with Vertical(id="runs-right"):
                yield RunCard(self.card, id="runs-card")
                yield self.plot
                yield self.caption

    def on_mount(self) -> None:
        """Read the list."""
        self.rows.focus()
        self.reload()

    def take_focus(self) -> None:
        """To the list."""
        self.rows.focus()

    @property
    def footer_words(self) -> dict[str, str]:
        """In a narrow window one key brings the card, or the list again."""
        return {"runs.drawer": "list" if self.has_class("-drawer") else "preview"} if self.has_class("-stacked") else {}

    @property
    def run(self) -> RunRow | None:
        """The run under the cursor."""
        row = self.rows.highlighted
        return None if row is None else self.found.get(int(row.id))

    # Reading

    def reload(self) -> None:
        """Read the list again; the cursor stays on its run."""
        self.work(self._reload(), "episodes-runs", exclusive=True)

    async def _reload(self) -> None:
        try:
            runs = await self.ask(lambda bank: list_runs(bank.connection, MOST_RUNS))
            known = {run.number: self.figures[run.number] for run in runs if run.number in self.figures and _still(run, self.found)}
            first = [run.number for run in runs if run.number not in known][:PAGE]
            counted = await self.ask(lambda bank: run_figures(bank.connection, first))
        except UserError as error:
            self.rows.empty = ink(str(error), "caution")
            self.rows.show_rows(0, [])
            raise
        here = self.rows.highlighted.id if self.rows.highlighted is not None else None
        newest = max(self.found, default=0)
        self.found = {run.number: run for run in runs}
        self.figures = {**known, **{number: counted.get(number, RunFigures()) for number in first}}
        self._read_at = time.monotonic()
        if newest and runs and runs[0].number > newest:
            here = str(runs[0].number)
        self._fill(here)
        self._want_card()
        self.home.refresh_bindings()
        if runs and not self._warmed:
            self._warmed = True
            self.run_worker(_load_run_view, thread=True, group="episodes-warm", exit_on_error=False)
        rest = [run.number for run in runs if run.number not in self.figures]
        if rest:
            self.figures |= await self.ask(lambda bank: run_figures(bank.connection, rest))
            self._fill(here)

    def _fill(self, here: str | None) -> None:
        """The runs that fit the filter, with the cursor where it was."""
        fitting = narrowed(self.found.values(), self.filter.field.value)
        self.rows.empty = ink(NONE_FITS if self.found else EMPTY, "text")
        self.set_class(not fitting, "-empty")
        self.rows.show_rows(len(fitting), [run_row(run, self.figures.get(run.number)) for run in fitting], cursor_id=here)
        self.filter.say(len(fitting), len(self.found))

    def beat(self) -> None:
        """Runs under way move on, and others may begin one."""
        if time.monotonic() - self._read_at >= AGAIN_SECONDS:
            self.run_worker(self._look_again(), group="episodes-runs-look", exclusive=True, exit_on_error=False)

    async def _look_again(self) -> None:
        """Read the list anew when anybody, of whatever process, has written into the bank. A run whose process died wrote nothing."""
        try:
            written = await self.ask(lambda bank: bank.connection.value("PRAGMA data_version"))
        except UserError:  # the bank is busy or gone: the next look tells
            return
        moved, self._written = written != self._written, written
        if moved or any(run.alive for run in self.found.values()):
            self.reload()

    # The card

    @on(VirtualList.Highlighted, "#runs-list")
    def _highlighted(self, event: VirtualList.Highlighted) -> None:
        event.stop()
        self._want_card()
        self.home.refresh_bindings()

    def _want_card(self) -> None:
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(SETTLE, lambda: self.work(self._show_card(), "episodes-card", exclusive=True))

    async def _show_card(self) -> None:
        run = self.run
        if run is None:
            return
        figures = self.figures.get(run.number, RunFigures())
        key = run.number, figures.finished
        if key not in self._curves:
            found = await self.ask(lambda bank: run_curves(bank.connection, run.number))
            if len(self._curves) > 8:
                self._curves.clear()
            self._curves[key] = found
        curves = self._curves[key]
        self.card.show(card_blocks(run, figures))
        self.plot.display = bool(curves)
        self.plot.show(mean_scene(curves))
        self.caption.show(caption(curves, arms_of(run)))

    # Keys

    def action_filter(self) -> None:
        """To the filter."""
        self.filter.open()

    @on(Input.Changed, "#runs-field")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._fill(self.rows.highlighted.id if self.rows.highlighted is not None else None)
        self._want_card()
        self.home.refresh_bindings()

    @on(RunsField.Left)
    def _left(self, event: RunsField.Left) -> None:
        event.stop()
        self.filter.close()
        self.rows.focus()

    @on(VirtualList.Chosen, "#runs-list")
    @on(RunCard.Opened)
    def _chosen(self, event: VirtualList.Chosen | RunCard.Opened) -> None:
        event.stop()
        run = self.run
        if run is not None:
            self.home.open_run(run.number)

    def action_beside(self) -> None:
        """Keep the run to compare with, or let it go."""
        run = self.run
        if run is None:
            return
        self.rows.clear_marks()
        self.beside = "" if self.beside == str(run.number) else str(run.number)
        if self.beside:
            self.rows.set_mark(str(run.number), ink("■", "accent"))
            self.tell(f"The sums of another run are now compared with run {run.number}: move to it and press s.")

    def action_copy(self) -> None:
        """Copy the card."""
        run = self.run
        if run is not None:
            self.esc_app.copy_to_clipboard("\n".join(line.plain.rstrip() for line in self.card.typeset(COPIED_WIDTH)) + "\n",
                                           f"Copied what is known of run {run.number}.")

    def action_drawer(self) -> None:
        """List or card."""
        self.toggle_class("-drawer")
        self.refresh_bindings()
        (self.query_one("#runs-card") if self.has_class("-drawer") else self.rows).focus()

    @property
    def can_leave(self) -> bool:
        """A card over the list, or a filter, which Esc leaves first."""
        return self.has_class("-drawer") or (bool(self.filter.field.value) and not self.filter.field.has_focus)

    def leave(self) -> bool:
        """Esc: close the card in a narrow window; leave a filter."""
        if self.has_class("-drawer"):
            self.action_drawer()
            return True
        if self.filter.field.value:
            self.filter.field.value = ""
            self.filter.close()
            return True
        return False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a run there is nothing to look at; in the filter letters are letters."""
        if action == "filter":
            return bool(self.found) and not self.filter.field.has_focus
        if action in {"beside", "copy", "drawer"}:
            return self.run is not None and not self.filter.field.has_focus
        return True


def _load_run_view() -> None:
    """What the first run that is opened would wait for."""
    import esc_tui.domain.talk
    import esc_tui.tui.panes.episodes.run_view  # noqa: F401


def _still(run: RunRow, before: dict[int, RunRow]) -> bool:
    """True when nothing can have moved since a run was counted."""
    old = before.get(run.number)
    return old is not None and not run.alive and (old.state, old.ended) == (run.state, run.ended)


def card_blocks(run: RunRow, figures: RunFigures) -> list[Block]:
    """What is known of a run: how it was made and how it went."""
    settings: dict[str, Any] = dict(run.settings.get("run") or {})
    state = clean(run.whereabouts if run.silent is not None and run.alive else run.standing)
    if run.state == "cancelled":
        state += f", {figures.played:,} of {run.episodes:,} played"
    blocks = [Block(ink(clean(run.title), "bright.bold"), right=ink(f"run {run.number}", "dim"))]

    def fact(name: str, body: Content, space: int = 0) -> None:
        blocks.append(Block(body, ink(name, "dim"), LABEL, space))

    fact("state", ink(state, "accent" if run.alive else "text"), 1)
    fact("planned on", ink(clean(run.time[:16].replace("T", " ")), "text"))
    if run.kind == "imported":
        fact("kind", ink("recorded elsewhere, read from a file", "text"))
        fact("supporter", ink(", ".join(arms_of(run)), "text"))
    else:
        fact("supporter", ink(", ".join(arms_of(run)) or "newest", "text"))
        seeker = f"{settings.get('seeker', 'embedded')}, {settings.get('protocol', '')}, seed {settings.get('seed', '')}"
        fact("seekers", ink(clean(seeker), "text"))
        groups = [words(str(one)) for name in ("characters", "needs", "scenarios") for one in settings.get(name) or ()]
        if groups:
            fact("only", ink(", ".join(groups), "text"))
        fact("slots", ink(f"{settings.get('slots', '?')} at a time", "text"))
    if left_out := str(run.forecast.get("left_out") or ""):
        fact("left out", ink(clean(left_out), "text"))
    if run.calls:
        fact("spent", ink(f"{run.calls:,} calls, {run.tokens:,} tokens", "text"))
    seconds = Pace(0.0, figures.finished).left(Look(run, figures), 0.0)
    if seconds is not None:
        fact("left", ink(f"about {spoken_seconds(seconds)}, by the forecast", "text"))
    if run.seconds:
        fact("took", ink(spoken_seconds(run.seconds), "text"))
    several = len(figures.arms) > 1
    for place, (arm, one) in enumerate(figures.arms if several else ((0, figures.whole),)):
        if one.score is None:
            continue
        sure = sureness(one)
        told = f"   mean final emotion of {one.counted:,}" if sure.startswith("±") else "   mean final emotion"
        told += f"; {CUT} beyond the scale" if sure.endswith(CUT) else ""
        whose = (f":{arm + 1} ", "accent") if several else ("", "")
        fact("" if place else "score", inks(whose, (f"{one.score:.1f}", "bright"), (f" {sure}", "dim"), (told, "dim")), 0 if place else 1)
    if figures.score is None and run.ended:
        fact("score", ink(no_score(figures), "dim"), 1)
    if figures.counted and figures.counted < FEW:
        fact("", ink(f"Only {figures.counted} counted: this says little yet.", "dim"))
    for name in ("running", "waiting"):
        if count := getattr(figures, name):
            glyph, tone = GLYPHS[name if run.alive or name == "waiting" else "stopped"]
            state = "not begun" if name == "waiting" else "under way" if run.alive else "stopped"
            fact("", inks((f"{glyph} ", tone), (f"{count:>5,}  ", "text"), (state, "dim")))
    for name in ENDED:
        if count := figures.ended(name):
            glyph, tone = GLYPHS[name]
            fact("", inks((f"{glyph} ", tone), (f"{count:>5,}  ", "text"), (ENDED[name], "dim")))
    return blocks
