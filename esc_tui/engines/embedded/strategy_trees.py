"""Boosted trees as flat arrays of nodes, walked by all rows and trees at once; checked so that no walk can go astray."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
DEEPEST = 64
"""Levels of a tree at most; a walk never takes more steps."""


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees over rows of ``width`` numbers; a row goes left where its number is not above the threshold.

    Arrays by node: ``feature``, ``threshold``, ``value``, and ``children`` (right and left of node n at 2n and 2n + 1; a leaf
    leads to itself); by tree: ``roots``, and ``outputs`` with a 1 where it adds; by output: ``base``.
    """

    width: int
    feature: npt.NDArray[np.int64]
    threshold: Floats
    children: npt.NDArray[np.int64]
    value: Floats
    roots: npt.NDArray[np.int64]
    outputs: Floats
    base: Floats
    depth: int

    @classmethod
    def of(cls, parts: dict[str, Any], name: str, width: int, count: int) -> Trees:
        """Read the parts ``name.*``. Raises ValueError naming what is wrong, KeyError for a part that is missing."""
        feature, left, right, roots, outputs = (
            np.asarray(parts[f"{name}.{part}"]).astype(np.int64) for part in ("feature", "left", "right", "roots", "outputs")
        )
        threshold, value, base = (np.asarray(parts[f"{name}.{part}"]).astype(np.float64) for part in ("threshold", "value", "base"))
        nodes = len(feature)
        same = all(array.shape == (nodes,) for array in (feature, left, right, threshold, value))
        if not same or roots.ndim != 1 or outputs.shape != roots.shape or base.shape != (count,):
            raise ValueError(f"{name}: arrays of different lengths")
        if not all(np.isfinite(array).all() for array in (threshold, value, base)):
            raise ValueError(f"{name}: a number is not finite")
        inner = feature >= 0
        here = np.arange(nodes)
        # children stand behind their parent, so a walk always ends
        if ((feature >= width) | (feature < -1)).any() or (inner & ((left <= here) | (right <= here))).any():
            raise ValueError(f"{name}: a node leads astray")
        if (inner & ((left >= nodes) | (right >= nodes))).any() or ((roots < 0) | (roots >= nodes)).any():
            raise ValueError(f"{name}: a node leads nowhere")
        if ((outputs < 0) | (outputs >= count)).any():
            raise ValueError(f"{name}: a tree adds to no output")
        left, right = np.where(inner, left, here), np.where(inner, right, here)  # a leaf leads to itself
        return cls(width, np.where(inner, feature, 0), threshold, np.stack([right, left], axis=1).reshape(-1), value, roots,
                   np.eye(count)[outputs], base, _depth(left, right, roots))

    def raw(self, rows: Floats) -> Floats:
        """What the trees add up to, before any link: rows by outputs."""
        at = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        numbers = np.ascontiguousarray(rows).reshape(-1)
        line = (np.arange(len(rows)) * self.width)[:, None]
        for _ in range(self.depth):
            goes_left = numbers.take(self.feature.take(at) + line) <= self.threshold.take(at)
            at = self.children.take(2 * at + goes_left)
        sums: Floats = self.value.take(at) @ self.outputs + self.base
        return sums


def _depth(left: npt.NDArray[np.int64], right: npt.NDArray[np.int64], roots: npt.NDArray[np.int64]) -> int:
    """Levels of the deepest tree. Raises ValueError beyond DEEPEST."""
    at = np.unique(roots)
    here = np.arange(len(left))
    inner = left != here
    for depth in range(DEEPEST):
        at = at[inner[at]]
        if not len(at):
            return depth
        at = np.unique(np.concatenate([left[at], right[at]]))
    raise ValueError("a tree is too deep")


def flat_trees(predictors: Any, base: Floats) -> dict[str, npt.NDArray[np.generic]]:
    """The node arrays of a fitted ``HistGradientBoostingClassifier`` (its ``_predictors`` by round and output)."""
    parts: dict[str, list[Any]] = {name: [] for name in ("feature", "threshold", "left", "right", "value")}
    roots: list[int] = []
    outputs: list[int] = []
    first = 0
    for one_round in predictors:
        for output, tree in enumerate(one_round):
            nodes = tree.nodes
            leaf = nodes["is_leaf"].astype(bool)
            roots.append(first)
            outputs.append(output)
            parts["feature"].append(np.where(leaf, -1, nodes["feature_idx"]).astype("<i2"))
            parts["threshold"].append(np.where(leaf, 0.0, nodes["num_threshold"]).astype("<f8"))
            parts["left"].append(np.where(leaf, 0, nodes["left"].astype(np.int64) + first).astype("<i4"))
            parts["right"].append(np.where(leaf, 0, nodes["right"].astype(np.int64) + first).astype("<i4"))
            parts["value"].append(np.where(leaf, nodes["value"], 0.0).astype("<f4"))
            first += len(nodes)
    empty = {"feature": "<i2", "threshold": "<f8", "left": "<i4", "right": "<i4", "value": "<f4"}
    found: dict[str, npt.NDArray[np.generic]] = {
        name: np.concatenate(arrays) if arrays else np.zeros(0, dtype=empty[name]) for name, arrays in parts.items()
    }
    return found | {"roots": np.array(roots, dtype="<i4"), "outputs": np.array(outputs, dtype="|u1"),
                    "base": np.asarray(base, dtype="<f8").reshape(-1)}
