"""Learning from a run: the runs on the left, on the right what the one that was read would teach."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from esc_tui.domain.errors import UserError
from esc_tui.domain.text import many
from esc_tui.evolve.learning import Lessons
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.evolution.figures import clean, points
from esc_tui.tui.panes.evolution.find_screen import run_row
from widgets.bars import share
from widgets.one_line import OneLine, Part
from widgets.page import Block, Page, PageScroll, heading
from widgets.toned import ink, inks
from widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.reading import BankReader
    from esc_tui.evolve.learning_preview import Moved
    from esc_tui.tui.panes.bank.query import BankQueries

SHOWN_SKILLS, SHOWN_SWAPS = 30, 8
UNDO = 0
"""What the screen gives to take back what was learned last; no run has this number."""


class LearnScreen(Modal[int | None]):
    """Gives the number of the run to learn from, ``UNDO``, or None."""

    DEFAULT_CSS = """
    LearnScreen { background: $background; }
    LearnScreen #learn { width: 100%; height: 100%; padding: 1 2; }
    LearnScreen #learn-title { margin: 0 0 1 0; }
    LearnScreen Horizontal { height: 1fr; }
    LearnScreen #learn-list { width: 2fr; border-top: solid $tone-rule; }
    LearnScreen PageScroll { width: 3fr; margin: 0 0 0 2; padding: 0 1 0 2; border-top: solid $tone-rule; }
    LearnScreen #learn-list:focus, LearnScreen PageScroll:focus { border-top: solid $tone-accent; }
    """
    HELP_TITLE = "Learn from a run"
    HELP_TEXT = (
        "What followed each skill in a run goes into the evidence that the ranking reads. Enter reads the run under the cursor and says "
        "what it would change: posteriors, places, and at how many of its moments another skill would stand first. Enter again puts it "
        "into force, as a revision that R leads back from; u takes back what was learned last. Runs with sealed seekers do not stand here.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("evolution.learn.take", "Read the run; again: learn from it", "take", "enter", "read, then learn", 1, palette=False),
        Command("evolution.learn.undo", "Take back what was learned last", "take_back", "u", "take back", 2, palette=False),
        Command("evolution.learn.close", "Close", "close", "escape,q", "close", 3, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, queries: BankQueries, runs: Sequence[tuple[int, str, int]]) -> None:
        super().__init__()
        self.queries, self.runs = queries, tuple(runs)
        self.list = VirtualList(row_height=1, id="learn-list")
        self.page = Page(id="learn-page")
        self.read: int | None = None
        """The run whose lessons stand on the right and may be learned."""

    def compose(self) -> ComposeResult:
        """List and preview."""
        with Vertical(id="learn"):
            yield OneLine(margin=0, id="learn-title")
            with Horizontal():
                yield self.list
                yield PageScroll(self.page)

    def on_mount(self) -> None:
        """To the runs."""
        self._title("read it")
        self.list.empty = ink("There is no run to learn from yet. Play one in Episodes (3).", "text")
        self.list.show_rows(len(self.runs), [run_row(*run) for run in self.runs])
        self.list.focus()

    def _title(self, enter: str) -> None:
        self.query_one("#learn-title", OneLine).show(
            [Part("Learn from which run?", "accent.bold")],
            [Part("enter", "accent"), Part(enter, "dim", "", 1), Part("u", "accent", "", 3), Part("take back", "dim", "", 1),
             Part("esc", "accent", "", 3), Part("close", "dim", "", 1)])

    @on(VirtualList.Highlighted)
    def _highlighted(self, event: VirtualList.Highlighted) -> None:
        event.stop()
        self.read = None
        self._title("read it")
        if event.row is not None:
            self.page.show([Block(ink(f"Enter reads run {event.row.id} and says what it would teach.", "dim"))])

    @on(VirtualList.Chosen)
    def _chosen(self, event: VirtualList.Chosen) -> None:
        event.stop()
        self.action_take()

    def action_take(self) -> None:
        """Read the run under the cursor, or learn from the one that was read."""
        row = self.list.highlighted
        if row is None:
            return
        if self.read == int(row.id):
            self.dismiss(self.read)
            return
        self.page.show([Block(ink(f"Reading run {row.id} …", "dim"))])
        self.run_worker(self._read(int(row.id)), group="learn-preview", exclusive=True, exit_on_error=False)

    async def _read(self, number: int) -> None:
        try:
            lessons, moved = await asyncio.to_thread(self.queries.ask, lambda bank: taught(bank, number))
        except UserError as error:
            self.page.show([Block(ink(str(error), "caution"))])
            return
        row = self.list.highlighted
        if row is None or int(row.id) != number:
            return
        self.page.show(lesson_blocks(lessons, moved))
        if lessons.rows:
            self.read = number
            self._title("learn from it")

    def action_take_back(self) -> None:
        """Take back what was learned last."""
        self.dismiss(UNDO)

    def action_close(self) -> None:
        """Back."""
        self.dismiss(None)


def taught(bank: BankReader, number: int) -> tuple[Lessons, Moved | None]:
    """What a run teaches and what that would change; None where nothing is new. Blocking. Raises UserError as ``lessons_of``."""
    from esc_tui.evolve.learning import lessons_of
    from esc_tui.evolve.learning_preview import preview

    lessons = lessons_of(bank, number)
    return lessons, preview(bank, lessons) if lessons.rows else None


def lesson_blocks(lessons: Lessons, moved: Moved | None) -> list[Block]:
    """What learning from the run would mean."""
    notes = [Block(ink(clean(note), "dim")) for note in lessons.notes]
    if moved is None:
        return [*notes, Block(ink(f"Nothing new: {lessons.known:,} outcomes of it are in force already.", "text"))]
    counts = ", ".join(f"{count:,} {name}" for name, count in lessons.outcomes.items())
    usual = ", ".join(f"{band.value} {points(mean)}" for band, mean in lessons.usual.items())
    blocks = [
        Block(ink(f"{many(len(lessons.rows), 'outcome')} in {many(lessons.turns, 'turn')}: {counts}.", "bright")),
        Block(ink(f"Usual change of emotion by band: {usual}. From {lessons.threshold:.1f} points off it on an outcome counts for or "
                  "against a skill.", "dim")), *notes,
        heading("First at the run's own moments", f"{moved.changed:,} of {moved.moments:,} would change")]
    blocks += [Block(inks((f"{many(count, 'time')} ", "text"), (clean(new) or "no skill", "accent"), (" instead of ", "dim"),
                          (clean(old) or "no skill", "text")), indent=3) for (old, new), count in moved.swaps[:SHOWN_SWAPS]]
    blocks.append(heading("Posteriors", f"{len(moved.skills)} would move"))
    for one in moved.skills[:SHOWN_SKILLS]:
        blocks.append(Block(inks(
            (clean(one.skill), "text"), (f"  ▲{one.helped}", "helped"), (f" ={one.neutral}", "neutral"), (f" ▼{one.harmed}", "harmed"),
            (f"   {share(one.before[0])} ±{share(one.before[1])} to {share(one.after[0])} ±{share(one.after[1])}, "
             f"place {one.place_before} to {one.place_after}", "dim")), indent=3))
    return blocks


def settled(bank: Bank, number: int, author: str) -> str:
    """Learn from a run, or for ``UNDO`` take back what was learned last; the sentence about it. Blocking. Raises UserError."""
    from esc_tui.bank.evidence_line import take_back
    from esc_tui.domain.base import now_iso
    from esc_tui.evolve.learning import learn

    if number == UNDO:
        made = take_back(bank.writing, author=author, time=now_iso())
        return f"{made.name}: {made.message}. R leads forward again."
    _, revision = learn(bank, number, author)
    if revision is None:
        return f"Run {number} teaches nothing new."
    return f"{revision.name}: {revision.message}. u or R takes it back."
