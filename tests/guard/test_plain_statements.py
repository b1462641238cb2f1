"""Plain statements of a crisis are found, whatever their person, tense or spelling; the ordinary lines beside them are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_tui.guard.detect import check_message
from esc_tui.guard.rules import read

HERE = Path(__file__).parent
MOST_NEAR_MISSES = 5


def _lines(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


PLAIN = [tuple(line.split(" | ", 1)) for line in _lines("plain_statements.txt")]


def test_the_lists_are_long_and_every_line_is_said_once() -> None:
    texts = [text for _, text in PLAIN]
    near = _lines("near_misses.txt")
    assert len(texts) >= 150 and len(near) >= 150
    assert len({*texts, *near}) == len(texts) + len(near)


@pytest.mark.parametrize(("kind", "text"), PLAIN, ids=[text for _, text in PLAIN])
def test_a_plain_statement_is_found(kind: str, text: str) -> None:
    assert check_message(text).crisis


def test_plain_statements_are_found_by_rules_which_no_training_can_take_away() -> None:
    assert [text for _, text in PLAIN if not read(text).deciding] == []


def test_plain_statements_are_named_rightly() -> None:
    wrong = [text for kind, text in PLAIN if check_message(text).kind.value != kind]
    assert len(wrong) <= MOST_NEAR_MISSES, wrong


def test_hardly_a_near_miss_is_called_a_crisis() -> None:
    flagged = [text for text in _lines("near_misses.txt") if check_message(text).crisis]
    assert len(flagged) <= MOST_NEAR_MISSES, flagged
