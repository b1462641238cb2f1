"""Runs of words by which copies are found, and clinical words."""

from __future__ import annotations

import pytest

from esc_tui.domain.clinical import clinical_word
from esc_tui.domain.copying import text_runs, word_runs


def test_runs_are_counted_case_and_marks_aside_and_a_slot_breaks_them() -> None:
    assert text_runs("One two, THREE four five six seven eight nine!") == {
        ("one", "two", "three", "four", "five", "six", "seven", "eight"),
        ("two", "three", "four", "five", "six", "seven", "eight", "nine")}
    assert text_runs("one two three four {topic} five six seven eight nine") == set()
    assert text_runs("one two three four {Any thing} five six seven eight nine") == set()
    assert text_runs("one two three four five six seven") == set()


def test_word_runs_come_in_order_and_short_texts_have_none() -> None:
    assert list(word_runs("abcd", 3)) == [("a", "b", "c"), ("b", "c", "d")] and list(word_runs("ab", 3)) == []


@pytest.mark.parametrize("text", [
    "Their Symptoms ease", "a proven way", "take the medicine", "the right dose", "trauma-informed", "this heals"])
def test_clinical_words_are_found_in_any_case(text: str) -> None:
    assert clinical_word(text) and clinical_word(text) in text


def test_everyday_words_are_not_clinical() -> None:
    assert clinical_word("Impatience, curiosity, health and dozing") == ""
