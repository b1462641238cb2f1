"""The four-way critic of the endpoint engine, as PPDPP asks it (papers.md 2.6): worse, same, better, solved."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from esc_tui.engines.endpoint.asker import Asker, Request
from esc_tui.engines.endpoint.calling import seed_of
from esc_tui.engines.endpoint.capability import CapabilityMemory
from esc_tui.engines.endpoint.connection import Connection
from esc_tui.engines.endpoint.faults import Sleep
from esc_tui.engines.endpoint.prompts import PromptFolder
from esc_tui.engines.endpoint.schemas import schema_of
from esc_tui.engines.endpoint.scratch import TurnNotes
from esc_tui.engines.endpoint.seeker_outputs import CriticSaid
from esc_tui.engines.endpoint.settings import EndpointSettings
from esc_tui.engines.endpoint.view import clipped
from esc_tui.engines.roles import Line

REWARDS: dict[str, float] = {"worse": -1.0, "same": -0.5, "better": 0.5, "solved": 1.0}
"""PPDPP's reward of each verdict."""
_MOST_LINE = 1_200
_MOST_SCENE = 2_000


class EndpointCritic:
    """Judges how the seeker is doing. Several samples of one moment differ by their seed and are kept apart where answers are kept."""

    def __init__(self, settings: EndpointSettings, prompts: Path, environment: Mapping[str, str] | None = None,
                 sleep: Sleep = asyncio.sleep) -> None:
        """``prompts``: the folder with episode_critic.md, whose front matter sets the temperature (1.1, as PPDPP draws)."""
        self._asker = Asker(Connection(settings, environment), PromptFolder(prompts), CapabilityMemory(settings.memory), sleep)
        self._schema = schema_of(CriticSaid)

    @property
    def connection(self) -> Connection:
        """The endpoint, with its count of calls."""
        return self._asker.connection

    async def judge(self, scene: str, history: tuple[Line, ...], sample: int) -> float:
        """-1.0, -0.5, 0.5 or 1.0 after the last reply of ``history``. Raises AnswerError for another verdict given twice, EndpointError."""
        values = {"scene": clipped(scene, _MOST_SCENE),
                  "history": [{"speaker": line.speaker, "text": clipped(line.text, _MOST_LINE)} for line in history]}
        request = Request(self._asker.render("episode_critic", values), "critic", self._schema, seed=seed_of("critic", sample),
                          replicate=f"sample {sample}")

        def check(data: dict[str, Any]) -> float:
            verdict = CriticSaid.model_validate(data).verdict.strip().strip(".").lower()
            if verdict not in REWARDS:
                raise ValueError(f"verdict must be one of: {', '.join(REWARDS)}")
            return REWARDS[verdict]

        return await self._asker.ask(request, TurnNotes(), check)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._asker.connection.aclose()
