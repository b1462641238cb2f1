"""A list for any number of rows: draws only what is seen and asks for pages of rows as they come into view.

Rows have a fixed number of lines, each made of cells that share the width. The list knows nothing of what a row means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from widgets.toned import Toned, ink
from widgets.tones import tone_style

PAGE = 100
"""Rows asked for at a time."""
KEPT_PAGES = 60


@dataclass(frozen=True, slots=True)
class Cell:
    """One piece of a line. ``width`` in terminal cells, 0 takes what is left; shown while the list is at least
    ``show_from`` and less than ``hide_from`` cells wide; too long content is cut with an ellipsis at its end, or in the
    ``middle`` where ends tell rows apart."""

    content: Content
    width: int = 0
    align: Literal["left", "right"] = "left"
    show_from: int = 0
    hide_from: int = 10_000
    cut: Literal["end", "middle"] = "end"


Lines = tuple[tuple[Cell, ...], ...]


class ListRow:
    """A row: what it is called, and its lines of cells, which are made when the row is first seen.

    Two rows are equal when they have the same id and the same ``source`` (what they were made from).
    """

    __slots__ = ("_draw", "_lines", "id", "source")

    def __init__(self, identifier: str, source: object, draw: Callable[[], Lines]) -> None:
        self.id, self.source, self._draw = identifier, source, draw
        self._lines: Lines | None = None

    @property
    def lines(self) -> Lines:
        """The lines of cells."""
        if self._lines is None:
            self._lines = self._draw()
        return self._lines

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ListRow) and (self.id, self.source) == (other.id, other.source)

    def __hash__(self) -> int:
        return hash(self.id)


def lay_out(cells: Sequence[Cell], width: int, gap: int = 2) -> Content:
    """One line of cells, exactly ``width`` terminal cells wide."""
    shown = [cell for cell in cells if cell.show_from <= width < cell.hide_from]
    flexible = sum(1 for cell in shown if not cell.width)
    rest = max(0, width - sum(cell.width for cell in shown) - gap * max(0, len(shown) - 1))
    pieces: list[Content] = []
    for cell in shown:
        room = cell.width or rest // max(1, flexible)
        content = _without_middle(cell.content, room) if cell.cut == "middle" else cell.content.truncate(room, ellipsis=True)
        blank = max(0, room - content.cell_length)
        pieces.append(content.pad_left(blank) if cell.align == "right" else content.pad_right(blank))
    return Content(" " * gap).join(pieces).truncate(width, pad=True)


def _without_middle(content: Content, room: int) -> Content:
    """Begin and end of what is too long, with an ellipsis between them."""
    if content.cell_length <= room or room < 5:
        return content.truncate(room, ellipsis=True)
    end = content[-(room - 1) // 2:]
    while end.cell_length > room // 2:
        end = end[1:]
    return content.truncate(room - 1 - end.cell_length) + Content("…") + end


class VirtualList(Toned, ScrollView, can_focus=True, inherit_bindings=False):
    """Rows drawn on demand. The cursor is kept by row id when the rows are shown anew."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    VirtualList { width: 1fr; height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1;
                  background: transparent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor(-1)", "Up", show=False),
        Binding("down,j", "cursor(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "first", "First", show=False),
        Binding("end,G", "last", "Last", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    cursor: reactive[int] = reactive(0, init=False)

    class PageWanted(Message):
        """Rows from ``offset`` on came into view and are not here yet."""

        def __init__(self, sender: VirtualList, offset: int, limit: int, generation: int) -> None:
            self.sender, self.offset, self.limit, self.generation = sender, offset, limit, generation
            super().__init__()

        @property
        def control(self) -> VirtualList:
            """The list that asks."""
            return self.sender

    class Highlighted(Message):
        """The cursor stands on another row; ``row`` is None when the list is empty."""

        def __init__(self, sender: VirtualList, row: ListRow | None) -> None:
            self.sender, self.row = sender, row
            super().__init__()

        @property
        def control(self) -> VirtualList:
            """The list it happened in."""
            return self.sender

    class Chosen(Highlighted):
        """Enter or a double click on a row."""

    def __init__(self, *, row_height: int = 2, gap: int = 0, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.row_height, self.gap = row_height, gap
        self.count, self.generation = 0, 0
        self.empty: Content = Content("")
        self.marks: dict[str, Content] = {}
        self._pages: dict[int, tuple[ListRow, ...]] = {}
        self._asked: set[int] = set()
        self._drawn: dict[tuple[ListRow, int, int], Strip] = {}
        self._styles: dict[tuple[Style, Style], RichStyle] = {}
        self._announced: ListRow | None = None

    # Rows

    @property
    def pitch(self) -> int:
        """Lines from one row to the next."""
        return self.row_height + self.gap

    def show_rows(self, count: int, rows: Sequence[ListRow], *, offset: int = 0, cursor_id: str | None = None) -> None:
        """Show ``count`` rows of which some are given, beginning at ``offset`` (a multiple of PAGE).

        The cursor goes to the row with ``cursor_id`` if it is among those given, else stays at its place where it can.
        """
        before, scrolled = self.in_sight(), self.scroll_offset
        self.generation += 1
        self.count = count
        self._pages.clear()
        self._asked.clear()
        self._keep(offset, rows)
        place = next((offset + at for at, row in enumerate(rows) if row.id == cursor_id), None)
        if place is None:
            place = min(self.cursor, max(0, count - 1)) if offset <= self.cursor < offset + max(1, len(rows)) else offset
        self._measure()
        self.set_reactive(VirtualList.cursor, place if count else 0)
        self._see_cursor()
        self._announce()
        after = self.in_sight()
        if not count or len(before) != len(after) or scrolled != self.scroll_offset:
            self.refresh()
            return
        for index, (old, new) in enumerate(zip(before, after, strict=True), scrolled.y // self.pitch):
            if old != new:
                self.refresh_lines(index * self.pitch, self.row_height)

    def _measure(self) -> None:
        """Tell the scrollbar how long the list is. The screen is laid out anew only when the scrollbar comes or goes."""
        size, room = Size(self.size.width, max(0, self.count * self.pitch - self.gap)), self.container_size.height
        if room and (size.height > room) == self.show_vertical_scrollbar:
            self.set_reactive(VirtualList.virtual_size, size)
            self._scroll_update(size)
        else:
            self.virtual_size = size

    def in_sight(self) -> list[tuple[ListRow | str, bool]]:
        """What is drawn at each place in sight: the row or what stands for it, and whether the cursor is on it."""
        first, height = self.scroll_offset.y // self.pitch, self.size.height
        if not self.count or not height:
            return []
        found: list[tuple[ListRow | str, bool]] = []
        for index in range(first, first + height // self.pitch + 2):
            rows = self._pages.get(index // PAGE, ())
            place = index % PAGE
            row = "" if index >= self.count else rows[place] if place < len(rows) else "awaited"
            found.append((row, index == self.cursor))
        return found

    def put_rows(self, generation: int, offset: int, rows: Sequence[ListRow]) -> None:
        """Give rows that were asked for; those of an older generation are dropped."""
        if generation == self.generation:
            self._keep(offset, rows)
            self._announce()
            self.refresh()

    def _keep(self, offset: int, rows: Sequence[ListRow]) -> None:
        for start in range(0, len(rows), PAGE):
            self._pages[(offset + start) // PAGE] = tuple(rows[start:start + PAGE])
        while len(self._pages) > KEPT_PAGES:
            page = next(iter(self._pages))
            self._pages.pop(page)
            self._asked.discard(page)

    def row_at(self, index: int) -> ListRow | None:
        """The row at a place, or None when it is not here (then it is asked for)."""
        if not 0 <= index < self.count:
            return None
        page, place = divmod(index, PAGE)
        rows = self._pages.get(page)
        if rows is None:
            if page not in self._asked:
                self._asked.add(page)
                self.post_message(self.PageWanted(self, page * PAGE, PAGE, self.generation))
            return None
        return rows[place] if place < len(rows) else None

    @property
    def highlighted(self) -> ListRow | None:
        """The row under the cursor."""
        return self.row_at(self.cursor)

    def move_to(self, identifier: str) -> bool:
        """Put the cursor on a row that is here; False when it is not."""
        for page, rows in self._pages.items():
            for place, row in enumerate(rows):
                if row.id == identifier:
                    self.cursor = page * PAGE + place
                    return True
        return False

    def set_mark(self, identifier: str, mark: Content | None) -> None:
        """Put a mark of one cell before a row, or take it away."""
        self.marks.pop(identifier, None)
        if mark is not None:
            self.marks[identifier] = mark
        self._drawn.clear()
        self.refresh()

    def clear_marks(self) -> None:
        """Take every mark away."""
        if self.marks:
            self.marks.clear()
            self._drawn.clear()
            self.refresh()

    # Moving

    def validate_cursor(self, cursor: int) -> int:
        """Inside the list."""
        return max(0, min(cursor, self.count - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Draw the two rows again and tell."""
        for index in (old, new):
            self.refresh_lines(index * self.pitch, self.row_height)
        self._see_cursor()
        self._announce()

    def _announce(self) -> None:
        row = self.highlighted
        if row is None and self.count:
            return
        if row != self._announced:
            self._announced = row
            self.post_message(self.Highlighted(self, row))

    def _see_cursor(self) -> None:
        top, height = self.cursor * self.pitch, self.scrollable_content_region.height
        if not height:
            return
        if top < self.scroll_offset.y:
            self.scroll_to(y=top, animate=False)
        elif top + self.row_height > self.scroll_offset.y + height:
            self.scroll_to(y=top + self.row_height - height, animate=False)

    def action_cursor(self, step: int) -> None:
        """Move by rows."""
        self.cursor += step

    def action_page(self, step: int) -> None:
        """Move by what fits on the screen."""
        self.cursor += step * max(1, self.scrollable_content_region.height // self.pitch - 1)

    def action_first(self) -> None:
        """To the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """To the last row."""
        self.cursor = self.count - 1

    def action_choose(self) -> None:
        """Tell that the row was chosen."""
        if self.highlighted is not None:
            self.post_message(self.Chosen(self, self.highlighted))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a second one chooses."""
        index = (event.y + self.scroll_offset.y) // self.pitch
        if 0 <= index < self.count:
            self.cursor = index
            if event.chain == 2:
                self.action_choose()

    def on_resize(self) -> None:
        """Other widths, other cuts."""
        self._measure()
        self._drawn.clear()
        self._see_cursor()

    def on_focus(self) -> None:
        """The cursor bar takes the accent."""
        self.refresh_lines(self.cursor * self.pitch, self.row_height)

    def on_blur(self) -> None:
        """The cursor bar goes quiet."""
        self.refresh_lines(self.cursor * self.pitch, self.row_height)

    def notify_style_update(self) -> None:
        """The theme changed."""
        self._drawn.clear()
        self._styles.clear()
        super().notify_style_update()

    # Drawing

    def render_line(self, y: int) -> Strip:
        """One line of the part that is seen."""
        width = self.scrollable_content_region.width
        index, line = divmod(y + self.scroll_offset.y, self.pitch)
        if not self.count:
            lines = self.empty.wrap(max(8, min(width - 4, 72))) if self.empty else []
            return self._line(lines[y - 1] if 0 < y <= len(lines) else Content(""), width, False)
        row = self.row_at(index)
        if index >= self.count or line >= self.row_height:
            return Strip.blank(width, self.rich_style)
        if row is None:
            return self._line(ink("·" if line == 0 else "", "dim"), width, index == self.cursor)
        current = index == self.cursor
        if current:
            return self._row_line(row, line, width, True)
        key = (row, line, width)
        strip = self._drawn.get(key)
        if strip is None:
            if len(self._drawn) > 2000:
                self._drawn.clear()
            strip = self._drawn[key] = self._row_line(row, line, width, current)
        return strip

    def _row_line(self, row: ListRow, line: int, width: int, current: bool) -> Strip:
        mark = self.marks.get(row.id, Content(" ")) if line == 0 else Content(" ")
        cells = row.lines[line] if line < len(row.lines) else ()
        return self._line(lay_out(cells, max(1, width - 4)), width, current, mark)

    def _line(self, content: Content, width: int, current: bool, mark: Content | None = None) -> Strip:
        base = self.visual_style
        bar = ink("▌", "accent" if self.has_focus else "dim") if current else Content(" ")
        if current:
            base += Style.from_rich_style(tone_style(self, "", "raised"))
            if self.app.theme_variables.get("tone-raised") == "ansi_default":
                base += Style(bold=True)
        apart = Content(" " if self.marks and mark is not None else "")  # a mark does not touch the words
        line = Content("").join([bar, mark or Content(" "), apart, content]).truncate(width, pad=True)
        segments = [Segment(text, self._rich(base, style)) for text, style in line.render(Style.null(), "", self._get_style)]
        return Strip(segments, width)

    def _rich(self, base: Style, style: Style) -> RichStyle:
        """The Rich style of a piece; the same object each time, so that its escape codes are made only once."""
        key = (base, style)
        if key not in self._styles:
            if len(self._styles) > 500:
                self._styles.clear()
            self._styles[key] = (base + style).rich_style
        return self._styles[key]
