"""The protocol's order and endings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_tui.domain.sage import EXACT, FIXED, Band, band_of, change_of
from esc_tui.simulate.machine import EpisodeMachine, OrderError, Step


def played(protocol, changes, texts=None, flags=None):
    machine = EpisodeMachine(protocol, protocol.start)
    for place in range(protocol.turns + 1):
        if machine.over:
            break
        machine.spoke(texts[place] if texts else "words", flags[place] if flags else False)
        if machine.over:
            break
        machine.replied(care=False)
        if not machine.over:
            machine.appraised(changes[place])
    return machine


def test_six_replies_of_plus_ten_are_the_fastest_success_and_the_seeker_thanks_in_the_seventh_line():
    machine = played(FIXED, [10] * 10)
    assert (machine.outcome, machine.emotion, machine.turn) == ("success", 100, 7)


def test_four_replies_of_minus_ten_are_the_fastest_failure():
    machine = played(EXACT, [-10] * 10)
    assert (machine.outcome, machine.emotion, machine.turn) == ("failure", 0, 5)


def test_in_the_exact_protocol_the_tenth_reply_is_not_judged_and_in_the_fixed_one_it_is():
    assert played(EXACT, [0] * 9 + [10]).emotion == 40
    assert played(FIXED, [0] * 9 + [10]).emotion == 50
    assert played(EXACT, [0] * 10).outcome == played(FIXED, [0] * 10).outcome == "turns"


def test_the_exact_protocol_has_no_floor_and_the_fixed_one_ends_at_nought():
    assert EXACT.after(5, -10) == -5 and FIXED.after(5, -10) == 0


def test_a_goodbye_anywhere_ends_an_exact_talk_and_only_the_flag_a_fixed_one():
    said = ["words", "he said 再见 to me on the phone"]
    assert played(EXACT, [0] * 10, said + ["words"] * 9).outcome == "goodbye"
    assert played(FIXED, [0] * 10, said + ["words"] * 9).outcome == "turns"
    assert played(FIXED, [0] * 10, flags=[False, False, True] + [False] * 8).turn == 3


@given(st.lists(st.integers(-40, 40), min_size=10, max_size=10))
def test_emotion_stays_within_its_bounds_and_every_talk_ends(changes):
    machine = played(FIXED, changes)
    assert machine.over and 0 <= machine.emotion <= 100 and 1 <= machine.turn <= 10
    assert (machine.outcome == "success") == (machine.emotion == 100)
    assert (machine.outcome == "failure") == (machine.emotion < 10)


def test_what_comes_out_of_turn_is_refused():
    machine = EpisodeMachine(FIXED, 40)
    for wrong in (lambda: machine.replied(care=False), lambda: machine.appraised(5)):
        with pytest.raises(OrderError):
            wrong()
    machine.spoke("words", False)
    with pytest.raises(OrderError):
        machine.spoke("again", False)
    assert machine.step is Step.REPLY


def test_care_ends_the_talk_as_a_crisis():
    machine = EpisodeMachine(FIXED, 40)
    machine.spoke("words", False)
    machine.replied(care=True)
    assert machine.outcome == "crisis" and machine.over


@pytest.mark.parametrize(("emotion", "band"), [(100, Band.S), (99, Band.A), (70, Band.A), (69, Band.B), (40, Band.B), (39, Band.C),
                                               (10, Band.C), (9, Band.F), (-5, Band.F)])
def test_the_bands_have_the_published_borders(emotion, band):
    assert band_of(emotion) is band


@pytest.mark.parametrize(("text", "change"), [("Change: +5", 5), ("Change: -3\nChange: the mood rises by 10 points", 10),
                                              ("no marker 7", None), ("Change: nothing", None), ("Change:\n-10.", -10)])
def test_a_change_is_the_first_integer_behind_the_last_marker(text, change):
    assert change_of(text) == change
