"""The help screen: what the focused place is for and every key that works there, from the commands themselves."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from esc_tui.tui.commands import Command, active_commands, bindings
from esc_tui.tui.modal import Modal
from widgets.tones import tone_style

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.screen import Screen


class HelpScreen(Modal[None]):
    """Shown over the panes at the right edge; Esc, F1 or ``?`` closes it."""

    DEFAULT_CSS = """
    HelpScreen { align: right middle; background: $background 50%; &:ansi { background: transparent; } }
    HelpScreen #help {
        width: 72; max-width: 100%; height: 100%; background: $surface; padding: 1 3; border-left: solid $tone-accent;
        scrollbar-size-vertical: 1;
    }
    HelpScreen Static { height: auto; background: transparent; }
    """
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("help.close", "Close help", "close", "escape,f1,question_mark,q", "close", 1, palette=False,
                help="Back to where you were."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, title: str, paragraphs: list[str], groups: list[tuple[str, list[Command]]]) -> None:
        super().__init__()
        self.heading, self.paragraphs, self.groups = title, paragraphs, groups

    @classmethod
    def for_focus(cls, screen: Screen[Any]) -> HelpScreen:
        """Help for what has the focus on a screen: its own words, its pane's, the app's; keys grouped the same way."""
        start: DOMNode = screen.focused if screen.focused is not None else screen
        title, paragraphs = "", []
        for node in start.ancestors_with_self:
            text = str(getattr(node, "HELP_TEXT", "") or "")
            if text and text not in paragraphs:
                title = title or str(getattr(node, "HELP_TITLE", ""))
                paragraphs.append(text)
        grouped: dict[str, list[Command]] = {}
        for node, command, _usable in active_commands(screen):
            heading = str(getattr(node, "HELP_TITLE", "") or getattr(node, "BINDING_GROUP_TITLE", "") or "Here")
            grouped.setdefault(heading, []).append(command)
        return cls(title or "Help", paragraphs, list(grouped.items()))

    def compose(self) -> ComposeResult:
        """One text, set like a page."""
        with VerticalScroll(id="help"):
            yield Static(self._page(), id="help-page")

    def _page(self) -> Text:
        page = Text()
        page.append(self.heading, tone_style(self, "accent.bold"))
        page.append("   esc closes this\n\n", tone_style(self, "dim"))
        for number, paragraph in enumerate(self.paragraphs):
            page.append(paragraph, tone_style(self, "bright" if number == 0 else "text"))
            page.append("\n\n")
        for heading, commands in self.groups:
            with_keys = [command for command in commands if command.keys]
            if not with_keys:
                continue
            page.append("Keys here" if heading == self.heading else heading, tone_style(self, "bright.bold"))
            page.append("\n")
            for command in with_keys:
                page.append(f"  {command.shown_keys:<14}", tone_style(self, "accent"))
                page.append(command.title, tone_style(self, "text"))
                page.append("\n")
                if command.help and command.help.rstrip(".") != command.title:
                    for line in wrap(command.help, max(20, min(72, self.app.size.width) - 24)):
                        page.append(f"{'':16}{line}\n", tone_style(self, "dim"))
            page.append("\n")
        return page

    def on_mount(self) -> None:
        """Arrow keys scroll at once."""
        self.query_one("#help").focus()

    def action_close(self) -> None:
        """Close help."""
        self.dismiss(None)
