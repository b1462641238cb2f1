"""What makes a simulated talk doubtful."""

from __future__ import annotations

import pytest

from esc_tui.simulate.linting import EpisodeLint
from tests.simulate.helpers import profile


def flags(lint: EpisodeLint, text: str, turn: int = 3, goodbye: bool = False, sent_away: bool = False) -> list[str]:
    return [flag for flag, _ in lint.look(turn, text, goodbye=goodbye, sent_away=sent_away)]


@pytest.mark.parametrize(("text", "flag"), [
    ("", "empty_turn"), (" … ", "empty_turn"),
    ("Supporter: How does that sit with you?", "role_swap"),
    ("As an AI language model I have no feelings", "role_swap"),
    ("Thank you for sharing that with me", "role_swap"),
    ("I want that somebody tells her the archive would not stand, you know", "leaked_wish"),
])
def test_a_doubtful_line_is_named(text, flag):
    assert flag in flags(EpisodeLint(profile()), text)


def test_an_ordinary_line_is_clean():
    assert flags(EpisodeLint(profile()), "i put the boxes on the radiator and went home") == []


def test_a_line_said_twice_is_flagged_but_short_ones_may_come_again():
    lint = EpisodeLint(profile())
    assert flags(lint, "the boxes are still wet from the flood") == []
    assert flags(lint, "The boxes are still wet, from the flood!") == ["repeated_line"]
    assert flags(lint, "i dont know") == flags(lint, "I don't know") == []


def test_a_goodbye_is_early_in_the_first_two_turns_unless_the_emotion_sent_the_seeker_away():
    lint = EpisodeLint(profile())
    assert flags(lint, "bye then, i have to go", turn=2, goodbye=True) == ["early_goodbye"]
    assert flags(lint, "i am going, this is enough", turn=2, goodbye=True, sent_away=True) == []
    assert flags(lint, "well, i will be off to work", turn=6, goodbye=True) == []


def test_chinese_lines_are_looked_at_character_by_character():
    lint = EpisodeLint(profile(wish="希望有人认真听她说完这件事情"))
    assert flags(lint, "我就是希望有人认真听我说") == ["leaked_wish"]
