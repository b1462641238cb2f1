"""The map: what helped and what harmed, by seeker state and support action; down to prototypes, units and draft skills."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from esc_tui.bank.prototypes import with_what_harmed
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.messages import SkillDraftRequested
from esc_tui.tui.panes.evidence.base import EvidencePart
from esc_tui.tui.panes.evidence.jobs_told import grouped_told, mined_told
from esc_tui.tui.panes.evidence.map_cells import (
    ROW_LABEL,
    cell_sentence,
    cells_of,
    columns_for,
    gap_for,
    hole_words,
    rows_of,
)
from esc_tui.tui.panes.evidence.map_lists import MapGrid, PrototypeList, UnitList
from esc_tui.tui.panes.evidence.rows import prototype_row, unit_row
from esc_tui.tui.panes.evidence.veiling import LOOK_AT, crisis_units, read_units
from widgets.grid import Grid
from widgets.one_line import OneLine, Part
from widgets.toned import ink
from widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual.timer import Timer

    from esc_tui.bank.bank import Bank
    from esc_tui.bank.connection import BankConnection
    from esc_tui.bank.prototypes import PrototypeRow
    from esc_tui.bank.units import UnitRow
    from esc_tui.discover.prototype_map import PrototypeMap
    from esc_tui.domain.skill import Skill

TALL_FROM = 36
"""Lines of the window from which the prototypes stand under the map; below that they take its place."""
SETTLE = 0.05
"""Seconds the cursor rests on a prototype before its units are read."""


class MapView(EvidencePart):
    """Map, prototypes, units."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("map.mark", "Mark a prototype", "mark", "space", "mark", 3, palette=False, help="For n and e."),
        Command("map.new", "Draft skill from prototypes", "draft", "n", "new skill", 1,
                help="Writes a draft from the marked prototypes and opens it in Bank; nothing is in force until you save it."),
        Command("map.extend", "Extend a skill by prototypes", "extend", "e", "extend", 2,
                help="Makes a skill you choose fit what these prototypes show as well, as a draft in Bank."),
        Command("map.group", "Group key units anew", "group", "b", "group", 6, help="Prototypes from all key units, as a job.",
                also="discover prototypes cluster"),
        Command("map.mine", "Write draft skills from all prototypes", "mine", "w", "draft all", 7,
                help="27 drafts from the whole map, as a job; a person makes them active.", also="discover mine skills"),
        Command("map.veil", "Show veiled words", "unveil", "v", "show words", 0, help="Words about a crisis, of this prototype only."),
        Command("map.back", "Back", "back", "escape", "back", 5, palette=False, help="From units to prototypes, to the map."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    DEFAULT_CSS = """
    MapView { layout: vertical; width: 1fr; height: 1fr; padding: 0 2; }
    MapView #map-top { height: auto; max-height: 100%; border-top: solid $tone-rule; }
    MapView #map-below { height: 1fr; min-height: 6; margin: 1 0 0 0; }
    MapView #map-left { width: 2fr; border-top: solid $tone-rule; }
    MapView #map-right { width: 3fr; margin: 0 0 0 2; border-top: solid $tone-rule; }
    MapView #map-top:focus-within, MapView #map-left:focus-within, MapView #map-right:focus-within { border-top: solid $tone-accent; }
    MapView #map-said { height: 1; margin: 1 0 0 0; }
    MapView.-low #map-below { display: none; margin: 0; }
    MapView.-low #map-top { height: 1fr; }
    MapView.-low.-open #map-top, MapView.-low.-open #map-said { display: none; }
    MapView.-low.-open #map-below { display: block; }
    MapView.-stacked #map-right { display: none; margin: 0; }
    MapView.-stacked #map-left { width: 1fr; }
    MapView.-stacked.-units #map-left { display: none; }
    MapView.-stacked.-units #map-right { display: block; width: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(id="evidence-map")
        self.grid = MapGrid(id="map-grid", row_label=ROW_LABEL)
        self.said = OneLine(margin=0, id="map-said")
        self.prototypes = PrototypeList(id="map-prototypes", gap=0)
        self.units = UnitList(id="map-units", gap=0)
        self.map: PrototypeMap | None = None
        self._rows: dict[int, PrototypeRow] = {}
        self._units: list[UnitRow] = []
        self._crisis: frozenset[int] = frozenset()
        self._unseen: frozenset[int] = frozenset()
        self._settling: Timer | None = None
        self.unveiled = False
        self._by_action = False

    def compose(self) -> ComposeResult:
        """Map above, lists below."""
        with Vertical(id="map-top"):
            yield self.grid
        yield self.said
        with Horizontal(id="map-below"):
            with Vertical(id="map-left"):
                yield self.prototypes
            with Vertical(id="map-right"):
                yield self.units

    def on_mount(self) -> None:
        """Read the newest run."""
        self._arrange()
        self.reload()

    def on_resize(self) -> None:
        """Other widths have other columns."""
        self._arrange()
        self._draw()

    def _arrange(self) -> None:
        self.set_class(self.app.size.height < TALL_FROM, "-low")
        self.set_class(self.app.size.width < 100, "-stacked")

    def take_focus(self) -> None:
        """To the map, or to what is open."""
        (self.prototypes if self.has_class("-open") else self.grid).focus()

    # Reading and drawing

    def reload(self) -> None:
        """Read the newest run again."""
        self.work(self._reload(), "map", exclusive=True)

    async def _reload(self) -> None:
        self.map, self._rows = await self.look_up(_read)
        self._draw()
        self.home.draw_tabs()
        self._follow()

    @property
    def facts(self) -> list[Part]:
        """What the line of tabs says beside them."""
        if self.map is None or not self.map.run:
            return []
        return [Part(f"{len(self._rows):,}", "text", drop=10), Part("prototypes of", "dim", gap=1, drop=10),
                Part(f"{self.map.units:,}", "text", gap=1, drop=10), Part("key units", "dim", gap=1, drop=10),
                *([Part("·", "dim", gap=1, drop=15), Part(f"{self.map.now:,}", "caution", gap=1, drop=15),
                   Part("now,", "dim", gap=1, drop=15), Part("b", "accent.bold", gap=1, drop=15),
                   Part("groups anew", "dim", gap=1, drop=15)] if self.map.now is not None else []),
                *([Part(f"{self.map.set_aside:,}", "text", gap=2, drop=20), Part("set aside", "dim", gap=1, drop=20)]
                  if self.map.set_aside else []),
                *([Part(f"{self.map.at_crisis:,}", "text", gap=2, drop=30), Part("passed over", "dim", gap=1, drop=30)]
                  if self.map.at_crisis else [])]

    def _draw(self) -> None:
        if self.map is None:
            return
        columns, self._by_action, spaced = columns_for(self.map, self.app.size.width - 4)
        cells, width = cells_of(self.map, self._by_action, spaced)
        self.grid.gap = gap_for(len(columns), width, self.app.size.width - 4)
        self.grid.show(rows_of(), columns, cells, width)
        self._say()

    def _say(self) -> None:
        if self.map is None:
            return
        job = self.home.job_here
        if not self.map.run and job is not None and job.kind == "prototypes":
            self.said.show([Part("The key units are being grouped …", "text")])
        elif not self.map.run:
            self.said.show([Part("There are no prototypes yet. Press", "text"), Part("b", "accent.bold", gap=1),
                            Part("to group the key units, or x to look for units first.", "text", gap=1)])
        else:
            self.said.show(cell_sentence(self.map, *self.grid.at, self._by_action))

    def job_moved(self) -> None:
        """While the units are grouped it is not said that there are none."""
        self._say()

    # The cell under the cursor

    @on(Grid.Moved)
    def _moved(self, event: Grid.Moved) -> None:
        event.stop()
        self._follow()

    def _follow(self) -> None:
        """The lists below show the cell under the cursor."""
        self._say()
        rows = self._of_cell()
        self.prototypes.empty = ink(f"A {hole_words(self.map)}." if self.map and self.map.run else "", "dim")
        self.prototypes.clear_marks()
        self.prototypes.show_rows(len(rows), [prototype_row(row) for row in rows])
        if not rows:
            self._want_units(None)

    def _of_cell(self) -> list[PrototypeRow]:
        if self.map is None:
            return []
        state, column = self.grid.at
        found = [cell for place, cell in self.map.cells.items() if place[0].value == state and (
            place[1].value if self._by_action else place[1].strategy.value) == column]
        rows = [self._rows[one] for cell in found for one in (*cell.positive, *cell.negative) if one in self._rows]
        return sorted(rows, key=lambda row: (row.polarity == "negative", -row.units, row.id))

    @on(Grid.Chosen)
    def _open(self, event: Grid.Chosen) -> None:
        event.stop()
        if self.prototypes.count:
            self.add_class("-open")
            self.prototypes.focus()

    @on(VirtualList.Highlighted, "#map-prototypes")
    def _prototype(self, event: VirtualList.Highlighted) -> None:
        event.stop()
        self._want_units(None if event.row is None else int(event.row.id))

    def _want_units(self, prototype: int | None) -> None:
        """The units of a prototype once the cursor rests on it; what was asked for before is dropped."""
        self.workers.cancel_group(self, "map-units")
        if self._settling is not None:
            self._settling.stop()
            self._settling = None
        if prototype is None:
            self._show_units([])
        else:
            self._settling = self.set_timer(SETTLE, lambda: self.work(self._read_units(prototype), "map-units", exclusive=True))

    async def _read_units(self, prototype: int) -> None:
        """What the guard has not looked at yet is veiled; it looks at those in sight first, after the bank was read."""
        units, said = await self.look_up(lambda bank: read_units(bank, prototype))
        crisis = await asyncio.to_thread(crisis_units, said[:LOOK_AT])
        self._show_units(units, crisis, [one.number for one in said[LOOK_AT:]])
        for start in range(LOOK_AT, len(said), LOOK_AT):
            some = said[start:start + LOOK_AT]
            self._crisis |= await asyncio.to_thread(crisis_units, some)
            self._unseen -= {one.number for one in some}
            self._draw_units(keep=True)

    def _show_units(self, units: list[UnitRow], crisis: frozenset[int] = frozenset(), unseen: Sequence[int] = ()) -> None:
        self._units, self._crisis, self._unseen, self.unveiled = units, crisis, frozenset(unseen), False
        if self.home.view is self:
            self.workshop.shown_units.update(unit.number for unit in units)
        self._draw_units()

    def _draw_units(self, *, keep: bool = False) -> None:
        """``keep`` leaves the cursor on its unit: the same list, veiled otherwise."""
        at = self.units.highlighted if keep else None
        hidden = frozenset() if self.unveiled else self._crisis | self._unseen
        rows = [unit_row(row, row.number in hidden) for row in self._units]
        self.units.show_rows(len(rows), rows, cursor_id=at.id if at is not None else rows[0].id if rows else None)
        self.refresh_bindings()

    def action_unveil(self) -> None:
        """Show what is veiled, for this prototype only."""
        self.unveiled = True
        self._draw_units(keep=True)

    @on(VirtualList.Chosen, "#map-prototypes")
    def _to_units(self, event: VirtualList.Chosen) -> None:
        event.stop()
        self.add_class("-units")
        self.units.focus()

    @on(VirtualList.Chosen, "#map-units")
    def _to_lines(self, event: VirtualList.Chosen) -> None:
        event.stop()
        if event.row is not None:
            self.home.show_unit(int(event.row.id))

    def action_back(self) -> None:
        """One step back."""
        if self.units.has_focus:
            self.remove_class("-units")
            self.prototypes.focus()
        else:
            self.remove_class("-open", "-units")
            self.grid.focus()

    # Draft skills

    def action_mark(self) -> None:
        """Mark, or take the mark away."""
        row = self.prototypes.highlighted
        if row is not None:
            self.prototypes.set_mark(row.id, None if row.id in self.prototypes.marks else ink("■", "accent"))
            self.prototypes.action_cursor(1)

    @property
    def chosen(self) -> tuple[int, ...]:
        """Row ids of the marked prototypes, or of the one under the cursor."""
        marked = tuple(int(one) for one in self.prototypes.marks)
        row = self.prototypes.highlighted
        return marked or ((int(row.id),) if row is not None else ())

    def action_draft(self) -> None:
        """A new draft."""
        self.work(self._draft(), "map-draft", exclusive=True)

    async def _draft(self) -> None:
        bank, chosen = await self.writable(), self.chosen
        if bank is None or not chosen:
            return
        whole = await self.look_up(lambda connection: with_what_harmed(connection, chosen))
        more = len(whole) - len(chosen)
        self.tell("Writing a draft … " + (
            f"{more} prototype{' comes' if more == 1 else 's come'} along of what harmed in the same state by the same action." if more else
            "No prototype of what harmed goes with it, so its share of what helped says little: what was too rare was set aside."))
        skill = await asyncio.to_thread(self._written, bank, whole)
        self.post_message(SkillDraftRequested(skill, whole))

    def _written(self, bank: Bank, chosen: tuple[int, ...]) -> Skill:
        """The draft, in a thread with a loop and a connection of its own: a model may take a while."""
        from esc_tui.discover.briefs import words_stay_here
        from esc_tui.discover.drafting import draft_from_prototypes
        from esc_tui.discover.roles import closing, skill_writer_for

        settings = self.workshop.settings()

        async def write() -> Skill:
            with bank.reader() as reader:
                async with closing(skill_writer_for(settings)) as writer:
                    return await draft_from_prototypes(reader.connection, chosen, writer, near=words_stay_here(settings))

        return asyncio.run(write())

    def action_extend(self) -> None:
        """A skill made to fit more."""
        self.work(self._extend(), "map-draft", exclusive=True)

    async def _extend(self) -> None:
        from esc_tui.discover.drafting import extend_skill
        from esc_tui.tui.panes.bank.picker import Choice, PickerScreen

        bank, chosen = await self.writable(), self.chosen
        if bank is None or not chosen:
            return
        chosen = await self.look_up(lambda connection: with_what_harmed(connection, chosen))
        page = await asyncio.to_thread(self.queries.ask, lambda reader: reader.list_skills(limit=20_000, sort="slug"))
        linked = {slug for one in chosen if one in self._rows for slug in self._rows[one].skills}
        rows = sorted((row for row in page.rows if row.status != "retired"), key=lambda row: (row.slug not in linked, row.slug))
        options = [Choice(row.slug, row.title, f"{row.slug}{'  rests on it already' if row.slug in linked else ''}") for row in rows]
        picked = await self.app.push_screen_wait(PickerScreen("Which skill is to fit these prototypes as well?", options))
        if not picked:
            return
        slug = picked[0]
        before = await asyncio.to_thread(self.queries.skill, slug)
        if before is None:
            return
        skill = await self.look_up(lambda connection: extend_skill(connection, before, chosen))
        if skill == before:
            self.tell(f"{slug} says all of that already.")
            return
        self.post_message(SkillDraftRequested(skill, chosen, slug))

    # Jobs

    def action_group(self) -> None:
        """Prototypes from all key units."""
        self.work(self._start("prototypes", "Grouping key units", ["discover", "prototypes"], grouped_told))

    def action_mine(self) -> None:
        """Draft skills from the whole map."""
        arguments = ["discover", "skills", *self.esc_app.jobs.settings_arguments()]
        self.work(self._start("skills", "Writing draft skills", arguments, mined_told))

    async def _start(self, kind: str, title: str, arguments: list[str], told: Any) -> None:
        if await self.writable() is not None:
            self.esc_app.jobs.start(kind, title, arguments, told=told)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where no prototype is, nothing can be made of one."""
        if action in {"draft", "extend", "mark"}:
            return bool(self.prototypes.count) and not self.grid.has_focus
        if action == "back":
            return not self.grid.has_focus
        if action == "unveil":
            return bool(self._crisis | self._unseen) and not self.unveiled and not self.grid.has_focus
        return super().check_action(action, parameters)


def _read(connection: BankConnection) -> tuple[PrototypeMap, dict[int, PrototypeRow]]:
    from esc_tui.bank.prototypes import prototypes_of_run
    from esc_tui.discover.prototype_map import prototype_map

    found = prototype_map(connection)
    return found, {row.id: row for row in prototypes_of_run(connection, found.run)} if found.run else {}
