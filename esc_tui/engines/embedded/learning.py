"""Learns the word weights of ``data/learned.json`` and ``data/learned-needs.json`` from the lines written for this project.

Run ``python -m esc_tui.engines.embedded.learning`` in a clone after changing them (a wheel has none). It reads ``training/lines.txt``
(``state|scenario|intensity|text``) and ``training/needs.txt`` (``need|text``, "none" for no hope) and writes the weights beside the word
lists. Multinomial logistic regression on words, pairs of words and stems; the supporter itself reads the weights and never imports this.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

from esc_tui.domain.labels import Need
from esc_tui.engines.embedded.hopes import NONE
from esc_tui.engines.embedded.learned import features_of

ROUNDS = 250  # steps of accelerated gradient descent
PULL = 0.0002  # weight of the squared size of the weights; 3 to 10 times more or less costs two points of accuracy
RARE = 1  # lines in which a feature must be seen
SMALLEST = 0.3  # weights nearer to zero are left out of the file
NEEDS_PULL, NEEDS_RARE, NEEDS_SMALLEST = 0.00003, 2, 0.4  # the same for what is hoped for, whose weights are larger
TRAINING = Path(__file__).with_name("training")


def fit(rows: list[tuple[str, str]], pull: float = PULL, rare: int = RARE, smallest: float = SMALLEST) -> dict[str, dict[str, float]]:
    """Weights by feature and label from (text, label) rows; the empty feature holds the bias."""
    labels = sorted({label for _, label in rows})
    seen: dict[str, int] = {}
    for text, _ in rows:
        for name in features_of(text):
            seen[name] = seen.get(name, 0) + 1
    names = sorted(name for name, count in seen.items() if count >= rare)
    at = {name: place for place, name in enumerate(names)}
    x: npt.NDArray[np.float64] = np.zeros((len(rows), len(names)))
    y: npt.NDArray[np.float64] = np.zeros((len(rows), len(labels)))
    for row, (text, label) in enumerate(rows):
        own = features_of(text)
        for name in own:
            if name in at:
                x[row, at[name]] = 1 / np.sqrt(max(1, len(own)))
        y[row, labels.index(label)] = 1
    share = y.sum(0)
    balance = (y @ (len(rows) / (len(labels) * share)))[:, None] / len(rows)
    weights = np.zeros((len(names), len(labels)))
    bias = np.zeros(len(labels))
    ahead, ahead_bias = weights.copy(), bias.copy()
    rate = 4.0
    for step in range(ROUNDS):
        logits = x @ ahead + ahead_bias
        logits -= logits.max(1, keepdims=True)
        chance = np.exp(logits)
        chance /= chance.sum(1, keepdims=True)
        slope = (chance - y) * balance
        new = ahead - rate * (x.T @ slope + pull * ahead)
        new_bias = ahead_bias - rate * slope.sum(0)
        push = step / (step + 3)
        ahead, ahead_bias = new + push * (new - weights), new_bias + push * (new_bias - bias)
        weights, bias = new, new_bias
    table: dict[str, dict[str, float]] = {"": {label: round(float(bias[n]), 3) for n, label in enumerate(labels)}}
    for name, place in at.items():
        found = {label: round(float(weights[place, n]), 2) for n, label in enumerate(labels)}
        kept = {label: value for label, value in found.items() if abs(value) >= smallest}
        if kept:
            table[name] = kept
    return table


def rows_of(paths: list[Path]) -> list[tuple[str, str, str]]:
    """(state, scenario, text) of every line of the files."""
    found = []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            state, scenario, _, text = line.split("|", 3)
            found.append((state, scenario, text))
    return found


def needs_of(path: Path) -> list[tuple[str, str]]:
    """(text, need) of every line of a file."""
    rows = [line.partition("|") for line in path.read_text(encoding="utf-8").splitlines()]
    for number, (need, _, text) in enumerate(rows, 1):
        if need not in {NONE, *Need} or not text:
            raise ValueError(f"{path.name}, line {number}: no need and text: '{need[:40]}'")
    return [(text, need) for need, _, text in rows]


def main() -> None:
    """Fit all tables and write them."""
    rows = rows_of([TRAINING / "lines.txt"])
    _write("learned", {
        "states": fit([(text, state) for state, _, text in rows if state != "*"]),
        "scenarios": fit([(text, scenario) for _, scenario, text in rows])})
    _write("learned-needs", {"needs": fit(needs_of(TRAINING / "needs.txt"), NEEDS_PULL, NEEDS_RARE, NEEDS_SMALLEST)})


def _write(name: str, table: dict[str, dict[str, dict[str, float]]]) -> None:
    target = Path(__file__).with_name("data") / f"{name}.json"
    target.write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
