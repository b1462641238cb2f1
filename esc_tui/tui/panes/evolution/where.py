"""The turns a claim rests on, as a short list: Enter opens a turn where it was said."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.panes.evolution.figures import clean, points
from widgets.toned import ink, inks
from widgets.virtual_list import Cell, Lines, ListRow, VirtualList

if TYPE_CHECKING:
    from esc_tui.domain.evolution import ShownTurn

ROOMY = 60


class TurnList(VirtualList):
    """Turns."""

    HELP_TITLE = "The turns it rests on"
    HELP_TEXT = ("Each line is a turn of an episode or of a talk: what the seeker said, and by how much the emotion moved after the reply. "
                 "Enter opens it where it was said. Sealed talks never stand here.")
    JUMP_KEY = "t"
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("evolution.where.open", "Open this turn", "choose", "enter", "open the turn", 1, palette=False,
                help="In Episodes, or in Chat for a live talk."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a turn there is nothing to open."""
        return self.count > 0 if action == "choose" else True

    def show_turns(self, turns: list[ShownTurn]) -> None:
        """Show these turns."""
        self.show_rows(len(turns), [ListRow(str(place), turn, _draw(turn)) for place, turn in enumerate(turns)])


def _draw(turn: ShownTurn) -> Callable[[], Lines]:
    def lines() -> Lines:
        where = f"e{turn.run}/{turn.episode} t{turn.turn}" if turn.run is not None else f"talk t{turn.turn}"
        glyph, tone = ("▲", "helped") if turn.change > 0 else ("▼", "harmed") if turn.change < 0 else ("=", "neutral")
        moved = inks((f"{glyph} ", tone), (points(turn.change).removesuffix(".0"), "text"))
        why = turn.why or ", ".join(turn.skills)
        return ((Cell(ink(where, "accent"), 12), Cell(ink(clean(turn.heard), "bright")),
                 Cell(ink(clean(why), "dim"), 34, show_from=ROOMY + 40), Cell(moved, 5, "right")),)

    return lines
