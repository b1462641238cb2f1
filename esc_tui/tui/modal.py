"""The base of every screen that asks something: it gives its answer once, however often a key is pressed, and F1 explains it."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.screen import ModalScreen

from esc_tui.tui.behind_toasts import PaintsBehindToasts
from esc_tui.tui.commands import HELP, Command, bindings

Result = TypeVar("Result")


class Modal(PaintsBehindToasts, ModalScreen[Result]):
    """A modal screen that closes itself only while it is in front: a second key finds the question answered."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (HELP,)
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    async def action_help(self) -> None:
        """Help over this screen."""
        await self.app.run_action("help")

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close with a result, once."""
        if not self.is_current:
            return AwaitComplete()
        return super().dismiss(result)
