"""The small classifier at run time: sums of weights from one data file, no library."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import repeat
from operator import mul
from typing import Any

from esc_tui.domain.labels import RiskKind, RiskLevel

WEIGHTS_NAME = "weights.json"


@dataclass(frozen=True, slots=True)
class Model:
    """Three linear models over one vocabulary.

    ``crisis`` is a logistic model (weight by feature, bias under ``""``); ``kinds`` and ``levels`` hold one such
    model per label. ``threshold`` is the score (log odds) from which the classifier alone calls a crisis.
    """

    crisis: Mapping[str, float]
    kinds: Mapping[RiskKind, Mapping[str, float]]
    levels: Mapping[RiskLevel, Mapping[str, float]]
    threshold: float
    corpus_hash: str = ""

    def score(self, found: Mapping[str, float]) -> float:
        """Log odds of a crisis before rules are joined; a number for choosing, never shown."""
        return _linear(self.crisis, found)

    def kind(self, found: Mapping[str, float], among: frozenset[RiskKind] | None = None) -> RiskKind:
        """The likeliest kind, of all or ``among`` some."""
        wanted = [kind for kind in self.kinds if among is None or kind in among]
        return max(wanted, key=lambda kind: _linear(self.kinds[kind], found))

    def level(self, found: Mapping[str, float]) -> RiskLevel:
        """The likeliest level of a self-harm message."""
        return max(self.levels, key=lambda level: _linear(self.levels[level], found))

    def weight(self, name: str) -> float:
        """How much one feature speaks for a crisis."""
        return self.crisis.get(name, 0.0)


def _linear(weights: Mapping[str, float], found: Mapping[str, float]) -> float:
    return weights[""] + math.fsum(map(mul, map(weights.get, found, repeat(0.0)), found.values()))


def dump_model(model: Model) -> str:
    """The weights as one JSON text: a sorted vocabulary and per-label integer columns in thousandths."""
    labels: list[tuple[str, Mapping[str, float]]] = [("crisis", model.crisis)]
    labels += [(f"kind:{kind.value}", model.kinds[kind]) for kind in sorted(model.kinds)]
    labels += [(f"level:{level.value}", model.levels[level]) for level in sorted(model.levels)]
    columns: dict[str, dict[str, int]] = {}
    for name, weights in labels:
        columns[name] = {feature: round(value * 1000) for feature, value in weights.items() if round(value * 1000)}
    vocabulary = sorted({feature for column in columns.values() for feature in column} - {""})
    place = {feature: index for index, feature in enumerate(vocabulary)}
    body: dict[str, Any] = {
        "corpus": model.corpus_hash, "threshold": round(model.threshold * 1000),
        "bias": {name: column.get("", 0) for name, column in columns.items()},
        "vocabulary": vocabulary,
        "columns": {name: _pack(column, place) for name, column in columns.items()},
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


def _pack(column: Mapping[str, int], place: Mapping[str, int]) -> list[list[int]]:
    rows = sorted((place[feature], value) for feature, value in column.items() if feature)
    steps, last = [], 0
    for index, _ in rows:
        steps.append(index - last)
        last = index
    return [steps, [value for _, value in rows]]


def parse_model(text: str) -> Model:
    """Read what ``dump_model`` wrote. Raises ValueError or KeyError when it is something else."""
    body = json.loads(text)
    vocabulary: list[str] = body["vocabulary"]
    columns: dict[str, dict[str, float]] = {}
    for name, (steps, values) in body["columns"].items():
        column, index = {"": body["bias"][name] / 1000}, 0
        for step, value in zip(steps, values, strict=True):
            index += step
            column[vocabulary[index]] = value / 1000
        columns[name] = column
    kinds = {RiskKind(name[5:]): column for name, column in columns.items() if name.startswith("kind:")}
    levels = {RiskLevel(name[6:]): column for name, column in columns.items() if name.startswith("level:")}
    return Model(columns["crisis"], kinds, levels, body["threshold"] / 1000, body["corpus"])


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    """The committed weights, read once (about 10 ms)."""
    return parse_model((files("esc_tui.guard") / WEIGHTS_NAME).read_text(encoding="utf-8"))
