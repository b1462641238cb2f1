"""Asking for one line of text at the lower edge: the reason of a save, the name of a new skill."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input

from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.bank.wording import shown
from widgets.eager_keys import EagerKeys
from widgets.one_line import OneLine, Part


class ReasonField(EagerKeys, Input):
    """The line."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("reason.take", "Done", "screen.take", "enter", "save", 1, palette=False),
        Command("reason.cancel", "Go back", "screen.cancel", "escape", "go back", 2, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)


class ReasonScreen(Modal[str | None]):
    """Gives the line, or None after Esc; an empty line is not taken."""

    DEFAULT_CSS = """
    ReasonScreen { align: left bottom; background: $background 40%; &:ansi { background: transparent; } }
    ReasonScreen #reason { height: auto; width: 1fr; background: $surface; padding: 1 3; border-top: solid $tone-accent; }
    ReasonScreen ReasonField { height: 1; border: none; padding: 0; margin: 1 0; background: transparent; color: $tone-bright;
                               background-tint: transparent; }
    ReasonScreen ReasonField:focus { border: none; background-tint: transparent; }
    ReasonScreen ReasonField > .input--placeholder { color: $tone-dim; }
    """
    HELP_TITLE = "One line"
    HELP_TEXT = "Say in one line why, for whoever reads the history. Enter saves, Esc goes back."

    def __init__(self, question: str, placeholder: str, *, done: str = "save", value: str = "", note: str = "") -> None:
        """``value`` stands in the field already; ``note`` says what was wrong with it."""
        super().__init__()
        self.value, self.note = value, note
        self.question, self.placeholder, self.done = question, placeholder, done

    def compose(self) -> ComposeResult:
        """Question, field, keys."""
        with Vertical(id="reason"):
            yield OneLine(margin=0, id="reason-question")
            yield ReasonField(self.value, placeholder=self.placeholder, id="reason-field", compact=True, max_length=200)
            yield OneLine(margin=0, id="reason-keys")

    def on_mount(self) -> None:
        """To the field."""
        self.query_one("#reason-question", OneLine).show([Part(shown(self.question), "bright.bold")])
        self._keys(f"! {self.note}" if self.note else "")
        field = self.query_one(ReasonField)
        field.cursor_blink = False
        field.focus()

    def _keys(self, note: str) -> None:
        parts = [Part("enter", "accent.bold", drop=2), Part(self.done, "dim", "", 1, 2), Part("esc", "accent.bold", "", 4, 1),
                 Part("go back", "dim", "", 1, 1)]
        self.query_one("#reason-keys", OneLine).show(parts, [Part(note, "caution")] if note else [])

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self.value:
            self._keys("")

    def action_take(self) -> None:
        """Done, when there is something."""
        text = " ".join(self.query_one(ReasonField).value.split())
        if text:
            self.dismiss(text)
        else:
            self._keys("! A few words are needed.")

    def action_cancel(self) -> None:
        """Back."""
        self.dismiss(None)
