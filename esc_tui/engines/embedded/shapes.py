"""The shape of what was told, for questions that fit it when nothing more is known: who did it, and whether it is over."""

from __future__ import annotations

from typing import Literal

from esc_tui.engines.embedded.slots import slots_of
from esc_tui.engines.roles import Moment, Reading

Shape = Literal["they_past", "they_now", "own_past", "own_now", "plain"]


def shape_of(moment: Moment, reading: Reading) -> Shape:
    """The shape of the weightiest clause of the newest message; "plain" when none can be told."""
    slots = slots_of(moment, reading)
    told = slots.get("clause")
    if not told:
        return "plain"
    clause = slots.clauses[told[0]]
    if clause.own:
        return "own_past" if clause.past else "own_now"
    return "they_past" if clause.past else "they_now"
