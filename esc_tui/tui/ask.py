"""A question at the lower edge with a few answers, each one key away; used for consent, forgetting, leaving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from widgets.eager_keys import without_controls
from widgets.one_line import OneLine, Part

if TYPE_CHECKING:
    from textual.widgets import TextArea

GAP = 4
"""Columns between two answers on one line."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its key, its words, and what is given back."""

    key: str
    words: str
    value: str


class AskScreen(Modal[str | None]):
    """Gives the value of the answer chosen, or None after Esc. The first answer is the default (Enter).

    ``field``: where somebody may still be typing when the question comes: letters, blanks and pastes go on into it. Answers then need
    keys that no sentence has.
    """

    DEFAULT_CSS = """
    AskScreen { align: left bottom; background: $background 40%; &:ansi { background: transparent; } }
    AskScreen #ask { height: auto; width: 1fr; background: $surface; padding: 1 3; border-top: solid $tone-accent; }
    AskScreen Static { width: 1fr; max-width: 96; height: auto; background: transparent; }
    AskScreen #ask-question { color: $tone-bright; text-style: bold; }
    AskScreen #ask-details { color: $tone-text; }
    AskScreen #ask-answers { margin-top: 1; }
    """
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("ask.default", "Take the first answer", "default", "enter", palette=False),
        Command("ask.cancel", "Go back", "cancel", "escape", palette=False, help="Nothing happens."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    HELP_TITLE = "A question"
    HELP_TEXT = "Press the key of an answer; Enter takes the first, Esc goes back without doing anything."

    def __init__(self, question: str, details: str, answers: Sequence[Answer], *, field: TextArea | None = None) -> None:
        super().__init__()
        self.field = field
        self.question, self.details, self.answers = question, details, tuple(answers)

    def compose(self) -> ComposeResult:
        """Question, details, answers."""
        with Vertical(id="ask"):
            yield Static(self.question, id="ask-question", markup=False)
            yield Static(self.details, id="ask-details", markup=False)
            yield OneLine(margin=0, id="ask-answers")
            for _ in self.answers:
                yield OneLine(margin=0, classes="ask-more")

    def on_resize(self) -> None:
        """Show the answers with their keys, on as many lines as they need."""
        told = [(f"enter or {answer.key}" if place == 0 and answer.key != "enter" else answer.key, answer.words, answer.value, "text")
                for place, answer in enumerate(self.answers)]
        lines: list[list[Part]] = [[]]
        room = left = self.size.width - 6
        for keys, words, value, tone in (*told, ("esc", "go back", "", "dim")):
            wide = cell_len(keys) + 1 + cell_len(words)
            if lines[-1] and wide + GAP > left:
                lines.append([])
                left = room
            gap = GAP if lines[-1] else 0
            left -= wide + gap
            lines[-1] += [Part(keys, "accent.bold", value, gap), Part(words, tone, value, 1)]
        for at, line in enumerate(self.query(OneLine)):
            line.display = at < len(lines)
            line.show(lines[at] if at < len(lines) else [])

    def on_key(self, event: events.Key) -> None:
        """The key of an answer, or more of what is being typed."""
        for answer in self.answers:
            if answer.key in {event.character, event.key}:
                event.stop()
                self.dismiss(answer.value)
                return
        if self.field is not None and event.is_printable and event.character:
            event.stop()
            self.field.insert(event.character)
        elif self.field is not None and event.key == "backspace":
            event.stop()
            self.field.action_delete_left()

    def on_paste(self, event: events.Paste) -> None:
        """More of what is being typed."""
        if self.field is not None:
            event.stop()
            self.field.insert(without_controls(event.text))

    def on_one_line_clicked(self, event: OneLine.Clicked) -> None:
        """A click on an answer."""
        event.stop()
        self.dismiss(event.target)

    def action_default(self) -> None:
        """The first answer."""
        self.dismiss(self.answers[0].value)

    def action_cancel(self) -> None:
        """Back."""
        self.dismiss(None)
