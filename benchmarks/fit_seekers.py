"""Fits what listening is worth to a seeker: ``python -m benchmarks.fit_seekers`` measures, ``--write`` writes it to ``weights.json``.

A ridge regression of the ratings on the features of ``engines.seekers.listening`` (for every need, and for some of them what a need adds)
and on the sum of the weights set by hand. Features that move a rating by less than ``LEAST`` points are left out. Only the pairs of the
part "dev" and their rewordings are read. The correlation printed is of predictions for moments that the fit has not seen.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from esc_tui.domain.labels import Need
from esc_tui.engines.seekers.words import DATA

BY_NEED = ("clears", "sets_side", "reads_other", "room", "esteem", "steps", "counsel", "bids", "deed", "asks_deep", "asks_open", "cheer",
           "stock", "fragment", "sides_with", "pictures", "taken", "notice", "short", "of_others", "label", "to_you", "wordy", "follows")
"""Features that may be worth more or less to somebody with a certain need."""
PENALTY, NEED_SCALE, HAND_SCALE, LEAST, FOLDS, DRAWS = 5.0, 0.7, 6.0, 0.05, 10, 3
FIRST_WEIGHT, REWORDED_WEIGHT = 0.5, 0.5
"""Weight of the first 80 pairs, which the weights set by hand were tuned on, and of a rewording, beside 1 for the others."""
Array = NDArray[np.float64]


def rows() -> tuple[list[dict[str, float]], Array, Array, Array, Array, NDArray[np.bool_]]:
    """Features by name, ratings, weights, needs, moments and "is no rewording" of the pairs for tuning and their rewordings."""
    from esc_tui.engines.seekers.appraising import weigh
    from tests.engines.seekers.pairs import pairs

    fitted = _table()["listening"]
    found: list[dict[str, float]] = []
    numbers: list[tuple[float, float, int, int, bool]] = []
    moments: dict[tuple[object, ...], int] = {}
    for pair in pairs("dev"):
        moment = moments.setdefault((pair.before, pair.seeker), len(moments))
        for text in (pair.reply, *pair.rewordings):
            judgement = weigh(pair.moment(text))
            listened = {name: value for name, value in judgement.listened.items() if name != "says_back"}
            by_hand = sum(value for name, value in judgement.parts.items() if name not in listened) - fitted["bias"]
            found.append({**listened, "by_hand": float(np.clip(by_hand, -20, 20)) / HAND_SCALE})
            weight = (1.0 if pair.id.startswith("q") else FIRST_WEIGHT) * (1.0 if text == pair.reply else REWORDED_WEIGHT)
            numbers.append((pair.rating, weight, list(Need).index(pair.need), moment, text == pair.reply))
    ratings, weights, needs, places, own = (np.array(part, dtype=np.float64) for part in zip(*numbers, strict=True))
    return found, ratings, weights, needs, places, own > 0


def design(found: list[dict[str, float]], needs: Array) -> tuple[Array, list[tuple[str, int]]]:
    """The matrix, one column for each feature (need -1) and each feature of ``BY_NEED`` with each need."""
    names = sorted({name for row in found for name in row})
    plain = np.array([[row.get(name, 0.0) for name in names] for row in found])
    columns, labels = [plain], [(name, -1) for name in names]
    for name in BY_NEED:
        own = plain[:, names.index(name)]
        for place in range(len(Need)):
            columns.append((own * (needs == place) * NEED_SCALE)[:, None])
            labels.append((name, place))
    return np.hstack(columns), labels


def ridge(matrix: Array, ratings: Array, weights: Array) -> tuple[Array, float]:
    """Coefficients and constant."""
    centre, level = weights @ matrix / weights.sum(), weights @ ratings / weights.sum()
    moved = matrix - centre
    scatter = moved.T @ (moved * weights[:, None]) + PENALTY * np.eye(matrix.shape[1])
    found = np.linalg.solve(scatter, moved.T @ ((ratings - level) * weights))
    return found, float(level - centre @ found)


def telling(matrix: Array, labels: list[tuple[str, int]], ratings: Array, weights: Array) -> list[int]:
    """The columns that move a rating, found by leaving out those that do not until none is left."""
    keep = list(range(len(labels)))
    while True:
        size = np.abs(ridge(matrix[:, keep], ratings, weights)[0]) * matrix[:, keep].std(0)
        fewer = [column for column, moves in zip(keep, size, strict=True) if moves >= LEAST or labels[column][0] == "by_hand"]
        if len(fewer) == len(keep):
            return keep
        keep = fewer


def cross_validated(found: list[dict[str, float]], ratings: Array, weights: Array, needs: Array, moments: Array) -> Array:
    """Predictions for each row by fits (columns chosen anew each time) without any row of its moment."""
    matrix, labels = design(found, needs)
    total, every = np.zeros(len(ratings)), np.unique(moments)
    for draw in range(DRAWS):
        order = np.random.default_rng(draw).permutation(every)
        for fold in range(FOLDS):
            out = np.isin(moments, order[fold::FOLDS])
            keep = telling(matrix[~out], labels, ratings[~out], weights[~out])
            found_now, constant = ridge(matrix[~out][:, keep], ratings[~out], weights[~out])
            total[out] += matrix[out][:, keep] @ found_now + constant
    return total / DRAWS


def _table() -> dict[str, Any]:
    return dict(json.loads((DATA / "weights.json").read_text(encoding="utf-8")))


def fit() -> dict[str, Any]:
    """The table ``listening``: in the unit of the weights set by hand, which keep their own."""
    found, ratings, weights, needs, _, _ = rows()
    matrix, labels = design(found, needs)
    keep = telling(matrix, labels, ratings, weights)
    coefficients, constant = ridge(matrix[:, keep], ratings, weights)
    unit = float(coefficients[[labels[column] for column in keep].index(("by_hand", -1))]) / HAND_SCALE
    table: dict[str, Any] = {"bias": round(constant / unit, 2), "all": {}, "needs": {need.value: {} for need in Need}}
    for column, coefficient in zip(keep, coefficients, strict=True):
        name, place = labels[column]
        value = round(float(coefficient) * (1.0 if place < 0 else NEED_SCALE) / unit, 1)
        if name != "by_hand" and value:
            (table["all"] if place < 0 else table["needs"][list(Need)[place].value])[name] = value
    return table


def main() -> None:
    """Measure, and write with ``--write``."""
    from scipy.stats import spearmanr

    found, ratings, weights, needs, moments, own = rows()
    held = cross_validated(found, ratings, weights, needs, moments)
    print(f"pairs, moments not seen: {spearmanr(held[own], ratings[own])[0]:.3f} ({own.sum()})")
    for place, need in enumerate(Need):
        some = own & (needs == place)
        print(f"  {need.value:28} {spearmanr(held[some], ratings[some])[0]:.2f} ({some.sum()})")
    print(f"rewordings: {spearmanr(held[~own], ratings[~own])[0]:.3f} ({(~own).sum()})")
    if "--write" in sys.argv:
        table = {**_table(), "listening": fit()}
        (DATA / "weights.json").write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
