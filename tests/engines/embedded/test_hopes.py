"""What somebody hopes for, read from what they let fall: remarks of simulated seekers, which were written apart from the training lines."""

from __future__ import annotations

import difflib
import time

import pytest

from esc_tui.domain.labels import Need, State
from esc_tui.engines.embedded.hopes import LEAST_BELIEF, MOST, beliefs, hoped, signs_in
from esc_tui.engines.embedded.learning import TRAINING, needs_of
from esc_tui.engines.second.speaking import steering_sentences
from esc_tui.engines.seekers.words import data

REMARKS = {
    "first": [(need, text) for need, rows in data("missed").items() for lines in rows.values() for text in lines],
    "second": [(need, text) for need, lines in steering_sentences().items() for text in lines],
}
MERRY = ["Everyone says it could be worse.", "They tell me to look on the bright side.", "Nobody lets me be sad about it."]
STORY = ("It was on a Tuesday in March. We took the early bus to Leeds, my sister and I. She had packed sandwiches. The office is on the "
         "second floor. They opened at nine and there were four people before us. We were home again by half past two.")


def _best(text: str) -> Need | None:
    signs = signs_in(text)
    return max(signs, key=lambda need: signs[need]) if signs else None


@pytest.mark.parametrize("simulator", ["first", "second"])
def test_what_seekers_let_fall_tells_their_hope_far_more_often_than_chance(simulator: str) -> None:
    rows = REMARKS[simulator]
    assert {need for need, _ in rows} == {need.value for need in Need}
    assert sum(_best(text) == need for need, text in rows) / len(rows) > 2.4 * 0.125


def test_no_training_line_is_nearly_a_remark_of_a_simulated_seeker() -> None:
    remarks = [text.lower() for rows in REMARKS.values() for _, text in rows]
    words = {text: set(text.split()) for text in remarks}
    near = [(line, text) for line, _ in needs_of(TRAINING / "needs.txt") for text in remarks
            if len(words[text] & set(line.lower().split())) >= 0.6 * len(words[text])
            and difflib.SequenceMatcher(None, line.lower(), text).ratio() > 0.75]
    assert near == []


def test_beliefs_are_parts_of_one_and_grow_with_signs_of_one_kind() -> None:
    grown = []
    for count in range(len(MERRY) + 1):
        found = beliefs(MERRY[:count], "disclose", State.ANXIOUS)
        assert set(found) == set(Need) and sum(found.values()) == pytest.approx(1.0)
        grown.append(found[Need.BE_EMPATHISED_WITH])
    assert grown == sorted(grown) and grown[0] == pytest.approx(0.125) and grown[-1] > grown[1] > 0.15
    assert hoped(MERRY, "disclose", State.SAD)[0] is Need.BE_EMPATHISED_WITH


def test_a_matter_of_fact_story_shows_no_hope_however_long_it_is() -> None:
    for text in (STORY, STORY * 5, "My sister lives in Leeds.", "", "🙂"):
        assert max((abs(odds) for odds in signs_in(text).values()), default=0.0) < 0.6
        assert hoped([text], "disclose", State.ANXIOUS) == (None, 0.0)


def test_one_message_moves_a_hope_only_so_far_and_a_paste_is_read_quickly() -> None:
    paste = " ".join(line for line, _ in needs_of(TRAINING / "needs.txt"))
    began = time.process_time()
    assert all(abs(odds) <= MOST for odds in signs_in(paste).values())
    assert time.process_time() - began < 0.5


def test_a_plain_question_outweighs_what_was_let_fall_before() -> None:
    told = ["Nobody ever lets me get to the end of it.", "There's more to it, I haven't told it in one go."]
    assert hoped(told, "disclose", State.ANXIOUS)[0] is Need.BE_LISTENED_TO
    need, belief = hoped(["What should I do now? Do you have any ideas?", *told], "ask_advice", State.ANXIOUS)
    assert need is Need.GET_ADVICE_THAT_HELPS_NOW and belief > LEAST_BELIEF


@pytest.mark.parametrize("text", ["I don't need any tips, no suggestions please.", "It's not my fault."])
def test_what_is_denied_is_no_sign(text: str) -> None:
    signs = signs_in(text)
    assert signs.get(Need.GET_ADVICE_THAT_HELPS_NOW, 0.0) < 0.8 and signs.get(Need.BE_TOLD_NOT_AT_FAULT, 0.0) < 0.8
