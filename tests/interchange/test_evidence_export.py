"""Units, labels and decisions as files: columns, whose label holds, blind ones, and no words that may not be passed on."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.decisions import BLIND, decide, undo_decision
from esc_tui.cli.main import main
from esc_tui.domain.labels import State
from tests.support_bank import empty_bank
from tests.tui.evidence.helpers import evidence_bank, human, machine

NOW = "2026-02-01T00:00:00.000Z"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = evidence_bank(tmp_path)
    with open_bank(made) as bank:
        decide(bank.writing, 4, "Ben", "correct", NOW, label=human(machine(0), "Ben", state=State.ANGRY), note=BLIND)
        decide(bank.writing, 5, "Ben", "flag", NOW, note="=whose boss?")
        decide(bank.writing, 6, "Ben", "pass", NOW)
        undo_decision(bank.writing, "Ben", NOW)
        bank.writing.run("UPDATE dialogues SET licence = 'CC BY-NC 4.0' WHERE id = 'night-01'")
    return made


def exported(capsys: pytest.CaptureFixture[str], path: Path, *line: str) -> list[dict[str, Any]]:
    assert main(["export", *line, "--bank", str(path)]) == 0
    return [json.loads(row) for row in capsys.readouterr().out.splitlines()]


def test_units_stand_with_the_label_in_force_and_labels_with_everybodys(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    units = {row["unit"]: row for row in exported(capsys, path, "units")}
    assert (units["IU-4"]["labeller"], units["IU-4"]["state"], units["IU-4"]["blind"]) == ("Ben", "angry", True)
    assert units["IU-7"]["actions"] == ["validation", "planning-a-concrete-step"] and units["IU-7"]["action_lines"] == [4, 5]
    labels = [row for row in exported(capsys, path, "labels") if row["unit"] == "IU-4"]
    assert [(row["labeller"], row["labeller_kind"], row["in_force"]) for row in labels] == [
        ("embedded-1", "machine", False), ("Ben", "human", True)]
    assert labels[0]["polarity"] == "positive" and labels[0]["state_words"]


def test_words_whose_licence_forbids_it_are_left_out_and_counted(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "units", "--bank", str(path)]) == 0
    said = capsys.readouterr()
    [night] = [row for row in map(json.loads, said.out.splitlines()) if row["unit"] == "IU-7"]
    assert night["action_words"] == night["outcome_words"] == night["note"] == "" and night["change"] == "accepts-a-suggestion"
    assert "knocked" not in said.out and "Left out: the words of 1, whose licence does not let them be passed on." in said.err


def test_decisions_say_which_hold_and_which_were_blind(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = exported(capsys, path, "decisions")
    assert [(row["unit"], row["kind"], row["holds"], row["blind"], row["state"], row["note"]) for row in rows] == [
        ("IU-4", "correct", True, True, "angry", ""), ("IU-5", "flag", True, False, None, "=whose boss?"),
        ("IU-6", "pass", False, False, None, "")]


def test_a_name_that_ends_in_csv_makes_a_table_without_formulas(path: Path, tmp_path: Path) -> None:
    place = tmp_path / "decisions.csv"
    assert main(["export", "decisions", "--bank", str(path), "--out", str(place)]) == 0
    rows = list(csv.DictReader(io.StringIO(place.read_text())))
    assert rows[1]["note"] == "'=whose boss?" and rows[0]["holds"] == "yes" and rows[2]["holds"] == "no"


def test_without_any_no_file_is_made_and_formats_of_the_other_kind_are_refused(
        path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "units.csv"
    empty_bank(tmp_path).close()
    assert main(["export", "units", "--bank", str(tmp_path / "empty.db"), "--out", str(place)]) == 1
    assert "there are no units to export" in capsys.readouterr().err and not place.exists()
    assert main(["export", "units", "--bank", str(path), "--format", "sage"]) == 2
    assert main(["export", "1", "--bank", str(path), "--format", "csv"]) == 2
