"""The two views of the Chat pane with their keys: the transcript and the why side."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from esc_tui.tui.commands import Command, bindings
from widgets.block_view import BlockView
from widgets.transcript import Transcript


class FieldWanted(Message):
    """The person wants to write."""


class TranscriptWanted(Message):
    """The person wants to be in the transcript."""


class WhyWanted(Message):
    """The person wants to see why."""


class ChatTranscript(Transcript):
    """The talk, turn by turn."""

    DEFAULT_CSS = "ChatTranscript { width: 1fr; height: 1fr; padding: 0 0 0 1; }"
    JUMP_KEY = "t"
    HELP_TITLE = "The transcript"
    HELP_TEXT = ("Move from turn to turn; the side on the right follows and tells why each reply was given. The bar and the "
                 "two letters before a sentence name its strategy, the number ties it to the plan.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("transcript.write", "Back to the field", "write", "enter", "", 1, palette=False),
        Command("transcript.up", "Turn before", "cursor_up", "k,up", palette=False, key_display="k  ↑"),
        Command("transcript.down", "Turn after", "cursor_down", "j,down", palette=False, key_display="j  ↓"),
        Command("transcript.why", "Why this reply", "look", "right", palette=False, help="To the side on the right."),
        Command("transcript.first", "First turn", "cursor_first", "home", palette=False),
        Command("transcript.last", "Last turn", "cursor_last", "end,G", palette=False, key_display="end  G"),
        Command("transcript.page_up", "Page up", "page_up", "pageup", palette=False),
        Command("transcript.page_down", "Page down", "page_down", "pagedown", palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def action_write(self) -> None:
        """Back to the field."""
        self.post_message(FieldWanted())

    def action_look(self) -> None:
        """To the why side."""
        self.post_message(WhyWanted())


class WhySide(BlockView):
    """Why the reply was given."""

    DEFAULT_CSS = """
    WhySide { width: 42%; min-width: 46; max-width: 76; height: 1fr; border-left: solid $tone-rule; padding: 1 0 0 1; }
    WhySide:focus { border-left: solid $tone-accent; }
    """
    JUMP_KEY = "w"
    HELP_TITLE = "Why this reply"
    HELP_TEXT = ("Heard, state, units fired, skills chosen and not chosen, plan, guard, expected and got, one plain "
                 "sentence. ● the program observed it, ◐ it was measured by running it again, ○ a model said it. ▲ helped, "
                 "= neutral, ▼ harmed. Enter on a unit opens its lines, on a skill the Bank.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("why.open", "Open this row", "choose", "enter", "open", 1, palette=False,
                help="A unit's lines, a skill in the Bank, or the rest of a section."),
        Command("why.up", "Row before", "cursor_up", "k,up", palette=False, key_display="k  ↑"),
        Command("why.down", "Row after", "cursor_down", "j,down", palette=False, key_display="j  ↓"),
        Command("why.first", "First row", "cursor_first", "home", palette=False),
        Command("why.last", "Last row", "cursor_last", "end,G", palette=False, key_display="end  G"),
        Command("why.page_up", "Page up", "page_up", "pageup", palette=False),
        Command("why.page_down", "Page down", "page_down", "pagedown", palette=False),
        Command("why.back", "Back to the transcript", "back", "escape,left", "transcript", 2, palette=False,
                key_display="esc  ←"),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    @property
    def skill(self) -> str:
        """The skill under the cursor, or nothing."""
        kind, _, name = self.cursor.partition(":")
        return name if kind == "skill" else ""

    def action_back(self) -> None:
        """Back to the transcript."""
        self.post_message(TranscriptWanted())
