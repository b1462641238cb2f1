"""Many verifications: Holm, discoveries, the ledger, wear, a second simulator."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from esc_tui.evolve.statistics import (
    discoveries,
    expected_false_accepts,
    holm,
    lond_level,
    second_simulator,
    wear,
)
from tests.evolve.test_looks import spread


def test_holms_textbook_example() -> None:
    """p = 0.01, 0.04, 0.03, 0.005 at 0.05: the smallest two are kept (0.005 <= 0.0125, 0.01 <= 0.0167, 0.03 > 0.025)."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([]) == () and holm([0.2]) == (0.2,) and holm([0.9, 0.8]) == (1, 1)


@given(st.lists(st.floats(0, 1), max_size=12), st.randoms())
def test_laws_of_holm(values, random) -> None:
    found = holm(values)
    assert all(p <= adjusted <= min(1, len(values) * p) + 1e-12 for p, adjusted in zip(values, found, strict=True))
    order = random.sample(range(len(values)), len(values))
    assert holm([values[place] for place in order]) == pytest.approx(tuple(found[place] for place in order))


def step_down(values: list[float], alpha: float) -> set[int]:
    """Holm's procedure as its paper writes it."""
    kept = set()
    for rank, place in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        if values[place] > alpha / (len(values) - rank):
            break
        kept.add(place)
    return kept


@given(st.lists(st.sampled_from([0.001, 0.004, 0.01, 0.012, 0.02, 0.03, 0.2]), max_size=8))
def test_adjusted_p_accept_what_the_steps_accept(values) -> None:
    assert {place for place, p in enumerate(holm(values)) if p <= 0.05} == step_down(values, 0.05)


def test_discoveries_are_told_up_to_the_largest_p_within_its_share_of_the_rate() -> None:
    """Of five at 0.10 the bounds are 0.02, 0.04, 0.06, 0.08, 0.10: 0.05 is third and within, so that 0.045 counts too."""
    assert discoveries([0.045, 0.5, 0.05, 0.001, 0.9]) == (True, False, True, True, False)
    assert discoveries([]) == () and discoveries([0.1]) == (True,) and discoveries([0.11]) == (False,)


def test_nine_confirmations_cost_at_most_045_false_accepts() -> None:
    assert expected_false_accepts([0.05] * 9) == pytest.approx(0.45) and expected_false_accepts([]) == 0


def test_lond_levels_are_those_of_the_formula() -> None:
    assert lond_level(1, 0) == pytest.approx(0.1 * 6 / np.pi**2) == pytest.approx(0.0608, abs=1e-4)
    assert lond_level(3, 1) == pytest.approx(2 * 0.1 * 6 / (9 * np.pi**2))
    assert sum(lond_level(number, 0) for number in range(1, 20_000)) == pytest.approx(0.1, abs=1e-4)


def test_a_cohort_is_worn_after_ten_confirmations() -> None:
    assert wear([]).gauge == 0 and not wear([0.5, -0.5] * 4).retire and wear([0.5, -0.5] * 4).gauge == 0.8
    assert wear([0.5, -0.5] * 5).retire


def test_a_screen_that_promises_more_than_is_confirmed_wears_a_cohort_sooner() -> None:
    worn, fresh = wear([8, 10, 9, 11]), wear([8, -10, 9, -11])
    assert worn.retire and worn.gap == 9.5 and worn.error == pytest.approx(np.std([8, 10, 9, 11], ddof=1) / 2) and not fresh.retire
    assert wear([9, 9]).gap is None and not wear([9, 9]).retire and wear([9, 9, 9]).retire and not wear([0, 0, 0]).retire


@pytest.mark.parametrize(("first", "mean", "n", "agrees", "reason"), [
    (6, 4, 24, True, ""), (6, 4, 23, False, "24 are needed"), (6, -1, 24, False, "other way"), (6, 0, 24, False, "other way"),
    (-6, -1, 24, True, ""), (-6, -40, 24, False, "90 %")])
def test_a_second_simulator_agrees_by_sign_and_bound(first, mean, n, agrees, reason) -> None:
    found = second_simulator(first, spread(mean, 30, n))
    assert found.agrees == agrees and reason in found.reason and found.pairs == n
    if n >= 24:
        assert found.upper == pytest.approx(mean + t.isf(0.1, n - 1) * 30 / n**0.5)


def test_no_worse_is_measured_from_minus_the_margin() -> None:
    assert second_simulator(1, spread(-2, 30, 24), margin=8).agrees and not second_simulator(1, spread(-2, 30, 24)).agrees


@pytest.mark.parametrize("call", [
    lambda: holm([1.2]), lambda: holm([float("nan")]), lambda: expected_false_accepts([0]), lambda: lond_level(0, 0),
    lambda: lond_level(2, 2), lambda: lond_level(2, -1), lambda: wear([float("nan")]),
    lambda: second_simulator(float("nan"), [1.0] * 24)])
def test_values_out_of_range_are_refused(call) -> None:
    with pytest.raises(ValueError):
        call()
