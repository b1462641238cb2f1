"""The field of the first moments: drawn at once, keeps what is typed until the real field is loaded and takes it over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.message import Message

from widgets.eager_keys import without_controls
from widgets.one_line import OneLine, Part

if TYPE_CHECKING:
    from esc_tui.tui.panes.chat.composer import Composer


class WaitingField(OneLine, can_focus=True):
    """Takes printable keys, Backspace, ctrl+j, Enter and pastes.

    ``typed`` is the text, ``send`` whether Enter ended it, ``next`` what came behind.
    """

    DEFAULT_CSS = "WaitingField { background: $surface; }"
    JUMP_KEY = "i"
    HELP_TITLE = "The field"
    HELP_TEXT = "Write what is on your mind; Enter sends it."

    class HandOver(Message):
        """Sent to the waiting field itself, so that it comes after every key that is already on its way."""

        def __init__(self, heir: Composer) -> None:
            self.heir = heir
            super().__init__()

    def __init__(self, placeholder: str) -> None:
        super().__init__(margin=0, id="waiting")
        self.placeholder = placeholder
        self.typed, self.next = "", ""
        self.send = False
        self._draw()

    def on_waiting_field_hand_over(self, event: HandOver) -> None:
        """Give text and focus to the real field, once every key that came before was taken."""
        event.stop()
        if self._pending_message is not None or self.message_queue_size:
            self.post_message(self.HandOver(event.heir))
            return
        event.heir.load_text(self.typed)
        event.heir.move_cursor(event.heir.document.end)
        if self.screen.focused is self:
            self.screen.set_focus(event.heir)
        self.display = False
        if self.send:
            event.heir.action_send()
            event.heir.load_text(self.next)
            event.heir.move_cursor(event.heir.document.end)
        self.remove()

    def _draw(self) -> None:
        text = self.next or self.typed
        if text:
            self.show([Part(" ".join(text.split("\n")), "bright"), Part("▏", "accent")])
        else:
            self.show([Part(self.placeholder, "dim")])

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Every printable key types."""
        return character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        """Keep what is typed; after Enter it is the beginning of the next message."""
        text = self.next if self.send else self.typed
        if event.key == "enter":
            self.send = self.send or bool(text.strip())
        elif event.key == "ctrl+j":
            self._keep(text + "\n")
        elif event.key == "backspace":
            self._keep(text[:-1])
        elif event.is_printable and event.character:
            self._keep(text + event.character)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Keep what is pasted."""
        event.stop()
        self._keep((self.next if self.send else self.typed) + without_controls(event.text))

    def _keep(self, text: str) -> None:
        if self.send:
            self.next = text
        else:
            self.typed = text
        self._draw()
