"""A grid of cells under named columns beside named rows, with a cursor; drawn line by line, it knows nothing of what it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from widgets.blocks import Run
from widgets.plain import plain_line
from widgets.tones import tone_style
from widgets.wrapping import cut


@dataclass(frozen=True, slots=True)
class Heading:
    """A column or a row: its id, what it is called, and the tone of its name. ``over`` stands above a column's name."""

    id: str
    name: str
    over: str = ""
    tone: str = "dim"


class Grid(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows and columns of short toned text. Headings stay in sight; the cursor never leaves the cells. ``corner`` stands over the names
    of the rows."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Grid { width: 1fr; height: auto; overflow: auto; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0;
           background: transparent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1, 0)", "Up", show=False),
        Binding("down,j", "move(1, 0)", "Down", show=False),
        Binding("left,h", "move(0, -1)", "Left", show=False),
        Binding("right,l", "move(0, 1)", "Right", show=False),
        Binding("home", "move(0, -999)", "First column", show=False),
        Binding("end", "move(0, 999)", "Last column", show=False),
        Binding("pageup", "move(-999, 0)", "First row", show=False),
        Binding("pagedown", "move(999, 0)", "Last row", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    row: reactive[int] = reactive(0, init=False)
    column: reactive[int] = reactive(0, init=False)

    class Moved(Message):
        """The cursor stands on another cell."""

        def __init__(self, grid: Grid, row: str, column: str) -> None:
            self.grid, self.row, self.column = grid, row, column
            super().__init__()

        @property
        def control(self) -> Grid:
            """The grid."""
            return self.grid

    class Chosen(Moved):
        """Enter or a double click on a cell."""

    def __init__(self, *, row_label: int = 20, gap: int = 1, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.row_label, self.gap = row_label, gap
        self.rows: tuple[Heading, ...] = ()
        self.columns: tuple[Heading, ...] = ()
        self.cells: Mapping[tuple[str, str], tuple[Run, ...]] = {}
        self.hole: tuple[Run, ...] = (Run("·", "dim"),)
        self.cell_width = 7
        self.corner = ""

    def show(self, rows: Sequence[Heading], columns: Sequence[Heading], cells: Mapping[tuple[str, str], tuple[Run, ...]],
             cell_width: int) -> None:
        """Replace everything; the cursor stays on the same row and column where they are still there."""
        here = self.at
        self.rows, self.columns, self.cells, self.cell_width = tuple(rows), tuple(columns), cells, cell_width
        self.set_reactive(Grid.row, _place(self.rows, here[0], self.row))
        self.set_reactive(Grid.column, _place(self.columns, here[1], self.column))
        self.virtual_size = Size(self.row_label + len(self.columns) * (cell_width + self.gap), len(self.rows) + self.head)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Headings and rows."""
        return len(self.rows) + self.head

    @property
    def head(self) -> int:
        """Lines above the cells."""
        return 2 if any(column.over for column in self.columns) else 1

    @property
    def at(self) -> tuple[str, str]:
        """Ids of the row and the column under the cursor; empty in an empty grid."""
        if not self.rows or not self.columns:
            return "", ""
        return self.rows[self.row].id, self.columns[self.column].id

    def move_to(self, row: str, column: str) -> None:
        """Put the cursor on a cell."""
        self.row, self.column = _place(self.rows, row, self.row), _place(self.columns, column, self.column)

    def validate_row(self, row: int) -> int:
        """Inside."""
        return max(0, min(row, len(self.rows) - 1))

    def validate_column(self, column: int) -> int:
        """Inside."""
        return max(0, min(column, len(self.columns) - 1))

    def watch_row(self) -> None:
        """Draw and tell."""
        self._moved()

    def watch_column(self) -> None:
        """Draw and tell."""
        self._moved()

    def _moved(self) -> None:
        left = self.row_label + self.column * (self.cell_width + self.gap)
        room = self.scrollable_content_region
        x, y = self.scroll_offset
        if left - self.row_label < x:
            x = left - self.row_label
        elif left + self.cell_width > x + room.width:
            x = left + self.cell_width - room.width
        if self.row < y:
            y = self.row
        elif self.row + self.head >= y + room.height:
            y = self.row + self.head - room.height + 1
        if (x, y) != tuple(self.scroll_offset):
            self.scroll_to(x, y, animate=False, immediate=True)
        self.refresh()
        self.post_message(self.Moved(self, *self.at))

    def action_move(self, rows: int, columns: int) -> None:
        """By rows and columns."""
        self.row += rows
        self.column += columns

    def action_choose(self) -> None:
        """Tell that the cell was chosen."""
        if self.rows and self.columns:
            self.post_message(self.Chosen(self, *self.at))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a second one chooses."""
        x, y = event.x + self.scroll_offset.x - self.row_label, event.y - self.head + self.scroll_offset.y
        if event.x >= self.row_label and event.y >= self.head and x >= 0 and self.columns and self.rows:
            self.row, self.column = y, x // (self.cell_width + self.gap)
            if event.chain == 2:
                self.action_choose()

    def on_focus(self) -> None:
        """The cursor takes the accent."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor goes quiet."""
        self.refresh()

    def notify_style_update(self) -> None:
        """Other colours."""
        super().notify_style_update()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line: headings first, then the rows that are in sight."""
        width, base = self.size.width, self.rich_style
        room = self.scrollable_content_region.width
        if y < self.head:
            runs = self._head_line(y)
            label = self.corner if y == self.head - 1 else ""
        else:
            number = y - self.head + self.scroll_offset.y
            if number >= len(self.rows):
                return Strip.blank(width, base)
            label, runs = plain_line(self.rows[number].name), self._row_line(number)
        here = y >= self.head and y - self.head + self.scroll_offset.y == self.row
        tone = "accent.bold" if here and self.has_focus else "text" if here else "dim"
        cells = Strip([Segment(run.text, base + tone_style(self, run.tone, "raised" if run.chrome else "")) for run in runs])
        end = self.scroll_offset.x + max(0, room - self.row_label)
        more = y == self.head - 1 and cells.cell_length - self.gap > end
        cells = cells.crop_extend(self.scroll_offset.x, end - more, base)
        named = cut(label, self.row_label - 2)
        first = Segment(named + " " * (self.row_label - cell_len(named)), base + tone_style(self, tone))
        last = [Strip([Segment("›", base + tone_style(self, "accent"))])] if more else []
        return Strip.join([Strip([first]), cells, *last]).adjust_cell_length(width, base)

    def _head_line(self, y: int) -> list[Run]:
        runs: list[Run] = []
        for place, column in enumerate(self.columns):
            over = self.head == 2 and y == 0
            text = column.over if over else column.name
            if over and place and self.columns[place - 1].over == column.over:
                text = ""
            here = place == self.column
            tone = column.tone if over else ("accent.bold" if self.has_focus else "text") if here else "dim"
            runs.append(Run(_filled(text, self.cell_width) + " " * self.gap, tone))
        return runs

    def _row_line(self, number: int) -> list[Run]:
        runs: list[Run] = []
        for place, column in enumerate(self.columns):
            here = number == self.row and place == self.column
            cell = self.cells.get((self.rows[number].id, column.id), self.hole)
            used = sum(cell_len(plain_line(run.text)) for run in cell)
            mark = "accent.bold" if self.has_focus else "text.bold"
            reverse = here and self.app.theme_variables.get("tone-raised") == "ansi_default"
            for run in cell:
                quiet = cell is self.hole or run.tone == "dim"  # dim is too faint on the ground of the cursor
                tone = (("text" if quiet else run.tone) + ".reverse") if reverse else mark if here and quiet else run.tone
                runs.append(Run(plain_line(run.text), tone, here))
            rest = " " * max(0, self.cell_width - used)
            runs.append(Run(rest, "text.reverse" if reverse else "text", here))
            runs.append(Run(" " * self.gap, "text"))
        return runs


def _place(headings: Sequence[Heading], identifier: str, otherwise: int) -> int:
    return next((place for place, one in enumerate(headings) if one.id == identifier), max(0, min(otherwise, len(headings) - 1)))


def _filled(text: str, width: int) -> str:
    shown = cut(plain_line(text), width)
    return shown + " " * (width - cell_len(shown))
