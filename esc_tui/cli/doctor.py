"""``esc-tui doctor``: what an endpoint can do, or why it cannot be used."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from esc_tui.cli.common import Exit, put, settings_from
from esc_tui.domain.errors import WrongUseError
from esc_tui.domain.text import visible

if TYPE_CHECKING:
    from esc_tui.engines.endpoint import EndpointSettings


def run_doctor(url: str, model: str | None) -> int:
    """Print one line for each finding as it is made; 3 when the endpoint cannot be used."""
    from esc_tui.support.session import endpoint_settings

    settings = settings_from({"endpoint": url or None, "model": model})
    if not settings.endpoint:
        raise WrongUseError("no endpoint is set", "settings", "give its address: esc-tui doctor http://127.0.0.1:11434")
    return asyncio.run(_print_findings(endpoint_settings(settings)))


async def _print_findings(settings: EndpointSettings) -> int:
    from esc_tui.engines.endpoint import diagnose

    usable = True
    async for line in diagnose(settings):
        mark = " " if line.ok is None else "✓" if line.ok else "✗"
        put(visible(f"{mark} {line.name:<18} {line.text}", keep_lines=False))
        usable = usable and not (line.needed and line.ok is False)
    return Exit.DONE if usable else Exit.ENDPOINT
