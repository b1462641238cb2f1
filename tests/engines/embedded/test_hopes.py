"""What somebody hopes for, read from what they let fall: remarks that were written apart from the lines it was learned from."""

from __future__ import annotations

import pytest

from esc_tui.domain.labels import Need, State
from esc_tui.engines.embedded.hopes import LEAST_BELIEF, hoped, signs_in
from esc_tui.engines.second.speaking import steering_sentences
from esc_tui.engines.seekers.words import data

REMARKS = {
    "first": [(need, text) for need, rows in data("missed").items() for lines in rows.values() for text in lines],
    "second": [(need, text) for need, lines in steering_sentences().items() for text in lines],
}


def _best(text: str) -> str:
    signs = signs_in(text)
    return max(signs, key=lambda need: signs[need], default="")


@pytest.mark.parametrize("simulator", ["first", "second"])
def test_what_seekers_let_fall_tells_their_hope_three_times_as_often_as_chance(simulator: str) -> None:
    rows = REMARKS[simulator]
    assert {need for need, _ in rows} == {need.value for need in Need}
    assert sum(_best(text) == need for need, text in rows) / len(rows) > 3 * 0.125


def test_signs_add_up_and_a_belief_is_a_probability() -> None:
    once = hoped(["Everyone says it could be worse."], "disclose", State.SAD)
    often = hoped(["Everyone says it could be worse.", "They tell me to look on the bright side.", "Nobody lets me be sad about it."],
                  "disclose", State.SAD)
    assert often[0] is Need.BE_EMPATHISED_WITH
    assert LEAST_BELIEF <= often[1] <= 1.0 and often[1] > once[1]


@pytest.mark.parametrize("text", ["It was on a Tuesday in March.", "", "🙂", "My sister lives in Leeds.", "x" * 5000])
def test_what_happened_shows_no_hope(text: str) -> None:
    assert hoped([text], "disclose", State.ANXIOUS) == (None, 0.0)


def test_a_plain_question_outweighs_what_was_let_fall_before() -> None:
    need, belief = hoped(["What should I do now? Do you have any advice?", "I wasn't finished."], "ask_advice", State.ANXIOUS)
    assert need is Need.GET_ADVICE_THAT_HELPS_NOW and belief > 0.5
