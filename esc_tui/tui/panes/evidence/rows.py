"""Rows of the pane's lists: dialogues, pairs of labellers, disputed units, prototypes and their units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from esc_tui.tui.panes.bank.wording import count
from esc_tui.tui.panes.evidence.look import POLARITY, clean, veil, words
from widgets.bars import share
from widgets.toned import ink
from widgets.virtual_list import Cell, Lines, ListRow

if TYPE_CHECKING:
    from esc_tui.bank.dialogues import DialogueRow
    from esc_tui.bank.prototypes import PrototypeRow
    from esc_tui.bank.units import UnitRow
    from esc_tui.discover.agreement import PairAgreement
    from esc_tui.tui.panes.evidence.pairs import Disputed


def dialogue_row(row: DialogueRow) -> ListRow:
    """Two lines: id, counts of units that helped and harmed; then what it is about, how long it is, and its source."""
    return ListRow(row.id, row, lambda: _dialogue_lines(row))


def _dialogue_lines(row: DialogueRow) -> Lines:
    about = " · ".join(filter(None, (words(row.problem), words(row.emotion)))) or "nothing is said about it"
    name = ink(short_id(row.id), "bright") + ink(f"  {row.outcome}" if row.outcome else "", "dim")
    return (
        (Cell(name), Cell(_counted(row), 12, "right", show_from=30)),
        (Cell(ink(about, "dim")), Cell(ink(clean(row.source), "dim"), 16, "right", show_from=56),
         Cell(ink(f"{row.turns} lines", "dim"), 9, "right", show_from=40)),
    )


def _counted(row: DialogueRow) -> Content:
    if row.blind:
        return ink("▲   ·  ▼   ·", "dim")
    return counts(row.positive, row.negative) if row.units else ink("no units yet", "dim")


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


def prototype_row(row: PrototypeRow) -> ListRow:
    """Its polarity, the words that tell it apart, how many units; then whether a skill rests on it."""
    return ListRow(str(row.id), row, lambda: _prototype_lines(row))


def _prototype_lines(row: PrototypeRow) -> Lines:
    glyph, tone = POLARITY[row.polarity]
    telling = ", ".join(clean(word) for word in row.words[:4]) or "no telling words"
    name = ink(f"{glyph} ", tone) + ink(telling, "bright")
    skills = ink("in " + ", ".join(clean(slug) for slug in row.skills), "accent") if row.skills else ink("no skill rests on it", "dim")
    units, number = f"{row.units} unit{'' if row.units == 1 else 's'}", ink(f"P-{row.number}", "dim")
    return ((Cell(name), Cell(ink(units, "text"), 10, "right", show_from=30)),
            (Cell(ink(f"  {words(row.action)}  ", "dim") + skills), Cell(number, number.cell_length, "right", show_from=40)))


def quoted(text: str) -> str:
    """Words in quotation marks, without those that stand at their ends already."""
    return "“" + clean(text).strip(' "“”') + "”"


def unit_row(row: UnitRow, veiled: bool = False) -> ListRow:
    """The words that show the state, or a veil; then what changed after which actions."""
    return ListRow(str(row.number), (row, veiled), lambda: _unit_lines(row, veiled))


def _unit_lines(row: UnitRow, veiled: bool) -> Lines:
    glyph, tone = POLARITY[row.polarity]
    said = ink("! ", "caution") + ink(veil(row.quote)[0].text, "dim") if veiled else ink(quoted(row.quote), "bright")
    second = ink(f"  {glyph} {words(row.change)}", tone) + ink("  after " + ", ".join(words(one) for one in row.actions), "dim")
    return ((Cell(said), Cell(ink(f"IU-{row.number}", "dim"), 9, "right", show_from=40)),
            (Cell(second), Cell(ink("a person" if row.labeller_kind == "human" else "a machine", "dim"), 9, "right", show_from=56)))


def pair_row(key: str, pair: PairAgreement) -> ListRow:
    """Two labellers, how many units both labelled, and kappa of the change."""
    return ListRow(key, pair, lambda: _pair_lines(pair))


def _pair_lines(pair: PairAgreement) -> Lines:
    names = ink(clean(pair.first), "bright") + ink("  and  ", "dim") + ink(clean(pair.second), "bright") + (
        ink("  blind", "accent") if pair.blind else Content(""))
    kappa = pair.fields["change"].kappa if "change" in pair.fields else None
    if kappa is None or kappa.value is None:
        value = ink("too few units" if not pair.enough else "one label only", "dim")
    else:
        half = (kappa.high - kappa.low) / 2 if kappa.high is not None and kappa.low is not None else 0.0
        sign = "-" if kappa.value < 0 else ""
        value = ink("kappa of change ", "dim") + ink(f"{sign}{share(abs(kappa.value))}", "text") + ink(f" ±{share(half)}", "dim")
    return ((Cell(names), Cell(ink(f"{pair.units:,} units", "dim"), 11, "right", show_from=30)), (Cell(value),))


def disputed_row(row: Disputed) -> ListRow:
    """The words that show the state, and what each person says of state and change."""
    return ListRow(str(row.number), row, lambda: _disputed_lines(row))


def _disputed_lines(row: Disputed) -> Lines:
    quote = ink(quoted(row.quote), "bright") if row.quote else ink("▒▒▒▒▒▒ ▒▒▒▒ ▒▒▒▒▒▒▒", "dim")
    pieces = [ink(f"{clean(name)} ", "dim") + ink(f"{words(state)}, {words(change)}", "text") for name, state, change in row.said]
    if row.flags:
        pieces = [ink("flagged ", "caution") + ink(clean(note), "text") for _, note in row.flags]
    return ((Cell(quote), Cell(ink(f"IU-{row.number}", "dim"), 9, "right", show_from=30)), (Cell(Content("   ").join(pieces)),))
