"""Replies read aloud: sympathy first, no echo without end, what stands after a "but", kind words and steps heard as what they are."""

from __future__ import annotations

import pytest

from esc_tui.domain.labels import Scenario
from esc_tui.engines.embedded.acts import commits
from esc_tui.engines.embedded.choices import Sides, sides_of
from esc_tui.engines.embedded.clauses import clauses_of
from esc_tui.engines.embedded.happenings import happened
from esc_tui.engines.embedded.memory import sentences_in
from esc_tui.engines.embedded.reader import read_moment
from esc_tui.engines.embedded.turning import turned
from esc_tui.engines.roles import Moment
from esc_tui.starter.sources import read_sources
from tests.engines.embedded.talks import Turn, hold

SKILLS = tuple(read_sources().skills)


def _last(*lines: str, seed: int = 1) -> Turn:
    return hold(lines, seed, skills=SKILLS)[-1]


@pytest.mark.parametrize("text", [
    "my cat got run over this morning", "we had to put biscuit down on saturday", "my mate didnt make it", "my grandad's gone",
    "grandma passed in her sleep", "our horse had to be put down", "Our son was stillborn three weeks ago.",
    "I had a miscarriage at nine weeks", "dad had a stroke on tuesday", "my brother was in a bad car crash",
    "I was diagnosed with MS in March.",
])
def test_sympathy_comes_first_whatever_the_words(text: str) -> None:
    first = sentences_in(_last(text).reply)[0]
    assert "sorry" in first, first


@pytest.mark.parametrize("text", [
    "my dad's gone to work", "my mum is gone all day", "we had to put the phone down", "i had to put my daughter to sleep",
    "my brother didn't make it to practice", "they had to put money down on a house",
])
def test_what_only_sounds_like_a_death_is_none(text: str) -> None:
    assert not happened(text)


def test_grave_news_alone_is_what_the_talk_is_about() -> None:
    assert _last("my mate didnt make it").reading.scenario is Scenario.BEREAVEMENT


def test_after_two_replies_that_said_words_back_the_third_states_none() -> None:
    lines = ("my flatmate moved the table", "she painted the door", "she sold the lamp", "she brought a parrot")
    turns = hold(lines, 1, skills=SKILLS)
    echoed = [
        any(clause.turned.casefold() in part.casefold() for clause in clauses_of(turn.said) for part in sentences_in(turn.reply)
            if "?" not in part)
        for turn in turns
    ]
    assert any(echoed)
    assert not any(all(echoed[start : start + 3]) for start in range(len(echoed) - 2))


def test_what_stands_after_the_but_is_said_back_and_not_what_stands_before_it() -> None:
    said = [clause.turned for clause in clauses_of("He means well, but he reads my letters.")]
    assert said == ["he reads your letters"]
    assert clauses_of("I know he means well, but each link is another thing I'll lose.") == ()


@pytest.mark.parametrize("text", ["You're kind.", "ur actually ok to talk to", "you are a good listener"])
def test_a_kind_word_to_the_program_is_taken_as_one(text: str) -> None:
    assert _last("my sister moved out", text).reading.act == "thank"


def test_thanks_with_a_step_take_the_step_too() -> None:
    guidance = [move.guidance for move in _last("my brother and I fell out", "thank you. i think i'll write to him tonight").plan.moves]
    assert "Take their step seriously and leave it small." in guidance


@pytest.mark.parametrize("text", ["ok the breathing thing maybe", "im gonna ask him to drive me", "I might go down the allotment"])
def test_a_proposal_taken_up_and_a_step_ahead_are_steps(text: str) -> None:
    assert commits(text)


@pytest.mark.parametrize("text", ["the thing is he lied", "i might get fired", "im going to lose it", "that one hurt"])
def test_what_is_no_step_is_none(text: str) -> None:
    assert not commits(text)


@pytest.mark.parametrize(("text", "said"), [
    ("she'd be nice about it which is worse", "indness"), ("lol yeah it was a bit harsh", "eat of it|see that now"),
    ("can i be excused from the test do u think", "fair thing to ask|You can ask"), ("Was that wrong of me?", "I can't judge|from you"),
    ("Don't tell me one door closes.", "You won't hear|often enough"), ("fine. i relapsed", "sorry|still count"),
])
def test_what_was_said_gets_its_own_answer(text: str, said: str) -> None:
    reply = _last("I failed my test again", text).reply
    assert any(part in reply for part in said.split("|")), reply


def test_a_sigh_is_taken_as_a_sigh() -> None:
    assert [move.guidance for move in _last("ugh").plan.moves] == ["Take the sigh as a sigh.", "Ask what it is about."]


def test_both_sides_of_a_choice_are_named_by_their_verbs() -> None:
    assert sides_of("should i text her or knock") == Sides("text her", "knock", True)


def test_good_news_taken_back_is_not_congratulated() -> None:
    plan = _last("My brother's wife is pregnant.", "I'm happy for them, but I left the barbecue early.").plan
    assert "Say the good news back." not in [move.guidance for move in plan.moves]


def test_medicine_is_left_to_a_doctor_also_after_what_the_doctor_changed() -> None:
    reply = _last("My doctor changed the tablets. Should I take them in the evening instead?").reply
    assert "doctor" in reply or "pharmacist" in reply


@pytest.mark.parametrize(("text", "part"), [
    ("u there?", "here"), ("do u have parents", "program"), ("You must hear this all day long.", "program"),
])
def test_questions_about_the_program_get_what_was_asked(text: str, part: str) -> None:
    assert part in _last("my cat stays with mum", text).reply


def test_a_contracted_is_joins_no_two_people() -> None:
    assert turned("my sponsor's on holiday and i don't want to ring") == "your sponsor's on holiday and you don't want to ring"


def test_what_they_want_it_for_is_not_said_back_as_a_fact():
    told = "I only want the licence so I can take mum to the sea on a Sunday without asking anyone."
    assert all("take mum" not in clause.turned for clause in clauses_of(told))
    assert "furious" not in hold((told,))[-1].reply.lower() and "take mum" not in hold((told,))[-1].reply


def test_who_knew_what_to_do_asks_for_no_advice():
    assert read_moment(Moment("it was the roundabout. i knew what to do and my foot just didnt")).act == "disclose"
    assert read_moment(Moment("it was the roundabout. please tell me what to do")).act == "ask_advice"


def test_whether_to_give_up_is_answered_by_no_line_of_another_matter():
    for seed in range(3):
        reply = hold(("I only want the licence so I can take mum to the sea.", "do you think i should give up?"), seed,
                     skills=read_sources().skills)[-1]
        assert all(move.skill is None for move in reply.plan.moves), reply.reply
