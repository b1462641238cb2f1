"""When a verification looks at its pairs and what it takes to stop: presets, error spending, critical values of t.

Group-sequential design after Lan and DeMets (1983) with O'Brien-Fleming type spending; boundaries by recursive numerical integration
after Armitage, McPherson and Rowe (1969). Stopping for futility is not binding: the boundaries hold also when nobody obeys it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from math import ceil, sqrt
from typing import TYPE_CHECKING

from esc_tui.evolve.statistics.numbers import ALPHA, check_share
from esc_tui.evolve.statistics.sizes import DEVIATIONS, detectable_effect

if TYPE_CHECKING:
    from esc_tui.domain.evolution import PresetName, Primary
    from esc_tui.evolve.statistics.numbers import Floats

FEWEST_TO_ACCEPT = 16
"""Pairs below which no plan accepts: the smallest sealed cohort for which a claim was worked out (16 of 24 profiles)."""
LAST_GAP = 0.9
"""An earlier look above this share of the last one is left out: it would ask nearly the same pairs twice."""
_REACH = 8.0
"""Standard deviations below which the density is taken as nothing (6e-16)."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A way to verify: after how many pairs to look, and below which t to give up there.

    ``futile`` holds (pairs, t). ``accepts`` is False where a change can be dropped but never accepted.
    """

    name: PresetName
    looks: tuple[int, ...]
    futile: tuple[tuple[int, float], ...] = ()
    accepts: bool = True


PRESETS: dict[PresetName, Preset] = {one.name: one for one in (
    Preset("smoke", (12,), accepts=False),
    Preset("quick", (12, 24), ((12, 0.0),)),
    Preset("small", (12, 24, 48), ((24, 0.0),)),
    Preset("standard", (24, 48, 96), ((24, -0.5), (48, 0.3))),
    Preset("full", (25, 50, 100, 200), ((100, 0.0),)),
)}
"""Looks and futility rules, chosen by Monte Carlo over real differences between supporters (public SAGE results, seed 11)."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look: at ``pairs`` pairs a change is accepted from t = ``critical`` on and given up below t = ``futile`` (None: never).

    ``z`` is the boundary on the normal scale, ``nominal`` its one-sided p, ``spent`` the part of alpha spent up to and with this look.
    """

    pairs: int
    z: float
    nominal: float
    critical: float
    spent: float
    futile: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The looks of one verification, fixed before the first episode. ``alpha`` is one-sided; ``planned`` are the preset's own looks."""

    preset: PresetName
    looks: tuple[Look, ...]
    alpha: float
    accepts: bool
    planned: tuple[int, ...]

    @property
    def pairs(self) -> tuple[int, ...]:
        """Pairs at each look."""
        return tuple(look.pairs for look in self.looks)

    @property
    def most_pairs(self) -> int:
        """Pairs at the last look."""
        return self.looks[-1].pairs

    @property
    def truncated(self) -> bool:
        """True when there are fewer pairs than the preset asks for."""
        return self.most_pairs < self.planned[-1]

    def look(self, pairs: int) -> Look:
        """The look at so many pairs. Raises ValueError between looks: what was not planned must not be judged."""
        found = next((look for look in self.looks if look.pairs == pairs), None)
        if found is None:
            raise ValueError(f"no look is planned at {pairs} pairs, only at {', '.join(map(str, self.pairs))}")
        return found

    def seeable(self, measure: Primary = "final") -> tuple[float, float]:
        """The gain that all pairs together show with 80 % power, in points of the measure: (arms forked, arms apart)."""
        low, high = DEVIATIONS[measure]
        return detectable_effect(self.most_pairs, low, self.alpha), detectable_effect(self.most_pairs, high, self.alpha)

    def claim(self, measure: Primary = "final") -> str:
        """What may be claimed from this plan, in one sentence for people."""
        if not self.accepts:
            return f"With {self.most_pairs} pairs a change can be rejected but not accepted."
        low, high = self.seeable(measure)
        name = "final emotion" if measure == "final" else "mean emotion"
        size = f"{low:.0f} to {high:.0f}" if round(low) < round(high) else f"{high:.0f}"
        short = f" The preset asks for {self.planned[-1]}." if self.truncated else ""
        return f"With up to {self.most_pairs} pairs only gains of about {size} points of {name} or more are likely to be seen.{short}"

    def after(self, counted: tuple[int, ...]) -> Plan:
        """This plan when its first looks found other numbers of pairs than planned, as when episodes failed for technical reasons.

        What was to be spent at a look is spent there still; t follows the pairs that there were. Raises ValueError when there are
        more numbers than looks, when they and the looks to come do not rise, and below two pairs.
        """
        if len(counted) > len(self.looks):
            raise ValueError(f"{len(counted)} looks were taken, but {len(self.looks)} are planned")
        pairs = (*counted, *self.pairs[len(counted):])
        _check_pairs(pairs[0])
        looks = _looks(pairs, tuple(look.spent for look in self.looks), tuple(look.futile for look in self.looks))
        return replace(self, looks=looks, accepts=self.accepts and pairs[-1] >= FEWEST_TO_ACCEPT)


def can_accept(preset: PresetName, pairs: int) -> bool:
    """True when a verification of this preset with so many pairs at its last look can end in an accept: only then it spends alpha."""
    return PRESETS[preset].accepts and pairs >= FEWEST_TO_ACCEPT


def plan(preset: PresetName, available: int | None = None, alpha: float = ALPHA) -> Plan:
    """The looks of a preset on ``available`` pairs (None: as many as it asks for), with their boundaries.

    With fewer pairs than the preset asks for, looks that do not fit are left out, the last one comes at what there is, and alpha is
    spent by that number. Below 16 pairs nothing is accepted. Raises ValueError below two pairs and for an alpha outside (0, 0.5).
    """
    check_share(alpha, "alpha", 0.5)
    chosen = PRESETS[preset]
    most = chosen.looks[-1] if available is None else min(available, chosen.looks[-1])
    _check_pairs(most)
    pairs = (*(look for look in chosen.looks if look <= LAST_GAP * most), most)
    futile = dict(chosen.futile)
    spent = tuple(spending(look / most, alpha) for look in pairs)
    looks = _looks(pairs, spent, (*(futile.get(look) for look in pairs[:-1]), None))
    return Plan(preset, looks, alpha, can_accept(preset, most), chosen.looks)


def spending(information: float, alpha: float = ALPHA) -> float:
    """Alpha spent once a share ``information`` (0 to 1) of the pairs is there: 2 - 2 Phi(z_(1 - alpha/2) / sqrt(information))."""
    from scipy.stats import norm

    check_share(alpha, "alpha", 0.5)
    if not 0 <= information <= 1:
        raise ValueError(f"information must lie between 0 and 1, not at {information:g}")
    return 2 * float(norm.sf(norm.isf(alpha / 2) / sqrt(information))) if information else 0.0


@lru_cache(maxsize=256)
def normal_boundaries(information: tuple[float, ...], spent: tuple[float, ...]) -> tuple[float, ...]:
    """The boundaries z_k that spend alpha as asked when the z of several looks are jointly normal.

    ``information`` (k,) rises (pairs will do), ``spent`` (k,) is the alpha spent up to each look and rises below 1; the correlation of
    two looks is sqrt(I_j / I_k). Raises ValueError otherwise. Accurate to about 1e-6.
    """
    from scipy.integrate import simpson
    from scipy.optimize import brentq
    from scipy.stats import norm

    if len(information) != len(spent) or not information or not _rises((0.0, *information)) or not _rises((0.0, *spent, 1.0)):
        raise ValueError("information and alpha spent must be of one length and rise from look to look")
    found = [float(norm.isf(spent[0]))]
    root = sqrt(information[0])
    nodes = _grid(found[0], root, root)
    density = norm.pdf(nodes, scale=root)
    for (before, now), (spent_before, spent_now) in zip(pairwise(information), pairwise(spent), strict=True):
        step, root = sqrt(now - before), sqrt(now)

        def excess(edge: float, root: float = root, step: float = step, nodes: Floats = nodes, density: Floats = density,
                   wanted: float = spent_now - spent_before) -> float:
            return float(simpson(density * norm.sf((edge * root - nodes) / step), x=nodes)) - wanted

        found.append(float(brentq(excess, -_REACH, 5 * _REACH, xtol=1e-10)))
        later = _grid(found[-1], root, step)
        density = simpson(density[:, None] * norm.pdf(later[None, :], loc=nodes[:, None], scale=step), x=nodes, axis=0)
        nodes = later
    return tuple(found)


def _looks(pairs: tuple[int, ...], spent: tuple[float, ...], futile: tuple[float | None, ...]) -> tuple[Look, ...]:
    from scipy.stats import norm, t

    edges = normal_boundaries(tuple(map(float, pairs)), spent)
    nominal = [float(norm.sf(z)) for z in edges]
    return tuple(Look(n, z, p, float(t.isf(p, n - 1)), part, give_up)
                 for n, z, p, part, give_up in zip(pairs, edges, nominal, spent, futile, strict=True))


def _check_pairs(pairs: int) -> None:
    if pairs < 2:
        raise ValueError(f"a look needs at least two pairs, not {pairs}")


def _rises(values: tuple[float, ...]) -> bool:
    return all(before < after for before, after in pairwise(values))


def _grid(edge: float, root: float, step: float) -> Floats:
    """Points of the sum up to its boundary, an odd number of them, at least 25 on the width ``step`` of the density's kernel."""
    import numpy as np

    width = (edge + _REACH) * root
    return np.linspace(-_REACH * root, edge * root, 2 * max(400, ceil(12.5 * width / step)) + 1)
