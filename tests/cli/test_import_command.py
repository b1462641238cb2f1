"""``esc-tui import``: an account for people, or JSON objects of which the last one is the account."""

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
from esc_tui.cli.main import main
from tests.interchange.corpus_files import as_lines, as_list, chatml, native, split

RUN = [sys.executable, "-c", "import sys; from esc_tui.cli.main import main; sys.exit(main())"]


@pytest.fixture
def bank(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    path = tmp_path / "mine.db"
    assert main(["bank", "hash", "--bank", str(path)]) == 0
    capsys.readouterr()
    return str(path)


def file(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def objects(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines()]


def test_the_account_for_people_is_a_table_with_totals(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = file(tmp_path, "a.json", as_list([native(), native("b")])), file(tmp_path, "b.jsonl", as_lines([split(), chatml("c")]))
    assert main(["import", first, second, "--bank", bank]) == 0
    out = capsys.readouterr().out.splitlines()
    assert [line.split() for line in out[:4]] == [
        ["file", "recognised", "as", "dialogues", "new", "known", "lines", "skipped"],
        ["a.json", "ESConv", "2", "2", "0", "12", "0"],
        ["b.jsonl", "ESConv", "split,", "ChatML", "2", "1", "1", "12", "0"],
        ["all", "4", "3", "1", "24", "0"]]
    assert "3 dialogues under CC BY-NC 4.0." in out
    assert "1 dialogue without a licence: not to be shared (--licence names one)." in out
    assert "1 system line kept out: no part of a talk." in out
    assert out[-1] == "Nothing was skipped."


def test_what_was_skipped_is_the_last_line_on_standard_error(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", file(tmp_path, "a.jsonl", as_lines([native()]) + "{broken\n"), "--bank", bank]) == 0
    assert "1 dialogue skipped; the account says where" in capsys.readouterr().err.splitlines()[-1]


def test_a_form_is_named_whole_where_the_line_has_room(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = {name: value for name, value in split().items() if name != "survey_score"}
    assert main(["import", file(tmp_path, "a.jsonl", as_lines([row])), "--bank", bank]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "ESConv without survey" in lines[1] and all(len(line) <= 80 for line in lines[:2])


def test_json_ends_with_one_object_that_accounts_for_everything(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = native("bad")
    bad["dialog"][1]["annotation"]["strategy"] = "Mirroring"
    good = file(tmp_path, "good.json", as_list([native(), native("b")]))
    mixed = file(tmp_path, "mixed.jsonl", as_lines([bad, native(), "no"]) + "{broken\n")
    assert main(["import", good, mixed, "--bank", bank, "--display", "json"]) == 0
    *before, last = objects(capsys.readouterr().out)
    wanted = {"kind": "result", "job": "import", "dialogues": 4, "new": 3, "known": 1, "units_of_text": 24, "skipped": 3,
              "skipped_files": 0, "skipped_dialogues": 2, "skipped_lines": 0, "skipped_labels": 1,
              "unknown_strategies": {"Mirroring": 1}, "formats": {"ESConv": 4}, "licences": {"CC BY-NC 4.0": 4}}
    assert {key: last[key] for key in wanted} == wanted
    assert sum(last["reasons"].values()) == 3
    assert [(place["place"].split(",")[0], place["part"]) for place in last["places"]] == [
        ("line 1", "label"), ("line 3", "dialogue"), ("line 4", "dialogue")]
    assert [(one["file"], one["dialogues"], one["new"], one["skipped"]) for one in last["files"]] == [(good, 2, 2, 0), (mixed, 2, 1, 3)]
    skipped = [one for one in before if one["kind"] == "skipped"]
    assert [{key: one[key] for key in last["places"][0]} for one in skipped] == last["places"]
    assert [one["kind"] for one in before if one["kind"] not in {"progress", "skipped"}] == []


def test_json_ends_with_the_account_for_people_too(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = file(tmp_path, "a.json", as_list([native()]))
    assert main(["import", place, "--bank", bank, "--display", "json"]) == 0
    account = objects(capsys.readouterr().out)[-1]["account"]
    assert account.splitlines()[0].split()[:3] == ["file", "recognised", "as"] and "Nothing was skipped." in account


def test_skips_are_shown_with_their_places_and_how_to_see_all(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = native("bad")
    hostile["dialog"][0]["speaker"] = "\x1b[31m[/bold]"
    text = as_lines([native(), hostile, *[{"no": 1}] * 20])
    assert main(["import", file(tmp_path, "x.jsonl", text), "--bank", bank]) == 0
    out = capsys.readouterr().out
    assert "Skipped: 20 dialogues, 1 line." in out
    assert "x.jsonl, line 2, utterance 1: unknown speaker (␛[31m[/bold])" in out
    assert "and 11 more; --display json names every one." in out
    assert "\x1b" not in out


def test_nothing_read_at_all_is_exit_code_1_with_the_reason(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text, said in (("empty", "", "the file is empty"), ("words", "seeker: hi\n", "the file is not JSON"),
                             ("list", "[]", "the file holds no dialogues")):
        assert main(["import", file(tmp_path, name, text), "--bank", bank]) == 1
        captured = capsys.readouterr()
        assert said in captured.out and "No dialogue could be read" in captured.err
    known = file(tmp_path, "known", as_lines([native()]))
    assert [main(["import", known, "--bank", bank]) for _ in range(2)] == [0, 0]


def test_a_folder_or_a_missing_file_is_one_sentence_and_nothing_is_stored(
        bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = file(tmp_path, "good", as_lines([native()]))
    with open_bank(bank, readonly=True) as opened:
        before = opened.connection.value("SELECT count(*) FROM dialogues")
    for path, said in ((str(tmp_path), "this is a folder"), (str(tmp_path / "no"), "there is no such file")):
        assert main(["import", good, path, "--bank", bank]) == 2
        captured = capsys.readouterr()
        assert said in captured.err and len(captured.err.strip().splitlines()) == 1 and captured.out == ""
    with open_bank(bank, readonly=True) as opened:
        assert opened.connection.value("SELECT count(*) FROM dialogues") == before
    assert main(["import", "--bank", bank]) == 2
    assert main(["import", str(tmp_path / "no"), "--bank", str(tmp_path / "new.db")]) == 2
    assert not (tmp_path / "new.db").exists()


def test_source_and_licence_of_the_command_line_are_kept(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file(tmp_path, "x", as_lines([chatml(), native("b")]))
    assert main(["import", path, "--bank", bank, "--source", "kite talks", "--licence", "MIT"]) == 0
    assert "2 dialogues under MIT." in capsys.readouterr().out
    with open_bank(bank, readonly=True) as opened:
        found = {tuple(row) for row in opened.connection.rows("SELECT source, licence FROM dialogues WHERE id LIKE 'dlg-%'")}
    assert found == {("kite talks", "MIT")}


def test_ctrl_c_says_how_much_is_stored(bank: str, tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writing = os.open(pipe, os.O_RDWR)
    running = subprocess.Popen([*RUN, "import", str(pipe), "--bank", bank], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        for number in range(300):
            os.write(writing, as_lines([split(str(number))]).encode())
        with open_bank(bank, readonly=True) as watching:
            while watching.connection.value("SELECT count(*) FROM dialogues WHERE id LIKE 'dlg-%'") < 100:
                assert running.poll() is None
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate()
    finally:
        os.close(writing)
        running.kill()
        running.communicate()
    assert running.returncode == 130
    assert b"new dialogues are stored. Run the same command again" in errors and b"Traceback" not in errors


def test_the_command_loads_nothing_heavy() -> None:
    code = "import esc_tui.cli.importing, esc_tui.discover.importing, sys; print(*sorted(m for m in sys.modules if '.' not in m))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {"numpy", "sklearn", "scipy", "openai", "textual", "nltk", "sqlite_utils"}


def test_an_import_is_removed_again_only_after_a_yes(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["import", file(tmp_path, "wrong.json", as_list([native(), native("b")])), "--bank", bank]) == 0
    assert main(["import", "--remove", "wrong.json", "--bank", bank]) == 1
    assert "nobody can be asked here, so nothing was removed" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)
    assert main(["import", "--remove", "wrong.json", "--bank", bank]) == 1
    said = capsys.readouterr().err
    assert "Of 'wrong.json' 2 dialogues would go." in said and "Nothing was removed." in said
    assert main(["import", "--remove", "wrong.json", "--yes", "--bank", bank]) == 0
    assert "Of 'wrong.json' 2 dialogues went." in capsys.readouterr().out
    assert main(["import", "--remove", "wrong.json", "--yes", "--bank", bank]) == 2
    assert "nothing was imported under the name 'wrong.json'" in capsys.readouterr().err


def test_files_and_a_removal_are_not_taken_together(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "--bank", bank]) == 2
    assert main(["import", "a.json", "--remove", "b", "--bank", bank]) == 2
    assert "--remove" in capsys.readouterr().err


def test_a_licence_given_for_talks_in_the_shape_of_esconv_is_theirs(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = file(tmp_path, "own.json", as_list([native(), native("b", licence="CC0-1.0")]))
    assert main(["import", own, "--licence", "MIT", "--bank", bank]) == 0
    said = capsys.readouterr().out
    assert "1 dialogue under MIT." in said and "1 dialogue under CC0-1.0." in said
    assert "--licence MIT holds only where the row itself names none." in said
