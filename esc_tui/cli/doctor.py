"""``esc-tui doctor``: what an endpoint can do, or why it cannot be used."""

from __future__ import annotations

import asyncio

from esc_tui.cli.common import Exit, put, settings_from
from esc_tui.domain.errors import UserError
from esc_tui.domain.text import visible


def run_doctor(url: str, model: str | None) -> int:
    """Print one line for each finding; 3 when the endpoint cannot be used."""
    from esc_tui.engines.endpoint import EndpointSettings, diagnose

    settings = settings_from({"endpoint": url or None, "model": model})
    if not settings.endpoint:
        raise UserError("no endpoint is set", "settings", "give its address: esc-tui doctor http://127.0.0.1:11434")
    report = asyncio.run(
        diagnose(
            EndpointSettings(
                url=settings.endpoint,
                model=settings.model,
                key_variable=settings.key_variable,
                timeout=settings.timeout,
            )
        )
    )
    for line in report.lines():
        put(visible(line, keep_lines=False))
    return Exit.DONE if report.usable else Exit.ENDPOINT
