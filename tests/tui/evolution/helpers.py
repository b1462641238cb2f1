"""The app on its Evolution pane over a made-up bank, and waiting until it has been read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from esc_tui.tui.app import EscApp
from esc_tui.tui.start import Start
from tests.tui.helpers import wait_until


def evolution_app(path: Path, theme: str = "esc-dark") -> EscApp:
    app = EscApp(Start(bank=path, pane="evolution", theme=theme))
    app.animation_level = "none"
    return app


@asynccontextmanager
async def open_evolution(path: Path, size: tuple[int, int] = (150, 42)) -> AsyncIterator[tuple[EscApp, Pilot]]:
    app = evolution_app(path)
    async with app.run_test(size=size) as pilot:
        await all_read(pilot)
        yield app, pilot
    await app.workshop.close()


async def all_read(pilot: Pilot) -> None:
    await wait_until(pilot, lambda: pilot.app.pane is not None and pilot.app.pane.id and getattr(pilot.app.pane, "read", False))
    await settled(pilot)


async def settled(pilot: Pilot) -> None:
    """No work of the pane is under way."""
    await wait_until(pilot, lambda: not [
        worker for worker in pilot.app.workers if worker.is_running and worker.group.startswith("evolution-")])


async def go_to(pilot: Pilot, number: int) -> None:
    """The cursor on a row."""
    pilot.app.pane.rows.move_to(str(number))
    await pilot.pause()
    await settled(pilot)


def page_text(page, width: int = 100) -> str:
    return "\n".join(line.plain for line in page.typeset(width))


def list_text(rows) -> str:
    return "\n".join("".join(segment.text for segment in rows.render_line(y)) for y in range(rows.size.height))


def toasts(app: EscApp) -> str:
    return "\n".join(note.message for note in app._notifications)
