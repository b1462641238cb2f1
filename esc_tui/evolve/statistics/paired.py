"""Paired differences: new minus old for the same seeker, in points of emotion. A pair in which nothing diverged is exactly 0 and counts."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from esc_tui.domain.intervals import Interval
from esc_tui.evaluate.episodes.measures import BOOTSTRAP_FROM, bootstrap_interval, t_interval
from esc_tui.evolve.statistics.numbers import FLIPS, finite, signs

if TYPE_CHECKING:
    from esc_tui.domain.evolution import Primary
    from esc_tui.evolve.statistics.numbers import Flags, Numbers

SLOPE = 0.62
"""Points of mean emotion for one point of final emotion, measured on public SAGE dialogues."""
PRIOR_DEVIATION: dict[Primary, float] = {"final": 8.0, "mean": 8.0 * SLOPE}
"""Standard deviation of real effects of skills, in points of each measure: 8 of final emotion. To be estimated anew after ten
confirmations."""
CROSS_CHECK_FROM = BOOTSTRAP_FROM
"""Pairs from which sign flips and bootstrap stand beside t; below, t alone keeps its promise."""


@dataclass(frozen=True, slots=True)
class Paired:
    """What ``pairs`` differences say. ``mean`` is None without any, ``deviation`` (n - 1) and ``interval`` (95 %, t) with fewer than two.

    ``fired`` counts the pairs in which the arms diverged; ``mean_when_fired`` is their mean, None without any.
    """

    pairs: int
    mean: float | None
    deviation: float | None
    fired: int
    mean_when_fired: float | None
    interval: Interval | None

    @property
    def share_fired(self) -> float | None:
        """Share of pairs in which the change made a difference (0 to 1); None without pairs."""
        return self.fired / self.pairs if self.pairs else None

    @property
    def error(self) -> float | None:
        """Standard error of the mean; None with fewer than two pairs."""
        return None if self.deviation is None else self.deviation / sqrt(self.pairs)

    def t(self, against: float = 0.0) -> float | None:
        """Student's t of the mean against a value; None with fewer than two pairs, and where all differences are the same."""
        return (self.mean - against) / self.error if self.mean is not None and self.error else None


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """Two looks at the same differences without the normal distribution: one-sided p of sign flips, 95 % percentile interval."""

    flip_p: float
    bootstrap: Interval | None


def summarise(differences: Numbers, fired: Flags | None = None) -> Paired:
    """Sum up differences, shape (n,), n from 0 on. ``fired`` tells in which pairs the arms diverged; None: where it is not 0.

    Raises ValueError for NaN, for flags of another length, and for a pair that differs although nothing diverged.
    """
    import numpy as np

    values = finite(differences)
    flags = values != 0 if fired is None else np.asarray(fired, dtype=bool)
    if flags.shape != values.shape:
        raise ValueError(f"{len(values)} differences need as many flags, not {flags.size}")
    if values[~flags].any():
        raise ValueError("a pair in which nothing diverged must have a difference of exactly 0")
    n, count = len(values), int(flags.sum())
    deviation = None if n < 2 else float(values.std(ddof=1)) if np.ptp(values) else 0.0
    return Paired(n, float(values.mean()) if n else None, deviation, count, float(values[flags].mean()) if count else None,
                  t_interval(values.tolist()))


def shrunken(mean: float, error: float, measure: Primary = "final", prior: float | None = None) -> float:
    """The gain to report: mean * prior^2 / (prior^2 + error^2), because what was accepted was also lucky.

    ``error`` is the standard error (0 or more); ``prior`` the standard deviation of real effects on the scale of ``measure`` (points of
    final or of mean emotion), above 0; None: the one known. It repairs the typical case, not the false accepts. Raises ValueError for
    values out of range.
    """
    spread = PRIOR_DEVIATION[measure] if prior is None else prior
    if not spread > 0 or not error >= 0:
        raise ValueError(f"shrinking needs a prior deviation above 0 and an error from 0 on, not {spread:g} and {error:g}")
    return mean * spread**2 / (spread**2 + error**2)


def sign_flip_p(differences: Numbers, against: float = 0.0, seed: int = 0, flips: int = FLIPS) -> float:
    """One-sided p that the mean is not above ``against``: how often random signs of (d - against) give at least the mean seen.

    The data themselves count as one flip, so p is never 0; 1 without any pair. Raises ValueError for NaN and without any flip.
    """
    import numpy as np

    values = finite(differences) - against
    reached = signs(flips, len(values), seed) @ values >= values.sum() - 1e-9 * np.abs(values).sum()
    return (1 + int(reached.sum())) / (flips + 1)


def cross_check(differences: Numbers, against: float = 0.0, seed: int = 0) -> CrossCheck | None:
    """Sign flips and bootstrap beside t; None below 48 pairs, where they promise too much. Raises ValueError for NaN."""
    values = finite(differences).tolist()
    if len(values) < CROSS_CHECK_FROM:
        return None
    return CrossCheck(sign_flip_p(values, against, seed), bootstrap_interval(values, [str(number) for number in range(len(values))], seed))
