"""What the parts of the Evidence pane share: the app, reads of the bank in threads, jobs whose errors are told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar, cast

from textual.widget import Widget

from widgets.one_line import Part

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.connection import BankConnection
    from esc_tui.tui.app import EscApp
    from esc_tui.tui.panes.bank.query import BankQueries
    from esc_tui.tui.panes.evidence.pane import EvidencePane
    from esc_tui.tui.workshop import Workshop

T = TypeVar("T")


class EvidencePart(Widget):
    """A view of the pane, a part of one, or the pane itself."""

    # What the pane asks of a view

    def reload(self) -> None:
        """Read the bank again."""

    def shown_again(self) -> None:
        """Come into sight again, with nothing known to have changed."""

    def take_focus(self) -> None:
        """Give the focus to what is to be used first."""

    @property
    def facts(self) -> list[Part]:
        """What the line of tabs says beside them."""
        return []

    # What all share

    @property
    def esc_app(self) -> EscApp:
        """The app."""
        return cast("EscApp", self.app)

    @property
    def workshop(self) -> Workshop:
        """Where the bank is."""
        return self.esc_app.workshop

    @property
    def home(self) -> EvidencePane:
        """The pane this part is in."""
        from esc_tui.tui.panes.evidence.pane import EvidencePane

        return next(node for node in self.ancestors_with_self if isinstance(node, EvidencePane))

    @property
    def queries(self) -> BankQueries:
        """Reads of the bank."""
        return self.home.reads

    async def ask(self, question: Callable[[BankConnection], T]) -> T:
        """Put a question to the bank in a thread. Raises what the bank raises."""
        await self.workshop.bank()
        return await asyncio.to_thread(self.queries.ask, lambda reader: question(reader.connection))

    def tell(self, sentence: str, kind: str = "information") -> None:
        """One sentence in a corner."""
        self.esc_app.tell(sentence, kind)

    def work(self, work: Coroutine[Any, Any, None], group: str = "evidence", *, exclusive: bool = False) -> None:
        """Do something that may ask the person or the bank; its errors are told."""

        async def told() -> None:
            try:
                await work
            except Exception as error:
                self.esc_app.tell_error(error)

        self.run_worker(told(), group=group, exclusive=exclusive)

    async def writable(self) -> Bank | None:
        """The bank when it can be written; else one sentence says why not."""
        bank = await self.workshop.bank()
        if bank.view_only:
            self.tell(f"This bank can only be looked at: {bank.view_only_reason.rstrip('.')}. Copy the file to a folder of your own "
                      "to change it.", "warning")
            return None
        return bank
