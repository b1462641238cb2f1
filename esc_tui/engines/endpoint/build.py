"""Putting the endpoint engine together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from esc_tui.engines.endpoint.asker import Asker
from esc_tui.engines.endpoint.capability import CapabilityMemory
from esc_tui.engines.endpoint.connection import Connection
from esc_tui.engines.endpoint.faults import Sleep
from esc_tui.engines.endpoint.planning import EndpointPlanner, EndpointSkillChooser
from esc_tui.engines.endpoint.prompts import PromptFolder
from esc_tui.engines.endpoint.reading import EndpointRiskReader, EndpointStateReader
from esc_tui.engines.endpoint.settings import EndpointSettings
from esc_tui.engines.endpoint.writing import EndpointWriter
from esc_tui.engines.engine import Engine


def build_endpoint_engine(settings: EndpointSettings, prompts_dir: Path, fallback: Engine | None,
                          environment: Mapping[str, str] | None = None, sleep: Sleep = asyncio.sleep) -> Engine:
    """The engine that asks a model at ``settings.url``; each step it cannot do goes to ``fallback``.

    Nothing is read, loaded or asked before the first turn. A reply takes three questions one after the other - the state
    (with risk asked beside it), choice and plan, the words - and one more for each further move in one-by-one mode.
    Raises UserError when the address is none.
    """
    connection = Connection(settings, environment)
    asker = Asker(connection, PromptFolder(prompts_dir), CapabilityMemory(settings.memory), sleep)
    reader = EndpointStateReader(asker)
    return Engine(
        name="endpoint", reader=reader, chooser=EndpointSkillChooser(asker), planner=EndpointPlanner(asker),
        writer=EndpointWriter(asker), risk_reader=EndpointRiskReader(asker, reader) if settings.risk_check else None,
        model=settings.model, host=settings.host, said=True, fallback=fallback)


def check_prompts(folder: Path) -> None:
    """Read every role's prompt file now. Raises UserError for the first one that is missing or not in order."""
    PromptFolder(folder).check()


async def close_endpoint_engine(engine: Engine) -> None:
    """End what an endpoint engine has under way and close its connections; other engines are left alone."""
    if isinstance(engine.reader, EndpointStateReader):
        await engine.reader.close()
