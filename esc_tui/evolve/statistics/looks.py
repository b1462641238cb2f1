"""The decision at a look, and what a plan does when it is carried out many times."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import TYPE_CHECKING

from esc_tui.domain.intervals import Interval
from esc_tui.evolve.statistics.boundaries import Look, Plan
from esc_tui.evolve.statistics.numbers import finite
from esc_tui.evolve.statistics.paired import CrossCheck, Paired, cross_check, shrunken, summarise

if TYPE_CHECKING:
    from esc_tui.domain.evolution import Primary
    from esc_tui.evolve.statistics.numbers import Bools, Flags, Floats, Numbers

TRIALS = 20_000
"""Trials of a simulated plan; the standard error of a share is at most 0.0035."""
WIDEST = 100.0
"""Largest difference of two emotions."""


class Decision(StrEnum):
    """What a look says: three ways to stop before the pairs are used up, go on, or the end of a plan without an accept."""

    ACCEPT = "accept"
    FUTILE = "futile"
    NEVER_FIRED = "never fired"
    GO_ON = "go on"
    ENDED = "ended"


class Verdict(StrEnum):
    """How a verification ends."""

    ACCEPT = "accept"
    REJECT = "reject"
    UNDECIDED = "not enough evidence"
    NEVER_FIRED = "never fired"


@dataclass(frozen=True, slots=True)
class LookResult:
    """What is known and decided at one look.

    ``lower`` and ``upper`` bound the mean difference and hold at every look at once (repeated interval), each one-sided at the plan's
    alpha. ``gain`` is the shrunken mean. All in points of the measure. ``check`` is None below 48 pairs.
    """

    look: Look
    paired: Paired
    decision: Decision
    lower: float
    upper: float
    gain: float
    check: CrossCheck | None

    @property
    def verdict(self) -> Verdict | None:
        """The verdict if it ends here; None while it goes on. A change is rejected only if even the upper bound is below 0."""
        if self.decision is Decision.GO_ON:
            return None
        if self.decision is Decision.ACCEPT:
            return Verdict.ACCEPT
        if self.decision is Decision.NEVER_FIRED:
            return Verdict.NEVER_FIRED
        return Verdict.REJECT if self.upper < 0 else Verdict.UNDECIDED


def decide(plan: Plan, differences: Numbers, fired: Flags | None = None, *, margin: float = 0.0, measure: Primary = "mean",
           seed: int = 0) -> LookResult:
    """Decide at the look that is planned for so many differences (shape (n,), points between -100 and 100).

    Accepts when the mean is shown to lie above minus ``margin`` (0: superiority; above 0: non-inferiority); from 48 pairs on only if
    sign flips agree. ``fired`` as for ``summarise``; ``seed`` is that of flips and bootstrap. A change that fired in no pair stops a
    test of superiority. Where all differences are the same there is no t: the bounds then follow from how many profiles may differ from
    those seen (Clopper-Pearson), and by how much at most. Raises ValueError between looks, for NaN and for a negative margin.
    """
    if not margin >= 0:
        raise ValueError(f"a margin is 0 or more, not {margin:g}")
    paired = summarise(differences, fired)
    look = plan.look(paired.pairs)
    assert paired.mean is not None and paired.deviation is not None and paired.error is not None
    lower, upper = repeated_interval(look, paired.mean, paired.deviation)
    check = cross_check(differences, -margin, seed)
    t = paired.t(-margin)
    shown = plan.accepts and (lower >= -margin if t is None else t >= look.critical)
    last = look is plan.looks[-1]
    if shown and (check is None or check.flip_p <= plan.alpha):
        decision = Decision.ACCEPT
    elif not paired.fired and not margin:
        decision = Decision.NEVER_FIRED
    elif not last and t is not None and look.futile is not None and t < look.futile:
        decision = Decision.FUTILE
    else:
        decision = Decision.ENDED if last else Decision.GO_ON
    return LookResult(look, paired, decision, lower, upper, shrunken(paired.mean, paired.error, measure), check)


def repeated_interval(look: Look, mean: float, deviation: float) -> Interval:
    """Bounds of the mean difference that hold at every look at once: mean -/+ critical t * deviation / sqrt(n).

    With a deviation of 0, at most a share 1 - p^(1/n) of profiles (p: the look's nominal level) differs from the n seen, by up to 100.
    """
    lower, upper = _bounds(look, finite([mean]), finite([deviation]))
    return float(lower[0]), float(upper[0])


@dataclass(frozen=True, slots=True)
class Trials:
    """How trials of a plan ended: ``accepted`` and ``pairs`` used, both of shape (trials,)."""

    accepted: Bools
    pairs: Floats


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a plan does at a true gain: the share accepted (0 to 1), the mean number of pairs used, the share that stops at each look."""

    accepted: float
    pairs: float
    stops: tuple[float, ...]


def carry_out(plan: Plan, differences: Floats, margin: float = 0.0) -> Trials:
    """Carry out a plan on every row of ``differences``, shape (trials, at least the plan's pairs), without the cross-check.

    Raises ValueError for NaN and for too few columns.
    """
    import numpy as np

    if differences.ndim != 2 or differences.shape[1] < plan.most_pairs or not np.isfinite(differences).all():
        raise ValueError(f"trials need a table of finite numbers with at least {plan.most_pairs} columns")
    trials = len(differences)
    accepted, going, used = np.zeros(trials, dtype=bool), np.ones(trials, dtype=bool), np.zeros(trials)
    for look in plan.looks:
        rows = np.flatnonzero(going)
        values = differences[rows, :look.pairs]
        mean = values.mean(axis=1)
        flat = np.ptp(values, axis=1) == 0
        deviation = np.where(flat, 0.0, values.std(axis=1, ddof=1))
        t = (mean + margin) / np.where(flat, 1.0, deviation / sqrt(look.pairs))
        shown = np.where(flat, _bounds(look, mean, deviation)[0] >= -margin, t >= look.critical) & plan.accepts
        given_up = flat & (mean == 0) & (margin == 0)
        if look.futile is not None:
            given_up |= ~flat & (t < look.futile)
        accepted[rows] = shown
        used[rows] = look.pairs
        going[rows] = ~shown & ~given_up
    return Trials(accepted, used)


def forecast(plan: Plan, gain: float, deviation: float, *, share_fired: float = 1.0, margin: float = 0.0, trials: int = TRIALS,
             seed: int = 0) -> Forecast:
    """What a plan does at a true ``gain``, by simulation with normal differences; a fixed seed gives the same answer.

    ``gain`` and ``deviation`` (above 0) are those of pairs in which the change fires, a share ``share_fired`` (0 to 1) of all; the rest
    is exactly 0. Raises ValueError for values out of range.
    """
    import numpy as np

    if not deviation > 0 or not 0 <= share_fired <= 1 or trials < 1:
        raise ValueError("a forecast needs a deviation above 0, a share from 0 to 1 and at least one trial")
    generator = np.random.default_rng(seed)
    differences = generator.standard_normal((trials, plan.most_pairs)) * deviation + gain
    if share_fired < 1:
        differences[generator.random(differences.shape) >= share_fired] = 0
    done = carry_out(plan, differences, margin)
    return Forecast(float(done.accepted.mean()), float(done.pairs.mean()),
                    tuple(float((done.pairs == look.pairs).mean()) for look in plan.looks))


def _bounds(look: Look, mean: Floats, deviation: Floats) -> tuple[Floats, Floats]:
    import numpy as np

    half = look.critical * deviation / sqrt(look.pairs)
    unseen = 1 - look.nominal ** (1 / look.pairs)
    widest = np.maximum(WIDEST, np.abs(mean))
    flat = deviation == 0
    return (np.where(flat, mean - unseen * (widest + mean), mean - half), np.where(flat, mean + unseen * (widest - mean), mean + half))
