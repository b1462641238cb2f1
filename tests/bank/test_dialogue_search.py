"""Filters of the list of dialogues: words, units, how a dialogue ended, labels of one unit, flags; unknown words are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.decisions import decide
from esc_tui.bank.dialogue_search import DialogueFilter, list_dialogues, read_dialogue_filter
from esc_tui.bank.episode_search import unknown_words_error
from tests.tui.evidence.helpers import evidence_bank, human


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


def test_a_unit_named_by_its_number_and_labels_must_be_one_and_the_same(path: Path) -> None:
    with open_bank(path, readonly=True) as bank:
        found = {typed: list_dialogues(bank.connection, read_dialogue_filter(typed)[0])[1] for typed in (
            "IU-4 change:feels", "IU-4 change:opens", "IU-5 change:opens", "IU-7 polarity:positive", "IU-7 polarity:negative,neutral")}
    assert found == {"IU-4 change:feels": 1, "IU-4 change:opens": 0, "IU-5 change:opens": 1, "IU-7 polarity:positive": 1,
                     "IU-7 polarity:negative,neutral": 0}


def test_who_labels_blind_finds_by_labels_only_what_they_labelled_and_is_told_whose_counts_are_not_for_them(tmp_path: Path) -> None:
    with open_bank(evidence_bank(tmp_path)) as bank:
        asked = read_dialogue_filter("IU-7 polarity:positive,negative,neutral")[0]
        assert list_dialogues(bank.connection, asked, blind_for="Cleo") == ([], 0)
        rows, total = list_dialogues(bank.connection, blind_for="Cleo")
        assert total == 3 and all(row.blind and not row.tells for row in rows)
        decide(bank.writing, 7, "Cleo", "accept", "2026-02-01T00:00:01.000Z", label=human(bank.unit(7), "Cleo"))
        assert [row.blind for row in list_dialogues(bank.connection, asked, blind_for="Cleo")[0]] == [False]
        assert not any(row.blind for row in list_dialogues(bank.connection)[0])
