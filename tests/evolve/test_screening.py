"""Several proposals at once: the design and the fit."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from esc_tui.bank.episodes import EpisodeRow
from esc_tui.evolve.pairing import Pair, Pairs
from esc_tui.evolve.screening import screen_of
from esc_tui.evolve.statistics import Effect, assign, fit_effects, masking_effects, shortlist

PROFILES = [f"p{number % 24}" for number in range(192)]


def emotions(profiles: list[str], on: np.ndarray, effects: list[float], seed: int, residual: float = 30.8) -> np.ndarray:
    """Emotion with the measured spread of profiles (18.6) and of what is left (30.8)."""
    generator = np.random.default_rng(seed)
    names = {name: generator.normal(50, 18.6) for name in dict.fromkeys(profiles)}
    return np.array([names[name] for name in profiles]) + on @ np.array(effects) + generator.normal(0, residual, len(profiles))


@pytest.mark.parametrize("proposals", [1, 4, 8, 16])
def test_each_proposal_is_on_in_half_of_every_profiles_episodes(proposals) -> None:
    on = assign(PROFILES, proposals, seed=1)
    assert on.shape == (192, proposals)
    for name in set(PROFILES):
        assert (on[[profile == name for profile in PROFILES]].sum(axis=0) == 4).all()


@settings(max_examples=25)
@given(st.lists(st.integers(2, 6), min_size=6, max_size=12), st.integers(1, 3), st.integers(0, 99))
def test_odd_numbers_are_shared_out_evenly(sizes, proposals, seed) -> None:
    profiles = [name for name, size in enumerate(sizes) for _ in range(size)]
    on = assign(profiles, proposals, seed)
    for name, size in enumerate(sizes):
        counts = on[[profile == name for profile in profiles]].sum(axis=0)
        assert ((counts == size // 2) | (counts == (size + 1) // 2)).all()
    assert (np.abs(on.sum(axis=0) - len(profiles) / 2) <= 0.5).all()
    assert (on == assign(profiles, proposals, seed)).all()


def test_another_seed_is_another_design() -> None:
    assert (assign(PROFILES, 4, 1) != assign(PROFILES, 4, 2)).any()


def test_proposals_are_hardly_ever_on_together_more_than_by_half() -> None:
    on = assign(PROFILES, 8, seed=3)
    correlation = np.corrcoef(on.T.astype(float)) - np.eye(8)
    assert np.abs(correlation).max() < 0.25


@pytest.mark.parametrize(("profiles", "proposals"), [(["a", "b", "c"], 1), (["a", "a"], 1), (["a"] * 4, 5), ([], 1), (PROFILES, 0)])
def test_too_few_episodes_are_refused_in_a_sentence(profiles, proposals) -> None:
    with pytest.raises(ValueError, match=r"too few to tell|at least one proposal"):
        assign(profiles, proposals, 0)


def test_each_effect_is_known_as_well_as_by_a_test_of_one_proposal() -> None:
    """192 episodes: a standard error of about 30.8 sqrt(2 / 96) = 4.4 for each of eight proposals."""
    on, true = assign(PROFILES, 8, seed=5), [12, 0, -15, 0, 5, 0, 0, 8]
    found = fit_effects(emotions(PROFILES, on, true, 2), PROFILES, on)
    assert [one.error for one in found] == pytest.approx([4.45] * 8, abs=0.5)
    assert all(abs(one.effect - wanted) < 3 * one.error for one, wanted in zip(found, true, strict=True))
    assert all(one.on == 96 and one.episodes == 192 for one in found)


def test_the_fit_is_least_squares_with_an_effect_for_each_profile() -> None:
    on = assign(PROFILES, 5, seed=7)
    values = emotions(PROFILES, on, [3, 1, 4, 1, 5], 1)
    dummies = np.array([[name == other for other in dict.fromkeys(PROFILES)] for name in PROFILES], dtype=float)
    full = np.hstack([on, dummies])
    wanted, squares, _, _ = np.linalg.lstsq(full, values, rcond=None)
    error = np.sqrt(squares[0] / (192 - 29) * np.diag(np.linalg.inv(full.T @ full))[:5])
    found = fit_effects(values, PROFILES, on)
    assert [one.effect for one in found] == pytest.approx(wanted[:5]) and [one.error for one in found] == pytest.approx(error)
    assert found[0].high == pytest.approx(wanted[0] + t.isf(0.1, 163) * error[0])


def test_the_upper_bound_holds_in_nine_of_ten_cases() -> None:
    on = assign(PROFILES, 6, seed=9)
    held = [one.high >= 4 for seed in range(300) for one in fit_effects(emotions(PROFILES, on, [4] * 6, seed), PROFILES, on)]
    assert np.mean(held) == pytest.approx(0.90, abs=0.025)


@given(st.floats(-50, 50), st.integers(0, 50))
def test_an_effect_of_profiles_changes_no_effect_of_proposals(shift, seed) -> None:
    profiles = [f"p{number % 6}" for number in range(36)]
    on = assign(profiles, 2, 1)
    values = emotions(profiles, on, [5, -5], seed)
    moved = values + np.array([shift * int(name[1:]) for name in profiles])
    one, other = fit_effects(values, profiles, on), fit_effects(moved, profiles, on)
    assert [found.effect for found in one] == pytest.approx([found.effect for found in other], abs=1e-6)
    turned = fit_effects(values, profiles, ~on)
    assert [found.effect for found in turned] == pytest.approx([-found.effect for found in one], abs=1e-6)


def test_what_cannot_be_told_is_not_told() -> None:
    generator = np.random.default_rng(0)
    first = generator.random(40) < 0.5
    on = np.stack([first, first, np.ones(40, dtype=bool), np.zeros(40, dtype=bool), generator.random(40) < 0.5], axis=1)
    found = fit_effects(generator.normal(50, 10, 40), [f"p{number % 4}" for number in range(40)], on)
    assert [one.effect is None for one in found] == [True, True, True, True, False] and found[3].on == 0 and found[2].on == 40
    assert not found[0].decided


@pytest.mark.parametrize(("values", "profiles", "rows"), [([], [], 0), ([50.0], ["a"], 1), ([50.0, 60.0], ["a", "a"], 2)])
def test_too_few_episodes_tell_nothing(values, profiles, rows) -> None:
    assert [one.effect for one in fit_effects(values, profiles, np.array([[True]] * rows, dtype=bool).reshape(rows, 1))] == [None]


def test_only_what_may_help_goes_on_and_at_most_two() -> None:
    effects = [Effect(9, 4, 5, 1, 4, 6), Effect(9, 4, -9, 1, -10, -8), Effect(9, 4, 7, 1, 6, 8), Effect(9, 4, 20, 1, 19, 21),
               Effect(9, 4, 30, 1, 29, 31), Effect(9, 4, -1, 2, -4, 2), Effect(9, 0)]
    assert shortlist(effects, [True] * 7, [False] * 7) == (4, 3)
    assert shortlist(effects, [True, True, True, False, True, True, True], [False] * 4 + [True, False, False], 9) == (2, 0, 5)


def test_a_skill_may_help_in_one_kind_of_talk_and_hurt_in_another() -> None:
    profiles = [f"p{number % 12}" for number in range(240)]
    cells = ["grief" if number % 2 else "work" for number in range(240)]
    present = np.random.default_rng(4).random((240, 2)) < 0.5
    sign = np.array([1 if cell == "grief" else -1 for cell in cells])
    values = emotions(profiles, present, [0, 0], 3, residual=10) + 20 * sign * present[:, 0]
    found = masking_effects(values, profiles, present, cells)
    assert list(found) == ["work", "grief"]
    assert found["grief"][0].low > 0 > found["work"][0].high and found["grief"][0].decided
    assert not found["work"][1].decided or not found["grief"][1].decided
    one = found["grief"][0]
    assert (one.high - one.low) / 2 == pytest.approx(one.error * t.isf(0.025, 240 / 2 - 6 - 2), rel=0.02)


ONE = np.ones((1, 1), dtype=bool)


@pytest.mark.parametrize("call", [
    lambda: fit_effects([1.0], ["a", "b"], ONE), lambda: fit_effects([float("nan")], ["a"], ONE), lambda: fit_effects([1.0], ["a"], ONE[0]),
    lambda: shortlist([Effect(1, 1)], [], []), lambda: masking_effects([1.0], ["a"], ONE, []),
    lambda: masking_effects([1.0], [], ONE, ["x"])])
def test_lengths_that_do_not_match_are_refused(call) -> None:
    with pytest.raises(ValueError):
        call()


def _pairs(group: list[float], others: list[float]) -> tuple[Pairs, frozenset[str]]:
    """Pairs of seekers a proposal is made for, and of others, with these differences of final emotion."""
    def episode(profile: str, arm: int, emotion: int) -> EpisodeRow:
        return EpisodeRow(run=1, number=1, conversation="c", profile=profile, profile_hash="h", name="", arm=arm, repeat=1, seed=1,
                          shelf="develop", scenario="other", character="passive", need="be-praised", state="done", outcome="turns",
                          emotion=emotion, curve=(40, emotion), turns=1, flags=(), skills=(), critic=(), reason="",
                          started=None, ended=None)

    found = [Pair(episode(f"{kind}-{number}", 0, 50), episode(f"{kind}-{number}", 1, 50 + int(value)), 1)
             for kind, values in (("group", group), ("other", others)) for number, value in enumerate(values)]
    return Pairs(tuple(found), ()), frozenset(f"group-{number}" for number in range(len(group)))


WORSE, NEUTRAL, BETTER = [-20, -12, -18, -16, -22, -14], [-6, 4, -2, 6, 2, -4], [8, 14, 10, 12, 6, 16]


@pytest.mark.parametrize(("group", "others", "dropped"), [
    (BETTER, [-6, -3, -5, -7, -4, -5], ""), (NEUTRAL, NEUTRAL, ""),
    (WORSE, BETTER, "worse on the develop shelf for those it is made for"), (BETTER, WORSE, "worse for the others on the develop shelf"),
])
def test_a_proposal_for_some_is_dropped_for_harm_to_them_or_real_harm_to_the_others(group, others, dropped) -> None:
    pairs, members = _pairs(group, others)
    found = screen_of(pairs, "final", (), (), members=members)
    assert found.dropped.startswith(dropped) and bool(found.dropped) == bool(dropped)
    assert found.pairs == len(group) and found.gain == pytest.approx(np.mean(group))


def test_what_harms_the_others_alone_has_fired() -> None:
    pairs, members = _pairs([0] * 6, WORSE)
    silent = Pairs(tuple(replace(pair, fork=None) if pair.profile in members else pair for pair in pairs.pairs), ())
    found = screen_of(silent, "final", (), (), members=members)
    assert found.dropped.startswith("worse for the others") and found.fired == len(WORSE), "else its verdict would be 'never fired'"


def test_a_proposal_for_everybody_is_screened_on_everybody() -> None:
    pairs, _ = _pairs([-6, -3, -5, -7, -4, -5], [-2, -1, -3, -2, -4, -2])
    found = screen_of(pairs, "final", (), ())
    assert found.pairs == 12 and found.dropped.startswith("worse on the develop shelf: at most")
