"""Reading the bank for the pane: as the Bank pane does, and searches of any kind that a newer one stops."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from esc_tui.bank.connection import BankConnection, SearchInterrupted
from esc_tui.tui.panes.bank.query import BankQueries

T = TypeVar("T")


class EvidenceReads(BankQueries):
    """Blocking reads; any thread may call."""

    def search(self, question: Callable[[BankConnection], T], number: int) -> T | None:
        """The answer to a search, or None when a newer one has begun (``begin_search`` gives the number)."""
        with self._search_lock:
            if number != self._newest or self._closed:
                return None
            if self._searcher is None:
                self._searcher = self._open()
            try:
                found = question(self._searcher.connection)
            except SearchInterrupted:
                return None
            return found if number == self._newest else None
