"""What each skill does: a map of effects by group from runs with hidden skills, and promises beside what followed, for one run."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from esc_tui.domain.errors import UserError
from esc_tui.evolve.statistics.screening import MASK_ALPHA
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.evolution.detail import DetailPage
from esc_tui.tui.panes.evolution.figures import clean
from esc_tui.tui.panes.evolution.skills_blocks import (
    NARROW,
    cell_blocks,
    cells_of,
    column_width,
    columns_of,
    fitting,
    seen_row,
    skill_blocks,
    table_head,
)
from esc_tui.tui.panes.evolution.skills_parts import SkillMap, SkillSearch, SkillTable, runs_to_read
from widgets.grid import Grid, Heading
from widgets.one_line import OneLine, Part
from widgets.page import Page, PageScroll
from widgets.toned import ink
from widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from esc_tui.evolve.skills.delivery import SkillSeen
    from esc_tui.evolve.skills.effects import EffectMap, GroupedBy
    from esc_tui.evolve.skills.seen import Seen
    from esc_tui.tui.app import EscApp
    from esc_tui.tui.panes.bank.query import BankQueries

NARROW_NAME, WIDE_NAME = 22, 30
WIDE_FROM = 100
"""Columns of the window from which names have more room."""
TALL_FROM = 36
"""Lines of the window from which the skill under the cursor stands below; under that Enter brings it to the front."""
CELL_LINES = 5
"""The cell in words, with a line above."""
NO_RUN = "No run of simulated seekers with skills has ended yet. Press esc, then 3, and n for a run; Hidden 0.1 there lets it tell effects."
NO_MASKS = "No skill was hidden in this run, so nothing is known of causes. t shows the table; a run with Hidden 0.1 (3, n) tells effects."


class SkillsScreen(Modal[str | None]):
    """Gives the slug of a skill that is to be shown in Bank, or None."""

    DEFAULT_CSS = """
    SkillsScreen { background: $background; }
    SkillsScreen #skills { width: 100%; height: 100%; padding: 1 2 0 2; }
    SkillsScreen #skills-find { height: 1; margin: 1 0; }
    SkillsScreen #skills-prompt { width: 2; }
    SkillsScreen #skills-chance { width: 2fr; }
    SkillsScreen SkillSearch { width: 1fr; height: 1; border: none; padding: 0; background: transparent; color: $tone-bright;
                               background-tint: transparent; }
    SkillsScreen SkillSearch:focus { border: none; background-tint: transparent; }
    SkillsScreen SkillSearch > .input--placeholder { color: $tone-dim; }
    SkillsScreen #skills-front { height: 1fr; border-top: solid $tone-rule; }
    SkillsScreen #skills-front:focus-within { border-top: solid $tone-accent; }
    SkillsScreen SkillMap { height: 1fr; }
    SkillsScreen.-whole SkillMap { height: auto; }
    SkillsScreen SkillTable { scrollbar-gutter: stable; }
    SkillsScreen #skills-head { height: 1; padding: 0 3 0 2; }
    SkillsScreen #skills-cell { height: auto; max-height: 4; margin: 1 0 0 0; }
    SkillsScreen #skills-detail { height: 2fr; border-top: solid $tone-rule; padding: 0 1 0 0; margin: 1 0 0 0; }
    SkillsScreen #skills-detail:focus { border-top: solid $tone-accent; }
    SkillsScreen #skills-keys { margin: 1 0 0 0; }
    SkillsScreen.-low #skills-detail { display: none; }
    SkillsScreen.-low.-open #skills-detail { display: block; height: 1fr; margin: 0; }
    SkillsScreen.-low.-open #skills-front, SkillsScreen.-low.-open #skills-find { display: none; }
    SkillsScreen.-low #skills-find, SkillsScreen.-low #skills-cell, SkillsScreen.-low #skills-keys { margin: 0; }
    SkillsScreen.-low.-whole #skills-cell { margin: 1 0 0 0; }
    """
    AUTO_FOCUS = ""
    HELP_TITLE = "What each skill does"
    HELP_TEXT = (
        "One run at a time (r another one). The map tells effects: it needs a run in which skills were hidden from episodes at random "
        "(Hidden in the form of a new run, or simulate --mask). The table sets each skill's promise beside what followed it, and marks "
        "skills that are passed over in silence or chosen widely; any run with a bank will do.\n\nThe same from the shell: esc-tui "
        "evaluate skills RUN.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("skills.turn", "Map or table", "turn", "t,tab", "map or table", 1, palette=False),
        Command("skills.groups", "Other groups of seekers", "groups", "c", "groups", 2, palette=False,
                help="By need, character, state at the first words, scenario."),
        Command("skills.run", "Another run", "run", "r", "run", 3, palette=False),
        Command("skills.search", "Search", "search", "slash", "search", 4, palette=False),
        Command("skills.bank", "Show the skill in Bank", "bank", "o", "bank", 5, palette=False),
        Command("skills.copy", "Copy", "copy", "y", "copy", 6, palette=False, help="The skill in full where it is open, else everything."),
        Command("skills.close", "Back, close", "back", "escape,q", "close", 7, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, queries: BankQueries) -> None:
        super().__init__()
        self.queries = queries
        self.runs: list[tuple[int, str, bool]] = []
        self.number = 0
        self.by: GroupedBy = "need"
        self.table = False
        self.ready = False
        self.seen: Seen | None = None
        self.skills: list[SkillSeen] = []
        self.found: EffectMap | None = None
        self.map = SkillMap(row_label=NARROW_NAME, id="skills-map")
        self.list = SkillTable(row_height=1, id="skills-list")
        self.head = DetailPage(id="skills-head")
        self.cell = Page(id="skills-cell")
        self.page = Page(id="skills-page")
        self.field = SkillSearch(placeholder="search skills", id="skills-field", compact=True)

    def compose(self) -> ComposeResult:
        """Title, search, map or table, the cell in words, the skill in full, keys."""
        with Vertical(id="skills"):
            yield OneLine(margin=0, id="skills-title")
            with Horizontal(id="skills-find"):
                yield OneLine(margin=0, id="skills-prompt")
                yield self.field
                yield OneLine(margin=0, id="skills-chance")
            with Vertical(id="skills-front"):
                yield self.map
                yield self.head
                yield self.list
                yield self.cell
            yield PageScroll(self.page, id="skills-detail")
            yield OneLine(margin=0, id="skills-keys")

    def on_mount(self) -> None:
        """Read the newest run, one with hidden skills before any other."""
        self.query_one("#skills-prompt", OneLine).show([Part("/", "accent")])
        self.field.cursor_blink = False
        keys = (("enter", "in full"), ("t", "table"), ("c", "groups"), ("r", "run"), ("o", "bank"), ("y", "copy"), ("esc", "close"))
        self.query_one("#skills-keys", OneLine).show([
            Part(text, "accent.bold" if at == 0 else "dim", "", (3 if place else 0) if at == 0 else 1, 0 if place in {0, 1, 6} else place)
            for place, pair in enumerate(keys) for at, text in enumerate(pair)])
        self.head.show_made(table_head)
        self._arrange()
        self._draw("Looking for runs …")
        self.list.focus()
        self.run_worker(self._told(self._first()), group="evolution-skills-read", exclusive=True)

    async def _told(self, work: Any) -> None:
        try:
            await work
        except UserError as error:
            self.ready = True
            self._draw(str(error))
        except Exception as error:
            cast("EscApp", self.app).tell_error(error)

    async def _first(self) -> None:
        self.runs = await asyncio.to_thread(self.queries.ask, runs_to_read)
        chosen = next((number for number, _, masked in self.runs if masked), self.runs[0][0] if self.runs else 0)
        if not chosen:
            self.ready = True
            self._draw(NO_RUN)
            return
        await self._read(chosen)

    async def _read(self, number: int) -> None:
        from esc_tui.evolve.skills.delivery import skills_seen
        from esc_tui.evolve.skills.effects import effect_map
        from esc_tui.evolve.skills.seen import read_runs

        self.number, self.ready = number, False
        self._draw(f"Reading run {number} …")
        self.list.focus()
        self.seen = seen = await asyncio.to_thread(self.queries.ask, lambda bank: read_runs(bank, [str(number)]))
        by = self.by
        self.skills, self.found = await asyncio.to_thread(lambda: (skills_seen(seen), effect_map(seen.episodes, by)))
        self.table = self.table or self.found is None
        self.ready = True
        self._draw()
        self.action_leave()

    # Drawing

    def on_resize(self) -> None:
        """Other widths."""
        self._arrange()
        if self.ready:
            self._draw_map()

    def _arrange(self) -> None:
        self.set_class(self.app.size.height < TALL_FROM, "-low")
        self.head.display = self.list.display = self.table
        self.map.display = self.cell.display = not self.table

    def _draw(self, sentence: str = "") -> None:
        self._arrange()
        title = next((title for number, title, _ in self.runs if number == self.number), "")
        shown = [Part("Promise and delivery" if self.table else "What each skill does", "accent.bold")]
        run = [Part(f"run {self.number}", "bright", "", 2), Part(clean(title), "dim", "", 1, 1)] if self.number else []
        groups = [] if self.table or self.found is None else [Part(f"by {self.by}", "text", "", 2)]
        self.query_one("#skills-title", OneLine).show([*shown, *groups, *run])
        found = self.found
        chance = [] if sentence or found is None or self.table else [
            Part(f"{found.decided:,} of {found.tested:,} cells decided after Holm", "text"),
            Part(f"({found.alone:,} before; {MASK_ALPHA * found.tested:.0f} expected by chance)", "dim", "", 1, 1)]
        self.query_one("#skills-chance", OneLine).show([], chance)
        if sentence:
            self.map.show([], [], {}, NARROW)
            self.cell.show([])
            self.list.show_rows(0, [])
            self.list.empty = ink(sentence, "text")
            self.head.display, self.map.display, self.cell.display, self.list.display = False, False, False, True
            self.page.show([])
            return
        self._fill()

    def _fill(self) -> None:
        rows = fitting(self.skills, self.field.value)
        self.list.empty = ink("No skill of that name.", "dim")
        self.list.show_rows(len(rows), [seen_row(one) for one in rows])
        self._draw_map()

    def _draw_map(self) -> None:
        found = self.found
        if found is None:
            self.map.show([], [], {}, NARROW)
            self.cell.show([] if self.table else skill_sentence(NO_MASKS))
        else:
            wanted = {one.skill.slug for one in fitting(self.skills, self.field.value)}
            slugs = [slug for slug in found.skills if slug in wanted]
            self.map.row_label = WIDE_NAME if self.size.width >= WIDE_FROM else NARROW_NAME
            room = (self.size.width - 4 - self.map.row_label) // (len(found.groups) + 1) - 1
            width = column_width(found, room)
            self.map.show([Heading(slug, clean(slug)) for slug in slugs], columns_of(found, width), cells_of(found, slugs), width)
            all_in_sight = self.map.head + len(slugs) <= self.query_one("#skills-front").size.height - CELL_LINES
            self.set_class(all_in_sight, "-whole")  # then the cell in words stands right below the last row
        self._tell()

    @property
    def slug(self) -> str:
        """The skill under the cursor, empty without one."""
        row = self.list.highlighted
        return (row.id if row is not None else "") if self.table else self.map.at[0]

    @property
    def one(self) -> SkillSeen | None:
        """The same with all that was seen of it."""
        return next((one for one in self.skills if one.skill.slug == self.slug), None)

    def _tell(self) -> None:
        if self.found is not None and not self.table:
            self.cell.show(cell_blocks(self.found, *self.map.at) if self.map.at[0] else skill_sentence("No skill of that name."))
        one = self.one
        self.page.show(skill_blocks(one, self.found) if one is not None else [])

    @on(Grid.Moved)
    @on(VirtualList.Highlighted)
    def _moved(self, event: Grid.Moved | VirtualList.Highlighted) -> None:
        event.stop()
        if self.ready:
            self._tell()

    # Keys

    @on(Grid.Chosen)
    @on(VirtualList.Chosen)
    def _chosen(self, event: Grid.Chosen | VirtualList.Chosen) -> None:
        event.stop()
        if self.one is not None:
            self.add_class("-open")
            scroll = self.query_one("#skills-detail", PageScroll)
            scroll.scroll_home(animate=False)
            scroll.focus()

    @on(Input.Changed)
    def _searched(self, event: Input.Changed) -> None:
        event.stop()
        if self.ready:
            self._fill()

    def action_leave(self) -> None:
        """To the map or the table."""
        self.remove_class("-open")
        (self.list if self.list.display else self.map).focus()

    def action_turn(self) -> None:
        """The other of map and table."""
        if self.ready and self.seen is not None:
            self.table = not self.table
            self._draw()
            self.action_leave()

    def action_groups(self) -> None:
        """The next kind of groups."""
        if self.ready and self.found is not None:
            self.run_worker(self._told(self._regroup()), group="evolution-skills-read", exclusive=True)

    async def _regroup(self) -> None:
        from esc_tui.evolve.skills.effects import GROUPED_BY, effect_map

        self.by = by = GROUPED_BY[(GROUPED_BY.index(self.by) + 1) % len(GROUPED_BY)]
        seen = self.seen
        if seen is not None:
            self.ready = False
            self.found = await asyncio.to_thread(effect_map, seen.episodes, by)
            self.table, self.ready = False, True
            self._draw()
            self.action_leave()

    def action_run(self) -> None:
        """Choose another run."""
        if self.runs:
            self.run_worker(self._told(self._another()), group="evolution-skills-read", exclusive=True)

    async def _another(self) -> None:
        from esc_tui.tui.panes.bank.picker import Choice, PickerScreen

        options = [Choice(str(number), f"run {number}{', skills hidden' if masked else ''}", clean(title))
                   for number, title, masked in self.runs]
        chosen = await self.app.push_screen_wait(PickerScreen("Which run?", options, [str(self.number)], numbered=True))
        if chosen:
            self.table = False
            await self._read(int(chosen[0]))

    def action_search(self) -> None:
        """To the search."""
        self.remove_class("-open")
        self.field.focus()

    def action_bank(self) -> None:
        """The skill in Bank."""
        if self.slug:
            self.dismiss(self.slug)

    def action_copy(self) -> None:
        """Copy the skill where it is in front, else everything."""
        from esc_tui.evolve.skills.telling import plain_report, skill_report

        one, seen = self.one, self.seen
        if seen is None or not self.ready:
            return
        alone = one is not None and self.query_one("#skills-detail").has_focus
        text = skill_report(one, self.found) if alone and one is not None else plain_report(seen, self.skills, self.found)
        cast("EscApp", self.app).copy_to_clipboard(text + "\n", f"Copied {one.skill.slug if alone and one is not None else 'everything'}.")

    def action_back(self) -> None:
        """From the skill to the map or table, then out."""
        if self.query_one("#skills-detail").has_focus:
            self.action_leave()
        else:
            self.dismiss(None)


def skill_sentence(text: str) -> Sequence[Any]:
    """One quiet sentence."""
    from widgets.page import Block

    return [Block(ink(text, "dim"))]
