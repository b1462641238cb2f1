"""The second seeker too turns the talk towards what it hopes for, in sentences of its own, and only after a reply without it."""

from __future__ import annotations

from esc_tui.domain.labels import Need
from esc_tui.domain.profile import Profile
from esc_tui.domain.sage import Band
from esc_tui.engines.roles import Appraisal, Line, SeekerMoment
from esc_tui.engines.second.speaking import speak, steering_sentences
from esc_tui.engines.seekers.words import data
from esc_tui.starter.sources import read_profiles

ADVISED = [one for one in read_profiles() if one.need is Need.GET_ADVICE_THAT_HELPS_NOW]
MISSES, SERVES = "It rained here too.", "You could ring the office tomorrow at nine and ask for ten minutes."


def _said(profile: Profile, reply: str, seed: int, change: int) -> str:
    history = (Line("seeker", profile.first_line, 1), Line("supporter", reply, 3))
    return speak(SeekerMoment(profile, history, 50, 3, seed), Appraisal(change=change), Band.B).text


def _steered(reply: str, change: int, need: Need = Need.GET_ADVICE_THAT_HELPS_NOW) -> float:
    talks = [_said(profile, reply, seed, change) for profile in ADVISED for seed in range(40)]
    return sum(any(text.lower() in said.lower() for text in steering_sentences()[need.value]) for said in talks) / len(talks)


def test_it_steers_after_a_reply_that_leaves_its_hope_out_and_never_after_one_that_serves_it() -> None:
    assert 0.4 < _steered(MISSES, -5) < 0.8 and 0.05 < _steered(MISSES, 5) < 0.3
    assert _steered(SERVES, 5) == _steered(SERVES, -5) == 0.0
    assert _steered(MISSES, -5, Need.BE_PRAISED) == 0.0


def test_its_sentences_are_its_own_and_in_the_typing_of_the_seeker() -> None:
    first = {text for rows in data("missed").values() for lines in rows.values() for text in lines}
    assert not first & {text for lines in steering_sentences().values() for text in lines}
    small = [one for one in ADVISED if all(fact.text[:1].islower() for fact in one.facts)]
    assert small and all(said == said.lower() for one in small for seed in range(20) if (said := _said(one, MISSES, seed, -5)))
