"""What a toast has covered is painted anew when it goes.

Textual 8.2.8 compares two layouts to find what to paint. After something scrolled, the older one is made anew by then, already without
the toast, and its words would stay on the screen until something else paints there.
"""

from __future__ import annotations

from typing import Any

from textual import events
from textual.widgets._toast import ToastRack


class PaintsBehindToasts:
    """Mixed in before a screen."""

    _toasts_shown = 0

    def _on_mount(self: Any, _: events.Mount) -> None:
        """Look after every layout."""
        self.screen_layout_refresh_signal.subscribe(self, self._paint_behind_toasts, immediate=True)

    def _paint_behind_toasts(self: Any, _: Any) -> None:
        shown = sum(len(rack.children) for rack in self.children if isinstance(rack, ToastRack))
        if shown < self._toasts_shown:
            self.refresh()
        self._toasts_shown = shown
