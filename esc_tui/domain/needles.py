"""Which of many patterns may match a text: words that a match must hold ("needles") are looked for before any pattern is tried.

Needles save time and decide nothing: a pattern without any is always tried. ``scripts/needles.py`` reads them off the patterns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

GRAM = 4
"""So many letters of a needle are looked up; a shorter needle is looked for as it is."""
_COMMON = frozenset(" etaoinsrhldu")
"""The blank and the commonest letters: a stretch without them stands in fewer texts."""


def needle_key(pattern: str) -> str:
    """The name under which a pattern's needles are kept: of a pattern that was changed none are found."""
    return hashlib.sha256(pattern.encode()).hexdigest()[:16]


class Screen:
    """Finds, for a text, the places of the patterns that may match it. A match of a pattern holds at least one of its needles."""

    def __init__(self, needles: Iterable[Sequence[str]]) -> None:
        """``needles``: those of each pattern, in the order of the patterns; none for a pattern that is always to be tried."""
        places: dict[str, list[int]] = {}
        self._always: list[int] = []
        for place, own in enumerate(needles):
            if not own:
                self._always.append(place)
            for needle in own:
                places.setdefault(needle, []).append(place)
        self._short = [(needle, found) for needle, found in places.items() if len(needle) < GRAM]
        self._by_gram: dict[str, list[tuple[str, list[int]]]] = {}
        for needle, found in places.items():
            if len(needle) >= GRAM:
                grams = (needle[start : start + GRAM] for start in range(len(needle) - GRAM + 1))
                rarest = min(grams, key=lambda gram: (sum(letter in _COMMON for letter in gram), len(self._by_gram.get(gram, ()))))
                self._by_gram.setdefault(rarest, []).append((needle, found))
        self._grams = frozenset(self._by_gram)

    def possible(self, text: str) -> list[int]:
        """Places of the patterns that may match, in their order."""
        found = set(self._always)
        for needle, places in self._short:
            if needle in text:
                found.update(places)
        for gram in self._grams & _grams_of(text):
            for needle, places in self._by_gram[gram]:
                if needle in text:
                    found.update(places)
        return sorted(found)


@lru_cache(maxsize=8)  # several screens look at one text
def _grams_of(text: str) -> frozenset[str]:
    return frozenset(map("".join, zip(*(text[start:] for start in range(GRAM)), strict=False)))
