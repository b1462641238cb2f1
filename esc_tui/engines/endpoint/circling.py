"""Telling when an answer goes round in circles: small models write one sentence over and over until their limit."""

from __future__ import annotations

SAME = 600
"""Characters at the end of an answer that must only repeat what stands before them; with at least eight rounds of it."""
_ROUNDS = 8
_WINDOW = 4_000
_PROBE = 16
_TRIES = 4
LOOK_EVERY = 120
"""Characters of a stream between two looks."""
CIRCLES = "circles"
"""Why an answer ended that was left because it went round in circles; beside the reasons that servers give."""


def circles_from(text: str) -> int | None:
    """Where the text begins to say nothing but what it just said, when its end does so; None when it does not."""
    tail = text[-_WINDOW:]
    probe = tail[-_PROBE:]
    at, tried = len(tail) - _PROBE, 0
    while tried < _TRIES and (at := tail.rfind(probe, 0, at + _PROBE - 1)) >= 0:
        period, tried = len(tail) - _PROBE - at, tried + 1
        same = max(SAME, _ROUNDS * period)
        if same + period <= len(tail) and tail[-same:] == tail[-same - period:-period]:
            start = len(text) - same - period
            while start > 0 and text[start - 1] == text[start - 1 + period]:
                start -= 1
            return start + period
    return None


class CircleWatch:
    """Looks at a growing answer now and then."""

    def __init__(self) -> None:
        self._next = SAME

    def sees(self, length: int) -> bool:
        """True when an answer of ``length`` characters should be looked at again."""
        if length < self._next:
            return False
        self._next = length + LOOK_EVERY
        return True
