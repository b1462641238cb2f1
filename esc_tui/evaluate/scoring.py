"""From predictions and replies to one result: every measure over all turns, over those with one and with several strategies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from esc_tui.domain.intervals import Bootstrap, Interval
from esc_tui.domain.labels import Strategy
from esc_tui.evaluate.items import Item
from esc_tui.evaluate.strategies import STRATEGIES, confusion_cells, item_scores, macro_f1
from esc_tui.evaluate.wording import WordingScores, distinct

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

MEANS = ("accuracy", "emr", "lr", "multi_share", "multi_share_reference")
"""Measures that are means over the turns; the columns of ``strategies.item_scores`` in this order."""
_COLUMN = {"accuracy": 0, "emr": 1, "lr": 2, "multi_share": 3, "multi_share_reference": 4}
DIGITS = 6


class Scores:
    """Scores of every turn, computed once; ``report`` sums them for a group of turns.

    ``replies`` is None when none were written; an item whose reply is None is missing and left out of the text measures.
    ``likeness`` are further scores by item (NaN where missing), by name.
    """

    def __init__(self, items: Sequence[Item], predicted: Sequence[tuple[Strategy, ...]], seed: int,
                 replies: Sequence[str | None] | None = None, likeness: dict[str, Floats] | None = None) -> None:
        import numpy as np

        self._bootstrap = Bootstrap([item.group for item in items], seed)
        references = [item.reference for item in items]
        self._items, self._replies = items, replies
        self._means = item_scores(predicted, references)
        self._cells = confusion_cells(predicted, references)
        self._truth = np.array([[truth[0] is one for one in STRATEGIES] for truth in references], dtype=np.float64).reshape(-1, 8)
        self._several = np.array([item.several for item in items], dtype=np.float64)
        self._wording: WordingScores | None = None
        self._written = np.zeros(len(items))
        self._likeness = likeness or {}
        if replies is not None:
            self._written = np.array([reply is not None for reply in replies], dtype=np.float64)
            self._wording = WordingScores.of([reply or "" for reply in replies], [item.turn.text for item in items])

    def report(self) -> dict[str, Any]:
        """All measures with ``by`` (single, multi), ``intervals`` and ``confusion`` (rows: reference, columns: predicted)."""
        import numpy as np

        whole, intervals = self._summed(np.ones(len(self._items)))
        by = {}
        for name, mask in (("single", 1 - self._several), ("multi", self._several)):
            values, bounds = self._summed(mask)
            by[name] = {**values, "intervals": bounds}
        return {
            **whole, "by": by, "intervals": intervals,
            "confusion": {"strategies": [one.value for one in STRATEGIES], "tags": [one.tag for one in STRATEGIES],
                          "cells": self._cells.sum(axis=0).astype(int).reshape(8, 8).tolist()},
            "dialogues": self._by_dialogue(),
        }

    def _summed(self, mask: Floats) -> tuple[dict[str, Any], dict[str, list[float]]]:
        import numpy as np

        values: dict[str, Any] = {"items": int(mask.sum())}
        intervals: dict[str, Interval] = {}
        if not mask.sum():
            return values, {}
        for name in MEANS:
            values[name], intervals[name] = self._bootstrap.mean(self._means[:, _COLUMN[name]], mask)
        values["macro_f1"], intervals["macro_f1"] = self._bootstrap.measure(
            np.hstack([self._cells, self._truth]) * mask[:, None],
            lambda totals: macro_f1(totals[:, :64].reshape(-1, 8, 8), totals[:, 64:]))
        written = mask * self._written
        if self._wording is not None and written.sum():
            texts, bounds = self._wording.summed(self._bootstrap, written)
            chosen = [reply or "" for reply, counts in zip(self._replies or (), written, strict=True) if counts]
            values |= texts | {"replies_scored": int(written.sum()), "distinct_1": distinct(chosen, 1), "distinct_2": distinct(chosen, 2)}
            intervals |= bounds
            for name, scores in self._likeness.items():
                there = written * ~np.isnan(scores)
                if there.sum():
                    values[name], intervals[name] = self._bootstrap.mean(np.nan_to_num(scores), there)
        return ({name: round(value, DIGITS) if isinstance(value, float) else value for name, value in values.items()},
                {name: [round(bound, DIGITS) for bound in bounds] for name, bounds in intervals.items()})

    def _by_dialogue(self) -> list[list[Any]]:
        """For pairing two measurements: a dialogue's mark, its turns, and its sums of accuracy, EMR and LR."""
        import numpy as np

        from esc_tui.domain.dialogue import words_hash

        groups = np.array([item.group for item in self._items], dtype=int)
        found: list[list[Any]] = []
        for group in dict.fromkeys(groups.tolist()):
            own = groups == group
            first = self._items[int(np.flatnonzero(own)[0])]
            sums = self._means[own][:, :3].sum(axis=0)
            found.append([words_hash(first.dialogue)[:12], int(own.sum()), *(round(float(one), DIGITS) for one in sums)])
        return found


def paired_difference(first: Sequence[Sequence[Any]], second: Sequence[Sequence[Any]], seed: int = 0) -> dict[str, list[float]] | None:
    """How much better ``second`` is than ``first``: by measure the difference and its 95 % interval, over shared dialogues.

    Both are ``dialogues`` of results. Drawn in pairs, so that what makes a dialogue hard for both falls out. None when they
    share no dialogue with the same number of turns.
    """
    import numpy as np

    known = {row[0]: row for row in second}
    pairs = [(row, known[row[0]]) for row in first if row[0] in known and known[row[0]][1] == row[1]]
    if not pairs:
        return None
    values = np.array([[one[1], *(b - a for a, b in zip(one[2:5], two[2:5], strict=True))] for one, two in pairs], dtype=np.float64)
    bootstrap = Bootstrap(list(range(len(pairs))), seed)
    found: dict[str, list[float]] = {}
    for column, name in enumerate(("accuracy", "emr", "lr"), 1):
        value, (low, high) = bootstrap.measure(values[:, (column, 0)], lambda totals: totals[:, 0] / np.maximum(totals[:, 1], 1))
        found[name] = [round(value, DIGITS), round(low, DIGITS), round(high, DIGITS)]
    return found
