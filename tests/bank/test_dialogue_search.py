"""Filters of the list of dialogues: words, units, how a dialogue ended, labels of one unit, flags; unknown words are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.decisions import decide
from esc_tui.bank.dialogue_search import DialogueFilter, list_dialogues, read_dialogue_filter
from esc_tui.bank.episode_search import unknown_words_error
from tests.tui.evidence.helpers import evidence_bank


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = evidence_bank(tmp_path_factory.mktemp("dialogues"))
    with open_bank(made) as bank:
        decide(bank.writing, 7, "Ben", "flag", "2026-02-01T00:00:00.000Z", note="whose sister?")
    return made


@pytest.mark.parametrize(("typed", "found"), [
    ("IU-7", ["night-01"]), ("iu-999", []), ("trams", ["night-01"]), ("awake", ["night-01"]),
    ("outcome:helped", ["night-01", "work-01"]), ("outcome:did-not-help", ["loss-01"]), ("outcome:not", []),
    ("outcome:not-known,did", ["loss-01"]),
    ("state:hopeless", ["night-01"]), ("state:hopeless scenario:sleep action:validation", ["night-01"]),
    ("state:hopeless action:reassurance", []), ("polarity:negative", ["loss-01"]), ("change:accepts", ["night-01"]),
    ("flagged:yes", ["night-01"]), ("flagged:no", ["loss-01", "work-01"]), ("state:", ["loss-01", "night-01", "work-01"]),
    ('"outcome:helped"', []), ("https://example.org", []), ("12:30", [])])
def test_a_filter_finds(path: Path, typed: str, found: list[str]) -> None:
    wanted, unknown = read_dialogue_filter(typed)
    with open_bank(path, readonly=True) as bank:
        rows, total = list_dialogues(bank.connection, wanted)
    assert not unknown and [row.id for row in rows] == found and total == len(found)


def test_unknown_facets_and_values_are_named_and_the_rest_holds() -> None:
    wanted, unknown = read_dialogue_filter("boss outcom:helped state:lonley,sad")
    assert wanted == DialogueFilter(words=("boss",), labels=(("state", ("sad",)),))
    said = str(unknown_words_error(unknown))
    assert "there is no facet 'outcom:', only outcome:" in said and "state: has no 'lonley', only lonely" in said


def test_what_was_typed_is_only_ever_a_value(path: Path) -> None:
    with open_bank(path, readonly=True) as bank:
        for typed in ("' OR 1=1 --", "state:'", "%", "_", "\\"):
            assert list_dialogues(bank.connection, read_dialogue_filter(typed)[0])[1] in {0, 3}
