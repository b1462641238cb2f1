"""One part of a skill as text to edit, read back while it is typed; it cannot be taken while something is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import TextArea

from esc_tui.domain.skill import Skill
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.bank.wording import shown
from widgets.eager_keys import EagerKeys
from widgets.one_line import OneLine, Part


class FieldText(EagerKeys, TextArea):
    """The text, an entry a line."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("field.take", "Take it", "screen.take", "enter", "take", 1, palette=False),
        Command("field.line", "New line", "new_line", "ctrl+j,shift+enter,alt+enter", "new line", 2, palette=False),
        Command("field.cancel", "Go back", "screen.cancel", "escape", "go back", 3, palette=False, help="The text is thrown away."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, text: str) -> None:
        super().__init__(text, compact=True, highlight_cursor_line=False, soft_wrap=True, id="field-text")
        self.cursor_blink = False

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            screen = self.screen
            if isinstance(screen, FieldScreen):
                screen.action_take()
            return
        await super()._on_key(event)

    def action_new_line(self) -> None:
        """Break the line."""
        self.insert("\n")


class FieldScreen(Modal[Skill | None]):
    """Gives the skill with the part as written, or None after Esc. ``read`` gives the skill, or what is wrong with the text."""

    DEFAULT_CSS = """
    FieldScreen { align: left bottom; background: $background 40%; &:ansi { background: transparent; } }
    FieldScreen #field { height: auto; max-height: 90%; width: 1fr; background: $surface; padding: 1 3; border-top: solid $tone-accent; }
    FieldScreen TextArea { height: auto; max-height: 18; border: none; padding: 0; margin: 1 0; background: transparent;
                           color: $tone-bright; background-tint: transparent; scrollbar-size-vertical: 1; }
    FieldScreen TextArea:focus { border: none; background-tint: transparent; }
    FieldScreen .text-area--cursor { background: $tone-accent; color: $background; }
    FieldScreen:ansi .text-area--cursor { background: ansi_default; color: ansi_default; text-style: reverse; }
    """
    HELP_TITLE = "A part of a skill as text"
    HELP_TEXT = "One entry a line, as in SKILL.md. ctrl+j begins a new line, Enter takes the text, Esc throws it away."

    def __init__(self, title: str, text: str, read: Callable[[str], Skill | str]) -> None:
        super().__init__()
        self.heading, self.text, self.read = title, text, read

    def compose(self) -> ComposeResult:
        """Title, text, what is wrong."""
        with Vertical(id="field"):
            yield OneLine(margin=0, id="field-title")
            yield FieldText(self.text)
            yield OneLine(margin=0, id="field-keys")

    def on_mount(self) -> None:
        """To the text."""
        self.query_one("#field-title", OneLine).show([Part(shown(self.heading), "bright.bold")])
        self._keys("")
        text = self.query_one(FieldText)
        text.styles.max_height = max(3, min(18, self.app.size.height * 9 // 10 - 8))
        text.focus()

    def _keys(self, problem: str) -> None:
        parts = [Part("enter", "accent.bold"), Part("take", "dim", "", 1), Part("ctrl+j", "accent.bold", "", 3),
                 Part("new line", "dim", "", 1), Part("esc", "accent.bold", "", 3), Part("go back", "dim", "", 1)]
        self.query_one("#field-keys", OneLine).show([Part(f"! {shown(problem)}", "caution")] if problem else parts)

    @on(TextArea.Changed)
    def _typed(self, event: TextArea.Changed) -> None:
        event.stop()
        found = self.read(event.text_area.text)
        self._keys(found if isinstance(found, str) else "")

    def action_take(self) -> None:
        """Done, when it can be read."""
        found = self.read(self.query_one(FieldText).text)
        if isinstance(found, str):
            self._keys(found)
            self.app.bell()
        else:
            self.dismiss(found)

    def action_cancel(self) -> None:
        """Back."""
        self.dismiss(None)
