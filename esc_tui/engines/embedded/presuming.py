"""What a sentence takes for granted: feelings and things it may name only when the seeker has just shown them.

``data/presuming.json``: under "feelings" patterns of a sentence's words with the states of which one must show, under
"things" patterns of its words with patterns of which one must have been said.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from esc_tui.engines.embedded.words import load_data


@cache
def _feelings() -> tuple[tuple[re.Pattern[str], frozenset[str]], ...]:
    rows = load_data("presuming")["feelings"]
    return tuple((_pattern(row["words"]), frozenset(row["states"].split("|"))) for row in rows)


@cache
def _things() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((_pattern(row["words"]), _pattern(row["said"], whole=True)) for row in load_data("presuming")["things"])


def _pattern(words: str, whole: bool = False) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})" + (r"\b" if whole else ""), re.IGNORECASE)


@lru_cache(maxsize=4096)
def _taken_for_granted(template: str) -> tuple[tuple[frozenset[str], ...], tuple[re.Pattern[str], ...]]:
    return (
        tuple(states for words, states in _feelings() if words.search(template)),
        tuple(said for words, said in _things() if words.search(template)),
    )


def presumes(template: str, states: frozenset[str], texts: str) -> bool:
    """True when a sentence names a feeling none of ``states`` is, or a thing not in ``texts``, the newest messages."""
    feelings, things = _taken_for_granted(template)
    return any(not (wanted & states) for wanted in feelings) or any(not said.search(texts) for said in things)
