"""Sums of a run: honest numbers, groups, arms and runs compared in pairs."""

from __future__ import annotations

from esc_tui.bank.bank import open_bank
from tests.support_bank import small_bank_file
from tests.tui.episodes.helpers import open_episodes, open_run, page_text, runs_read
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
        assert "10 episodes counted: 3 emotion at 100, 2 emotion below 10, 4 all turns done, 1 left by the seeker" in told
        assert "not counted: 1 crisis, 1 technical fault" in told
        assert "Hidden need" in told and "rest on fewer than 8" in told and "be no comparison" not in told


async def test_two_arms_are_compared_in_pairs_and_undecided_is_said(tmp_path):
    async with open_episodes(two_arms(tmp_path)) as (app, pilot):
        await open_run(pilot)
        view = await shown_sums(pilot)
        told = text(view)
        assert len(view.plot.scene.curves) == 2 and {"1", "2"} <= set("".join(view.plot.plain_lines))
        legend = page_text(view.caption)
        assert "1 ⠒⠒⠒⠒⠒⠒ r42  4 episodes" in legend and "2 ⠒⠒⠒" in legend and "no bank  4 episodes" in legend
        assert told.count("95 % interval") == 2 and "8 episodes counted" not in told, "each supporter has its figures, nobody mixed ones"
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
        assert view.beside == "1"
        view.rows.move_to("3")
        told = text(await shown_sums(pilot))
        assert "run 3 against run 1" in told
        await pilot.press("escape")
        await runs_read(pilot)
        assert app.pane.path == ["runs"]


async def test_the_supporters_of_two_runs_are_compared_in_pairs(tmp_path):
    path = two_arms(tmp_path)
    with open_bank(path) as bank:
        add_made_up(bank, ["failure", "success"] * 4, "again two", ("r42", "no bank"))
    async with open_episodes(path) as (app, pilot):
        view = app.pane.view
        view.rows.move_to("1")
        await pilot.press("space")
        view.rows.move_to("2")
        told = text(await shown_sums(pilot))
        assert "run 2, r42 against run 1, no bank" in told and "run 2, no bank against run 1, r42" in told and "Supporter" in told


async def test_one_supporter_of_a_run_can_be_chosen_to_compare_with(tmp_path):
    path = two_arms(tmp_path)
    with open_bank(path) as bank:
        add_made_up(bank, ["turns"] * 4, "one alone", ("r42",))
    async with open_episodes(path) as (app, pilot):
        app.pane.view.rows.move_to("2")
        view = await shown_sums(pilot)
        await pilot.press("b")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "PickerScreen")
        assert [one.value for one in app.screen.options] == ["1", "1:1", "1:2"]
        await pilot.press(*"bank", "enter")
        await wait_until(pilot, lambda: view.sums is not None and view.sums.comparisons, 20)
        assert "run 2 against run 1, no bank" in text(view) and text(view).count(" against ") == 1


async def test_a_number_typed_means_the_run_of_that_number(tmp_path):
    path = two_arms(tmp_path)
    with open_bank(path) as bank:
        for place in range(2, 13):
            add_made_up(bank, ["turns"] * 2, f"1 of {place}", ("r42", "no bank") if place == 12 else ("r42",))
    async with open_episodes(path) as (app, pilot):
        view = await shown_sums(pilot)
        await pilot.press("b")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "PickerScreen")
        cases = {"1": ["1", "1:1", "1:2"], "12": ["12:1", "12:2"], "1:2": ["1:2"], "1:": ["1", "1:1", "1:2"], "7": ["7"]}
        for typed, fitting in cases.items():
            app.screen.field.value = typed
            await pilot.pause()
            assert [one.value for one in app.screen.options if app.screen._fits(one, typed)] == fitting
        await wait_until(pilot, lambda: app.screen.list.count == 1)
        await pilot.press("enter")
        await wait_until(pilot, lambda: view.sums is not None and view.sums.comparisons, 20)
        assert "run 12, r42 against run 7" in text(view)


async def test_three_supporters_are_compared_each_with_each_other(tmp_path):
    path = small_bank_file(tmp_path, "three.db")
    with open_bank(path) as bank:
        add_made_up(bank, ["success", "failure", "turns"] * 4, "three", ("r42", "r41", "no bank"))
    async with open_episodes(path) as (app, pilot):
        told = text(await shown_sums(pilot))
        assert all(f"{pair}" in told for pair in ("r42 against r41", "r42 against no bank", "r41 against no bank"))


async def test_of_two_episodes_no_interval_is_told(tmp_path):
    path = small_bank_file(tmp_path, "tiny.db")
    with open_bank(path) as bank:
        add_made_up(bank, ["success", "failure", "failure", "success"], "tiny", ("r42", "no bank"))
    async with open_episodes(path) as (app, pilot):
        told = text(await shown_sums(pilot))
        assert "too few to tell" in told and "not decided" in told and "higher" not in told and "lower" not in told
        assert " few " in next(line for line in told.splitlines() if line.startswith("r42  "))


async def test_a_run_without_an_ending_that_counts_says_so(tmp_path):
    path = small_bank_file(tmp_path, "none.db")
    with open_bank(path) as bank:
        add_made_up(bank, ["crisis", "waiting"], state="planned")
    async with open_episodes(path) as (app, pilot):
        told = text(await shown_sums(pilot))
        assert "No episode has ended in a way that counts" in told
