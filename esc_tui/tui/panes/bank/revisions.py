"""The history of the whole bank, and going back to a revision; what the right side tells of the one under the cursor is its caller's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from esc_tui.domain.errors import UserError
from esc_tui.domain.text import many
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.bank.rows import moment, revision_row
from esc_tui.tui.panes.bank.wording import shown
from widgets.one_line import OneLine, Part
from widgets.page import Block, Page, PageScroll, heading
from widgets.toned import ink, inks
from widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader
    from esc_tui.domain.revision import Revision, SkillChange
    from esc_tui.settings.model import Settings
    from esc_tui.tui.panes.bank.query import BankQueries

    Preview = Callable[[BankReader, Revision, int], list[Block]]

MOST = 2000
"""How many revisions are listed; older ones are reached on the command line."""
SHOWN_CHANGES = 60
_GLYPH = {"added": ("+", "helped"), "changed": ("~", "neutral"), "removed": ("−", "harmed")}


def change_blocks(changes: Sequence[SkillChange]) -> list[Block]:
    """One line for each skill that differs."""
    blocks = []
    for change in changes[:SHOWN_CHANGES]:
        glyph, tone = _GLYPH[change.kind]
        blocks.append(Block(ink(shown(change.slug), "bright"), ink(glyph, tone), 3, right=ink(change.versions, "dim")))
    if len(changes) > SHOWN_CHANGES:
        blocks.append(Block(ink(f"and {len(changes) - SHOWN_CHANGES:,} more", "dim"), indent=3))
    return blocks


def title_blocks(revision: Revision) -> list[Block]:
    """Which revision it is, why it was made, by whom and when."""
    return [Block(ink(f"{revision.name}  {shown(revision.message)}", "bright.bold")),
            Block(ink(f"{revision.kind} · {shown(revision.author)} · {moment(revision.time)} UTC · {revision.short_hash}", "dim"))]


def history_blocks(bank: BankReader, revision: Revision, head: int, settings: Callable[[], Settings]) -> list[Block]:
    """What a revision changed, what going back to it from ``head`` would change, and what was found of it against no bank. Blocking.

    ``settings`` reads them: a verdict may be stale under them.
    """
    blocks = title_blocks(revision)
    if revision.parents:
        parent = revision.parents[0]
        made = change_blocks(bank.changes(parent, revision.number))
        blocks += [heading(f"Changed from r{parent}"), *(made or [Block(ink("No skill.", "dim"))])]
    else:
        blocks.append(heading("The beginning of this bank" if revision.number == 1 else "Another bank, with nothing in common"))
    undone = change_blocks(bank.changes(head, revision.number))
    return [*blocks, heading("Going back to it now would change"), *(undone or [Block(ink("nothing: it is what is in force.", "dim"))]),
            heading("Tried against no bank"), *_against_nothing(bank, revision, settings())]


def _against_nothing(bank: BankReader, revision: Revision, settings: Settings) -> list[Block]:
    """What a verification found of a revision against no bank, and whether that still stands."""
    from esc_tui.evolve.whole_bank import NOT_VERIFIED, verdict_on

    found = verdict_on(bank, revision, settings)
    if found is None:
        return [Block(ink(NOT_VERIFIED, "dim"))]
    return [Block(ink(found.line, "text")), *[Block(inks(("! ", "caution"), (f"stale: {one}", "text"))) for one in found.stale]]


class RevisionsScreen(Modal[int | None]):
    """Gives the number of the revision to go back to, or None. ``preview`` makes the right side for a revision and the newest one."""

    DEFAULT_CSS = """
    RevisionsScreen { background: $background; }
    RevisionsScreen #revisions { width: 100%; height: 100%; padding: 1 2; }
    RevisionsScreen #revisions-title { margin: 0 0 1 0; }
    RevisionsScreen Horizontal { height: 1fr; }
    RevisionsScreen #revisions-list { width: 2fr; border-top: solid $tone-rule; }
    RevisionsScreen #revisions-list:focus { border-top: solid $tone-accent; }
    RevisionsScreen PageScroll { width: 3fr; margin: 0 0 0 2; padding: 0 1 0 2; border-top: solid $tone-rule; }
    RevisionsScreen PageScroll:focus { border-top: solid $tone-accent; }
    """
    HELP_TITLE = "Revisions"
    HELP_TEXT = (
        "Every revision of the bank, newest first. The right side says what the one under the cursor changed or what going back to it "
        "would change now; from Evolution also the recorded turns that used such a skill, the proposals whose acceptance it undoes, and "
        "the verdicts that would then speak of another bank. Enter goes back to it, as a new revision: nothing is lost.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("revisions.roll_back", "Go back to this revision", "roll_back", "enter,R", "go back to it", 1, palette=False),
        Command("revisions.close", "Close", "close", "escape,q", "close", 2, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, queries: BankQueries, title: str, preview: Preview) -> None:
        super().__init__()
        self.queries, self.question, self.preview = queries, title, preview
        self.list = VirtualList(id="revisions-list", gap=1)
        self.page = Page(id="revisions-page")
        self.found: dict[int, Revision] = {}
        self.head = 0

    def compose(self) -> ComposeResult:
        """List and preview."""
        with Vertical(id="revisions"):
            yield OneLine(margin=0, id="revisions-title")
            with Horizontal():
                yield self.list
                yield PageScroll(self.page)

    async def on_mount(self) -> None:
        """Read the history."""
        revisions = await asyncio.to_thread(self.queries.ask, lambda bank: bank.revisions(MOST))
        self.found = {revision.number: revision for revision in revisions}
        self.head = revisions[0].number if revisions else 0
        self._head()
        self.list.empty = ink("Nothing has been saved in this bank yet.", "text")
        rows = [revision_row(revision, revision.number == self.head) for revision in revisions]
        self.list.show_rows(len(rows), rows)
        self.list.focus()

    def _head(self) -> None:
        """How many there are, and the keys that do something for the one under the cursor."""
        row = self.list.highlighted
        back = [Part("enter", "accent", gap=3), Part("go back to it", "dim", gap=1)] if row is not None and int(row.id) != self.head else []
        self.query_one("#revisions-title", OneLine).show(
            [Part(self.question, "accent.bold"), Part(many(len(self.found), "revision"), "dim", "", 3, 1)],
            [*back, Part("esc", "accent", gap=3), Part("close", "dim", gap=1)])

    @on(VirtualList.Highlighted)
    def _highlighted(self, event: VirtualList.Highlighted) -> None:
        event.stop()
        self._head()
        if event.row is not None:
            self.run_worker(self._preview(int(event.row.id)), group="preview", exclusive=True, exit_on_error=False)

    async def _preview(self, number: int) -> None:
        revision = self.found[number]
        try:
            blocks = await asyncio.to_thread(self.queries.ask, lambda bank: self.preview(bank, revision, self.head))
        except UserError as error:
            blocks = [Block(ink(str(error), "caution"))]
        self.page.show(blocks)

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
