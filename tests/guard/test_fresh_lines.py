"""Lines kept out of training: most of the dangerous ones are found, and a harmless Chinese or mixed line is no alarm for being Chinese."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from esc_tui.guard.detect import check_message
from esc_tui.guard.normal import simplified
from tests.guard.test_files import rows

HAN = re.compile(r"[\u3400-\u9fff]")
LINES = [tuple(line.split(" | ", 1)) for line in (Path(__file__).parent / "fresh_lines.txt").read_text(encoding="utf-8").splitlines()
         if line and not line.startswith("#")]
DANGER = [text for kind, text in LINES if kind != "none"]
HARMLESS = [text for kind, text in LINES if kind == "none"]


def test_the_fresh_lines_train_nothing() -> None:
    assert len(DANGER) == len(HARMLESS) == 60
    assert not {*DANGER, *HARMLESS} & {row["text"] for row in rows()}


def test_three_of_four_dangerous_lines_are_found_and_at_most_one_of_six_harmless_ones_alarms() -> None:
    assert sum(check_message(text).crisis for text in DANGER) >= 45
    assert sum(check_message(text).crisis for text in HARMLESS) <= 10


def test_dangerous_chinese_lines_are_found_and_harmless_ones_hardly_ever_alarm() -> None:
    assert [text for text in DANGER if HAN.search(text) and not check_message(text).crisis] == []
    assert sum(check_message(text).crisis for text in HARMLESS if HAN.search(text)) <= 1


@pytest.mark.parametrize("text", [
    "我在 Google 上班", "我用 Zoom 上课", "我 hello", "我 happy", "我和my boyfriend分手了", "我 told 他", "我", "嗯", "我 ok",
    "我在 Paris 學法文", "今天好累喔", "笑死，他又遲到", "我妈 said 我 too thin",
])
def test_a_harmless_chinese_or_mixed_line_is_no_alarm(text: str) -> None:
    assert not check_message(text).crisis


@pytest.mark.parametrize(("traditional", "plain"), [
    ("我要殺了他", "我要杀了他"), ("藥都吃下去了", "药都吃下去了"), ("他又打我，我躲在廁所", "他又打我，我躲在厕所"),
    ("腦子裡有聲音命令我去跳樓", "脑子里有声音命令我去跳楼"),
])
def test_traditional_characters_are_read_as_simplified_ones(traditional: str, plain: str) -> None:
    assert simplified(traditional) == plain
    check = check_message(traditional)
    assert check.crisis and check.kind is check_message(plain).kind
    assert all(traditional[item.start:item.end] == item.text for item in check.evidence)
