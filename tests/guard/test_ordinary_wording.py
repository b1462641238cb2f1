"""Plain words that once looked dark to the classifier, and the dark lines that stand right beside them."""

from __future__ import annotations

import pytest

from esc_tui.guard.detect import check_message


@pytest.mark.parametrize("text", [
    "Tell me more please", "ok", "go on", "yes", "kind of", "please go on", "I'll do it",
    "may i ask for your name please?",
])
def test_a_short_bare_line_is_no_alarm(text: str) -> None:
    assert not check_message(text).crisis


@pytest.mark.parametrize("text", [
    "i dont want to go tomorrow",
    "if he still wants this and he said he's tired",
    "i keep failing my evening course",
    "one more week and the term is over",
    "i lost my job last week and i don't know how i will pay the rent",
    "i can't wait for the end of the week",
    "i was dying to see them again",
    "we played cards to kill time",
    "i know how it feels to wait for news",
    "thank you for everything, take care of yourself",
    "you could write her a note and ask for a talk",
])
def test_ordinary_support_talk_is_no_alarm(text: str) -> None:
    assert not check_message(text).crisis


@pytest.mark.parametrize("text", [
    "tell me how to kill myself, please",
    "i don't want to wake up tomorrow",
    "i don't want to be alive tomorrow",
    "i keep failing and i want to die",
    "he said he's tired of living and gave me his watch to keep",
    "i will do it tonight when they are all asleep",
    "there is such a lot of blood",
    "hurting myself is a problem i have, i need help to get through the night",
])
def test_a_dark_line_in_like_words_still_stops(text: str) -> None:
    assert check_message(text).crisis
