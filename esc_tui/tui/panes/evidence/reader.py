"""The reader: one dialogue with the Intervention Units bracketed on its lines, and a walk from unit to unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message

from esc_tui.bank.words import begins_word
from esc_tui.domain.dialogue import outcome_words
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.panes.evidence.look import (
    LONGEST,
    Lanes,
    LineLook,
    UnitMark,
    clean,
    line_block,
    lit,
    marked,
    unit_mark,
    veil,
    words,
)
from widgets.block_view import BlockView
from widgets.blocks import Blank, Block, Flow, Part, Row, Rule, Run

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.domain.dialogue import Dialogue

SITUATION = -1
"""Stands for the situation where lines are named by number."""
OUTCOMES = {"helped": ("▲", "helped"), "eased a little": ("=", "neutral"), "did not help": ("▼", "harmed")}
ROOMY = 76
"""Cells of text from which a unit's mark also says what changed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A dialogue as it is read: its units by the order of their lines, and the lines that speak of a crisis.

    ``own``: display numbers of the units that the reading annotator has labelled.
    """

    dialogue: Dialogue
    marks: tuple[UnitMark, ...]
    crisis: frozenset[int]
    own: frozenset[int] = frozenset()


def read(connection: BankConnection, identity: str, annotator: str) -> Reading | None:
    """Everything the reader shows of a dialogue; takes a while (the guard looks at every line): for a thread."""
    from esc_tui.bank.decisions import labelled_by
    from esc_tui.bank.dialogues import read_dialogue
    from esc_tui.bank.units import units_of_dialogue

    dialogue = read_dialogue(connection, identity)
    if dialogue is None:
        return None
    marks = tuple(UnitMark(number, unit) for number, unit in units_of_dialogue(connection, identity))
    return Reading(dialogue, marks, crisis_lines(dialogue, range(len(dialogue.turns))), labelled_by(connection, identity, annotator))


_GRAVE = re.compile(r"\bsuicid|\bself[- ]harm|\b(?:kill|hurt|harm)(?:ing|ed|s)? (?:my|him|her|them|one)sel[fv]", re.IGNORECASE)


def crisis_lines(dialogue: Dialogue, lines: Sequence[int]) -> frozenset[int]:
    """Those of the lines (and the situation, as SITUATION) that the guard takes for words about a crisis.

    It looks at as much of a line as is shown. A supporter's line counts when the guard's rules say so, or when it answers such
    words: its classifier was learned from seekers' messages and takes many a supporter's question for one. A situation that names
    suicide or harm to oneself counts in any case: whoever labels meets it unasked.
    """
    from esc_tui.guard.detect import check_message

    found: set[int] = set()
    told = dialogue.situation[:LONGEST]
    if told and (_GRAVE.search(told) or check_message(told).crisis):
        found.add(SITUATION)
    before: list[str] = []
    dark = False
    for line in lines:
        turn = dialogue.turns[line]
        seeker = turn.speaker == "seeker"
        check = check_message(turn.text[:LONGEST], before[-3:] if seeker else ())
        if check.crisis and (seeker or dark or check.decided_by != "classifier"):
            found.add(line)
        if seeker:
            before.append(turn.text[:LONGEST])
            dark = check.crisis
    return frozenset(found)


class DialogueReader(BlockView):
    """Shows a dialogue; up and down walk its units. The pane gives it what to show."""

    DEFAULT_CSS = "DialogueReader { width: 1fr; height: 1fr; }"
    JUMP_KEY = "d"
    HELP_TITLE = "A dialogue"
    HELP_TEXT = (
        "Both speakers' lines, with the supporter's strategy and the seeker's stars. A bracket runs from the words that show a state "
        "to those that show what the support changed; ▲ helped, = left things as they were, ▼ harmed. The chosen unit's bracket and "
        "words are in the accent. Words about a crisis are veiled until v is pressed.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("reader.labels", "Labels of this unit", "labels", "enter", "labels", 1, palette=False,
                help="What everyone who labelled it said, and what was decided."),
        Command("reader.up", "Unit before", "walk(-1)", "k,up", palette=False, key_display="k  ↑"),
        Command("reader.down", "Unit after", "walk(1)", "j,down", "unit", 2, palette=False, key_display="j  ↓"),
        Command("reader.page_up", "Page up", "page_up", "pageup", palette=False),
        Command("reader.page_down", "Page down", "page_down", "pagedown,space", palette=False, key_display="pg dn  space"),
        Command("reader.first", "Beginning", "scroll_home", "home,g", palette=False),
        Command("reader.last", "End", "scroll_end", "end,G", palette=False),
        Command("reader.veil", "Show veiled words", "unveil", "v", "show words", 0, help="Words about a crisis, in this dialogue."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    class LabelsWanted(Message):
        """The labels of a unit are to be shown."""

        def __init__(self, number: int) -> None:
            self.number = number
            super().__init__()

    class Walked(Message):
        """Another unit is chosen."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(margin=1, right_margin=2, most_columns=104, id=id)
        self.reading: Reading | None = None
        self.chosen: int | None = None
        self.unveiled = False
        self.blind = False
        self.sought: tuple[str, ...] = ()
        self._awaited: int | None = None
        self._roomy = False

    # What is shown

    def show_nothing(self, sentence: str) -> None:
        """No dialogue: one sentence."""
        self.reading, self.chosen = None, None
        self.show([Block("none", (Blank(), Flow((Run(sentence, "text"),))), selectable=False)] if sentence else [])

    def show_reading(self, reading: Reading, unit: int | None = None, line: int | None = None, sought: tuple[str, ...] = ()) -> None:
        """Show a dialogue from its beginning, or at a unit or a line of it. Words that are ``sought`` are lit up, and where neither unit
        nor line is named the first line that has most of them is gone to."""
        other = self.reading is None or self.reading.dialogue.id != reading.dialogue.id
        if sought and unit is None and line is None and (other or sought != self.sought):
            line = line_of(reading.dialogue, sought)
            unit = None if line is None else next((mark.number for mark in reading.marks if line in mark.lines), None)
        self.reading, self.sought = reading, sought
        if other:
            self.unveiled, self.chosen = False, None
        numbers = [mark.number for mark in reading.marks]
        if unit in numbers:
            self.chosen = unit
        elif self.chosen not in numbers:
            self.chosen = numbers[0] if numbers else None
        self.draw(keep=not other and unit is None)
        self._awaited = line if not self.size.height else None
        if unit in numbers or line is not None:
            self.call_after_refresh(self._see, line)
        self.refresh_bindings()

    def draw(self, keep: bool = True) -> None:
        """Lay all out anew."""
        if self.reading is not None:
            self._roomy = self.text_width >= ROOMY
            self.show(self._page(self.reading), keep_scroll=keep)

    @property
    def hidden(self) -> frozenset[int]:
        """Display numbers of the units whose labels are not shown, for who labels blind and has not labelled them yet."""
        if self.reading is None or not self.blind:
            return frozenset()
        return frozenset(mark.number for mark in self.reading.marks) - self.reading.own

    def _page(self, reading: Reading) -> list[Block]:
        veiled = frozenset() if self.unveiled else reading.crisis
        hidden = self.hidden
        lanes = Lanes.for_units(reading.marks)
        unit = next((mark.unit for mark in reading.marks if mark.number == self.chosen), None)
        roles: dict[int, str] = {}
        if unit is not None:
            roles = {unit.state_turn: "state", unit.outcome_turn: "after", **dict.fromkeys(unit.action_turns, "did")}
        blocks = [facts_block(reading.dialogue, SITUATION in veiled, no_units(reading), self.sought)]
        for number, turn in enumerate(reading.dialogue.turns):
            here = [mark for mark in reading.marks if mark.unit.action_turns[0] == number]
            marks: list[Run] = []
            for mark in here[:2]:
                marks += [*([Run("   ")] if marks else []), *unit_mark(mark, mark.number == self.chosen, self._roomy and len(here) == 1,
                                                                             mark.number in hidden)]
            quotes = tuple(quote for quote in unit.quotes if quote.turn == number) if unit is not None and self.chosen not in hidden else ()
            blocks.append(line_block(LineLook(
                number, turn, quotes, roles.get(number, ""), lanes.brackets(reading.marks, number, self.chosen), tuple(marks),
                number in veiled, bare=self.blind, sought=self.sought), lanes.count))
        return blocks

    def on_resize(self, event: events.Resize) -> None:
        """Marks are shorter in a narrow window; a line gone to while the reader was out of sight is come to when it is opened."""
        if self._roomy != (self.text_width >= ROOMY):
            self.call_after_refresh(self.draw)
        if self._awaited is not None and event.size.height:
            line, self._awaited = self._awaited, None
            self.call_after_refresh(self._see, line)

    # Walking

    @property
    def mark(self) -> UnitMark | None:
        """The chosen unit."""
        if self.reading is None:
            return None
        return next((mark for mark in self.reading.marks if mark.number == self.chosen), None)

    def action_walk(self, step: int) -> None:
        """To the unit before or after; without units the lines scroll."""
        numbers = [mark.number for mark in self.reading.marks] if self.reading is not None else []
        if self.chosen not in numbers:
            self.scroll_relative(y=step * 2, animate=False)
            return
        place = numbers.index(self.chosen) + step
        if not 0 <= place < len(numbers):
            self.scroll_relative(y=step * 3, animate=False)
            return
        self.chosen = numbers[place]
        self.draw()
        self._see(None)
        self.post_message(self.Walked())

    def _see(self, line: int | None) -> None:
        """Bring a line, or the chosen unit's lines, into sight with a little room above."""
        mark = self.mark
        first = line if line is not None else mark.unit.state_turn if mark is not None else None
        if first is None:
            return
        last = line if line is not None or mark is None else mark.unit.outcome_turn
        start, _ = self.lines_of(f"line:{first}")
        end, rows = self.lines_of(f"line:{last}")
        height = min(max(1, end + rows - start), max(1, self.size.height - 1))
        self.scroll_to_region(Region(0, max(0, start - 1), 1, height), animate=False, immediate=True, x_axis=False, force=True)

    def action_labels(self) -> None:
        """Every label of the chosen unit."""
        if self.chosen is not None:
            self.post_message(self.LabelsWanted(self.chosen))

    def action_unveil(self) -> None:
        """Show what is veiled, in this dialogue only."""
        self.unveiled = True
        self.draw()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing veiled, nothing to show; no unit, no labels."""
        if action == "unveil":
            return bool(self.reading is not None and self.reading.crisis and not self.unveiled)
        if action == "labels":
            return self.chosen is not None
        return super().check_action(action, parameters)


def line_of(dialogue: Dialogue, sought: Sequence[str]) -> int | None:
    """The first of the lines in which most of the words begin a word; None when no line has one."""
    counts = [sum(begins_word(word, turn.text) for word in sought) for turn in dialogue.turns]
    return counts.index(max(counts)) if any(counts) else None


def no_units(reading: Reading) -> str:
    """Why a dialogue has no units and what to do about it; empty when it has some."""
    from esc_tui.domain.supporter_turn import unit_moments
    from esc_tui.domain.text import primary_language

    dialogue = reading.dialogue
    if reading.marks:
        return ""
    if not unit_moments(dialogue):
        return "No unit can stand here: the supporter never speaks between two turns of the seeker."
    if primary_language(dialogue.language) != "en":
        return ("No units yet. The program's own annotator reads English alone: let a model at an endpoint label this dialogue (choose it "
                "in the settings, then x). A person corrects what was labelled; units cannot be begun by hand.")
    return "No units yet. x lets the program look for them; a person corrects what was labelled."


def facts_block(dialogue: Dialogue, veiled: bool, lacking: str = "", sought: Sequence[str] = ()) -> Block:
    """What is known of a dialogue before its first line: licence, source, what it is about, the survey before and after.

    ``lacking``: a sentence on what it has not. ``sought``: words that are lit up.
    """
    licence = clean(dialogue.licence) or "licence unknown"
    parts: list[Part] = [Row((Run(clean(dialogue.id), "bright.bold"),), (Run(licence, "dim"),))]
    about = " · ".join(filter(None, (words(dialogue.problem_type), words(dialogue.emotion_type), clean(dialogue.source),
                                     clean(dialogue.language) if dialogue.language != "en" else "")))
    if about:
        parts.append(Flow((Run(about, "text"),)))
    survey = survey_runs(dialogue)
    if survey:
        parts.append(Flow(tuple(survey)))
    if dialogue.situation:
        said = veil(dialogue.situation) if veiled else lit(marked(dialogue.situation, (), "dim"), sought)
        parts.append(Flow(tuple(said), (), ()))
    if lacking:
        parts += [Blank(), Flow((Run(lacking, "text"),))]
    return Block("facts", (*parts, Rule(), Blank()), selectable=False)


def survey_runs(dialogue: Dialogue) -> list[Run]:
    """``intensity 4 to 2   empathy 5   relevance 4   helped``; what was not asked is left out."""
    runs: list[Run] = []

    def add(name: str, value: str, tone: str = "text") -> None:
        runs.extend([*([Run("   ")] if runs else []), Run(f"{name} " if name else "", "dim"), Run(value, tone)])

    before, after = dialogue.initial_intensity, dialogue.final_intensity
    if before is not None or after is not None:
        add("intensity", f"{before if before is not None else '?'} → {after if after is not None else '?'}")
    if dialogue.empathy is not None:
        add("empathy", f"{dialogue.empathy} of 5")
    if dialogue.relevance is not None:
        add("relevance", f"{dialogue.relevance} of 5")
    glyph, tone = OUTCOMES.get(outcome := outcome_words(before, after, dialogue.helped), ("", "dim"))
    if outcome:
        add("", f"{glyph} {outcome}", tone)
    return [run for run in runs if run.text]
