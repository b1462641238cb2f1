"""The two sides of the Evolution pane: the list and the right side, with what F1 says of each."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from esc_tui.tui.commands import Command, bindings
from widgets.page import PageScroll
from widgets.virtual_list import VirtualList


class EvolutionList(VirtualList):
    """What was found, proposed or tried."""

    HELP_TITLE = "Findings, proposals, verifications"
    HELP_TEXT = ("[ and ] change what the list holds. A proposal says where it stands (open, to decide, accepted, rejected, refused by the "
                 "gate; ! stale: its verdict has to be found anew; standing:verified in the filter finds those with a verdict) and, below, "
                 "its verdict: ▲ accept, ▼ reject, = not enough evidence, ▶ under way, ! refused, with the effect in points of emotion and "
                 "its lower bound, and its kind.")
    JUMP_KEY = "l"
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("evolution.list.open", "To the right side", "choose", "enter", "in full", 9, palette=False,
                help="What the cursor is on, in full."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """An empty list has nothing on its right."""
        return self.count > 0 if action == "choose" else True


class DetailScroll(PageScroll):
    """The right side."""

    HELP_TITLE = "In full"
    HELP_TEXT = ("Why something is proposed and what it rests on, what a verification showed, and the skill before and after. Effects are "
                 "points of emotion, new minus old; an interval holds at every look. Everything is said of simulated seekers, nothing of "
                 "people.")
    JUMP_KEY = "d"
