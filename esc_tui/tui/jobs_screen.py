"""The jobs of this session: how far each is, what it found, why it failed; and stopping one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from esc_tui.domain.text import visible
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.jobs import Job, Jobs, spoken_time
from esc_tui.tui.modal import Modal
from widgets.bars import bar
from widgets.block_view import BlockView
from widgets.blocks import Blank, Block, Flow, Part, Row, Run
from widgets.one_line import OneLine
from widgets.one_line import Part as Piece

LOOK_EVERY = 0.5
"""Seconds between two drawings while something runs."""
BAR_CELLS = 32
NAME_CELLS = 30
"""Room for the name of a value of a result."""
MOST_LINES = 200
"""Lines of a result or a narration that are shown."""
_STATES = {"running": ("›", "accent"), "done": ("✓", "helped"), "failed": ("✗", "harmed"), "cancelled": ("–", "dim")}


class JobList(BlockView):
    """One block a job."""

    DEFAULT_CSS = "JobList { width: 1fr; height: 1fr; background: $surface; scrollbar-background: $surface; }"
    JUMP_KEY = "j"
    HELP_TITLE = "Jobs"
    HELP_TEXT = ("Long work runs beside the panes. Enter shows what a job found, or why it failed; x stops one that runs: what "
                 "it has finished stays, and starting it again goes on from there.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("jobs.open", "Show or hide what it found", "choose", "enter,space", "open", 1, palette=False, key_display="enter"),
        Command("jobs.cancel", "Stop this job", "cancel", "x,delete", "stop", 2, palette=False, key_display="x",
                help="As ctrl+c would; what is finished is kept."),
        Command("jobs.copy", "Copy what it found", "copy", "y", "", 3, palette=False),
        Command("jobs.up", "Job before", "cursor_up", "k,up", palette=False, key_display="k  ↑"),
        Command("jobs.down", "Job after", "cursor_down", "j,down", palette=False, key_display="j  ↓"),
        Command("jobs.page_up", "Page up", "page_up", "pageup", palette=False),
        Command("jobs.page_down", "Page down", "page_down", "pagedown", palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def action_cancel(self) -> None:
        """Stop the job under the cursor."""
        screen = self.screen
        if isinstance(screen, JobsScreen):
            screen.cancel(self.cursor)

    def action_copy(self) -> None:
        """Copy what it found."""
        screen = self.screen
        if isinstance(screen, JobsScreen):
            screen.copy(self.cursor)


class JobsScreen(Modal[None]):
    """Slides over the right; Esc closes it."""

    DEFAULT_CSS = """
    JobsScreen { align: right middle; background: $background 50%; &:ansi { background: transparent; } }
    JobsScreen > Vertical { width: 84; max-width: 100%; height: 100%; background: $surface; padding: 1 1;
        border-left: solid $tone-accent; }
    JobsScreen OneLine { background: $surface; }
    JobsScreen #jobs-title { margin-bottom: 1; }
    JobsScreen #jobs-keys { margin-top: 1; }
    """
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("jobs.close", "Close", "close", "escape,f8,q", "close", 5, palette=False, key_display="esc"),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    HELP_TITLE = "Jobs"

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.jobs = jobs
        self._open: set[int] = set()

    def compose(self) -> ComposeResult:
        """Title, list, keys."""
        with Vertical():
            yield OneLine(id="jobs-title")
            yield JobList(margin=2, right_margin=2, id="jobs-list")
            yield OneLine(id="jobs-keys")

    def on_mount(self) -> None:
        """Show them and follow them."""
        self.query_one("#jobs-title", OneLine).show([Piece("Jobs", "accent.bold")])
        view = self.query_one(JobList)
        self.draw()
        view.focus()
        view.action_cursor_first()
        if len(self.jobs.all) == 1 and not self.jobs.all[0].running:
            self._open.add(id(self.jobs.all[0]))
            self.draw()
        self.set_interval(LOOK_EVERY, self.draw)

    def draw(self) -> None:
        """Draw all jobs anew where something has changed."""
        view = self.query_one(JobList)
        blocks = [job_block(job, id(job) in self._open) for job in self.jobs.all]
        if not blocks:
            blocks = [Block("none", (Flow((Run("Nothing has run in this session. Imports, extraction and measuring appear here.",
                                               "text"),)),), selectable=False)]
        if list(view.blocks) != blocks:
            view.show(blocks, keep_scroll=True)
        running = any(job.running for job in self.jobs.all)
        keys = [("enter", "open or close"), *([("x", "stop")] if running else []), ("y", "copy"), ("esc", "close")]
        self.query_one("#jobs-keys", OneLine).show(
            [Piece(text, "accent" if at == 0 else "dim", "", (3 if place else 0) if at == 0 else 1)
             for place, pair in enumerate(keys) for at, text in enumerate(pair)])

    def _job(self, key: str) -> Job | None:
        return next((job for job in self.jobs.all if str(id(job)) == key), None)

    def on_block_view_chosen(self, event: BlockView.Chosen) -> None:
        """Open or close a job."""
        event.stop()
        job = self._job(event.key)
        if job is not None:
            self._open ^= {id(job)}
            self.draw()

    def cancel(self, key: str) -> None:
        """Stop a job."""
        job = self._job(key)
        if job is not None and job.running:
            self.jobs.cancel(job)
            self.draw()

    def copy(self, key: str) -> None:
        """Copy what a job found or said."""
        job = self._job(key)
        if job is not None:
            found = json.dumps(job.result, indent=2, ensure_ascii=False) if job.result is not None else ""
            self.app.copy_to_clipboard("\n".join(filter(None, [found, *job.narration])) or job.title)

    def action_close(self) -> None:
        """Back."""
        self.dismiss(None)


def job_block(job: Job, opened: bool) -> Block:
    """A job as a block: title, bar or end, and when opened what it found and said."""
    mark, tone = _STATES[job.state]
    spent = spoken_time(round(job.seconds)) or "at once"
    parts: list[Part] = [Row((Run(f"{mark} ", tone), Run(visible(job.title, keep_lines=False), "bright")),
                             (Run(spent, "dim"),))]
    if job.running:
        parts += _running(job)
    else:
        parts.append(Flow((Run(visible(job.sentence), "text"),), (Run("  ", "dim", True),), (Run("  ", "dim", True),)))
    if opened:
        parts.append(Blank())
        for line in list(_found(job))[:MOST_LINES]:
            parts.append(line)
    return Block(str(id(job)), (*parts, Blank()))


def _running(job: Job) -> list[Part]:
    progress = job.progress
    left = spoken_time(progress.seconds_left)
    if job.cancelling:
        said = "stopping …"
    else:
        said = (progress.spoken or "getting ready …") + (f"   {left} left" if left else "")
    full, empty = bar(progress.share or 0.0, BAR_CELLS, empty="─")
    parts: list[Part] = [Row((Run("  "), Run(full, "accent", True), Run(empty, "rule", True), Run(f"  {said}", "text")))]
    if progress.note:
        parts.append(Row((Run(f"  {visible(progress.note, keep_lines=False)}", "dim"),)))
    return parts


def _found(job: Job) -> Iterator[Part]:
    account = job.result.get("account") if job.result is not None else None
    if isinstance(account, str) and account.strip():
        yield from _account(account)
    elif job.result is not None:
        yield from _value("", job.result, 1)
    elif job.skipped:
        yield from _value("passed over", job.skipped, 1)
    said = [line for line in job.narration if line.strip() != job.error]
    if said:
        yield Flow((Run("what it said", "dim"),), (Run("  ", "dim", True),))
    for line in said[-MOST_LINES // 2:]:
        yield Flow((Run(visible(line), "text"),), (Run("    ", "dim", True),), (Run("    ", "dim", True),))
    if job.result is None and not said:
        yield Flow((Run("Nothing has been said yet." if job.running else "It said nothing.", "dim"),), (Run("  ", "dim", True),))


def _account(text: str) -> Iterator[Part]:
    """What the command tells people: lines of a table stay whole, for broken in two nobody could read them; sentences wrap."""
    for line in text.splitlines():
        said = visible(line, keep_lines=False)
        lead = "  " + said[:len(said) - len(said.lstrip())]
        if "  " in said.strip():
            yield Row((Run(f"  {said}", "text"),))
        else:
            yield Flow((Run(said.strip(), "text"),), (Run(lead, "dim", True),), (Run(f"{lead}  ", "dim", True),))


def _value(name: str, value: Any, depth: int) -> Iterator[Part]:
    """One value of a result: numbers and words on a line with their name, lists and tables under it; nothing for nothing."""
    edge = Run("  " * depth, "dim", True)
    if value is None or value == "" or value == [] or value == {} or (depth == 1 and name in {"kind", "job"}):
        return
    if isinstance(value, Mapping):
        if name:
            yield Flow((Run(name, "dim"),), (edge,), (edge,))
        for key, inner in value.items():
            yield from _value(visible(str(key), keep_lines=False).replace("_", " "), inner, depth + bool(name))
        return
    if isinstance(value, list):
        yield Flow((Run(name, "dim"), Run(f"  {len(value):,}", "text")), (edge,), (edge,))
        for inner in value[:MOST_LINES]:
            words = " · ".join(str(part) for part in inner.values() if part != "") if isinstance(inner, Mapping) else str(inner)
            far = Run("  " * (depth + 1), "dim", True)
            yield Flow((Run(visible(words, keep_lines=False), "text"),), (far,), (far, Run("  ", "dim", True)))
        return
    shown = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    pad = Run(" " * NAME_CELLS, "dim", True)
    label = Run(f"{name:<{NAME_CELLS - 1}} ", "dim", True)
    yield Flow((Run(visible(shown, keep_lines=False), "text"),), (edge, label), (edge, pad))
