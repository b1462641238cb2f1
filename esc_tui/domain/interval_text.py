"""Differences and intervals in words: what is told of a handful of values, and where an interval ends with its scale."""

from __future__ import annotations

Bounds = tuple[float, float]

FEWEST = 4
"""Below so many values or pairs no interval of a mean is told: Student's t over two or three spans more than the scale."""
CUT = "*"
"""Stands behind the end of an interval that was cut at the end of its scale."""
EMOTIONS: Bounds = (0.0, 100.0)
"""The scale of scores."""
DIFFERENCES: Bounds = (-100.0, 100.0)
"""The scale of differences between scores."""
UPWARDS: Bounds = (0.0, float("inf"))
"""The scale of turns and of spreads."""
NO_ENDS: Bounds = (float("-inf"), float("inf"))


def signed(value: float) -> str:
    """``+4.1``, ``-0.3``; a zero has no minus."""
    told = f"{value:+.1f}"
    return "+0.0" if told == "-0.0" else told


def interval_text(bounds: Bounds | None, count: int, scale: Bounds = EMOTIONS) -> str:
    """``31.9 to 82.1`` for the interval of a mean of ``count`` values. An end beyond the scale is cut and marked."""
    if bounds is None:
        return ""
    if count < FEWEST:
        return "too few to tell"
    low, high = max(bounds[0], scale[0]), min(bounds[1], scale[1])
    return f"{low:.1f}{CUT if low != bounds[0] else ''} to {high:.1f}{CUT if high != bounds[1] else ''}"


def is_cut(bounds: Bounds | None, count: int, scale: Bounds = EMOTIONS) -> bool:
    """True when ``interval_text`` marks an end."""
    return bounds is not None and count >= FEWEST and (bounds[0] < scale[0] or bounds[1] > scale[1])
