"""The field of every line that narrows a list: how it looks, and the two keys that leave and empty it."""

from __future__ import annotations

from typing import ClassVar

from textual.message import Message
from textual.widgets import Input

from esc_tui.tui.commands import Command
from widgets.eager_keys import EagerKeys


def filter_commands(name: str, all_again: str, stays: str = "The filter stays; the arrows move in the list again.") -> tuple[Command, ...]:
    """The commands of one filter: ``name`` comes before theirs, ``all_again`` says what an empty field
    shows, ``stays`` what leaving does."""
    return (
        Command(f"{name}.leave", "Back to the list", "leave", "escape,enter,down", "list", 1, palette=False, help=stays, key_display="esc"),
        Command(f"{name}.clear", "Clear the filter", "clear_all", "ctrl+u", "clear", 2, palette=False, help=all_again),
    )


class FilterInput(EagerKeys, Input):
    """Words and facets that narrow a list. Subclasses say which, and bind their ``filter_commands``."""

    DEFAULT_CSS = """
    FilterInput { width: 1fr; height: 1; border: none; padding: 0; background: transparent; color: $tone-bright;
                  background-tint: transparent; }
    FilterInput:focus { border: none; background-tint: transparent; }
    FilterInput > .input--placeholder { color: $tone-dim; }
    """
    JUMP_KEY: ClassVar[str] = "f"
    HELP_TITLE: ClassVar[str] = "Filter"

    class Left(Message):
        """The person is done typing."""

    def action_leave(self) -> None:
        """Back to the list."""
        self.post_message(self.Left())

    def action_clear_all(self) -> None:
        """Empty the field."""
        self.value = ""
