"""How good or bad the words of a message are, by lists of our own."""

from __future__ import annotations

import re

from esc_tui.engines.embedded.words import Token, tokens_of, word_set

GOOD_TEARS = re.compile(r"\b(?:good crying|(?:happy|good) tears|tears of joy)\b", re.IGNORECASE)


_SOURED = re.compile(
    r"\b(?:but|though|except)\b|\bthat['’]?s (?:the|what'?s so) (?:\w+ )?(?:sick|worst|awful|sad|horrible|mad|crazy|hard|hardest|stupid)\b",
    re.IGNORECASE,
)


def soured(rest: str) -> bool:
    """True when what follows good news takes it back: "I'm happy for them, but ...", "it went well, that's the sick part"."""
    return _SOURED.search(rest) is not None


def valence_counts(tokens: tuple[Token, ...]) -> tuple[float, float]:
    """Counts of good and bad words of our own lists, a denied good word counting as bad and half the other way."""
    good = bad = 0.0
    positive, negative, negators = word_set("positive"), word_set("negative"), word_set("negators")
    for place, token in enumerate(tokens):
        if token.key not in positive and token.key not in negative:
            continue
        denied = any(other.key in negators and other.clause == token.clause for other in tokens[max(0, place - 3) : place])
        if token.key in positive:
            good, bad = (good, bad + 1) if denied else (good + 1, bad)
        else:
            good, bad = (good + 0.3, bad + 0.2) if denied else (good, bad + 1)
    return good, bad


def valence_of(text: str) -> float:
    """-1 (all bad words) to 1 (all good words), 0 when neither."""
    good, bad = valence_counts(tokens_of(text))
    return (good - bad) / max(1.0, good + bad)
