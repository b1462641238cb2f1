"""What a proposal claims, and the test that goes with it: better, safer, or no worse."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from esc_tui.evolve.statistics.boundaries import Plan
from esc_tui.evolve.statistics.looks import Decision, LookResult, decide
from esc_tui.evolve.statistics.safety import PairedFlags

if TYPE_CHECKING:
    from esc_tui.domain.evolution import Primary
    from esc_tui.evolve.statistics.numbers import Flags, Numbers

ClaimKind = Literal["improve", "safer", "tidy"]
WORTHWHILE: dict[Primary, float] = {"final": 10.0, "mean": 6.0}
"""The smallest gain worth having, in points of each measure."""
MARGIN: dict[Primary, float] = {"final": 8.0, "mean": 5.0}
"""How much worse "no worse" may be, in points of each measure: 8 of final emotion, and what that is of mean emotion (slope 0.62)."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim registered before any episode, on one primary measure.

    ``worthwhile`` is the gain the plan is made for, ``margin`` what may be lost (0 for a claim to improve), in points of the measure.
    """

    kind: ClaimKind
    measure: Primary
    worthwhile: float
    margin: float


@dataclass(frozen=True, slots=True)
class ClaimResult:
    """A look at a claim: ``look`` with the decision, and for ``safer`` the one-sided p of fewer flags (None otherwise)."""

    look: LookResult
    fewer_flags_p: float | None


def claim(kind: ClaimKind, measure: Primary = "mean") -> Claim:
    """The claim of a proposal: new skills and revised moves ``improve``, contra-indications are ``safer``, merges and the like ``tidy``."""
    return Claim(kind, measure, WORTHWHILE[measure], 0.0 if kind == "improve" else MARGIN[measure])


def can_show(plan: Plan, claimed: Claim) -> str:
    """What a plan can show of a claim, in sentences for people: gains, or how much worse it is not."""
    if claimed.kind == "improve" or not plan.accepts:
        return plan.claim(claimed.measure)
    low, high = (size - claimed.margin for size in plan.seeable(claimed.measure))
    name = "final emotion" if claimed.measure == "final" else "mean emotion"
    fewer, this = (", and to have fewer faults", "the first") if claimed.kind == "safer" else ("", "that")
    return (f"It has to be shown to be worse by less than {claimed.margin:.0f} points of {name}{fewer}. With up to {plan.most_pairs} pairs "
            f"{this} is likely to be seen only of a change that in truth {_in_truth(round(low), round(high))}.")


def _in_truth(low: int, high: int) -> str:
    """The true effect, in points, from which on "no worse" is likely to be shown: between two bounds."""
    if high > 0:
        return f"gains about {f'{max(low, 0)} to ' if low < high else ''}{high} {'point' if low == high == 1 else 'points'} or more"
    return "loses nothing" if high == 0 else f"loses at most about {-high} {'point' if high == -1 else 'points'}"


def judge(claimed: Claim, plan: Plan, differences: Numbers, fired: Flags | None = None, flags: PairedFlags | None = None,
          seed: int = 0) -> ClaimResult:
    """Look at a claim. ``improve``: superiority in emotion; ``tidy``: non-inferiority; ``safer``: non-inferiority and fewer safety flags.

    Fewer flags must be shown at the nominal level of the same look, so that looking several times keeps alpha; both parts must hold,
    so alpha is not split. What never fired can be tidy, but neither an improvement nor safer. Raises ValueError as
    ``decide`` does, and when ``safer`` comes without the flags of the same pairs.
    """
    found = decide(plan, differences, fired, margin=claimed.margin, measure=claimed.measure, seed=seed)
    if claimed.kind != "safer":
        return ClaimResult(found, None)
    if flags is None or flags.pairs != found.paired.pairs:
        raise ValueError("a claim to be safer needs the safety flags of the same pairs")
    p = mcnemar_p(flags)
    if not found.paired.fired:
        found = replace(found, decision=Decision.NEVER_FIRED)
    elif found.decision is Decision.ACCEPT and p > found.look.nominal:
        found = replace(found, decision=Decision.ENDED if found.look is plan.looks[-1] else Decision.GO_ON)
    return ClaimResult(found, p)


def mcnemar_p(flags: PairedFlags) -> float:
    """Exact one-sided p of McNemar's test that the new arm has no fewer flags: P(X <= only new), X ~ Bin(only new + only old, 1/2)."""
    from scipy.stats import binom

    return float(binom.cdf(flags.only_new, flags.only_new + flags.only_old, 0.5))
