"""Draws the screenshots the README shows from the real program, headless: ``make screenshots``.

Every picture is taken of a fresh copy of the starter bank with fixed words and a fixed seed.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
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
    """Type a filter whose words stand in the rows."""
    await bank(pilot)
    await pilot.press("slash", *"state", "colon", *"lonely")
    await pilot.pause(0.5)


async def bank_edit(pilot: Pilot[Any]) -> None:
    """Open the form."""
    await bank(pilot)
    await pilot.press("e")
    await pilot.pause(0.5)


async def bank_coverage(pilot: Pilot[Any]) -> None:
    """Open the coverage map."""
    await bank(pilot)
    await pilot.press("c")
    await pilot.pause(0.6)


def evidence(*keys: str) -> Steps:
    """Open the Evidence pane, press some keys and let it come to rest."""

    async def steps(pilot: Pilot[Any]) -> None:
        await pilot.press("escape", "5")
        await settled(pilot, lambda: bool(pilot.app.query("#pane-evidence")))
        await pilot.pause(0.8)
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.3)
        await pilot.pause(0.8)

    return steps


async def measure(pilot: Pilot[Any]) -> None:
    """Open the Measure pane."""
    await pilot.press("escape", "6")
    await settled(pilot, lambda: bool(pilot.app.query("#pane-measure")))
    await pilot.pause(0.8)


def episodes(*keys: str, under_way: bool = False) -> Steps:
    """Open the Episodes pane on the run, press some keys and let it come to rest."""

    async def steps(pilot: Pilot[Any]) -> None:
        from esc_tui.bank.bank import open_bank
        from esc_tui.bank.runs import claim_run
        from esc_tui.domain.base import now_iso

        if under_way:
            with open_bank(getattr(pilot.app, "start").bank) as bank:
                claim_run(bank.writing, 1, now_iso())
        await pilot.press("escape", "3")
        await settled(pilot, lambda: bool(pilot.app.query("#pane-episodes")))
        await pilot.pause(1.2)
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.5)
        await pilot.pause(1.5)

    return steps


async def evolution(pilot: Pilot[Any]) -> None:
    """Open the Evolution pane on a proposal that has its verdict."""
    await pilot.press("escape", "4")
    await settled(pilot, lambda: bool(pilot.app.query("#pane-evolution")))
    await pilot.pause(1.0)
    await pilot.press("slash", *"standing", "colon", *"verified", "enter")
    await pilot.pause(1.5)


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
    ("bank-coverage", "esc-dark", (140, 36), False, bank_coverage),
    ("bank-edit", "esc-dark", (120, 40), False, bank_edit),
    ("help", "esc-dark", (120, 36), False, help_panel),
)
CORPUS_PICTURES: tuple[tuple[str, str, tuple[int, int], bool, Steps], ...] = (
    ("evidence-dialogues", "esc-dark", (140, 44), False, evidence("down", "down")),
    ("evidence-queue", "esc-dark", (140, 40), False, evidence("Q")),
    ("evidence-queue-80x24", "esc-dark", (80, 24), False, evidence("Q")),
    ("evidence-map", "esc-light", (140, 44), False, evidence("M", "down")),
    ("measure", "esc-dark", (140, 44), False, measure),
)
"""Pictures of a bank in which a machine has labelled the sample dialogues and the planner was measured on some of them."""
EPISODE_PICTURES: tuple[tuple[str, str, tuple[int, int], bool, Steps], ...] = (
    ("episodes-run", "esc-dark", (140, 44), False, episodes("enter", *["down"] * 5, under_way=True)),
    ("episodes-episode", "esc-dark", (150, 46), False, episodes("enter", "down", "down", "enter", "j", "j", "j")),
    ("episodes-light", "esc-light", (140, 44), False, episodes("enter", *["down"] * 7)),
    ("episodes-sums", "esc-dark", (120, 44), False, episodes("s")),
    ("episodes-80x24", "esc-dark", (80, 24), False, episodes("enter", "down", "down", "enter", "j")),
)
"""Pictures of a run of the starter profiles, broken off after so many episodes; taken as under way where it says so."""
EVOLUTION_PICTURES: tuple[tuple[str, str, tuple[int, int], bool, Steps], ...] = (
    ("evolution-dark", "esc-dark", (150, 46), False, evolution),
    ("evolution-light", "esc-light", (120, 40), False, evolution),
)
"""Pictures of one real round on the starter bank, with whatever verdict it came to."""
EPISODES_PLAYED = 34
TEST_TALKS = 8


def corpus_bank(path: Path) -> None:
    """The starter skills and sample dialogues, labelled by the embedded annotator, with prototypes and one measurement.

    The measurement learns from all but the last eight sample dialogues and is tested on those: few, and only for the picture.
    """
    from esc_tui.bank.artefacts import add_measurement
    from esc_tui.bank.bank import open_bank
    from esc_tui.bank.template import build_template
    from esc_tui.discover.extracting import extract_units
    from esc_tui.discover.prototypes import discover_prototypes
    from esc_tui.domain.base import now_iso
    from esc_tui.engines.embedded.annotating import EmbeddedAnnotator
    from esc_tui.evaluate.responses import KIND, Wish, measure_responses
    from esc_tui.settings.model import Settings
    from esc_tui.starter.sources import AUTHOR, FIXED_TIME, HERE, read_sources

    async def label() -> None:
        async for _ in extract_units(bank, EmbeddedAnnotator()):
            pass

    class Silent:
        def progress(self, *_: Any, **__: Any) -> None:
            """Nobody looks."""

    sources = read_sources()
    build_template(path, skills=sources.skills, dialogues=sources.dialogues, time=FIXED_TIME, author=AUTHOR)
    files = sorted(str(file) for file in (HERE / "dialogues").glob("*.json"))
    with open_bank(path) as bank:
        asyncio.run(label())
        discover_prototypes(bank)
        wish = Wish(tuple(files[:-TEST_TALKS]), tuple(files[-TEST_TALKS:]))
        result = measure_responses(bank, Settings(), wish, lambda _: Silent())
        shown = {**wish.settings(Settings()), "train": ["sample-train.jsonl"], "test": ["sample-test.jsonl"]}
        add_measurement(bank.writing, KIND, shown, {**result, "train": shown["train"], "test": shown["test"]}, now_iso())


def run_bank(path: Path) -> None:
    """The starter bank with a run of all its profiles on the embedded engine, broken off before its end."""
    from esc_tui.bank.bank import open_bank
    from esc_tui.settings.model import Settings
    from esc_tui.simulate.carrying import Control
    from esc_tui.simulate.planning import RunSettings
    from esc_tui.simulate.running import carry_run, plan_run

    shutil.copyfile(template_path(), path)
    path.chmod(0o600)
    control = Control()

    def told(done: int, total: int) -> None:
        if done >= EPISODES_PLAYED:
            control.stop("stopped by a person")

    with open_bank(path) as bank:
        run = plan_run(bank, Settings(), RunSettings(processes=1))
        carry_run(bank, Settings(), run.number, told, control)


def round_bank(path: Path) -> None:
    """The starter bank after one round of evolution with the quick preset."""
    from esc_tui.bank.bank import open_bank
    from esc_tui.evolve.rounds import RoundWish, evolve
    from esc_tui.evolve.stages import Players
    from esc_tui.settings.model import Settings
    from esc_tui.simulate.carrying import Control

    shutil.copyfile(template_path(), path)
    path.chmod(0o600)
    with open_bank(path) as bank:
        for _ in evolve(Players(bank, Settings(), lambda stage, done, total: None, Control()), RoundWish(preset="quick")):
            pass


async def draw(source: Path, name: str, theme: str, size: tuple[int, int], first_run: bool, steps: Steps) -> None:
    """Draw one picture of a fresh copy of a bank."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / source.with_suffix(".db").name
        create_bank_from_template(source, path)
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
        starter = Path(home) / "starter.db"
        shutil.copyfile(template_path(), starter)
        os.environ.update(HOME=home, XDG_CONFIG_HOME=home, XDG_DATA_HOME=home, XDG_STATE_HOME=home,
                          TEXTUAL_ANIMATIONS="none", TZ="UTC", ESC_TUI_ANNOTATOR="Ada")
        for picture in PICTURES:
            asyncio.run(draw(starter, *picture))
        study = Path(home) / "study.db"
        corpus_bank(study)
        for picture in CORPUS_PICTURES:
            asyncio.run(draw(study, *picture))
        played = Path(home) / "played.db"
        run_bank(played)
        for picture in EPISODE_PICTURES:
            asyncio.run(draw(played, *picture))
        evolved = Path(home) / "evolved.db"
        round_bank(evolved)
        for picture in EVOLUTION_PICTURES:
            asyncio.run(draw(evolved, *picture))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit("usage: python -m scripts.screenshots (no arguments; draws every picture into screenshots/)")
    main()
