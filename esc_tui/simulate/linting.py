"""The simulator's lint: what makes a simulated talk doubtful, found while it runs. Looks at words only."""

from __future__ import annotations

import re
from typing import Literal

from esc_tui.domain.copying import spoken_words, wish_runs
from esc_tui.domain.profile import Profile

Flag = Literal["empty_turn", "role_swap", "early_goodbye", "leaked_wish", "repeated_line"]

EARLY_TURNS = 2
"""A goodbye up to this turn of the seeker is early, unless the emotion sent the seeker away."""
ALIKE = 0.92
"""Two lines of the seeker at least this much alike (2 x shared / all characters) count as one said twice."""
_SHORT = 12
"""Lines with fewer letters ("i don't know") may come again."""

_LABEL = re.compile(r"\s*[\[(*]*\s*(supporter|assistant|therapist|counsell?or|system)\s*[\])*]*\s*:", re.IGNORECASE)
_HELPER = re.compile(
    r"\b(?:as an ai|language model|how can i (?:help|support|assist) you|i'?m here to (?:help|support|listen)|"
    r"thank you for (?:sharing|opening up)|i(?:'m| am) the seeker|my hidden (?:wish|intention)|my persona)\b", re.IGNORECASE)


class EpisodeLint:
    """Looks at each line of the seeker as it comes."""

    def __init__(self, profile: Profile) -> None:
        self._wish = wish_runs(profile.wish)
        self._before: list[str] = []

    def look(self, turn: int, text: str, *, goodbye: bool, sent_away: bool) -> list[tuple[Flag, str]]:
        """Flags of one line with the words that show it. ``sent_away``: the emotion ended the talk, so leaving is right."""
        plain = " ".join(spoken_words(text))
        found: list[tuple[Flag, str]] = []
        if not plain:
            found.append(("empty_turn", text[:80]))
        swap = _LABEL.match(text) or _HELPER.search(text)
        if swap is not None:
            found.append(("role_swap", swap.group().strip()))
        if goodbye and turn <= EARLY_TURNS and not sent_away:
            found.append(("early_goodbye", text[:80]))
        leaked = self._wish & wish_runs(text) if self._wish else set()
        if leaked:
            found.append(("leaked_wish", " ".join(min(leaked))))
        if len(plain.replace(" ", "")) >= _SHORT and any(_alike(plain, earlier) for earlier in self._before):
            found.append(("repeated_line", text[:80]))
        self._before.append(plain)
        return found


def _alike(first: str, second: str) -> bool:
    if first == second:
        return True
    if 2 * min(len(first), len(second)) < ALIKE * (len(first) + len(second)):
        return False
    from rapidfuzz import fuzz

    return bool(fuzz.ratio(first, second) >= 100 * ALIKE)
