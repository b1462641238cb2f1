"""A unit on the bench in a window of its own: for an adjudicator who finds neither label right."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.evidence.bench import UnitBench
from esc_tui.tui.panes.evidence.cards import LabelDraft
from widgets.one_line import OneLine, Part

if TYPE_CHECKING:
    from esc_tui.tui.panes.evidence.cards import Card


class EditScreen(Modal[LabelDraft | None]):
    """Gives the labels as they were left, or None after Esc."""

    DEFAULT_CSS = """
    EditScreen { background: $background; }
    EditScreen > Vertical { width: 1fr; height: 1fr; background: $background; padding: 1 0 0 0; }
    EditScreen #edit-title { margin: 0 0 1 0; }
    EditScreen #edit-keys { margin: 1 0 0 0; }
    """
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("edit.take", "These labels hold", "take", "a", "decide", 1, palette=False),
        Command("edit.cancel", "Go back", "cancel", "escape", "back", 9, palette=False, help="Nothing is decided."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    HELP_TITLE = "Deciding a disputed unit"
    HELP_TEXT = "Change what is not right, then a (or Enter on the lines) decides: your labels outrank all others."

    def __init__(self, card: Card) -> None:
        super().__init__()
        self.card = card
        self.bench = UnitBench(id="edit-bench")

    def compose(self) -> ComposeResult:
        """Title, bench, keys."""
        with Vertical():
            yield OneLine(id="edit-title")
            yield self.bench
            yield OneLine(id="edit-keys")

    def on_mount(self) -> None:
        """Show the unit."""
        self.query_one("#edit-title", OneLine).show([Part(f"Decide IU-{self.card.number}", "bright.bold")])
        keys = (("c", "go through the labels"), ("a", "decide"), ("esc", "go back"))
        self.query_one("#edit-keys", OneLine).show(
            [Part(text, "accent.bold" if at == 0 else "dim", "", (4 if place else 0) if at == 0 else 1)
             for place, pair in enumerate(keys) for at, text in enumerate(pair)])
        self.bench.show_card(self.card)
        self.bench.action_correct()

    @on(UnitBench.Accepted)
    def _accepted(self, event: UnitBench.Accepted) -> None:
        event.stop()
        self.action_take()

    def action_take(self) -> None:
        """Done, once what is decided about can be read."""
        if not self.bench.say_veiled():
            self.dismiss(self.bench.draft)

    def action_cancel(self) -> None:
        """Back."""
        self.dismiss(None)
