"""The parts of an open episode with their keys: the talk, the side that tells why, and the field that searches the talk."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Input

from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.panes.chat.views import WhySide
from widgets.eager_keys import EagerKeys
from widgets.transcript import Transcript


class WhyWanted(Message):
    """The talk sends us to the side on the right."""


class EpisodeTalk(Transcript):
    """The talk, turn by turn."""

    DEFAULT_CSS = "EpisodeTalk { width: 1fr; height: 1fr; }"
    JUMP_KEY = "t"
    HELP_TITLE = "The talk"
    HELP_TEXT = ("j and k move from turn to turn; the cursor on the curve and the side on the right follow. At the right of a turn: what "
                 "the reply changed, the emotion after it, its band. felt: is what the seeker thought and told nobody; i shows all "
                 "that was thought, and the hidden wish.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("episode_talk.up", "Turn before", "cursor_up", "k,up", palette=False, key_display="k  ↑"),
        Command("episode_talk.down", "Turn after", "cursor_down", "j,down", palette=False, key_display="j  ↓"),
        Command("episode_talk.why", "Why this reply", "look", "right,enter", "why", 6, palette=False, key_display="→",
                help="To the side on the right."),
        Command("episode_talk.first", "First turn", "cursor_first", "home,g", palette=False),
        Command("episode_talk.last", "Last turn", "cursor_last", "end,G", palette=False, key_display="end  G"),
        Command("episode_talk.page_up", "Page up", "page_up", "pageup", palette=False),
        Command("episode_talk.page_down", "Page down", "page_down", "pagedown", palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def action_look(self) -> None:
        """To the why side."""
        self.post_message(WhyWanted())


class EpisodeWhy(WhySide):
    """Why the supporter replied so; the same as in Chat."""

    DEFAULT_CSS = "EpisodeWhy { height: 1fr; }"


class TalkField(EagerKeys, Input):
    """Words to look for in the talk."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("episode_talk.find.next", "Next place", "next", "enter,down", "next", 1, palette=False, key_display="enter"),
        Command("episode_talk.find.before", "Place before", "before", "up", "before", 2, palette=False),
        Command("episode_talk.find.leave", "Back to the talk", "leave", "escape", "talk", 3, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    HELP_TITLE = "Search the talk"
    HELP_TEXT = "Words in what was said, felt or thought, in any case; Enter goes to the next turn that has them, Esc back to the talk."

    class Asked(Message):
        """Another place is wanted."""

        def __init__(self, by: int) -> None:
            self.by = by
            super().__init__()

    class Left(Message):
        """The person is done."""

    def action_next(self) -> None:
        """Next place."""
        self.post_message(self.Asked(1))

    def action_before(self) -> None:
        """Place before."""
        self.post_message(self.Asked(-1))

    def action_leave(self) -> None:
        """Back to the talk."""
        self.post_message(self.Left())
