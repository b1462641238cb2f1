"""``esc-tui export``: whole files in SAGE's keys or as events, or one sentence and no file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.cli.main import main
from esc_tui.domain.events import EVENT_ADAPTER
from tests.interchange.sage_files import result, results, write
from tests.support_bank import small_bank_file


@pytest.fixture
def bank(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    path = str(small_bank_file(tmp_path))
    assert main(["import", str(write(tmp_path / "some.jsonl", results())), "--bank", path]) == 0
    capsys.readouterr()
    return path


def export(bank: str, *words: str) -> int:
    return main(["export", *words, "--bank", bank])


def test_a_run_goes_out_as_it_came_in(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.jsonl"
    assert export(bank, "1", "--format", "sage", "--out", str(out)) == 0
    assert out.read_bytes() == (tmp_path / "some.jsonl").read_bytes()
    assert "Wrote 3 episodes to" in capsys.readouterr().err
    assert out.stat().st_mode & 0o777 == 0o600
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_one_episode_goes_to_standard_output(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(bank, "1/2") == 0
    captured = capsys.readouterr()
    assert captured.out == (tmp_path / "some.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)[1]
    assert captured.err == "Wrote 1 episode.\n"


def test_events_come_one_a_line_and_can_be_read_again(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(bank, "1/1", "--format", "jsonl") == 0
    events = [EVENT_ADAPTER.validate_json(line) for line in capsys.readouterr().out.splitlines()]
    assert (events[0].kind, events[1].kind, events[-1].kind) == ("conversation_started", "episode_started", "episode_finished")


def test_events_are_not_read_back_and_the_importer_says_so(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "events.jsonl"
    assert export(bank, "1/1", "--format", "jsonl", "--out", str(out)) == 0
    assert main(["import", str(out), "--bank", bank]) == 1
    assert "an event of esc-tui's own, which is not read back; a run exported with --format sage is" in capsys.readouterr().out


def test_an_older_file_is_replaced_only_by_a_whole_one_if_asked(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("older")
    assert export(bank, "7", "--out", str(out), "--replace") == 2
    assert "there is no run and no episode '7'" in capsys.readouterr().err
    assert export(bank, "1/1", "--out", str(out)) == 2
    assert "a file of this name is there already. Choose another name, or add --replace." in capsys.readouterr().err
    assert out.read_text() == "older"
    assert export(bank, "1/1", "--out", str(out), "--replace") == 0
    assert json.loads(out.read_text(encoding="utf-8"))["id"] == "p-1"


def test_one_arm_of_a_run_can_be_named_and_several_are_told(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    with open_bank(bank) as opened:
        opened.writing.run("UPDATE episodes SET arm = 1 WHERE number > 1")
        opened.writing.run("""UPDATE runs SET settings = '{"arms": [{"name": "old"}, {"name": "new"}]}'""")
    assert export(bank, "1:new") == 0
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == ["p-2", "p-3"]
    assert export(bank, "1") == 0
    assert "These are the episodes of 2 arms" in capsys.readouterr().err
    assert export(bank, "1:3") == 2
    assert "run 1 has no arm '3'. It has 1 (old), 2 (new)." in capsys.readouterr().err


def test_an_ending_that_does_not_count_is_left_out_and_told(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_bank(bank) as opened:
        opened.writing.run("UPDATE episodes SET outcome = 'failed' WHERE number = 3")
    out = tmp_path / "out.jsonl"
    assert export(bank, "1", "--out", str(out)) == 0
    assert "Left out: 1 without an ending that counts for a score." in capsys.readouterr().err
    assert [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()] == ["p-1", "p-2"]
    assert export(bank, "1/3", "--out", str(tmp_path / "none")) == 1
    assert "there is nothing to export (1 without an ending that counts" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_text_whose_licence_forbids_it_is_left_out_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bank = str(small_bank_file(tmp_path))
    path = write(tmp_path / "x.jsonl", [result(licence="CC BY-NC 4.0"), result("p-2")])
    assert main(["import", str(path), "--bank", bank]) == 0
    capsys.readouterr()
    assert export(bank, "last") == 0
    captured = capsys.readouterr()
    assert [json.loads(line)["id"] for line in captured.out.splitlines()] == ["p-2"]
    assert "Left out: 1 whose licence does not let their text be passed on." in captured.err


def test_places_that_cannot_be_written_are_one_sentence(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for out, said, code in ((tmp_path, "this is a folder", 2), (tmp_path / "no" / "x", "the file cannot be written", 1),
                            (Path("/dev/null"), "this is no ordinary file", 2)):
        assert export(bank, "1", "--out", str(out)) == code
        said_lines = capsys.readouterr().err.strip().splitlines()
        assert len(said_lines) == 1 and said in said_lines[0]
    assert Path("/dev/null").exists() and not Path("/dev/null").is_file()
