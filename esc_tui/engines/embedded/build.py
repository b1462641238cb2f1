"""Putting the embedded engine together."""

from __future__ import annotations

from esc_tui.engines.embedded.chooser import EmbeddedChooser
from esc_tui.engines.embedded.planner import EmbeddedPlanner
from esc_tui.engines.embedded.reader import EmbeddedStateReader
from esc_tui.engines.embedded.writer import EmbeddedWriter
from esc_tui.engines.engine import Engine


def build_embedded_engine() -> Engine:
    """The engine that needs no model and no network; nothing in it can fail, so it has no fallback."""
    return Engine("embedded", EmbeddedStateReader(), EmbeddedChooser(), EmbeddedPlanner(), EmbeddedWriter())
