"""How well labels agree: with the seekers' stars, with the change of intensity, and with another labeller's. Pure over lists.

Intervals are 95 % bootstrap intervals over whole dialogues (units of one talk are alike), with a fixed seed. Below
``FEWEST_UNITS`` nothing is computed: a number from so few says nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.domain.intervals import Bootstrap
from esc_tui.domain.labels import Polarity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

FEWEST_UNITS = 20
RESAMPLES = 1000
GOOD_STARS, BAD_STARS = 4, 2
"""4 and 5 stars are good, 1 and 2 bad; 3 is left out."""


@dataclass(frozen=True, slots=True)
class Starred:
    """A labelled supporter turn that the seeker rated. ``stars`` 1-5; ``score`` is what stands behind the polarity, if known."""

    dialogue: str
    polarity: Polarity
    stars: int
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A number with its 95 % interval; all None when there were too few units or it is not defined for them."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often one label met another: ``counts[row][column]``; labels that occur, most frequent first."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class StarAgreement:
    """Polarity against stars. ``rated`` units have 1, 2, 4 or 5 stars; of these ``key`` are not labelled neutral.

    ``balanced_accuracy`` is the mean of the share of badly rated key units labelled negative and of well rated ones labelled
    positive. ``by_sign`` is the same over all rated units by the sign of the score behind the label (0 counts as negative),
    where scores are known: no unit can be left out by calling it neutral. ``counts`` are units by polarity and rating.
    """

    rated: int
    three_stars: int
    key: int
    balanced_accuracy: Measured
    by_sign: Measured
    counts: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class IntensityAgreement:
    """Mean polarity of a dialogue's units (-1 to 1) against initial minus final intensity.

    ``spearman`` is the rank correlation over dialogues; ``counts`` a 2x2 of mean polarity above 0 or not by intensity fallen or not.
    """

    dialogues: int
    spearman: Measured
    counts: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class FieldAgreement:
    """One label of two labellers: share of equal ones, Cohen's kappa, and how often which met which (rows: the first)."""

    same: float | None
    kappa: Measured
    confusion: Confusion


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two labellers over the units both labelled: state, first action, change and polarity.

    ``blind``: only labels that people gave without sight of the suggestion; without, all others.
    """

    first: str
    second: str
    units: int
    enough: bool
    fields: dict[str, FieldAgreement]
    blind: bool = False


def agree_with_stars(rated: Sequence[Starred]) -> StarAgreement:
    """Compare polarities with the seekers' stars; 3 stars are counted and left out."""
    told = [one for one in rated if one.stars <= BAD_STARS or one.stars >= GOOD_STARS]
    counts = {polarity.value: {"bad": 0, "good": 0} for polarity in Polarity}
    for one in told:
        counts[one.polarity.value]["good" if one.stars >= GOOD_STARS else "bad"] += 1
    key = [one for one in told if one.polarity is not Polarity.NEUTRAL]
    signed = [one for one in told if one.score is not None]
    return StarAgreement(
        rated=len(told),
        three_stars=len(rated) - len(told),
        key=len(key),
        balanced_accuracy=_balanced([(one.dialogue, one.stars >= GOOD_STARS, one.polarity is Polarity.POSITIVE) for one in key]),
        by_sign=_balanced([(one.dialogue, one.stars >= GOOD_STARS, (one.score or 0.0) > 0) for one in signed]),
        counts=counts,
    )


def _balanced(pairs: Sequence[tuple[str, bool, bool]]) -> Measured:
    """Balanced accuracy of (dialogue, truth, guess), with its interval."""
    import numpy as np

    if len(pairs) < FEWEST_UNITS:
        return Measured()

    def measure(tables: Numbers) -> Numbers:
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = np.diagonal(tables, axis1=-2, axis2=-1) / tables.sum(-1)
        return np.asarray(shares.mean(-1))

    return _bootstrapped([(one[0], int(one[1]), int(one[2])) for one in pairs], 2, measure)


def _bootstrapped(cells: Sequence[tuple[str, int, int]], size: int, measure: Callable[[Numbers], Numbers]) -> Measured:
    """A measure of the table of (dialogue, row, column), and its interval by drawing dialogues anew."""
    import numpy as np

    places = {name: place for place, name in enumerate(dict.fromkeys(cell[0] for cell in cells))}
    tables = np.zeros((len(places), size * size))  # summed by dialogue, for dialogues are drawn: a row per item is 74 MB for a corpus
    np.add.at(tables, ([places[cell[0]] for cell in cells], [cell[1] * size + cell[2] for cell in cells]), 1.0)
    value, (low, high) = Bootstrap(list(places), 0, RESAMPLES).measure(
        tables, lambda totals: measure(totals.reshape(len(totals), size, size)))
    return Measured(round(value, 4), round(low, 4), round(high, 4)) if np.isfinite(value) else Measured()


def agree_with_intensity(polarities: Sequence[tuple[str, Polarity]], changes: dict[str, int]) -> IntensityAgreement:
    """Compare (dialogue, polarity) of units with ``changes``: initial minus final intensity by dialogue."""
    sums: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    worth = {Polarity.POSITIVE: 1, Polarity.NEUTRAL: 0, Polarity.NEGATIVE: -1}
    for dialogue, polarity in polarities:
        sums[dialogue] += worth[polarity]
        sizes[dialogue] += 1
    rows = [(sums[dialogue] / sizes[dialogue], changes[dialogue]) for dialogue in sorted(sizes) if dialogue in changes]
    counts = {label: {"fell": 0, "did not fall": 0} for label in ("above 0", "0 or below")}
    for mean, change in rows:
        counts["above 0" if mean > 0 else "0 or below"]["fell" if change > 0 else "did not fall"] += 1
    return IntensityAgreement(len(rows), _spearman(rows), counts)


def _spearman(rows: Sequence[tuple[float, int]]) -> Measured:
    import numpy as np
    from scipy.stats import rankdata

    if len(rows) < FEWEST_UNITS:
        return Measured()
    ranks = np.array([rankdata([row[0] for row in rows]), rankdata([row[1] for row in rows])])
    if not ranks.std(1).all():
        return Measured()
    random = np.random.default_rng(0)
    drawn = []
    for _ in range(RESAMPLES):
        some = ranks[:, random.integers(0, len(rows), len(rows))]
        if some.std(1).all():
            drawn.append(float(np.corrcoef(rankdata(some[0]), rankdata(some[1]))[0, 1]))
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Measured(round(float(np.corrcoef(ranks)[0, 1]), 4), round(float(low), 4), round(float(high), 4))


def agree_together(first: str, second: str, units: Sequence[tuple[str, dict[str, tuple[str, str]]]], blind: bool = False) -> PairAgreement:
    """Compare two labellers over (dialogue, field -> (label of the first, label of the second)) of units both labelled."""
    enough = len(units) >= FEWEST_UNITS
    names = list(dict.fromkeys(name for _, fields in units for name in fields))
    return PairAgreement(first, second, len(units), enough, {
        name: _field([(dialogue, *fields[name]) for dialogue, fields in units], enough) for name in names}, blind)


def _field(rows: Sequence[tuple[str, str, str]], enough: bool) -> FieldAgreement:
    often = Counter(label for _, one, two in rows for label in (one, two))
    labels = tuple(sorted(often, key=lambda label: (-often[label], label)))
    places = {label: place for place, label in enumerate(labels)}
    met = Counter((places[one], places[two]) for _, one, two in rows)
    counts = tuple(tuple(met[row, column] for column in range(len(labels))) for row in range(len(labels)))
    same = sum(met[place, place] for place in range(len(labels))) / len(rows) if enough else None
    kappa = _kappa([(dialogue, places[one], places[two]) for dialogue, one, two in rows], len(labels)) if enough else Measured()
    return FieldAgreement(None if same is None else round(same, 4), kappa, Confusion(labels, counts))


def _kappa(cells: Sequence[tuple[str, int, int]], size: int) -> Measured:
    """Cohen's kappa by scikit-learn; the interval by the same formula on drawn tables. Not defined when all labels are one."""
    import numpy as np

    if size < 2:
        return Measured()
    from sklearn.metrics import cohen_kappa_score

    def measure(tables: Numbers) -> Numbers:
        whole = tables.sum((-2, -1))
        seen = np.trace(tables, axis1=-2, axis2=-1) / whole
        chance = (tables.sum(-1) * tables.sum(-2)).sum(-1) / whole**2
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((seen - chance) / (1 - chance))

    found = _bootstrapped(cells, size, measure)
    exact = float(cohen_kappa_score([cell[1] for cell in cells], [cell[2] for cell in cells], labels=list(range(size))))
    return Measured(round(exact, 4), found.low, found.high)
