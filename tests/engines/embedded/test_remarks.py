"""Remarks put to the supporter: the ask for something practical, and the complaint that only their words come back."""

from __future__ import annotations

import re

import pytest

from esc_tui.engines.embedded.acts import act_of
from esc_tui.engines.embedded.assembling import ADVISING
from esc_tui.engines.embedded.remarks import asks_for_a_step, says_echoed
from esc_tui.engines.embedded.words import load_data
from esc_tui.engines.roles import Line, Moment
from esc_tui.starter.sources import read_sources
from tests.engines.embedded.talks import hold

ALL = tuple(read_sources().skills)
BEFORE = ("I run a ferry at night.", "My hands shake at the ropes and I hide it from the crew.")
HISTORY = (Line("seeker", BEFORE[1], 1), Line("supporter", "How is that for you?", 1))
STEPS = ["Fine words. And tomorrow morning, then what?", "And tonight, then what?", "So what do I do with that on Monday?", "OK, and now?",
         "Where does one even start?", "What use is that to me at the ropes?", "And on Friday, when the whole crew looks, what then?"]
ECHOES = ["you just repeat what I say", "You say back my words. Nobody asks what it is to hide a hand.", "you're only parroting me",
          "You keep giving me my own words back.", "It's like talking to an echo.", "All you do is repeat my sentences"]


@pytest.mark.parametrize("text", STEPS)
def test_who_asks_then_what_is_given_something_practical(text: str) -> None:
    assert act_of(Moment(text, HISTORY, 2), 2.0) == "ask_advice"
    assert any(move.action in ADVISING for move in hold((*BEFORE, text), skills=ALL)[-1].plan.moves)


@pytest.mark.parametrize("text", ["She said then what?", "And if she dies, then what?", "I asked him where to put it and then left.",
                                  "Now what he did was worse."])
def test_what_is_told_or_feared_is_no_such_ask(text: str) -> None:
    assert not asks_for_a_step(text)


@pytest.mark.parametrize("text", ECHOES)
def test_who_hears_only_an_echo_is_told_so_and_hears_none(text: str) -> None:
    owned = load_data("general")["complaint_echo"]
    for seed in range(3):
        turn = hold((*BEFORE, text), seed, skills=ALL)[-1]
        assert turn.reading.act == "complain_about_reply"
        assert any(line in turn.reply for line in owned), turn.reply
        assert re.search(r"\bropes\b|\bhide\b|\bhand\b", turn.reply) is None and not turn.plan.skills


@pytest.mark.parametrize("text", ["He says my words back to me.", "That's what I said to him.", "You can repeat everything.",
                                  "I repeat everything twice."])
def test_an_echo_elsewhere_is_no_complaint(text: str) -> None:
    assert not says_echoed(text)


@pytest.mark.parametrize("text", [
    "Some people are a closed book. Oh well, what can you do.", "What can you do, that's life.", "It is what it is, what can you do?"])
def test_a_shrug_asks_nothing_of_the_program(text: str) -> None:
    assert act_of(Moment(text, HISTORY, 2), 2.0) != "ask_program"


@pytest.mark.parametrize("text", ["What can you do?", "Oh well, what can you do for me?", "So what can you do"])
def test_who_asks_what_the_program_can_do_is_told(text: str) -> None:
    assert act_of(Moment(text, HISTORY, 2), 2.0) == "ask_program"
