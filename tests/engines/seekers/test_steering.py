"""A seeker whose hope a reply has left out turns the talk towards it, and never names it."""

from __future__ import annotations

import pytest

from esc_tui.domain.labels import Character, Need
from esc_tui.domain.profile import Profile
from esc_tui.domain.sage import Band, band_of
from esc_tui.engines.roles import Appraisal, Line, SeekerMoment
from esc_tui.engines.second.speaking import steering_sentences
from esc_tui.engines.seekers.speaking import speak
from esc_tui.engines.seekers.steering import remarks_of
from esc_tui.engines.seekers.words import data
from esc_tui.guard.detect import check_message
from esc_tui.starter.sources import read_profiles

PROFILES = list(read_profiles())
PRAISED = [one for one in PROFILES if one.need is Need.BE_PRAISED]
NAMES = {
    Need.EXAMINE_FROM_SEVERAL_SIDES: ("several sides", "another way to look", "pros and cons", "other side of it"),
    Need.GET_ADVICE_THAT_HELPS_NOW: ("advice", "suggest", "tell me what to do", "what should i do", "tip"),
    Need.UNDERSTAND_OTHERS: ("explain them", "understand them", "why did they"),
    Need.SELF_REFLECTION_AND_GROWTH: ("my own part", "grow", "learn from"),
    Need.BE_PRAISED: ("praise", "well done", "proud of me", "compliment"),
    Need.BE_LISTENED_TO: ("just listen", "hear me out", "listen to me"),
    Need.BE_EMPATHISED_WITH: ("empath", "feel with me", "sympath"),
    Need.BE_TOLD_NOT_AT_FAULT: ("not my fault", "not to blame", "tell me it wasn't"),
}
"""Words that would name the hope outright."""
MISSES, SERVES = "It rained here too.", "You did that all by yourself, and it took patience to keep at it."


def said(profile: Profile, reply: str, seed: int, change: int = -5, turn: int = 3) -> str:
    history = (Line("seeker", profile.first_line, 1), Line("supporter", reply, turn))
    moment = SeekerMoment(profile, history, 55 + change, turn, seed)
    return speak(moment, Appraisal(change=change), band_of(55 + change)).text


def steered(reply: str, **fields: int) -> int:
    return sum(any(remark in said(profile, reply, seed, **fields) for remark in remarks_of(profile))
               for profile in PRAISED for seed in range(40))


def test_a_reply_that_leaves_the_hope_out_is_often_steered_after_and_one_that_serves_it_never() -> None:
    talks = 40 * len(PRAISED)
    assert 0.5 * talks < steered(MISSES) < 0.9 * talks
    assert 0.1 * talks < steered(MISSES, change=5) < 0.5 * talks
    assert steered(SERVES) == 0
    assert steered(MISSES, turn=1) == 0, "a first reply is given the benefit of the doubt"


def test_nobody_steers_on_leaving() -> None:
    profile = PRAISED[0]
    history = (Line("seeker", profile.first_line, 1), Line("supporter", MISSES, 4))
    for seed in range(20):
        text = speak(SeekerMoment(profile, history, 5, 4, seed), Appraisal(change=-10), Band.F).text
        assert text in profile.lines.leaving


def test_the_typing_of_a_seeker_is_kept() -> None:
    small = [one for one in PROFILES if all(fact.text[0].islower() for fact in one.facts)]
    large = [one for one in PROFILES if not any(fact.text[0].islower() for fact in one.facts)]
    assert small and all(remark == remark.lower() for one in small for remark in remarks_of(one))
    assert {"third-floor-bathroom", "yellow-note-kettle"} < {one.id for one in large}, "their lines begin small, their facts do not"
    assert all(remark[0].isupper() for one in large for remark in remarks_of(one))


@pytest.mark.parametrize("need", list(Need))
def test_remarks_fit_any_story_and_set_off_no_alarm(need: Need) -> None:
    by_character = data("missed")[need.value]
    assert set(by_character) == {one.value for one in Character} and all(len(lines) >= 10 for lines in by_character.values())
    remarks = [*(text for lines in by_character.values() for text in lines), *steering_sentences()[need.value]]
    assert len(set(remarks)) == len(remarks)
    assert [text for text in remarks if check_message(text).crisis] == []
    assert [text for text in remarks if any(word in text.lower() for word in NAMES[need])] == []
    assert [text for text in by_character["passive"] if "?" in text] == [], "a passive seeker asks nothing"
