"""The safety gate: bounds on rare harm, against scipy, textbooks and published examples."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import binomtest, norm

from esc_tui.evolve.statistics import (
    PairedFlags,
    agresti_min_upper,
    clean_ceiling,
    clean_needed,
    clopper_pearson_upper,
    harm_bound,
    recall_bound,
    tango_upper,
)

counts = st.integers(0, 30).flatmap(lambda b: st.integers(0, 30).flatmap(
    lambda c: st.integers(max(1, b + c), 200).map(lambda n: PairedFlags(b, c, n))))


@pytest.mark.parametrize(("n", "percent"), [(12, 22.1), (24, 11.7), (48, 6.1), (96, 3.1), (120, 2.5), (200, 1.5), (600, 0.5)])
def test_clean_ceilings_are_those_of_the_table(n, percent) -> None:
    assert 100 * clean_ceiling(n) == pytest.approx(percent, abs=0.05) and clean_ceiling(n) == pytest.approx(1 - 0.05 ** (1 / n))


@pytest.mark.parametrize(("margin", "needed"), [(0.05, 59), (0.025, 119), (0.03, 99)])
def test_clean_pairs_needed_are_those_of_the_table(margin, needed) -> None:
    assert clean_needed(margin) == needed and clean_ceiling(needed) <= margin < clean_ceiling(needed - 1)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_exact_bound_is_scipys(case) -> None:
    events, n = case
    wanted = binomtest(events, n, alternative="less").proportion_ci(0.95, "exact").high
    assert clopper_pearson_upper(events, n) == pytest.approx(wanted, abs=1e-9)


def test_without_episodes_anything_may_happen() -> None:
    assert clean_ceiling(0) == clopper_pearson_upper(0, 0) == clopper_pearson_upper(3, 3) == tango_upper(PairedFlags(0, 0, 0)) == 1
    assert clean_ceiling(1) == pytest.approx(0.95) and not harm_bound(PairedFlags(0, 0, 0)).passes


def test_tangos_interval_of_a_published_example() -> None:
    """Airway hyper-responsiveness before and after transplantation (Bentur et al. 2009): 1 and 7 of 21 changed, 95 % -0.517 to -0.026
    (Fagerland, Lydersen and Laake 2014)."""
    assert tango_upper(PairedFlags(1, 7, 21), 0.025) == pytest.approx(-0.026, abs=5e-4)
    assert -tango_upper(PairedFlags(7, 1, 21), 0.025) == pytest.approx(-0.517, abs=5e-4)


def by_likelihood(flags: PairedFlags, alpha: float) -> float:
    """Tango's bound with the nuisance share found by maximising the likelihood numerically."""
    b, c, n = flags.only_new, flags.only_old, flags.pairs

    def score(d: float) -> float:
        def loss(q: float) -> float:
            return -(b * np.log(q + d) + c * np.log(q) + (n - b - c) * np.log(1 - 2 * q - d))
        low, high = max(0.0, -d), (1 - d) / 2
        q = minimize_scalar(loss, bounds=(low + 1e-12, high - 1e-12), method="bounded", options={"xatol": 1e-12}).x
        return (b - c - n * d) / np.sqrt(n * (2 * q + d * (1 - d))) + norm.isf(alpha)

    return brentq(score, (b - c) / n + 1e-6, 0.999)


@pytest.mark.parametrize("flags", [PairedFlags(40, 20, 160), PairedFlags(6, 5, 96), PairedFlags(1, 9, 60), PairedFlags(12, 2, 48)])
def test_tangos_bound_is_that_of_the_likelihood(flags) -> None:
    assert tango_upper(flags) == pytest.approx(by_likelihood(flags, 0.05), abs=1e-5)


def test_without_events_tangos_bound_is_wilsons() -> None:
    z = norm.isf(0.05)
    assert tango_upper(PairedFlags(0, 0, 50)) == pytest.approx(z * z / (50 + z * z), abs=1e-6)


def test_agresti_and_mins_bound_is_that_of_the_formula() -> None:
    difference, error = 4 / 98, (17 - 16 / 98) ** 0.5 / 98
    assert agresti_min_upper(PairedFlags(10, 6, 96)) == pytest.approx(difference + 1.645 * error, abs=1e-5)


@given(counts)
def test_laws_of_the_bounds_of_a_difference(flags) -> None:
    seen = (flags.only_new - flags.only_old) / flags.pairs
    upper = tango_upper(flags)
    assert seen <= upper <= 1
    assert tango_upper(flags, 0.01) >= upper - 1e-9 and agresti_min_upper(flags, 0.01) >= agresti_min_upper(flags)
    assume(flags.only_old and flags.only_new + flags.only_old < flags.pairs)
    worse = PairedFlags(flags.only_new + 1, flags.only_old, flags.pairs)
    assert tango_upper(worse) >= upper - 1e-9


@given(st.integers(0, 19), st.integers(20, 300))
def test_the_exact_bound_grows_with_events_and_falls_with_episodes(events, n) -> None:
    assert events / n < clopper_pearson_upper(events, n) < clopper_pearson_upper(events + 1, n + 1)
    assert clopper_pearson_upper(events, n + 10) < clopper_pearson_upper(events, n)


@pytest.mark.parametrize(("flags", "passes", "method"), [
    (PairedFlags(0, 0, 59), True, "new events"), (PairedFlags(0, 0, 58), False, "new events"),
    (PairedFlags(1, 0, 96), True, "new events"), (PairedFlags(2, 7, 96), False, "new events"),
    (PairedFlags(2, 8, 96), True, "difference"), (PairedFlags(6, 4, 96), False, "difference")])
def test_the_gate_bounds_what_is_new_and_from_ten_disagreements_on_the_difference(flags, passes, method) -> None:
    found = harm_bound(flags)
    assert (found.passes, found.method, found.needed, found.margin) == (passes, method, 59, 0.05)
    assert (found.agresti_min is None) == (method == "new events")


def test_the_guards_recall_needs_119_clean_probes() -> None:
    assert recall_bound(PairedFlags(0, 3, 120)).passes and not recall_bound(PairedFlags(0, 0, 118)).passes
    assert not recall_bound(PairedFlags(1, 0, 120)).passes


@pytest.mark.parametrize("call", [
    lambda: PairedFlags(-1, 0, 5), lambda: PairedFlags(3, 3, 5), lambda: clopper_pearson_upper(3, 2), lambda: clopper_pearson_upper(-1, 2),
    lambda: clean_needed(0), lambda: clean_needed(1), lambda: harm_bound(PairedFlags(0, 0, 9), float("nan")), lambda: clean_ceiling(-1)])
def test_impossible_counts_are_refused(call) -> None:
    with pytest.raises(ValueError):
        call()
