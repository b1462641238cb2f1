"""The four-way critic over finished episodes: ten samples after each reply, their mean kept (PPDPP, papers.md 2.6)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from statistics import fmean

from esc_tui.domain.errors import EndpointError
from esc_tui.domain.events import AnyEvent
from esc_tui.domain.talk import TalkView
from esc_tui.engines.roles import EpisodeCritic, Line

SAMPLES = 10
"""Verdicts asked for after each reply, at the temperature of the critic's prompt (1.1)."""


class Judge:
    """Asks the critic, at most ``most`` questions at once over all episodes. ``faults`` gathers why episodes stayed unjudged.

    Once ``stopping`` says so no further question is asked; those under way are heard out.
    """

    def __init__(self, critic: EpisodeCritic, most: int, stopping: Callable[[], bool]) -> None:
        self._critic, self._stopping = critic, stopping
        self._room = asyncio.Semaphore(most)
        self.faults: list[str] = []

    async def rewards(self, scene: str, events: Sequence[AnyEvent]) -> tuple[float, ...] | None:
        """The mean reward after each reply, -1 to 1; None when any verdict could not be had: there is no default.

        Raises what else went wrong with one, as itself.
        """
        moments = histories(events)
        asked: list[list[asyncio.Task[float | None]]] = []
        try:
            async with asyncio.TaskGroup() as group:
                asked = [[group.create_task(self._sample(scene, history, sample)) for sample in range(1, SAMPLES + 1)]
                         for history in moments]
        except BaseExceptionGroup as errors:
            known, unknown = errors.split(EndpointError)
            if unknown is not None or known is None:
                raise _first(unknown or errors) from None
            self.faults.append(str(_first(known)))
            return None
        verdicts = [[verdict for sample in samples if (verdict := sample.result()) is not None] for samples in asked]
        if any(len(some) < SAMPLES for some in verdicts):
            return None
        return tuple(fmean(some) for some in verdicts)

    async def _sample(self, scene: str, history: tuple[Line, ...], sample: int) -> float | None:
        async with self._room:
            return None if self._stopping() else await self._critic.judge(scene, history, sample)


def _first(errors: BaseException) -> BaseException:
    while isinstance(errors, BaseExceptionGroup):
        errors = errors.exceptions[0]
    return errors


def histories(events: Sequence[AnyEvent]) -> list[tuple[Line, ...]]:
    """The talk up to and with each reply, oldest line first."""
    lines: list[Line] = []
    found: list[tuple[Line, ...]] = []
    for place, turn in enumerate(TalkView.of(events).turns, 1):
        lines.append(Line("seeker", turn.text, place))
        if turn.reply is not None and turn.reply.text:
            lines.append(Line("supporter", turn.reply.text, place))
            found.append(tuple(lines))
    return found
