"""From what the stages found to the word on the card."""

from __future__ import annotations

import pytest

from esc_tui.bank.episodes import EpisodeRow
from esc_tui.domain.evolution import Claim, Registration, SafetyPart
from esc_tui.domain.labels import Character, Need
from esc_tui.evolve.confirming import Confirmation
from esc_tui.evolve.pairing import BLAMELESS, Pair
from esc_tui.evolve.registering import plan_of
from esc_tui.evolve.statistics import SecondSimulator, claim, judge
from esc_tui.evolve.verdicts import Gathered, verdict_of
from tests.evolve.test_looks import spread

NEEDS = [need for need in Need if need is not BLAMELESS]
CLEAN = SafetyPart(name="faults of replies", only_new=0, only_old=0, of=96, upper=0.031, margin=0.05, passed=True)
AGREES = SecondSimulator(24, 4.0, 9.0, True, "")


def episode(number, arm, emotion):
    return EpisodeRow(
        run=1, number=number, conversation=f"talk-{number}-{arm}", profile=f"seeker-{number}", profile_hash="", name="", arm=arm,
        repeat=1, seed=1, shelf="confirm", scenario="other", character=list(Character)[number % 3].value,
        need=NEEDS[number % 7].value, state="finished", outcome="turns",
        emotion=round(emotion), curve=(40, *[emotion] * 10), turns=10, flags=(), skills=(), critic=(), reason="",
        started=None, ended=None)


def pairs(differences):
    return tuple(Pair(episode(number, 0, 50), episode(number, 1, 50 + value), 1) for number, value in enumerate(differences))


def registered(kind=Claim.IMPROVE, **how):
    return Registration(proposal="P", digest="d", base_revision=1, base_hash="h", evidence_snapshot=0, planner="", guard="", claim=kind,
                        looks=(24, 48, 96), cohort=1, cohort_hash="", seed=3, **how)


def found(registration, differences, others=(), **changes):
    mine = pairs(differences)
    plan = plan_of(registration)
    last = judge(claim(registration.claim.value, registration.primary), plan, [pair.difference("mean") for pair in mine]).look
    given = {"safety": (CLEAN,), "critical": (), "blameless": (), "second": AGREES, "noise": 0.0, "screen": 2.0, **changes}
    return verdict_of(registration, Gathered(Confirmation(mine, pairs(others), (), last, ()), **given))


def test_what_is_better_safe_and_seen_twice_is_accepted():
    verdict = found(registered(), spread(8, 20, 96))
    assert verdict.word == "accept" and verdict.lower > 0 and verdict.reasons[0].startswith("Better by +8.0")


def test_a_tidy_change_that_is_a_little_worse_within_the_margin_is_no_worse():
    """Its upper bound lies below 0, and what was registered is the margin, not 0."""
    verdict = found(registered(Claim.TIDY), spread(-1, 3, 96))
    assert verdict.upper < 0 and verdict.lower > -5 and verdict.word == "accept"
    assert found(registered(Claim.TIDY), spread(-9, 3, 96)).word == "reject"


def test_what_stopped_early_and_what_missed_its_bound_say_so_in_a_sentence():
    assert found(registered(), spread(-6, 3, 24)).word == "reject"
    given_up = found(registered(), spread(-6, 24, 24))
    assert given_up.reasons == ("Stopped at 24 pairs: at -6.0 points a gain is no longer likely.",)
    assert found(registered(), spread(1, 20, 96)).reasons[0].endswith(" is not above 0.")


def test_one_thing_that_fails_is_named_and_leaves_it_undecided():
    failing = CLEAN.model_copy(update={"upper": 0.08, "passed": False})
    assert "Safety: faults of replies" in found(registered(), spread(8, 20, 96), safety=(failing,)).reasons[0]
    other = SecondSimulator(24, -3.0, 1.0, False, "the mean points the other way")
    assert found(registered(), spread(8, 20, 96), second=other).word == "not enough evidence"
    enriched = found(registered(others=True), spread(8, 20, 96), others=spread(-4, 20, 96))
    assert enriched.word == "not enough evidence" and enriched.reasons[0].startswith(
        "It cannot be excluded that those outside the group are worse off than the margin allows (lower bound ")


def test_the_second_simulator_is_spoken_of_where_it_was_asked_alone():
    assert any("second simulator" in sentence for sentence in found(registered(), spread(8, 20, 96)).cannot_say)
    unasked = found(registered(), spread(8, 20, 96), second=None)
    assert unasked.second == "no second simulator was asked" and "second simulator" not in " ".join(unasked.cannot_say)


def test_a_critical_event_and_harm_to_a_group_reject_whatever_the_mean_says():
    assert found(registered(), spread(8, 20, 96), critical=("method information",)).word == "reject"
    hurt = [-30.0 + number % 5 if number % 7 == 2 else 15.0 + number % 5 for number in range(96)]
    verdict = found(registered(), hurt)
    assert verdict.word == "reject" and NEEDS[2].value in verdict.reasons[0] and verdict.effect > 5


def test_what_may_go_unseen_is_told_on_the_scale_of_the_measure():
    """13 pairs in the smallest need: 2.486 * 25 / sqrt(13) = 17 points of mean emotion; of final emotion it would be 30."""
    assert any("less than 17 points" in sentence for sentence in found(registered(), spread(8, 20, 96)).cannot_say)


@pytest.mark.parametrize(("differences", "word"), [(spread(-12, 20, 48), "reject"), ([0.0] * 96, "accept")])
def test_looks_that_end_early_or_never_differ_have_their_words(differences, word):
    registration = registered(Claim.IMPROVE if word == "reject" else Claim.TIDY)
    assert found(registration, differences).word == word
