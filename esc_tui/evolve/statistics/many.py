"""Many verifications: corrections for several at once, the ledger over time, the wear of a sealed cohort, a second simulator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING

from esc_tui.evolve.statistics.numbers import check_share, finite
from esc_tui.evolve.statistics.paired import summarise

if TYPE_CHECKING:
    from esc_tui.evolve.statistics.numbers import Numbers

LOND_RATE = 0.10
"""False discovery rate that LOND keeps over a stream of verifications; and that of findings."""
WORN_AT = 10
"""Confirmations after which a sealed cohort is retired to the shelf develop."""
GAPS_NEEDED = 3
"""Confirmations before the gap rule speaks: with two, chance alone passes two standard errors in 15 % of cases, with three in 9 %."""
SECOND_PAIRS = 24
SECOND_ALPHA = 0.10


@dataclass(frozen=True, slots=True)
class Wear:
    """How worn a sealed cohort is: ``gauge`` = confirmations / 10; ``gap`` = mean of screen gain - confirm gain, ``error`` its standard
    error (None below three confirmations). ``retire``: at a full gauge, or when the gap is beyond two standard errors.
    """

    confirmations: int
    gap: float | None
    error: float | None

    @property
    def gauge(self) -> float:
        """Share of the cohort's life that is used up; 1 and more: worn."""
        return self.confirmations / WORN_AT

    @property
    def retire(self) -> bool:
        """True when the cohort must go to develop and a fresh one be made."""
        return self.confirmations >= WORN_AT or (self.gap is not None and self.error is not None and self.gap > 2 * self.error)


@dataclass(frozen=True, slots=True)
class SecondSimulator:
    """What pairs under another model or prompt say: ``agrees``, and if not, ``reason``; ``upper`` is the one-sided 90 % bound.

    Where it does not agree the verdict is "not enough evidence".
    """

    pairs: int
    mean: float | None
    upper: float | None
    agrees: bool
    reason: str


def holm(p_values: Numbers) -> tuple[float, ...]:
    """Adjusted p of proposals confirmed together (Holm 1979), in the same order; accept those at or below alpha.

    Raises ValueError for anything but numbers from 0 to 1.
    """
    values = finite(p_values, "p-values").tolist()
    if any(not 0 <= p <= 1 for p in values):
        raise ValueError("p-values must lie between 0 and 1")
    adjusted, highest = dict.fromkeys(range(len(values)), 0.0), 0.0
    for rank, place in enumerate(sorted(adjusted, key=values.__getitem__)):
        highest = max(highest, min(1.0, (len(values) - rank) * values[place]))
        adjusted[place] = highest
    return tuple(adjusted.values())


def discoveries(p_values: Numbers, rate: float = LOND_RATE) -> tuple[bool, ...]:
    """Which of several tests tell something, so that on average at most ``rate`` of those told are false (Benjamini and Hochberg 1995).

    Raises ValueError for anything but numbers from 0 to 1.
    """
    from scipy.stats import false_discovery_control

    check_share(rate, "rate")
    values = finite(p_values, "p-values")
    return tuple(bool(p <= rate) for p in false_discovery_control(values)) if len(values) else ()


def expected_false_accepts(alphas: Iterable[float]) -> float:
    """At most so many accepts of changes without effect are to be expected: the sum of every alpha spent (each above 0, below 1)."""
    spent = list(alphas)
    for alpha in spent:
        check_share(alpha, "alpha")
    return sum(spent)


def lond_level(number: int, accepts: int, rate: float = LOND_RATE) -> float:
    """Alpha of verification ``number`` (from 1) after ``accepts`` earlier ones: rate 6 / (pi number)^2 (accepts + 1).

    LOND (Javanmard and Montanari 2015) keeps the false discovery rate over a stream. Raises ValueError for impossible counts.
    """
    check_share(rate, "a false discovery rate")
    if number < 1 or not 0 <= accepts < number:
        raise ValueError(f"{accepts} accepts before verification {number} cannot be")
    return rate * 6 / (pi * number) ** 2 * (accepts + 1)


def wear(gaps: Numbers) -> Wear:
    """The wear of a cohort from the gap (screen gain - confirm gain, points) of each confirmation run on it; none: unworn."""
    found = summarise(finite(gaps, "gaps"))
    if found.pairs < GAPS_NEEDED:
        return Wear(found.pairs, None, None)
    return Wear(found.pairs, found.mean, found.error)


def second_simulator(first_mean: float, differences: Numbers, margin: float = 0.0) -> SecondSimulator:
    """Does a second simulator agree? At least 24 pairs, a mean of the same sign, and an upper 90 % bound that is not below 0.

    ``first_mean`` and ``differences`` (n,) in points. With a ``margin`` (non-inferiority) everything is measured from minus the margin.
    Raises ValueError for NaN.
    """
    from scipy.stats import t

    found = summarise(differences)
    first = finite([first_mean], "a mean")[0] + margin
    if found.pairs < SECOND_PAIRS or found.mean is None or found.error is None:
        return SecondSimulator(found.pairs, found.mean, None, False, f"{found.pairs} pairs, {SECOND_PAIRS} are needed")
    upper = found.mean + float(t.isf(SECOND_ALPHA, found.pairs - 1)) * found.error
    if (found.mean + margin) * first <= 0:
        return SecondSimulator(found.pairs, found.mean, upper, False, "the mean points the other way")
    if upper + margin < 0:
        return SecondSimulator(found.pairs, found.mean, upper, False, "the upper 90 % bound lies below")
    return SecondSimulator(found.pairs, found.mean, upper, True, "")
