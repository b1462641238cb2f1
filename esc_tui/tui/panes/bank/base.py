"""What the parts of the Bank pane share: the app, the open bank, and jobs whose errors are told."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, cast

from textual.widget import Widget

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.tui.app import EscApp
    from esc_tui.tui.panes.bank.detail import SkillDetail
    from esc_tui.tui.panes.bank.form import SkillForm
    from esc_tui.tui.panes.bank.query import BankQueries
    from esc_tui.tui.workshop import Workshop
    from widgets.virtual_list import VirtualList


class BankPart(Widget):
    """Mixed into the pane by each of its parts."""

    rows: VirtualList
    detail: SkillDetail
    editor: SkillForm | None = None

    @property
    def queries(self) -> BankQueries:
        """Reads of the bank."""
        raise NotImplementedError

    def reload(self, first: bool = False) -> None:
        """Read the list again."""
        raise NotImplementedError

    def show_skill(self, slug: str) -> None:
        """Select a skill."""
        raise NotImplementedError

    @property
    def esc_app(self) -> EscApp:
        """The app."""
        return cast("EscApp", self.app)

    @property
    def workshop(self) -> Workshop:
        """Where the bank is."""
        return self.esc_app.workshop

    def tell(self, sentence: str, kind: str = "information") -> None:
        """One sentence in a corner."""
        self.esc_app.tell(sentence, kind)

    def tell_error(self, error: Exception) -> None:
        """One sentence about an error."""
        self.esc_app.tell_error(error)

    def job(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that may ask the person or the bank; its errors are told."""

        async def told() -> None:
            try:
                await work
            except Exception as error:
                self.tell_error(error)

        self.run_worker(told(), group="bank-job")

    async def writable(self) -> Bank | None:
        """The bank when it can be written; else one sentence says why not."""
        bank = await self.workshop.bank()
        if bank.view_only:
            self.tell(f"This bank can only be looked at: {bank.view_only_reason.rstrip('.')}. Copy the file to a folder of your own "
                      "to change it.", "warning")
            return None
        return bank

    async def author(self) -> str:
        """Who is named in the history."""
        return await asyncio.to_thread(self.workshop.author)

    @property
    def chosen_slug(self) -> str | None:
        """The skill under the cursor."""
        row = self.rows.highlighted
        return row.id if row is not None else None
