"""Keys that terminals send in an old way and Textual 8.2.8 reads as something else; taught to its table at start.

Esc followed by a digit is alt+digit in every terminal but one (Textual takes it for that one's ``¡``, ``™`` ...), and Esc
followed by a carriage return is alt+enter.
"""

from __future__ import annotations

from enum import Enum

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.widget import Widget

from esc_tui.tui.pane import PANES


class _Key(Enum):
    """Stands where Textual's table has members of its own ``Keys``; only the value is read."""

    ALT_ENTER = "alt+enter"
    ALT_1 = "alt+1"
    ALT_2 = "alt+2"
    ALT_3 = "alt+3"
    ALT_4 = "alt+4"
    ALT_5 = "alt+5"
    ALT_6 = "alt+6"


def teach_terminal_keys() -> None:
    """Read alt+enter and alt+1 to alt+6 as such where terminals send them with a leading Esc."""
    table: dict[str, object] = ANSI_SEQUENCES_KEYS  # type: ignore[assignment]
    table["\x1b\r"] = (_Key.ALT_ENTER,)
    for pane in PANES:
        table[f"\x1b{pane.digit}"] = (_Key(f"alt+{pane.digit}"),)


def takes_no_keys(focused: Widget | None) -> bool:
    """True when neither the widget with the focus nor anything around it handles keys itself, so that only commands do."""
    return focused is not None and not any(
        hasattr(node, "on_key") or type(node)._on_key is not Widget._on_key
        for node in focused.ancestors_with_self if isinstance(node, Widget))
