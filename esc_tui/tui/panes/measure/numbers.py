"""The table of a measurement, and of two side by side, set for the width there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from textual.content import Content

from esc_tui.evaluate.scoring import paired_difference
from esc_tui.evaluate.tables import (
    GROUPS,
    OTHER_PLANS,
    SECTIONS,
    STRATEGY_MEASURES,
    Figure,
    Measure,
    counted_of,
    dialogues_of,
    figure,
    measured,
    notes_of,
    published_range,
    system_of,
    title_of,
)
from widgets.page import Block, Typeset, set_block
from widgets.toned import ink, inks
from widgets.wrapping import cut

LABEL = 24
COLUMN = 13
PUBLISHED = 11
Result = Mapping[str, Any]
Line = Content


class NumbersPage(Typeset):
    """The numbers of one measurement by group of turns; with another one, both and their difference on one group."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.result: Result | None = None
        self.other: Result | None = None
        self.names = ("", "")
        self.group = "all"
        self._paired: dict[str, list[float]] | None = None

    def show(self, result: Result | None, other: Result | None = None, names: tuple[str, str] = ("", ""), group: str = "all") -> None:
        """Show a measurement, or two: ``names`` call the first and the second."""
        self.result, self.other, self.names, self.group = result, other, names, group
        self._paired = None
        if result is not None and other is not None and group == "all":
            self._paired = paired_difference(other.get("dialogues", ()), result.get("dialogues", ()))
        self.reset()

    def typeset(self, width: int) -> list[Content]:
        """All lines."""
        if self.result is None:
            return [Content("")]
        return [line.truncate(width) for line in self._lines(self.result, width)]

    def _lines(self, result: Result, width: int) -> Iterator[Line]:
        yield from _wrapped(title_of(result), width, "bright.bold")
        yield from _wrapped(f"{system_of(result)} · {counted_of(result)}", width, "dim")
        yield ink("")
        if self.other is not None:
            yield from self._beside(result, self.other, width)
        else:
            yield from self._alone(result, width)

    def _alone(self, result: Result, width: int) -> Iterator[Line]:
        columns = max(1, min(len(GROUPS), (width - LABEL) // COLUMN))
        shown, named = GROUPS[:columns], max(8, min(LABEL, width - COLUMN))
        others = width >= LABEL + columns * COLUMN + PUBLISHED
        head = [(f"{'percent':<{named}}", "dim"), *(_head(heading) for _, heading in shown)]
        yield inks(*head, *([(f"{'published':>{PUBLISHED}}", "dim")] if others else []))
        counts = [result if group == "all" else result.get("by", {}).get(group, {}) for group, _ in shown]
        yield inks((f"{'turns':<{named}}", "text"), *(_number(f"{part.get('items', 0):,}") for part in counts))
        for heading, measures in SECTIONS:
            found = measured(result, measures)
            if found:
                yield ink("")
                yield ink(heading, "accent")
            for one in found:
                cells = [_cell(figure(result, one.name, group)) for group, _ in shown]
                beside = [(f"{published_range(result, one.name):>{PUBLISHED}}", "dim")] if others else []
                yield inks((_label(one, named), "text"), *cells, *beside)
        for name, heading in OTHER_PLANS:
            other = result.get(name)
            if other:
                yield ink("")
                yield from _wrapped(heading, width, "accent")
                for one in STRATEGY_MEASURES[:5]:
                    yield inks((_label(one, named), "text"), *(_cell(figure(other, one.name, group)) for group, _ in shown))
        yield ink("")
        for note in notes_of(result):
            yield from _wrapped(note, width, "dim")
        yield ink("")
        yield ink("What the numbers are", "accent")
        for one in measured(result):
            yield from set_block(Block(inks((f"{one.label}. ", "text"), (one.help, "dim"))), width)

    def _beside(self, result: Result, other: Result, width: int) -> Iterator[Line]:
        heading = dict(GROUPS)[self.group]
        yield inks((f"{f'percent, {heading} turns':<{LABEL}}", "dim"), _head(self.names[0], "accent"),
                   _head(self.names[1]), (f"{'difference':>{COLUMN}}", "dim"))
        for title, measures in SECTIONS:
            both = [one for one in measures if figure(result, one.name, self.group) or figure(other, one.name, self.group)]
            if both:
                yield ink("")
                yield ink(title, "accent")
            for one in both:
                mine, theirs = figure(result, one.name, self.group), figure(other, one.name, self.group)
                yield inks((_label(one, LABEL), "text"), _cell(mine), _cell(theirs, "text"), *self._difference(one, mine, theirs))
        yield ink("")
        yield from _wrapped("Differences with ± are paired, drawn over the dialogues both have." if self._paired is not None else
                            "Not paired: the two have no dialogue in common, or not all turns are compared; a difference smaller than "
                            "both intervals says nothing.", width, "dim")
        if self._paired is not None:
            yield from _wrapped("▲ better, ▼ worse, = not decided while the interval includes 0.", width, "dim")
        yield from _wrapped(f"{self.names[1]}: {title_of(other)}, {dialogues_of(other)}, {system_of(other)}", width, "dim")

    def _difference(self, one: Measure, mine: Figure | None, theirs: Figure | None) -> list[tuple[str, str]]:
        if mine is None or theirs is None:
            return []
        paired = (self._paired or {}).get(one.name)
        if paired is None:
            return [(f"{_signed(mine.value - theirs.value):>{COLUMN - 5}}", "dim")]
        value, low, high = (100 * number for number in paired)
        glyph, tone = ("▲", "helped") if low > 0 else ("▼", "harmed") if high < 0 else ("=", "neutral")
        return [(f"{_signed(value):>{COLUMN - 5}}", "text"), (f" {'±' + format((high - low) / 2, '.1f'):<5}", "dim"), (f" {glyph}", tone)]


def _label(one: Measure, width: int) -> str:
    """The measure's name, exactly so wide."""
    return f"{cut(one.label, width - 1):<{width}}"


def _signed(value: float) -> str:
    """``+1.2``, ``-0.3``, ``0.0``."""
    text = f"{value:+.1f}"
    return "0.0" if text in {"+0.0", "-0.0"} else text


def _head(text: str, tone: str = "dim") -> tuple[str, str]:
    """A heading over the values of a column."""
    return f"{text:>{COLUMN - 6}}      ", tone


def _number(text: str) -> tuple[str, str]:
    return f"{text:>{COLUMN - 6}}      ", "bright"


def _cell(found: Figure | None, tone: str = "bright") -> Content:
    """The value, brighter than its interval; both right where the others stand."""
    if found is None:
        return ink(" " * COLUMN)
    return inks((f"{found.text:>{COLUMN - 6}}", tone), (f" {found.interval:<5}", "dim"))


def _wrapped(text: str, width: int, tone: str) -> list[Line]:
    return set_block(Block(ink(text, tone)), width)
