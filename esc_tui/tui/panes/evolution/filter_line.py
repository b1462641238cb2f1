"""The line that narrows the lists."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import BindingType

from esc_tui.domain.errors import UserError
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.filter_field import FilterInput, filter_commands
from esc_tui.tui.panes.evolution.filtering import KINDS, STANDINGS, Wanted, read_filter


class FilterField(FilterInput):
    """Words and facets."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = filter_commands("evolution.filter", "Show everything again.")
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
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
