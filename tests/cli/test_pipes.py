"""The headless commands among other programs: closed pipes, other encodings, bytes that are no text, Ctrl-C."""

from __future__ import annotations

import contextlib
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
from tests.support_bank import small_bank, small_bank_file

RUN = [sys.executable, "-c", "import sys; from esc_tui.cli.main import main; sys.exit(main())"]


@pytest.fixture
def bank(tmp_path: Path) -> str:
    small_bank(tmp_path).close()
    return str(tmp_path / "small.db")


def start(*arguments: str, **more: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*RUN, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


def test_a_reader_that_goes_away_ends_a_talk_quietly_and_the_forgetting_is_still_done(bank: str) -> None:
    running = start("chat", "--bank", bank, "--forget")
    assert running.stdin and running.stdout and running.stderr
    running.stdin.write(b"my zebrafinch Quillon flew away\n")
    running.stdin.flush()
    assert running.stdout.readline() == b"seeker: my zebrafinch Quillon flew away\n"
    running.stdout.close()
    running.stdin.write(b"it is so quiet\n" * 3)
    running.stdin.close()
    assert running.wait(60) == 0
    assert b"Traceback" not in running.stderr.read()
    running.stderr.close()
    with open_bank(bank, readonly=True) as opened:
        assert [row.forgotten for row in opened.conversations()] == [True]


def test_ctrl_c_ends_a_talk_that_waits_for_a_line(bank: str) -> None:
    running = start("chat", "--bank", bank, "--display", "json")
    assert running.stdout and running.stderr and running.stdin
    assert json.loads(running.stdout.readline())["kind"] == "conversation_started"
    running.send_signal(signal.SIGINT)
    assert running.wait(60) == 130
    assert b"Error" not in running.stderr.read()
    for pipe in (running.stdin, running.stdout, running.stderr):
        pipe.close()


@pytest.mark.parametrize(("command", "kept"), [
    (("discover", "skills"), b"no draft of this run is in the bank"), (("discover", "prototypes"), b"nothing of this run is kept"),
    (("discover", "planner"), b"talks go on with the planner they had"),
    (("evaluate", "responses", "--train", "none", "--test", "none"), b"this measurement is not kept"),
    (("bank", "merge", "OTHER"), b"nothing was merged, the bank is as it was")])
def test_ctrl_c_twice_in_a_job_is_one_sentence_about_what_is_kept(
        bank: str, tmp_path: Path, command: tuple[str, ...], kept: bytes) -> None:
    # The job waits where it would work; the interrupt comes twice, as from somebody who is in a hurry.
    other = str(small_bank_file(tmp_path, "other.db"))
    waits = ("import sys, time\n"
             "import esc_tui.cli.common as common\n"
             "def wait(*_, **__):\n"
             "    print('at work', file=sys.stderr, flush=True)\n"
             "    try:\n        time.sleep(60)\n"
             "    finally:\n        time.sleep(0.5)\n"
             "common.settings_from = wait\n"
             "import esc_tui.cli.merging\n"
             "esc_tui.cli.merging.settings_from = wait\n"
             "import esc_tui.interchange.corpora.corpus as corpus\n"
             "corpus.corpus_files = wait\n"
             "from esc_tui.cli.main import main\n"
             "sys.exit(main())\n")
    running = subprocess.Popen([sys.executable, "-c", waits, *(other if one == "OTHER" else one for one in command), "--bank", bank],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stderr and running.stdout
    assert running.stderr.readline() == b"at work\n"
    running.send_signal(signal.SIGINT)
    running.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        running.wait(0.2)
    running.send_signal(signal.SIGINT)
    out, said = running.communicate(timeout=60)
    assert (running.returncode, out) == (130, b"")
    assert said.startswith(b"Stopped") and kept in said and said.count(b"\n") == 1


def test_a_closed_standard_input_is_an_empty_one(bank: str) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *RUN, "chat", "--bank", bank], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert "Traceback" not in done.stderr


def test_a_character_the_terminal_cannot_show_becomes_an_escape(bank: str) -> None:
    done = subprocess.run([*RUN, "bank", "list", "--bank", bank], capture_output=True, check=False,
                          env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert b"\\u25b2" in done.stdout


def test_bytes_that_are_no_utf_8_are_checked_by_the_guard_all_the_same() -> None:
    done = subprocess.run([*RUN, "guard", "-"], input=b'{"id": 1, "text": "a \xff b"}\n', capture_output=True, check=False,
                          env={**os.environ, "PYTHONIOENCODING": "utf-8:strict"})
    assert (done.returncode, json.loads(done.stdout)["crisis"]) == (0, False)


def test_half_a_surrogate_pair_in_an_id_stays_valid_json() -> None:
    done = subprocess.run([*RUN, "guard", "-"], input=b'{"id": "\\ud800", "text": "a"}\n', capture_output=True, check=False)
    assert json.loads(done.stdout)["id"] == "\ud800"


@pytest.mark.parametrize(("path", "code"), [("~nobody-of-this-name/b.db", 2), ("a" * 300 + ".db", 1)])
def test_a_path_that_cannot_be_is_one_sentence(
        path: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["bank", "list", "--bank", path]) == code
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_limit_beyond_all_numbers_is_wrong_use(bank: str) -> None:
    assert main(["bank", "list", "--bank", bank, "--limit", "9" * 30]) == 2


def test_a_bank_that_another_program_made_first_is_simply_opened(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from esc_tui.bank import template

    def too_late(source: Path, path: Path, *, make_parents: bool = False) -> None:
        small_bank_file(path.parent, path.name)
        made(source, path, make_parents=make_parents)

    made = template.create_bank_from_template
    monkeypatch.setattr(template, "create_bank_from_template", too_late)
    assert main(["bank", "list", "--bank", str(tmp_path / "mine.db")]) == 0
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 5
    assert "Made a new bank" not in captured.err


def test_a_talk_on_a_bank_that_cannot_be_written_works_and_says_that_it_is_not_kept(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    path.chmod(0o400)
    command = [*RUN, "chat", "--bank", str(path)]
    if os.geteuid() == 0:
        from esc_tui.settings.locator import template_path

        command = [*RUN, "chat", "--bank", str(template_path())]
    done = subprocess.run(command, input=b"nobody noticed\n", capture_output=True, check=False)
    assert done.returncode == 0
    assert b"supporter: " in done.stdout
    assert done.stderr.count(b"This talk is not kept.") == 1
