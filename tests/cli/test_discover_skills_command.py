"""``esc-tui discover prototypes`` and ``discover skills``: the account, the tables, what is told when there is nothing, kill -9."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.mining import mined_drafts
from esc_tui.cli.main import main
from esc_tui.domain.labels import Action, Change, State
from tests.discover.mined_bank import Row, bank_of, many_rows
from tests.engines.endpoint.model_server import ModelServer, status
from tests.support_bank import empty_bank

RUN = [sys.executable, "-c", "import sys; from esc_tui.cli.main import main; sys.exit(main())"]


@pytest.fixture
def bank(tmp_path: Path) -> str:
    with bank_of(tmp_path, many_rows(250)) as made:
        return str(made.path)


def last_object(said: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


def both(bank: str, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    assert main(["discover", "prototypes", "--bank", bank]) == 0
    assert main(["discover", "skills", "--bank", bank, "--display", "json", *more]) == 0
    return last_object(capsys.readouterr().out)


def test_the_accounts_hold_every_number(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", "prototypes", "--bank", bank, "--seed", "5", "--display", "json"]) == 0
    account = last_object(capsys.readouterr().out)
    assert account["job"] == "prototypes"
    assert account["run"] == 1
    assert account["seed"] == 5
    assert account["prototypes"] == account["positive"] + account["negative"]
    assert {"units", "cells", "seconds", "set_aside", "at_crisis"} <= set(account)
    assert main(["discover", "skills", "--bank", bank, "--target", "6", "--author", "Mara", "--display", "json"]) == 0
    mined = last_object(capsys.readouterr().out)
    assert mined["job"] == "skills"
    assert mined["revision"] == 1
    assert mined["left_out"] == []
    assert len(mined["skills"]) == mined["target"] == 6
    assert sum(skill["prototypes"] for skill in mined["skills"]) + mined["harm_without_skill"] == account["prototypes"]
    assert sum(skill["positive"] for skill in mined["skills"]) == account["positive"]
    with open_bank(bank) as opened:
        assert opened.head().author == "Mara"
        assert set(mined_drafts(opened.connection)) == {skill["slug"] for skill in mined["skills"]}


def test_people_get_a_table_and_the_second_time_a_sentence(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", "prototypes", "--bank", bank]) == 0
    told = capsys.readouterr()
    assert "prototypes in" in told.out
    assert "Next: esc-tui discover skills" in told.out
    assert main(["discover", "skills", "--bank", bank, "--target", "5"]) == 0
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert lines[0].split() == ["draft", "skill", "prototypes", "helped", "harmed"]
    assert lines[6].startswith("5 draft skills in revision r1")
    assert "skills: 5 of 5" in told.err
    assert main(["discover", "skills", "--bank", bank, "--target", "5"]) == 0
    assert capsys.readouterr().out.splitlines() == ["No new draft skill.", "5 earlier drafts rest on the same units and stay as they are."]


@pytest.mark.parametrize(("rows", "command", "why"), [
    ([], "prototypes", "no units to group"), ([], "skills", "no prototypes to make skills of"),
    ([Row(State.SAD, (Action.VALIDATION,), Change.CONTINUES)], "prototypes", "no unit shows a seeker who moved")])
def test_a_bank_with_nothing_to_work_on_gives_one_sentence(
        tmp_path: Path, rows: list[Row], command: str, why: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = str((bank_of(tmp_path, rows) if rows else empty_bank(tmp_path)).path)
    assert main(["discover", command, "--bank", path]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert why in told.err
    assert "Traceback" not in told.err


def test_a_target_above_what_there_is_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with bank_of(tmp_path, [Row(State.SAD, (Action.VALIDATION,), Change.RELIEF)]) as made:
        path = str(made.path)
    main(["discover", "prototypes", "--bank", path])
    assert main(["discover", "skills", "--bank", path]) == 0
    assert "Only one prototype helped, so there is one skill instead of 27." in capsys.readouterr().out


@pytest.mark.parametrize("target", ["0", "-3", "many"])
def test_a_target_that_is_none_is_wrong_use(bank: str, target: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", "skills", "--bank", bank, "--target", target]) == 2


def test_killed_while_it_works_the_bank_is_as_it_was(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    running = subprocess.Popen([*RUN, "discover", "prototypes", "--bank", bank, "--display", "json"], stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    running.stdout.readline()  # the first sign that it is at work
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    running.stdout.close()
    with open_bank(bank) as opened:
        assert opened.connection.value("SELECT count(*) FROM prototypes") in {0, opened.connection.value(
            "SELECT coalesce(sum(prototypes), 0) FROM prototype_runs")}
        assert opened.check() == []
    assert len(both(bank, capsys, "--target", "4")["skills"]) == 4


def test_skills_are_written_by_a_model_too(
        bank: str, server: ModelServer, capsys: pytest.CaptureFixture[str]) -> None:
    mined = both(bank, capsys, "--target", "3", "--engine", "endpoint", "--endpoint", server.url)
    assert len(mined["skills"]) + len(mined["left_out"]) == 3
    with open_bank(bank) as opened:
        for one in mined["skills"]:
            skill = opened.skill(one["slug"])
            assert skill.status == "draft"
            assert skill.content.origin.startswith("mined from ")
            assert "worded by tiny-talker" in skill.content.origin
            assert skill.content.license == "MIT"
        assert opened.drafts() == []


def test_an_endpoint_that_fails_leaves_no_skill(
        bank: str, server: ModelServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("esc_tui.engines.endpoint.faults.FIRST_PAUSE", 0.01)
    main(["discover", "prototypes", "--bank", bank])
    server.otherwise = status(401, {"error": {"message": "no such key"}})
    assert main(["discover", "skills", "--bank", bank, "--engine", "endpoint", "--endpoint", server.url]) == 3
    assert "no such key" in capsys.readouterr().err
    with open_bank(bank) as opened:
        assert opened.head_number == 0
