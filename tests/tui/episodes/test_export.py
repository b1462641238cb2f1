"""Where an episode or a run is written: asked, shown, and never over a file without a yes."""

from __future__ import annotations

import pytest

from tests.tui.episodes.helpers import open_episodes, open_run, toasts
from tests.tui.episodes.made_up import episodes_bank
from tests.tui.helpers import wait_until


async def asked(pilot, name: str):
    await wait_until(pilot, lambda: type(pilot.app.screen).__name__ == name)
    return pilot.app.screen


async def form(pilot):
    """The form that asks where to, for run 1 as JSONL."""
    await open_run(pilot, 1)
    pilot.app.pane.view.rows.focus()
    await pilot.pause()
    await pilot.press("e")
    await asked(pilot, "AskScreen")
    await pilot.press("j")
    return await asked(pilot, "ExportScreen")


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return episodes_bank(tmp_path)


async def test_the_place_is_asked_and_may_be_another(path, tmp_path):
    (tmp_path / "kept").mkdir()
    async with open_episodes(path) as (app, pilot):
        screen = await form(pilot)
        screen.field("path").value = str(tmp_path / "kept" / "mine.jsonl")
        await pilot.press("enter")
        await wait_until(pilot, lambda: "12 episodes written" in toasts(app))
        assert (tmp_path / "kept" / "mine.jsonl").read_text(encoding="utf-8").count("episode_finished") == 12
        assert not (tmp_path / "run-1.jsonl").exists()


async def test_the_name_offered_is_one_that_no_file_has(path, tmp_path):
    (tmp_path / "run-1.jsonl").write_text("mine")
    async with open_episodes(path) as (_, pilot):
        assert (await form(pilot)).field("path").value == str(tmp_path / "run-1-2.jsonl")


@pytest.mark.parametrize(("key", "left"), [("escape", "mine"), ("k", "mine"), ("r", "conversation_started")])
async def test_a_file_that_is_there_is_replaced_after_a_yes_alone(path, tmp_path, key, left):
    there = tmp_path / "there.jsonl"
    there.write_text("mine")
    async with open_episodes(path) as (app, pilot):
        screen = await form(pilot)
        screen.field("path").value = str(there)
        await pilot.press("enter")
        await asked(pilot, "AskScreen")
        await pilot.press(key)
        if key == "escape":
            await asked(pilot, "ExportScreen")
        else:
            await wait_until(pilot, lambda: "12 episodes written" in toasts(app))
        assert left in there.read_text(encoding="utf-8")
        assert (tmp_path / "there-2.jsonl").exists() == (key == "k")


@pytest.mark.parametrize(("text", "sentence"), [("", "Name a file first"), (".", "This is a folder"), ("no/such/x.jsonl", "no such folder"),
                                                ("~nobody-at-all/x", "no such home folder")])
async def test_a_place_that_is_none_is_said_in_the_form(path, text, sentence):
    async with open_episodes(path) as (_, pilot):
        screen = await form(pilot)
        screen.field("path").value = text
        await pilot.press("enter")
        await wait_until(pilot, lambda: sentence in screen.query_one("#export-keys").text)
        await pilot.press("escape")
        await wait_until(pilot, lambda: pilot.app.screen is not screen)


async def test_what_is_left_out_is_told(path, tmp_path):
    async with open_episodes(path) as (app, pilot):
        await open_run(pilot, 2)
        app.pane.view.rows.focus()
        await pilot.pause()
        await pilot.press("e")
        await asked(pilot, "AskScreen")
        await pilot.press("s")
        await asked(pilot, "ExportScreen")
        await pilot.press("enter")
        await wait_until(pilot, lambda: "3 episodes written" in toasts(app))
        assert "Left out: 3 without an ending that counts for a score, 2 not begun." in toasts(app)
