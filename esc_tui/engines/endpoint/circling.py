"""Telling when an answer goes round in circles: small models write one sentence over and over until their limit."""

from __future__ import annotations

from collections import Counter

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


def says_again(sentence: str) -> bool:
    """True for one sentence in which the same six words (ten characters, where no blanks part words) stand three times."""
    words: list[str] | str = sentence.lower().split()
    size = 6
    if len(words) * 15 < len(sentence):
        words, size = sentence, 10
    seen = Counter(tuple(words[at:at + size]) for at in range(len(words) - size + 1))
    return max(seen.values(), default=0) >= 3


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
