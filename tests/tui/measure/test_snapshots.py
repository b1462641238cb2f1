"""Pictures of the Measure pane in four themes and two sizes, and of each of its places."""

from __future__ import annotations

import pytest

from esc_tui.tui.themes import THEME_NAMES
from tests.tui.helpers import wait_until
from tests.tui.measure.helpers import made_up, measure_app, measured_bank

SIZES = [(80, 24), (160, 45)]


async def read(pilot):
    await wait_until(pilot, lambda: pilot.app.pane.rows.empty.plain)


async def press(pilot, *keys):
    await read(pilot)
    await pilot.press(*keys)
    await pilot.pause()
    await pilot.pause()


@pytest.fixture
def path(tmp_path):
    return measured_bank(tmp_path, made_up(), made_up(0.02, mode="one-by-one"),
                         made_up(-0.01, engine="endpoint", written_by={"model": "tiny-talker"}))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("theme", THEME_NAMES)
def test_the_numbers(snap_compare, path, theme, size):
    async def look(pilot):
        await press(pilot, "enter")

    assert snap_compare(measure_app(path, theme), terminal_size=size, run_before=look)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("theme", THEME_NAMES)
def test_the_confusion_map(snap_compare, path, theme, size):
    async def look(pilot):
        await press(pilot, "enter", "right_square_bracket", "down", "right", "right")

    assert snap_compare(measure_app(path, theme), terminal_size=size, run_before=look)


def test_the_list_in_a_small_window(snap_compare, path):
    assert snap_compare(measure_app(path), terminal_size=(80, 24), run_before=read)


def test_published_numbers(snap_compare, path):
    async def look(pilot):
        await press(pilot, "left_square_bracket")

    assert snap_compare(measure_app(path), terminal_size=(120, 36), run_before=look)


def test_two_side_by_side(snap_compare, path):
    async def look(pilot):
        await press(pilot, "end", "space", "home")
        await wait_until(pilot, lambda: "difference" in str(pilot.app.pane.numbers.render()))
        pilot.app.clear_notifications()
        await pilot.pause()

    assert snap_compare(measure_app(path), terminal_size=(120, 36), run_before=look)


def test_the_form(snap_compare, path):
    async def look(pilot):
        await press(pilot, "n")
        await wait_until(pilot, lambda: type(pilot.app.screen).__name__ == "NewMeasureScreen")
        await pilot.press("enter")
        await wait_until(pilot, lambda: "name a file" in pilot.app.screen.query_one("#measure-keys").text)

    assert snap_compare(measure_app(path), terminal_size=(100, 36), run_before=look)


def test_an_empty_pane(snap_compare, tmp_path):
    assert snap_compare(measure_app(measured_bank(tmp_path)), terminal_size=(100, 30), run_before=read)


def test_without_colour(snap_compare, path, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")

    async def look(pilot):
        await press(pilot, "right_square_bracket")

    assert snap_compare(measure_app(path), terminal_size=(120, 36), run_before=look)
