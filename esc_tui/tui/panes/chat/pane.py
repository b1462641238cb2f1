"""The Chat pane: the transcript with the field under it on the left, why the reply was given on the right."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from esc_tui.tui.pane import Pane


class ChatPane(Pane):
    """Talk with the supporter."""

    HELP_TITLE = "Chat"

    def compose(self) -> ComposeResult:
        """Transcript, field, why."""
        yield Static("hello-label", markup=False)
