"""The field the person writes in: grows to six lines, Enter sends, ctrl+j makes a new line, Up at the top recalls.

Textual's TextArea costs 60 ms to import, so this module is loaded after the first paint; ``pane`` draws the empty field
until then.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from esc_tui.tui.commands import Command, bindings
from widgets.eager_keys import EagerKeys

NEW_LINE_AS_SENT = {"shift+\r", "alt+\r"}
"""How Textual 8.2.8 names shift+enter and alt+enter of terminals that send them as xterm's modifyOtherKeys."""
_LEFT_OUT = {"f6", "f7", "ctrl+z,super+z", "ctrl+y,super+y", "ctrl+c,super+c"}
"""Keys of the base class that this program keeps free or gives another meaning."""


class Composer(EagerKeys, TextArea, inherit_bindings=False):
    """The multi-line field at the foot of the transcript."""

    DEFAULT_CSS = """
    Composer {
        height: auto; min-height: 1; max-height: 6; width: 1fr; border: none; padding: 0; background: $surface;
        color: $tone-bright; scrollbar-size-vertical: 1;
        &:focus { border: none; }
        & .text-area--placeholder { color: $tone-dim; }
        & .text-area--cursor { color: $input-cursor-foreground; background: $input-cursor-background; }
        &:light .text-area--cursor { color: $input-cursor-foreground; background: $input-cursor-background; }
        & .text-area--selection { background: $input-selection-background; color: $input-selection-foreground; }
    }
    """
    JUMP_KEY = "i"
    HELP_TITLE = "The field"
    HELP_TEXT = ("Write what is on your mind. Enter sends it; ctrl+j makes a new line (shift+enter and alt+enter too where "
                 "the terminal sends them). Esc leaves the field; while a reply is coming, Esc stops it.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("field.send", "Send", "send", "enter", "send", 1, palette=False, help="Send what is in the field.",
                priority=False),
        Command("field.new_line", "New line", "new_line", "ctrl+j,shift+enter,alt+enter", "new line", 3, palette=False,
                key_display="ctrl+j", help="Also shift+enter and alt+enter where the terminal sends them."),
        Command("field.leave", "Leave the field, or stop the reply", "leave", "escape", "leave", 2, palette=False,
                help="The first Esc stops a running reply and keeps what was shown; the next one leaves the field."),
        Command("field.copy", "Copy the selected text", "copy", "ctrl+c", palette=False,
                help="To the system clipboard and through the terminal."),
        Command("field.undo", "Undo in the field", "undo", "ctrl+underscore", palette=False, key_display="ctrl+_"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *(binding for binding in TextArea.BINDINGS if isinstance(binding, Binding) and binding.key not in _LEFT_OUT),
        *bindings(OWN_COMMANDS),
    ]

    class Sent(Message):
        """Enter was pressed on a text that is not blank."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    class Left(Message):
        """Esc was pressed."""

    def __init__(self, placeholder: str) -> None:
        super().__init__(id="composer", compact=True, highlight_cursor_line=False, placeholder=placeholder,
                         tab_behavior="focus", soft_wrap=True)
        self.cursor_blink = False
        self.history_lines: list[str] = []
        self._place: int | None = None
        self._kept = ""

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.action_send()
            return
        if event.key in NEW_LINE_AS_SENT:
            event.stop()
            event.prevent_default()
            self.action_new_line()
            return
        await super()._on_key(event)

    def action_send(self) -> None:
        """Send the text, if there is any."""
        text = self.text.strip()
        if text:
            if not self.history_lines or self.history_lines[-1] != text:
                self.history_lines.append(text)
            self._place = None
            self.load_text("")  # at once, so that letters right behind Enter begin the next message
            self.post_message(self.Sent(text))

    def give_back(self, text: str) -> None:
        """A text that could not be sent stands in the field again, before what was written since."""
        if self.history_lines and self.history_lines[-1] == text:
            self.history_lines.pop()
        self.load_text(f"{text}\n{self.text}" if self.text else text)
        self.move_cursor(self.document.end)

    def action_new_line(self) -> None:
        """A line end at the cursor."""
        self.insert("\n")

    def action_leave(self) -> None:
        """Esc."""
        self.post_message(self.Left())

    def action_copy(self) -> None:
        """Copy the selection; without one nothing happens."""
        if self.selected_text:
            self.app.copy_to_clipboard(self.selected_text)

    def action_cursor_up(self, select: bool = False) -> None:
        """Up; at the first line it recalls what was written before."""
        if not select and self.cursor_at_first_line and self.get_cursor_up_location()[0] == self.cursor_location[0]:
            self._recall(-1)
            return
        super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """Down; at the last line it goes back towards the newest."""
        if not select and self._place is not None and self.cursor_at_last_line:
            self._recall(1)
            return
        super().action_cursor_down(select)

    def _recall(self, by: int) -> None:
        if not self.history_lines:
            return
        if self._place is None:
            if by > 0:
                return
            self._kept, self._place = self.text, len(self.history_lines)
        place = max(0, self._place + by)
        if place >= len(self.history_lines):
            text, self._place = self._kept, None
        else:
            text, self._place = self.history_lines[place], place
        self.load_text(text)
        self.move_cursor(self.document.end)
