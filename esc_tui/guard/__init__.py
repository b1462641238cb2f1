"""The crisis guard: looks at every message and every drafted reply, always on, without model or network."""

from esc_tui.guard.version import GUARD_VERSION

__all__ = ["GUARD_VERSION"]
