"""How alike two seekers are, and whether a new one is too like any that is there.

The measure is the Jaccard index of word 5-grams over facts, lines and scene together: grams both have over grams either has, from
0 (nothing in common) to 1 (the same words). Case, punctuation and digits' grouping do not count. Grams run inside one text only.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from esc_tui.domain.profile import Profile

GRAM = 5
BOUND = 0.30
"""From here on two seekers count as the same one in other clothes. Profiles written by hand stay under 0.01 to each other."""
_WORD = re.compile(r"[^\W_]+|[\u3400-\u9fff]")


def grams_of(profile: Profile) -> frozenset[int]:
    """Hashes of the 5-grams of a profile, stable inside one process only."""
    found: set[int] = set()
    for text in (profile.scene, *(fact.text for fact in profile.facts), *profile.lines.all()):
        words = _WORD.findall(text.lower().replace("'", "").replace("’", ""))
        if len(words) < GRAM:
            found.add(hash(tuple(words)))
        found.update(hash(tuple(words[start:start + GRAM])) for start in range(len(words) - GRAM + 1))
    return frozenset(found)


def likeness(first: Profile, second: Profile) -> float:
    """The Jaccard index of the two profiles' 5-grams."""
    one, other = grams_of(first), grams_of(second)
    return len(one & other) / len(one | other) if one or other else 1.0


class Gathering:
    """Profiles that are there, to be asked how near the nearest of them is. Asking costs what is shared, not how many there are."""

    def __init__(self, profiles: Iterable[Profile] = ()) -> None:
        self._sizes: list[int] = []
        self._names: list[str] = []
        self._holders: defaultdict[int, list[int]] = defaultdict(list)
        for profile in profiles:
            self.add(profile)

    def __len__(self) -> int:
        return len(self._sizes)

    def add(self, profile: Profile) -> None:
        """Let a profile join."""
        grams = grams_of(profile)
        for gram in grams:
            self._holders[gram].append(len(self._sizes))
        self._sizes.append(len(grams))
        self._names.append(profile.id)

    def nearest(self, profile: Profile) -> tuple[float, str]:
        """The greatest likeness to any, and whose; (0.0, "") when nothing is shared."""
        grams = grams_of(profile)
        shared: Counter[int] = Counter()
        for gram in grams:
            shared.update(self._holders.get(gram, ()))
        best = max(((both / (len(grams) + self._sizes[place] - both), place) for place, both in shared.items()), default=None)
        return (best[0], self._names[best[1]]) if best else (0.0, "")
