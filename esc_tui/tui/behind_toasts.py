"""What a toast has covered is painted anew when it goes.

To find what to paint, Textual 8.2.8 compares a layout with the one before. After something has scrolled it makes that one afresh, by then
without the toast, finds no difference there, and leaves the toast's words on the screen until something else paints them over.
"""

from __future__ import annotations

from typing import Any

from textual import events
from textual.screen import Screen
from textual.widgets._toast import Toast, ToastRack


class PaintsBehindToasts:
    """Mixed in before a screen."""

    _toasts_shown: frozenset[int] = frozenset()
    """``id`` of the toasts in the last layout."""

    def _on_mount(self: Any, event: events.Mount) -> None:
        """Look after every layout."""
        self.screen_layout_refresh_signal.subscribe(self, self._paint_behind_toasts, immediate=True)

    def _paint_behind_toasts(self: Any, screen: Screen[Any]) -> None:
        racks = (rack for rack in self.children if isinstance(rack, ToastRack))
        shown = frozenset(id(toast) for rack in racks for toast in rack.query(Toast) if not toast._pruning)
        if self._toasts_shown - shown:
            self.refresh()
        self._toasts_shown = shown
