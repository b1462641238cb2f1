"""Where a run stands, in words: one word for each state, the reason beside it. Panes and commands say it alike."""

from __future__ import annotations

BY_PERSON = "by a person"
"""Somebody asked for it: Ctrl+C, a key of a pane, ``episodes ask cancel``."""
BY_SIGNAL = "by a signal"
"""The system or another program ended the process (SIGTERM)."""
PROCESS_ENDED = "its process ended"
"""Nobody could say why any more: killed, or the machine went down."""
BY_FAULT = "by a fault of the program"
EPISODE_CANCELLED = f"cancelled {BY_PERSON}"
"""The reason of an episode, which stands alone in lists."""


def budget_spent(limit: float, what: str) -> str:
    """The reason of a run that used up what it was allowed: ``budget of 1,000 calls spent``."""
    return f"budget of {limit:,} {what} spent" if isinstance(limit, int) else f"budget of {limit:g} {what} spent"


def standing(state: str, reason: str = "") -> str:
    """A state with its reason: ``done``, ``stopped by a person``, ``stopped: budget of 1,000 calls spent``.

    Banks of earlier versions hold reasons that begin with their state; it is said once.
    """
    told = reason.removeprefix(f"{state} ")
    if not told or told == state:
        return state
    return f"{state} {told}" if told.startswith("by ") else f"{state}: {told}"
