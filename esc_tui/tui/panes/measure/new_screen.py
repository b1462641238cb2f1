"""Asking what to measure: files to learn from, files to predict, how replies are made, and how much."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from esc_tui.evaluate.tables import shown
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.file_form import FileForm, FormField, FormLine, Found, form_commands
from esc_tui.tui.start import MODES
from widgets.one_line import OneLine, Part


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


class MeasureField(FormField):
    """One line of the form."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = form_commands("new_measure", "Measure", "Nothing is measured.")
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)


class NewMeasureScreen(FileForm[MeasureWish]):
    """Gives what to measure, or None after Esc."""

    DEFAULT_CSS = """
    NewMeasureScreen #measure-title { margin: 0 0 1 0; }
    NewMeasureScreen .form-name { width: 13; }
    NewMeasureScreen .measure-found { margin: 0 0 1 13; }
    """
    HELP_TITLE = "A new measurement"
    HELP_TEXT = (
        "The planner learns from the first files alone and predicts the strategies of every supporter turn of the second; the supporter "
        "writes a reply to each, with the human talk before it as history. It works on a view of this bank without anything made from "
        "the second files, so nothing leaks.\n\nSeveral paths stand with blanks between; ~ and * work; → takes what is suggested. The "
        "engine is that of the settings.")

    PREFIX = "measure"
    TITLE_LINE = "Measure replies against human ones"
    LINES = (
        FormLine("train", "Learn from", "dialogues for the planner, e.g. ESConv's train.jsonl", files=True),
        FormLine("test", "Predict", "dialogues with strategies, e.g. ESConv's valid.jsonl", files=True),
        FormLine("mode", "Mode", "all-in-one, one-by-one or single"),
        FormLine("replies", "Replies", "yes: written and compared too; no: strategies alone, much quicker with a model"),
        FormLine("limit", "At most", "number of test dialogues; empty for all"),
        FormLine("seed", "Seed", "a number; the same seed gives the same result"),
    )
    FIELD = MeasureField
    SELECT_ON_FOCUS = False

    def __init__(self, mode: str, train: str = "", test: str = "") -> None:
        super().__init__()
        self.values = {"train": train, "test": test, "mode": mode, "replies": "yes", "limit": "", "seed": "0"}

    def below(self, line: FormLine) -> Iterable[Widget]:
        """The first file and how many more."""
        yield OneLine(margin=0, id=f"measure-{line.name}-found", classes="measure-found")

    def show_found(self, name: str, found: list[Found]) -> None:
        """Show what the paths name."""
        self.query_one(f"#measure-{name}-found", OneLine).show(_found_parts(found))

    def _value(self, name: str) -> str:
        return self.field(name).value.strip()

    async def action_take(self) -> None:
        """Measure, when everything fits."""
        paths: dict[str, tuple[str, ...]] = {}
        for name, said in (("train", "Learn from"), ("test", "Predict")):
            found = await self.named(name)
            bad = next((one for one in found if not one.good), None)
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
        self.say(sentence)
        self.field(name).focus()


def _found_parts(found: list[Found]) -> list[Part]:
    """What a line of paths names: the first, how many more, or what is wrong with one."""
    bad = next((one for one in found if not one.good), None)
    if bad is not None:
        return [Part("! ", "caution"), Part(f"{shown(Path(bad.path).name)}: {bad.note}", "caution")]
    if not found:
        return [Part("one or more files of dialogues", "dim")]
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return [Part("✓ ", "helped"), Part(shown(Path(found[0].path).name) + more, "text"), Part(found[0].note, "dim", gap=2)]
