"""What a reply does to a simulated seeker: it agrees with people's ratings, does not hang on wording, and cannot be gamed."""

import asyncio
import statistics
from collections import Counter
from functools import cache

import pytest

from esc_tui.domain.labels import Need
from esc_tui.engines.roles import Line, SeekerMoment
from esc_tui.engines.seekers.appraising import HIGHEST_MEAN, change_of, weigh
from esc_tui.starter.sources import read_profiles
from tests.engines.seekers.pairs import correlation, farthest_rewording, pairs
from tests.engines.seekers.scripted import (
    Played,
    Supporter,
    careful,
    careless,
    mixed,
    play,
    praising,
    repeating,
    strewing,
)

DEV_BOUND, TEST_BOUND, NEED_BOUND, REWORDED_BOUND = 0.78, 0.57, 0.35, 26
"""A bit below what was measured: Spearman 0.84 on the pairs it was tuned on, 0.61 on the others, 27 of 32 rewordings."""
PER_TURN_SPREAD = 7.0
PROFILES = read_profiles()


@cache
def played(supporter: Supporter, seeds: int = 2) -> tuple[Played, ...]:
    async def all_of_them() -> tuple[Played, ...]:
        return tuple([await play(profile, supporter, seed) for seed in range(seeds) for profile in PROFILES])

    return asyncio.run(all_of_them())


def test_the_expected_change_follows_the_ratings_it_was_tuned_on() -> None:
    assert correlation(pairs("dev")) >= DEV_BOUND


def test_the_expected_change_follows_ratings_it_has_not_seen() -> None:
    assert correlation(pairs("test")) >= TEST_BOUND


@pytest.mark.parametrize("need", list(Need))
def test_it_follows_the_ratings_within_each_hidden_need(need: Need) -> None:
    some = [pair for part in ("dev", "test") for pair in pairs(part) if pair.need is need]  # type: ignore[arg-type]
    assert len(some) >= 30 and correlation(some) >= NEED_BOUND


def test_a_reply_reworded_changes_the_expected_change_by_at_most_half_the_spread_of_a_turn() -> None:
    reworded = [pair for part in ("dev", "test") for pair in pairs(part) if pair.rewordings]  # type: ignore[arg-type]
    assert len(reworded) == 32
    held = sum(farthest_rewording(pair) <= PER_TURN_SPREAD / 2 for pair in reworded)
    assert held >= REWORDED_BOUND


def test_what_helps_is_rewarded_and_what_does_not_is_punished() -> None:
    well, badly = [talk.emotion for talk in played(careful)], [talk.emotion for talk in played(careless)]
    assert statistics.mean(well) > 50 > 20 > statistics.mean(badly)
    assert sum(emotion >= 100 for emotion in well) >= 10
    assert sum(emotion < 10 for emotion in badly) >= 60


def test_changes_and_final_emotions_spread_as_in_the_published_talks() -> None:
    talks = (*played(careful), *played(mixed), *played(careless))
    changes = [one.change for talk in (*played(careful), *played(mixed)) for one in talk.appraisals]
    assert 6.0 <= statistics.pstdev(changes) <= 7.8
    assert sum(abs(change) in {5, 10} for change in changes) >= 0.9 * len(changes)
    assert 28 <= statistics.pstdev([talk.emotion for talk in talks]) <= 42


def test_praise_alone_does_not_succeed() -> None:
    ends = Counter(talk.emotion >= 100 for talk in played(praising))
    assert ends[True] <= 3
    assert statistics.mean(talk.emotion for talk in played(praising)) < 30


def test_one_good_sentence_repeated_fails() -> None:
    talks = played(repeating)
    assert max(talk.emotion for talk in talks) < 40
    assert all(talk.appraisals[1].change == 0 or talk.appraisals[1].change < 0 for talk in talks)


def test_the_second_time_a_sentence_gives_nothing_and_the_third_time_it_hurts() -> None:
    profile = next(profile for profile in PROFILES if profile.need is Need.BE_TOLD_NOT_AT_FAULT)
    lines: list[Line] = []
    means = []
    for turn, said in enumerate(("My brother took the key.", "He had the key, and I got the blame.", "I keep seeing that key."), 1):
        reply = "You did nothing wrong about the key. That was his doing, and his alone."
        lines += [Line("seeker", said, turn), Line("supporter", reply, turn)]
        means.append(weigh(SeekerMoment(profile, tuple(lines), 50, turn)).mean)
    assert means[0] > 0 >= means[1] > means[2]


def test_a_little_of_every_act_in_every_reply_does_not_succeed() -> None:
    assert max(talk.emotion for talk in played(strewing)) < 60


def test_an_empty_reply_hurts() -> None:
    profile = PROFILES[0]
    assert weigh(SeekerMoment(profile, (Line("seeker", profile.first_line, 1), Line("supporter", "", 1)), 40, 1)).mean < -3


def test_the_same_moment_gives_the_same_change_and_another_seed_other_chance() -> None:
    profile = PROFILES[3]
    lines = (Line("seeker", profile.first_line, 1), Line("supporter", "Go on. What happened then?", 1))

    def change(seed: int) -> int:
        moment = SeekerMoment(profile, lines, 40, 1, seed)
        return change_of(weigh(moment), moment)

    assert [change(seed) for seed in range(40)] == [change(seed) for seed in range(40)]
    assert len({change(seed) for seed in range(40)}) >= 3


def test_the_expected_change_stays_within_its_range() -> None:
    assert all(abs(weigh(pair.moment()).mean) <= HIGHEST_MEAN for pair in pairs("dev"))


def test_taking_a_miss_back_counts_after_a_complaint() -> None:
    profile = PROFILES[0]
    lines = (Line("seeker", profile.first_line, 1), Line("supporter", "Cheer up, it's not so bad.", 1),
             Line("seeker", profile.lines.down[0], 2))

    def mean(reply: str) -> float:
        return weigh(SeekerMoment(profile, (*lines, Line("supporter", reply, 2)), 35, 2)).mean

    assert mean("You're right, I take that back. That was a stupid thing to say.") > mean("There are many things to consider.") + 2
