"""Danger told without a key word is found by the rules of ``rules/signs.txt``; harmless lines in much the same words are left alone."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from esc_tui.guard.rules import read

LINES = [line.split(" | ", 1) for line in (Path(__file__).parent / "sign_lines.txt").read_text(encoding="utf-8").splitlines()
         if not line.startswith("#")]


def test_signs_of_danger_are_found_and_rightly_named_by_rules() -> None:
    danger = [(kind, text) for kind, text in LINES if kind != "none"]
    assert len(danger) >= 90
    assert [text for kind, text in danger if kind not in {hit.rule.kind.value for hit in read(text).deciding}] == []


def test_harmless_lines_in_the_same_words_are_not_stopped_by_a_rule() -> None:
    harmless = [text for kind, text in LINES if kind == "none"]
    assert len(harmless) >= 90
    assert [text for text in harmless if read(text).deciding] == []


def test_no_sign_looks_at_the_rest_of_a_long_message_from_every_word_of_it() -> None:
    rules = (files("esc_tui.guard") / "rules" / "signs.txt").read_text(encoding="utf-8")
    assert "(?!.*" not in rules
    assert "(?=.*" not in rules
