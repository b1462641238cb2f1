"""Words by field as weighed columns (TF-IDF, each field of length 1 times its scale): the same for training and planning."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from esc_tui.engines.embedded.strategy_features import FIELDS

FIELD_SCALE = {"now": 1.0, "reply": 1.0, "before": 0.5, "earlier": 0.5, "situation": 0.4, "run": 1.0, "known": 0.4}
"""How much a field weighs beside the others; set by cross-validation on ESConv's training split."""


@dataclass(frozen=True, slots=True)
class WordColumns:
    """Column and inverse document frequency of every known word, by field; columns run on through the fields."""

    columns: Mapping[str, Mapping[str, tuple[int, float]]]
    width: int

    @classmethod
    def of(cls, parts: Mapping[str, Any]) -> WordColumns:
        """Read the parts ``words.FIELD`` and ``idf.FIELD``. Raises ValueError or KeyError when they do not fit together."""
        columns: dict[str, dict[str, tuple[int, float]]] = {}
        first = 0
        for field in FIELDS:
            words, idf = parts[f"words.{field}"], np.asarray(parts[f"idf.{field}"], dtype=np.float64)
            if not isinstance(words, list) or idf.shape != (len(words),) or not np.isfinite(idf).all() or (idf <= 0).any():
                raise ValueError(f"words of '{field}' without their weights")
            columns[field] = {word: (first + place, weight) for place, (word, weight) in enumerate(zip(words, idf.tolist(), strict=True))}
            if len(columns[field]) != len(words):
                raise ValueError(f"a word of '{field}' stands twice")
            first += len(words)
        return cls(columns, first)

    def values(self, words: Mapping[str, Sequence[str]]) -> tuple[list[int], list[float]]:
        """Columns and values of a context's words: (1 + ln count) · idf, each field brought to length 1, times its scale."""
        places: list[int] = []
        values: list[float] = []
        for field in FIELDS:
            known = self.columns[field]
            own: list[float] = []
            for word, count in Counter(words[field]).items():
                if (found := known.get(word)) is not None:
                    places.append(found[0])
                    own.append((1 + math.log(count)) * found[1])
            length = math.sqrt(sum(value * value for value in own))
            values.extend(value * FIELD_SCALE[field] / length for value in own)
        return places, values
