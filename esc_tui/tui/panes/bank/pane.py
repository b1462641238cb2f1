"""The Bank pane: the list of skills and one skill in full."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from esc_tui.tui.pane import Pane


class BankPane(Pane):
    """Browse and edit skills."""

    HELP_TITLE = "Bank"

    def compose(self) -> ComposeResult:
        """The list and the detail."""
        yield Static("The bank is being opened ...", markup=False)

    def show_skill(self, slug: str) -> None:
        """Open one skill."""
