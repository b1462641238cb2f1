"""Pictures of the Episodes pane: its views in two sizes, in other themes, without colour, and its empty place."""

from __future__ import annotations

import pytest

from tests.support_bank import small_bank_file
from tests.tui.episodes.helpers import episodes_app, open_episode, open_run, runs_read
from tests.tui.episodes.made_up import episodes_bank
from tests.tui.episodes.test_sums import two_arms
from tests.tui.helpers import wait_until

SIZES = [(80, 24), (160, 45)]
sizes = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


@pytest.fixture
def path(tmp_path):
    return episodes_bank(tmp_path)


async def sums(pilot):
    await open_run(pilot, 1)
    await pilot.press("s")
    await wait_until(pilot, lambda: pilot.app.pane.path[-1] == "sums" and pilot.app.pane.view.sums is not None, 20)


@sizes
def test_the_runs(snap_compare, path, size):
    assert snap_compare(episodes_app(path), terminal_size=size, run_before=runs_read)


@sizes
def test_a_run(snap_compare, path, size):
    async def look(pilot):
        view = await open_run(pilot, 1)
        await pilot.press("down")
        await wait_until(pilot, lambda: view.preview.row.number == 2)

    assert snap_compare(episodes_app(path), terminal_size=size, run_before=look)


@sizes
def test_an_episode(snap_compare, path, size):
    async def look(pilot):
        await open_episode(pilot, 3, run=1)
        await pilot.press("j", "j")
        await wait_until(pilot, lambda: pilot.app.pane.view.plot.scene.cursor == 3)

    assert snap_compare(episodes_app(path), terminal_size=size, run_before=look)


@sizes
def test_the_sums(snap_compare, path, size):
    assert snap_compare(episodes_app(path), terminal_size=size, run_before=sums)


@pytest.mark.parametrize(("size", "theme"), [((80, 24), "esc-light"), ((120, 40), "esc-ansi")], ids=["80x24", "120x40"])
def test_the_sums_of_two_supporters(snap_compare, tmp_path, size, theme):
    assert snap_compare(episodes_app(two_arms(tmp_path), theme), terminal_size=size, run_before=sums)


def test_an_episode_in_light(snap_compare, path):
    async def look(pilot):
        await open_episode(pilot, 7, run=1)
        await pilot.press("i")
        await pilot.pause()

    assert snap_compare(episodes_app(path, "esc-light"), terminal_size=(140, 40), run_before=look)


@pytest.mark.parametrize("theme", ["esc-high-contrast", "esc-ansi"])
def test_a_run_in_other_themes(snap_compare, path, theme):
    async def look(pilot):
        await open_run(pilot, 1)

    assert snap_compare(episodes_app(path, theme), terminal_size=(120, 36), run_before=look)


def test_a_run_without_colour(snap_compare, path, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")

    async def look(pilot):
        await open_run(pilot, 1)

    assert snap_compare(episodes_app(path), terminal_size=(120, 36), run_before=look)


def test_the_form(snap_compare, path):
    async def look(pilot):
        await runs_read(pilot)
        await pilot.press("n")
        await wait_until(pilot, lambda: type(pilot.app.screen).__name__ == "NewRunScreen"
                         and pilot.app.screen.query_one("#new-run-forecast").text)

    assert snap_compare(episodes_app(path), terminal_size=(100, 36), run_before=look)


def test_an_empty_pane(snap_compare, tmp_path):
    assert snap_compare(episodes_app(small_bank_file(tmp_path)), terminal_size=(100, 30), run_before=runs_read)
