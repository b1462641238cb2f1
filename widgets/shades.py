"""Shading without colour: how full a cell is, from blank to solid, in glyphs every terminal has."""

from __future__ import annotations

SHADES = (" ", "░", "▒", "▓", "█")
"""From nothing to all."""
STEPS = (0.02, 0.12, 0.25, 0.45)
"""Shares from which the next shade is used."""


def shade(share: float, width: int = 2) -> str:
    """A share 0-1 as ``width`` cells of one shade."""
    return SHADES[sum(share >= step for step in STEPS)] * width
