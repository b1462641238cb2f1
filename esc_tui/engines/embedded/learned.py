"""What the words of a message speak for beyond the phrase lists: weights learned from lines written for this project."""

from __future__ import annotations

import itertools
import math
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from esc_tui.engines.embedded.words import load_data, tokens_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_STEM = 5  # letters of a word that stand for its family


@lru_cache(maxsize=512)
def features_of(text: str) -> tuple[str, ...]:
    """Words, pairs of words and stems of a text, each once, in order."""
    keys = [token.key for token in tokens_of(text)]
    pairs = (f"{one} {two}" for one, two in itertools.pairwise(keys))
    stems = (f"{key[:_STEM]}*" for key in keys if len(key) > _STEM)
    return tuple(dict.fromkeys((*keys, *pairs, *stems)))


def _weights(table: str) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = load_data("learned-needs" if table == "needs" else "learned")[table]
    return found


@lru_cache(maxsize=1024)
def leanings(table: str, text: str) -> Mapping[str, float]:
    """Probabilities of the labels of ``table`` ("states", "scenarios", "needs") for a text; empty when no word of it is known."""
    weights = _weights(table)
    names = features_of(text)
    scale = 1 / math.sqrt(max(1, len(names)))
    logits = dict(weights[""])
    known = False
    for name in names:
        if (row := weights.get(name)) is not None:
            known = True
            for label, value in row.items():
                logits[label] += scale * value
    if not known:
        return MappingProxyType({})
    top = max(logits.values())
    chances = {label: math.exp(value - top) for label, value in logits.items()}
    total = sum(chances.values())
    return MappingProxyType({label: value / total for label, value in chances.items()})


def speaking(table: str, text: str, label: str, most: int = 3) -> tuple[int, ...]:
    """Places of the words of a text that speak loudest for a label, in order."""
    weights = _weights(table)
    tokens = tokens_of(text)
    worth: dict[int, float] = {}
    for place, token in enumerate(tokens):
        pair = f"{token.key} {tokens[place + 1].key}" if place + 1 < len(tokens) else ""
        value = weights.get(token.key, {}).get(label, 0.0) + weights.get(pair, {}).get(label, 0.0)
        value += weights.get(f"{token.key[:_STEM]}*", {}).get(label, 0.0) if len(token.key) > _STEM else 0.0
        if value > 0:
            worth[place] = value
    return tuple(sorted(sorted(worth, key=lambda place: (-worth[place], place))[:most]))
