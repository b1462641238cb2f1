"""What each skill does, on the screen: the map, the table, one skill in full, search, other groups and runs, copying, and the pictures."""

from __future__ import annotations

import pytest

from esc_tui.bank.bank import open_bank
from tests.support_bank import small_bank_file
from tests.tui.evolution.helpers import all_read, evolution_app, list_text, open_evolution, page_text, settled
from tests.tui.evolution.made_up_skills import HARMS, HELPS, SILENT, skills_bank
from tests.tui.helpers import wait_until


@pytest.fixture
def path(tmp_path):
    return skills_bank(tmp_path)


async def come(pilot, *keys):
    """Open the screen, wait until the run is read, press keys."""
    await all_read(pilot)
    await pilot.press("m")
    await wait_until(pilot, lambda: getattr(pilot.app.screen, "ready", False))
    await pilot.press(*keys)
    await pilot.pause()


def look(*keys):
    async def before(pilot):
        await come(pilot, *keys)

    return before


async def test_the_map_marks_what_is_decided_and_leaves_the_rest_hollow(path):
    async with open_evolution(path) as (app, pilot):
        await come(pilot)
        screen = app.screen
        text = "\n".join("".join(part.text for part in screen.map.render_line(y)) for y in range(screen.map.size.height))
        assert "▲" in text and "▼" in text and ("△" in text or "▽" in text) and "·" in text
        assert screen.number == 2, "a run with hidden skills comes first"
        assert "cells decided after Holm" in screen.query_one("#skills-chance").text
        screen.map.move_to(HELPS, "be-praised")
        await pilot.pause()
        assert f"{HELPS}  with  be praised" in page_text(screen.cell) and "hidden in 8 of 24 episodes" in page_text(screen.cell)
        assert "Promise" in page_text(screen.page) and "▲ feels understood" in page_text(screen.page)


async def test_the_table_sets_promise_beside_delivery_and_marks_the_lists(path):
    async with open_evolution(path) as (app, pilot):
        await come(pilot, "t")
        text = list_text(app.screen.list)
        assert "! chosen widely" in text and "! passed over" in text and "▼ broken" in text
        line = next(line for line in text.splitlines() if SILENT in line)
        assert "- untested" in line and "not used there" in line and "! passed over" in line
        await pilot.press("t")
        assert app.screen.map.display and app.focused is app.screen.map


async def test_search_groups_runs_and_the_way_out(path):
    async with open_evolution(path) as (app, pilot):
        await come(pilot)
        screen = app.screen
        await pilot.press("slash", *"small want", "enter")
        assert [row.id for row in screen.map.rows] == [HARMS] and app.focused is screen.map
        await pilot.press("slash", *"zzz", "escape")
        assert "No skill of that name." in page_text(screen.cell)
        screen.field.value = ""
        await pilot.press("c")
        await wait_until(pilot, lambda: screen.by == "character" and screen.ready)
        assert "by character" in screen.query_one("#skills-title").text
        await pilot.press("r")
        await wait_until(pilot, lambda: app.screen is not screen)
        await pilot.press("down", "enter")
        await wait_until(pilot, lambda: app.screen is screen and screen.ready and screen.number == 1)
        assert screen.table and screen.found is None
        await pilot.press("t")
        assert "No skill was hidden in this run" in page_text(screen.cell)
        await pilot.press("escape")
        await settled(pilot)
        assert app.screen is not screen


async def test_a_skill_opens_in_full_is_copied_and_shown_in_bank(path):
    async with open_evolution(path, size=(80, 24)) as (app, pilot):
        await come(pilot)
        screen = app.screen
        screen.map.move_to(HELPS, "be-praised")
        await pilot.press("y")
        assert app.clipboard.startswith("run 2 (") and "Passed over in silence: 1" in app.clipboard
        await pilot.press("enter")
        assert screen.has_class("-open") and screen.query_one("#skills-detail").has_focus
        await pilot.press("y")
        assert app.clipboard.startswith(f"{HELPS} v1") and "EFFECT" in app.clipboard
        await pilot.press("escape")
        assert not screen.has_class("-open")
        await pilot.press("o")
        await wait_until(pilot, lambda: getattr(app.pane, "chosen_slug", "") == HELPS)


async def test_an_empty_bank_says_what_to_do(tmp_path):
    async with open_evolution(small_bank_file(tmp_path)) as (app, pilot):
        await come(pilot)
        assert "No run of simulated seekers with skills has ended yet" in list_text(app.screen.list)
        await pilot.press("t", "c", "r", "y", "o", "enter", "escape")
        await settled(pilot)
        assert app.screen.id == "_default"


async def test_sealed_runs_do_not_stand_there(path):
    with open_bank(path) as bank:
        bank.writing.run("UPDATE episodes SET shelf = 'confirm' WHERE run = 2 AND number = 1")
    async with open_evolution(path) as (app, pilot):
        await come(pilot)
        assert [number for number, _, _ in app.screen.runs] == [1]


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_map(snap_compare, path, size):
    assert snap_compare(evolution_app(path), terminal_size=size, run_before=look("down"))


def test_the_table(snap_compare, path):
    assert snap_compare(evolution_app(path, "esc-light"), terminal_size=(120, 36), run_before=look("t"))


def test_the_map_without_colour(snap_compare, path, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(evolution_app(path), terminal_size=(120, 36), run_before=look())

