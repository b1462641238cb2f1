"""The settings screen: search, change, save, and refuse what is wrong."""

from __future__ import annotations

from contextlib import asynccontextmanager

from textual.widgets import Input

from esc_tui.settings.model import Settings, config_path, load_settings
from tests.tui.helpers import open_chat, wait_until


@asynccontextmanager
async def open_settings():
    async with open_chat() as (app, pilot):
        app.action_settings()
        await wait_until(pilot, lambda: type(app.screen).__name__ == "SettingsScreen"
                         and any(view.cursor for view in app.screen.query("SettingsList")))
        yield app, pilot, app.screen.query_one("SettingsList")


async def test_every_setting_is_listed_with_its_help():
    async with open_settings() as (_, __, view):
        assert {block.key for block in view.blocks} == set(Settings.model_fields)
        text = " ".join(" ".join(view.plain_lines).split())
        assert "Who thinks: embedded" in text


async def test_typing_in_the_search_leaves_what_has_the_words():
    async with open_settings() as (_, pilot, view):
        await pilot.press("slash", *"risk check")
        await wait_until(pilot, lambda: len(view.blocks) == 1)
        assert view.blocks[0].key == "model_risk_check"


async def test_a_choice_goes_to_the_next_one_and_is_saved_and_used_at_once():
    async with open_settings() as (app, pilot, view):
        view.move_to("theme")
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.theme == "esc-light")
        assert load_settings({}, config_path()).theme == "esc-light"


async def test_a_text_is_written_in_the_line_below():
    async with open_settings() as (app, pilot, view):
        view.move_to("author")
        await pilot.press("enter", *"Mara", "enter")
        await wait_until(pilot, lambda: not app.screen.has_class("-editing"))
        assert load_settings({}, config_path()).author == "Mara"


async def test_a_bad_value_is_told_and_not_saved():
    async with open_settings() as (app, pilot, view):
        view.move_to("endpoint")
        await pilot.press("enter", *"ftp://x", "enter")
        await wait_until(pilot, lambda: app._notifications)
        assert "http" in next(iter(app._notifications)).message
        assert load_settings({}, config_path()).endpoint == ""


async def test_esc_leaves_the_line_without_saving_and_then_the_screen():
    async with open_settings() as (app, pilot, view):
        view.move_to("author")
        await pilot.press("enter", *"Mara", "escape")
        assert not app.screen.has_class("-editing")
        await pilot.press("escape")
        await wait_until(pilot, lambda: type(app.screen).__name__ != "SettingsScreen")
        assert load_settings({}, config_path()).author == ""


async def test_backspace_gives_the_default_again():
    async with open_settings() as (app, pilot, view):
        view.move_to("mode")
        await pilot.press("enter")
        await wait_until(pilot, lambda: load_settings({}, config_path()).mode == "one-by-one")
        await pilot.press("backspace")
        await wait_until(pilot, lambda: load_settings({}, config_path()).mode == "all-in-one")


async def test_no_cursor_of_the_screen_blinks():
    async with open_settings() as (app, _, __):
        assert [field.cursor_blink for field in app.screen.query(Input)] == [False, False]


async def test_the_endpoint_test_tells_why_a_server_cannot_be_used():
    async with open_settings() as (app, pilot, view):
        app.screen._settings = app.screen._settings.model_copy(update={"endpoint": "http://127.0.0.1:9"})
        await pilot.press("T")
        await wait_until(pilot, lambda: any("✗" in line for line in view.plain_lines))
        assert "127.0.0.1:9" in "".join(view.plain_lines)
