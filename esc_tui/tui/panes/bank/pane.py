"""The Bank pane: the list of skills on the left, one skill in full on the right. Editing lives in ``editing``."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from esc_tui.bank.search import Page as SkillPage
from esc_tui.bank.search import SkillFilter, Sort, parse_filter
from esc_tui.domain.errors import UserError
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.pane import Pane
from esc_tui.tui.panes.bank.commands import BANK_COMMANDS
from esc_tui.tui.panes.bank.detail import SkillDetail
from esc_tui.tui.panes.bank.filter_line import FilterField, FilterLine
from esc_tui.tui.panes.bank.overviews import Overviews
from esc_tui.tui.panes.bank.query import BankQueries
from esc_tui.tui.panes.bank.quick_keys import QuickKeys
from esc_tui.tui.panes.bank.rows import skill_row
from widgets.one_line import OneLine
from widgets.toned import ink
from widgets.virtual_list import PAGE, ListRow, VirtualList

if TYPE_CHECKING:
    from textual import events

DEBOUNCE = 0.012
"""Seconds between a keystroke in the filter and its search."""
SETTLE, SETTLE_TYPING = 0.04, 0.25
"""Seconds the cursor rests on a row before the skill is shown in full; longer while words are typed, so that the rows come first."""
STACKED_BELOW = 100
SORTS: tuple[tuple[Sort, str], ...] = (
    ("slug", "by name"), ("evidence", "best evidence first"), ("recent", "latest change first"), ("use", "most used first"),
)


class SkillList(VirtualList, QuickKeys):
    """The list of skills."""

    HELP_TITLE = "The list of skills"
    JUMP_KEY = "l"


class BankPane(Overviews, Pane):
    """Browse and edit skills."""

    HELP_TITLE = "Bank"
    HELP_TEXT = (
        "All skills of the bank. A row shows status (A active, W watch, D draft, R retired), name, strategies, how often it was "
        "seen to help and to harm, the states it is for, and how likely it helps with a 95 % interval (cut at 0 and 1); ▼ names a state "
        "where it harmed at least as often as not.\n\nSpace marks skills; b, x, a, L "
        "and m then act on all of them at once.\n\nEvery change is a new revision of the bank; u takes the last one back, also after "
        "a restart.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = BANK_COMMANDS
    BINDINGS: ClassVar[list[BindingType]] = bindings(BANK_COMMANDS)
    DEFAULT_CSS = """
    BankPane { layout: vertical; }
    BankPane #bank-body { height: 1fr; padding: 0 2; }
    BankPane #bank-left { width: 9fr; min-width: 46; max-width: 76; border-top: solid $tone-rule; }
    BankPane #bank-right { width: 11fr; margin: 0 0 0 2; border-top: solid $tone-rule; }
    BankPane #bank-left:focus-within, BankPane #bank-right:focus-within { border-top: solid $tone-accent; }
    BankPane.-stacked #bank-left { width: 1fr; max-width: 100%; }
    BankPane.-stacked #bank-right { display: none; margin: 0; }
    BankPane.-stacked.-drawer #bank-left { display: none; }
    BankPane.-stacked.-drawer #bank-right { display: block; width: 1fr; }
    BankPane.-editing #bank-body, BankPane.-editing #filter { display: none; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.filter_line = FilterLine()
        self.rows = SkillList(id="bank-list")
        self.detail = SkillDetail(id="bank-detail")
        self.wanted, self.sort = SkillFilter(), 0
        self.drafted: frozenset[str] = frozenset()
        self._queries: BankQueries | None = None
        self._typing: Timer | None = None
        self._settling: Timer | None = None
        self._wish: str | None = None
        self._to_best = False
        self._counts = (0, 0, 0)

    @property
    def queries(self) -> BankQueries:
        """Reads of the bank."""
        if self._queries is None:
            self._queries = BankQueries(self.workshop.start.bank)
        return self._queries

    def compose(self) -> ComposeResult:
        """Filter line, list, detail."""
        yield self.filter_line
        with Horizontal(id="bank-body"):
            with Vertical(id="bank-left"):
                yield self.rows
            with Vertical(id="bank-right"):
                yield self.detail

    def on_mount(self) -> None:
        """Show the first page at once."""
        self._arrange(self.app.size.width)
        self.rows.focus()
        try:
            page = self.queries.page(self.wanted, 0, PAGE, SORTS[self.sort][0], self.queries.begin_search())
        except UserError as error:
            self._say_broken(error)
            return
        if page is not None:
            self._take(page, 0, None)

    def on_unmount(self) -> None:
        """Close the reading connections."""
        if self._queries is not None:
            self._queries.close()

    def shown(self) -> None:
        """Look at drafts."""
        self.run_worker(self._warm_up(), group="bank-drafts", exclusive=True, exit_on_error=False)

    def take_focus(self) -> None:
        """To the form, else to the skill where it is open, else to the list."""
        if self.editor is not None:
            self.editor.take_focus()
        elif self.has_class("-drawer"):
            self.detail.focus_content()
        else:
            self.rows.focus()

    async def _warm_up(self) -> None:
        """Look at drafts and make ready what searching and editing need, so that their first keys answer at once."""
        await self.look_at_drafts()
        await self.workshop.bank()
        await asyncio.to_thread(self.queries.warm_up)
        await asyncio.to_thread(import_module, "esc_tui.tui.panes.bank.form")
        gc.freeze()  # what is loaded by now stays; without this a full collection stops the keys for 0.1 s now and then

    def bank_changed(self) -> None:
        """Read the list again; the cursor stays on its skill."""
        self.reload()
        self.run_worker(self.look_at_drafts(), group="bank-drafts", exclusive=True, exit_on_error=False)

    def hold(self, slug: str) -> None:
        """Keep a skill in the list, whatever the filter, until another filter is typed or the cursor has left it."""
        self.wanted, self._counts = replace(self.wanted, also=slug), (*self._counts[:2], 0)

    def show_skill(self, slug: str) -> None:
        """Select a skill, whatever the filter; asked for by Chat."""
        self.run_worker(self._show_skill(slug), group="bank-show", exclusive=True)

    async def _show_skill(self, slug: str) -> None:
        row = await asyncio.to_thread(self.queries.ask, lambda bank: bank.skill_row(slug))
        if row is None:
            self.tell(f"No skill of this bank is called '{slug}'.", "warning")
            return
        self._wish = slug
        self.rows.move_to(slug)
        self.hold(slug)
        self.reload()
        self.set_class(self.has_class("-stacked"), "-drawer")
        self.take_focus()

    # The list

    def set_filter(self, text: str) -> None:
        """Put words into the filter."""
        self.filter_line.field.value = text

    @on(Input.Changed, "#filter-field")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._typing is not None:
            self._typing.stop()
        self.queries.begin_search()
        self._typing = self.set_timer(DEBOUNCE, self._search)

    def _search(self) -> None:
        before = self.wanted.text
        try:
            self.wanted = parse_filter(self.filter_line.field.value)
        except UserError as error:
            self.filter_line.object_to(str(error))
            return
        if self.wanted.text != before:  # words put the best hit first; facets leave the cursor on its skill
            self._to_best = bool(self.wanted.text)
        self.reload(first=True)

    def reload(self, first: bool = False) -> None:
        """Read the page under the cursor again, or (``first``) the first one."""
        search = self.queries.begin_search()
        offset = 0 if first else self.rows.cursor // PAGE * PAGE
        self.run_worker(self._reload(search, offset, first), group="bank-query", exclusive=True, exit_on_error=False)

    async def _reload(self, search: int, offset: int, first: bool) -> None:
        sort = SORTS[self.sort][0]
        keep = self._wish or (self.rows.highlighted.id if self.rows.highlighted else None)
        at = (keep or "") if not first else ""
        try:
            page = await asyncio.to_thread(self.queries.page, self.wanted, offset, PAGE, sort, search, at)
            if page is not None and offset and not page.rows:
                offset = 0
                page = await asyncio.to_thread(self.queries.page, self.wanted, 0, PAGE, sort, search)
        except UserError as error:
            self._say_broken(error)
            return
        if page is not None:
            self._take(page, page.offset, keep)
            if not first:
                self._want_detail()

    @property
    def footer_words(self) -> dict[str, str]:
        """Without a skill there is nothing to edit, nor to undo."""
        return {} if self._counts[1] else {"bank.edit": "", "bank.undo": ""}

    def _take(self, page: SkillPage, offset: int, keep: str | None) -> None:
        rows = [skill_row(row, row.slug in self.drafted) for row in page.rows]
        if self._to_best and not offset and self._wish is None:
            keep = rows[0].id if rows else None
        self._wish, self._to_best = None, False
        if not page.matching:
            self.rows.empty = ink("This bank has no skills yet. Press n to write the first." if not page.total else
                                  "No skill fits this filter. Press / and ctrl+u to clear it.", "text")
            self.detail.show_nothing(ink("", "dim"))
        self.rows.show_rows(page.matching, rows, offset=offset, cursor_id=keep)
        self._counts = (page.matching - page.beside, page.total, page.beside)
        self.refresh_bindings()
        self.show_counts()

    def any_shown(self, slugs: Sequence[str]) -> bool:
        """Whether the filter shows any of these skills."""
        sort = SORTS[self.sort][0]
        return self.queries.ask(lambda bank: any(
            row.slug == slug for slug in slugs for row in bank.list_skills(self.wanted, limit=1, sort=sort, at=slug).rows))

    def show_counts(self) -> None:
        """How many skills, in which order, how many marked."""
        matching, total, beside = self._counts
        self.filter_line.say(matching, total, SORTS[self.sort][1], len(self.marked), beside)

    def _say_broken(self, error: UserError) -> None:
        self.rows.empty = ink(str(error), "caution")
        self.rows.show_rows(0, [])
        self.tell_error(error)

    @on(VirtualList.PageWanted, "#bank-list")
    def _page_wanted(self, event: VirtualList.PageWanted) -> None:
        event.stop()
        self.run_worker(self._fetch(event), group=f"bank-page-{event.offset}", exclusive=True, exit_on_error=False)

    async def _fetch(self, event: VirtualList.PageWanted) -> None:
        page = await asyncio.to_thread(self.queries.ask, lambda bank: bank.list_skills(
            self.wanted, limit=event.limit, offset=event.offset, sort=SORTS[self.sort][0]))
        rows: list[ListRow] = [skill_row(row, row.slug in self.drafted) for row in page.rows]
        self.rows.put_rows(event.generation, event.offset, rows)

    @on(VirtualList.Highlighted, "#bank-list")
    def _highlighted(self, event: VirtualList.Highlighted) -> None:
        event.stop()
        self._want_detail()
        here = self.rows.highlighted
        if self._counts[2] and here is not None and here.id != self.wanted.also:  # what does not fit any more goes once it was left
            self.wanted, self._counts = replace(self.wanted, also=""), (*self._counts[:2], 0)
            self.reload()

    @on(VirtualList.Chosen, "#bank-list")
    def _chosen(self, event: VirtualList.Chosen) -> None:
        event.stop()
        if self.has_class("-stacked"):
            self.add_class("-drawer")
        self.detail.focus_content()

    # The detail

    def _want_detail(self) -> None:
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(SETTLE_TYPING if self.filter_line.field.has_focus else SETTLE, self._show_detail)

    def _show_detail(self) -> None:
        self.run_worker(self._load_detail(), group="bank-detail", exclusive=True, exit_on_error=False)

    async def _load_detail(self) -> None:
        chosen = self.rows.highlighted
        if chosen is None:
            if not self.rows.count:
                self.detail.show_nothing(ink("", "dim"))
            return
        from esc_tui.tui.panes.bank.tabs import fill_tab

        skill = await asyncio.to_thread(self.queries.skill, chosen.id)
        if skill is None:
            return
        row = await asyncio.to_thread(self.queries.ask, lambda bank: bank.skill_row(chosen.id))
        self.detail.show_skill(skill, row)
        await fill_tab(self.detail, self.queries, self.workshop.shown_units)

    @on(SkillDetail.TabChosen)
    def _tab_chosen(self, event: SkillDetail.TabChosen) -> None:
        event.stop()
        self._show_detail()

    @on(VirtualList.Chosen, "#detail-rows")
    def _detail_chosen(self, event: VirtualList.Chosen) -> None:
        event.stop()
        if event.row is not None and self.detail.tab == "Evidence":
            self.work(self.show_unit(int(str(event.row.source))))
        elif event.row is not None:
            self.work(self.compare_version(int(event.row.id)))

    # The form

    def on_form_rows_changed(self, event: Message) -> None:
        """Keep the draft."""
        event.stop()
        self.draft_changed()

    def on_skill_form_wanted(self, event: Message) -> None:
        """Save, leave, compare, go on in a file."""
        event.stop()
        self.fulfil(str(getattr(event, "what", "")))

    # Moving between the parts

    @on(FilterField.Left)
    def _filter_left(self, event: FilterField.Left) -> None:
        event.stop()
        self.rows.focus()

    @on(OneLine.Clicked, "#filter-counts")
    def _sort_clicked(self, event: OneLine.Clicked) -> None:
        event.stop()
        self.action_sort()

    def on_resize(self, event: events.Resize) -> None:
        """Below 100 columns the detail becomes a drawer."""
        self._arrange(event.size.width)

    def _arrange(self, width: int) -> None:
        self.set_class(width < STACKED_BELOW, "-stacked")

    def action_filter(self) -> None:
        """To the filter."""
        self.remove_class("-drawer")
        self.screen.set_focus(self.filter_line.field)  # at once; focus() waits its turn behind the keys that follow
        self.filter_line.field.action_select_all()

    def action_sort(self) -> None:
        """The next order."""
        self.sort = (self.sort + 1) % len(SORTS)
        self.reload(first=True)

    def action_tab(self, by: int) -> None:
        """Another tab of the detail."""
        self.detail.step(by)

    def action_drawer(self) -> None:
        """Open or close the detail where it has no place beside the list; else move between both."""
        inside = self.app.focused is not None and self.detail in self.app.focused.ancestors
        if inside or self.has_class("-drawer"):
            self.action_back()
        else:
            self.add_class("-drawer")
            self.detail.focus_content()

    def action_back(self) -> None:
        """From the detail to the list; in the list it takes the marks away."""
        if self.rows.has_focus and self.marked:
            self.unmark()
        self.remove_class("-drawer")
        self.rows.focus()
