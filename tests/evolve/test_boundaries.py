"""When to look and what it takes: presets, spending, critical values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm, t

from esc_tui.evolve.statistics import PRESETS, plan, spending
from esc_tui.evolve.statistics.boundaries import FEWEST_TO_ACCEPT, normal_boundaries

TABLE = {"quick": (3.05, 1.73), "small": (5.56, 2.76, 1.69), "standard": (4.48, 2.64, 1.68), "full": (None, 4.08, 2.60, 1.67)}


@pytest.mark.parametrize("preset", TABLE)
def test_critical_values_are_those_of_the_table(preset) -> None:
    for look, wanted in zip(plan(preset).looks, TABLE[preset], strict=True):
        if wanted is not None:
            assert look.critical == pytest.approx(wanted, abs=0.03)


def test_the_first_boundary_follows_from_the_spending_alone() -> None:
    """At 25 of 200 pairs 3e-8 is spent, which no simulation reaches: the largest z of 2.5 million trials (4.94) would give t = 6.61."""
    first = plan("full").looks[0]
    assert first.spent == pytest.approx(2 * norm.sf(1.959964 / 0.125**0.5), rel=1e-4)
    assert first.critical == pytest.approx(t.isf(first.spent, 24), rel=1e-9) == pytest.approx(7.72, abs=0.01)


@pytest.mark.parametrize("pairs", [(12, 24), (24, 48, 96), (24, 48, 72), (25, 50, 100, 200), (40, 48, 96)])
def test_boundaries_spend_alpha_as_the_joint_normal_distribution_says(pairs) -> None:
    spent = tuple(spending(n / pairs[-1]) for n in pairs)
    edges = normal_boundaries(tuple(map(float, pairs)), spent)
    correlation = np.sqrt(np.minimum.outer(pairs, pairs) / np.maximum.outer(pairs, pairs))
    for k in range(1, len(pairs) + 1):
        inside = norm.cdf(edges[0]) if k == 1 else multivariate_normal.cdf(
            edges[:k], cov=correlation[:k, :k], abseps=1e-8, releps=1e-8, maxpts=2_000_000, rng=np.random.default_rng(0))
        assert 1 - inside == pytest.approx(spent[k - 1], abs=1e-5)


def test_one_look_is_a_t_test() -> None:
    look = plan("smoke").looks[0]
    assert look.nominal == pytest.approx(0.05) and look.critical == pytest.approx(t.isf(0.05, 11))


def test_presets_have_the_looks_and_futility_rules_of_the_table() -> None:
    found = {name: (one.looks, dict(one.futile), one.accepts) for name, one in PRESETS.items()}
    assert found == {"smoke": ((12,), {}, False), "quick": ((12, 24), {12: 0}, True), "small": ((12, 24, 48), {24: 0}, True),
                     "standard": ((24, 48, 96), {24: -0.5, 48: 0.3}, True), "full": ((25, 50, 100, 200), {100: 0}, True)}
    assert [look.futile for look in plan("standard").looks] == [-0.5, 0.3, None]


@pytest.mark.parametrize(("preset", "available", "pairs", "gains"), [
    ("standard", 72, (24, 48, 72), "10 to 13"), ("quick", 16, (12, 16), "21 to 27"), ("small", 36, (12, 24, 36), "14 to 18"),
    ("standard", 96, (24, 48, 96), "8 to 11"), ("standard", 500, (24, 48, 96), "8 to 11")])
def test_a_cohort_that_is_too_small_ends_where_its_pairs_end_and_says_what_may_be_claimed(preset, available, pairs, gains) -> None:
    made = plan(preset, available)
    assert made.pairs == pairs and made.accepts and gains in made.claim()
    assert made.truncated == ("asks for" in made.claim()) == (available < PRESETS[preset].looks[-1])
    assert made.looks[-1].spent == pytest.approx(0.05) and made.looks[-1].futile is None


def test_a_look_just_before_the_last_one_is_left_out() -> None:
    assert plan("quick", 13).pairs == (13,) and plan("standard", 50).pairs == (24, 50) and plan("standard", 20).pairs == (20,)


def test_mean_emotion_has_claims_in_its_own_points() -> None:
    assert "9 points of mean emotion" in plan("small").claim("mean")


@pytest.mark.parametrize("made", [plan("smoke"), plan("quick", FEWEST_TO_ACCEPT - 1), plan("standard", 2)])
def test_twelve_pairs_may_reject_but_never_accept(made) -> None:
    assert not made.accepts and "rejected but not accepted" in made.claim()


def test_lost_pairs_move_the_looks_but_not_what_they_spend() -> None:
    planned, seen = plan("standard"), plan("standard").after((23, 45))
    assert seen.pairs == (23, 45, 96)
    assert [look.spent for look in seen.looks] == [look.spent for look in planned.looks]
    assert [look.futile for look in seen.looks] == [-0.5, 0.3, None]
    assert seen.looks[0].z == planned.looks[0].z and seen.looks[0].critical > planned.looks[0].critical
    assert planned.after((24, 48, 96)) == planned == planned.after(())
    assert planned.after((24, 48, 90)).accepts and not plan("quick", 16).after((12, 15)).accepts


@pytest.mark.parametrize("wrong", [(24, 48, 96, 100), (24, 24), (100,), (0,), (1,)])
def test_looks_that_do_not_rise_are_refused(wrong) -> None:
    with pytest.raises(ValueError, match="look"):
        plan("standard").after(wrong)


@pytest.mark.parametrize("call", [lambda: plan("quick", 1), lambda: plan("quick", 0), lambda: plan("quick", alpha=0),
                                  lambda: plan("quick", alpha=0.5), lambda: plan("quick", alpha=float("nan")), lambda: spending(1.1),
                                  lambda: spending(-0.1), lambda: plan("standard").look(30), lambda: normal_boundaries((), ()),
                                  lambda: normal_boundaries((1.0, 1.0), (0.01, 0.05)), lambda: normal_boundaries((1.0,), (0.0,))])
def test_values_out_of_range_are_refused(call) -> None:
    with pytest.raises(ValueError):
        call()


@given(st.sampled_from(sorted(PRESETS)), st.integers(2, 250), st.sampled_from([0.005, 0.0125, 0.025, 0.05]))
def test_boundaries_fall_and_stay_above_the_single_test(preset, available, alpha) -> None:
    looks = plan(preset, available, alpha).looks
    edges = [look.z for look in looks]
    assert edges == sorted(edges, reverse=True) and edges[-1] >= norm.isf(alpha) - 1e-6
    assert looks[-1].spent == pytest.approx(alpha) and all(look.critical > look.z for look in looks)


@given(st.floats(0, 1), st.floats(0, 1))
def test_alpha_spent_rises_with_the_pairs(one, other) -> None:
    low, high = sorted((one, other))
    assert 0 <= spending(low) <= spending(high) <= spending(1) == pytest.approx(0.05)
