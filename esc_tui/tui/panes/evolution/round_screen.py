"""Asking how a round is to be played."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, get_args

from textual.binding import BindingType

from esc_tui.domain.evolution import PresetName
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.file_form import FileForm, FormField, FormLine, form_commands

PRESET_NAMES: tuple[str, ...] = get_args(PresetName)


@dataclass(frozen=True, slots=True)
class RoundWish:
    """How a round is to be played, checked."""

    preset: str
    limit: int
    seed: int

    @property
    def arguments(self) -> list[str]:
        """The command line for it."""
        return ["evolve", "run", "--preset", self.preset, "--limit", str(self.limit), "--seed", str(self.seed)]


class RoundField(FormField):
    """One line of the form."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = form_commands("evolution.round.form", "Play", "Nothing is played.")
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)


class RoundScreen(FileForm[RoundWish]):
    """Gives how to play a round, or None after Esc."""

    DEFAULT_CSS = """
    RoundScreen #round-title { margin: 0 0 1 0; }
    RoundScreen .form-name { width: 15; }
    """
    HELP_TITLE = "A round"
    HELP_TEXT = (
        "The seekers of the develop shelf talk with the bank as it is; what they show becomes findings, findings become proposals, and the "
        "most promising are verified on sealed seekers, at most two. You decide afterwards.\n\nPairs: smoke 12 (never accepts), quick 24, "
        "small 48, standard 96, full 200; a verification that can stop early does. It runs as a job beside the panes.")
    PREFIX = "round"
    TITLE_LINE = "Play a round of evolution"
    LINES = (
        FormLine("preset", "Pairs", ", ".join(PRESET_NAMES)),
        FormLine("limit", "Profiles", "so many of the develop shelf at most; empty for all"),
        FormLine("seed", "Seed", "a number; the same seed plays the same round"),
    )
    FIELD = RoundField
    SELECT_ON_FOCUS = False

    def __init__(self) -> None:
        super().__init__()
        self.values = {"preset": "standard", "limit": "", "seed": "7"}

    async def action_take(self) -> None:
        """Play, when everything fits."""
        typed = self.field("preset").value.strip().casefold()
        preset = next((name for name in PRESET_NAMES if name.startswith(typed or "?")), "")
        if not preset:
            self._object("preset", f"Pairs: {', '.join(PRESET_NAMES)}.")
            return
        numbers = {}
        for name, said, usual in (("limit", "Profiles", "0"), ("seed", "Seed", "7")):
            text = self.field(name).value.strip() or usual
            if not (text.isascii() and text.isdigit() and len(text) <= 9):
                self._object(name, f"{said}: a number.")
                return
            numbers[name] = int(text)
        self.dismiss(RoundWish(preset, numbers["limit"], numbers["seed"]))

    def _object(self, name: str, sentence: str) -> None:
        self.say(sentence)
        self.field(name).focus()
