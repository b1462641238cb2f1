"""Sentences that name a feeling or a thing are said only when it was shown."""

from __future__ import annotations

import pytest

from esc_tui.engines.embedded.learned import leanings
from esc_tui.engines.embedded.presuming import presumes
from esc_tui.engines.embedded.reader import read_moment, shown_in
from esc_tui.engines.roles import Line, Moment
from esc_tui.starter.sources import read_sources
from tests.engines.embedded.talks import hold

ALL = tuple(read_sources().skills)
NOTHING: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    "sentence",
    ["That's a lonely place to be.", "You're angry, and I can see where it comes from.", "What do you miss in the smallest way?"],
)
def test_a_feeling_not_shown_is_not_named(sentence: str) -> None:
    assert presumes(sentence, NOTHING, "we painted the kitchen")


def test_a_feeling_shown_may_be_named() -> None:
    assert not presumes("That's a lonely place to be.", shown_in("i feel so lonely here"), "i feel so lonely here")


def test_the_night_is_spoken_of_only_when_it_was() -> None:
    sentence = "What goes through your head when you lie there?"
    assert presumes(sentence, NOTHING, "my boss shouted at me")
    assert not presumes(sentence, NOTHING, "i was awake all night")


def test_a_plain_question_presumes_nothing() -> None:
    assert not presumes("What was that like for you?", NOTHING, "")


def test_words_outside_the_lists_still_lean_towards_a_state() -> None:
    chances = leanings("states", "my stomach turns every time the phone rings")
    assert sum(chances.values()) == pytest.approx(1)
    assert not leanings("states", "qwrtz")


def test_a_side_remark_does_not_take_over_what_the_talk_is_about() -> None:
    lines = ("they found something on the scan", "i have to wait until the 14th for the results", "i haven't told my kids")
    history = tuple(Line("seeker", text, number) for number, text in enumerate(lines, 1))
    reading = read_moment(Moment(text="how do people wait like this?", history=history, turn=4))
    assert reading.scenario.value == "health-worries"


def test_tears_of_joy_are_not_read_as_sadness() -> None:
    assert read_moment(Moment(text="I cried in the shower but good crying")).state.value == "relieved"


@pytest.mark.parametrize("text", [
    "I wash the hand and start again. Forty times a day, before each man.", "I wash once more, it feels better for a minute.",
    "I count to forty and I'm calm until the next one.", "I touch the lock twice, then it's easier, then it starts again."])
def test_relief_is_shown_in_words_and_lasts(text: str) -> None:
    assert "relieved" not in shown_in(text)
    for seed in range(3):
        assert all("room again" not in turn.reply and "glad to hear this" not in turn.reply
                   for turn in hold(("I feel better when the shop is closed.", text), seed, skills=ALL)[1:])


@pytest.mark.parametrize("text", ["so relieved, the results came back clear", "I'm happy, I got the job and I start again on Monday"])
def test_relief_in_words_is_still_heard(text: str) -> None:
    assert "relieved" in shown_in(text)
