"""What the roles of one engine tell each other within a turn, so that one answer of the model can serve two of them."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from esc_tui.domain.errors import EndpointError
from esc_tui.engines.endpoint.outputs import MovePlan, NextMove
from esc_tui.engines.roles import Moment, Reading

_TURNS = 8
_QUIET = 3.0
"""Seconds after a failure in which the same turn does not ask again: its later steps fall back at once."""


@dataclass(slots=True)
class TurnNotes:
    """Notes of one turn: a reading already under way, a plan that came with the choice, what the writer said of going on,
    a failure, and the marks of the prompts sent.
    """

    reading: asyncio.Task[Reading] | None = None
    plan: tuple[tuple[str, ...], str, MovePlan] | None = None
    onward: tuple[int, NextMove] | None = None
    failure: EndpointError | None = None
    failed_at: float = 0.0
    prompts: list[str] = field(default_factory=list)

    def keep_prompt(self, mark: str) -> None:
        """Note a prompt that was sent, once."""
        if mark not in self.prompts:
            self.prompts.append(mark)

    def take_prompts(self) -> list[str]:
        """The prompts sent since they were last taken."""
        taken, self.prompts = self.prompts, []
        return taken

    def fail(self, error: EndpointError) -> None:
        """Remember that the endpoint failed."""
        self.failure, self.failed_at = error, time.monotonic()

    def check(self) -> None:
        """Raise EndpointError when the endpoint failed a moment ago in this turn."""
        if self.failure is not None and time.monotonic() - self.failed_at < _QUIET:
            self.failed_at = time.monotonic()
            raise EndpointError("the endpoint failed a moment ago and was not asked again for this step",
                                self.failure.where, status=self.failure.status)

    def drop_reading(self) -> None:
        """End a reading nobody waits for any more."""
        task, self.reading = self.reading, None
        if task is not None and not task.done():
            try:
                task.cancel()
            except RuntimeError:
                pass  # its event loop is closed, so it ended with it


class Scratch:
    """Notes by turn; only the latest few are kept."""

    def __init__(self) -> None:
        self._notes: OrderedDict[tuple[object, ...], TurnNotes] = OrderedDict()

    def of(self, moment: Moment) -> TurnNotes:
        """The notes of the turn a moment belongs to."""
        last = moment.history[-1].text if moment.history else ""
        key = (moment.text, moment.turn, moment.seed, len(moment.history), last)
        notes = self._notes.setdefault(key, TurnNotes())
        self._notes.move_to_end(key)
        while len(self._notes) > _TURNS:
            self._notes.popitem(last=False)[1].drop_reading()
        return notes

    def drop_all(self) -> None:
        """Forget everything and end what still runs."""
        for notes in self._notes.values():
            notes.drop_reading()
        self._notes.clear()
