"""When a long job says how much time is left: not before it can know."""

from __future__ import annotations

import pytest

from esc_tui.cli.narration import Narrator, seconds_left


@pytest.mark.parametrize(("here", "passed", "told"), [
    (1, 61.0, None),  # one step of many in a minute says little: the first steps are unlike the others
    (9, 300.0, None), (10, 59.0, None), (10, 100.0, 3490), (35, 40.0, 360), (0, 500.0, None)])
def test_what_is_left_is_told_from_a_tenth_or_from_ten_steps_and_a_minute_on(here, passed, told):
    assert seconds_left(here, here, 350 if told != 3490 else 359, passed) == told


def test_steps_of_an_earlier_session_do_not_count_as_pace():
    assert seconds_left(10, 310, 400, 20.0) == 180
    assert seconds_left(5, 305, 400, 20.0) is None


def test_an_object_that_says_nothing_new_is_written_once(capsys):
    narrator = Narrator("simulate", "json")
    for _ in range(3):
        narrator.progress(6, 6)
    assert len(capsys.readouterr().out.splitlines()) == 1
