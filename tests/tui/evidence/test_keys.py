"""No place of the Evidence pane has two commands on one key, none is shadowed, and the footer stays short."""

from __future__ import annotations

from esc_tui.tui.commands import active_commands, all_declared
from esc_tui.tui.footer import MOST_KEYS
from esc_tui.tui.help import HelpScreen
from tests.tui.bank.test_keys import conflicts
from tests.tui.evidence.helpers import evidence_bank, on_screen, open_evidence, open_queue, with_prototypes
from tests.tui.evidence.test_agreement import open_agreement, two_opinions
from tests.tui.evidence.test_map import open_map
from tests.tui.helpers import wait_until


def footer_keys(app) -> int:
    footer = app.query_one("#footer")
    return len([part for part in footer._left + footer._right if part.tone == "accent"])


async def check(app, pilot, *places) -> None:
    for place in places:
        place.focus()
        await pilot.pause()
        assert conflicts(app) == [], place
        assert 2 < footer_keys(app) <= MOST_KEYS, place
        help_page = HelpScreen.for_focus(app.screen)
        assert help_page.heading and help_page.paragraphs and help_page.groups, place


async def test_no_place_has_shadowed_keys(tmp_path):
    async with open_evidence(with_prototypes(two_opinions(tmp_path)), size=(170, 45)) as (app, pilot):
        view = app.pane.view
        await check(app, pilot, view.rows, view.reader)
        queue = await open_queue(pilot)
        await check(app, pilot, queue.bench.talk, queue.bench.panel)
        view = await open_agreement(pilot)
        await check(app, pilot, view.pairs, view.disputed, view.page)
        view = await open_map(pilot)
        view.grid.move_to("lonely", "open-question")
        await wait_until(pilot, lambda: view.units.count)
        await check(app, pilot, view.grid, view.prototypes, view.units)


async def test_no_key_is_shadowed_while_words_are_marked_or_a_disputed_unit_is_edited(tmp_path):
    async with open_evidence(two_opinions(tmp_path)) as (app, pilot):
        await open_queue(pilot)
        await pilot.press("m")
        await on_screen(pilot, "MarkScreen")
        assert conflicts(app) == []
        await pilot.press("escape", "A")
        await open_agreement(pilot)
        await wait_until(pilot, lambda: app.pane.view.dispute is not None)
        await pilot.press("e")
        await on_screen(pilot, "EditScreen")
        for place in (app.screen.bench.panel, app.screen.bench.talk):
            place.focus()
            await pilot.pause()
            assert [one for one in conflicts(app) if one[0] != "escape"] == []


async def test_in_the_form_every_letter_is_a_letter(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        await pilot.press("i")
        await on_screen(pilot, "ImportScreen")
        await pilot.press(*"aDQx15?", "slash", "full_stop")
        await pilot.pause()
        assert app.screen.query_one("#import-paths").value == "aDQx15?/."


async def test_every_command_says_what_it_does_and_the_palette_has_those_of_the_pane(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, _):
        kinds = ("evidence.", "dialogues.", "queue.", "bench.", "agreement.", "map.")
        offered = {command.id for _, command, usable in active_commands(app.screen) if usable and command.palette}
        assert {"evidence.queue", "evidence.import", "evidence.extract", "app.jobs"} <= offered
        assert all(command.title for command in all_declared() if command.id.startswith(kinds))


async def test_jump_mode_reaches_every_place(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        await pilot.press("ctrl+o")
        await on_screen(pilot, "JumpScreen")
        assert {"f", "l", "d"} <= set(app.screen.places)
        await pilot.press("d")
        await wait_until(pilot, lambda: app.focused is app.pane.view.reader)
