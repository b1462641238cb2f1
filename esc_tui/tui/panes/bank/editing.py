"""What the keys of the Bank pane do to skills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from textual.widget import Widget

if TYPE_CHECKING:
    from esc_tui.tui.app import EscApp
    from esc_tui.tui.workshop import Workshop


class Editing(Widget):
    """Mixed into the pane."""

    editor: Any = None

    @property
    def esc_app(self) -> EscApp:
        """The app."""
        return cast("EscApp", self.app)

    @property
    def workshop(self) -> Workshop:
        """Where the bank is."""
        return self.esc_app.workshop

    def tell(self, sentence: str, kind: str = "information") -> None:
        """A toast."""
        self.esc_app.tell(sentence, kind)

    def tell_error(self, error: Exception) -> None:
        """A toast about an error."""
        self.esc_app.tell_error(error)

    async def look_at_drafts(self) -> None: ...
    async def show_unit(self, number: int) -> None: ...
    async def compare_version(self, version: int) -> None: ...
