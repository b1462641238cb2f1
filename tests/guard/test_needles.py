"""Needles: words that a match of a pattern must hold, so that most patterns need not be tried. They may never hide a match."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esc_tui.domain.needles import Screen, needle_key
from esc_tui.guard.normal import plain
from esc_tui.guard.rules import screened_patterns
from scripts.needles import FILES, engine_patterns, needles_of
from tests.guard.test_files import rows

PATTERNS = (*screened_patterns(), *engine_patterns())
KEPT = {key: words for path in FILES for key, words in json.loads(path.read_text(encoding="utf-8")).items()}


@pytest.mark.parametrize(("pattern", "needles"), [
    (r"\b(?:died|dead) of laughter\b", ("dead of laughter", "died of laughter")),
    (r"\b(?:dying|died) of \w+", ("died of ", "dying of ")),
    (r"(?:so )?tired\b", ("tired",)),
    (r"my (?:\w+ ){0,3}funeral", ("funeral",)),
    (r"(?:very |\w+ )?odd(?: \w+)?", ("odd",)),
    (r"(?:odd)?\w*", ()),
    (r"[a-z]{3}", ()),
    (r"(?i:odd)", ()),
])
def test_needles_are_words_of_which_every_match_holds_one(pattern: str, needles: tuple[str, ...]) -> None:
    assert needles_of(pattern) == needles


def test_every_kept_set_belongs_to_a_present_pattern_and_most_patterns_have_one() -> None:
    known = {needle_key(pattern) for pattern in PATTERNS}
    assert KEPT.keys() <= known, "run python -m scripts.needles"
    assert len(KEPT) > 0.9 * len(known), "run python -m scripts.needles"


def test_no_match_in_any_line_is_hidden() -> None:
    screen = Screen(KEPT.get(needle_key(pattern), ()) for pattern in PATTERNS)
    compiled = [re.compile(pattern) for pattern in PATTERNS]
    for row in rows()[::13]:
        text = plain(row["text"]).text
        possible = set(screen.possible(text))
        assert not [place for place, pattern in enumerate(compiled) if place not in possible and pattern.search(text)], text


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_a_pattern_matches_holds_one_of_its_needles(data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from([one for one in PATTERNS if needle_key(one) in KEPT]))
    text = data.draw(st.from_regex(pattern))
    assert any(needle in text for needle in KEPT[needle_key(pattern)])


def test_a_pattern_without_needles_is_always_tried() -> None:
    screen = Screen([(), ("odd",), ("strange", "od"), ()])
    assert screen.possible("") == [0, 3]
    assert screen.possible("an oddity") == [0, 1, 2, 3]
    assert screen.possible("strangely") == [0, 2, 3]
