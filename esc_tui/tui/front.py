"""The screen the panes are on: only the pane in front has the focus, on something that can be seen, and only it asks questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import textual.screen
from textual._context import active_message_pump
from textual.dom import DOMNode
from textual.widget import Widget
from textual.worker import NoActiveWorker, get_current_worker

from esc_tui.tui.behind_toasts import PaintsBehindToasts
from esc_tui.tui.pane import Pane

if TYPE_CHECKING:
    from esc_tui.tui.app import EscApp


def pane_of(node: DOMNode) -> Pane | None:
    """The pane a widget is in or is; None for what is in no pane."""
    return next((found for found in node.ancestors_with_self if isinstance(found, Pane)), None)


def asking_pane() -> Pane | None:
    """The pane whose work or key handling runs at the moment; None when it is the app's or a screen's own."""
    try:
        node: object = get_current_worker().node
    except NoActiveWorker:
        node = active_message_pump.get(None)
    return pane_of(node) if isinstance(node, DOMNode) else None


def in_sight(widget: Widget) -> bool:
    """Whether nothing around a widget, nor itself, is put out of sight."""
    return all(node.display for node in widget.ancestors_with_self if isinstance(node, Widget))


class Screen(PaintsBehindToasts, textual.screen.Screen[None]):
    """Under all others. Keys would be dead without a focus, and act unseen with one in a pane that is not in front."""

    def set_focus(self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False) -> None:
        """What is in a pane behind the one in front takes no focus; that pane takes it when it is shown."""
        pane = pane_of(widget) if widget is not None else None
        if pane is None or pane.in_front:
            super().set_focus(widget, scroll_visible, from_app_focus)

    def watch_focused(self) -> None:
        """See to it, once everything is laid out, that something in sight has the focus."""
        self.call_after_refresh(self._see_to_focus)

    def _see_to_focus(self) -> None:
        if self.app.app_focus and (self.focused is None or not in_sight(self.focused)):
            cast("EscApp", self.app).pane.take_focus()
