"""The confusion map: what people did first against what was planned, as shaded cells with counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from esc_tui.domain.labels import Strategy
from widgets.blocks import Run
from widgets.grid import Grid, Heading
from widgets.one_line import Part
from widgets.page import Block, heading
from widgets.shades import SHADES, STEPS, shade
from widgets.toned import ink, inks

ROW_LABEL = 29
NARROW_LABEL = 6
CELL = 6
TAGS = {one.value: one.tag for one in Strategy}


class ConfusionGrid(Grid):
    """Rows: the first strategy of the human supporter. Columns: the first one planned."""

    HELP_TITLE = "Confusion map"
    HELP_TEXT: ClassVar[str] = (
        "A row is what people did first, a column what was planned first; each cell has its count and is shaded by its share of the "
        "row. On the diagonal both are the same.\n\nThe arrows move; the line above says what the cell under the cursor means.")
    JUMP_KEY = "c"

    def show_confusion(self, confusion: Mapping[str, Any], width: int) -> None:
        """Show the cells of a result in a width."""
        names = [str(name) for name in confusion.get("strategies", ())]
        cells = confusion.get("cells", ())
        self.row_label = ROW_LABEL if width >= ROW_LABEL + len(names) * (CELL + self.gap) else NARROW_LABEL
        rows = [Heading(name, name if self.row_label == ROW_LABEL else TAGS.get(name, name)) for name in names]
        columns = [Heading(name, f"{TAGS.get(name, name):>{CELL - 2}}") for name in names]
        found = {}
        for at, row in enumerate(cells):
            whole = sum(row) or 1
            for place, count in enumerate(row):
                same = at == place
                tone = "dim" if not count else "bright.bold" if same else "bright"
                found[names[at], names[place]] = (Run(f"{count or '·':>{CELL - 2}}", tone),
                                                  Run(shade(count / whole), "accent" if same else "text"))
        self.show(rows, columns, found, CELL)

    def sentence(self, confusion: Mapping[str, Any]) -> list[Part]:
        """What the cell under the cursor means."""
        truth, guess = self.at
        names = list(confusion.get("strategies", ()))
        if not truth or truth not in names:
            return []
        row = confusion["cells"][names.index(truth)]
        count, whole = row[names.index(guess)], sum(row)
        share = f"{100 * count / whole:.1f} %" if whole else "none"
        return [Part(truth, "bright", drop=0), Part("planned as", "dim", gap=1), Part(guess, "bright", gap=1),
                Part(f"{count:,} of {whole:,}", "text", gap=3), Part(share, "text", gap=2, drop=1)]


def strategy_blocks(confusion: Mapping[str, Any], width: int) -> list[Block]:
    """What the shades mean, and for each strategy how often it was done and planned, with precision, recall and F1.

    In less than 72 cells strategies go by their tags.
    """
    label = 28 if width >= 72 else 10
    names, cells = [str(name) for name in confusion.get("strategies", ())], confusion.get("cells", ())
    if not names:
        return []
    legend = "   ".join(f"{glyph * 2} {round(100 * step)} %" for glyph, step in zip(SHADES[1:], STEPS, strict=True))
    blocks = [Block(ink(f"Share of the row from   {legend}", "dim")), heading("By strategy")]
    heads = (("did", 8), ("planned", 9), ("precision", 11), ("recall", 8), ("F1", 7))
    first = f"{'counts, percent' if label > 20 else 'counts, %':<{label}}"
    blocks.append(Block(ink(first + "".join(f"{word:>{room}}" for word, room in heads), "dim")))
    for at, name in enumerate(names):
        done, planned, right = sum(cells[at]), sum(row[at] for row in cells), cells[at][at]
        called = f"{name if label > 20 else TAGS.get(name, name):<{label}}"
        shares = _percent(right, planned, 11) + _percent(right, done, 8)
        blocks.append(Block(inks((f"{called}{done:>8,}{planned:>9,}{shares}", "text"), (_percent(2 * right, done + planned, 7), "bright"))))
    return blocks


def _percent(part: int, whole: int, width: int) -> str:
    return f"{format(100 * part / whole, '.1f') if whole else '-':>{width}}"
