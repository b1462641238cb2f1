"""Long work beside the panes: followed, shown, one of a kind at a time, stopped on wish, and alive after the program if asked."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from esc_tui.domain.errors import UserError
from esc_tui.tui.app import EscApp
from esc_tui.tui.ask import AskScreen
from esc_tui.tui.jobs import Jobs, spoken_time
from esc_tui.tui.jobs_screen import JobsScreen
from esc_tui.tui.start import Start
from tests.support_bank import small_bank_file
from tests.tui.helpers import wait_until

JOB = """
import json, os, sys, time
def put(value): print(json.dumps(value), flush=True)
what, folder = sys.argv[1], sys.argv[2]
put({"kind": "progress", "job": "x", "done": 31, "total": 100, "seconds_left": 120})
if what == "waits":
    while not os.path.exists(os.path.join(folder, "go")):
        time.sleep(0.01)
if what == "stubborn":
    import signal
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    put({"kind": "progress", "job": "x", "done": 32, "total": 100, "seconds_left": None})
    while True:
        time.sleep(0.01)
if what == "fails":
    print("notes.json, line 3: this is no dialogue. Leave it out.", file=sys.stderr)
    sys.exit(1)
if what in ("cancelled", "stopped"):
    put({"kind": "result", "state": what, "reason": "the budget of 5 calls is used up" if what == "stopped" else "cancelled by a person"})
    sys.exit(1)
print("one line of narration [/bold]", file=sys.stderr)
put({"dialogues": 3, "new": 2, "skipped": [{"place": "line 7", "reason": "no words"}], "arguments": sys.argv[3:]})
open(os.path.join(folder, "done"), "w").close()
"""


@asynccontextmanager
async def opened(tmp_path: Path, size: tuple[int, int] = (120, 36)):
    app = EscApp(Start(bank=small_bank_file(tmp_path), pane="bank"))
    app.animation_level = "none"
    app._jobs = Jobs(app, [sys.executable, "-c", JOB])
    async with app.run_test(size=size) as pilot:
        await wait_until(pilot, lambda: app.pane.rows.count)
        yield app, pilot


def toasts(app: EscApp) -> str:
    return "\n".join(note.message for note in app._notifications)


@pytest.mark.parametrize(("what", "state", "said"), [
    ("cancelled", "cancelled", "stopped. What was finished is kept."), ("stopped", "failed", "the budget of 5 calls is used up.")])
async def test_a_run_that_ended_before_its_time_says_how(tmp_path, what, state, said):
    async with opened(tmp_path) as (app, pilot):
        job = app.jobs.start("run 3", "Run 3", [what, str(tmp_path)])
        await wait_until(pilot, lambda: not job.running)
        assert (job.state, job.sentence) == (state, f"Run 3: {said}")


async def test_the_header_shows_how_far_a_job_is_and_the_end_is_told(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        job = app.jobs.start("import", "Importing one file", ["waits", str(tmp_path)], told=lambda found: f"{found['new']} new.")
        await wait_until(pilot, lambda: "import 31 % 2 min left" in app.header.text)
        (tmp_path / "go").touch()
        await wait_until(pilot, lambda: not job.running)
        assert job.state == "done" and job.result["dialogues"] == 3 and job.narration == ["one line of narration [/bold]"]
        await wait_until(pilot, lambda: "2 new." in toasts(app) and "import" not in app.header.text)


async def test_the_bank_and_json_go_before_what_stands_behind_the_dashes(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        job = app.jobs.start("import", "Importing", ["quick", str(tmp_path), "--", "-odd.json"])
        await wait_until(pilot, lambda: not job.running)
        assert job.result["arguments"] == ["--display", "json", "--bank", str(tmp_path / "small.db"), "--", "-odd.json"]


async def test_two_of_one_kind_do_not_run_together_but_two_kinds_do(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        app.jobs.start("import", "Importing", ["waits", str(tmp_path)])
        with pytest.raises(UserError, match="running already"):
            app.jobs.start("import", "Importing again", ["waits", str(tmp_path)])
        app.jobs.start("units", "Extracting", ["waits", str(tmp_path)])
        await wait_until(pilot, lambda: "2 jobs" in app.header.text)
        (tmp_path / "go").touch()
        await wait_until(pilot, lambda: not app.jobs.running)


async def test_a_job_that_fails_is_one_sentence(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        job = app.jobs.start("import", "Importing notes", ["fails", str(tmp_path)])
        await wait_until(pilot, lambda: "notes.json, line 3: this is no dialogue. Leave it out." in toasts(app))
        assert job.state == "failed"


async def test_a_program_that_is_not_there_is_one_sentence(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        app._jobs = Jobs(app, [str(tmp_path / "nothing")])
        job = app.jobs.start("import", "Importing", [])
        await wait_until(pilot, lambda: not job.running)
        assert "could not be started" in job.error


async def test_a_job_is_stopped_as_by_ctrl_c(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        job = app.jobs.start("import", "Importing", ["waits", str(tmp_path)])
        await wait_until(pilot, lambda: job.progress.done == 31)
        await pilot.press("f8")
        await wait_until(pilot, lambda: isinstance(app.screen, JobsScreen))
        await pilot.press("x")
        await wait_until(pilot, lambda: job.state == "cancelled")
        assert job.signals == 1 and not (tmp_path / "done").exists()


async def test_a_job_that_does_not_listen_is_ended_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("esc_tui.tui.jobs.PATIENCE", 0.0)
    async with opened(tmp_path) as (app, pilot):
        job = app.jobs.start("import", "Importing", ["stubborn", str(tmp_path)])
        await wait_until(pilot, lambda: job.progress.done == 32)
        app.jobs.cancel(job)
        await wait_until(pilot, lambda: job.state == "cancelled")
        assert job.process.returncode == -signal.SIGTERM


async def test_the_jobs_screen_shows_what_was_found_and_what_was_skipped(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        job = app.jobs.start("import", "Importing", ["quick", str(tmp_path)])
        await wait_until(pilot, lambda: not job.running)
        await pilot.press("f8")
        await wait_until(pilot, lambda: isinstance(app.screen, JobsScreen))
        text = "\n".join(app.screen.query_one("#jobs-list").plain_lines)
        assert "line 7 · no words" in text and "narration [/bold]" in text
        await pilot.press("enter")
        await wait_until(pilot, lambda: "line 7" not in "\n".join(app.screen.query_one("#jobs-list").plain_lines))


async def test_without_a_job_the_screen_says_what_would_be_there(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("f8")
        await wait_until(pilot, lambda: isinstance(app.screen, JobsScreen))
        assert "Nothing has run" in app.screen.query_one("#jobs-list").plain_lines[0]


async def test_leaving_asks_and_a_job_may_go_on_without_the_program(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        job = app.jobs.start("import", "Importing", ["waits", str(tmp_path)])
        await wait_until(pilot, lambda: job.process is not None and job.progress.done)
        await pilot.press("ctrl+q")
        await wait_until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("escape")
        await wait_until(pilot, lambda: not isinstance(app.screen, AskScreen))
        assert app.is_running
        await pilot.press("ctrl+q")
        await wait_until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("g")
        await wait_until(pilot, lambda: app._exit)
    assert job.process.poll() is None
    (tmp_path / "go").touch()
    assert job.process.wait(60) == 0 and (tmp_path / "done").exists()


async def test_leaving_can_stop_the_job(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        job = app.jobs.start("import", "Importing", ["waits", str(tmp_path)])
        await wait_until(pilot, lambda: job.progress.done)
        await pilot.press("ctrl+q")
        await wait_until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("s")
        await wait_until(pilot, lambda: app._exit)
        assert job.state == "cancelled"


async def test_the_real_program_is_started_wherever_one_stands(tmp_path, monkeypatch):
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "json.py").write_text("raise SystemExit('a file of the working folder was run')")
    async with opened(tmp_path) as (app, pilot):
        app._jobs = Jobs(app)
        monkeypatch.chdir(tmp_path / "away")
        job = app.jobs.start("import", "Importing", ["chat"])
        await wait_until(pilot, lambda: not job.running, 20)
        assert job.state == "done", job.error
        assert os.getcwd().endswith("away")


@pytest.mark.parametrize(("seconds", "text"), [(None, ""), (0, ""), (40, "40 s"), (125, "2 min"), (3900, "1 h 5 min")])
def test_time_is_spoken(seconds, text):
    assert spoken_time(seconds) == text


def test_a_result_longer_than_one_read_is_taken_in(tmp_path, monkeypatch):
    from esc_tui.tui import jobs

    monkeypatch.setattr(jobs, "READ_AT_ONCE", 64)
    with (tmp_path / "lines").open("w+b") as file:
        file.write(b"x" * 500 + b"\nrest")
        file.flush()
        tail = jobs._Tail(file)
        assert tail.lines() == ["x" * 500] and tail.lines() == []
        file.write(b" of it\n")
        file.flush()
        assert tail.lines() == ["rest of it"]


async def test_where_a_process_cannot_be_followed_one_sentence_says_so(tmp_path, monkeypatch):
    async with opened(tmp_path) as (app, _):
        monkeypatch.delattr(os, "pread")
        with pytest.raises(UserError, match="needs Linux or macOS.*another terminal"):
            app.jobs.start("import", "Importing", ["quick", str(tmp_path)])
        assert not app.jobs.all


async def test_the_jobs_screen_shows_the_account_for_people_where_there_is_one(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        job = app.jobs.start("import", "Importing", ["quick", str(tmp_path)])
        await wait_until(pilot, lambda: not job.running)
        job.result = {"kind": "result", "files": 2, "profiles": 0, "account": "file    dialogues\n[/bold]       12\n\nSkipped: 1 line."}
        await pilot.press("f8")
        await wait_until(pilot, lambda: isinstance(app.screen, JobsScreen))
        lines = [line.rstrip() for line in app.screen.query_one("#jobs-list").plain_lines]
        assert "  file    dialogues" in lines and "  [/bold]       12" in lines and "  Skipped: 1 line." in lines
        assert not any("profiles" in line for line in lines)
