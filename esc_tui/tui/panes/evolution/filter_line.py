"""The line that narrows the lists."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import BindingType
from textual.widgets import Input

from esc_tui.domain.errors import UserError
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.panes.evolution.filtering import KINDS, STANDINGS, Wanted, read_filter
from widgets.eager_keys import EagerKeys


class FilterField(EagerKeys, Input):
    """Words and facets."""

    DEFAULT_CSS = """
    FilterField { width: 1fr; height: 1; border: none; padding: 0; background: transparent; color: $tone-bright;
                  background-tint: transparent; }
    FilterField:focus { border: none; background-tint: transparent; }
    FilterField > .input--placeholder { color: $tone-dim; }
    """
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("evolution.filter.leave", "Back to the list", "leave", "escape,enter,down", "list", 1, palette=False,
                help="The filter stays; the arrows move in the list again.", key_display="esc"),
        Command("evolution.filter.clear", "Clear the filter", "clear_all", "ctrl+u", "clear", 2, palette=False,
                help="Show everything again."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    JUMP_KEY = "f"
    HELP_TITLE = "Filter"
    HELP_TEXT = (
        "Words are looked for in titles, reasons, skills and groups. kind: and standing: narrow further, for example kind:add,revise "
        f"standing:open. The beginning of a value is enough.\n\nkind: {', '.join(KINDS)}.\n\nstanding: {', '.join(STANDINGS)}.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.wanted, self.objection = Wanted(), ""

    def take(self, text: str) -> bool:
        """Take what was typed; False, with an objection, when a value in it is not known: the rows then stay as they were."""
        try:
            self.wanted, self.objection = read_filter(text), ""
        except UserError as error:
            self.objection = f"! {error.what}"
            return False
        return True

    def action_leave(self) -> None:
        """Back to the list."""
        self.screen.query_one("#evolution-list").focus()

    def action_clear_all(self) -> None:
        """Empty the field."""
        self.value = ""
