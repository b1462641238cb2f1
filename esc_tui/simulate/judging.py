"""The four-way critic over finished episodes: ten samples after each reply, their mean kept (PPDPP, papers.md 2.6)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from statistics import fmean

from esc_tui.domain.errors import EndpointError
from esc_tui.domain.events import AnyEvent
from esc_tui.domain.talk import TalkView
from esc_tui.engines.roles import EpisodeCritic, Line

SAMPLES = 10
"""Verdicts asked for after each reply, at the temperature of the critic's prompt (1.1)."""


class Judge:
    """Asks the critic, at most ``most`` questions at once over all episodes. ``faults`` gathers why episodes stayed unjudged."""

    def __init__(self, critic: EpisodeCritic, most: int) -> None:
        self._critic = critic
        self._room = asyncio.Semaphore(most)
        self.faults: list[str] = []

    async def rewards(self, scene: str, events: Sequence[AnyEvent]) -> tuple[float, ...] | None:
        """The mean reward after each reply, -1 to 1; None when any verdict could not be had: there is no default."""
        moments = histories(events)
        asked: list[list[asyncio.Task[float]]] = []
        fault = ""
        try:
            async with asyncio.TaskGroup() as group:
                asked = [[group.create_task(self._sample(scene, history, sample)) for sample in range(1, SAMPLES + 1)]
                         for history in moments]
        except* EndpointError as errors:
            fault = str(errors.exceptions[0])
        if fault:
            self.faults.append(fault)
            return None
        return tuple(fmean(sample.result() for sample in samples) for samples in asked)

    async def _sample(self, scene: str, history: tuple[Line, ...], sample: int) -> float:
        async with self._room:
            return await self._critic.judge(scene, history, sample)


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
