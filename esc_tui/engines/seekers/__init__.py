"""Simulated seekers without a model. Shares no word list, template, pattern or weight with ``engines.embedded``."""

from __future__ import annotations

from esc_tui.engines.seekers.mind import EmbeddedSeekerMind

__all__ = ["EmbeddedSeekerMind"]
