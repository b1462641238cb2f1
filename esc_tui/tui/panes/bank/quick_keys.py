"""Keys typed while a form is being opened: they are kept and given to the form."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.widget import Widget


class QuickKeys(Widget):
    """Mixed in last (the first base gives the styles) into what has the focus while a person browses.

    The pane says with ``keep_key`` whether a form is being opened.
    """

    @property
    def _pane(self) -> Any:
        return next((node for node in self.ancestors if hasattr(node, "keep_key")), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing moves here while a form is being opened."""
        pane = self._pane
        return super().check_action(action, parameters) if pane is None or not pane.opening else False

    async def handle_key(self, event: events.Key) -> bool:
        """Keep the key for the form that is being opened, or give it to the one that just was."""
        pane, focused = self._pane, self.app.focused
        kept = pane is not None and pane.keep_key(event)
        if not kept and focused is not None and focused is not self:
            kept = focused.post_message(events.Key(event.key, event.character))
        if kept:
            event.stop()
            event.prevent_default()
            return True
        return await super().handle_key(event)
