"""Going back to a revision: the history on the left, on the right everything that would change by it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from esc_tui.domain.errors import UserError
from esc_tui.evolve.deciding import RollbackPreview, rollback_preview
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.bank.revisions import change_blocks
from esc_tui.tui.panes.bank.rows import moment, revision_row
from esc_tui.tui.panes.evolution.figures import VERDICTS, clean
from widgets.one_line import OneLine, Part
from widgets.page import Block, Page, PageScroll, heading
from widgets.toned import ink, inks
from widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from esc_tui.tui.panes.bank.query import BankQueries

MOST = 2000
SHOWN_TURNS = 8


class RollbackScreen(Modal[int | None]):
    """Gives the number of the revision to go back to, or None."""

    DEFAULT_CSS = """
    RollbackScreen { background: $background; }
    RollbackScreen #rollback { width: 100%; height: 100%; padding: 1 2; }
    RollbackScreen #rollback-title { margin: 0 0 1 0; }
    RollbackScreen Horizontal { height: 1fr; }
    RollbackScreen #rollback-list { width: 2fr; border-top: solid $tone-rule; }
    RollbackScreen PageScroll { width: 3fr; margin: 0 0 0 2; padding: 0 1 0 2; border-top: solid $tone-rule; }
    RollbackScreen #rollback-list:focus, RollbackScreen PageScroll:focus { border-top: solid $tone-accent; }
    """
    HELP_TITLE = "Roll back"
    HELP_TEXT = (
        "Every revision of the bank, newest first. The right side says what going back to the one under the cursor would change now: "
        "skills, recorded turns that used one of them, proposals whose acceptance it undoes, and verdicts that would then speak of "
        "another bank. Enter goes back, as a new revision: nothing is lost, and the way forward is the same.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("evolution.rollback.take", "Go back to this revision", "roll_back", "enter,R", "go back to it", 1, palette=False),
        Command("evolution.rollback.close", "Close", "close", "escape,q", "close", 2, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, queries: BankQueries) -> None:
        super().__init__()
        self.queries = queries
        self.list = VirtualList(id="rollback-list", gap=1)
        self.page = Page(id="rollback-page")
        self.head = 0

    def compose(self) -> ComposeResult:
        """List and preview."""
        with Vertical(id="rollback"):
            yield OneLine(margin=0, id="rollback-title")
            with Horizontal():
                yield self.list
                yield PageScroll(self.page)

    async def on_mount(self) -> None:
        """Read the history."""
        revisions = await asyncio.to_thread(self.queries.ask, lambda bank: bank.revisions(MOST))
        self.head = revisions[0].number if revisions else 0
        noun = "revision" if len(revisions) == 1 else "revisions"
        self.query_one("#rollback-title", OneLine).show(
            [Part("Go back to which revision?", "accent.bold"), Part(f"{len(revisions):,} {noun}", "dim", "", 3, 1)],
            [Part("enter", "accent"), Part("go back to it", "dim", "", 1), Part("esc", "accent", "", 3), Part("close", "dim", "", 1)])
        self.list.empty = ink("Nothing has been saved in this bank yet.", "text")
        self.list.show_rows(len(revisions), [revision_row(revision, revision.number == self.head) for revision in revisions])
        self.list.focus()

    @on(VirtualList.Highlighted)
    def _highlighted(self, event: VirtualList.Highlighted) -> None:
        event.stop()
        if event.row is not None:
            self.run_worker(self._preview(int(event.row.id)), group="rollback-preview", exclusive=True, exit_on_error=False)

    async def _preview(self, number: int) -> None:
        try:
            found = await asyncio.to_thread(self.queries.ask, lambda bank: rollback_preview(bank, number))
        except UserError as error:
            self.page.show([Block(ink(str(error), "caution"))])
            return
        self.page.show(preview_blocks(found, self.head))

    @on(VirtualList.Chosen)
    def _chosen(self, event: VirtualList.Chosen) -> None:
        event.stop()
        self.action_roll_back()

    def action_roll_back(self) -> None:
        """Give the revision under the cursor; the one in force is no way back."""
        row = self.list.highlighted
        if row is not None and int(row.id) != self.head:
            self.dismiss(int(row.id))

    def action_close(self) -> None:
        """Back."""
        self.dismiss(None)


def preview_blocks(found: RollbackPreview, head: int) -> list[Block]:
    """What going back would mean."""
    revision = found.target
    blocks = [Block(ink(f"{revision.name}  {clean(revision.message)}", "bright.bold")),
              Block(ink(f"{revision.kind} by {clean(revision.author)}, {moment(revision.time)} UTC, {revision.short_hash}", "dim"))]
    if revision.number == head:
        return [*blocks, Block(ink("This is what is in force.", "text"), space=1)]
    blocks += [heading("Skills", _count(len(found.skills), "change")),
               *(change_blocks(found.skills) or [Block(ink("None: they are the same as now.", "dim"))])]
    if found.evidence:
        blocks.append(Block(ink("Evidence: what was learned or set back since then is reversed too.", "text"), space=1))
    blocks.append(heading("Recorded turns", f"{len(found.turns)} of the newest {found.looked_at}"))
    for turn in found.turns[:SHOWN_TURNS]:
        blocks.append(Block(inks((", ".join(map(clean, turn.skills)), "text"), (f"   turn {turn.turn}", "dim")), indent=3))
    if not found.turns:
        blocks.append(Block(ink("None of them used a skill that would change.", "dim")))
    elif len(found.turns) > SHOWN_TURNS:
        blocks.append(Block(ink(f"and {len(found.turns) - SHOWN_TURNS:,} more", "dim"), indent=3))
    blocks.append(heading("Proposals that it undoes", _count(len(found.proposals), "proposal")))
    blocks += [Block(inks((f"{row.name} ", "accent"), (f"{row.proposal.kind.value}: {clean(row.proposal.title)}", "text")), indent=3)
               for row in found.proposals] or [Block(ink("None.", "dim"))]
    blocks.append(heading("Verdicts that would speak of another bank", _count(len(found.stale), "verdict")))
    for one in found.stale:
        if one.verdict is not None:
            glyph, tone = VERDICTS[one.verdict.word]
            blocks.append(Block(inks((f"V-{one.number} ", "accent"), (f"{glyph} {one.verdict.word}", tone)), indent=3))
    if not found.stale:
        blocks.append(Block(ink("None.", "dim")))
    return blocks


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
