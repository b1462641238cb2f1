"""Which run is to be analysed, and whether proposals are wanted from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.evolution.figures import clean, key_parts
from widgets.one_line import OneLine, Part
from widgets.toned import ink
from widgets.virtual_list import Cell, ListRow, VirtualList


class FindScreen(Modal[tuple[int, bool] | None]):
    """Gives the number of a run and whether to propose from it, or None after Esc."""

    DEFAULT_CSS = """
    FindScreen { align: left bottom; background: $background 40%; &:ansi { background: transparent; } }
    FindScreen #find { height: auto; max-height: 80%; width: 1fr; background: $surface; padding: 1 3; border-top: solid $tone-accent; }
    FindScreen #find-list { height: 10; margin: 1 0; }
    """
    HELP_TITLE = "What does a run show?"
    HELP_TEXT = ("The talks of the run are analysed: where the emotion fell and why, which skills served whom. Enter stores the findings "
                 "and proposes from them; f stores the findings alone. Runs with sealed seekers do not stand here: nobody reads those.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("evolution.find.propose", "Find and propose", "take(True)", "enter", "find and propose", 1, palette=False),
        Command("evolution.find.alone", "Find alone", "take(False)", "f", "find alone", 2, palette=False),
        Command("evolution.find.cancel", "Go back", "cancel", "escape", "back", 3, palette=False, help="Nothing is analysed."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, runs: Sequence[tuple[int, str, int]]) -> None:
        super().__init__()
        self.runs = tuple(runs)
        self.list = VirtualList(row_height=1, id="find-list")

    def compose(self) -> ComposeResult:
        """Title, runs, keys."""
        with Vertical(id="find"):
            yield OneLine(margin=0, id="find-title")
            yield self.list
            yield OneLine(margin=0, id="find-keys")

    def on_mount(self) -> None:
        """To the runs."""
        self.query_one("#find-title", OneLine).show([Part("What does which run show?", "bright.bold")])
        keys = (("enter", "find and propose"), ("f", "find alone"), ("esc", "go back"))
        self.query_one("#find-keys", OneLine).show(key_parts(keys))
        self.list.empty = ink("There is no run to read yet. Press Esc, and n for a round; or play one in Episodes (3).", "text")
        self.list.show_rows(len(self.runs), [run_row(*run) for run in self.runs])
        self.list.focus()

    @on(VirtualList.Chosen)
    def _chosen(self, event: VirtualList.Chosen) -> None:
        event.stop()
        self.action_take(True)

    def action_take(self, propose: bool) -> None:
        """This run."""
        row = self.list.highlighted
        if row is not None:
            self.dismiss((int(row.id), propose))

    def action_cancel(self) -> None:
        """Back."""
        self.dismiss(None)


def run_row(number: int, title: str, episodes: int) -> ListRow:
    """A run with its title and size."""
    return ListRow(str(number), (number, title, episodes), lambda: ((
        Cell(ink(f"{number}", "accent"), 4, "right"), Cell(ink(clean(title), "bright")),
        Cell(ink(f"{episodes:,} episodes", "dim"), 16, "right")),))
