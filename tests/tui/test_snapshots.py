"""Pictures of the Chat pane in four themes and two sizes, of the first start, of care, and without colour."""

from __future__ import annotations

import pytest

from esc_tui.tui.themes import THEME_NAMES
from tests.tui.helpers import make_app, say, wait_until
from tests.tui.scripted import ScriptedChat

WORDS = "I stayed late every night for three weeks and nobody at work even noticed"


async def ready(pilot):
    app = pilot.app
    await wait_until(pilot, lambda: app.pane.composer is not None and app.focused is app.pane.composer)


async def after_a_reply(pilot):
    await ready(pilot)
    await say(pilot.app, pilot, WORDS)
    await pilot.press("escape")
    await pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("theme", THEME_NAMES)
def test_chat_after_a_reply(snap_compare, theme, size):
    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=after_a_reply)


def test_chat_at_the_first_start(snap_compare):
    async def leave_the_field(pilot):
        await ready(pilot)
        await pilot.press("escape")
        await pilot.pause()

    assert snap_compare(make_app(first_run=True), terminal_size=(100, 30), run_before=leave_the_field)


def test_chat_in_care(snap_compare):
    async def crisis(pilot):
        await ready(pilot)
        await say(pilot.app, pilot, "i want to end it all")
        await pilot.press("escape")
        await pilot.pause()

    assert snap_compare(make_app(ScriptedChat("crisis")), terminal_size=(120, 36), run_before=crisis)


def test_chat_without_colour(snap_compare, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(make_app(), terminal_size=(120, 36), run_before=after_a_reply)


def test_chat_with_hostile_and_chinese_text(snap_compare):
    async def hostile(pilot):
        await ready(pilot)
        await say(pilot.app, pilot, "[bold]没有人[/bold] 注意到我的努力 👩‍👩‍👧 \x1b[2J \u202eabc")
        await pilot.press("escape")
        await pilot.pause()

    assert snap_compare(make_app(ScriptedChat("hostile")), terminal_size=(100, 30), run_before=hostile)


def test_the_drawer_in_a_narrow_window(snap_compare):
    async def drawer(pilot):
        await after_a_reply(pilot)
        await pilot.press("v")
        await pilot.pause()

    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=drawer)


def test_help(snap_compare):
    async def help_page(pilot):
        await after_a_reply(pilot)
        await pilot.press("f1")
        await pilot.pause()

    assert snap_compare(make_app(), terminal_size=(120, 40), run_before=help_page)


def test_jump_mode(snap_compare):
    async def jump(pilot):
        await after_a_reply(pilot)
        await pilot.press("ctrl+o")
        await pilot.pause()

    assert snap_compare(make_app(), terminal_size=(120, 36), run_before=jump)
