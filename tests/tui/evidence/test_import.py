"""Bringing dialogues and units into the bank from the pane: the form, the job, what is said at the end."""

from __future__ import annotations

import json

import pytest

from esc_tui.tui.file_form import FileForm, PathSuggester, named_files
from esc_tui.tui.panes.evidence.import_screen import ImportWish
from esc_tui.tui.panes.evidence.jobs_told import import_told, units_told
from tests.tui.evidence.helpers import evidence_bank, on_screen, open_evidence, open_queue, toasts
from tests.tui.helpers import wait_until

TALK = {"experience_type": "Previous Experience", "emotion_type": "sadness", "problem_type": "job crisis", "situation": "The kiln broke.",
        "survey_score": {"seeker": {"initial_emotion_intensity": "5", "empathy": "4", "relevance": "4", "final_emotion_intensity": "2"},
                         "supporter": {"relevance": "4"}},
        "dialog": [{"text": "My kiln cracked and forty cups with it.", "speaker": "usr"},
                   {"text": "Forty cups. What was the first thing you thought?", "speaker": "sys", "strategy": "Question"},
                   {"text": "That I should have stayed a clerk.", "speaker": "usr"}]}


async def type_path(pilot, text: str) -> None:
    from textual.widgets import Input

    pilot.app.screen.query_one("#import-paths", Input).value = text
    await pilot.pause()


async def test_the_form_is_set_up_once(tmp_path, monkeypatch):
    times = []
    set_up = FileForm.on_mount

    def counted(self):
        times.append(1)
        set_up(self)

    monkeypatch.setattr(FileForm, "on_mount", counted)
    async with open_evidence(evidence_bank(tmp_path)) as (_, pilot):
        await pilot.press("i")
        await on_screen(pilot, "ImportScreen")
        await wait_until(pilot, lambda: times)
        assert times == [1]


async def test_a_file_is_imported_as_a_job_and_the_list_says_what_is_new(tmp_path):
    file = tmp_path / "my talks.jsonl"
    file.write_text(json.dumps(TALK) + "\n{broken\n")
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        await pilot.press("i")
        await on_screen(pilot, "ImportScreen")
        await type_path(pilot, str(file))
        await wait_until(pilot, lambda: "my talks.jsonl" in str(app.screen.query_one("#import-found").render()))
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.jobs.all and not app.jobs.all[0].running, 18)
        await wait_until(pilot, lambda: "1 dialogue read, 1 new. 1 thing not taken" in toasts(app))
        await wait_until(pilot, lambda: app.pane.view.rows.count == 4)
        await pilot.press("f8")
        await on_screen(pilot, "JobsScreen")
        assert "line 2" in "\n".join(app.screen.query_one("#jobs-list").plain_lines)


async def test_a_wrong_path_is_said_in_the_form_and_nothing_starts(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        await pilot.press("i")
        await on_screen(pilot, "ImportScreen")
        await pilot.press("enter")
        await wait_until(pilot, lambda: "Name a file first" in app.screen.query_one("#import-keys").text)
        await type_path(pilot, str(tmp_path / "nothing.json"))
        await pilot.press("enter")
        await wait_until(pilot, lambda: "there is no such file" in app.screen.query_one("#import-keys").text)
        await pilot.press("escape")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1)
        assert not app.jobs.all


async def test_units_are_looked_for_as_a_job_after_asking_and_the_queue_fills(tmp_path):
    async with open_evidence(evidence_bank(tmp_path, units=False)) as (app, pilot):
        queue = await open_queue(pilot)
        await pilot.press("x")
        await on_screen(pilot, "AskScreen")
        assert "3 dialogues" in app.screen.question and "embedded annotator" in app.screen.details
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.jobs.all and not app.jobs.all[0].running, 18)
        assert app.jobs.all[0].state == "done", app.jobs.all[0].error
        await wait_until(pilot, lambda: "units found in" in toasts(app))
        await wait_until(pilot, lambda: queue.bench.card is not None)


async def test_while_units_are_looked_for_a_bar_shows_and_x_stops(tmp_path):
    import sys

    from esc_tui.tui.jobs import Jobs

    script = ("import json, time\nprint(json.dumps({'kind': 'progress', 'done': 412, 'total': 1301, 'seconds_left': 90}), flush=True)\n"
              "while True: time.sleep(0.01)")
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        app._jobs = Jobs(app, [sys.executable, "-c", script])
        await pilot.press("x")
        await on_screen(pilot, "AskScreen")
        await pilot.press("e")
        await wait_until(pilot, lambda: "412 of 1,301" in app.pane.job_line.text and app.pane.job_line.display)
        assert "2 min left" in app.pane.job_line.text and "units 31 %" in app.header.text
        await pilot.press("x")
        await on_screen(pilot, "AskScreen")
        await pilot.press("s")
        await wait_until(pilot, lambda: app.jobs.all[0].state == "cancelled")
        await wait_until(pilot, lambda: not app.pane.job_line.display and "stopped. What was finished is kept" in toasts(app))


async def test_the_command_line_of_the_session_goes_along_to_the_job(tmp_path, monkeypatch):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        app.start = app.workshop.start = app.start.__class__(
            bank=app.start.bank, engine="endpoint", endpoint="http://127.0.0.1:9", model="m",
            overrides={"engine": "endpoint", "endpoint": "http://127.0.0.1:9"})
        started: list[list[str]] = []
        monkeypatch.setattr(app.jobs, "start", lambda kind, title, arguments, **_: started.append(list(arguments)))
        await pilot.press("x")
        await on_screen(pilot, "AskScreen")
        assert "m at http://127.0.0.1:9" in app.screen.details
        await pilot.press("e")
        await wait_until(pilot, lambda: started)
        assert started == [["discover", "units", "--engine", "endpoint", "--endpoint", "http://127.0.0.1:9"]]


def test_paths_may_hold_blanks_be_several_and_have_stars(tmp_path, monkeypatch):
    for name in ("a b.json", "c.json", "d.jsonl"):
        (tmp_path / name).write_text("[]")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert [one.path for one in named_files(f"{tmp_path}/a b.json")] == [f"{tmp_path}/a b.json"]
    assert [one.path for one in named_files("'a b.json' ~/c.json")] == [f"{tmp_path}/a b.json", f"{tmp_path}/c.json"]
    assert [one.path for one in named_files("*.json")] == [f"{tmp_path}/a b.json", f"{tmp_path}/c.json"]
    assert all(one.good for one in named_files("*.json*"))


def test_a_folder_is_no_file_and_the_form_says_how_to_name_its_files(tmp_path):
    (tmp_path / "talks").mkdir()
    (tmp_path / "talks" / "a.jsonl").write_text("")
    [folder] = named_files(f"{tmp_path}/talks")
    assert not folder.good and "name its files" in folder.note
    assert [one.good for one in named_files(f"{tmp_path}/talks/*")] == [True]


@pytest.mark.parametrize("text", ["", "  ", "'", "~nobody-of-this-name/x", "\x00", "a\x00b c", "[", "*nothing*", "x" * 5000])
def test_any_text_is_only_a_path_that_is_not_there(text):
    assert not any(one.good for one in named_files(text))


def test_the_suggestion_goes_on_with_the_last_path(tmp_path):
    (tmp_path / "corpora").mkdir()
    (tmp_path / "corpora" / "talks.jsonl").write_text("")
    (tmp_path / "corpora" / "notes.txt").write_text("")
    suggest = PathSuggester._suggest
    assert suggest(f"{tmp_path}/cor") == f"{tmp_path}/corpora/"
    assert suggest(f"x.json {tmp_path}/corpora/t") == f"x.json {tmp_path}/corpora/talks.jsonl"
    assert suggest(f"{tmp_path}/corpora/n") is None and suggest("") is None and suggest("/nowhere/at/all/") is None


def test_a_wish_is_a_command_line_whose_paths_are_no_options():
    wish = ImportWish(("-rf.json",), "MIT", "mine")
    assert wish.arguments == ["import", "--licence", "MIT", "--source", "mine", "--", "-rf.json"]
    assert wish.title == "Importing -rf.json"


def test_what_was_found_is_told_in_a_sentence():
    assert import_told({"dialogues": 1301, "new": 1300, "skipped": 0}) == "1,301 dialogues read, 1,300 new."
    assert "f8 shows what and why" in import_told({"dialogues": 1, "new": 0, "skipped": 3})
    assert "7 of them key units" in units_told({"units": 10, "dialogues": 2, "key": 7})
    assert units_told({"units": 0, "dialogues": 0}) == "Every dialogue had been read before; there is nothing new."
    assert "1 dialogue was passed over" in units_told({"units": 5, "dialogues": 2, "key": 1, "skipped": 1})
    assert import_told({}) == "0 dialogues read, 0 new."


def test_after_a_break_the_whole_is_told_too_and_one_is_one():
    said = units_told({"units": 2, "dialogues": 1, "key": 1, "all_units": 3001, "all_dialogues": 304})
    assert said.startswith("2 units found in 1 dialogue, 1 of them key units")
    assert said.endswith(" With what was read before: 3,001 units in 304 dialogues.")


def test_the_home_folder_of_nobody_is_told_beside_the_file(tmp_path):
    named = named_files("~nobody-at-all-of-this-name/talks.json")
    assert [(one.note, one.good) for one in named] == [("there is no such home folder", False)]
