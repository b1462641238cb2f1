"""A plot of curves over whole numbers: braille lines, named levels and zones, marks under their place, a cursor.

It knows nothing of what it draws. Levels are dotted lines with their number on the left, zones letters on the right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from widgets.tones import tone_style

BRAILLE = 0x2800
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_RIGHT = 2
Glyphs = list[tuple[str, str]]
Scale = Callable[[float], int]


STROKES: tuple[tuple[int, int], ...] = ((1, 0), (6, 4), (2, 3), (1, 5))
"""Strokes that tell curves apart without colour: so many dots drawn, then so many left out; the first is a whole line."""


def stroke_sample(stroke: tuple[int, int], cells: int = 6) -> str:
    """A piece of a line drawn so, for a legend."""
    drawn, left = stroke
    dots = [not left or at % (drawn + left) < drawn for at in range(2 * cells)]
    return "".join(chr(BRAILLE + sum(_DOTS[1][side] for side in (0, 1) if dots[2 * cell + side])) for cell in range(cells))


@dataclass(frozen=True, slots=True)
class Curve:
    """Points joined by lines, ordered by x; a gap is where ``None`` stands for y. ``name``, a letter or two, stands at the last point."""

    points: tuple[tuple[float, float | None], ...]
    tone: str = "accent"
    stroke: tuple[int, int] = STROKES[0]
    name: str = ""


@dataclass(frozen=True, slots=True)
class CurveMark:
    """Short tags under a place of the x axis, each with its tone."""

    x: float
    tags: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CurveScene:
    """Everything a plot draws. ``levels`` are values of y, ``zones`` pairs of (middle, letter), ``cursor`` a place on the x axis."""

    curves: tuple[Curve, ...] = ()
    x: tuple[float, float] = (0.0, 10.0)
    y: tuple[float, float] = (0.0, 100.0)
    levels: tuple[int, ...] = ()
    zones: tuple[tuple[float, str], ...] = ()
    marks: tuple[CurveMark, ...] = ()
    cursor: float | None = None
    ticks: tuple[int, ...] = ()
    tick_before: str = ""

    def value_at(self, x: float) -> float | None:
        """The first curve's value at a place that it has a point for."""
        return next((y for at, y in (self.curves[0].points if self.curves else ()) if at == x), None)


class _Canvas:
    """Dots of several tones on a grid of braille cells."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.bits = [bytearray(columns) for _ in range(rows)]
        self.tones: dict[tuple[int, int], str] = {}

    def dot(self, x: int, y: int, tone: str) -> None:
        """Set a dot; a later tone wins its cell."""
        if 0 <= x < 2 * self.columns and 0 <= y < 4 * self.rows:
            row, column = y // 4, x // 2
            self.bits[row][column] |= _DOTS[y % 4][x % 2]
            self.tones[row, column] = tone

    def line(self, x0: int, y0: int, x1: int, y1: int, tone: str, stroke: tuple[int, int] = STROKES[0], at: int = 0) -> int:
        """A straight line (Bresenham) whose stroke goes on from its ``at``-th dot; gives the number of the next one."""
        drawn, left = stroke
        across, down = abs(x1 - x0), -abs(y1 - y0)
        step_x, step_y = (1 if x0 < x1 else -1), (1 if y0 < y1 else -1)
        error = across + down
        while True:
            if not left or at % (drawn + left) < drawn:
                self.dot(x0, y0, tone)
            if x0 == x1 and y0 == y1:
                return at
            at += 1
            doubled = 2 * error
            if doubled >= down:
                error += down
                x0 += step_x
            if doubled <= across:
                error += across
                y0 += step_y


def draw_scene(scene: CurveScene, width: int, height: int) -> list[Glyphs]:
    """The lines of a plot, each a list of (text, tone) that takes exactly ``width`` cells."""
    tag_rows = min(2, max((len(mark.tags) for mark in scene.marks), default=0)) if height >= 9 else min(1, len(scene.marks))
    tick_rows = 1 if scene.ticks and height >= 4 else 0
    rows = max(1, height - tag_rows - tick_rows)
    label = max((len(str(level)) for level in scene.levels), default=0) + 1
    columns = max(2, width - label - _RIGHT)
    (x0, x1), (y0, y1) = scene.x, scene.y

    def dot_x(x: float) -> int:
        return round((x - x0) / (x1 - x0 or 1) * (2 * columns - 3)) + 1

    def dot_y(y: float) -> int:
        return round((y1 - min(y1, max(y0, y))) / (y1 - y0 or 1) * (4 * rows - 1))

    canvas = _Canvas(columns, rows)
    for curve in reversed(scene.curves):
        before: tuple[int, int] | None = None
        at = 0
        for x, y in curve.points:
            here = None if y is None else (dot_x(x), dot_y(y))
            if here is not None:
                at = canvas.line(*(before or here), *here, curve.tone, curve.stroke, at)
            before = here
    cells = [[(chr(BRAILLE + bits), canvas.tones[row, column]) if bits else (" ", "") for column, bits in enumerate(line)]
             for row, line in enumerate(canvas.bits)]
    names = [" " * label] * rows
    for level in scene.levels:
        row = min(rows - 1, dot_y(level) // 4)
        names[row] = f"{level:>{label - 1}} "
        for column in range(columns):
            if cells[row][column][0] == " ":
                cells[row][column] = ("┈", "rule")
    _put_names(scene, cells, dot_x, dot_y)
    _put_cursor(scene, cells, dot_x, dot_y)
    letters = {min(rows - 1, dot_y(middle) // 4): letter for middle, letter in scene.zones}
    lines: list[Glyphs] = [[(names[row], "dim"), *cells[row], (f" {letters.get(row, ' ')}", "dim")] for row in range(rows)]
    lines += _tags(scene, label, columns, tag_rows, dot_x)
    if tick_rows:
        lines.append(_ticks(scene, label, columns, dot_x))
    return [_padded(line, width) for line in lines]


def _put_names(scene: CurveScene, cells: list[Glyphs], dot_x: Scale, dot_y: Scale) -> None:
    """Each name at the end of its curve, the highest first; where another stands there already, a row below it."""
    taken: set[tuple[int, int]] = set()
    ended = [(curve, [(x, y) for x, y in curve.points if y is not None]) for curve in scene.curves if curve.name]
    for curve, ends in sorted(((curve, ends) for curve, ends in ended if ends), key=lambda pair: -pair[1][-1][1]):
        x, y = ends[-1]
        column = min(len(cells[0]) - len(curve.name), dot_x(x) // 2)
        row = min(len(cells) - 1, dot_y(y) // 4)
        for by in (0, 1, 2, 3, -1, -2, -3):
            if 0 <= row + by < len(cells) and (row + by, column) not in taken:
                taken.add((row + by, column))
                for at, letter in enumerate(curve.name):
                    cells[row + by][column + at] = (letter, f"{curve.tone}.bold")
                break


def _put_cursor(scene: CurveScene, cells: list[Glyphs], dot_x: Scale, dot_y: Scale) -> None:
    if scene.cursor is None:
        return
    column = dot_x(scene.cursor) // 2
    if not 0 <= column < len(cells[0]):
        return
    for line in cells:
        if line[column][0] in {" ", "┈"}:
            line[column] = ("╎", "dim")
    value = scene.value_at(scene.cursor)
    if value is not None:
        cells[min(len(cells) - 1, dot_y(value) // 4)][column] = ("◆", "accent.bold")


def _tags(scene: CurveScene, label: int, columns: int, rows: int, dot_x: Scale) -> list[Glyphs]:
    lines: list[Glyphs] = []
    for row in range(rows):
        line: Glyphs = []
        at = 0
        for mark in scene.marks:
            if row >= len(mark.tags):
                continue
            text, tone = mark.tags[row]
            start = max(0, dot_x(mark.x) // 2 + label - cell_len(text) // 2)
            if start < at or start + cell_len(text) > label + columns + _RIGHT:
                continue
            line += [(" " * (start - at), ""), (text, tone)]
            at = start + cell_len(text) + (1 if start + cell_len(text) < label + columns else 0)
            if at > start + cell_len(text):
                line.append((" ", ""))
        lines.append(line)
    return lines


def _ticks(scene: CurveScene, label: int, columns: int, dot_x: Scale) -> Glyphs:
    line: Glyphs = []
    at = 0
    for tick in scene.ticks:
        text = f"{scene.tick_before}{tick}"
        start = max(0, dot_x(tick) // 2 + label - len(text) // 2)
        start = min(start, label + columns + _RIGHT - len(text))
        if start < at + (1 if at else 0):
            continue
        here = scene.cursor == tick
        line += [(" " * (start - at), ""), (text, "accent.bold" if here else "dim")]
        at = start + len(text)
    return line


def _padded(line: Glyphs, width: int) -> Glyphs:
    used = sum(cell_len(text) for text, _ in line)
    return [*line, (" " * (width - used), "")] if used < width else line


class CurvePlot(Widget):
    """Draws a scene at whatever size it has; a click tells the place on the x axis."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "CurvePlot { width: 1fr; height: 10; background: transparent; }"

    class Picked(Message):
        """A place of the x axis was clicked (rounded to a whole number)."""

        def __init__(self, plot: CurvePlot, x: int) -> None:
            self.plot, self.x = plot, x
            super().__init__()

        @property
        def control(self) -> CurvePlot:
            """The plot."""
            return self.plot

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.scene = CurveScene()
        self._lines: list[Glyphs] = []
        self._drawn_at: tuple[int, int] | None = None

    def show(self, scene: CurveScene) -> None:
        """Draw another scene; nothing is painted when it is the same one."""
        if scene != self.scene:
            self.scene, self._drawn_at = scene, None
            self.refresh()

    @property
    def plain_lines(self) -> list[str]:
        """What is drawn, without colours; for tests."""
        return ["".join(text for text, _ in line) for line in self._drawn(self.size.width, self.size.height)]

    def _drawn(self, width: int, height: int) -> Sequence[Glyphs]:
        if self._drawn_at != (width, height):
            self._lines = draw_scene(self.scene, width, height) if width > 8 and height else []
            self._drawn_at = (width, height)
        return self._lines

    def render_line(self, y: int) -> Strip:
        """One line."""
        width, base = self.size.width, self.rich_style
        lines = self._drawn(width, self.size.height)
        if y >= len(lines):
            return Strip.blank(width, base)
        return Strip(_segments(self, lines[y], base)).adjust_cell_length(width, base)

    def on_click(self, event: events.Click) -> None:
        """Tell the place."""
        label = max((len(str(level)) for level in self.scene.levels), default=0) + 1
        columns = max(2, self.size.width - label - _RIGHT)
        first, last = self.scene.x
        share = (event.x - label) / max(1, columns - 1)
        if -0.05 <= share <= 1.05:
            self.post_message(self.Picked(self, round(first + min(1.0, max(0.0, share)) * (last - first))))


def _segments(widget: Widget, line: Glyphs, base: Style) -> list[Segment]:
    """Neighbours of one tone joined."""
    found: list[Segment] = []
    text, tone = "", ""
    for piece, its in [*line, ("", "\0")]:
        if its != tone and text:
            found.append(Segment(text, base + tone_style(widget, tone) if tone else base))
            text = ""
        text, tone = text + piece, its
    return found
