"""What panes and the views inside them share: the app, reads of the bank in threads, work whose errors are told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar, cast

from textual.widget import Widget

from esc_tui.tui.workers import TellingWork

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.reading import BankReader
    from esc_tui.tui.app import EscApp
    from esc_tui.tui.panes.bank.query import BankQueries
    from esc_tui.tui.workshop import Workshop

T = TypeVar("T")


class PanePart(Widget):
    """A view of a pane, or the pane itself."""

    @property
    def esc_app(self) -> EscApp:
        """The app."""
        return cast("EscApp", self.app)

    @property
    def workshop(self) -> Workshop:
        """Where the bank is."""
        return self.esc_app.workshop

    @property
    def queries(self) -> BankQueries:
        """Reads of the bank; the pane opens them."""
        raise NotImplementedError

    async def ask(self, question: Callable[[BankReader], T]) -> T:
        """Put a question to the bank in a thread. Raises what the bank raises."""
        await self.workshop.bank()
        return await asyncio.to_thread(self.queries.ask, question)

    def tell(self, sentence: str, kind: str = "information") -> None:
        """One sentence in a corner."""
        self.esc_app.tell(sentence, kind)

    def tell_error(self, error: Exception) -> None:
        """One sentence about an error."""
        self.esc_app.tell_error(error)

    def work(self, work: Coroutine[Any, Any, None], group: str = "pane-work", *, exclusive: bool = False) -> None:
        """Do something that may ask the person or the bank; its errors are told. ``exclusive``: older work of the group is given up."""
        self.run_worker(TellingWork(work, self.tell_error), group=group, exclusive=exclusive)

    async def writable(self) -> Bank | None:
        """The bank when it can be written; else one sentence says why not."""
        bank = await self.workshop.bank()
        if bank.view_only:
            self.tell(f"This bank can only be looked at: {bank.view_only_reason.rstrip('.')}. Copy the file to a folder of your own "
                      "to change it.", "warning")
            return None
        return bank
