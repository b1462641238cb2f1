"""What the roles of one engine tell each other within a turn, so that one answer of the model can serve two of them."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from esc_tui.domain.errors import EndpointError
from esc_tui.engines.endpoint.calling import SCOPE
from esc_tui.engines.endpoint.outputs import MovePlan, NextMove
from esc_tui.engines.roles import Moment, Reading

_TURNS = 8
_TALKS = 1024
"""Simulated talks of which turns are remembered; more than a run may have slots."""
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
        """Raise EndpointError when the endpoint failed a moment ago in this turn; not in a run, where no other engine takes over."""
        if SCOPE.get() is not None:
            return
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
    """Notes by turn; only the latest few of each talk are kept. Live talks count as one talk."""

    def __init__(self) -> None:
        self._talks: OrderedDict[str, OrderedDict[tuple[object, ...], TurnNotes]] = OrderedDict()

    def of(self, moment: Moment) -> TurnNotes:
        """The notes of the turn a moment belongs to."""
        scope = SCOPE.get()
        talk = "" if scope is None else scope.talk
        turns = self._talks.setdefault(talk, OrderedDict())
        self._talks.move_to_end(talk)
        if len(self._talks) > _TALKS:
            _drop(self._talks.popitem(last=False)[1])
        last = moment.history[-1].text if moment.history else ""
        key = (moment.text, moment.turn, moment.seed, len(moment.history), last)
        notes = turns.setdefault(key, TurnNotes())
        turns.move_to_end(key)
        while len(turns) > _TURNS:
            turns.popitem(last=False)[1].drop_reading()
        return notes

    def drop_all(self) -> None:
        """Forget everything and end what still runs."""
        for turns in self._talks.values():
            _drop(turns)
        self._talks.clear()


def _drop(turns: OrderedDict[tuple[object, ...], TurnNotes]) -> None:
    for notes in turns.values():
        notes.drop_reading()
