"""The focus is always on something in sight with keys of its own, and no key acts in a pane that is not shown."""

from __future__ import annotations

import pytest
from textual import events

from esc_tui.tui.footer import Footer
from esc_tui.tui.front import in_sight
from tests.tui.bank.helpers import give_reason, on_screen, open_form, open_small, settled, write
from tests.tui.helpers import wait_until

FIRST = "ask-one-small-want"


def own_keys(app) -> list[str]:
    """The words of the footer beside those that stand in it everywhere."""
    text = app.screen_stack[0].query_one(Footer).text
    return [word for word in ("edit", "undo", "filter", "save", "skill") if word in text]


async def holds(pilot) -> None:
    """The focus is in sight and the footer names keys for it, and so it stays once all is laid out."""
    app = pilot.app
    await wait_until(pilot, lambda: app.focused is not None and in_sight(app.focused) and app.focused.region.area > 0)
    await wait_until(pilot, lambda: own_keys(app))
    for _ in range(5):
        await pilot.pause()
    assert in_sight(app.focused) and app.focused.region.area > 0 and own_keys(app)


async def save(pilot, reason: str) -> None:
    app = pilot.app
    await pilot.press("s")
    await give_reason(pilot, reason)
    await wait_until(pilot, lambda: app.pane.editor is None and type(app.screen).__name__ == "Screen")


@pytest.mark.parametrize("size", [(80, 24), (110, 32), (160, 45)])
async def test_after_every_deed_the_focus_is_in_sight_and_has_keys(tmp_path, size):
    async with open_small(tmp_path, size) as (app, pilot):
        form = await open_form(pilot)
        await write(pilot, form, ("title",), "One small want")
        await save(pilot, "shorter")
        await holds(pilot)
        await pilot.press("u")
        await wait_until(pilot, lambda: app.pane.queries.ask(lambda bank: bank.head()).message.startswith("Undo"))
        await holds(pilot)
        await pilot.press("C")
        await on_screen(pilot, "ReviewScreen")
        await pilot.press("escape")
        await on_screen(pilot, "Screen")
        await holds(pilot)
        await pilot.press("escape", "S")
        await on_screen(pilot, "AskScreen")
        await pilot.press("s")
        await on_screen(pilot, "PickerScreen")
        await pilot.press("space", "enter")
        await on_screen(pilot, "AskScreen")
        await pilot.press("k")
        await wait_until(pilot, lambda: len(app.pane.queries.ask(lambda bank: bank.stored_skills())) == 7)
        await holds(pilot)
        await pilot.press("escape", "m")
        await on_screen(pilot, "PickerScreen")
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.pane.editor is not None and app.focused is app.pane.editor.scroll)
        await save(pilot, "one of two")
        await holds(pilot)
        assert app.pane.rows.highlighted.id == app.pane.detail.skill.slug


async def test_a_window_made_narrow_takes_the_focus_from_what_it_hides(tmp_path):
    async with open_small(tmp_path, (120, 30)) as (app, pilot):
        app.pane.detail.focus_content()
        await pilot.pause()
        await pilot.resize_terminal(80, 24)
        await holds(pilot)
        assert app.focused is app.pane.rows


async def test_keys_in_a_burst_never_act_in_a_pane_that_is_not_shown(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        before = app.pane
        for key, character in (("c", "c"), ("2", "2"), ("enter", "\r")):
            app.post_message(events.Key(key, character))
        await wait_until(pilot, lambda: app.pane is not before)
        await wait_until(pilot, lambda: not [worker for worker in app.workers if worker.node is before and worker.group == "pane-work"
                                             and not worker.is_finished])
        await wait_until(pilot, lambda: app.focused is not None and app.pane in app.focused.ancestors)
        assert type(app.screen).__name__ == "Screen" and before.filter_line.field.value == ""
        before.rows.focus()
        app.screen.set_focus(before.rows)
        await pilot.pause()
        assert before not in app.focused.ancestors


async def test_unsaved_changes_are_asked_about_in_their_own_pane(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        form = await open_form(pilot)
        await write(pilot, form, ("title",), "Other")
        await pilot.press("alt+6")
        await wait_until(pilot, lambda: app.pane.id == "pane-measure")
        await pilot.press("ctrl+q")
        await on_screen(pilot, "AskScreen")
        assert app.pane.id == "pane-bank"


async def test_a_pane_left_and_come_back_to_has_its_place_again(tmp_path):
    async with open_small(tmp_path, (80, 24)) as (app, pilot):
        await settled(pilot)
        await pilot.press("v")
        await holds(pilot)
        await pilot.press("6")
        await wait_until(pilot, lambda: app.pane.id == "pane-measure")
        await pilot.press("1")
        await holds(pilot)
        assert app.pane.detail in app.focused.ancestors and app.pane.detail.skill.slug == FIRST
