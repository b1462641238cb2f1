"""Marking words: a cursor goes from word to word over the lines of a unit; what lies between two presses is a quote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from esc_tui.domain.dialogue import Quote
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.evidence.look import LONGEST, clean
from widgets.block_view import BlockView
from widgets.blocks import Blank, Block, Flow, Part, Run
from widgets.one_line import OneLine
from widgets.one_line import Part as Piece
from widgets.wrapping import line_spans

if TYPE_CHECKING:
    from esc_tui.tui.panes.evidence.cards import Card

_WORD = re.compile(r"[⺀-鿿가-힣ぁ-ヿ豈-﫿]|[^\s⺀-鿿가-힣ぁ-ヿ豈-﫿]+")
"""What the cursor stops at: a word between blanks, or one Han, kana or hangul sign."""
_TRIM = "\"'“”‘’()[]{}.,;:!?…—-"
EDGE = 5


@dataclass(frozen=True, slots=True)
class Word:
    """One stop of the cursor: which line, and where in its text."""

    line: int
    start: int
    end: int


class MarkView(BlockView):
    """The lines with the cursor in them."""

    DEFAULT_CSS = "MarkView { width: 1fr; height: 1fr; background: $surface; scrollbar-background: $surface; }"
    JUMP_KEY = "d"
    HELP_TITLE = "Marking words"
    HELP_TEXT = ("The arrows go from word to word. Space begins a mark, the arrows stretch it, space ends it; x takes the marks of a "
                 "line away, Enter is done. With the mouse: click the first word, then the last.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("mark.left", "Word before", "screen.step(-1)", "left,h", palette=False, key_display="←  h"),
        Command("mark.right", "Word after", "screen.step(1)", "right,l", palette=False, key_display="→  l"),
        Command("mark.up", "Row above", "screen.row(-1)", "up,k", palette=False, key_display="↑  k"),
        Command("mark.down", "Row below", "screen.row(1)", "down,j", palette=False, key_display="↓  j"),
        Command("mark.first", "First word of the line", "screen.edge(0)", "home,0", palette=False, key_display="home"),
        Command("mark.last", "Last word of the line", "screen.edge(-1)", "end", palette=False),
        Command("mark.next", "Next line", "screen.line(1)", "tab", palette=False),
        Command("mark.before", "Line before", "screen.line(-1)", "shift+tab", palette=False),
        Command("mark.mark", "Begin or end a mark", "screen.mark", "space", "mark", 1, palette=False),
        Command("mark.clear", "No marks on this line", "screen.clear", "x,backspace", "clear", 2, palette=False, key_display="x"),
        Command("mark.done", "Done", "screen.done", "enter", "done", 3, palette=False),
        Command("mark.cancel", "Go back", "screen.cancel", "escape", "back", 4, palette=False,
                help="First the mark that was begun, then the screen; nothing is changed."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def on_click(self, event: events.Click) -> None:
        """The word that was clicked."""
        event.stop()
        event.prevent_default()
        screen = self.screen
        if isinstance(screen, MarkScreen):
            screen.clicked(round(self.scroll_y) + event.y, event.x - 1)


class MarkScreen(Modal[tuple[Quote, ...] | None]):
    """Gives all quotes of the unit as they were marked, or None after Esc."""

    DEFAULT_CSS = """
    MarkScreen { align: center middle; background: $background 50%; &:ansi { background: transparent; } }
    MarkScreen > Vertical { width: 96; max-width: 100%; height: auto; max-height: 100%; background: $surface; padding: 1 2;
        border-top: solid $tone-accent; border-bottom: solid $tone-accent; }
    MarkScreen MarkView { height: auto; max-height: 100%; }
    MarkScreen OneLine { background: $surface; }
    MarkScreen #mark-title { margin-bottom: 1; }
    MarkScreen #mark-keys { margin-top: 1; }
    """
    HELP_TITLE = "Marking words"

    def __init__(self, card: Card, quotes: Sequence[Quote]) -> None:
        super().__init__()
        self.card = card
        unit = card.suggestion
        self.roles: dict[int, Literal["state", "action", "outcome"]] = {
            **dict.fromkeys(unit.action_turns, "action"), unit.state_turn: "state", unit.outcome_turn: "outcome"}
        self.kept = tuple(quote for quote in quotes if quote.turn not in self.roles)
        self.quotes = [quote for quote in quotes if quote.turn in self.roles]
        self.words = [Word(line, found.start(), found.end()) for line in sorted(self.roles)
                      for found in _WORD.finditer(card.dialogue.turns[line].text[:LONGEST])]
        first = min((quote.start for quote in self.quotes if quote.turn == unit.state_turn), default=0)
        self.at = next((place for place, word in enumerate(self.words) if word.line == unit.state_turn and word.end > first), 0)
        self.begun_at: int | None = None

    def compose(self) -> ComposeResult:
        """Title, lines, keys."""
        with Vertical():
            yield OneLine(margin=0, id="mark-title")
            yield MarkView(margin=0, right_margin=1, most_columns=90)
            yield OneLine(margin=0, id="mark-keys")

    def on_mount(self) -> None:
        """Draw."""
        self.query_one("#mark-title", OneLine).show([Piece("Which words show it?", "bright.bold")])
        self.view.focus()
        self._draw()

    def on_resize(self) -> None:
        """As high as the lines need."""
        self.call_after_refresh(self._draw)

    @property
    def view(self) -> MarkView:
        """The lines."""
        return self.query_one(MarkView)

    def _text(self, line: int) -> str:
        return self.card.dialogue.turns[line].text

    # Drawing

    def _draw(self) -> None:
        blocks = [self._block(line) for line in sorted(self.roles)]
        self.view.show(blocks, keep_scroll=True)
        lines = sum(len(block.lines(self.view.text_width)) for block in blocks)
        self.view.styles.height = max(3, min(lines, self.size.height - 9))
        if self.words:
            start, count = self.view.lines_of(f"line:{self.words[self.at].line}")
            row = start + 1 + self._row_of(self.at)
            if not self.view.scroll_y <= row < self.view.scroll_y + self.view.size.height - 1 or count == 0:
                self.view.scroll_to(y=max(0, row - 2), animate=False, immediate=True, force=True)
        marking = self.begun_at is not None
        keys = (("space", "end the mark" if marking else "begin a mark"), ("x", "no marks here"), ("enter", "done"),
                ("esc", "let go" if marking else "go back"))
        self.query_one("#mark-keys", OneLine).show(
            [Piece(text, "accent.bold" if at == 0 else "dim", "", (4 if place else 0) if at == 0 else 1)
             for place, pair in enumerate(keys) for at, text in enumerate(pair)])

    def _block(self, line: int) -> Block:
        role = {"state": "state", "action": "did", "outcome": "after"}[self.roles[line]]
        turn = self.card.dialogue.turns[line]
        edge = (Run(" " * EDGE, "dim", True),)
        parts: list[Part] = [Flow((Run(f"{line + 1:>3}  ", "dim", True), Run(turn.speaker, "dim"), Run(f"  {role}", "accent.bold")))]
        parts.append(Flow(tuple(self._runs(line)), edge, edge))
        return Block(f"line:{line}", (*parts, Blank()), selectable=False)

    def _runs(self, line: int) -> list[Run]:
        text = self._text(line)[:LONGEST]
        cursor = self.words[self.at] if self.words else None
        begun = self._span() if self.begun_at is not None else None
        tone = "bright" if self.card.dialogue.turns[line].speaker == "seeker" else "text"
        looks: list[str] = [tone] * len(text)
        for quote in self.quotes:
            if quote.turn == line:
                looks[quote.start:quote.end] = ["accent.underline"] * (min(quote.end, len(text)) - quote.start)
        if begun is not None and begun[0] == line:
            looks[begun[1]:begun[2]] = ["accent.bold.underline"] * (begun[2] - begun[1])
        if cursor is not None and cursor.line == line:
            looks[cursor.start:cursor.end] = ["accent.bold.reverse"] * (cursor.end - cursor.start)
        runs: list[Run] = []
        begin = 0
        for place in range(1, len(text) + 1):
            if place == len(text) or looks[place] != looks[begin]:
                runs.append(Run(clean(text[begin:place], True), looks[begin]))
                begin = place
        return runs or [Run("(no words)", "dim")]

    def _row_of(self, place: int) -> int:
        """In which row of its line a word stands."""
        word = self.words[place]
        spans = line_spans(self._text(word.line)[:LONGEST], max(8, self.view.text_width - EDGE))
        return next((row for row, (_, end, _) in enumerate(spans) if word.start < end), len(spans) - 1)

    # Moving

    def action_step(self, by: int) -> None:
        """A word on; while marking the line is not left."""
        place = self.at + by
        if 0 <= place < len(self.words) and self._may_go(place):
            self.at = place
            self._draw()

    def action_row(self, by: int) -> None:
        """To the word above or below."""
        if not self.words:
            return
        here = self.words[self.at]
        row = self._row_of(self.at)
        column = here.start - min(word.start for place, word in enumerate(self.words)
                                  if word.line == here.line and self._row_of(place) == row)
        rows: dict[tuple[int, int], list[int]] = {}
        for place, word in enumerate(self.words):
            rows.setdefault((word.line, self._row_of(place)), []).append(place)
        order = sorted(rows)
        target = order.index((here.line, row)) + by
        if 0 <= target < len(order):
            there = rows[order[target]]
            begin = self.words[there[0]].start
            place = min(there, key=lambda one: abs(self.words[one].start - begin - column))
            if self._may_go(place):
                self.at = place
                self._draw()

    def action_edge(self, which: int) -> None:
        """The first or last word of the line."""
        if self.words:
            here = [place for place, word in enumerate(self.words) if word.line == self.words[self.at].line]
            self.at = here[which]
            self._draw()

    def action_line(self, by: int) -> None:
        """The first word of the next line."""
        if self.words and self.begun_at is None:
            lines = sorted({word.line for word in self.words})
            line = lines[(lines.index(self.words[self.at].line) + by) % len(lines)]
            self.at = next(place for place, word in enumerate(self.words) if word.line == line)
            self._draw()

    def _may_go(self, place: int) -> bool:
        return self.begun_at is None or self.words[place].line == self.words[self.begun_at].line

    # Marking

    def _span(self) -> tuple[int, int, int]:
        """Line, start and end of the mark that was begun, without signs around its words."""
        anchor = self.at if self.begun_at is None else self.begun_at
        first, last = sorted((anchor, self.at))
        line, start, end = self.words[first].line, self.words[first].start, self.words[last].end
        text = self._text(line)
        inner = text[start:end].strip(_TRIM)
        if inner:
            start += text[start:end].index(inner)
            end = start + len(inner)
        return line, start, end

    def action_mark(self) -> None:
        """Begin, or end: marks it touches give way to it."""
        if not self.words:
            return
        if self.begun_at is None:
            self.begun_at = self.at
        else:
            line, start, end = self._span()
            self.begun_at = None
            self.quotes = [quote for quote in self.quotes if quote.turn != line or quote.end <= start or quote.start >= end]
            self.quotes.append(Quote(turn=line, role=self.roles[line], text=self._text(line)[start:end], start=start, end=end))
        self._draw()

    def action_clear(self) -> None:
        """No marks on this line."""
        if self.words:
            self.begun_at = None
            line = self.words[self.at].line
            self.quotes = [quote for quote in self.quotes if quote.turn != line]
            self._draw()

    def clicked(self, row: int, column: int) -> None:
        """The first click begins a mark, the second ends it."""
        place = next((at for at in range(len(self.words)) if self._under(at, row, column)), None)
        if place is not None and self._may_go(place):
            self.at = place
            self.action_mark()

    def _under(self, place: int, row: int, column: int) -> bool:
        from rich.cells import cell_len

        word = self.words[place]
        start, _ = self.view.lines_of(f"line:{word.line}")
        if row - start - 1 != self._row_of(place):
            return False
        text = self._text(word.line)
        begin = line_spans(text[:LONGEST], max(8, self.view.text_width - EDGE))[row - start - 1][0]
        left = EDGE + cell_len(clean(text[begin:word.start])) - 1
        return left <= column < left + cell_len(clean(text[word.start:word.end]))

    def action_done(self) -> None:
        """Give the quotes back."""
        if self.begun_at is not None:
            self.action_mark()
        order = {"state": 0, "action": 1, "outcome": 2}
        self.dismiss((*sorted(self.quotes, key=lambda quote: (order[quote.role], quote.turn, quote.start)), *self.kept))

    def action_cancel(self) -> None:
        """Let go of the mark, or go back."""
        if self.begun_at is not None:
            self.begun_at = None
            self._draw()
        else:
            self.dismiss(None)
