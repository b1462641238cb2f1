"""Which engine labels and writes: the roles of discovery that the settings ask for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from esc_tui.domain.errors import UserError

if TYPE_CHECKING:
    from esc_tui.engines.endpoint.discovery import EndpointDiscovery
    from esc_tui.engines.roles import Annotator, SkillWriter
    from esc_tui.settings.model import Settings


def annotator_for(settings: Settings) -> Annotator:
    """The annotator of the engine the settings name. Raises UserError when an endpoint is asked for without an address."""
    if settings.engine == "embedded":
        from esc_tui.engines.embedded.annotating import EmbeddedAnnotator

        return EmbeddedAnnotator()
    return _endpoint(settings).annotator


def skill_writer_for(settings: Settings) -> SkillWriter:
    """The skill writer of the engine the settings name. Raises UserError when an endpoint is asked for without an address."""
    if settings.engine == "embedded":
        from esc_tui.engines.embedded.skill_writing import EmbeddedSkillWriter

        return EmbeddedSkillWriter()
    return _endpoint(settings).skill_writer


def _endpoint(settings: Settings) -> EndpointDiscovery:
    if not settings.endpoint:
        raise UserError("the endpoint engine has no address", "settings",
                        "give one with --endpoint URL, or use --engine embedded")
    from esc_tui.engines.endpoint.discovery import build_endpoint_discovery
    from esc_tui.settings.locator import prompts_path
    from esc_tui.support.session import endpoint_settings

    return build_endpoint_discovery(endpoint_settings(settings), Path(settings.prompts) if settings.prompts else prompts_path())
