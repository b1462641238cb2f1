"""The rating strip: one line after a reply for the emotion felt (1-5), helped or harmed, and a reason in words."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import BindingType
from textual.message import Message

from esc_tui.tui.commands import Command, bindings
from widgets.one_line import OneLine, Part

FELT = ("much worse", "worse", "the same", "better", "much better")


class RatingStrip(OneLine, can_focus=True):
    """While it has the focus digits and signs rate, letters write the reason."""

    DEFAULT_CSS = """
    RatingStrip { background: $tone-raised; height: 1; &:ansi { text-style: bold; } }
    """
    HELP_TITLE = "Rating a reply"
    HELP_TEXT = ("1 to 5 says how you feel after it, + that it helped, - that it harmed; then write why, if you like. What you said "
                 "of it before stands there already.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("rating.save", "Save the rating", "save", "enter", "save", 1, palette=False),
        Command("rating.skip", "Skip", "skip", "escape", "skip", 2, palette=False, help="Nothing is stored."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    class Rated(Message):
        """The rating is done; everything empty when it was skipped."""

        def __init__(self, turn: int, emotion: int | None, thumb: str | None, reason: str) -> None:
            self.turn, self.emotion, self.thumb, self.reason = turn, emotion, thumb, reason
            super().__init__()

    def __init__(self, turn: int, emotion: int | None = None, thumb: str | None = None, reason: str = "") -> None:
        """With what was said of the turn before."""
        super().__init__(id="rating")
        self.turn, self.emotion, self.thumb, self.reason = turn, emotion, thumb, reason
        self._writing = False  # from the first letter on digits and signs belong to the reason

    def on_mount(self) -> None:
        """Draw and take the focus."""
        self._draw()
        self.focus()

    def _draw(self) -> None:
        left = [Part("I feel", "text", drop=2)]
        for number in range(1, 6):
            here = number == self.emotion
            left.append(Part(f"[{number}]" if here else f" {number} ", "accent.bold" if here else "dim", f"{number}", 1))
        left.append(Part(FELT[self.emotion - 1] if self.emotion else "worse to better", "text", gap=1, drop=3))
        left.append(Part("[+ helped]" if self.thumb == "up" else "+ helped", "helped" if self.thumb == "up" else "dim",
                         "+", 2))
        left.append(Part("[- harmed]" if self.thumb == "down" else "- harmed",
                         "harmed" if self.thumb == "down" else "dim", "-", 2))
        room = max(8, self.size.width - 52)
        shown = self.reason if cell_len(self.reason) < room else "…" + self.reason[-(room - 2):]
        left.append(Part(shown + "▏" if shown else "or write why", "bright" if shown else "dim", gap=2))
        self.show(left)

    def on_resize(self) -> None:
        """Draw for the new width."""
        self._draw()

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """It takes every printable key."""
        return character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        """Digits and signs rate; after the first letter everything is the reason."""
        if event.key == "backspace" and self.reason:
            self.reason = self.reason[:-1]
            self._writing = bool(self.reason)
        elif event.is_printable and event.character:
            character = event.character
            if not self._writing and character in "12345":
                self.emotion = None if self.emotion == int(character) else int(character)
            elif not self._writing and character in "+-":
                wished = "up" if character == "+" else "down"
                self.thumb = None if self.thumb == wished else wished
            elif len(self.reason) < 400 and (self.reason or not character.isspace()):
                self.reason += character
                self._writing = True
        else:
            return
        event.stop()
        event.prevent_default()
        self._draw()

    def on_paste(self, event: events.Paste) -> None:
        """Pasted words go into the reason."""
        event.stop()
        self.reason = (self.reason + " ".join(event.text.split()))[:400]
        self._writing = bool(self.reason)
        self._draw()

    def on_one_line_clicked(self, event: OneLine.Clicked) -> None:
        """A click rates like its key."""
        event.stop()
        if event.target in "12345":
            self.emotion = int(event.target)
        elif event.target in "+-":
            self.thumb = "up" if event.target == "+" else "down"
        self._draw()

    def action_save(self) -> None:
        """Done."""
        self.post_message(self.Rated(self.turn, self.emotion, self.thumb, self.reason.strip()))

    def action_skip(self) -> None:
        """Nothing is stored."""
        self.post_message(self.Rated(self.turn, None, None, ""))
