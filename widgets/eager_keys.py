"""Keys of a text field in the order they were pressed, also when many come at once."""

from __future__ import annotations

from typing import Any

from textual import events


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
