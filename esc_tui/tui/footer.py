"""The footer: at most seven keys that matter for what has the focus, taken from the commands that work there.

A widget whose commands mean something else for a while gives their words in ``footer_words``, by the command's id.
"""

from __future__ import annotations

from dataclasses import replace

from textual.screen import Screen

from esc_tui.tui.commands import Command, active_commands
from widgets.one_line import OneLine, Part

MOST_KEYS = 7
BETWEEN = 3
"""Blanks between two keys, at least."""
ALWAYS = ("app.palette", "app.help")
"""Commands that keep their place at the end."""


class Footer(OneLine):
    """One line of keys; a click on one does what the key does."""

    DEFAULT_CSS = """
    Footer { dock: bottom; height: 1; background: $background; }
    """

    def __init__(self) -> None:
        super().__init__(id="footer")
        self._commands: dict[str, str] = {}

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)
        self.call_after_refresh(self.look_again)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            self.look_again()

    def look_again(self) -> None:
        """Collect the keys for the present focus and draw them."""
        if not self.is_attached:
            return
        offered: list[Command] = []
        kept: list[Command] = []
        for node, command, usable in active_commands(self.screen):
            word = getattr(node, "footer_words", {}).get(command.id, command.footer)
            if not word or not usable or not self._reachable(command):
                continue
            command = replace(command, footer=word)  # noqa: PLW2901
            (kept if command.id in ALWAYS else offered).append(command)
            self._commands[command.id] = command.keys.split(",")[0]
        offered.sort(key=lambda command: command.rank)
        offered = offered[:MOST_KEYS - len(kept)]
        self.show(self._parts(offered), self._parts(sorted(kept, key=lambda command: command.rank), BETWEEN - 2))  # a line keeps two blanks

    def _reachable(self, command: Command) -> bool:
        """A key that the focused text field would type is no key at the moment."""
        focused = self.screen.focused
        if focused is None or command.priority:
            return True
        return any(not focused.check_consume_key(key, key if len(key) == 1 else None)
                   for key in command.keys.split(","))

    def _parts(self, commands: list[Command], before: int = 0) -> list[Part]:
        parts: list[Part] = []
        for place, command in enumerate(commands):
            drop = 1 + ALWAYS.index(command.id) if command.id in ALWAYS else 100 + command.rank
            first = command.shown_keys.split("  ")[0]
            parts.append(Part(first, "accent", command.id, BETWEEN if place else before, drop))
            parts.append(Part(command.footer, "dim", command.id, 1, drop))
        return parts

    def on_one_line_clicked(self, event: OneLine.Clicked) -> None:
        """Press the key."""
        event.stop()
        key = self._commands.get(event.target)
        if key:
            self.app.simulate_key(key)
