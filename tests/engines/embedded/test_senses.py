"""A reply does not say the same twice, and a sentence about people in general names nothing that is only theirs."""

from __future__ import annotations

from itertools import combinations

import pytest

from esc_tui.engines.embedded.frames import of_people
from esc_tui.engines.embedded.memory import sentences_in
from esc_tui.engines.embedded.presuming import presumes
from esc_tui.engines.embedded.senses import senses_of
from esc_tui.starter.sources import read_sources
from tests.engines.embedded.talks import hold

ALL = tuple(read_sources().skills)


@pytest.mark.parametrize(("one", "other"), [
    ("Ah, that's hard.", "That sounds hard."), ("Oof.", "That's not easy."), ("I can see why that gets to you.", "That makes sense."),
    ("I'm with you.", "I'm listening."), ("Take your time.", "Tell me more, as much as you want.")])
def test_two_remarks_that_come_to_the_same_are_known(one: str, other: str) -> None:
    assert senses_of(one) & senses_of(other)


def test_questions_and_different_remarks_do_not_come_to_the_same() -> None:
    assert not senses_of("Which part is the hard one?")
    assert not senses_of("That sounds hard.") & senses_of("Take all the time you need.")


def test_no_reply_says_the_same_twice() -> None:
    talk = ("My sister shouted at me.", "It was awful, I cried all night.", "Nobody rang.", "I'm so tired of it.", "He said I was nothing.")
    for seed in range(4):
        for turn in hold(talk, seed, skills=ALL):
            bare = [senses_of(part) for part in sentences_in(turn.reply) if len(part.split()) < 6]
            assert not any(one & other for one, other in combinations(bare, 2)), turn.reply


@pytest.mark.parametrize(("template", "general"), [
    ("A great many people feel {feeling} about {topic} and never tell a soul.", True),
    ("Many people find that {topic} wears them out.", True),
    ("Hardly anyone is at their best with {topic}.", True), ("Is there anyone who could back you up with {topic}?", False),
    ("Which part of {topic} do other people never see?", False)])
def test_a_sentence_about_people_takes_no_topic_of_theirs(template: str, general: bool) -> None:
    assert of_people(template) is general


def test_nobody_is_told_about_people_in_general_and_their_own_job() -> None:
    talk = ("I feel so ashamed about my job.", "I'm ashamed of it, my job is a joke.", "I feel ashamed about my rent and my job.")
    for seed in range(6):
        assert all("people feel ashamed about your" not in turn.reply for turn in hold(talk, seed, skills=ALL))


def test_that_it_gets_to_them_is_said_only_where_it_shows() -> None:
    assert presumes("I can see why that gets to you.", frozenset(), "I find nothing to strike out.")
    assert not presumes("I can see why that gets to you.", frozenset({"sad"}), "It makes me so sad.")
