"""The lists and pages of the agreement view, with what they say of themselves."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from esc_tui.tui.commands import Command, bindings
from widgets.block_view import BlockView
from widgets.virtual_list import VirtualList


class PairList(VirtualList):
    """Pairs of labellers."""

    JUMP_KEY = "p"
    HELP_TITLE = "Pairs of labellers"
    HELP_TEXT = ("People and machines that labelled the same units. The number is Cohen's kappa of the change with its 95 % interval; the "
                 "side on the right has state, first action, change and polarity.")


class DisputedList(VirtualList):
    """Units that people differ on."""

    JUMP_KEY = "u"
    HELP_TITLE = "Disputed units"
    HELP_TEXT = (
        "People differ in state, actions or change, or somebody flagged the unit, and nobody has decided. l takes the label on the left, "
        "r the right one, m one between them, e begins from the left one and lets you change it. What is decided outranks all others.")


class AgreementPage(BlockView):
    """What is chosen, in full."""

    DEFAULT_CSS = "AgreementPage { width: 1fr; height: 1fr; padding: 1 0 0 1; }"
    JUMP_KEY = "d"
    HELP_TITLE = "Agreement"
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("agreement.page.up", "Up", "scroll(-2)", "k,up", palette=False, key_display="k  ↑"),
        Command("agreement.page.down", "Down", "scroll(2)", "j,down", palette=False, key_display="j  ↓"),
        Command("agreement.page.page_up", "Page up", "page_up", "pageup", palette=False),
        Command("agreement.page.page_down", "Page down", "page_down", "pagedown", palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def action_scroll(self, by: int) -> None:
        """Up or down."""
        self.scroll_relative(y=by, animate=False)


class DisputeLines(AgreementPage):
    """The lines of a disputed unit, below its labels."""

    JUMP_KEY = "i"
