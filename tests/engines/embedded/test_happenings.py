"""Grave news turns what a talk is about, whatever it was about before."""

from __future__ import annotations

import pytest

from esc_tui.domain.labels import Scenario
from esc_tui.engines.embedded.happenings import happened
from esc_tui.engines.embedded.reader import read_moment
from esc_tui.engines.roles import Line, Moment


@pytest.mark.parametrize(("text", "label"), [
    ("my mother died last month", "bereavement"), ("My cat passed away yesterday.", "bereavement"),
    ("I lost my dad in June", "bereavement"),
    ("my boyfriend broke up with me last week and I cannot sleep", "breakup-with-partner"),
    ("we split up on sunday", "breakup-with-partner"),
    ("my husband left me for my cousin", "breakup-with-partner"), ("my wife wants a divorce", "breakup-with-partner"),
    ("i got let go on friday", "job-crisis"), ("They fired me by email", "job-crisis"), ("I lost my job in june", "job-crisis"),
])
def test_a_death_a_parting_a_job_lost_are_news(text, label):
    assert happened(text) == label


@pytest.mark.parametrize("text", [
    "my friend broke up with her boyfriend", "if he left me i would not cope", "i'm scared she will leave me", "my dad left me his watch",
    "he left me on read", "she left me alone with the kids", "my phone died", "my laptop just died", "my car died on the motorway",
    "my grandmother passed her driving test", "i passed my exam", "my dad passed out at dinner", "we broke up when i was a kid",
    "my uncle died years ago", "i dreamt that my mother died", "i watched a film where his wife wants a divorce",
])
def test_what_is_feared_imagined_long_ago_or_about_a_thing_is_none(text):
    assert happened(text) == ""


@pytest.mark.parametrize(("before", "news", "scenario"), [
    (("nobody calls me anymore", "weekends are the worst, i just sit there"), "my boyfriend broke up with me last week and I cannot sleep",
     Scenario.BREAKUP_WITH_PARTNER),
    (("my boss wants me to work on sunday again", "i dont know how to say no to him"), "my mother died last month", Scenario.BEREAVEMENT),
    (("i failed my exam", "my parents will be so angry"), "my girlfriend left me yesterday", Scenario.BREAKUP_WITH_PARTNER),
])
def test_the_talk_is_about_the_news_from_then_on(before, news, scenario):
    history = tuple(line for turn, text in enumerate(before, 1) for line in (Line("seeker", text, turn), Line("supporter", "Okay.", turn)))
    assert read_moment(Moment(news, history, 3)).scenario is scenario
    after = (*history, Line("seeker", news, 3), Line("supporter", "I'm sorry.", 3))
    assert read_moment(Moment("i dont know what to do with myself", after, 4)).scenario is scenario


def test_a_small_complaint_beside_the_matter_does_not_turn_the_talk():
    history = (Line("seeker", "my girlfriend left me yesterday", 1), Line("supporter", "I'm sorry.", 1))
    assert read_moment(Moment("i cant sleep and my phone died too", history, 2)).scenario is Scenario.BREAKUP_WITH_PARTNER
