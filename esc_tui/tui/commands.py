"""Commands: one declaration gives the key binding, the footer, the palette entry and the line in the help table.

A widget declares ``OWN_COMMANDS = (Command(...), ...)`` and ``BINDINGS = bindings(OWN_COMMANDS)``; ``action`` names its own
``action_...`` method. Its ``check_action`` hides what makes no sense at the moment, in the footer and the palette too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.screen import Screen


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person can do.

    ``id`` is unique and dotted, e.g. ``chat.regenerate``; ``keys`` is a comma-separated list of Textual key names and may
    be empty (palette only); ``footer`` is the short word for the footer (empty: not there), ``rank`` its order, lower
    first; ``help`` one sentence for the tables; ``palette`` False keeps it out of the palette, where ``also`` are other words
    it is found by; ``priority`` takes the key before any text field does.
    """

    id: str
    title: str
    action: str
    keys: str = ""
    footer: str = ""
    rank: int = 50
    help: str = ""
    palette: bool = True
    priority: bool = False
    key_display: str | None = None
    also: str = ""

    @property
    def shown_keys(self) -> str:
        """The keys as a person reads them, e.g. ``ctrl+p`` or ``j  ↓``."""
        return self.key_display or "  ".join(readable(key) for key in self.keys.split(",") if key)


HELP = Command("app.help", "Help for what has the focus", "help", "f1,question_mark", "help", 95, key_display="F1  ?",
               help="What this place is for, and every key that works here.")
"""The app's and every modal screen's: no key of the app reaches past a modal screen."""
_DECLARED: dict[str, Command] = {}
_READABLE = {
    "escape": "esc", "question_mark": "?", "slash": "/", "up": "↑", "down": "↓", "left": "←", "right": "→",
    "space": "space", "plus": "+", "minus": "-", "left_square_bracket": "[", "right_square_bracket": "]",
    "pageup": "pg up", "pagedown": "pg dn", "delete": "del", "full_stop": ".", "enter": "enter",
}


def readable(key: str) -> str:
    """A Textual key name as it is written for people: ``ctrl+p`` stays, ``question_mark`` is ``?``, F-keys are upper."""
    *modifiers, last = key.strip().split("+")
    last = _READABLE.get(last, last.upper() if len(last) > 1 and last[0] == "f" and last[1:].isdigit() else last)
    if len(last) == 1 and last.isalpha() and last.isupper() and not modifiers:
        return last
    return "+".join([*modifiers, last])


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """The Textual bindings of some commands, each with the command's id, so that a key map can move it."""
    made: list[BindingType] = []
    for command in commands:
        if _DECLARED.setdefault(command.id, command) != command:
            raise ValueError(f"two commands are called {command.id}")
        if command.keys:
            made.append(Binding(command.keys, command.action, command.title, show=False, priority=command.priority,
                                tooltip=command.help, id=command.id))
    return made


def declared(identifier: str | None) -> Command | None:
    """The command with this id, if its class has been imported."""
    return _DECLARED.get(identifier or "")


def all_declared() -> tuple[Command, ...]:
    """Every command whose class has been imported, for the documentation and the tests."""
    return tuple(_DECLARED.values())


def commands_of(node: DOMNode) -> tuple[Command, ...]:
    """The commands a widget, screen or app declares, its base classes' included, each once."""
    found: dict[str, Command] = {}
    for kind in type(node).__mro__:
        for command in kind.__dict__.get("OWN_COMMANDS", ()):
            if isinstance(command, Command):
                found.setdefault(command.id, command)
    return tuple(found.values())


def active_commands(screen: Screen[object]) -> Iterator[tuple[DOMNode, Command, bool]]:
    """The commands that work for the present focus, nearest first: their widget, the command, and whether it is usable now."""
    start: DOMNode = screen.focused if screen.focused is not None else screen
    seen: set[str] = set()
    for node in start.ancestors_with_self:
        for command in commands_of(node):
            if command.id in seen:
                continue
            seen.add(command.id)
            state = node.check_action(command.action.partition("(")[0], ())
            if state is not False:
                yield node, command, bool(state)
