"""The command palette's source: every command that works for what had the focus when it was opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from esc_tui.domain.text import normalised
from esc_tui.tui.commands import Command, active_commands

if TYPE_CHECKING:
    from textual.dom import DOMNode


class EscPalette(CommandPalette):
    """Textual's command palette as a quiet sheet of the second surface."""

    DEFAULT_CSS = """
    EscPalette { background: $background 50%; }
    EscPalette > Vertical { margin-top: 2; width: 84; max-width: 100%; background: $surface; }
    EscPalette #--input { border: none; background: $surface; border-bottom: solid $tone-rule; height: 3; }
    EscPalette #--results { background: $surface; }
    EscPalette CommandList { border: none; background: $surface; max-height: 60vh; }
    EscPalette SearchIcon { display: none; }
    EscPalette CommandInput, EscPalette CommandInput:focus { border: none; padding: 0 2; background: $surface; }
    """


def worded(query: str, command: Command) -> float:
    """How well words of a command begin with all words typed: 1 at the beginning of its title, less elsewhere in it, in its other words and
    in its help, 0 nowhere."""
    typed = normalised(query).split()
    if not typed:
        return 0.0
    here = normalised(command.title).split()
    if len(here) >= len(typed) and all(word.startswith(one) for word, one in zip(here, typed, strict=False)):
        return 1.0
    here = []
    for score, text in ((0.9, command.title), (0.8, command.also), (0.5, command.help)):
        here += normalised(text).split()
        if all(any(word.startswith(one) for word in here) for one in typed):
            return score
    return 0.0


class CommandProvider(Provider):
    """Offers commands with their keys; nothing else of Textual's own is mixed in."""

    async def startup(self) -> None:
        """Collect once, while the old focus is still known."""
        self._offered = [(node, command) for node, command, usable in active_commands(self.screen)
                         if usable and command.palette]

    def _run(self, node: DOMNode, command: Command) -> Callable[[], Any]:
        async def call() -> None:
            await self.app.run_action(command.action, node)

        return call

    async def discover(self) -> Hits:
        """All of them, nearest to the focus first."""
        for node, command in self._offered:
            yield DiscoveryHit(_with_keys(Content(command.title), command), self._run(node, command),
                               command.title, command.help or None)

    async def search(self, query: str) -> Hits:
        """Those in which words begin with what was typed; where there are none, those whose title holds its letters in their order."""
        matcher = self.matcher(query)
        found = [(worded(query, command), node, command) for node, command in self._offered]
        if not any(score for score, _, _ in found):
            found = [(matcher.match(command.title), node, command) for node, command in self._offered]
        for score, node, command in found:
            if score > 0:
                title = matcher.highlight(command.title) if matcher.match(command.title) > 0 else Content(command.title)
                yield Hit(score, _with_keys(title, command), self._run(node, command), command.title, command.help or None)


def _with_keys(title: Content, command: Command) -> Content:
    if not command.keys:
        return title
    return Content.assemble(title, "   ", (command.shown_keys, "$tone-dim"))
