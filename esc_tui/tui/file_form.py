"""A form at the foot of the screen that asks for files and a few words; what its paths name is looked up while one types."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path
from typing import ClassVar, NamedTuple, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.suggester import Suggester
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from esc_tui.domain.errors import UserError
from esc_tui.settings.files import named_path
from esc_tui.tui.commands import Command
from esc_tui.tui.modal import Modal
from widgets.eager_keys import EagerKeys
from widgets.one_line import OneLine, Part

LOOK_AFTER = 0.08
"""Seconds after a keystroke until the files are looked at."""
MOST_FILES = 500
Wish = TypeVar("Wish")


class FormLine(NamedTuple):
    """One line of a form: the end of its field's id, what stands before it, what stands in it while it is empty."""

    name: str
    label: str
    hint: str
    files: bool = False


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
        pieces = [text] if named_path(text).exists() else shlex.split(text)
    except (ValueError, OSError, UserError):
        pieces = [text]
    found: list[Found] = []
    for piece in pieces:
        try:
            named = str(named_path(piece))
        except UserError as error:
            found.append(Found(piece, error.what, False))
            continue
        several = _fitting(named) if has_magic(named) else [named]
        found += [_looked_at(one) for one in several or [named]]
    return found


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
            place = named_path(folder + slash) if folder or slash else Path()
            names = sorted(one.name + ("/" if one.is_dir() else "") for one in place.iterdir()
                           if one.name.startswith(beginning) and (beginning.startswith(".") or not one.name.startswith(".")))
        except (OSError, UserError):
            return None
        fitting = [name for name in names if name.endswith(("/", ".json", ".jsonl"))]
        return value + fitting[0][len(beginning):] if fitting and " " not in fitting[0] else None


class FormField(EagerKeys, Input):
    """One line to write in; each form has its own kind of it, with commands of its own."""

    HELP_TITLE = "A line of the form"

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = ()


def form_commands(prefix: str, done: str, cancelled: str) -> tuple[Command, ...]:
    """The commands of a form's field: ``done`` says what Enter does, ``cancelled`` what Esc leaves undone."""
    return (
        Command(f"{prefix}.go", done, "screen.take", "enter", done.lower(), 1, palette=False),
        Command(f"{prefix}.cancel", "Go back", "screen.cancel", "escape", "back", 2, palette=False, help=cancelled),
        Command(f"{prefix}.down", "Next line", "app.focus_next", "down", palette=False),
        Command(f"{prefix}.up", "Line before", "app.focus_previous", "up", palette=False),
    )


class FileForm(Modal[Wish | None]):
    """Title, lines, keys. Gives what was asked for, or None after Esc; ``action_take`` is the form's own."""

    DEFAULT_CSS = """
    FileForm { align: left bottom; background: $background 40%; &:ansi { background: transparent; } }
    FileForm .form-sheet { height: auto; max-height: 90%; width: 1fr; background: $surface; padding: 1 3;
                           border-top: solid $tone-accent; }
    FileForm Horizontal { height: 1; }
    FileForm FormField { height: 1; width: 1fr; border: none; padding: 0; background: transparent; color: $tone-bright;
                         background-tint: transparent; }
    FileForm FormField:focus { border: none; background-tint: transparent; background: $tone-raised; }
    FileForm FormField > .input--placeholder, FileForm FormField > .input--suggestion { color: $tone-dim; }
    FileForm .form-keys { margin: 1 0 0 0; }
    """
    PREFIX: ClassVar[str]
    TITLE_LINE: ClassVar[str]
    LINES: ClassVar[tuple[FormLine, ...]]
    FIELD: ClassVar[type[FormField]]
    SELECT_ON_FOCUS: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """A line for each field; below those of files what they name."""
        with Vertical(classes="form-sheet"):
            yield OneLine(margin=0, id=f"{self.PREFIX}-title")
            for line in self.LINES:
                with Horizontal():
                    yield OneLine(margin=0, id=f"{self.PREFIX}-{line.name}-name", classes="form-name")
                    yield self.FIELD(self.values.get(line.name, ""), placeholder=line.hint, id=f"{self.PREFIX}-{line.name}", compact=True,
                                     select_on_focus=self.SELECT_ON_FOCUS, suggester=PathSuggester() if line.files else None)
                if line.files:
                    yield from self.below(line)
            yield OneLine(margin=0, id=f"{self.PREFIX}-keys", classes="form-keys")

    def on_mount(self) -> None:
        """To the first line."""
        self.query_one(f"#{self.PREFIX}-title", OneLine).show([Part(self.TITLE_LINE, "bright.bold")])
        for line in self.LINES:
            self.query_one(f"#{self.PREFIX}-{line.name}-name", OneLine).show([Part(line.label, "dim")])
        for field in self.query(FormField):
            field.cursor_blink = False
        self.say("")
        self._look_soon()
        self.field(self.LINES[0].name).focus()

    def below(self, line: FormLine) -> Iterable[Widget]:
        """What stands below a line of files."""
        raise NotImplementedError

    def show_found(self, name: str, found: list[Found]) -> None:
        """Show what a line of files names."""
        raise NotImplementedError

    def field(self, name: str) -> Input:
        """The field of a line."""
        return self.query_one(f"#{self.PREFIX}-{name}", Input)

    def say(self, objection: str) -> None:
        """The keys, and what is wrong."""
        done = self.FIELD.OWN_COMMANDS[0].title.lower()
        keys = (("enter", done), ("→", "take the suggestion"), ("↓", "next line"), ("esc", "go back"))
        self.query_one(f"#{self.PREFIX}-keys", OneLine).show(
            [Part(text, "accent.bold" if at == 0 else "dim", "", (4 if place else 0) if at == 0 else 1, 0 if place in (0, 3) else 2)
             for place, pair in enumerate(keys) for at, text in enumerate(pair)],
            [Part(f"! {objection}", "caution")] if objection else [])

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.say("")
        if any(line.files and event.input.id == f"{self.PREFIX}-{line.name}" for line in self.LINES):
            self._look_soon()

    def _look_soon(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(LOOK_AFTER, lambda: self.run_worker(self._look(), group="form-look", exclusive=True))

    async def _look(self) -> None:
        for line in self.LINES:
            if line.files:
                self.show_found(line.name, await self.named(line.name))

    async def named(self, name: str) -> list[Found]:
        """The files that a line names now."""
        return await asyncio.to_thread(named_files, self.field(name).value)

    def action_cancel(self) -> None:
        """Back."""
        self.dismiss(None)
