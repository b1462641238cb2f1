"""The embedded engine: a deterministic supporter without a model or network (reader, chooser, planner, writer)."""

from esc_tui.engines.embedded.build import build_embedded_engine

__all__ = ["build_embedded_engine"]
