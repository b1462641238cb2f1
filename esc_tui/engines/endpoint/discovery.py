"""The roles of discovery played by a model: the annotator and the skill writer of one endpoint."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from esc_tui.engines.endpoint.annotating import EndpointAnnotator
from esc_tui.engines.endpoint.asker import Asker
from esc_tui.engines.endpoint.capability import CapabilityMemory
from esc_tui.engines.endpoint.connection import Connection
from esc_tui.engines.endpoint.faults import Sleep
from esc_tui.engines.endpoint.prompts import PromptFolder
from esc_tui.engines.endpoint.settings import EndpointSettings
from esc_tui.engines.endpoint.skill_writing import EndpointSkillWriter


@dataclass(frozen=True, slots=True)
class EndpointDiscovery:
    """Both roles over one connection. ``loopback`` tells whether words that must not be passed on may be sent to it."""

    annotator: EndpointAnnotator
    skill_writer: EndpointSkillWriter
    connection: Connection

    @property
    def host(self) -> str:
        """Host and port of the endpoint, for people."""
        return self.connection.settings.host

    @property
    def loopback(self) -> bool:
        """True when the endpoint is on this computer."""
        return self.connection.settings.loopback

    async def aclose(self) -> None:
        """Close the connections; the next question opens new ones."""
        await self.connection.aclose()


def build_endpoint_discovery(settings: EndpointSettings, prompts_dir: Path, environment: Mapping[str, str] | None = None,
                             sleep: Sleep = asyncio.sleep) -> EndpointDiscovery:
    """The roles that ask a model at ``settings.url``; nothing is read, loaded or asked before the first question.

    The annotator needs a model named in the settings, because its name is part of the labels'. Raises UserError when the
    address is none.
    """
    connection = Connection(settings, environment)
    asker = Asker(connection, PromptFolder(prompts_dir), CapabilityMemory(settings.memory), sleep)
    return EndpointDiscovery(EndpointAnnotator(asker), EndpointSkillWriter(asker), connection)
