"""How many pairs a gain needs, and which gain a number of pairs can show."""

from __future__ import annotations

from math import ceil, sqrt
from typing import TYPE_CHECKING

from esc_tui.evolve.statistics.numbers import ALPHA, check_share

if TYPE_CHECKING:
    from esc_tui.domain.evolution import Primary

POWER = 0.8
DEVIATIONS: dict[Primary, tuple[float, float]] = {"final": (33.0, 43.0), "mean": (25.0, 25.0)}
"""Standard deviation of a paired difference, in points: (arms that share the talk up to turn 4, arms that share nothing).

Measured on public SAGE dialogues between different supporters, so an upper bound for small changes of skills. For mean emotion only
arms that share nothing were measured.
"""


def sample_size(deviation: float, gain: float, alpha: float = ALPHA, power: float = POWER) -> int:
    """Pairs with which a true ``gain`` (above 0) is seen with probability ``power``: ((z_alpha + z_power) deviation / gain)^2 + 2.

    ``deviation`` is that of the paired differences, in the points of the gain, 0 or more; the 2 make up for t instead of z. Asked of a
    verification that did not decide, it is the number that would. Raises ValueError for values out of range.
    """
    if not gain > 0 or not deviation >= 0:
        raise ValueError(f"a sample size needs a gain above 0 and a deviation from 0 on, not {gain:g} and {deviation:g}")
    return ceil((_quantiles(alpha, power) * deviation / gain) ** 2 + 2)


def detectable_effect(pairs: int, deviation: float = DEVIATIONS["final"][1], alpha: float = ALPHA, power: float = POWER) -> float:
    """The true gain, or harm, that so many pairs (1 or more) show with probability ``power``: (z_alpha + z_power) deviation / sqrt(n).

    In the points of ``deviation``; 2.486 deviation / sqrt(n) by default. Raises ValueError for values out of range.
    """
    if pairs < 1 or not deviation >= 0:
        raise ValueError(f"a detectable effect needs at least one pair and a deviation from 0 on, not {pairs} and {deviation:g}")
    return _quantiles(alpha, power) * deviation / sqrt(pairs)


def _quantiles(alpha: float, power: float) -> float:
    from scipy.stats import norm

    check_share(alpha, "alpha", 0.5)
    check_share(power, "power")
    return float(norm.isf(alpha) + norm.ppf(power))
