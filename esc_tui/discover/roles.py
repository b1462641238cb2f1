"""Which engine labels and writes: the roles of discovery that the settings ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

from esc_tui.domain.errors import WrongUseError

if TYPE_CHECKING:
    from pathlib import Path

    from esc_tui.engines.endpoint import EndpointSettings
    from esc_tui.engines.endpoint.discovery import EndpointDiscovery
    from esc_tui.engines.roles import Annotator, SkillWriter
    from esc_tui.settings.model import Settings

_Role = TypeVar("_Role")


def annotator_for(settings: Settings) -> Annotator:
    """The annotator of the engine the settings name.

    An endpoint whose model is not named is asked for its list, because the model's name is part of the labels'; blocks
    meanwhile. Raises UserError when an endpoint is asked for without an address, EndpointError when it lists no model.
    """
    if settings.engine == "embedded":
        from esc_tui.engines.embedded.annotating import EmbeddedAnnotator

        return EmbeddedAnnotator()
    return _endpoint(settings, named=True).annotator


def skill_writer_for(settings: Settings) -> SkillWriter:
    """The skill writer of the engine the settings name. Raises UserError when an endpoint is asked for without an address."""
    if settings.engine == "embedded":
        from esc_tui.engines.embedded.skill_writing import EmbeddedSkillWriter

        return EmbeddedSkillWriter()
    return _endpoint(settings).skill_writer


@asynccontextmanager
async def closing(role: _Role) -> AsyncIterator[_Role]:
    """The role, and in the end its connections closed if it has any."""
    try:
        yield role
    finally:
        close = getattr(role, "aclose", None)
        if close is not None:
            await close()


def place_of(settings: Settings) -> tuple[EndpointSettings, Path]:
    """The endpoint that the settings name and the folder with its prompts. Raises UserError without an address."""
    if not settings.endpoint:
        raise WrongUseError("the endpoint engine has no address", "settings",
                            "give one with --endpoint URL, or use --engine embedded")
    from esc_tui.settings.files import named_path
    from esc_tui.settings.locator import prompts_path
    from esc_tui.support.session import endpoint_settings

    return endpoint_settings(settings), named_path(settings.prompts) if settings.prompts else prompts_path()


def model_of(settings: Settings) -> str:
    """The model of the endpoint that the settings name; asked for where they leave it open, which blocks.

    Raises UserError without an address, EndpointError when it lists no model.
    """
    return _with_model(place_of(settings)[0]).model


def _endpoint(settings: Settings, *, named: bool = False) -> EndpointDiscovery:
    from esc_tui.engines.endpoint.discovery import build_endpoint_discovery

    chosen, prompts = place_of(settings)
    return build_endpoint_discovery(_with_model(chosen) if named else chosen, prompts)


def _with_model(chosen: EndpointSettings) -> EndpointSettings:
    """The settings with a model named. Runs in a thread of its own, so that it may be called inside a running loop too."""
    if chosen.model:
        return chosen
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    from esc_tui.engines.endpoint import resolve_model

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(resolve_model(chosen))).result()
