"""``esc-tui discover units`` and ``agreement``: progress, the account, tables for people, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from esc_tui.bank.bank import create_empty_bank, open_bank
from esc_tui.bank.extractions import dialogues_read
from esc_tui.cli.main import main
from esc_tui.domain.supporter_turn import unit_moments
from tests.support_dialogues import talk, written_talks

UNITS = sum(len(unit_moments(one)) for one in written_talks())
RUN = [sys.executable, "-c", "import sys; from esc_tui.cli.main import main; sys.exit(main())"]


@pytest.fixture
def bank(tmp_path: Path) -> str:
    with create_empty_bank(tmp_path / "talks.db") as made:
        made.add_dialogues(written_talks())
    return str(tmp_path / "talks.db")


def last_object(said: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


def test_json_ends_with_the_account(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", "units", "--bank", bank, "--display", "json"]) == 0
    objects = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["kind"] for one in objects[:-1]} <= {"progress"}
    account = objects[-1]
    assert account.items() >= {"kind": "result", "annotator": "embedded-1", "dialogues": 8, "units": UNITS, "skipped": 0,
                               "reasons": {}}.items()
    assert account["key"] == account["positive"] + account["negative"]
    assert account["positive"] + account["neutral"] + account["negative"] == UNITS
    assert account["seconds"] >= 0


def test_people_get_a_table_and_the_second_time_a_sentence(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["discover", "units", "--bank", bank])
    said = capsys.readouterr().out
    assert f"{UNITS} units in 8 dialogues, labelled by embedded-1" in said
    assert "▲ positive" in said and "▼ negative" in said
    assert main(["discover", "units", "--bank", bank]) == 0
    assert capsys.readouterr().out == "Nothing to do: embedded-1 has read all 8 dialogues.\n"


def test_an_empty_bank_says_where_dialogues_come_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create_empty_bank(tmp_path / "empty.db").close()
    assert main(["discover", "units", "--bank", str(tmp_path / "empty.db")]) == 0
    assert "esc-tui import FILE" in capsys.readouterr().out


def test_skipped_dialogues_are_told_with_their_reason(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    with open_bank(bank) as opened:
        opened.add_dialogues([talk("de", "S: Ich bin traurig.", "H: Warum?", "S: Darum.", language="de\x1b[31m")])
    assert main(["discover", "units", "--bank", bank]) == 0
    said = capsys.readouterr().out
    assert "1 dialogue skipped:" in said and "reads English" in said
    assert "\x1b" not in said


def test_nothing_but_skipped_dialogues_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with create_empty_bank(tmp_path / "de.db") as made:
        made.add_dialogues([talk("de", "S: Ich bin traurig.", "H: Warum?", "S: Darum.", language="de")])
    assert main(["discover", "units", "--bank", str(tmp_path / "de.db"), "--display", "json"]) == 1
    account = last_object(capsys.readouterr().out)
    assert account["skipped"] == 1 and sum(account["reasons"].values()) == 1
    assert account["places"][0]["dialogue"] == "de"


def test_an_endpoint_that_does_not_answer_ends_with_its_code_and_one_sentence(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", "units", "--bank", bank, "--endpoint", "http://127.0.0.1:9", "--model", "m"]) == 3
    said = capsys.readouterr()
    assert "127.0.0.1:9" in said.err and "Traceback" not in said.err
    with open_bank(bank) as left:
        assert left.unit_count() == 0


def test_again_and_limit(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["discover", "units", "--bank", bank, "--limit", "3", "--display", "json"])
    assert last_object(capsys.readouterr().out)["dialogues"] == 3
    main(["discover", "units", "--bank", bank, "--again", "--display", "json"])
    account = last_object(capsys.readouterr().out)
    assert (account["dialogues"], account["known_dialogues"]) == (8, 3)
    assert account["new_labels"] < account["units"]
    main(["discover", "units", "--bank", bank, "--again"])
    assert "0 labels are new" in capsys.readouterr().out


def test_after_a_break_the_sum_tells_the_whole_too(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["discover", "units", "--bank", bank, "--limit", "3"])
    assert "With what was read before" not in capsys.readouterr().out
    main(["discover", "units", "--bank", bank])
    assert f"With what was read before: {UNITS} units in 8 dialogues." in capsys.readouterr().out


def test_ctrl_c_says_how_to_go_on(bank: str) -> None:
    with open_bank(bank) as opened:
        opened.add_dialogues(one.model_copy(update={"id": f"{one.id}-{number}"}) for number in range(60) for one in written_talks())
    job = subprocess.Popen([*RUN, "discover", "units", "--bank", bank], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                           env={**os.environ})
    with open_bank(bank) as watching:
        while dialogues_read(watching.connection, "embedded-1") < 3 and job.poll() is None:
            os.sched_yield()
    job.send_signal(signal.SIGINT)
    _, said = job.communicate()
    assert job.returncode == 130
    assert "Run the same command again to go on." in said and "Traceback" not in said


def test_agreement_is_one_object_with_all_tables(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["discover", "units", "--bank", bank])
    capsys.readouterr()
    assert main(["discover", "agreement", "--bank", bank, "--display", "json"]) == 0
    report = last_object(capsys.readouterr().out)
    assert report["labeller"] == "embedded-1" and report["units"] == UNITS
    assert report["stars"]["rated"] == report["stars_hidden"]["rated"] == 2
    assert report["stars"]["balanced_accuracy"]["value"] is None
    assert report["intensity"]["dialogues"] == 2


def test_agreement_for_people_says_where_there_is_too_little(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["discover", "units", "--bank", bank])
    with open_bank(bank) as opened:
        unit = opened.unit("1")
        opened.add_units([unit.model_copy(update={"labeller": "ada \x1b[1m[/bold]", "labeller_kind": "human", "confidence": None})])
    capsys.readouterr()
    assert main(["discover", "agreement", "--bank", bank]) == 0
    said = capsys.readouterr().out
    assert "stars and survey hidden" in said and "not enough to measure" in said
    assert "1 units labelled by both" not in said
    assert "\x1b" not in said


def test_agreement_without_labels_is_one_sentence(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", "agreement", "--bank", bank]) == 1
    assert "no labels yet" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["units", "agreement", "prototypes", "skills", "planner", "vectors"])
def test_a_bank_that_is_not_there_is_told_and_none_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    path = tmp_path / "nothere.db"
    more = ["--embeddings", "http://127.0.0.1:9"] if command == "vectors" else []
    assert main(["discover", command, "--bank", str(path), *more]) == 2
    assert capsys.readouterr().err == (
        f"{path}: there is no bank here. Check the path, or make a bank with 'esc-tui import FILES --bank {path}'.\n")
    assert list(tmp_path.iterdir()) == []
