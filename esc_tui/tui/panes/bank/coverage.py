"""The coverage map: which moments the skills cover, with what followed; a cell opens as a filter of the list."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.bank.wording import count, label, outcome_line, shown
from widgets.blocks import Run
from widgets.grid import Grid, Heading
from widgets.one_line import OneLine, Part
from widgets.page import Block, Page
from widgets.toned import ink

if TYPE_CHECKING:
    from esc_tui.bank.coverage import CoverageCell, Kind
    from esc_tui.tui.app import EscApp
    from esc_tui.tui.panes.bank.query import BankQueries

ROW_LABEL, NARROW, DOTTED, WIDE, WIDEST = 19, 3, 4, 7, 11
"""Cells of width: of a row's name, and of a cell without numbers, with an ellipsis where its head is cut, and with numbers."""
WIDE_FROM = 100
ANY_COLUMN = "any"
CORNER = "skills, then ▲▼"
"""What a cell counts, over the names of the rows."""
OFFERED, WITH_DRAFTS = ("active", "watch"), ("active", "watch", "draft")
_ONE = {"states": "state", "scenarios": "scenario", "stages": "stage"}


def map_cell(cell: CoverageCell, wide: bool) -> tuple[Run, ...]:
    """How many skills, and which way their outcomes point: ▲ more helped, ▼ as much or more harm, = neither; ``wide`` with a
    number, else ▲ and its like stand apart from the count of skills where they can."""
    glyph, tone, number = "", "dim", 0
    if cell.helped > cell.harmed:
        glyph, tone, number = "▲", "helped", cell.helped
    elif cell.harmed:
        glyph, tone, number = "▼", "harmed", cell.harmed
    elif cell.neutral:
        glyph, tone, number = "=", "neutral", cell.neutral
    skills = count(len(cell.skills))
    parts = [Run(skills, "bright"), Run(f" {glyph}" if glyph and (wide or len(skills) + 2 <= NARROW) else glyph, tone)]
    return (*parts, Run(count(number), "text")) if wide and number else tuple(parts)


def heads(names: Sequence[str], width: int) -> list[str]:
    """Names of columns in ``width`` cells, no two alike: cut with an ellipsis where there is room for it, and where two begin alike,
    with the initial of their last words: ``ang`` and ``anx``, ``isp`` for issues with parents."""
    dots = "…" if width >= DOTTED else ""
    cut = [name if len(name) <= width else name[:width - len(dots)] + dots for name in names]
    return [short if short == name or cut.count(short) == 1 or " " not in name
            else name[:width - len(dots) - 1] + dots + name.split()[-1][0] for name, short in zip(names, cut, strict=True)]


class CoverageScreen(Modal[str | None]):
    """Gives the filter of the cell chosen, or None."""

    DEFAULT_CSS = """
    CoverageScreen { background: $background; }
    CoverageScreen #coverage { width: 100%; height: 100%; padding: 1 2 0 2; }
    CoverageScreen #coverage-title { margin: 0 0 1 0; }
    CoverageScreen #coverage-cell { height: 1fr; min-height: 3; border-top: solid $tone-rule; }
    """
    HELP_TITLE = "Coverage"
    HELP_TEXT = (
        "Rows are support actions, columns are states, scenarios or stages. A cell says how many skills fit there and whether their "
        "outcomes there speak for them (▲) or against them (▼); a dot: no skill there. The column 'any' holds skills that name no "
        "label and fit everywhere: a dot is a hole only where its row has none of them either. Enter lists the skills of the cell.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("coverage.kind", "States, scenarios or stages", "kind", "c,tab", "states, scenarios, stages", 1, palette=False),
        Command("coverage.drafts", "With or without drafts", "drafts", "d", "drafts", 2, palette=False),
        Command("coverage.close", "Close", "close", "escape,q", "close", 3, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, queries: BankQueries) -> None:
        super().__init__()
        self.queries = queries
        self.kind: Kind = "states"
        self.drafts = False
        self.found: dict[tuple[str, str], CoverageCell] = {}
        self.map = Grid(row_label=ROW_LABEL, id="coverage-map")
        self.map.corner = CORNER
        self.page = Page(id="coverage-cell")

    def compose(self) -> ComposeResult:
        """Title, map, the cell in hand."""
        with Vertical(id="coverage"):
            yield OneLine(margin=0, id="coverage-title")
            yield self.map
            yield self.page

    async def on_mount(self) -> None:
        """Fill the map."""
        self.map.focus()
        await self._fill()

    async def _fill(self) -> None:
        from esc_tui.bank.coverage import coverage

        kind, statuses = self.kind, WITH_DRAFTS if self.drafts else OFFERED
        try:
            self.found = await asyncio.to_thread(self.queries.ask, lambda bank: coverage(bank.connection, kind, statuses))
        except Exception as error:
            cast("EscApp", self.app).tell_error(error)
            return
        self._draw()

    def _draw(self) -> None:
        from esc_tui.bank.coverage import ANY
        from esc_tui.domain.labels import Action, Scenario, Stage, State

        kind = self.kind
        labels: list[str] = [one.value for one in {"states": State, "scenarios": Scenario, "stages": Stage}[kind]]
        self.map.row_label = ROW_LABEL if self.size.width < WIDE_FROM else 28
        width = max(NARROW, min(WIDEST, (self.size.width - 4 - self.map.row_label) // (len(labels) + 1) - 1))
        named = heads([label(value) for value in labels], width)
        self.map.show([Heading(action.value, label(action)) for action in Action],
                      [*(Heading(value, head) for value, head in zip(labels, named, strict=True)), Heading(ANY_COLUMN, "any")],
                      {(action, value or ANY_COLUMN): map_cell(cell, width >= WIDE) for (value, action), cell in self.found.items()}, width)
        self._tell(*self.map.at)
        holes = sum((value, action.value) not in self.found and (ANY, action.value) not in self.found
                    for value in labels for action in Action)
        self.query_one("#coverage-title", OneLine).show(
            [Part("Coverage", "accent.bold"), Part(f"{_ONE[kind]}s and actions", "text", "", 2, 6),
             Part(f"{holes} of {len(labels) * len(Action)} are holes", "dim", "", 2, 2),
             Part("(a skill for any fills its row)", "dim", "", 1, 9),
             *([Part("with drafts", "neutral", "", 2, 1)] if self.drafts else [])],
            [Part("enter", "accent", "", 0, 5), Part("list", "dim", "", 1, 5), Part("c", "accent", "", 2, 3),
             Part("other map", "dim", "", 1, 3), Part("d", "accent", "", 2, 4), Part("drafts", "dim", "", 1, 4),
             Part("esc", "accent", "", 2), Part("close", "dim", "", 1)])

    def on_resize(self) -> None:
        """Other widths."""
        if self.found:
            self._draw()

    @on(Grid.Moved)
    def _moved(self, event: Grid.Moved) -> None:
        event.stop()
        self._tell(event.row, event.column)

    def _tell(self, row: str, column: str) -> None:
        named = column != ANY_COLUMN
        cell = self.found.get((column if named else "", row))
        where = ink(f"{label(column) if named else 'any ' + _ONE[self.kind]} · {label(row)}", "bright.bold")
        if cell is None:
            self.page.show([Block(where), Block(ink("No skill here. Press esc, then n, to write one.", "dim"))])
            return
        room = max(1, (self.page.size.height or 3) - 2) * max(1, self.size.width // 40)
        slugs = ", ".join(map(shown, cell.skills[:room])) + (f" and {len(cell.skills) - room} more" if len(cell.skills) > room else "")
        noun = "1 skill" if len(cell.skills) == 1 else f"{len(cell.skills):,} skills"
        self.page.show([Block(where + ink(f"   {noun}   ", "text") + outcome_line(cell.helped, cell.neutral, cell.harmed)),
                        Block(ink(slugs, "dim"))])

    @on(Grid.Chosen)
    def _chosen(self, event: Grid.Chosen) -> None:
        event.stop()
        statuses = ",".join(WITH_DRAFTS if self.drafts else OFFERED)
        self.dismiss(f"{_ONE[self.kind]}:{event.column} action:{event.row} status:{statuses}")

    async def action_kind(self) -> None:
        """The next kind of columns."""
        from esc_tui.bank.coverage import KINDS

        self.kind = KINDS[(KINDS.index(self.kind) + 1) % len(KINDS)]
        await self._fill()

    async def action_drafts(self) -> None:
        """Count drafts too, or not."""
        self.drafts = not self.drafts
        await self._fill()

    def action_close(self) -> None:
        """Back."""
        self.dismiss(None)
