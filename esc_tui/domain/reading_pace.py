"""How long a text takes to be read: the pace of replays, in the panes and in the shell."""

from __future__ import annotations

CHARACTERS_A_SECOND = 40.0
"""A quick reader's pace; Chinese characters are read at a quarter of it."""
SHORTEST, LONGEST = 0.5, 9.0


def reading_seconds(text: str) -> float:
    """Seconds at a reader's pace, at least ``SHORTEST`` and at most ``LONGEST``; none for an empty text."""
    if not text:
        return 0.0
    wide = sum(1 for character in text if ord(character) > 0x2E80)
    return min(LONGEST, max(SHORTEST, (len(text) + 3 * wide) / CHARACTERS_A_SECOND))
