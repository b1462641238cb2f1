"""Asking which files of dialogues to import, and under which licence and name where the files do not say."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.suggester import Suggester
from textual.timer import Timer
from textual.widgets import Input

from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.evidence.look import clean
from widgets.eager_keys import EagerKeys
from widgets.one_line import OneLine, Part
from widgets.page import Block, Page
from widgets.toned import ink

LOOK_AFTER = 0.08
"""Seconds after a keystroke until the files are looked at."""
MOST_SHOWN = 8
MOST_FILES = 500


@dataclass(frozen=True, slots=True)
class ImportWish:
    """What is to be imported; ``licence`` and ``source`` empty where the files tell or the file's name will do."""

    paths: tuple[str, ...]
    licence: str = ""
    source: str = ""

    @property
    def arguments(self) -> list[str]:
        """The command line for it."""
        named = [part for name, value in (("--licence", self.licence), ("--source", self.source)) if value for part in (name, value)]
        return ["import", *named, "--", *self.paths]

    @property
    def title(self) -> str:
        """What is being done."""
        first = clean(Path(self.paths[0]).name)
        return f"Importing {first}" if len(self.paths) == 1 else f"Importing {len(self.paths)} files"


@dataclass(frozen=True, slots=True)
class Found:
    """One file that was named: its path, and its size or what is wrong with it."""

    path: str
    note: str
    good: bool


def named_files(text: str) -> list[Found]:
    """The files that are meant: one path, or several with blanks between (quoted where they hold blanks), ~ and * allowed."""
    text = text.strip()
    if not text:
        return []
    try:
        pieces = [text] if Path(_at_home(text)).exists() else shlex.split(text)
    except (ValueError, OSError):
        pieces = [text]
    found: list[Found] = []
    for piece in pieces:
        named = _at_home(piece)
        several = _fitting(named) if has_magic(named) else [named]
        found += [_looked_at(one) for one in several or [named]]
    return found


def _at_home(path: str) -> str:
    """The path with ~ replaced, where that names a home folder."""
    try:
        return str(Path(path).expanduser())
    except RuntimeError:
        return path


def _fitting(pattern: str) -> list[str]:
    """The files a pattern stands for; one that is a file's own name stands for that file."""
    try:
        return [pattern] if Path(pattern).exists() else sorted(glob(pattern))[:MOST_FILES]  # noqa: PTH207
    except (ValueError, OSError):
        return []


def _looked_at(path: str) -> Found:
    try:
        place = Path(path).absolute()
        path = str(place)
        if place.is_dir():
            return Found(path, "a folder; name its files, with * for several", False)
        size = place.stat().st_size
    except FileNotFoundError:
        return Found(path, "there is no such file", False)
    except (OSError, ValueError) as error:
        return Found(path, str(getattr(error, "strerror", "") or error), False)
    return Found(path, f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1000))} kB", True)


class PathSuggester(Suggester):
    """Goes on with the last path typed, from what lies in its folder."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The whole text with its last path gone on with, or None."""
        return await asyncio.to_thread(self._suggest, value)

    @staticmethod
    def _suggest(value: str) -> str | None:
        last = value.rsplit(" ", 1)[-1]
        if not last or last[0] in "'\"" or has_magic(last) or "\x00" in last:
            return None
        folder, slash, beginning = last.rpartition("/")
        try:
            place = Path(folder + slash).expanduser() if folder or slash else Path()
            names = sorted(one.name + ("/" if one.is_dir() else "") for one in place.iterdir()
                           if one.name.startswith(beginning) and (beginning.startswith(".") or not one.name.startswith(".")))
        except (OSError, RuntimeError):
            return None
        fitting = [name for name in names if name.endswith(("/", ".json", ".jsonl"))]
        return value + fitting[0][len(beginning):] if fitting and " " not in fitting[0] else None


class ImportField(EagerKeys, Input):
    """One line of the form."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("import.go", "Import", "screen.take", "enter", "import", 1, palette=False),
        Command("import.cancel", "Go back", "screen.cancel", "escape", "back", 2, palette=False, help="Nothing is imported."),
        Command("import.down", "Next line", "app.focus_next", "down", palette=False),
        Command("import.up", "Line before", "app.focus_previous", "up", palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)


class ImportScreen(Modal[ImportWish | None]):
    """Gives what is to be imported, or None after Esc."""

    DEFAULT_CSS = """
    ImportScreen { align: left bottom; background: $background 40%; &:ansi { background: transparent; } }
    ImportScreen #import { height: auto; max-height: 90%; width: 1fr; background: $surface; padding: 1 3;
                           border-top: solid $tone-accent; }
    ImportScreen Horizontal { height: 1; margin: 1 0 0 0; }
    ImportScreen .import-name { width: 11; }
    ImportScreen ImportField { height: 1; width: 1fr; border: none; padding: 0; background: transparent; color: $tone-bright;
                               background-tint: transparent; }
    ImportScreen ImportField:focus { border: none; background-tint: transparent; background: $tone-raised; }
    ImportScreen ImportField > .input--placeholder, ImportScreen ImportField > .input--suggestion { color: $tone-dim; }
    ImportScreen Page { margin: 1 0 0 11; max-width: 96; }
    ImportScreen #import-keys { margin: 1 0 0 0; }
    """
    HELP_TITLE = "Import dialogues"
    HELP_TEXT = (
        "ESConv in its forms, FailedESConv, ChatML messages and ShareGPT are recognised by what is in them. Several paths stand with "
        "blanks between; ~ and * work; → takes what is suggested. The same dialogue is never stored twice, in whatever format it "
        "comes. Licence and corpus name are needed only where the file does not tell.")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Found] = []
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Three lines and what the first one names."""
        with Vertical(id="import"):
            yield OneLine(margin=0, id="import-title")
            for name, hint in (("paths", "path of a file, or several"), ("licence", "only where the file does not tell, e.g. CC BY-NC 4.0"),
                               ("source", "name of the corpus; else the file's name")):
                with Horizontal():
                    yield OneLine(margin=0, id=f"import-{name}-name", classes="import-name")
                    yield ImportField(placeholder=hint, id=f"import-{name}", compact=True,
                                      suggester=PathSuggester() if name == "paths" else None)
                if name == "paths":
                    yield Page(id="import-found")
            yield OneLine(margin=0, id="import-keys")

    def on_mount(self) -> None:
        """To the first line."""
        self.query_one("#import-title", OneLine).show([Part("Import dialogues", "bright.bold")])
        for name, said in (("paths", "Files"), ("licence", "Licence"), ("source", "Corpus")):
            self.query_one(f"#import-{name}-name", OneLine).show([Part(said, "dim")])
        for field in self.query(ImportField):
            field.cursor_blink = False
        self._show("")
        self.query_one("#import-paths").focus()

    def _show(self, objection: str) -> None:
        keys = (("enter", "import"), ("→", "take the suggestion"), ("↓", "next line"), ("esc", "go back"))
        self.query_one("#import-keys", OneLine).show(
            [Part(text, "accent.bold" if at == 0 else "dim", "", (4 if place else 0) if at == 0 else 1, 0 if place in (0, 3) else 2)
             for place, pair in enumerate(keys) for at, text in enumerate(pair)],
            [Part(f"! {objection}", "caution")] if objection else [])
        self.query_one("#import-found", Page).show(found_blocks(self.found))

    @on(Input.Changed, "#import-paths")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(LOOK_AFTER, lambda: self.run_worker(self._look(), group="import-look", exclusive=True))

    async def _look(self) -> None:
        self.found = await asyncio.to_thread(named_files, self.query_one("#import-paths", Input).value)
        self._show("")

    async def action_take(self) -> None:
        """Import, when every file is there."""
        if self._timer is not None:
            self._timer.stop()  # what is said now is not to be wiped away by a look that was on its way
        self.workers.cancel_group(self, "import-look")
        self.found = await asyncio.to_thread(named_files, self.query_one("#import-paths", Input).value)
        bad = next((one for one in self.found if not one.good), None)
        if not self.found:
            self._show("Name a file first.")
        elif bad is not None:
            self._show(f"{clean(Path(bad.path).name)}: {bad.note}.")
        else:
            licence, source = (" ".join(self.query_one(f"#import-{name}", Input).value.split()) for name in ("licence", "source"))
            self.dismiss(ImportWish(tuple(one.path for one in self.found), licence, source))

    def action_cancel(self) -> None:
        """Back."""
        self.dismiss(None)


def found_blocks(found: Sequence[Found]) -> list[Block]:
    """What the paths name, a line each."""
    blocks = [Block(ink(clean(one.path), "text" if one.good else "caution"), ink("✓" if one.good else "!", "helped" if one.good
                    else "caution"), 2, right=ink(clean(one.note), "dim" if one.good else "caution")) for one in found[:MOST_SHOWN]]
    if len(found) > MOST_SHOWN:
        blocks.append(Block(ink(f"and {len(found) - MOST_SHOWN} more", "dim"), indent=2))
    return blocks or [Block(ink("ESConv, FailedESConv, ChatML or ShareGPT, as JSON or JSON lines.", "dim"))]
