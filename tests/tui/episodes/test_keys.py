"""No place of the Episodes pane has two commands on one key, none is shadowed, and the footer stays short."""

from __future__ import annotations

from esc_tui.bank.runs import RunRow
from esc_tui.tui.commands import active_commands, all_declared
from esc_tui.tui.panes.episodes.runs_filter import narrowed
from tests.tui.bank.test_keys import conflicts
from tests.tui.episodes.helpers import open_episode, open_episodes, open_run
from tests.tui.episodes.made_up import claim, episodes_bank
from tests.tui.evidence.test_keys import check
from tests.tui.helpers import wait_until


async def test_no_place_has_shadowed_keys(tmp_path):
    path = episodes_bank(tmp_path)
    claim(path, 2)
    async with open_episodes(path, size=(170, 45)) as (app, pilot):
        await check(app, pilot, app.pane.view.rows, app.pane.view.query_one("#runs-card"))
        view = await open_run(pilot)
        await check(app, pilot, view.rows, view.preview.talk)
        view = await open_episode(pilot, 2, run=2)
        await check(app, pilot, view.talk, view.why)
        view = await open_episode(pilot, 7, run=1)
        await check(app, pilot, view.talk, view.why)
        await pilot.press("escape", "s")
        await wait_until(pilot, lambda: app.pane.path[-1] == "sums" and app.pane.view.sums is not None, 20)
        await check(app, pilot, app.pane.view.scroll)


async def test_the_fields_have_no_shadowed_keys(tmp_path):
    async with open_episodes(episodes_bank(tmp_path)) as (app, pilot):
        view = await open_run(pilot, 1)
        view.field.focus()
        await pilot.pause()
        assert [one for one in conflicts(app) if one[2].startswith("run.")] == []
        view = await open_episode(pilot, 1, run=1)
        await pilot.press("slash")
        await pilot.pause()
        assert [one for one in conflicts(app) if one[2].startswith("episode_talk.")] == []


async def test_every_command_says_what_it_does_and_the_palette_has_those_of_the_pane(tmp_path):
    async with open_episodes(episodes_bank(tmp_path)) as (app, pilot):
        offered = {command.id for _, command, usable in active_commands(app.screen) if usable and command.palette}
        assert {"episodes.new", "episodes.sums", "app.jobs"} <= offered
        kinds = ("episodes.", "runs.", "run.", "episode.", "episode_talk.", "sums.", "preview.")
        assert all(command.title for command in all_declared() if command.id.startswith(kinds))


async def test_jump_mode_reaches_every_place(tmp_path):
    async with open_episodes(episodes_bank(tmp_path)) as (app, pilot):
        view = await open_run(pilot, 1)
        await pilot.press("ctrl+o")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "JumpScreen")
        assert {"f", "l", "t"} <= set(app.screen.places)
        await pilot.press("t")
        await wait_until(pilot, lambda: app.focused is view.preview.talk)


async def test_every_place_that_takes_the_focus_has_help_of_its_own(tmp_path):
    async with open_episodes(episodes_bank(tmp_path)) as (app, pilot):
        await open_episode(pilot, 1, run=1)
        await pilot.press("s")
        await wait_until(pilot, lambda: app.pane.path[-1] == "sums" and app.pane.view.sums is not None, 20)
        places = {type(widget) for widget in app.pane.query("*") if widget.can_focus}
        assert len(places) == 10 and all(vars(kind).get("HELP_TITLE") or vars(kind.__base__).get("HELP_TITLE") for kind in places)
        assert all(getattr(kind, "HELP_TEXT", "") for kind in places)


async def test_the_pane_is_on_its_digit(tmp_path):
    async with open_episodes(episodes_bank(tmp_path)) as (app, pilot):
        await pilot.press("6")
        await wait_until(pilot, lambda: app.pane.id == "pane-measure")
        await pilot.press("3")
        await wait_until(pilot, lambda: app.pane.id == "pane-episodes")


async def test_the_list_of_runs_is_narrowed_by_words_and_a_filter_typed_there_starts_nothing(tmp_path):
    async with open_episodes(episodes_bank(tmp_path)) as (app, pilot):
        view = app.pane.view
        every = view.rows.count
        await pilot.press("slash", *"no such run")
        await wait_until(pilot, lambda: view.rows.count == 0 and "No run fits" in view.rows.empty.plain)
        assert [one for one in conflicts(app) if one[2].startswith("runs.")] == [] and len(app.screen_stack) == 1
        await pilot.press("ctrl+u", "1", "enter")
        await wait_until(pilot, lambda: view.rows.has_focus and view.run is not None and view.run.number == 1 and view.rows.count < every)
        assert f"of {every} runs" in view.filter.query_one("#runs-fit").text
        await pilot.press("escape")
        await wait_until(pilot, lambda: view.rows.count == every and not view.filter.display)


def test_runs_are_found_by_state_supporter_and_number():
    def run(number, state="done", reason="", arm="r4"):
        return RunRow(number, f"id-{number}", "simulated", f"{arm}, 48 profiles", "2026-01-05T09:00:00.000Z", {"arms": [arm]}, {}, state,
                      False, reason, 48, None, "2026-01-05T09:00:00.000Z", 0, 0, 1.0)

    runs = [run(1), run(12, "stopped", "stopped by a person"), run(2, arm="r4 thompson")]

    def found(text):
        return [one.number for one in narrowed(runs, text)]

    assert found("") == [1, 12, 2] and found("1") == [1, 12] and found("by a PERSON") == [12] and found("thompson 1") == []
    assert found("thompson") == [2]
