"""The map by keys: cells and holes, prototypes and their units, drafts from prototypes, jobs."""

from __future__ import annotations

import asyncio
import threading

from esc_tui.bank.bank import open_bank
from esc_tui.bank.prototypes import add_prototypes
from esc_tui.domain.labels import Action, Polarity, State
from esc_tui.domain.prototype import Prototype
from esc_tui.tui.panes.evidence import map_view
from tests.tui.evidence.helpers import evidence_bank, on_screen, open_evidence, toasts, with_prototypes
from tests.tui.helpers import wait_until


async def open_map(pilot):
    await pilot.press("M")
    view = pilot.app.pane.view
    await wait_until(pilot, lambda: view.map is not None and view.grid.rows)
    return view


def grid_line(view, y: int) -> str:
    return "".join(segment.text for segment in view.grid.render_line(y))


async def to(pilot, view, state: str, column: str) -> None:
    view.grid.move_to(state, column)
    await pilot.pause()


async def test_cells_count_what_helped_and_harmed_and_holes_are_dots(tmp_path):
    async with open_evidence(with_prototypes(evidence_bank(tmp_path)), size=(170, 45)) as (app, pilot):
        view = await open_map(pilot)
        lonely = grid_line(view, 2 + list(State).index(State.LONELY))
        assert lonely.startswith("lonely") and lonely.count("▲2") == 2 and "·" in lonely
        assert "▼1" in grid_line(view, 2 + list(State).index(State.SAD))
        assert "QU" in grid_line(view, 0) and "feeling" in grid_line(view, 1)
        assert "3 prototypes of 5 key units" in app.pane.tab_line.text


async def test_a_narrow_window_has_a_column_for_each_strategy(tmp_path):
    async with open_evidence(with_prototypes(evidence_bank(tmp_path)), size=(80, 24)) as (_, pilot):
        view = await open_map(pilot)
        head = grid_line(view, 0)
        assert all(tag in head for tag in ("QU", "RP", "RF", "SD", "AF", "PS", "IN", "OT"))
        await to(pilot, view, "lonely", "Question")
        assert "▲ 2 helped" in view.said.text and "in 1 prototype" in view.said.text


async def test_enter_goes_from_the_cell_to_prototypes_to_units_to_the_lines(tmp_path):
    async with open_evidence(with_prototypes(evidence_bank(tmp_path)), size=(170, 45)) as (app, pilot):
        view = await open_map(pilot)
        await to(pilot, view, "lonely", "open-question")
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.focused is view.prototypes and view.units.count == 2)
        assert "boxes" in "".join(segment.text for segment in view.prototypes.render_line(0))
        await pilot.press("enter")
        assert app.focused is view.units
        assert "I counted 412 boxes" in "".join(segment.text for segment in view.units.render_line(0))
        await pilot.press("escape", "escape")
        assert app.focused is view.grid
        await pilot.press("enter", "enter", "enter")
        await wait_until(pilot, lambda: app.pane.view_name == "dialogues" and app.pane.view.reader.reading.dialogue.id == "work-01")


async def test_a_hole_says_so_and_enter_stays(tmp_path):
    async with open_evidence(with_prototypes(evidence_bank(tmp_path)), size=(170, 45)) as (app, pilot):
        view = await open_map(pilot)
        await to(pilot, view, "numb", "summary")
        assert "a hole: nobody did that there" in view.said.text
        await pilot.press("enter")
        assert app.focused is view.grid


async def test_in_a_low_window_the_prototypes_take_the_maps_place(tmp_path):
    async with open_evidence(with_prototypes(evidence_bank(tmp_path)), size=(80, 24)) as (app, pilot):
        view = await open_map(pilot)
        await to(pilot, view, "lonely", "Question")
        await pilot.press("enter")
        await wait_until(pilot, lambda: view.prototypes.region.area and not view.grid.region.area)
        await pilot.press("enter")
        await wait_until(pilot, lambda: view.units.region.area and app.focused is view.units)
        await pilot.press("escape", "escape")
        await wait_until(pilot, lambda: view.grid.region.area and app.focused is view.grid)


async def test_marked_prototypes_become_a_draft_for_bank(tmp_path, monkeypatch):
    async with open_evidence(with_prototypes(evidence_bank(tmp_path)), size=(170, 45)) as (app, pilot):
        asked: list[tuple[object, ...]] = []

        async def ask(identifier: str, what: str, *about: object) -> None:
            asked.append((identifier, what, *about))

        monkeypatch.setattr(app, "_ask", ask)
        view = await open_map(pilot)
        await to(pilot, view, "lonely", "reflection-of-feeling")
        await pilot.press("enter", "space", "n")
        await wait_until(pilot, lambda: asked, 30)
        identifier, what, skill, prototypes, extends = asked[0]
        assert (identifier, what, extends) == ("bank", "take_draft", "") and len(prototypes) == 1
        assert skill.status.value == "draft" and skill.content.moves


async def test_what_only_harmed_makes_no_skill_and_says_why(tmp_path):
    async with open_evidence(with_prototypes(evidence_bank(tmp_path)), size=(170, 45)) as (app, pilot):
        view = await open_map(pilot)
        await to(pilot, view, "sad", "reassurance")
        await pilot.press("enter", "n")
        await wait_until(pilot, lambda: "None of these units helped" in toasts(app), 30)


async def test_a_skill_is_extended_by_choosing_it(tmp_path, monkeypatch):
    async with open_evidence(with_prototypes(evidence_bank(tmp_path)), size=(170, 45)) as (app, pilot):
        asked: list[tuple[object, ...]] = []

        async def ask(identifier: str, what: str, *about: object) -> None:
            asked.append((identifier, what, *about))

        monkeypatch.setattr(app, "_ask", ask)
        view = await open_map(pilot)
        await to(pilot, view, "lonely", "reflection-of-feeling")
        await pilot.press("enter", "e")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"want", "enter")
        await wait_until(pilot, lambda: asked, 30)
        assert asked[0][:2] == ("bank", "take_draft") and asked[0][4] == "ask-one-small-want"


async def test_b_groups_the_key_units_as_a_job(tmp_path, monkeypatch):
    async with open_evidence(evidence_bank(tmp_path), size=(120, 36)) as (app, pilot):
        started: list[tuple[str, list[str]]] = []
        monkeypatch.setattr(app.jobs, "start", lambda kind, title, arguments, **_: started.append((kind, list(arguments))))
        await open_map(pilot)
        await pilot.press("b", "w")
        await wait_until(pilot, lambda: len(started) == 2)
        assert started == [("prototypes", ["discover", "prototypes"]), ("skills", ["discover", "skills"])]


async def on_lonely(pilot, view):
    await to(pilot, view, "lonely", "open-question")
    await wait_until(pilot, lambda: view.units.count == 2)


async def test_the_bank_can_be_read_while_the_guard_looks_at_units(tmp_path, monkeypatch):
    looking, go_on = threading.Event(), threading.Event()

    def slow(some):
        looking.set()
        assert go_on.wait(60)
        return frozenset()

    async with open_evidence(with_prototypes(evidence_bank(tmp_path)), size=(170, 45)) as (_, pilot):
        view = await open_map(pilot)
        await to(pilot, view, "sad", "validation")
        monkeypatch.setattr(map_view, "crisis_units", slow)
        await to(pilot, view, "lonely", "open-question")
        await wait_until(pilot, looking.is_set)
        assert await asyncio.wait_for(view.look_up(lambda bank: bank.value("SELECT count(*) FROM units")), 45)
        go_on.set()
        await wait_until(pilot, lambda: view.units.count == 2)


async def test_units_that_the_guard_has_not_looked_at_yet_are_veiled(tmp_path, monkeypatch):
    looked, go_on = [], threading.Event()

    def slow(some):
        looked.append([unit.number for unit in some])
        assert len(looked) == 1 or go_on.wait(60)
        return frozenset()

    monkeypatch.setattr(map_view, "LOOK_AT", 1)
    monkeypatch.setattr(map_view, "crisis_units", slow)
    async with open_evidence(with_prototypes(evidence_bank(tmp_path)), size=(170, 45)) as (_, pilot):
        view = await open_map(pilot)
        await on_lonely(pilot, view)

        def veiled(place: int) -> bool:
            return "▒" in "".join(segment.text for segment in view.units.render_line(place * 2))

        assert (veiled(0), veiled(1)) == (False, True)
        go_on.set()
        await wait_until(pilot, lambda: not veiled(1))
        assert [len(some) for some in looked] == [1, 1]


async def test_the_units_of_another_prototype_begin_at_the_first_one(tmp_path):
    path = with_prototypes(evidence_bank(tmp_path))
    with open_bank(path) as bank:
        one, two, three = sorted(bank.unit_row(f"machine/{at}").number for at in (0, 1, 2))
        add_prototypes(bank.writing, [
            Prototype(number=1, state=State.LONELY, action=Action.OPEN_QUESTION, polarity=Polarity.POSITIVE, units=(one, two)),
            Prototype(number=2, state=State.SAD, action=Action.OPEN_QUESTION, polarity=Polarity.POSITIVE, units=(two, three))],
            {}, 0, {}, "2026-01-06T09:00:00.000Z")
    async with open_evidence(path, size=(170, 45)) as (_, pilot):
        view = await open_map(pilot)
        await to(pilot, view, "sad", "open-question")
        await wait_until(pilot, lambda: view.units.count == 2 and view.units.row_at(0).id == str(two))
        await to(pilot, view, "lonely", "open-question")
        await wait_until(pilot, lambda: view.units.row_at(0).id == str(one))
        assert view.units.cursor == 0, "the unit it was on is the second one here"


async def test_words_about_a_crisis_are_veiled_among_the_units_until_v_is_pressed(tmp_path):
    path = with_prototypes(evidence_bank(tmp_path))
    with open_bank(path) as bank:
        add_prototypes(bank.writing, [Prototype(
            number=1, state=State.HOPELESS, action=Action.VALIDATION, polarity=Polarity.POSITIVE,
            units=(bank.unit_row("machine/night").number, bank.unit_row("machine/0").number))], {}, 0, {}, "2026-01-06T09:00:00.000Z")
    async with open_evidence(path, size=(170, 45)) as (app, pilot):
        view = await open_map(pilot)
        await to(pilot, view, "hopeless", "validation")
        await wait_until(pilot, lambda: view.units.count == 2)

        def said() -> str:
            return "\n".join("".join(segment.text for segment in view.units.render_line(y)) for y in range(view.units.count * 2))

        assert "kill" not in said() and "▒▒▒▒" in said() and "nobody at work" in said()
        await pilot.press("v")
        assert "kill" not in said(), "in the map itself v shows nothing"
        await pilot.press("enter", "v")
        await wait_until(pilot, lambda: "kill myself" in said())
        assert "▒" not in said() and app.focused is view.prototypes
        await to(pilot, view, "lonely", "open-question")
        await to(pilot, view, "hopeless", "validation")
        await wait_until(pilot, lambda: view.units.count == 2 and "▒" in said())
        assert "kill" not in said()


def mixed_run(path, **settings) -> None:
    """What helped in state lonely by open questions, with what harmed there; and a group alone in its cell."""
    with open_bank(path) as bank:
        number = {unit: bank.unit_row(unit).number for unit in ("work-01/1", "work-01/3", "loss-01/1", "machine/0", "machine/1")}
        add_prototypes(bank.writing, [
            Prototype(number=1, state=State.LONELY, action=Action.OPEN_QUESTION, polarity=Polarity.POSITIVE,
                      units=(number["work-01/1"], number["machine/0"], number["work-01/3"]), words=("noticed",)),
            Prototype(number=2, state=State.LONELY, action=Action.OPEN_QUESTION, polarity=Polarity.NEGATIVE,
                      units=(number["loss-01/1"],), words=("grave",)),
            Prototype(number=3, state=State.LONELY, action=Action.SUMMARY, polarity=Polarity.POSITIVE, units=(number["machine/1"],)),
        ], {}, 0, settings, "2026-01-05T09:00:00.000Z")


async def drafted(tmp_path, monkeypatch, column: str) -> tuple[tuple[int, ...], str]:
    """The prototypes a draft of the first one in a cell rests on, and what was told."""
    path = evidence_bank(tmp_path)
    mixed_run(path)
    async with open_evidence(path, size=(170, 45)) as (app, pilot):
        asked: list[tuple[object, ...]] = []

        async def ask(identifier: str, what: str, *about: object) -> None:
            asked.append(about)

        monkeypatch.setattr(app, "_ask", ask)
        view = await open_map(pilot)
        await to(pilot, view, "lonely", column)
        await pilot.press("enter", "n")
        await wait_until(pilot, lambda: asked, 30)
        return asked[0][1], toasts(app)


async def test_what_harmed_in_the_same_cell_comes_along_into_a_draft_so_that_its_share_is_not_one_by_construction(tmp_path, monkeypatch):
    prototypes, told = await drafted(tmp_path, monkeypatch, "open-question")
    assert len(prototypes) == 2 and "1 prototype comes along of what harmed in the same state by the same action." in told


async def test_where_nothing_that_harmed_was_grouped_it_is_said_that_the_share_says_little(tmp_path, monkeypatch):
    prototypes, told = await drafted(tmp_path, monkeypatch, "summary")
    assert len(prototypes) == 1 and "its share of what helped says little" in told


async def test_the_map_says_how_many_units_were_set_aside_and_passed_over_and_what_a_hole_is(tmp_path):
    path = evidence_bank(tmp_path)
    mixed_run(path, set_aside=75, at_crisis=3, key_units_a_cell=20)
    async with open_evidence(path, size=(170, 45)) as (app, pilot):
        view = await open_map(pilot)
        said = app.pane.tab_line.text
        assert "prototypes of 5 key units · 7 now, b groups anew  75 set aside  3 passed over" in said
        await to(pilot, view, "numb", "summary")
        assert "a hole: fewer than 4 units that helped, fewer than 4 that harmed" in view.said.text
        assert "too few did for a group" in " ".join(view.grid.HELP_TEXT.split())


async def test_while_the_units_are_grouped_the_map_says_so(tmp_path, monkeypatch):
    class Grouping:
        kind = "prototypes"

    async with open_evidence(evidence_bank(tmp_path), size=(170, 45)) as (app, pilot):
        view = await open_map(pilot)
        assert "There are no prototypes yet" in view.said.text
        monkeypatch.setattr(type(app.pane), "job_here", property(lambda pane: Grouping()))
        view.job_moved()
        assert view.said.text == "The key units are being grouped …"


async def test_with_room_a_blank_stands_between_what_helped_and_what_harmed(tmp_path):
    path = evidence_bank(tmp_path)
    mixed_run(path)
    async with open_evidence(path, size=(190, 45)) as (_, pilot):
        view = await open_map(pilot)
        assert "▲3 ▼1" in grid_line(view, 2 + list(State).index(State.LONELY))


async def test_the_palette_finds_the_drafts_of_the_whole_map_by_the_words_of_the_shell(tmp_path):
    async with open_evidence(with_prototypes(evidence_bank(tmp_path)), size=(170, 45)) as (app, pilot):
        await open_map(pilot)
        for word in ("mine", "discover skills"):
            await pilot.press("ctrl+p")
            await on_screen(pilot, "EscPalette")
            await pilot.press(*word)
            options = app.screen.query_one("CommandList")
            await wait_until(pilot, lambda found=options: found.option_count == 1)
            assert "Write draft skills from all prototypes" in str(options.get_option_at_index(0).prompt)
            await pilot.press("escape", "escape")
            await wait_until(pilot, lambda: len(app.screen_stack) == 1)
