"""One skill in full: a title line, seven tabs, and the page or list of the chosen tab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from esc_tui.domain.evidence import bounds
from esc_tui.tui.panes.bank.quick_keys import QuickKeys
from esc_tui.tui.panes.bank.wording import STATUS_TONE, bar, outcome_line, shown
from widgets.bars import share, share_range
from widgets.one_line import OneLine, Part
from widgets.page import Block, Page, PageScroll
from widgets.toned import ink
from widgets.virtual_list import ListRow, VirtualList

if TYPE_CHECKING:
    from esc_tui.bank.search import SkillRow
    from esc_tui.domain.skill import Skill

TABS = ("Guidance", "Applies", "Outcomes", "Risks", "Evidence", "History", "Lint")
LISTS = frozenset({"Evidence", "History"})


class DetailScroll(PageScroll, QuickKeys):
    """The page of a tab."""

    JUMP_KEY = "d"


class DetailRows(VirtualList, QuickKeys):
    """The list of a tab."""

    JUMP_KEY = "d"


class SkillDetail(Vertical):
    """Shows what the pane gives it; tells which tab is wanted."""

    HELP_TITLE: ClassVar[str] = "One skill"
    HELP_TEXT: ClassVar[str] = (
        "What the skill says, when it applies, what should follow, what can go wrong, what was seen, how it came to be, and "
        "what a careful reader would object to.\n\nLeft and right change the tab, Esc goes back to the list. In Evidence, "
        "Enter opens the lines a unit comes from, o goes to them in the whole dialogue; space marks units, then n writes a draft from "
        "them. In History, Enter shows what a version changed; space marks one, then D "
        "compares it with the version under the cursor.")
    DEFAULT_CSS = """
    SkillDetail { width: 1fr; height: 1fr; padding: 0 0 0 2; }
    SkillDetail > #detail-title { margin: 0 0 1 0; }
    SkillDetail > #detail-tabs { margin: 0 0 1 0; }
    SkillDetail PageScroll { padding: 0 1 0 0; }
    SkillDetail Page { max-width: 96; }
    SkillDetail #detail-note { height: auto; margin: 0 0 1 0; }
    """

    class TabChosen(Message):
        """Another tab is shown; its rows are wanted."""

        def __init__(self, tab: str) -> None:
            self.tab = tab
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.tab = TABS[0]
        self.skill: Skill | None = None
        self.row: SkillRow | None = None
        self.ledger = ""
        self.title_line = OneLine(margin=0, id="detail-title")
        self.tab_line = OneLine(margin=0, id="detail-tabs")
        self.page = Page(id="detail-page")
        self.scroller = DetailScroll(self.page, id="detail-scroll")
        self.note = Page(id="detail-note")
        self.rows = DetailRows(id="detail-rows", gap=1)

    def compose(self) -> ComposeResult:
        """Title, tabs, page or list."""
        yield self.title_line
        yield self.tab_line
        yield self.scroller
        yield self.note
        yield self.rows

    def on_mount(self) -> None:
        """Begin with a page."""
        self._arrange()

    def _arrange(self) -> None:
        lists = self.tab in LISTS and self.skill is not None
        self.scroller.display = not lists
        self.note.display = self.rows.display = lists

    def show_nothing(self, sentence: Content) -> None:
        """No skill: one sentence."""
        self.skill = self.row = None
        self.title_line.show([])
        self.tab_line.show([])
        self.page.show([Block(sentence)])
        self._arrange()

    def show_skill(self, skill: Skill, row: SkillRow | None) -> None:
        """Take another skill; its tab's content follows."""
        other = self.skill is None or self.skill.slug != skill.slug
        self.skill, self.row = skill, row
        right = [Part(f"v{skill.version}", "dim"), Part(skill.status.value, STATUS_TONE[skill.status.value], "", 2)]
        title = shown(skill.content.title)
        self.title_line.show([Part(title, "bright.bold"), Part(shown(skill.slug), "dim", "", 2, 5)], right)
        self._draw_tabs()
        self._arrange()
        if other:
            self.scroller.scroll_home(animate=False)
            self.rows.clear_marks()

    def _draw_tabs(self) -> None:
        here = TABS.index(self.tab)
        parts = [Part(f"[{tab}]" if place == here else f" {tab} ", "accent.bold" if place == here else "dim", f"tab:{tab}",
                      drop=abs(place - here)) for place, tab in enumerate(TABS)]
        self.tab_line.show(parts)

    def show_page(self, blocks: Sequence[Block]) -> None:
        """The content of a tab that is a page."""
        self.page.show(blocks)

    def show_rows(self, rows: Sequence[ListRow], empty: str, ledger: str = "") -> None:
        """The content of a tab that is a list; ``ledger`` says what the evidence is made of."""
        self.ledger = ledger
        self.rows.empty = ink(empty, "dim")
        kept = self.rows.highlighted
        self.rows.show_rows(len(rows), rows, cursor_id=kept.id if kept else None)
        self.note.show(self._note())

    def _note(self) -> list[Block]:
        row = self.row
        if self.tab == "Evidence" and row is not None and row.helped + row.neutral + row.harmed:
            counts = outcome_line(row.helped, row.neutral, row.harmed)
            belief = bar(row.evidence_mean, cells=12) + ink(f"  {share(row.evidence_mean)}", "bright.bold") + ink(
                f" {share_range(*bounds(row.evidence_mean, row.evidence_interval))}", "dim")
            blocks = [Block(belief + Content("   ") + counts)]
            if self.ledger:
                blocks.append(Block(ink(self.ledger, "dim")))
            if row.watch_note:
                blocks.append(Block(ink("▼ ", "harmed") + ink(shown(row.watch_note), "caution")))
            return blocks
        if self.tab == "Evidence":
            return [Block(ink("No outcome counts for this skill yet.", "dim")),
                    *([Block(ink(self.ledger, "dim"))] if self.ledger else [])]
        return [Block(ink("Every version ever in force; nothing is lost.", "dim"))]

    def choose(self, tab: str) -> None:
        """Show a tab."""
        if tab in TABS and tab != self.tab:
            held = self.scroller.has_focus or self.rows.has_focus
            self.tab = tab
            self.rows.clear_marks()
            self.scroller.scroll_home(animate=False)
            if self.skill is not None:
                self._draw_tabs()
            self._arrange()
            if held:
                self.focus_content()
            self.post_message(self.TabChosen(tab))

    def step(self, by: int) -> None:
        """The tab to the left or right."""
        self.choose(TABS[(TABS.index(self.tab) + by) % len(TABS)])

    def focus_content(self) -> None:
        """Put the focus where the arrows move."""
        (self.rows if self.tab in LISTS else self.scroller).focus()

    def on_one_line_clicked(self, event: OneLine.Clicked) -> None:
        """A click on a tab."""
        kind, _, tab = event.target.partition(":")
        if kind == "tab":
            event.stop()
            self.choose(tab)
