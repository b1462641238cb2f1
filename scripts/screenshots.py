"""Draws the screenshots the README shows from the real program, headless: ``make screenshots``.

Every picture is taken of a fresh copy of the starter bank with fixed words and a fixed seed.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from esc_tui.bank.template import create_bank_from_template
from esc_tui.settings.locator import template_path
from esc_tui.tui.app import EscApp
from esc_tui.tui.start import Start

FOLDER = Path(__file__).parent.parent / "screenshots"
TALK = (
    "i spent the whole weekend getting the archive in order and nobody at work even noticed",
    "i guess i just wanted my boss to say something, anything. i feel kind of invisible there",
)
Steps = Callable[[Pilot[Any]], Awaitable[None]]


async def settled(pilot: Pilot[Any], ready: Callable[[], bool], tries: int = 400) -> None:
    """Wait until something is so; raises TimeoutError with the picture's name left to the caller."""
    for _ in range(tries):
        if ready():
            await pilot.pause()
            return
        await pilot.pause(0.02)
    raise TimeoutError("the picture never came to rest")


async def talk(pilot: Pilot[Any]) -> None:
    """Say the two lines and wait for their replies."""
    app = pilot.app
    for number, line in enumerate(TALK, 1):
        for character in line:
            await pilot.press("space" if character == " " else character if character.isalnum() else _KEYS[character])
        await pilot.press("enter")

        def answered(number: int = number) -> bool:
            talk = getattr(app.query_one("#pane-chat"), "conversation").talk
            turns = talk.view.turns if talk is not None else []
            return len(turns) == number and turns[-1].reply is not None

        await settled(pilot, answered)
    await pilot.press("escape")


_KEYS = {",": "comma", ".": "full_stop", "'": "apostrophe", "?": "question_mark", "!": "exclamation_mark"}


async def first_start(pilot: Pilot[Any]) -> None:
    """Nothing to do: the greeting and the tour card."""


async def bank(pilot: Pilot[Any]) -> None:
    """Open the Bank pane and wait for its rows."""
    await pilot.press("escape", "1")
    await settled(pilot, lambda: bool(pilot.app.query("#pane-bank")))
    await pilot.pause(0.3)
    await pilot.press("down", "down")
    await pilot.pause(0.2)


async def bank_filter(pilot: Pilot[Any]) -> None:
    """Type a filter."""
    await bank(pilot)
    await pilot.press("slash", *"sleep")
    await pilot.pause(0.5)


async def bank_edit(pilot: Pilot[Any]) -> None:
    """Open the form."""
    await bank(pilot)
    await pilot.press("e")
    await pilot.pause(0.5)


async def help_panel(pilot: Pilot[Any]) -> None:
    """Help for the transcript."""
    await pilot.press("escape", "f1")
    await pilot.pause(0.3)


PICTURES: tuple[tuple[str, str, tuple[int, int], bool, Steps], ...] = (
    ("first-start", "esc-dark", (120, 36), True, first_start),
    ("chat-dark", "esc-dark", (140, 44), False, talk),
    ("chat-light", "esc-light", (140, 44), False, talk),
    ("chat-80x24", "esc-dark", (80, 24), False, talk),
    ("bank-dark", "esc-dark", (140, 44), False, bank),
    ("bank-light", "esc-light", (140, 44), False, bank),
    ("bank-filter", "esc-dark", (120, 36), False, bank_filter),
    ("bank-edit", "esc-dark", (120, 40), False, bank_edit),
    ("help", "esc-dark", (120, 36), False, help_panel),
)


async def draw(name: str, theme: str, size: tuple[int, int], first_run: bool, steps: Steps) -> None:
    """Draw one picture."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "starter.db"
        create_bank_from_template(template_path(), path)
        app = EscApp(Start(bank=path, pane="chat", theme=theme, reveal=False, first_run=first_run))
        async with app.run_test(size=size) as pilot:
            await pilot.pause(0.5)
            await steps(pilot)
            await pilot.pause(0.3)
            svg = _without_addresses(app.export_screenshot(title="esc-tui"))
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")
        print(f"screenshots/{name}.svg")


def _without_addresses(svg: str) -> str:
    """The picture without the web fonts it would call for; any monospaced font of the viewer will do."""
    svg = re.sub(r"@font-face\s*\{[^}]*\}", "", svg)
    return svg.replace("Fira Code,", "Fira Code, DejaVu Sans Mono, Menlo, Consolas,")


def main() -> None:
    """Draw all, with a home of their own so that nobody's settings show."""
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(HOME=home, XDG_CONFIG_HOME=home, XDG_DATA_HOME=home, XDG_STATE_HOME=home,
                          TEXTUAL_ANIMATIONS="none", TZ="UTC")
        for picture in PICTURES:
            asyncio.run(draw(*picture))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit("usage: python -m scripts.screenshots (no arguments; draws every picture into screenshots/)")
    main()
