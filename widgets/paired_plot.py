"""Differences of pairs, sorted, as thin bars around zero, with their mean and an interval behind them. Knows nothing of what they are."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size

from widgets.page import Typeset
from widgets.toned import ink

ROWS_FROM = 5
LABEL = 6
WIDEST = 4
"""Few bars stand so many cells apart at most."""


class PairedPlot(Typeset):
    """One bar for each difference, the largest first. Up is a gain. The cursor names one of them."""

    def __init__(self, *, rows: int = 15, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows = max(ROWS_FROM, rows | 1)
        self.values: tuple[float, ...] = ()
        self.mean: float | None = None
        self.interval: tuple[float, float] | None = None
        self.cursor: int | None = None

    def show(self, values: Sequence[float], mean: float | None, interval: tuple[float, float] | None, cursor: int | None) -> None:
        """Replace what is drawn. ``values`` are sorted, ``cursor`` is a place in them."""
        self.values, self.mean, self.interval, self.cursor = tuple(values), mean, interval, cursor
        self.reset()

    def set_rows(self, rows: int) -> None:
        """Other height: an odd number of lines, so that zero has its own."""
        self.rows = max(ROWS_FROM, rows if rows % 2 else rows - 1)
        self.reset()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The lines of the plot."""
        return self.rows + 1

    def typeset(self, width: int) -> list[Content]:
        """The plot and a line for the cursor."""
        room = max(4, width - LABEL)
        half = self.rows // 2
        most = max([abs(value) for value in self.values] + [abs(edge) for edge in self.interval or ()] + [1.0])
        pitch = max(1, min(WIDEST, room // max(1, len(self.values))))
        first = self._first(room // pitch)
        shown = self.values[first:first + room // pitch]
        lines = []
        for row in range(self.rows):
            level = (half - row) / half * most
            lines.append(self._label(row, half, most) + self._line(row, half, most, level, shown, first, pitch, room))
        place = None if self.cursor is None else (self.cursor - first) * pitch
        lines.append(Content("") if place is None else ink(" " * (LABEL + place) + "▴", "accent"))
        return lines

    def _first(self, fitting: int) -> int:
        """The first difference in sight, so that the cursor is."""
        if self.cursor is None or len(self.values) <= fitting:
            return 0
        return max(0, min(self.cursor - fitting // 2, len(self.values) - fitting))

    def _label(self, row: int, half: int, most: float) -> Content:
        text = f"+{most:.0f}" if row == 0 else "0" if row == half else f"−{most:.0f}" if row == self.rows - 1 else ""
        return ink(f"{text:>{LABEL - 1}} ", "dim")

    def _line(self, row: int, half: int, most: float, level: float, shown: Sequence[float], first: int, pitch: int, room: int) -> Content:
        step = most / half
        mean = self.mean is not None and abs(self.mean - level) <= step / 2
        inside = self.interval is not None and self.interval[0] - step / 2 <= level <= self.interval[1] + step / 2
        blank, tone = ("┄", "bright") if mean else ("─", "text") if row == half else ("·", "rule") if inside else (" ", "")
        pieces: list[Content] = []
        for place, value in enumerate(shown):
            glyph = _glyph(value, row, half, most)
            marked = first + place == self.cursor
            bar = "accent.bold" if marked else "helped" if value > 0 else "harmed"
            pieces.append(ink(glyph, bar) if glyph else ink(blank, tone))
            pieces.append(ink(blank * (pitch - 1), tone))
        rest = room - len(shown) * pitch
        return Content("").join([*pieces, ink(blank * rest, tone)])


def _glyph(value: float, row: int, half: int, most: float) -> str:
    """The piece of a bar in a row: whole, half, or nothing; on the line of zero an end."""
    halves = round(abs(value) / most * half * 2)
    away = half - row if value > 0 else row - half
    if not halves or away < 0:
        return ""
    if away == 0:
        return "╹" if value > 0 else "╻"
    if halves >= 2 * away:
        return "┃"
    return ("╻" if value > 0 else "╹") if halves == 2 * away - 1 else ""
