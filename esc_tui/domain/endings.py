"""How episodes ended, in words: one ending, and the endings of many counted."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

ENDED = {"success": "emotion at 100", "failure": "emotion below 10", "turns": "all turns done", "goodbye": "left by the seeker",
         "crisis": "a crisis; the guard took over", "failed": "a technical fault", "cancelled": "cancelled"}
"""What is said of an outcome."""
COUNTS = ("success", "failure", "turns", "goodbye")
"""Outcomes that count for a score, in the order they are told."""
_APART = {"crisis": ("crisis", "crises"), "failed": ("technical fault", "technical faults"), "cancelled": ("cancelled", "cancelled"),
          "waiting": ("not over", "not over")}
_NO_BREAK = "\u00a0"


def ending_lines(head: str, outcomes: Mapping[str, int], width: int) -> list[str]:
    """``10 episodes counted: 3 emotion at 100, 7 all turns done`` and ``not counted: 1 crisis``, with no count broken from its words.

    ``head``: how many were counted, in words. ``outcomes``: episodes by outcome, those without one as ``waiting``. ``width`` in cells.
    """
    counted = [f"{outcomes[name]:,} {ENDED[name]}" for name in COUNTS if outcomes.get(name)]
    apart = [f"{count:,} {_APART.get(name, (name, name))[count != 1]}" for name, count in outcomes.items() if count and name not in COUNTS]
    lines = wrap(f"{head}: {_joined(counted)}" if counted else head, width, subsequent_indent="  ")
    if apart:
        lines += wrap(f"not counted: {_joined(apart)}", width, subsequent_indent="  ")
    return [line.replace(_NO_BREAK, " ") for line in lines]


def _joined(told: list[str]) -> str:
    return ", ".join(one.replace(" ", _NO_BREAK) for one in told)
