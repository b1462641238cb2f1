"""The app on its Episodes pane over made-up runs, and waiting until a view has been read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from esc_tui.bank.bank import open_bank
from esc_tui.tui.app import EscApp
from esc_tui.tui.start import Start
from tests.tui.helpers import wait_until


def episodes_app(path: Path, theme: str = "esc-dark") -> EscApp:
    app = EscApp(Start(bank=path, pane="episodes", theme=theme))
    app.animation_level = "none"
    return app


@asynccontextmanager
async def open_episodes(path: Path, size: tuple[int, int] = (150, 42)) -> AsyncIterator[tuple[EscApp, Pilot]]:
    """The pane with its runs read."""
    app = episodes_app(path)
    async with app.run_test(size=size) as pilot:
        await runs_read(pilot)
        yield app, pilot
    await app.workshop.close()


async def runs_read(pilot: Pilot) -> None:
    view = pilot.app.pane.views["runs"]
    await wait_until(pilot, lambda: view.rows.empty.plain)
    await wait_until(pilot, lambda: not view.rows.count or "score" in page_text(view.card) or "state" in page_text(view.card))


async def open_run(pilot: Pilot, number: int | None = None):
    """Enter on a run (the newest), until its episodes are there."""
    await runs_read(pilot)
    pane = pilot.app.pane
    if number is not None:
        pane.open_run(number)
    else:
        pane.view.rows.focus()
        await pilot.pause()
        await pilot.press("enter")
    await wait_until(pilot, lambda: pane.path == ["runs", "run"] and pane.view.rows.count and pane.view.preview.row is not None)
    return pane.view


async def open_episode(pilot: Pilot, number: int, run: int | None = None):
    """An episode in full."""
    view = await open_run(pilot, run)
    view.rows.move_to(str(number))
    await pilot.press("enter")
    pane = pilot.app.pane
    await wait_until(pilot, lambda: pane.path[-1] == "episode" and pane.view.row is not None and pane.view.row.number == number
                     and pane.view.why.blocks)
    return pane.view


def page_text(page) -> str:
    return "\n".join(line.plain for line in page.typeset(100))


def list_text(rows) -> str:
    return "\n".join("".join(segment.text for segment in rows.render_line(y)) for y in range(rows.size.height))


def talk_text(view) -> str:
    return "\n".join(view.talk.plain_lines)


def why_text(view) -> str:
    return "\n".join(view.why.plain_lines)


def toasts(app: EscApp) -> str:
    return "\n".join(note.message for note in app._notifications)


def orders(path: Path) -> list[tuple[str, int | None]]:
    """What was asked of runs, in order."""
    with open_bank(path, readonly=True) as bank:
        return [tuple(row) for row in bank.connection.rows("SELECT kind, episode FROM controls WHERE taken = 0 ORDER BY id")]
