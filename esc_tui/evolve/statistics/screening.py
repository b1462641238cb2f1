"""Several proposals at once: each is switched on or off by episode, and the emotion is fitted on the switches with an effect per profile.

Also for skills of one bank that are masked at random. Interactions stay unseen, so a screen may drop or rank, never accept.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.evolve.statistics.numbers import check_share, finite

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from esc_tui.evolve.statistics.numbers import Bools, Flags, Floats, Numbers

    Table = npt.NDArray[np.bool_]

SCREEN_ALPHA = 0.10
MASK_ALPHA = 0.05
MOST_CARRIED = 2
"""Proposals that go on from a screen to a confirmation."""
DRAWS = 60
"""Random designs of which the one with the smallest standard errors is taken."""


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of one proposal or skill: mean emotion with it minus without it, in points, over ``episodes`` (``on`` with it).

    All are None where the episodes cannot tell: never on, never off within a profile, or always together with another. ``low`` and
    ``high`` are each one-sided bounds at the level asked for. ``p`` is two-sided, of no effect, before any correction for looking at many.
    """

    episodes: int
    on: int
    effect: float | None = None
    error: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None

    @property
    def decided(self) -> bool:
        """False while the interval holds 0 or nothing is known."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def assign(profiles: Sequence[Hashable], proposals: int, seed: int) -> Bools:
    """Which proposals are on in which episode, shape (episodes, proposals): each in half of every profile's episodes.

    ``profiles`` names the profile of every episode. Where a profile has an odd number, a proposal is on once more or once less, as
    often the one as the other. Of 60 balanced random designs the one with the smallest mean variance of the effects is taken; a seed
    always gives the same. Raises ValueError without proposals, or when the episodes are too few to tell them apart.
    """
    import numpy as np

    groups = _numbered(profiles)
    if proposals < 1:
        raise ValueError("a screen needs at least one proposal")
    generator = np.random.default_rng(seed)
    places = [np.flatnonzero(groups == group) for group in range(int(groups.max(initial=-1)) + 1)]
    odd = [number for number, rows in enumerate(places) if len(rows) % 2]
    best, least = None, np.inf
    for _ in range(DRAWS):
        drawn = np.zeros((len(groups), proposals), dtype=bool)
        more = np.zeros((len(places), proposals), dtype=np.int64)
        halves = np.tile((np.arange(len(odd)) + int(generator.integers(2))) % 2, (proposals, 1))
        more[odd] = generator.permuted(halves, axis=1).T
        for number, rows in enumerate(places):
            ranks = np.tile(np.arange(len(rows)), (proposals, 1))
            drawn[rows] = (generator.permuted(ranks, axis=1) < (len(rows) // 2 + more[number])[:, None]).T
        variance = _mean_variance(_centred(drawn.astype(np.float64), groups))
        if variance < least:
            best, least = drawn, variance
    if best is None or len(groups) - len(places) - proposals < 1:
        raise ValueError(f"{len(groups)} episodes of {len(places)} profiles are too few to tell {proposals} proposals apart; "
                         "play more episodes of each profile, or screen fewer at once")
    return best


def fit_effects(emotions: Numbers, profiles: Sequence[Hashable], on: Table, alpha: float = SCREEN_ALPHA) -> tuple[Effect, ...]:
    """Least squares of emotion (n,) on switches ``on`` (n, k) with an effect for each profile; one ``Effect`` by switch.

    Bounds are one-sided at level 1 - ``alpha`` (90 % by default), by t with n - profiles - k degrees of freedom. Raises ValueError for
    NaN and for lengths that do not match.
    """
    import numpy as np
    from scipy.linalg import lstsq, pinvh
    from scipy.stats import t

    check_share(alpha, "alpha", 0.5)
    values, groups, switches = finite(emotions, "emotions"), _numbered(profiles), np.asarray(on, dtype=bool)
    if switches.ndim != 2 or not len(values) == len(groups) == len(switches):
        raise ValueError(f"{len(values)} emotions need as many profiles and rows of switches, not {len(groups)} and {len(switches)}")
    counts = switches.sum(axis=0)
    columns = _centred(switches.astype(np.float64), groups)
    used = np.flatnonzero((columns**2).sum(axis=0) > 0)
    freedom = len(values) - len(set(groups.tolist())) - len(used)
    found = [Effect(len(values), int(count)) for count in counts]
    if freedom < 1 or not len(used):
        return tuple(found)
    matrix, wanted = columns[:, used], _centred(values[:, None], groups)[:, 0]
    effects, _, rank, _ = lstsq(matrix, wanted)
    freedom += len(used) - int(rank)
    information = matrix.T @ matrix
    inverse = pinvh(information)
    told = np.isclose(inverse @ information, np.eye(len(used)), atol=1e-6).all(axis=1)
    errors = np.sqrt(np.maximum(0.0, np.diag(inverse)) * ((wanted - matrix @ effects) ** 2).sum() / freedom)
    reach = float(t.isf(alpha, freedom))
    for place, column in enumerate(used):
        if told[place]:
            effect, error = float(effects[place]), float(errors[place])
            p = 2 * float(t.sf(abs(effect) / error, freedom)) if error > 0 else float(effect == 0)
            found[column] = Effect(len(values), int(counts[column]), effect, error, effect - reach * error, effect + reach * error, p)
    return tuple(found)


def shortlist(effects: Sequence[Effect], fired: Flags, critical: Flags, most: int = MOST_CARRIED) -> tuple[int, ...]:
    """The places of the proposals to confirm, best first, at most ``most``.

    Dropped are those whose upper bound is below 0, that never fired, or that had a critical event; so are those nothing is known of.
    Raises ValueError for flags of another length.
    """
    if not len(effects) == len(fired) == len(critical):
        raise ValueError(f"{len(effects)} effects need as many flags, not {len(fired)} and {len(critical)}")
    kept = [(-one.effect, place) for place, one in enumerate(effects)
            if one.effect is not None and one.high is not None and one.high >= 0 and fired[place] and not critical[place]]
    return tuple(place for _, place in sorted(kept)[:most])


def masking_effects(emotions: Numbers, profiles: Sequence[Hashable], present: Table, cells: Sequence[str]) -> dict[str, tuple[Effect, ...]]:
    """What each skill does in each kind of talk, when skills were masked at random: a fit for every cell, with 95 % intervals.

    ``present`` (n, k): which skills were there; ``cells`` (n,): the kind of talk. A cell is undecided while its interval holds 0, and
    one of twenty without any effect is decided by chance. Raises ValueError as ``fit_effects``.
    """
    import numpy as np

    values, kinds, switches = finite(emotions, "emotions"), np.asarray(cells), np.asarray(present, dtype=bool)
    if switches.ndim != 2 or not len(values) == len(profiles) == len(switches) == len(kinds):
        raise ValueError(f"{len(values)} emotions need as many profiles, rows of skills and cells")
    found = {}
    for name in dict.fromkeys(cells):
        rows = np.flatnonzero(kinds == name).tolist()
        found[name] = fit_effects(values[rows], [profiles[row] for row in rows], switches[rows], MASK_ALPHA / 2)
    return found


def _numbered(profiles: Sequence[Hashable]) -> npt.NDArray[np.int64]:
    import numpy as np

    numbers = {name: number for number, name in enumerate(dict.fromkeys(profiles))}
    return np.array([numbers[name] for name in profiles], dtype=np.int64)


def _centred(columns: Floats, groups: npt.NDArray[np.int64]) -> Floats:
    """Each column less its mean within each group, which is what an effect per profile takes away."""
    import numpy as np

    sizes = np.bincount(groups).astype(np.float64)
    sums = np.zeros((len(sizes), columns.shape[1]))
    np.add.at(sums, groups, columns)
    left: Floats = columns - (sums / np.maximum(sizes, 1)[:, None])[groups]
    left[np.abs(left) < 1e-12 * (1 + np.abs(columns))] = 0.0
    return left


def _mean_variance(columns: Floats) -> float:
    """Mean variance of the effects for a residual variance of 1; infinite when the columns do not tell them apart."""
    import numpy as np

    information = columns.T @ columns
    if np.linalg.matrix_rank(information, hermitian=True) < len(information):
        return float("inf")
    return float(np.trace(np.linalg.inv(information))) / len(information)
