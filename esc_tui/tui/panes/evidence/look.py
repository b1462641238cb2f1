"""How lines of a dialogue look: speaker, strategy, stars, brackets of units beside them, marked words, veils."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.cells import cell_len

from esc_tui.bank.words import places_of
from esc_tui.domain.label_words import label_words
from esc_tui.domain.text import visible
from widgets.blocks import Block, Flow, Line, Part, Row, Run

if TYPE_CHECKING:
    from esc_tui.domain.dialogue import DialogueTurn, InterventionUnit, Quote

LONGEST = 4000
"""Characters of one line that are shown; a longer one says how much is missing."""
POLARITY = {"positive": ("▲", "helped"), "neutral": ("=", "neutral"), "negative": ("▼", "harmed")}
VEIL = "These words may speak of a crisis and are veiled. Press v to read them."
_JOINERS = {0x200D: None, 0xFE0E: None, 0xFE0F: None, 0x20E3: None}
"""Emoji joiners and presentation marks: terminals disagree on the width of what they join, so they are left out."""


def clean(text: str, keep_lines: bool = False) -> str:
    """Text as the terminal may have it: no control, no direction, no joining characters."""
    return visible(text, keep_lines=keep_lines).translate(_JOINERS)


def words(identifier: object) -> str:
    """A label id as words: ``job-crisis`` is ``job crisis``."""
    return label_words(clean(str(identifier)))


@dataclass(frozen=True, slots=True)
class Bracket:
    """What of a unit's bracket stands beside a line, in one of the lanes: where it begins, goes through, or ends."""

    lane: int
    kind: str
    tone: str = "rule"


@dataclass(frozen=True, slots=True)
class LineLook:
    """One line of a dialogue and all that is shown with it. ``role`` is what it is to the unit looked at.

    ``bare``: without the strategy the corpus names and without the seeker's stars, for who labels blind. ``close``: with no empty
    row below. ``sought``: words that are lit up.
    """

    number: int
    turn: DialogueTurn
    quotes: tuple[Quote, ...] = ()
    role: str = ""
    brackets: tuple[Bracket, ...] = ()
    marks: tuple[Run, ...] = ()
    veiled: bool = False
    quiet: bool = False
    bare: bool = False
    close: bool = False
    sought: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gutter:
    """Lanes of brackets before the parts of a line and the empty row under them."""

    parts: tuple[Part, ...]
    brackets: tuple[Bracket, ...]
    lanes: int
    space: bool = True

    def lines(self, width: int) -> list[Line]:
        """Every row with the piece of each bracket that belongs there."""
        inner = [line for part in self.parts for line in part.lines(max(8, width - self.lanes * 2))]
        rows = [*inner, Line(())] if self.space else inner
        out = []
        for number, line in enumerate(rows):
            runs: list[Run] = []
            for lane in range(self.lanes):
                here = next((one for one in self.brackets if one.lane == lane), None)
                glyph = _piece(here.kind, number, len(inner)) if here is not None else " "
                runs.append(Run(f"{glyph} ", here.tone if here is not None else "rule", True))
            if line.runs or any(run.text.strip() for run in runs):
                out.append(Line((*runs, *line.runs), line.goes_on))
            else:
                out.append(line)
        return out


def _piece(kind: str, row: int, rows: int) -> str:
    if kind == "begin":
        return "╭" if row == 0 else "│"
    if kind == "end":
        return "│" if row < rows - 1 else "╰" if row == rows - 1 else " "
    return "│"


def line_block(look: LineLook, lanes: int = 0) -> Block:
    """The line as a block: who speaks, then the words."""
    turn = look.turn
    seeker = turn.speaker == "seeker"
    head = [Run(f"{look.number + 1:>3}  ", "dim", True), Run(turn.speaker, "dim")]
    strategy = None if look.bare else turn.strategy
    if strategy is not None:
        head.append(Run(f"  {strategy.value}", strategy.tag.lower()))
    if turn.feedback and not look.bare:
        head.append(Run("  " + "★" * turn.feedback + "☆" * (5 - turn.feedback), "text"))
    if look.role:
        head.append(Run(f"  {look.role}", "accent.bold"))
    tag = strategy.tag.lower() if strategy is not None else "rule"
    edge = Run("     ", "dim", True) if seeker else Run("   ▎ ", tag, True)
    tone = "dim" if look.quiet else "bright" if seeker else "text"
    said = veil(turn.text) if look.veiled else lit(marked(turn.text, look.quotes, tone), look.sought)
    parts: list[Part] = [Row(tuple(head), look.marks), Flow(tuple(said), (edge,), (edge,))]
    if look.veiled:
        parts.append(Flow((Run("! ", "caution"), Run(VEIL, "dim")), (edge,), (edge,)))
    return Block(f"line:{look.number}", (Gutter(tuple(parts), look.brackets, lanes, not look.close),), selectable=False)


def marked(text: str, quotes: Sequence[Quote], tone: str) -> list[Run]:
    """The words, with those of the quotes underlined in the accent; quotes that overlap an earlier one are left out."""
    shown = text[:LONGEST]
    runs: list[Run] = []
    at = 0
    for quote in sorted(quotes, key=lambda quote: quote.start):
        if quote.start < at or quote.start >= len(shown):
            continue
        runs.append(Run(clean(shown[at:quote.start], True), tone))
        runs.append(Run(clean(shown[quote.start:quote.end], True), "accent.underline"))
        at = quote.end
    runs.append(Run(clean(shown[at:], True), tone))
    if len(text) > LONGEST:
        runs.append(Run(f" … and {len(text) - LONGEST:,} characters more", "dim", True))
    found = [run for run in runs if run.text]
    return found or [Run("(no words)", "dim", True)]


def lit(runs: list[Run], sought: Sequence[str]) -> list[Run]:
    """The same runs with every beginning of a word that was sought in reverse."""
    found: list[Run] = []
    for run in runs:
        at = 0
        for start, end in sorted(place for word in sought if not run.chrome for place in places_of(word, run.text)):
            if start >= at:
                found += [run._replace(text=run.text[at:start]), run._replace(text=run.text[start:end], tone=f"{run.tone}.reverse")]
                at = end
        found.append(run._replace(text=run.text[at:]))
    return [run for run in found if run.text]


def veil(text: str) -> list[Run]:
    """Blocks in place of words, as long as the words are but for very long ones."""
    blocks = " ".join("▒" * max(1, cell_len(word)) for word in clean(text[:400]).split())
    return [Run(blocks or "▒▒▒▒", "dim", True)]


@dataclass(frozen=True, slots=True)
class UnitMark:
    """A unit as the reader shows it: its display number and its label in force."""

    number: int
    unit: InterventionUnit

    @property
    def lines(self) -> range:
        """From the state line to the outcome line."""
        return range(self.unit.state_turn, self.unit.outcome_turn + 1)


@dataclass(slots=True)
class Lanes:
    """Which lane each unit's bracket stands in, so that those that share lines do not collide."""

    of: dict[int, int] = field(default_factory=dict)
    count: int = 0

    @classmethod
    def for_units(cls, marks: Sequence[UnitMark], most: int = 3) -> Lanes:
        """The first free lane for each in order; with too many, the last lane is shared."""
        lanes = cls()
        ends: list[int] = []
        for mark in marks:
            free = next((lane for lane, end in enumerate(ends) if end < mark.unit.state_turn), None)
            if free is None:
                free = min(len(ends), most - 1)
                if free == len(ends):
                    ends.append(-1)
            ends[free] = mark.unit.outcome_turn
            lanes.of[mark.number] = free
        lanes.count = len(ends)
        return lanes

    def brackets(self, marks: Sequence[UnitMark], line: int, chosen: int | None) -> tuple[Bracket, ...]:
        """The pieces beside a line, that of the chosen unit first so that it wins its lane."""
        found = []
        for mark in sorted(marks, key=lambda mark: mark.number != chosen):
            if line in mark.lines:
                kind = "begin" if line == mark.unit.state_turn else "end" if line == mark.unit.outcome_turn else "through"
                found.append(Bracket(self.of[mark.number], kind, "accent" if mark.number == chosen else "rule"))
        return tuple(found)


def unit_mark(mark: UnitMark, chosen: bool, roomy: bool, hidden: bool = False) -> tuple[Run, ...]:
    """``▲ IU-212 feels understood`` at the right of the line the supporter acts on; without the change when room is dear.

    ``hidden``: only that there is a unit, for who labels it blind.
    """
    if hidden:
        return (Run(f"IU-{mark.number}", "accent.bold" if chosen else "dim"),)
    glyph, tone = POLARITY[str(mark.unit.polarity)]
    runs = [Run(f"{glyph} ", tone), Run(f"IU-{mark.number}", "accent.bold" if chosen else "dim")]
    if roomy:
        runs.append(Run(f" {words(mark.unit.change)}", tone))
    return tuple(runs)
