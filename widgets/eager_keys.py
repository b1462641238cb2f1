"""Keys of a text field in the order they were pressed, also when many come at once; pastes without control characters."""

from __future__ import annotations

from typing import Any
from unicodedata import category

from textual import events

_TURN_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def without_controls(text: str) -> str:
    """The text without control and direction-changing characters, which a terminal would obey; line ends and tabs stay."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character for character in text if character in "\n\t" or not (
        category(character) in {"Cc", "Cs"} or character in _TURN_DIRECTION))


class EagerKeys:
    """Mixed in before TextArea or Input: the field's own bindings run while its key is handled.

    Textual runs bindings only once a key has bubbled up to the app; letters behind it are typed before that. In a burst (a
    lagging connection, a held key) Backspace would then take away the wrong letters.
    """

    async def _on_key(self: Any, event: events.Key) -> None:
        """Run what this field binds to the key."""
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if not binding.priority:
                event.stop()
                event.prevent_default()
                await self.app.run_action(binding.action, self)
                return

    def on_paste(self: Any, event: events.Paste) -> None:
        """Leave out what the terminal would obey; the field's own handler comes after this one."""
        event.text = without_controls(event.text)
