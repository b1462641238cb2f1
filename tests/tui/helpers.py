"""Opening the app over a scripted chat, and waiting for conditions instead of time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from esc_tui.tui.app import EscApp
from esc_tui.tui.start import Head, Start
from esc_tui.tui.workshop import Workshop
from tests.tui.scripted import ScriptedChat


class FixedWorkshop(Workshop):
    """A workshop whose head is always the same and which opens no bank."""

    def head(self) -> Head:
        return Head("test-bank", 42, "3f9a1c", 31)


async def wait_until(pilot: Pilot, condition: Callable[[], object], seconds: float = 45.0) -> None:
    """Let the app and its threads work until the condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"this never came true: {condition}")
        await pilot.pause()
        await asyncio.sleep(0.005)  # the processor is for what is waited for
    await pilot.pause()


def make_app(chat: ScriptedChat | None = None, *, theme: str = "esc-dark", first_run: bool = False, pane: str = "chat",
             **services: object) -> EscApp:
    start = Start(bank=Path("none.db"), theme=theme, first_run=first_run, pane=pane)
    app = EscApp(start, FixedWorkshop(start), chat=chat or ScriptedChat(), **services)
    app.animation_level = "none"
    return app


@asynccontextmanager
async def open_chat(chat: ScriptedChat | None = None, *, size: tuple[int, int] = (120, 36),
                    **options: object) -> AsyncIterator[tuple[EscApp, Pilot]]:
    """The app on its Chat pane with the field ready."""
    app = make_app(chat, **options)
    async with app.run_test(size=size) as pilot:
        await wait_until(pilot, lambda: app.pane.composer is not None and app.focused is app.pane.composer)
        yield app, pilot


async def say(app: EscApp, pilot: Pilot, text: str, finish: bool = True) -> None:
    """Write a text into the field and send it."""
    app.pane.focus_field()
    await pilot.pause()
    before = len(app.pane.conversation.turns)
    app.pane.composer.load_text(text)
    await pilot.press("enter")
    if finish:
        await wait_until(pilot, lambda: len(app.pane.conversation.turns) > before
                         and not app.pane.conversation.running)


def transcript_text(app: EscApp) -> str:
    return "\n".join(app.pane.transcript.plain_lines)


def why_text(app: EscApp) -> str:
    return "\n".join(app.pane.why.plain_lines)
