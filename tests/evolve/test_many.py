"""Many verifications: Holm, the ledger, wear, release, a second simulator, the martingale."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from esc_tui.evolve.statistics import (
    expected_false_accepts,
    holm,
    lond_level,
    martingale,
    martingale_accepts,
    released,
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


@pytest.mark.parametrize(("effect", "shown"), [(6.1, 5), (7.5, 10), (-7.5, -10), (2.4, 0), (-2.4, 0), (-12.4, -10), (0, 0), (100, 100)])
def test_a_proposer_learns_an_effect_in_steps_of_five(effect, shown) -> None:
    assert released(effect) == shown


@given(st.floats(-100, 100))
def test_laws_of_release(effect) -> None:
    assert released(effect) % 5 == 0 and abs(released(effect) - effect) <= 2.5 and released(-effect) == -released(effect)
    assert released(released(effect)) == released(effect)


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


@given(st.lists(st.integers(-100, 100), max_size=60))
def test_the_martingale_stakes_nothing_it_has_not_learned(values) -> None:
    wealth = martingale(values)
    assert len(wealth) == len(values) and (wealth > 0).all() and (not values or wealth[0] == 1)
    steps = np.diff(np.log(np.concatenate([[1.0], wealth])))
    assert (steps >= np.log(0.5) - 1e-9).all() and (steps <= np.log(1.5) + 1e-9).all()
    for place in range(1, len(values)):
        assert martingale(values[:place]).tolist() == pytest.approx(wealth[:place].tolist()), "a stake must not see what comes"


def test_the_martingale_has_the_power_of_the_table_and_keeps_alpha_at_any_time() -> None:
    generator = np.random.default_rng(11)
    gained = np.clip(generator.normal(10, 43, (3000, 200)), -100, 100)
    without = np.clip(generator.normal(0, 43, (3000, 200)), -100, 100)
    ends = np.array([martingale_accepts(row) or 1000 for row in gained])
    assert (ends <= 96).mean() == pytest.approx(0.41, abs=0.03) and (ends <= 200).mean() == pytest.approx(0.77, abs=0.03)
    assert np.mean([martingale_accepts(row) is not None for row in without]) <= 0.05


def test_the_martingale_accepts_when_twenty_is_reached() -> None:
    values = [50.0] * 30
    when = martingale_accepts(values)
    wealth = martingale(values)
    assert when is not None and wealth[when - 1] >= 20 > wealth[when - 2]
    assert martingale_accepts([0.0] * 30) is None and martingale_accepts([]) is None


@pytest.mark.parametrize("call", [
    lambda: holm([1.2]), lambda: holm([float("nan")]), lambda: expected_false_accepts([0]), lambda: lond_level(0, 0),
    lambda: lond_level(2, 2), lambda: lond_level(2, -1), lambda: wear([float("nan")]), lambda: released(float("nan")),
    lambda: martingale([101]), lambda: martingale([float("nan")]), lambda: martingale_accepts([1.0], 0),
    lambda: second_simulator(float("nan"), [1.0] * 24)])
def test_values_out_of_range_are_refused(call) -> None:
    with pytest.raises(ValueError):
        call()
