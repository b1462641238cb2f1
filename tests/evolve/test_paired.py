"""Paired differences: sums, the shrunken gain, cross-checks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import permutation_test, ttest_1samp

from esc_tui.evolve.statistics import PRIOR_DEVIATION, cross_check, shrunken, sign_flip_p, summarise

whole = st.lists(st.integers(-100, 100), min_size=0, max_size=40)


def test_effect_for_all_is_share_fired_times_effect_when_it_fires() -> None:
    found = summarise([0, 0, 12, -4, 0, 10])
    assert (found.pairs, found.fired, found.share_fired, found.mean_when_fired, found.mean) == (6, 3, 0.5, 6, 3)
    assert found.interval is not None and found.interval[0] < 3 < found.interval[1]


def test_a_pair_may_fire_and_end_the_same() -> None:
    assert summarise([0, 0, 6], [True, False, True]).fired == 2


def test_t_is_students() -> None:
    values = np.random.default_rng(0).normal(4, 20, 30)
    for against in (0, -8):
        assert summarise(values).t(against) == pytest.approx(ttest_1samp(values, against).statistic)


@pytest.mark.parametrize(("values", "mean", "deviation"), [([], None, None), ([3], 3, None), ([0] * 12, 0, 0), ([0.1] * 12, 0.1, 0)])
def test_there_is_no_t_without_spread(values, mean, deviation) -> None:
    found = summarise(values)
    assert (found.pairs, found.mean, found.deviation) == (len(values), pytest.approx(mean), deviation) and found.t() is None
    assert found.fired == (len(values) if mean else 0) and (found.share_fired is None) == (not values)


@pytest.mark.parametrize("wrong", [[1, float("nan")], [float("inf")], [[1, 2]], [1, None]])
def test_anything_but_a_row_of_finite_numbers_is_refused(wrong) -> None:
    for function in (summarise, sign_flip_p, cross_check):
        with pytest.raises(ValueError, match="differences must be"):
            function(wrong)


@pytest.mark.parametrize(("flags", "sentence"), [([True], "as many flags"), ([True, False], "exactly 0")])
def test_flags_must_fit_the_differences(flags, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        summarise([1, 2], flags)


@given(whole)
def test_turning_the_arms_round_turns_the_signs(values) -> None:
    one, other = summarise(values), summarise([-value for value in values])
    assert one.deviation == pytest.approx(other.deviation) and one.fired == other.fired
    assert (one.mean or 0) == pytest.approx(-(other.mean or 0)) and (one.t() or 0) == pytest.approx(-(other.t() or 0))


@given(whole, st.randoms())
def test_the_order_of_pairs_does_not_matter(values, random) -> None:
    shuffled = random.sample(values, len(values))
    one, other = summarise(values), summarise(shuffled)
    assert (one.mean, one.deviation, one.t()) == pytest.approx((other.mean, other.deviation, other.t()))


def test_sign_flips_agree_with_the_exact_test() -> None:
    values = np.array([12, 5, -3, 8, 0, 20, -6, 9, 4, 11.0])
    exact = permutation_test((values,), np.mean, permutation_type="samples", alternative="greater", n_resamples=np.inf).pvalue
    assert sign_flip_p(values, seed=3) == pytest.approx(exact, abs=0.006)


def test_sign_flips_agree_with_t_on_normal_differences() -> None:
    values = np.random.default_rng(5).normal(6, 40, 96)
    assert sign_flip_p(values, seed=1) == pytest.approx(ttest_1samp(values, 0, alternative="greater").pvalue, abs=0.01)
    assert sign_flip_p(values, against=-8, seed=1) == pytest.approx(ttest_1samp(values, -8, alternative="greater").pvalue, abs=0.01)


@given(st.lists(st.integers(-100, 100), max_size=12), st.integers(0, 3))
def test_a_flip_p_is_a_p_and_falls_when_every_pair_gains(values, seed) -> None:
    p, better = sign_flip_p(values, seed=seed, flips=200), sign_flip_p(values, against=-5, seed=seed, flips=200)
    assert 1 / 201 <= p <= 1 and sign_flip_p(values, seed=seed, flips=200) == p
    assert better <= p + 0.05


def test_without_any_difference_a_flip_p_is_one() -> None:
    assert sign_flip_p([]) == sign_flip_p([0] * 50) == 1
    with pytest.raises(ValueError, match="flip"):
        sign_flip_p([1.0], flips=0)


def test_cross_checks_stand_beside_t_from_48_pairs_on() -> None:
    values = np.random.default_rng(2).normal(5, 30, 48)
    found = cross_check(values)
    assert cross_check(values[:47]) is None and found is not None and found.bootstrap is not None
    assert found.bootstrap == pytest.approx(summarise(values).interval, abs=1.5)


def test_the_prior_of_mean_emotion_is_that_of_the_final_one_on_its_own_scale() -> None:
    assert {"final": 8, "mean": pytest.approx(4.96)} == PRIOR_DEVIATION
    assert shrunken(10, 8, "final") == 5 and shrunken(10, 4.96, "mean") == pytest.approx(5) and shrunken(10, 0) == 10


@given(st.floats(-50, 50), st.floats(0, 50), st.floats(0, 50))
def test_shrinking_never_turns_a_gain_round_and_less_is_left_the_less_is_known(mean, one, other) -> None:
    low, high = sorted((one, other))
    assert abs(shrunken(mean, high)) <= abs(shrunken(mean, low)) <= abs(mean) and shrunken(mean, high) * mean >= 0
    assert shrunken(-mean, low) == -shrunken(mean, low)


@pytest.mark.parametrize("call", [lambda: shrunken(1, -1), lambda: shrunken(1, 1, prior=0), lambda: shrunken(1, float("nan"))])
def test_shrinking_refuses_values_out_of_range(call) -> None:
    with pytest.raises(ValueError):
        call()


def test_shrinking_is_the_best_guess_when_real_effects_are_as_the_prior_says() -> None:
    generator = np.random.default_rng(7)
    real = generator.normal(0, 8, 200_000)
    seen = real + generator.normal(0, 4.4, len(real))
    near = np.abs(seen - 10) < 0.5
    assert real[near].mean() == pytest.approx(shrunken(10, 4.4), abs=0.15)
