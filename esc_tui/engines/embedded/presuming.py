"""What a sentence takes for granted: feelings and things it may name only when the seeker has just shown them.

Sentences of mined skills that were written for one state (``data/skill_states.json``) take that state for granted.
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


@cache
def _written_for() -> dict[str, str]:
    """Sentences that meet one state and what it is about, with that state; advice and facts fit others too."""
    return {line: state for state, row in load_data("skill_states").items() for action, lines in row["lines"].items()
            if action in _MEETING for line in lines}


_MEETING = frozenset({"reflection-of-feeling", "validation", "shared-human-experience", "reassurance", "affirmation-of-strength",
                      "open-question", "clarifying-question"})


@lru_cache(maxsize=4096)
def presumes_nothing(template: str) -> bool:
    """True when a sentence can be said whatever was shown and told."""
    return template not in _written_for() and not any(_taken_for_granted(template))


def presumes(template: str, states: frozenset[str], texts: str) -> bool:
    """True when a sentence names a feeling none of ``states`` is, or a thing not in ``texts``, the newest messages."""
    made_for = _written_for().get(template)
    if made_for is not None and made_for not in states:
        return True
    feelings, things = _taken_for_granted(template)
    return any(not (wanted & states) for wanted in feelings) or any(not said.search(texts) for said in things)
