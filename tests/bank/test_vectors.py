"""Vectors of units in the bank: only what is missing, of length 1, gone with the unit, within a bound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from esc_tui.bank.bank import Bank
from esc_tui.bank.vectors import (
    dimensions,
    drop_vectors,
    holds_vectors,
    load_vectors,
    store_vectors,
    texts_to_embed,
    vector_models,
)
from esc_tui.domain.errors import UserError
from tests.support_bank import small_bank, three_units, two_dialogues


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    with small_bank(tmp_path) as opened:
        yield opened


def fill(bank: Bank, model: str = "m", size: int = 3) -> int:
    texts = texts_to_embed(bank.connection, model)
    return store_vectors(bank.writing, model, texts, [[float(one.unit), *[1.0] * (size - 1)] for one in texts])


def test_the_text_of_a_unit_is_the_seekers_line_before_it(bank: Bank) -> None:
    texts = {one.unit: one.text for one in texts_to_embed(bank.connection, "m")}
    expected = {bank.unit_row(unit.id).number: next(
        talk for talk in two_dialogues() if talk.id == unit.dialogue).turns[unit.state_turn].text for unit in three_units()}
    assert texts == expected and all(one.quotable for one in texts_to_embed(bank.connection, "m"))


def test_only_missing_vectors_are_asked_for_by_model(bank: Bank) -> None:
    assert not holds_vectors(bank.connection) and fill(bank) == 3
    assert texts_to_embed(bank.connection, "m") == [] and len(texts_to_embed(bank.connection, "other")) == 3
    assert fill(bank, "other", 4) == 3 and vector_models(bank.connection) == [("m", 3), ("other", 3)]
    assert dimensions(bank.connection, "other") == 4 and holds_vectors(bank.connection, "m")
    assert drop_vectors(bank.writing, "m") == 3 and not holds_vectors(bank.connection, "m")


def test_a_vector_of_another_text_is_made_anew(bank: Bank) -> None:
    fill(bank)
    bank.writing.run("UPDATE vectors SET text_hash = 'old' WHERE unit = 1")
    assert [one.unit for one in texts_to_embed(bank.connection, "m")] == [1]


def test_vectors_come_back_at_length_one_newest_first(bank: Bank) -> None:
    fill(bank)
    numbers, matrix = load_vectors(bank.connection, "m")
    assert numbers.tolist() == [3, 2, 1] and matrix.dtype == np.float32
    assert np.allclose(np.linalg.norm(matrix, axis=1), 1) and np.allclose(matrix[0], np.array([3, 1, 1]) / 11**0.5)


def test_no_more_than_the_bound_is_held_in_memory(bank: Bank) -> None:
    fill(bank)
    numbers, matrix = load_vectors(bank.connection, "m", most_bytes=2 * 3 * 4)
    assert numbers.tolist() == [3, 2] and matrix.nbytes == 24


def test_a_model_that_gives_another_length_is_told_and_nothing_is_kept(bank: Bank) -> None:
    fill(bank)
    bank.writing.run("DELETE FROM vectors WHERE unit = 2")
    with pytest.raises(UserError, match="have 5 numbers now, those in the bank 3.*--again"):
        fill(bank, "m", 5)
    assert vector_models(bank.connection) == [("m", 2)]


def test_a_damaged_vector_is_passed_over(bank: Bank) -> None:
    fill(bank)
    bank.writing.run("UPDATE vectors SET data = x'00' WHERE unit = 2")
    assert load_vectors(bank.connection, "m")[0].tolist() == [3, 1]


def test_vectors_go_with_their_unit_and_with_a_forgotten_talk(bank: Bank) -> None:
    fill(bank)
    bank.writing.run("DELETE FROM units WHERE number = 3")
    assert load_vectors(bank.connection, "m")[0].tolist() == [2, 1]
    bank.writing.run("DELETE FROM dialogues")
    assert not holds_vectors(bank.connection)


def test_words_of_a_live_talk_are_not_quotable(bank: Bank) -> None:
    talk = two_dialogues()[0].model_copy(update={"id": "live"})
    bank.add_dialogues([talk], "talk-9")
    bank.add_units([three_units()[0].model_copy(update={"id": "iu-live", "dialogue": "live"})])
    assert [one.quotable for one in texts_to_embed(bank.connection, "m")][-1] is False
