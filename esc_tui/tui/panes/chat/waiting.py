"""The field of the first moments: drawn at once, keeps what is typed until the real field is loaded and takes it over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.message import Message

from widgets.one_line import OneLine, Part

if TYPE_CHECKING:
    from esc_tui.tui.panes.chat.composer import Composer


class WaitingField(OneLine, can_focus=True):
    """Takes printable keys, Backspace, ctrl+j, Enter and pastes; ``typed`` is the text, ``send`` whether Enter ended it."""

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
        self.typed = ""
        self.send = False
        self.heir: Composer | None = None
        self._draw()

    def on_waiting_field_hand_over(self, event: HandOver) -> None:
        """Give text and focus to the real field; keys that still come here are passed on."""
        event.stop()
        self.heir = event.heir
        event.heir.load_text(self.typed)
        event.heir.move_cursor(event.heir.document.end)
        if self.has_focus:
            self.screen.set_focus(event.heir)
        self.display = False
        if self.send:
            event.heir.action_send()
        self.set_timer(0.5, self.remove)

    def _draw(self) -> None:
        if self.typed:
            self.show([Part(" ".join(self.typed.split("\n")), "bright"), Part("▏", "accent")])
        else:
            self.show([Part(self.placeholder, "dim")])

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Every printable key types."""
        return character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        """Keep what is typed."""
        if self.heir is not None:
            event.stop()
            self.heir.post_message(events.Key(event.key, event.character))
            return
        if self.send:
            event.stop()
            return
        if event.key == "enter":
            self.send = bool(self.typed.strip())
        elif event.key == "ctrl+j":
            self.typed += "\n"
        elif event.key == "backspace":
            self.typed = self.typed[:-1]
        elif event.is_printable and event.character:
            self.typed += event.character
        else:
            return
        event.stop()
        event.prevent_default()
        self._draw()

    def on_paste(self, event: events.Paste) -> None:
        """Keep what is pasted."""
        event.stop()
        if self.heir is not None:
            self.heir.post_message(events.Paste(event.text))
            return
        self.typed += event.text
        self._draw()
