"""Asking what to measure: files to learn from, files to predict, how replies are made, and how much."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Input

from esc_tui.evaluate.tables import shown
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.evidence.import_screen import LOOK_AFTER, Found, PathSuggester, named_files
from esc_tui.tui.start import MODES
from widgets.eager_keys import EagerKeys
from widgets.one_line import OneLine, Part

FIELDS: tuple[tuple[str, str, str], ...] = (
    ("train", "Learn from", "dialogues for the planner, e.g. ESConv's train.jsonl"),
    ("test", "Predict", "dialogues with strategies, e.g. ESConv's valid.jsonl"),
    ("mode", "Mode", "all-in-one, one-by-one or single"),
    ("replies", "Replies", "yes: written and compared too; no: strategies alone, much quicker with a model"),
    ("limit", "At most", "so many test dialogues; empty for all"),
    ("seed", "Seed", "a number; the same seed gives the same result"),
)


@dataclass(frozen=True, slots=True)
class MeasureWish:
    """What to measure, checked."""

    train: tuple[str, ...]
    test: tuple[str, ...]
    mode: str
    replies: bool
    limit: int
    seed: int

    @property
    def arguments(self) -> list[str]:
        """The command line for it; each file has its option, so that a name may begin with a dash."""
        files = [f"--{name}={path}" for name, paths in (("train", self.train), ("test", self.test)) for path in paths]
        return ["evaluate", "responses", *files, "--mode", self.mode, "--replies" if self.replies else "--no-replies",
                "--limit", str(self.limit), "--seed", str(self.seed)]

    @property
    def title(self) -> str:
        """What is being done."""
        return f"Measuring on {shown(Path(self.test[0]).name)}"


class MeasureField(EagerKeys, Input):
    """One line of the form."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("new_measure.go", "Measure", "screen.take", "enter", "measure", 1, palette=False),
        Command("new_measure.cancel", "Go back", "screen.cancel", "escape", "back", 2, palette=False, help="Nothing is measured."),
        Command("new_measure.down", "Next line", "app.focus_next", "down", palette=False),
        Command("new_measure.up", "Line before", "app.focus_previous", "up", palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)


class NewMeasureScreen(Modal[MeasureWish | None]):
    """Gives what to measure, or None after Esc."""

    DEFAULT_CSS = """
    NewMeasureScreen { align: left bottom; background: $background 40%; &:ansi { background: transparent; } }
    NewMeasureScreen #measure-form { height: auto; max-height: 90%; width: 1fr; background: $surface; padding: 1 3;
                                     border-top: solid $tone-accent; }
    NewMeasureScreen Horizontal { height: 1; }
    NewMeasureScreen #measure-title { margin: 0 0 1 0; }
    NewMeasureScreen .measure-name { width: 13; }
    NewMeasureScreen .measure-found { margin: 0 0 1 13; }
    NewMeasureScreen MeasureField { height: 1; width: 1fr; border: none; padding: 0; background: transparent; color: $tone-bright;
                                    background-tint: transparent; }
    NewMeasureScreen MeasureField:focus { border: none; background-tint: transparent; background: $tone-raised; }
    NewMeasureScreen MeasureField > .input--placeholder, NewMeasureScreen MeasureField > .input--suggestion { color: $tone-dim; }
    NewMeasureScreen #measure-keys { margin: 1 0 0 0; }
    """
    HELP_TITLE = "A new measurement"
    HELP_TEXT = (
        "The planner learns from the first files alone and predicts the strategies of every supporter turn of the second; the supporter "
        "writes a reply to each, with the human talk before it as history. It works on a view of this bank without anything made from "
        "the second files, so nothing leaks.\n\nSeveral paths stand with blanks between; ~ and * work; → takes what is suggested. The "
        "engine is that of the settings.")

    def __init__(self, mode: str, train: str = "", test: str = "") -> None:
        super().__init__()
        self.values = {"train": train, "test": test, "mode": mode, "replies": "yes", "limit": "", "seed": "0"}
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """A line for each field; below the files what they name."""
        with Vertical(id="measure-form"):
            yield OneLine(margin=0, id="measure-title")
            for name, _, hint in FIELDS:
                with Horizontal():
                    yield OneLine(margin=0, id=f"measure-{name}-name", classes="measure-name")
                    yield MeasureField(self.values[name], placeholder=hint, id=f"measure-{name}", compact=True, select_on_focus=False,
                                       suggester=PathSuggester() if name in {"train", "test"} else None)
                if name in {"train", "test"}:
                    yield OneLine(margin=0, id=f"measure-{name}-found", classes="measure-found")
            yield OneLine(margin=0, id="measure-keys")

    def on_mount(self) -> None:
        """To the first line."""
        self.query_one("#measure-title", OneLine).show([Part("Measure replies against human ones", "bright.bold")])
        for name, said, _ in FIELDS:
            self.query_one(f"#measure-{name}-name", OneLine).show([Part(said, "dim")])
        for field in self.query(MeasureField):
            field.cursor_blink = False
        self._say("")
        self._typed()
        self.query_one("#measure-train").focus()

    def _say(self, objection: str) -> None:
        keys = (("enter", "measure"), ("→", "take the suggestion"), ("↓", "next line"), ("esc", "go back"))
        self.query_one("#measure-keys", OneLine).show(
            [Part(text, "accent.bold" if at == 0 else "dim", "", (4 if place else 0) if at == 0 else 1, 0 if place in (0, 3) else 2)
             for place, pair in enumerate(keys) for at, text in enumerate(pair)],
            [Part(f"! {objection}", "caution")] if objection else [])

    def _value(self, name: str) -> str:
        return self.query_one(f"#measure-{name}", Input).value.strip()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._say("")
        if event.input.id in {"measure-train", "measure-test"}:
            self._typed()

    def _typed(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(LOOK_AFTER, lambda: self.run_worker(self._look(), group="measure-look", exclusive=True))

    async def _look(self) -> None:
        for name in ("train", "test"):
            found = await asyncio.to_thread(named_files, self._value(name))
            self.query_one(f"#measure-{name}-found", OneLine).show(_found_parts(found))

    async def action_take(self) -> None:
        """Measure, when everything fits."""
        paths: dict[str, tuple[str, ...]] = {}
        for name, said, _ in FIELDS[:2]:
            found = await asyncio.to_thread(named_files, self._value(name))
            bad = next((one for one in found if not one.good or one.note.startswith("a folder")), None)
            if not found or bad is not None:
                why = "name a file" if bad is None else f"{shown(Path(bad.path).name)}: {bad.note}"
                self._object(name, f"{said}: {why}.")
                return
            paths[name] = tuple(one.path for one in found)
        mode = next((one for one in MODES if one.startswith(self._value("mode").lower() or "?")), "")
        if not mode:
            self._object("mode", f"Mode: {', '.join(MODES)}.")
            return
        replies = self._value("replies").lower()
        if replies[:1] not in {"y", "n"}:
            self._object("replies", "Replies: yes or no.")
            return
        numbers = {}
        for name, said in (("limit", "At most"), ("seed", "Seed")):
            text = self._value(name) or "0"
            if not (text.isascii() and text.isdigit() and len(text) <= 9):
                self._object(name, f"{said}: a number.")
                return
            numbers[name] = int(text)
        self.dismiss(MeasureWish(paths["train"], paths["test"], mode, replies.startswith("y"), numbers["limit"], numbers["seed"]))

    def _object(self, name: str, sentence: str) -> None:
        self._say(sentence)
        self.query_one(f"#measure-{name}").focus()

    def action_cancel(self) -> None:
        """Back."""
        self.dismiss(None)


def _found_parts(found: list[Found]) -> list[Part]:
    """What a line of paths names: the first, how many more, or what is wrong with one."""
    bad = next((one for one in found if not one.good), None)
    if bad is not None:
        return [Part("! ", "caution"), Part(f"{shown(Path(bad.path).name)}: {bad.note}", "caution")]
    if not found:
        return [Part("one or more files of dialogues", "dim")]
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return [Part("✓ ", "helped"), Part(shown(Path(found[0].path).name) + more, "text"), Part(found[0].note, "dim", gap=2)]
