"""The mean curves of a run, one for each supporter, told apart by their stroke and number as well as by colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from esc_tui.domain.text import many
from esc_tui.tui.panes.episodes.talk_blocks import LEVELS, USUAL_TURNS, ZONES
from widgets.curve import STROKES, Curve, CurveScene, stroke_sample
from widgets.page import Block
from widgets.toned import ink, inks

if TYPE_CHECKING:
    from textual.content import Content

TONES = ("accent", "neutral", "rf", "af", "sd", "ps")
"""Tones of the curves in their order; none of them says that something helped or harmed."""
MOST_CURVES = len(TONES)

Curves = Mapping[int, Sequence[Sequence[int]]]


def mean_scene(curves: Curves, turns: int = USUAL_TURNS) -> CurveScene:
    """The mean curve of each supporter's episodes, each episode held at its last value once it ended; as long as the longest lasts."""
    drawn: list[Curve] = []
    several = len(curves) > 1
    for place, (arm, found) in enumerate(sorted(curves.items())[:MOST_CURVES]):
        longest = max((len(curve) for curve in found), default=0)
        points: list[tuple[float, float | None]] = []
        for turn in range(longest):
            points.append((turn, sum(curve[min(turn, len(curve) - 1)] for curve in found) / len(found)))
        drawn.append(Curve(tuple(points), TONES[place], STROKES[place % len(STROKES)] if several else STROKES[0],
                           str(arm + 1) if several else ""))
    last = max([turns, *(len(curve.points) - 1 for curve in drawn)])
    lowest = min([0.0, *(y for curve in drawn for _, y in curve.points if y is not None)])
    return CurveScene(tuple(drawn), (0, last), (lowest, 100), LEVELS, ZONES, (), None, tuple(range(1, last + 1)))


def caption(curves: Curves, arms: Sequence[str]) -> list[Block]:
    """What the curves are: which stroke and number is whose, and of how many episodes."""
    count = sum(len(found) for found in curves.values())
    if not count:
        return []
    held = "one that ended is held where it ended."
    if len(curves) == 1:
        return [Block(ink(f"Mean emotion of {many(count, 'episode')}; {held}", "dim"))]
    legend: list[Content] = []
    for place, (arm, found) in enumerate(sorted(curves.items())[:MOST_CURVES]):
        name = arms[arm] if arm < len(arms) else ""
        legend.append(inks((f"{arm + 1} ", "accent"), (f"{stroke_sample(STROKES[place % len(STROKES)])} ", TONES[place]), (name, "text"),
                           (f"  {many(len(found), 'episode')}", "dim")))
    left = f"; the curves of {len(curves) - MOST_CURVES} more are not drawn" if len(curves) > MOST_CURVES else ""
    return [*(Block(one) for one in legend), Block(ink(f"Mean emotion of each supporter; {held[:-1]}{left}.", "dim"))]
