"""Sums of a run: honest numbers, groups, arms and runs compared in pairs."""

from __future__ import annotations

from esc_tui.bank.bank import open_bank
from tests.support_bank import small_bank_file
from tests.tui.episodes.helpers import open_episodes, open_run, runs_read
from tests.tui.episodes.made_up import USUAL, add_made_up, episodes_bank
from tests.tui.helpers import wait_until


def two_arms(folder):
    path = small_bank_file(folder, "arms.db")
    with open_bank(path) as bank:
        add_made_up(bank, ["success", "failure", "failure", "success", "turns", "turns", "success", "goodbye"], "two supporters",
                    ("r42", "no bank"))
    return path


async def shown_sums(pilot):
    await pilot.press("s")
    pane = pilot.app.pane
    await wait_until(pilot, lambda: pane.path[-1] == "sums" and pane.view.sums is not None, 20)
    return pane.view


def text(view) -> str:
    return "\n".join(line.plain for line in view.page.typeset(110))


async def test_score_success_and_failure_stand_with_intervals_and_endings_apart(tmp_path):
    async with open_episodes(episodes_bank(tmp_path)) as (app, pilot):
        await open_run(pilot, 1)
        told = text(await shown_sums(pilot))
        assert "57.0  31.9 to 82.1" in told and "3 of 10" in told and "2 of 10" in told
        assert "1\u00a0crisis" in told and "1\u00a0failed" in told
        assert "Hidden need" in told and "rest on fewer than 8" in told and "be no comparison" not in told


async def test_two_arms_are_compared_in_pairs_and_undecided_is_said(tmp_path):
    async with open_episodes(two_arms(tmp_path)) as (app, pilot):
        await open_run(pilot)
        told = text(await shown_sums(pilot))
        assert "r42 against no bank" in told and "4 pairs" in told and "not decided: the interval holds 0" in told
        assert "Supporter" in told


async def test_a_run_that_is_kept_is_compared_with_another_one(tmp_path):
    path = episodes_bank(tmp_path)
    with open_bank(path) as bank:
        add_made_up(bank, USUAL[::-1], "turned round")
    async with open_episodes(path) as (app, pilot):
        view = app.pane.view
        view.rows.move_to("1")
        await pilot.press("space")
        assert view.beside == 1
        view.rows.move_to("3")
        told = text(await shown_sums(pilot))
        assert "run 3 against run 1" in told
        await pilot.press("escape")
        await runs_read(pilot)
        assert app.pane.path == ["runs"]


async def test_a_run_without_an_ending_that_counts_says_so(tmp_path):
    path = small_bank_file(tmp_path, "none.db")
    with open_bank(path) as bank:
        add_made_up(bank, ["crisis", "waiting"], state="planned")
    async with open_episodes(path) as (app, pilot):
        told = text(await shown_sums(pilot))
        assert "No episode has ended in a way that counts" in told
