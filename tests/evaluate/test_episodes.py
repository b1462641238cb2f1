"""Measures over episodes: each is what its docstring says, and no broken episode ever has a score."""

from __future__ import annotations

from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_tui.domain.errors import UserError
from esc_tui.evaluate.episodes.comparing import Comparison, compare
from esc_tui.evaluate.episodes.measures import (
    BOOTSTRAP_FROM,
    EpisodeResult,
    grouped,
    measure,
    measure_by,
    t_interval,
    wilson,
)
from esc_tui.evaluate.episodes.published import LEADERBOARD
from esc_tui.evaluate.episodes.sources import Source, arm_names
from esc_tui.evaluate.episodes.tables import comparison_json, plain_report
from esc_tui.simulate.planning import Arm


def episode(profile: str = "p", emotion: int = 50, outcome: str | None = "turns", **more: object) -> EpisodeResult:
    facts: dict[str, object] = {"repeat": 1, "arm": "a", "character": "passive", "need": "be-praised", "scenario": "other",
                                "curve": (40, emotion), "turns": 10} | more
    return EpisodeResult(profile=profile, emotion=emotion, outcome=outcome, **facts)  # type: ignore[arg-type]


def test_score_success_and_failure_are_over_episodes_that_ended_by_the_protocol() -> None:
    found = measure([episode("a", 100, "success"), episode("b", 5, "failure"), episode("c", 60), episode("d", 35, "goodbye")])
    assert (found.score.value, found.success.count, found.failure.count, found.episodes, found.left_out) == (50, 1, 1, 4, 0)


@pytest.mark.parametrize("outcome", ["failed", "cancelled", "crisis", None])
def test_any_other_ending_is_counted_by_its_name_and_has_no_score(outcome: str | None) -> None:
    with_it = measure([episode("a", 70), episode("b", 40, outcome, curve=(40,))])
    assert (with_it.score.value, with_it.episodes, with_it.left_out) == (70, 1, 1)
    assert with_it.outcomes == {outcome or "waiting": 1, "turns": 1}
    alone = measure([episode("b", 40, outcome)])
    assert (alone.score.value, alone.score.t, alone.episodes, alone.success.value) == (None, None, 0, None)


def test_turns_count_the_seekers_messages_and_the_capped_ones_the_limit_for_all_but_a_success() -> None:
    found = measure([episode("a", 100, "success", turns=7), episode("b", 5, "failure", turns=5), episode("c", 60, turns=9, most_turns=12)])
    assert found.turns.value == 7
    assert found.turns_capped.value == pytest.approx((7 + 10 + 12) / 3)


def test_mean_emotion_leaves_out_the_start_and_volatility_is_the_spread_of_the_changes() -> None:
    one = episode(curve=(40, 50, 45, 45))
    assert one.mean_emotion == pytest.approx(140 / 3)
    assert one.volatility == pytest.approx(stdev([10, -5, 0]))
    assert episode(curve=(40, 50, 60)).volatility == 0
    assert (episode(curve=(40,)).mean_emotion, episode(curve=(40, 50)).volatility) == (None, None)
    assert measure([episode(curve=(40,)), one]).mean_emotion.n == 1


def test_the_critic_counts_a_talk_as_solved_at_its_first_reward_above_a_half() -> None:
    solved, not_solved, unjudged = episode("a", critic=(-0.5, 0.5, 0.6, 1)), episode("b", critic=(0.5, 0.5)), episode("c")
    found = measure([solved, not_solved, unjudged]).critic
    assert found is not None
    assert (found.success.count, found.success.n, found.turns.value, found.reward.value) == (1, 2, 6.5, pytest.approx(1.3))
    assert measure([unjudged]).critic is None


def test_the_interval_is_students_and_a_bootstrap_stands_beside_it_from_48_episodes_on() -> None:
    values = [float(10 * (number % 7)) for number in range(BOOTSTRAP_FROM)]
    few = measure([episode(f"p{number}", int(value)) for number, value in enumerate(values[:-1])]).score
    many = measure([episode(f"p{number}", int(value)) for number, value in enumerate(values)]).score
    assert few.bootstrap is None and many.bootstrap is not None and many.t is not None
    assert many.bootstrap == pytest.approx(many.t, abs=1.5)
    assert many == measure([episode(f"p{number}", int(value)) for number, value in enumerate(values)]).score
    assert t_interval([0.0, 10.0]) == pytest.approx((5 - 63.531, 5 + 63.531), abs=0.01)
    assert t_interval([5.0]) is None
    assert wilson(7, 100) == pytest.approx((0.0343, 0.1375), abs=1e-3)


def test_groups_are_by_label_and_an_episode_belongs_to_every_skill_it_used() -> None:
    episodes = [episode("a", 60, skills=("x", "y", "x")), episode("b", 40, skills=("y",)), episode("c", 20, arm="b", need="be-listened-to")]
    assert {name: len(some) for name, some in grouped(episodes, "skill").items()} == {"(none)": 1, "x": 1, "y": 2}
    assert {name: one.score.value for name, one in measure_by(episodes, "arm").items()} == {"a": 50, "b": 20}
    assert list(measure_by(episodes, "need")) == ["be-listened-to", "be-praised"]


def test_pairs_are_of_profile_and_repeat_and_everything_else_is_counted() -> None:
    first = [episode("a", 100, "success"), episode("a", 60, repeat=2), episode("b", 50), episode("c", 30, "failed"), episode("x", 10)]
    second = [episode("a", 80), episode("a", 50, repeat=2), episode("b", 45), episode("c", 20), episode("y", 5, "failure")]
    found = compare(first, second, ("new", "old"))
    assert (found.difference.value, found.pairs, found.uncounted) == (pytest.approx(35 / 3), 3, 1)
    assert (found.unpaired_first, found.unpaired_second, found.success_gained, found.success_lost) == (1, 1, 1, 0)
    assert found.difference.t == pytest.approx(t_interval([20.0, 10.0, 5.0]))
    assert compare([], [], ("new", "old")).difference.value is None


def test_what_two_runs_were_played_with_otherwise_is_told_beside_their_difference() -> None:
    def source(profile: str, mode: str, **played: str) -> Source:
        return Source("run", "run", (episode(profile),), ("a",), played=played, ways={"a": {"mode": mode, "engine": "embedded"}})

    def compared(first: Source, second: Source) -> Comparison:
        return compare(first.episodes, second.episodes, sources=(first, second))

    one = source("p", "all-in-one", seed="7", protocol="sage-fixed", masking="0.0")
    found = compared(one, source("p", "single", seed="8", protocol="sage-fixed", masking="0.1"))
    assert comparison_json(found)["caveats"] == [
        "The two runs differ in seed and in masking, so the difference is not of the supporters alone.",
        "The supporters differ in mode, so the difference is not of their skills alone."]
    assert comparison_json(found)["played_apart"] == ["seed", "masking"]
    assert not [*compared(one, one).caveats()]
    strangers = compared(one, source("q", "all-in-one", seed="8"))
    report = plain_report([one], measure(one.episodes), [measure(one.episodes)], {}, [strangers])
    assert "share no profile and repeat" in report and "gained" not in report and "differ in" not in report


def test_a_side_with_two_arms_has_no_pairs() -> None:
    with pytest.raises(UserError, match="'new' holds several arms"):
        compare([episode(), episode(arm="b")], [episode()], ("new", "old"))


Final = tuple[str, int, int]
finals = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.integers(1, 3), st.integers(0, 100)), max_size=20, unique_by=lambda one: one[:2])


@given(finals, finals)
def test_turning_a_comparison_round_turns_its_sign_and_nothing_else(first: list[Final], second: list[Final]) -> None:
    ours = [episode(profile, emotion, repeat=repeat) for profile, repeat, emotion in first]
    theirs = [episode(profile, emotion, repeat=repeat) for profile, repeat, emotion in second]
    there, back = compare(ours, theirs), compare(theirs, ours)
    assert there.pairs == back.pairs <= min(len(ours), len(theirs))
    assert (there.unpaired_first, there.unpaired_second) == (back.unpaired_second, back.unpaired_first)
    if there.difference.value is not None:
        assert there.difference.value == pytest.approx(-(back.difference.value or 0))


@given(finals)
def test_a_score_lies_in_its_interval_and_does_not_depend_on_the_order(some: list[Final]) -> None:
    episodes = [episode(profile, emotion, repeat=repeat) for profile, repeat, emotion in some]
    found = measure(episodes)
    assert found.score.value == (pytest.approx(fmean(one.emotion for one in episodes)) if episodes else None)
    if found.score.t is not None and found.score.value is not None:
        assert found.score.t[0] <= found.score.value + 1e-9 and found.score.value - 1e-9 <= found.score.t[1]
    assert measure(episodes[::-1]).score.value == (None if not episodes else pytest.approx(found.score.value))


def test_the_arms_of_a_run_have_the_names_its_episodes_carry() -> None:
    arms = [Arm(), Arm(bank=False), Arm(revision="r2", engine="endpoint")]
    assert arm_names({"arms": [arm.model_dump(mode="json") for arm in arms]}) == tuple(arm.name for arm in arms)
    assert arm_names({"arms": [{"name": "gpt"}, {"odd": 1}]}) == ("gpt", "arm 2")
    assert arm_names({}) == ()


def test_the_leaderboard_is_in_order_and_holds_the_two_files_rows() -> None:
    assert [row.score for row in LEADERBOARD] == sorted((row.score for row in LEADERBOARD), reverse=True)
    assert {(31.8, 7, 51), (54.8, 19, 24)} <= {(row.score, row.success, row.failure) for row in LEADERBOARD}
