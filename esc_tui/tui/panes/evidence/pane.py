"""The Evidence pane."""

from __future__ import annotations

import asyncio

from textual.widgets import Static

from esc_tui.tui.pane import Pane


class EvidencePane(Pane):
    """Dialogues and Intervention Units."""

    HELP_TITLE = "Evidence"
    can_focus = True

    def compose(self):  # type: ignore[no-untyped-def]
        """Nothing yet."""
        yield Static("")

    def shown(self) -> None:
        """Take the focus."""
        self.focus()

    def show_unit(self, number: int) -> None:
        """Show a unit on its lines."""
        self.run_worker(self._show_unit(number), exclusive=True, exit_on_error=False)

    async def _show_unit(self, number: int) -> None:
        from esc_tui.tui.panes.chat.unit_screen import UnitScreen

        bank = await self.app.workshop.bank()  # type: ignore[attr-defined]
        unit = await asyncio.to_thread(bank.unit, number)
        self.app.push_screen(UnitScreen(number, unit, await asyncio.to_thread(bank.dialogue, unit.dialogue)))

    def show_dialogue(self, identity: str, line: int = 0) -> None:
        """Show a line of a dialogue."""
