"""How good or bad the words of a message are, by lists of our own."""

from __future__ import annotations

import re

from esc_tui.engines.embedded.words import Token, tokens_of, word_set

GOOD_TEARS = re.compile(r"\b(?:good crying|(?:happy|good) tears|tears of joy)\b", re.IGNORECASE)


def valence_counts(tokens: tuple[Token, ...]) -> tuple[float, float]:
    """Counts of good and bad words of our own lists, a denied good word counting as bad and half the other way."""
    good = bad = 0.0
    for place, token in enumerate(tokens):
        denied = any(
            other.key in word_set("negators") and other.clause == token.clause
            for other in tokens[max(0, place - 3) : place]
        )
        if token.key in word_set("positive"):
            good, bad = (good, bad + 1) if denied else (good + 1, bad)
        elif token.key in word_set("negative"):
            good, bad = (good + 0.3, bad + 0.2) if denied else (good, bad + 1)
    return good, bad


def valence_of(text: str) -> float:
    """-1 (all bad words) to 1 (all good words), 0 when neither."""
    good, bad = valence_counts(tokens_of(text))
    return (good - bad) / max(1.0, good + bad)
