"""Pictures of the Evolution pane: its lists in three sizes and four themes, without colour, its sheets, and its empty place."""

from __future__ import annotations

import pytest

from tests.support_bank import small_bank_file
from tests.tui.evolution.helpers import all_read, evolution_app, go_to, page_text, settled
from tests.tui.evolution.made_up import accepted_bank, evolution_bank
from tests.tui.helpers import wait_until

SIZES = [(80, 24), (120, 36), (160, 45)]
sizes = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


@pytest.fixture
def path(tmp_path):
    return evolution_bank(tmp_path)


def on(number, *keys):
    async def look(pilot):
        await all_read(pilot)
        await go_to(pilot, number)
        await pilot.press(*keys)
        await settled(pilot)

    return look


@sizes
def test_a_proposal_with_its_verdict(snap_compare, path, size):
    assert snap_compare(evolution_app(path), terminal_size=size, run_before=on(2))


def test_a_proposal_in_the_drawer(snap_compare, path):
    assert snap_compare(evolution_app(path), terminal_size=(80, 24), run_before=on(2, "enter"))


def test_a_proposal_before_it_is_verified(snap_compare, path):
    assert snap_compare(evolution_app(path), terminal_size=(140, 40), run_before=on(4))


def test_a_verification_that_was_broken_off(snap_compare, path):
    assert snap_compare(evolution_app(path), terminal_size=(140, 40), run_before=on(6))


@pytest.mark.parametrize("theme", ["esc-light", "esc-high-contrast", "esc-ansi"])
def test_a_verdict_in_other_themes(snap_compare, path, theme):
    assert snap_compare(evolution_app(path, theme), terminal_size=(120, 36), run_before=on(3))


def test_a_verdict_without_colour(snap_compare, path, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(evolution_app(path), terminal_size=(120, 36), run_before=on(2))


def test_the_findings(snap_compare, path):
    assert snap_compare(evolution_app(path), terminal_size=(120, 36), run_before=on(2, "left_square_bracket"))


def test_the_verifications(snap_compare, path):
    assert snap_compare(evolution_app(path), terminal_size=(120, 36), run_before=on(2, "right_square_bracket"))


def test_the_way_back(snap_compare, tmp_path):
    async def look(pilot):
        await all_read(pilot)
        await pilot.press("R")
        await wait_until(pilot, lambda: type(pilot.app.screen).__name__ == "RevisionsScreen" and pilot.app.screen.list.count)
        await pilot.press("down")
        await wait_until(pilot, lambda: "Proposals that it undoes" in page_text(pilot.app.screen.page))

    assert snap_compare(evolution_app(accepted_bank(tmp_path)), terminal_size=(120, 36), run_before=look)


def test_the_sheet_before_a_verification(snap_compare, path):
    async def look(pilot):
        await on(4)(pilot)
        await pilot.press("v")
        await wait_until(pilot, lambda: type(pilot.app.screen).__name__ == "VerifyScreen" and page_text(pilot.app.screen.page).strip())

    assert snap_compare(evolution_app(path), terminal_size=(100, 30), run_before=look)


@sizes
def test_the_pairs_of_the_develop_shelf(snap_compare, path, size):
    async def look(pilot):
        await on(2)(pilot)
        await pilot.press("w")
        await wait_until(pilot, lambda: type(pilot.app.screen).__name__ == "PairsScreen")
        await pilot.press("o")
        await wait_until(pilot, lambda: pilot.app.screen.talks.left and pilot.app.screen.query_one("#pairs-scroll").scroll_y > 0)

    assert snap_compare(evolution_app(path), terminal_size=size, run_before=look)


def test_the_sealed_pairs(snap_compare, path):
    async def look(pilot):
        await on(2)(pilot)
        await pilot.press("w")
        await wait_until(pilot, lambda: type(pilot.app.screen).__name__ == "PairsScreen" and pilot.app.screen.plot.values)

    assert snap_compare(evolution_app(path), terminal_size=(120, 36), run_before=look)


@pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_pair_read_blind(snap_compare, path, size, monkeypatch):
    monkeypatch.setenv("ESC_TUI_ANNOTATOR", "Ada")

    async def look(pilot):
        await on(2)(pilot)
        await pilot.press("b")
        await wait_until(pilot, lambda: type(pilot.app.screen).__name__ == "BlindScreen" and pilot.app.screen.talks.left)

    assert snap_compare(evolution_app(path), terminal_size=size, run_before=look)


def test_an_empty_pane(snap_compare, tmp_path):
    assert snap_compare(evolution_app(small_bank_file(tmp_path)), terminal_size=(100, 30), run_before=all_read)
