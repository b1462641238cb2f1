"""Who is hurt: harm to groups, tested together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esc_tui.evolve.statistics import group_harm, sign_flip_p

CHARACTERS, NEEDS = 3, 8


def members(n: int) -> dict[str, np.ndarray]:
    """Three characters and eight needs, crossed: every pair belongs to one of each."""
    number = np.arange(n)
    return {**{f"character {k}": number % CHARACTERS == k for k in range(CHARACTERS)},
            **{f"need {k}": number // CHARACTERS % NEEDS == k for k in range(NEEDS)}}


def test_one_group_alone_is_a_sign_flip_test_of_harm() -> None:
    values = np.random.default_rng(1).normal(-8, 30, 40)
    found = group_harm(values, {"all": np.ones(40, dtype=bool)}, seed=2)[0]
    assert found.p == pytest.approx(sign_flip_p(-values, seed=2), abs=0.012)


def test_harm_to_one_group_is_found_and_blocks() -> None:
    generator = np.random.default_rng(3)
    values, groups = generator.normal(5, 30, 96), members(96)
    values[groups["need 2"]] -= 60
    found = {one.name: one for one in group_harm(values, groups, seed=1)}
    hurt = found["need 2"]
    assert hurt.blocks and hurt.warns and hurt.pairs == 12 and hurt.upper < 0
    assert not any(one.blocks for name, one in found.items() if name != "need 2") and list(found) == list(groups)


def test_the_error_rate_holds_over_all_groups_together() -> None:
    generator, groups = np.random.default_rng(6), members(96)
    blocked = sum(any(one.blocks for one in group_harm(generator.normal(0, 43, 96), groups, seed=trial, flips=400)) for trial in range(400))
    assert blocked / 400 == pytest.approx(0.05, abs=0.033)


def test_simultaneous_bounds_hold_together() -> None:
    generator, groups, missed = np.random.default_rng(8), members(96), 0
    for trial in range(300):
        found = group_harm(generator.normal(0, 43, 96), groups, seed=trial, flips=400)
        missed += any(one.upper < 0 for one in found)
    assert missed / 300 < 0.05 + 0.038


def test_no_harm_shown_is_not_no_harm() -> None:
    found = {one.name: one for one in group_harm(np.random.default_rng(0).normal(0, 43, 96), members(96))}
    assert found["need 1"].detectable == pytest.approx(31, abs=0.2)


def test_a_bad_mean_warns_from_eight_pairs_on() -> None:
    steep = np.array([-100, 40, -60, 50, -70, 30, -20, 50.0])
    warned, few = group_harm(np.concatenate([steep, steep[:7]]), {"eight": np.arange(15) < 8, "seven": np.arange(15) >= 8})
    assert warned.mean == -10 and warned.warns and not warned.blocks
    assert few.pairs == 7 and not few.warns and few.p is None


def test_a_small_group_with_a_wild_t_hides_no_harm() -> None:
    values = np.concatenate([np.random.default_rng(2).normal(-40, 30, 30), [5, 5]])
    found = group_harm(values, {"large": np.arange(32) < 30, "two": np.arange(32) >= 30})
    assert found[0].blocks and found[1].p is None


def test_groups_in_which_nothing_differs_are_not_hurt() -> None:
    quiet, empty = group_harm([0] * 20, {"quiet": [True] * 20, "empty": [False] * 20})
    assert (quiet.p, quiet.lower, quiet.blocks, quiet.mean) == (1, None, False, 0)
    assert (empty.pairs, empty.mean, empty.detectable, empty.p) == (0, None, None, None)
    assert group_harm([], {"none": []})[0].pairs == 0 and group_harm([1.0], {}) == ()


def test_the_same_loss_in_every_pair_is_harm() -> None:
    found = group_harm([-3] * 20, {"all": [True] * 20})[0]
    assert found.blocks and found.lower is None and found.mean == -3


@settings(max_examples=30)
@given(st.lists(st.integers(-60, 60), min_size=24, max_size=24), st.integers(0, 5))
def test_laws_of_groups(values, seed) -> None:
    groups = {"first": np.arange(24) < 12, "second": np.arange(24) >= 12}
    one = group_harm(values, groups, seed=seed, flips=200)
    assert one == group_harm(values, groups, seed=seed, flips=200)
    assert all(1 / 201 <= found.p <= 1 for found in one)
    alone = group_harm(values, {"first": groups["first"]}, seed=seed, flips=200)[0]
    assert alone.p <= one[0].p, "more groups never make a p smaller"
    assert all(found.lower <= found.mean <= found.upper for found in one if found.lower is not None)


@pytest.mark.parametrize("call", [
    lambda: group_harm([1.0, float("nan")], {"a": [True, True]}), lambda: group_harm([1.0], {"a": [True, True]}),
    lambda: group_harm([1.0], {"a": [True]}, alpha=0)])
def test_values_out_of_range_are_refused(call) -> None:
    with pytest.raises(ValueError):
        call()
