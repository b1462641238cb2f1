"""What a reply does to a simulated seeker: it agrees with people's ratings, does not hang on wording, and cannot be gamed."""

import asyncio
import statistics
from collections import Counter
from functools import cache

import pytest

from esc_tui.domain.labels import Character, Need
from esc_tui.engines.roles import Line, SeekerMoment
from esc_tui.engines.seekers.appraising import HIGHEST_MEAN, change_of, weigh
from esc_tui.engines.seekers.words import sentences, telling_stem
from esc_tui.starter.sources import read_profiles
from tests.engines.seekers.pairs import Pair, correlation, farthest_rewording, held_back_rewordings, pairs
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

DEV_BOUND, TEST_BOUND, NEED_BOUND, REWORDED_BOUND = 0.82, 0.60, 0.60, 28
"""A bit below what was measured: Spearman 0.88 on the 200 pairs it was tuned on (0.81 predicted without their moments), 0.635 on the
others. 29 of the 32 reworded replies of the first rater hold, and all of the second rater's."""
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
    first = [pair for pair in reworded if not pair.id.startswith("q")]
    assert len(first) == 32 and len(reworded) == 48
    assert sum(farthest_rewording(pair) <= PER_TURN_SPREAD / 2 for pair in first) >= REWORDED_BOUND
    assert all(farthest_rewording(pair) <= PER_TURN_SPREAD / 2 for pair in reworded if pair.id.startswith("q"))


@pytest.mark.parametrize("pair", held_back_rewordings(), ids=lambda pair: pair.id)
def test_wordings_that_the_fit_has_not_seen_change_it_no_more(pair: Pair) -> None:
    assert len(pair.rewordings) == 3 and farthest_rewording(pair) <= PER_TURN_SPREAD / 2


def test_the_expected_change_is_not_smoothed_away() -> None:
    means = [weigh(pair.moment()).mean for pair in pairs("dev")]
    assert 2.2 <= statistics.pstdev(means) <= 3.0 and max(means) > 4 and min(means) < -4


SAID_BACK = ("So it's about the {e}.", "{e}, I see.", "The {e}. Hm, the {e}.", "Okay, {e}. I understand.", "You mention the {e}.",
             "Is it the {e}?")


def test_a_word_said_back_earns_nothing() -> None:
    means = []
    for profile in PROFILES:
        words = [word for sentence in sentences(profile.first_line) for word in sentence.words if telling_stem(word) and len(word) > 3]
        for word in words[:6]:
            for reply in SAID_BACK:
                lines = (Line("seeker", profile.first_line, 1), Line("supporter", reply.format(e=word), 1))
                means.append(weigh(SeekerMoment(profile, lines, 40, 1)).mean)
    assert statistics.mean(means) < 0.3 and max(means) < 3
    assert sum(mean > 1 for mean in means) < 0.1 * len(means)


def test_taking_up_what_weighs_is_worth_more_than_any_noun() -> None:
    profile = next(profile for profile in PROFILES if profile.need is Need.BE_LISTENED_TO and profile.character is not Character.AVOIDANT)
    said = "Eleven years I kept that shop, and she sold it in an afternoon. There was cake. I stood by the till with the keys in my hand."

    def mean(reply: str) -> float:
        return weigh(SeekerMoment(profile, (Line("seeker", said, 1), Line("supporter", reply, 1)), 40, 1)).mean

    weighty = "Eleven years, and gone in an afternoon, and you with the keys in your hand."
    assert mean(weighty) > mean("The cake. What sort of cake was it?") + 1.5
    assert mean(weighty) > mean("So you feel sad because she sold the shop.") + 2
    assert mean(weighty) > mean("I'm so sorry to hear that. That must be really hard for you.") + 2
    assert mean(weighty) > mean("Have you thought about opening a new one? There are good grants.") + 2
    assert mean(weighty) > mean("When I lost my first job I cried for a week, and my mother baked for me.") + 2


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
    assert ends[True] == 0
    assert statistics.mean(talk.emotion for talk in played(praising)) < 25


def test_one_good_sentence_repeated_fails() -> None:
    talks = played(repeating)
    assert max(talk.emotion for talk in talks) < 20
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
    assert max(talk.emotion for talk in played(strewing)) < 20


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
