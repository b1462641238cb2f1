"""Rows of the pane's lists: dialogues, pairs of labellers, disputed units, prototypes and their units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from esc_tui.tui.panes.bank.wording import count
from esc_tui.tui.panes.evidence.look import clean, words
from widgets.toned import ink
from widgets.virtual_list import Cell, Lines, ListRow

if TYPE_CHECKING:
    from esc_tui.bank.dialogues import DialogueRow


def dialogue_row(row: DialogueRow) -> ListRow:
    """Two lines: id, counts of units that helped and harmed; then what it is about, how long it is, and its source."""
    return ListRow(row.id, row, lambda: _dialogue_lines(row))


def _dialogue_lines(row: DialogueRow) -> Lines:
    about = " · ".join(filter(None, (words(row.problem), words(row.emotion)))) or "nothing is said about it"
    end = "" if row.helped is None else "  helped" if row.helped else "  did not help"
    name = ink(short_id(row.id), "bright") + ink(end, "dim")
    return (
        (Cell(name), Cell(counts(row.positive, row.negative) if row.units else ink("no units yet", "dim"), 12, "right", show_from=30)),
        (Cell(ink(about, "dim")), Cell(ink(clean(row.source), "dim"), 16, "right", show_from=56),
         Cell(ink(f"{row.turns} lines", "dim"), 9, "right", show_from=40)),
    )


def short_id(identity: str) -> str:
    """An id as a row shows it: long hexadecimal ends are cut to eight characters."""
    head, dash, tail = clean(identity).rpartition("-")
    if len(tail) > 12 and all(letter in "0123456789abcdef" for letter in tail):
        tail = tail[:8]
    return f"{head}{dash}{tail}"


def counts(helped: int, harmed: int, width: int = 4) -> Content:
    """``▲ 41  ▼ 6`` in fixed columns; a nought is dim."""
    return (ink("▲", "helped" if helped else "dim") + ink(f"{count(helped):>{width}}", "text" if helped else "dim") + Content("  ")
            + ink("▼", "harmed" if harmed else "dim") + ink(f"{count(harmed):>{width}}", "text" if harmed else "dim"))
