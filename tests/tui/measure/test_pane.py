"""The Measure pane by keys: choosing, comparing, exporting, starting a measurement, and what it says where there is none."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from esc_tui.bank.artefacts import add_measurement
from esc_tui.bank.bank import open_bank
from esc_tui.evaluate.tables import plain_report
from esc_tui.tui.app import EscApp
from esc_tui.tui.jobs import Jobs
from esc_tui.tui.panes.measure.new_screen import MeasureWish, NewMeasureScreen
from tests.evaluate.written import corpora
from tests.tui.helpers import wait_until
from tests.tui.measure.helpers import TIME, made_up, measure_app, measured_bank

JOB = """
import json, os, sys
sys.path.insert(0, os.getcwd())
from esc_tui.bank.artefacts import add_measurement
from esc_tui.bank.bank import open_bank
arguments = sys.argv[1:]
print(json.dumps({"kind": "progress", "job": "evaluate", "done": 31, "total": 100, "seconds_left": 40, "unit": "turns"}), flush=True)
with open_bank(arguments[arguments.index("--bank") + 1]) as bank:
    result = {"items": 7, "emr": 0.3, "train": ["a"], "test": ["b"]}
    number = add_measurement(bank.writing, "responses", {}, result, "2026-11-22T10:00:00.000Z")
print(json.dumps({"kind": "result", "items": 7, "emr": 0.3, "lr": 0.4, "arguments": arguments, "number": number}), flush=True)
"""


@asynccontextmanager
async def opened(path: Path, size: tuple[int, int] = (120, 40)) -> AsyncIterator[tuple[EscApp, Pilot]]:
    app = measure_app(path)
    async with app.run_test(size=size) as pilot:
        await wait_until(pilot, lambda: app.pane.rows.empty.plain)
        yield app, pilot


def numbers(app: EscApp, width: int = 100) -> str:
    return "\n".join(line.plain for line in app.pane.numbers.typeset(width))


def toasts(app: EscApp) -> str:
    return "\n".join(note.message for note in app._notifications)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (160, 45)])
async def test_the_list_never_cuts_its_numbers_for_what_stands_beside_them(tmp_path, size):
    async with opened(measured_bank(tmp_path, made_up()), size) as (app, _):
        second = app.pane.rows.render_line(1).text
        assert "EMR 31.0  LR 36.0  first 35.0 " in second and "…" not in second


async def test_the_newest_measurement_is_shown_with_intervals_and_published_numbers(tmp_path):
    async with opened(measured_bank(tmp_path, made_up(), made_up(0.02))) as (app, _):
        assert app.pane.chosen.number == 2
        emr = next(line for line in numbers(app).splitlines() if line.startswith("Exact sequence"))
        assert emr.split() == ["Exact", "sequence", "(EMR)", "33.0", "±2.0", "38.0", "±2.3", "1.0", "±0.1", "23.6-33.5"]
        assert "Left out of the bank because the test is in it: 2 skills, 41 units." in numbers(app)


async def test_narrow_tables_keep_their_first_columns(tmp_path):
    async with opened(measured_bank(tmp_path, made_up())) as (app, _):
        for width in (30, 40, 55, 70, 100):
            assert all(line.cell_length <= width for line in app.pane.numbers.typeset(width))
            assert "31.0" in numbers(app, width)


async def test_two_measurements_stand_side_by_side_with_their_paired_difference(tmp_path):
    async with opened(measured_bank(tmp_path, made_up(), made_up(0.02), made_up(-0.01))) as (app, pilot):
        await pilot.press("end", "space", "home")
        await wait_until(pilot, lambda: "difference" in numbers(app))
        emr = next(line for line in numbers(app).splitlines() if line.startswith("Exact sequence"))
        assert emr.split()[3:] == ["30.0", "±1.8", "31.0", "±1.9", "-1.0", "±0.0", "▼"]
        await pilot.press("t")
        await wait_until(pilot, lambda: "percent, single turns" in numbers(app))
        assert "Not paired" in numbers(app)
        await pilot.press("end", "space", "home")
        await wait_until(pilot, lambda: "difference" not in numbers(app))


async def test_tabs_go_through_numbers_confusion_and_published(tmp_path):
    async with opened(measured_bank(tmp_path, made_up())) as (app, pilot):
        await pilot.press("enter", "right_square_bracket")
        await wait_until(pilot, lambda: app.focused is app.pane.grid)
        await pilot.press("down", "down")
        await wait_until(pilot, lambda: app.pane.said.text.startswith("Reflection of feelings planned as Question"))
        await pilot.press("right_square_bracket")
        await wait_until(pilot, lambda: app.pane.tab == "published" and app.focused is app.pane.content)
        text = "\n".join(line.plain for line in app.pane.published.typeset(90))
        assert "arXiv 2604.17972" in text and "here, " in text and " turns" in text
        assert "half of the 95 % interval" in text and "±1.9" in text
        await pilot.press("y")
        await wait_until(pilot, lambda: "Copied measurement 1 as text" in toasts(app))
        assert "EMR" in app.clipboard and "Published" in app.clipboard
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.focused is app.pane.rows)


async def test_the_confusion_map_says_the_same_without_colour(tmp_path):
    async with opened(measured_bank(tmp_path, made_up())) as (app, pilot):
        await pilot.press("right_square_bracket")
        await wait_until(pilot, lambda: app.pane.grid.rows)
        await pilot.pause()
        result = app.pane.chosen.result["confusion"]
        lines = ["".join(segment.text for segment in app.pane.grid.render_line(y)) for y in range(1, 9)]
        for line, cells in zip(lines, result["cells"], strict=True):
            assert [int(word.strip("░▒▓█")) for word in line.split() if word.strip("░▒▓█").isdigit()] == [count for count in cells if count]
        assert "█" in "".join(lines) and "░" in "".join(lines)


@pytest.mark.parametrize(("key", "ending", "begins"), [("m", "md", "# Responses"), ("c", "csv", "measure,"), ("h", "html", "<!doctype")])
async def test_an_export_is_a_new_file_whose_path_is_shown(tmp_path, monkeypatch, key, ending, begins):
    monkeypatch.chdir(tmp_path)
    async with opened(measured_bank(tmp_path, made_up())) as (app, pilot):
        for name in (f"measurement-1.{ending}", f"measurement-1-2.{ending}"):
            await pilot.press("e")
            await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
            await pilot.press(key)
            await wait_until(pilot, lambda name=name: str(tmp_path / name) in toasts(app))
            assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


async def test_without_a_measurement_one_sentence_names_the_next_key(tmp_path):
    async with opened(measured_bank(tmp_path)) as (app, pilot):
        assert "Press n to measure" in app.pane.rows.empty.plain
        await pilot.press("space", "e", "t", "right_square_bracket", "v")
        await pilot.pause()
        assert type(app.screen).__name__ == "Screen" and app.pane.tab == "numbers"


async def test_a_measurement_made_elsewhere_appears_and_is_shown(tmp_path):
    path = measured_bank(tmp_path, made_up())
    async with opened(path) as (app, pilot):
        with open_bank(path) as bank:
            add_measurement(bank.writing, "responses", {}, made_up(0.03), TIME)
        app.pane.bank_changed()
        await wait_until(pilot, lambda: app.pane.chosen is not None and app.pane.chosen.number == 2)


async def fill(pilot: Pilot, **values: str) -> None:
    for name, value in values.items():
        pilot.app.screen.query_one(f"#measure-{name}").value = value
    await pilot.pause()


async def test_a_new_measurement_runs_as_a_job_and_is_shown_at_its_end(tmp_path):
    train, test = corpora(tmp_path)
    async with opened(measured_bank(tmp_path, made_up())) as (app, pilot):
        app._jobs = Jobs(app, [sys.executable, "-c", JOB])
        await pilot.press("n")
        await wait_until(pilot, lambda: isinstance(app.screen, NewMeasureScreen))
        await fill(pilot, train=train, test=test, limit="5", seed="3", mode="single")
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.jobs.all and not app.jobs.all[0].running)
        given = app.jobs.all[0].result["arguments"]
        assert given[:4] == ["evaluate", "responses", f"--train={train}", f"--test={test}"]
        assert given[4:12] == ["--mode", "single", "--replies", "--limit", "5", "--seed", "3", "--display"]
        await wait_until(pilot, lambda: app.pane.chosen.number == 2)
        assert "Measured 7 turns: EMR 30.0, LR 40.0 %." in toasts(app)


@pytest.mark.parametrize(("values", "says"), [
    ({}, "Learn from: name a file."),
    ({"train": "nowhere.jsonl"}, "Learn from: nowhere.jsonl: there is no such file."),
    ({"train": "TRAIN"}, "Predict: name a file."),
    ({"train": "TRAIN", "test": "TEST", "mode": "two"}, "Mode: all-in-one, one-by-one, single."),
    ({"train": "TRAIN", "test": "TEST", "replies": "perhaps"}, "Replies: yes or no."),
    ({"train": "TRAIN", "test": "TEST", "limit": "-3"}, "At most: a number."),
])
async def test_the_form_says_what_is_missing(tmp_path, values, says):
    train, test = corpora(tmp_path)
    async with opened(measured_bank(tmp_path)) as (app, pilot):
        await pilot.press("n")
        await wait_until(pilot, lambda: isinstance(app.screen, NewMeasureScreen))
        await fill(pilot, **{name: value.replace("TRAIN", train).replace("TEST", test) for name, value in values.items()})
        await pilot.press("enter")
        await wait_until(pilot, lambda: says in app.screen.query_one("#measure-keys").text)
        await pilot.press("escape")
        await wait_until(pilot, lambda: not isinstance(app.screen, NewMeasureScreen))
        assert not app.jobs.all


def test_a_wish_becomes_a_command_line_that_names_every_file():
    wish = MeasureWish(("-a b.jsonl", "c"), ("d [/x]\x1b.jsonl",), "single", False, 0, 1)
    assert wish.arguments[2:5] == ["--train=-a b.jsonl", "--train=c", "--test=d [/x]\x1b.jsonl"]
    assert "\x1b" not in wish.title


async def test_hostile_names_and_models_are_only_text(tmp_path):
    bad = made_up(train=["[/bold]\x1b[2J.jsonl"], test=["训练集[link=x].jsonl"], engine="endpoint", model="[red]m\x1b[0m",
                  written_by={"model": "[red]m\x1b[0m"})
    async with opened(measured_bank(tmp_path, bad)) as (app, pilot):
        await pilot.pause()
        assert "[/bold]␛[2J.jsonl → 训练集[link=x].jsonl" in numbers(app)
        assert "\x1b" not in numbers(app)


async def test_a_result_of_another_make_is_shown_as_far_as_it_goes(tmp_path):
    async with opened(measured_bank(tmp_path, json.loads('{"items": 3, "emr": 0.5}'))) as (app, pilot):
        assert "50.0" in numbers(app)
        await pilot.press("right_square_bracket", "right_square_bracket")
        await pilot.pause()


async def test_the_same_works_in_a_small_window(tmp_path):
    async with opened(measured_bank(tmp_path, made_up()), (80, 24)) as (app, pilot):
        assert not app.pane.query_one("#measure-right").display
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.focused is app.pane.scroll and app.pane.query_one("#measure-right").display)
        await pilot.press("v")
        await wait_until(pilot, lambda: app.focused is app.pane.rows)
        await pilot.resize_terminal(140, 40)
        await wait_until(pilot, lambda: app.pane.query_one("#measure-right").display)


async def test_the_form_is_filled_by_keys_alone(tmp_path):
    async with opened(measured_bank(tmp_path)) as (app, pilot):
        await pilot.press("n")
        await wait_until(pilot, lambda: isinstance(app.screen, NewMeasureScreen) and app.focused is not None)
        await pilot.press("a", "down", "b", "down", "down", "down", "7", "up", "backspace", "backspace", "backspace", "n")
        await wait_until(pilot, lambda: app.screen.query_one("#measure-replies").value == "n")
        assert [app.screen.query_one(f"#measure-{name}").value for name in ("train", "test", "limit")] == ["a", "b", "7"]


def test_a_measure_has_one_name_in_the_table_and_below_and_why_bleu_of_all_may_lie_above_its_parts_is_said():
    report = plain_report(made_up())
    assert "First strategy right 34.0" in report and "Macro-F1 25.0" in report and "macro-f1" not in report
    assert "penalty for short replies over all turns together" in " ".join(report.split())
