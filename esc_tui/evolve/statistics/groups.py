"""Who is hurt: harm to a group of seekers, with an error rate that holds over all groups together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from esc_tui.evolve.statistics.numbers import ALPHA, FLIPS, check_share, finite, signs
from esc_tui.evolve.statistics.sizes import DEVIATIONS, detectable_effect

if TYPE_CHECKING:
    from esc_tui.evolve.statistics.numbers import Flags, Floats, Numbers

FEWEST = 8
"""Pairs from which a group is tested and may warn. The t of a smaller one is so wild under sign flips that it hides harm to others."""
WARNS_FROM = -10.0
"""Mean difference, in points, from which on a group warns."""


@dataclass(frozen=True, slots=True)
class GroupResult:
    """One group: ``mean`` difference over its ``pairs`` (None without any), ``p`` of harm and bounds over all groups together.

    ``p``, ``lower`` and ``upper`` (each one-sided, simultaneous) are None for a group that is too small to be tested; the bounds also
    where all its differences are the same. ``blocks``: harm is shown; ``warns``: the mean alone is bad. ``detectable`` is the harm that
    so many pairs show with 80 % power, in points.
    """

    name: str
    pairs: int
    mean: float | None
    p: float | None
    lower: float | None
    upper: float | None
    detectable: float | None
    blocks: bool
    warns: bool


def group_harm(differences: Numbers, members: Mapping[str, Flags], *, deviation: float = DEVIATIONS["final"][1], alpha: float = ALPHA,
               seed: int = 0, flips: int = FLIPS) -> tuple[GroupResult, ...]:
    """Test every group for harm by max-T sign flips (Westfall and Young 1993), in the order of ``members``.

    ``differences`` (n,): new minus old; ``members``: by group a mask (n,), and a pair may belong to several (character and need).
    p_g is the share of flips in which the largest -t over the groups reaches that of the group. ``deviation`` is that of paired
    differences, for what could be seen. Raises ValueError for NaN and masks of another length.
    """
    import numpy as np

    check_share(alpha, "alpha")
    values = finite(differences)
    masks = {name: np.asarray(mask, dtype=bool) for name, mask in members.items()}
    if any(mask.shape != values.shape for mask in masks.values()):
        raise ValueError(f"every group needs one flag for each of {len(values)} differences")
    sizes = {name: int(mask.sum()) for name, mask in masks.items()}
    tested = [name for name, size in sizes.items() if size >= FEWEST]
    found: dict[str, tuple[float, float | None, float | None]] = {}
    if tested:
        table = np.stack([np.where(masks[name], values, 0.0) for name in tested], axis=1)
        counts = np.array([sizes[name] for name in tested], dtype=np.float64)
        flipped = _harm(signs(flips, len(values), seed) @ table, table, counts)
        seen = _harm(table.sum(axis=0, keepdims=True), table, counts)[0]
        largest = np.concatenate([flipped.max(axis=1), [seen.max()]])
        edge = float(np.quantile(largest, 1 - alpha, method="higher"))
        for name, place in zip(tested, seen, strict=True):
            chosen = values[masks[name]]
            middle, half = float(chosen.mean()), edge * float(chosen.std(ddof=1)) / sqrt(len(chosen))
            bounds = (middle - half, middle + half) if np.ptp(chosen) else (None, None)
            found[name] = (float((largest >= place - 1e-9).mean()), *bounds)
    results = []
    for name, size in sizes.items():
        mean = float(values[masks[name]].mean()) if size else None
        p, lower, upper = found.get(name, (None, None, None))
        results.append(GroupResult(name, size, mean, p, lower, upper, detectable_effect(size, deviation) if size else None,
                                   p is not None and p < alpha, size >= FEWEST and mean is not None and mean <= WARNS_FROM))
    return tuple(results)


def _harm(sums: Floats, table: Floats, counts: Floats) -> Floats:
    """-t of each group from its sum, shape (flips, groups); signs change the sum alone, not the sum of squares."""
    import numpy as np

    squares = (table**2).sum(axis=0)
    left = squares - sums**2 / counts
    error = np.sqrt(np.where(left > 1e-9 * squares, left, 0.0) / (counts - 1) / counts)
    with np.errstate(divide="ignore", invalid="ignore"):
        harm: Floats = np.where(sums == 0, 0.0, -sums / counts / error)
    return harm
