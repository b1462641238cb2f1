"""The embedded engine: a deterministic supporter without a model or network (reader, chooser, planner, writer)."""
