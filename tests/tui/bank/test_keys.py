"""No place of the Bank pane has two commands on one key, and no key of ours is shadowed."""

from __future__ import annotations

from textual.binding import Binding

from esc_tui.tui.commands import active_commands, all_declared
from esc_tui.tui.footer import MOST_KEYS
from tests.tui.bank.helpers import go_to, open_form, open_small
from tests.tui.helpers import wait_until


def conflicts(app) -> list[tuple[str, str, str]]:
    """Keys of a usable command that something nearer takes first; Textual's screen copies through the app's own method."""
    found = []
    taken: dict[str, str] = {}
    for _node, command, usable in active_commands(app.screen):
        for key in filter(None, command.keys.split(",")):
            if key in taken and usable:
                found.append((key, taken[key], command.id))
            taken.setdefault(key, command.id)
    for key, identifier in taken.items():
        for _namespace, bindings in app.screen._modal_binding_chain:
            first: list[Binding] = bindings.key_to_bindings.get(key, [])
            if first:
                if first[0].id != identifier and identifier != "app.copy":
                    found.append((key, str(first[0].action), identifier))
                break
    return found


async def test_the_list_and_the_skill_have_no_shadowed_keys(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        for place in (app.pane.rows, app.pane.detail.scroller):
            place.focus()
            await pilot.pause()
            assert conflicts(app) == []
        app.pane.detail.choose("History")
        await wait_until(pilot, lambda: app.pane.detail.rows.count)
        app.pane.detail.rows.focus()
        await pilot.pause()
        assert conflicts(app) == []


async def test_the_form_has_no_shadowed_keys(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        form = await open_form(pilot)
        assert conflicts(app) == []
        await go_to(pilot, form, ("title",))
        await pilot.press("enter")
        await wait_until(pilot, lambda: form.field is not None and form.field.query("LineField"))
        assert {identifier for _, _, identifier in conflicts(app)} <= {"app.copy"}


async def test_every_place_shows_at_most_seven_keys(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await open_form(pilot)
        footer = app.query_one("#footer")
        assert 3 < len([part for part in footer._left + footer._right if part.tone == "accent"]) <= MOST_KEYS


async def test_every_command_says_what_it_does(tmp_path):
    async with open_small(tmp_path) as (_, pilot):
        await open_form(pilot)
        assert all(command.title for command in all_declared() if command.id.startswith(("bank.", "form.")))
