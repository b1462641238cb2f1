"""A one-line widget drawn from runs of toned text, left and right, with parts that can be clicked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from widgets.plain import plain_line
from widgets.tones import tone_style


@dataclass(frozen=True, slots=True)
class Part:
    """Some text in a tone; ``target`` names what a click on it means (empty: nothing); ``gap`` blanks stand before it.

    ``drop`` says how gladly it is left out when there is no room: the highest goes first, 0 never goes.
    """

    text: str
    tone: str = "text"
    target: str = ""
    gap: int = 0
    drop: int = 0


def _cleaned(part: Part) -> Part:
    text = plain_line(part.text)
    return part if text == part.text else replace(part, text=text)


def _width(parts: Sequence[Part]) -> int:
    return sum(part.gap + cell_len(part.text) for part in parts)


class OneLine(Widget, can_focus=False):
    """Draws ``left`` parts from the left edge and ``right`` parts against the right edge, and leaves out what has no room."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "OneLine { height: 1; width: 1fr; }"

    class Clicked(Message):
        """A part with a target was clicked."""

        def __init__(self, line: OneLine, target: str) -> None:
            self.line, self.target = line, target
            super().__init__()

        @property
        def control(self) -> OneLine:
            """The line that was clicked."""
            return self.line

    def __init__(self, *, margin: int = 2, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._margin = margin
        self._left: tuple[Part, ...] = ()
        self._right: tuple[Part, ...] = ()

    def show(self, left: Sequence[Part], right: Sequence[Part] = ()) -> None:
        """Replace what is drawn; nothing is painted when it stays the same."""
        new = tuple(map(_cleaned, left)), tuple(map(_cleaned, right))
        if new != (self._left, self._right):
            self._left, self._right = new
            self.refresh()

    @property
    def text(self) -> str:
        """What is drawn when there is room for all of it, without colours."""
        return "".join(" " * part.gap + part.text for part in (*self._left, *self._right)).strip()

    def _fitting(self) -> tuple[list[Part], list[Part]]:
        left, right = list(self._left), list(self._right)
        room = self.size.width - 2 * self._margin
        while _width(left) + _width(right) + (2 if left and right else 0) > room:
            worst = max([*left, *right], key=lambda part: part.drop, default=None)
            if worst is None or worst.drop == 0:
                break
            gone = [part for part in (*left, *right) if part.drop == worst.drop and part.target == worst.target]
            left = [part for part in left if part not in gone]
            right = [part for part in right if part not in gone]
        return left, right

    def _placed(self) -> list[tuple[int, Part]]:
        left, right = self._fitting()
        placed: list[tuple[int, Part]] = []
        x = self._margin
        for part in left:
            x += part.gap
            placed.append((x, part))
            x += cell_len(part.text)
        x = max(x + (1 if right and left else 0), self.size.width - self._margin - _width(right))
        for part in right:
            x += part.gap
            placed.append((x, part))
            x += cell_len(part.text)
        return placed

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        width, base = self.size.width, self.rich_style
        if y or not width:
            return Strip.blank(width, base)
        segments: list[Segment] = []
        at = 0
        for x, part in self._placed():
            if x >= width:
                break
            if x > at:
                segments.append(Segment(" " * (x - at), base))
            text = part.text
            if x + cell_len(text) > width:
                text = set_cell_size(text, max(0, width - x - 1)) + "…"
            segments.append(Segment(text, base + tone_style(self, part.tone)))
            at = x + cell_len(text)
        if at < width:
            segments.append(Segment(" " * (width - at), base))
        return Strip(segments, width)

    def target_at(self, x: int) -> str:
        """The target drawn at column ``x`` (the gap inside one target counts), or nothing."""
        before = ""
        for start, part in self._placed():
            first = start - part.gap if part.target and part.target == before else start
            if first <= x < start + cell_len(part.text):
                return part.target
            before = part.target
        return ""

    def on_click(self, event: events.Click) -> None:
        """Tell which part was clicked."""
        target = self.target_at(event.x)
        if target:
            event.stop()
            self.post_message(self.Clicked(self, target))

    @property
    def base_style(self) -> Style:
        """The widget's own background and text style."""
        return self.rich_style
