"""Blocks of toned text: what a BlockView shows. A block is a list of parts, a part becomes lines for a given width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from rich.cells import cell_len

from widgets.bars import bar
from widgets.wrapping import cut, line_spans


class Run(NamedTuple):
    """Some text in one tone. ``chrome`` marks bars, tags and margins that do not belong into copied text."""

    text: str
    tone: str = "text"
    chrome: bool = False


class Line(NamedTuple):
    """One line on the screen; ``goes_on`` when it was broken only for room."""

    runs: tuple[Run, ...]
    goes_on: bool = False


class Part(Protocol):
    """Anything that can lay itself out in a width."""

    def lines(self, width: int) -> list[Line]:
        """The lines at this width, none wider."""
        ...


def runs_width(runs: Sequence[Run]) -> int:
    """How many cells some runs take."""
    return sum(cell_len(run.text) for run in runs)


def _sliced(runs: Sequence[Run], start: int, end: int) -> list[Run]:
    out: list[Run] = []
    at = 0
    for run in runs:
        first, last = max(start, at), min(end, at + len(run.text))
        if first < last:
            out.append(Run(run.text[first - at:last - at], run.tone, run.chrome))
        at += len(run.text)
    return out


@dataclass(frozen=True, slots=True)
class Flow:
    """Text that wraps. ``first`` stands before its first line, ``rest`` before the others (chrome, of one width)."""

    runs: tuple[Run, ...]
    first: tuple[Run, ...] = ()
    rest: tuple[Run, ...] = ()

    def lines(self, width: int) -> list[Line]:
        """The wrapped lines."""
        room = max(8, width - max(runs_width(self.first), runs_width(self.rest)))
        text = "".join(run.text for run in self.runs)
        out: list[Line] = []
        for number, (start, end, goes_on) in enumerate(line_spans(text, room)):
            before = self.first if number == 0 else self.rest
            out.append(Line((*before, *_sliced(self.runs, start, end)), goes_on))
        return out


@dataclass(frozen=True, slots=True)
class Row:
    """One line: ``left`` is cut with … where ``right``, set against the right edge, needs the room."""

    left: tuple[Run, ...]
    right: tuple[Run, ...] = ()
    gap: int = 2

    def lines(self, width: int) -> list[Line]:
        """The one line."""
        room = width - (runs_width(self.right) + self.gap if self.right else 0)
        kept: list[Run] = []
        used = 0
        for run in self.left:
            size = cell_len(run.text)
            if used + size > room:
                if room - used > 0:
                    kept.append(Run(cut(run.text, room - used), run.tone, run.chrome))
                    used += cell_len(kept[-1].text)
                break
            kept.append(run)
            used += size
        if not self.right:
            return [Line(tuple(kept))]
        fill = max(0, width - used - runs_width(self.right))
        return [Line((*kept, Run(" " * fill, "text"), *self.right))]


@dataclass(frozen=True, slots=True)
class BarRow:
    """A label, a thin bar as long as there is room for (at most ``most`` cells), and a number at the right edge."""

    left: tuple[Run, ...]
    value: float
    tone: str
    right: tuple[Run, ...] = ()
    label: int = 22
    most: int = 18

    def lines(self, width: int) -> list[Line]:
        """The one line; without room for six cells of bar there is none."""
        right = runs_width(self.right) + 1
        length = min(self.most, width - min(self.label, max(8, width - right - 4)) - right - 1)
        if length < 6:
            return Row(self.left, self.right, 1).lines(width)
        label = width - length - right - 1
        full, empty = bar(self.value, length, empty="─")
        [start] = Row(self.left).lines(label)
        pad = Run(" " * (label - runs_width(start.runs) + 1), "text")
        return [Line((*start.runs, pad, Run(full, self.tone, True), Run(empty, "rule", True), Run(" "), *self.right))]


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line across."""

    tone: str = "rule"

    def lines(self, width: int) -> list[Line]:
        """The one line."""
        return [Line((Run("─" * width, self.tone, True),))]


@dataclass(frozen=True, slots=True)
class Blank:
    """An empty line."""

    def lines(self, width: int) -> list[Line]:
        """The one line."""
        return [Line(())]


@dataclass(frozen=True, slots=True)
class Block:
    """Some parts that belong together. ``key`` names it to the program; only a ``selectable`` one can hold the cursor."""

    key: str
    parts: tuple[Part, ...]
    selectable: bool = True

    def lines(self, width: int) -> list[Line]:
        """All lines at this width."""
        return [line for part in self.parts for line in part.lines(width)]
