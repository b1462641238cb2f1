"""A model's answers about stored talks, kept with the run of those talks: what was broken off and goes on asks only what is left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from esc_tui.bank.answers import cached_answer, keep_answer
from esc_tui.domain.base import now_iso
from esc_tui.engines.endpoint.caching import Turns

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank


class _RunAnswers(Turns):
    """Implements ``engines.endpoint.caching.AnswerCache`` in a bank."""

    def __init__(self, bank: Bank, run: int) -> None:
        super().__init__()
        self._bank, self._run = bank, run

    def find(self, key: str) -> str | None:
        return cached_answer(self._bank.connection, key)

    async def keep(self, key: str, answer: str) -> None:
        keep_answer(self._bank.writing, self._run, key, answer, now_iso())


@contextmanager
def answers_kept(bank: Bank, run: int) -> Iterator[None]:
    """Within it the answers of endpoints are kept with a run and go with it; one that is there already is not asked for again."""
    from esc_tui.engines.endpoint.calling import SCOPE, CallScope

    before = SCOPE.set(CallScope(f"talks of run {run}", cache=_RunAnswers(bank, run)))
    try:
        yield
    finally:
        SCOPE.reset(before)
