"""The one place where the interface gets at the bank: opened once, in a thread, when first asked for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from esc_tui.domain.errors import UserError
from esc_tui.tui.start import Head, Start

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank


def read_head(start: Start) -> Head:
    """The facts of the header, with the standard library alone; an empty head when the bank cannot be read."""
    from esc_tui.bank.connection import connect

    name = start.bank.stem
    try:
        connection = connect(start.bank, "read", busy_milliseconds=200)
    except UserError:
        return Head(name=name)
    try:
        revision, digest = connection.row("SELECT number, hash FROM revisions ORDER BY number DESC LIMIT 1") or (0, "")
        active = connection.value("SELECT count(*) FROM skill_cards WHERE status = 'active'") or 0
    except UserError:
        return Head(name=name)
    finally:
        connection.close()
    return Head(name=name, revision=revision, short_hash=digest[:6], active_skills=active)


class Workshop:
    """Holds the open bank for all panes. ``await workshop.bank()`` from the loop; calls into the bank go to threads."""

    def __init__(self, start: Start) -> None:
        self.start = start
        self._bank: asyncio.Task[Bank] | None = None

    async def bank(self) -> Bank:
        """The bank, opened by the first caller; every caller gets the same one. Raises BankError."""
        if self._bank is None or (self._bank.done() and self._bank.exception() is not None):
            self._bank = asyncio.create_task(asyncio.to_thread(self._open))
        return await asyncio.shield(self._bank)

    def _open(self) -> Bank:
        from esc_tui.bank.bank import open_bank

        return open_bank(self.start.bank)

    def head(self) -> Head:
        """The bank's head as it stands now; cheap, blocking, for a thread or the first paint."""
        return read_head(self.start)

    async def close(self) -> None:
        """Close the bank, if it was opened."""
        if self._bank is not None:
            try:
                bank = await self._bank
            except Exception:
                return
            await asyncio.to_thread(bank.close)
