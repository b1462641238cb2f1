"""The Evidence pane: four views under one line of tabs, and the jobs that bring dialogues and units into the bank."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.messages import BankChanged
from esc_tui.tui.pane import Pane
from esc_tui.tui.panes.evidence.base import EvidencePart
from esc_tui.tui.panes.evidence.commands import EVIDENCE_COMMANDS, VIEWS
from esc_tui.tui.panes.evidence.jobs_told import import_told, units_told
from esc_tui.tui.panes.evidence.reads import EvidenceReads
from widgets.bars import bar
from widgets.one_line import OneLine, Part

if TYPE_CHECKING:
    from esc_tui.tui.jobs import Job
    from esc_tui.tui.panes.evidence.dialogues import DialoguesView
    from esc_tui.tui.panes.evidence.queue import QueueView

STACKED_BELOW = 100
JOB_KINDS = ("import", "units", "prototypes", "skills")
BAR_CELLS = 24
TAB_DROP = 10
"""A tab is left out of its line the sooner, by so much a place, the further it is from the one in front; ``EvidencePart.facts`` stand on
this scale too."""


class EvidencePane(EvidencePart, Pane):
    """Dialogues and Intervention Units."""

    HELP_TITLE = "Evidence"
    HELP_TEXT = (
        "What the skills rest on. Dialogues are imported and read; an engine marks their Intervention Units; annotators accept or "
        "correct them one by one; prototypes show what helped in which state.\n\nD, Q, A and M open the views, [ and ] go through them.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = EVIDENCE_COMMANDS
    BINDINGS: ClassVar[list[BindingType]] = bindings(EVIDENCE_COMMANDS)
    DEFAULT_CSS = """
    EvidencePane { layout: vertical; }
    EvidencePane #evidence-tabs { margin: 1 0 1 0; }
    EvidencePane #evidence-job { margin: 0 0 1 0; display: none; }
    EvidencePane.-working #evidence-job { display: block; }
    EvidencePane.-stacked #evidence-tabs, EvidencePane.-stacked #evidence-job { margin: 0; }
    EvidencePane.-stacked #queue-progress { margin: 0; }
    EvidencePane #evidence-views { width: 1fr; height: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.view_name = VIEWS[0][0]
        self.views: dict[str, EvidencePart] = {}
        self.stale: set[str] = set()
        self._untold = self._kept_blind = False
        self.recalled = asyncio.Event()
        """Set once it is known whether who is here labelled blind the last time."""
        self._queries: EvidenceReads | None = None
        self.tab_line = OneLine(id="evidence-tabs")
        self.job_line = OneLine(id="evidence-job")

    @property
    def queries(self) -> EvidenceReads:
        """Reads of the bank."""
        if self._queries is None:
            self._queries = EvidenceReads(self.workshop.start.bank)
        return self._queries

    def compose(self) -> ComposeResult:
        """Tabs, the job that runs, the first view."""
        yield self.tab_line
        yield self.job_line
        with Container(id="evidence-views"):
            yield self._make(self.view_name)

    def on_mount(self) -> None:
        """Draw the tabs."""
        self.set_class(self.app.size.width < STACKED_BELOW, "-stacked")
        self.draw_tabs()
        self._draw_job()
        self.work(self._recall(), "evidence-recall")

    def on_resize(self) -> None:
        """Below 100 columns things stand under each other, and the line of tabs says less."""
        stacked = self.size.width < STACKED_BELOW
        if stacked != self.has_class("-stacked"):
            self.set_class(stacked, "-stacked")
            self.draw_tabs()

    def on_unmount(self) -> None:
        """Close the reading connections."""
        if self._queries is not None:
            self._queries.close()

    # Views

    def _make(self, name: str) -> EvidencePart:
        _, _, module, kind = next(view for view in VIEWS if view[0] == name)
        view: EvidencePart = getattr(import_module(module), kind)()
        self.views[name] = view
        return view

    @property
    def view(self) -> EvidencePart:
        """The view in front."""
        return self.views[self.view_name]

    @property
    def _queue(self) -> QueueView | None:
        return cast("QueueView | None", self.views.get("queue"))

    async def show_view(self, name: str) -> EvidencePart:
        """Bring a view to the front, mounting it the first time, and give it the focus."""
        if name != self.view_name:
            before = self.view
            if name not in self.views:
                await self.query_one("#evidence-views").mount(self._make(name))
            before.display = False
            self.view_name = name
            self.view.display = True
            self.draw_tabs()
        self._refresh_view()
        if self.esc_app.pane is self:
            self.view.take_focus()
        return self.view

    def _refresh_view(self) -> None:
        """The view in front reads what has changed while it was out of sight, here or in another session."""
        if self.view_name in self.stale:
            self.stale.discard(self.view_name)
            self.view.reload()
        else:
            self.view.shown_again()

    async def action_view(self, name: str) -> None:
        """One of the four."""
        await self.show_view(name)

    async def action_step(self, by: int) -> None:
        """The next one, or the one before."""
        names = [name for name, *_ in VIEWS]
        await self.show_view(names[(names.index(self.view_name) + by) % len(names)])

    @property
    def footer_words(self) -> dict[str, str]:
        """Without a dialogue there is nothing to look into, to label or to map."""
        dialogues = cast("DialoguesView", self.views["dialogues"])
        return dict.fromkeys(("evidence.extract", "evidence.queue", "evidence.map"), "") if dialogues.bare else {}

    def draw_tabs(self) -> None:
        """The tabs, and what the view in front has to say beside them."""
        names = [name for name, *_ in VIEWS]
        here = names.index(self.view_name)
        parts = [Part(f"[{title}]" if place == here else f" {title} ", "accent.bold" if place == here else "dim", f"view:{name}",
                      1 if place else 0, 0 if place == here else TAB_DROP * (1 + abs(place - here)))
                 for place, (name, title, *_) in enumerate(VIEWS)]
        self.tab_line.show(parts, self.view.facts)

    async def on_one_line_clicked(self, event: OneLine.Clicked) -> None:
        """A click on a tab."""
        kind, _, name = event.target.partition(":")
        if kind == "view":
            event.stop()
            await self.show_view(name)

    def shown(self) -> None:
        """Read what has changed."""
        self._refresh_view()

    def take_focus(self) -> None:
        """To the view that is open."""
        self.view.take_focus()

    def bank_changed(self) -> None:
        """Everything is read anew, what is not in sight when it comes into sight."""
        for name, view in self.views.items():
            if name == self.view_name:
                view.reload()
            else:
                self.stale.add(name)

    def labels_changed(self, by: EvidencePart) -> None:
        """One of the views has put labels into the bank: the others read anew when they come into sight, and so do the other panes."""
        for name, view in self.views.items():
            if view is by:
                continue
            if name == self.view_name:
                view.reload()
            else:
                self.stale.add(name)
        self._untold = True
        if self.esc_app.pane is not self:
            self.hidden()

    @property
    def blind(self) -> bool:
        """True while units are labelled without sight of other labels."""
        return self._queue.blind if self._queue is not None else self._kept_blind

    async def _recall(self) -> None:
        """Who labelled blind the last time does so again: labels are hidden before the queue is opened."""
        from esc_tui.tui.panes.evidence.kept_labels import kept_choice

        try:
            if self.workshop.start.bank.exists():
                annotator = await asyncio.to_thread(self.workshop.annotator)
                chosen = await self.look_up(lambda bank: kept_choice(bank, annotator))
                self._kept_blind = chosen is not None and chosen[1]
        finally:
            self.recalled.set()
        if self._kept_blind:
            self.draw_tabs()

    def blind_changed(self) -> None:
        """Labels are hidden from now on, or shown again."""
        self.draw_tabs()
        dialogues = cast("DialoguesView | None", self.views.get("dialogues"))
        if dialogues is not None and dialogues.reader.blind != self.blind:
            dialogues.reload()

    def hidden(self) -> None:
        """Tell the other panes what was labelled, once, for they read the whole bank again."""
        if self._untold:
            self._untold = False
            self.post_message(BankChanged())

    def settings_changed(self, name: str) -> None:
        """Another annotator has another queue, and has seen and labelled other units."""
        if name in {"annotator", "author"}:
            self.workshop.shown_units.clear()
            if self._queue is not None:
                self._queue.begin_anew()
            else:
                self.recalled.clear()
                self.work(self._recall(), "evidence-recall", exclusive=True)
            self.views["dialogues"].reload()

    async def may_leave(self) -> bool:
        """Wait until everything decided is in the bank."""
        if self._queue is not None:
            await self._queue.finish()
        return True

    # For others

    def show_unit(self, number: int) -> None:
        """Show a unit on its lines; asked for by Bank, Chat and the other views."""
        self.work(self._show_unit(number), "evidence-show", exclusive=True)

    async def _show_unit(self, number: int) -> None:
        from esc_tui.bank.units import unit_row

        row = await self.look_up(lambda bank: unit_row(bank, number))
        view = cast("DialoguesView", await self.show_view("dialogues"))
        await view.show_dialogue(row.dialogue, unit=row.number)

    def show_dialogue(self, identity: str, line: int = 0) -> None:
        """Show a line of a dialogue."""
        self.work(self._show_dialogue(identity, line), "evidence-show", exclusive=True)

    async def _show_dialogue(self, identity: str, line: int) -> None:
        view = cast("DialoguesView", await self.show_view("dialogues"))
        await view.show_dialogue(identity, line=line)

    def label_unit(self, number: int) -> None:
        """Take a unit into the queue, before all others."""
        self.work(self._label_unit(number), "evidence-show", exclusive=True)

    async def _label_unit(self, number: int) -> None:
        view = cast("QueueView", await self.show_view("queue"))
        await view.take_unit(number)

    # Jobs

    def job_progressed(self, job: Job) -> None:
        """Draw the bar."""
        self._draw_job()

    def job_ended(self, job: Job) -> None:
        """Take the bar away; the lists are read anew with the bank."""
        self._draw_job()

    @property
    def job_here(self) -> Job | None:
        """The newest job that runs for this pane."""
        return next((one for one in self.esc_app.jobs.running if one.kind in JOB_KINDS), None)

    def _draw_job(self) -> None:
        self.view.job_moved()
        job = self.job_here
        self.set_class(job is not None, "-working")
        if job is None:
            return
        full, empty = bar(job.progress.share or 0.0, BAR_CELLS, empty="─")
        left = job.line.partition(" % ")[2]
        said = "stopping …" if job.cancelling else job.progress.spoken or "getting ready …"
        stop = [Part("x", "accent", gap=3), Part("stop", "dim", gap=1)] if not job.cancelling else []
        self.job_line.show([Part(job.title, "text", drop=3), Part(full, "accent", gap=2, drop=2), Part(empty, "rule", drop=2),
                            Part(said, "text", gap=2), Part(left, "dim", gap=2, drop=1)], [*stop, Part("f8", "accent", gap=3),
                                                                                         Part("jobs", "dim", gap=1)])

    def action_import_files(self) -> None:
        """Ask for files and import them."""
        self.work(self._import(), "evidence-import", exclusive=True)

    async def _import(self) -> None:
        from esc_tui.tui.panes.evidence.import_screen import ImportScreen

        if await self.writable() is None:
            return
        wish = await self.app.push_screen_wait(ImportScreen())
        if wish is not None:
            self.esc_app.jobs.start("import", wish.title, wish.arguments, told=import_told)

    def action_export(self) -> None:
        """Write what was labelled, and by whom, to a file."""
        self.work(self._export(), "evidence-export", exclusive=True)

    async def _export(self) -> None:
        from esc_tui.tui.panes.evidence.exporting import ask_and_export

        await ask_and_export(self)

    def action_remove_import(self) -> None:
        """Take the dialogues of one source out of the bank again."""
        self.work(self._remove_import(), "evidence-remove", exclusive=True)

    async def _remove_import(self) -> None:
        from esc_tui.tui.panes.evidence.remove_import import remove_import

        if self.job_here is not None:
            self.tell(f"{self.job_here.title} still runs. Stop it with x, or wait; then remove.", "warning")
            return
        await remove_import(self)

    def action_extract(self) -> None:
        """Let the engine label what it has not read; while that or another job of this pane runs, stop it."""
        self.work(self._extract(), "evidence-extract", exclusive=True)

    async def _extract(self) -> None:
        from esc_tui.tui.ask import Answer, AskScreen

        running = self.job_here
        if running is not None:
            answer = await self.app.push_screen_wait(AskScreen(
                f"{running.title}: stop?", "What was finished so far is kept; started again, it goes on from there.",
                [Answer("s", "stop", "stop")]))
            if answer == "stop":
                self.esc_app.jobs.cancel(running)
            return
        if await self.writable() is None:
            return
        dialogues = await self.look_up(lambda bank: int(bank.value("SELECT count(*) FROM dialogues WHERE conversation IS NULL")))
        if not dialogues:
            self.tell("There is no dialogue to look into yet. Press i to import some.")
            return
        start = self.workshop.start
        who = f"{start.model or 'the model'} at {start.endpoint}" if start.engine == "endpoint" else "the embedded annotator"
        answer = await self.app.push_screen_wait(AskScreen(
            f"Look for Intervention Units in {dialogues:,} dialogue{'' if dialogues == 1 else 's'}?",
            f"With {who}, beside the panes. Dialogues it has read before are left out; what people labelled stays as it is.",
            [Answer("e", "extract", "go")]))
        if answer == "go":
            arguments = ["discover", "units", *self.esc_app.jobs.settings_arguments()]
            self.esc_app.jobs.start("units", "Looking for units", arguments, told=units_told)
