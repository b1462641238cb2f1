"""Jump mode: a letter on every place that can have the focus, digits for the panes; one key goes there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.strip import Strip
from textual.widget import Widget

from esc_tui.tui.modal import Modal
from esc_tui.tui.pane import PANES
from widgets.one_line import OneLine, Part
from widgets.tones import tone_style

if TYPE_CHECKING:
    from textual.screen import Screen

LETTERS = "asdfghjklqwertyuiopzxcvbnm"


class JumpLabel(Widget):
    """One letter laid over the place it leads to."""

    DEFAULT_CSS = "JumpLabel { width: 3; height: 1; position: absolute; }"

    def __init__(self, letter: str, offset: Offset) -> None:
        super().__init__()
        self.letter = letter
        self.styles.offset = offset

    def render_line(self, y: int) -> Strip:
        """Draw the letter on the accent."""
        return Strip([Segment(f" {self.letter} ", tone_style(self, "accent.bold.reverse"))], 3)


class JumpScreen(Modal[str | Widget | None]):
    """Waits for one key. Gives the pane's id, the widget, or None."""

    DEFAULT_CSS = """
    JumpScreen { background: $background 40%; &:ansi { background: transparent; } }
    JumpScreen #jump-hint { dock: bottom; background: $surface; }
    """
    HELP_TITLE = "Jump mode"
    HELP_TEXT = "Press the letter of a place or the digit of a pane; any other key leaves."

    def __init__(self, places: dict[str, Widget]) -> None:
        super().__init__()
        self.places = places

    @classmethod
    def over(cls, screen: Screen[Any]) -> JumpScreen:
        """Jump mode for the places of a screen; a widget's ``JUMP_KEY`` is kept where it is free."""
        places: dict[str, Widget] = {}
        focusable = [widget for widget in screen.focus_chain if widget.region.area]
        for widget in focusable:
            wished = str(getattr(widget, "JUMP_KEY", "") or "")
            free = [letter for letter in (wished, *LETTERS) if letter and letter not in places]
            if free:
                places[free[0]] = widget
        return cls(places)

    def compose(self) -> ComposeResult:
        """The letters and one line that says what to do."""
        for letter, widget in self.places.items():
            yield JumpLabel(letter, Offset(widget.region.x + 1, max(0, widget.region.y)))
        yield OneLine(id="jump-hint")

    def on_mount(self) -> None:
        """Say what the keys mean."""
        parts = [Part("Jump to a letter, or to", "text")]
        for pane in PANES:
            parts += [Part(str(pane.digit), "accent.bold", gap=2), Part(pane.title, "text", gap=1)]
        parts.append(Part("any other key leaves", "dim", gap=3))
        self.query_one("#jump-hint", OneLine).show(parts)

    def on_key(self, event: events.Key) -> None:
        """Go there."""
        event.stop()
        event.prevent_default()
        for pane in PANES:
            if event.key == str(pane.digit):
                self.dismiss(pane.id)
                return
        self.dismiss(self.places.get(event.key))
