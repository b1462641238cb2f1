"""Agreement by keys: pairs of labellers, disputed units side by side, and deciding them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.decisions import decide
from esc_tui.domain.dialogue import Dialogue, DialogueTurn
from esc_tui.domain.labels import Change, State
from esc_tui.tui.panes.evidence import agreement
from tests.tui.evidence.helpers import (
    decisions,
    evidence_bank,
    human,
    machine,
    night_unit,
    on_screen,
    open_evidence,
    open_queue,
    toasts,
)
from tests.tui.helpers import wait_until

NOW = "2026-02-01T00:00:00.000Z"


def two_opinions(tmp_path: Path) -> Path:
    """Ben and Mara differ on IU-4 (state) and IU-7 (change), and agree on IU-5."""
    path = evidence_bank(tmp_path)
    with open_bank(path) as bank:
        for number, unit, of_ben, of_mara in ((4, machine(0), {"state": State.ANGRY}, {}), (5, machine(1), {}, {}),
                                              (7, night_unit(), {}, {"change": Change.THANKS})):
            decide(bank.writing, number, "Ben", "correct", NOW, label=human(unit, "Ben", **of_ben))
            decide(bank.writing, number, "Mara", "correct", NOW.replace("00.000", "01.000"), label=human(unit, "Mara", **of_mara))
    return path


async def open_agreement(pilot):
    await pilot.press("A")
    view = pilot.app.pane.view
    await wait_until(pilot, lambda: "counting" not in view.query_one("#agreement-pairs-title").text
                     and "counting" not in view.query_one("#agreement-disputed-title").text)
    await pilot.pause()
    return view


def page_text(view) -> str:
    return "\n".join([*view.page.plain_lines, *(view.lines.plain_lines if view.dispute is not None else [])])


async def test_the_title_counts_the_labellers_and_not_only_their_pairs(tmp_path):
    path = two_opinions(tmp_path)
    with open_bank(path) as bank:
        decide(bank.writing, 5, "Zoe", "correct", NOW.replace("00.000", "02.000"), label=human(machine(1), "Zoe"))
    async with open_evidence(path) as (_, pilot):
        view = await open_agreement(pilot)
        assert view.pairs.count == 10 and view.query_one("#agreement-pairs-title").text.endswith("5 labellers, 10 pairs")


async def test_disputed_units_stand_side_by_side_with_their_lines(tmp_path):
    async with open_evidence(two_opinions(tmp_path)) as (app, pilot):
        view = await open_agreement(pilot)
        await wait_until(pilot, lambda: "IU-4" in page_text(view))
        assert app.focused is view.disputed and view.disputed.count == 2
        text = page_text(view)
        assert "l Ben" in text and "r Mara" in text and "angry" in text and "lonely" in text and "All that in silence" in text
        differing = [run.text for line in view.page._lines for run in line.runs if run.tone == "accent.bold"]
        assert "angry" in differing and "lonely" in differing and "job crisis" not in differing


async def test_l_takes_the_left_label_and_goes_on_to_the_next_unit(tmp_path):
    path = two_opinions(tmp_path)
    async with open_evidence(path) as (_, pilot):
        view = await open_agreement(pilot)
        await wait_until(pilot, lambda: "IU-4" in page_text(view))
        await pilot.press("l")
        await wait_until(pilot, lambda: "IU-7" in page_text(view) and view.disputed.count == 1)
        await pilot.press("v", "r")
        await wait_until(pilot, lambda: view.disputed.count == 0)
    found = decisions(path)[-2:]
    assert [(one.unit, one.annotator, one.kind) for one in found] == [(4, "Ada", "adjudicate"), (7, "Ada", "adjudicate")]
    with open_bank(path, readonly=True) as bank:
        assert bank.unit(4).state is State.ANGRY and bank.unit(7).change is Change.THANKS and bank.unit(7).labeller == "Ada"


async def test_who_decides_a_dispute_of_their_own_is_told_and_the_record_says_so(tmp_path):
    path = two_opinions(tmp_path)
    with open_bank(path) as bank:
        decide(bank.writing, 4, "Ada", "correct", NOW.replace("00.000", "02.000"), label=human(machine(0), "Ada"))
    async with open_evidence(path) as (app, pilot):
        view = await open_agreement(pilot)
        await wait_until(pilot, lambda: "IU-4" in page_text(view) and "One of these is yours." in page_text(view))
        await pilot.press("l")
        await wait_until(pilot, lambda: "IU-7" in page_text(view))
        assert "one of the labels was yours" in toasts(app) and "One of these is yours" not in page_text(view)
        await pilot.press("v", "l")
        await wait_until(pilot, lambda: view.disputed.count == 0)
    assert [(one.unit, one.note) for one in decisions(path) if one.kind == "adjudicate"] == [
        (4, "one of the labels was the adjudicator's own"), (7, "")]


async def test_e_changes_what_neither_has_right(tmp_path):
    path = two_opinions(tmp_path)
    async with open_evidence(path) as (app, pilot):
        view = await open_agreement(pilot)
        await wait_until(pilot, lambda: "IU-4" in page_text(view))
        await pilot.press("e")
        await on_screen(pilot, "EditScreen")
        await pilot.press("t")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"numb", "enter")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "EditScreen")
        await pilot.press("a")
        await wait_until(pilot, lambda: view.disputed.count == 1)
    with open_bank(path, readonly=True) as bank:
        assert bank.unit(4).state is State.NUMB


async def test_undo_makes_it_disputed_again(tmp_path):
    path = two_opinions(tmp_path)
    async with open_evidence(path) as (app, pilot):
        view = await open_agreement(pilot)
        await wait_until(pilot, lambda: "IU-4" in page_text(view))
        await pilot.press("l")
        await wait_until(pilot, lambda: view.disputed.count == 1)
        await wait_until(pilot, lambda: "IU-7" in page_text(view))
        await pilot.press("u")
        await wait_until(pilot, lambda: view.disputed.count == 2 and "IU-4 adjudicated" in toasts(app))
        await wait_until(pilot, lambda: view.disputed.highlighted.id == "4" and "IU-4" in page_text(view))


async def test_crisis_words_of_a_disputed_unit_are_veiled(tmp_path):
    async with open_evidence(two_opinions(tmp_path)) as (_, pilot):
        view = await open_agreement(pilot)
        await pilot.press("down")
        await wait_until(pilot, lambda: "IU-7" in page_text(view))
        assert "kill myself" not in page_text(view)
        await pilot.press("v")
        await wait_until(pilot, lambda: "kill myself" in page_text(view))


async def test_a_suggestion_that_was_seen_is_said_to_pull(tmp_path):
    async with open_evidence(two_opinions(tmp_path)) as (_, pilot):
        view = await open_agreement(pilot)
        view.pairs.focus()
        await wait_until(pilot, lambda: "pulls them towards it" in " ".join(page_text(view).split()))


async def test_few_units_give_no_number(tmp_path):
    async with open_evidence(two_opinions(tmp_path)) as (_, pilot):
        view = await open_agreement(pilot)
        view.pairs.focus()
        await wait_until(pilot, lambda: "Too few" in page_text(view))
        assert "from 20 on" in page_text(view)


async def test_enough_units_give_kappa_with_its_interval_and_where_the_two_part(tmp_path):
    path = evidence_bank(tmp_path)
    with open_bank(path) as bank:
        for number in range(24):
            dialogue = Dialogue(id=f"talk-{number:02}", source="tests", licence="MIT", turns=(
                DialogueTurn(speaker="seeker", text=f"It is hard, {number} times."), DialogueTurn(speaker="supporter", text="I hear you."),
                DialogueTurn(speaker="seeker", text="Thank you.")))
            bank.add_dialogues([dialogue])
            unit = machine(0, id=f"talk/{number}", dialogue=dialogue.id, state_turn=0, action_turns=(1,), outcome_turn=2, quotes=(),
                           change=Change.RELIEF if number % 2 else Change.REJECTS)
            bank.add_units([unit])
            decide(bank.writing, unit.id, "Ben", "correct", NOW, label=human(unit, "Ben", state=State.SAD if number < 4 else State.LONELY))
    async with open_evidence(path) as (_, pilot):
        view = await open_agreement(pilot)
        view.pairs.focus()
        await wait_until(pilot, lambda: "24 units labelled by both" in page_text(view))
        text = page_text(view)
        assert "kappa" in text and "95 % interval" in text and "Where they part in state" in text and "lonely  against  sad" in text
        row = "".join(segment.text for segment in view.pairs.render_line(1))
        assert "kappa of change 1.0 ±.00" in row


async def test_agreement_is_for_the_chosen_unit_o_reads_its_dialogue(tmp_path):
    async with open_evidence(two_opinions(tmp_path)) as (app, pilot):
        view = await open_agreement(pilot)
        await wait_until(pilot, lambda: "IU-4" in page_text(view))
        await pilot.press("o")
        await wait_until(pilot, lambda: app.pane.view_name == "dialogues" and app.pane.view.reader.chosen == 4)


async def test_a_unit_from_the_queue_is_read_in_its_dialogue_by_r(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        await open_queue(pilot)
        await pilot.press("r")
        await wait_until(pilot, lambda: app.pane.view_name == "dialogues" and app.pane.view.reader.chosen == 4)


async def test_below_a_hundred_columns_the_page_takes_the_lists_place(tmp_path):
    async with open_evidence(two_opinions(tmp_path), size=(80, 24)) as (app, pilot):
        view = await open_agreement(pilot)
        await wait_until(pilot, lambda: view.dispute is not None and "l open" in app.screen.query_one("Footer").text)
        assert "right" not in app.screen.query_one("Footer").text
        await pilot.press("r")
        await wait_until(pilot, lambda: app.focused is view.lines and view.page.region.area and view.lines.region.area)
        assert view.disputed.count == 2
        await wait_until(pilot, lambda: "the key again decides" in toasts(app) and "r right" in app.screen.query_one("Footer").text)
        await pilot.press("l")
        await wait_until(pilot, lambda: view.disputed.count == 1)
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.focused is view.disputed)


async def test_flagged_units_wait_there_too_with_what_was_written(tmp_path):
    path = evidence_bank(tmp_path)
    with open_bank(path) as bank:
        decide(bank.writing, 6, "Ben", "flag", NOW, note="is this about grief at all?")
    async with open_evidence(path) as (_, pilot):
        view = await open_agreement(pilot)
        await wait_until(pilot, lambda: "flagged by Ben  is this about grief at all?" in page_text(view))
        assert "nobody labelled it yet" in page_text(view) and "l embedded-1" in page_text(view)
        await pilot.press("r")
        await pilot.press("l")
        await wait_until(pilot, lambda: view.disputed.count == 0)
    with open_bank(path, readonly=True) as bank:
        assert bank.unit(6).labeller == "Ada"


async def test_a_quote_about_a_crisis_is_veiled_in_the_list_and_among_the_labels(tmp_path):
    path = evidence_bank(tmp_path)
    with open_bank(path) as bank:
        from tests.tui.evidence.helpers import NIGHT, quote

        label = human(night_unit(quotes=(quote(NIGHT, 2, "state", "I want to kill myself"),)), "Ben")
        decide(bank.writing, 7, "Ben", "correct", NOW, label=label)
        decide(bank.writing, 7, "Mara", "correct", NOW, label=human(night_unit(change=Change.THANKS), "Mara"))
        decide(bank.writing, 7, "Ben", "correct", NOW.replace("00.000", "02.000"), label=label.model_copy(update={"note": "again"}))
    async with open_evidence(path) as (app, pilot):
        view = await open_agreement(pilot)
        await wait_until(pilot, lambda: view.disputed.count == 1)
        row = "".join(segment.text for segment in view.disputed.render_line(0))
        assert "▒" in row and "kill" not in row
        app.pane.show_unit(7)
        await wait_until(pilot, lambda: app.pane.view_name == "dialogues" and app.pane.view.reader.chosen == 7)
        await pilot.press("enter")
        await on_screen(pilot, "LabelsScreen")
        assert "kill" not in "\n".join(app.screen.query_one("LabelsView").plain_lines)


async def test_one_escape_leaves_the_window_where_a_disputed_unit_is_decided(tmp_path):
    async with open_evidence(two_opinions(tmp_path)) as (app, pilot):
        view = await open_agreement(pilot)
        await wait_until(pilot, lambda: "IU-4" in page_text(view))
        await pilot.press("e")
        await on_screen(pilot, "EditScreen")
        assert app.screen.bench.panel.has_focus
        await pilot.press("escape")
        await wait_until(pilot, lambda: type(app.screen).__name__ != "EditScreen")
        assert view.disputed.count == 2


async def test_what_another_session_decided_is_seen_when_the_view_is_shown_again(tmp_path):
    path = two_opinions(tmp_path)
    async with open_evidence(path) as (app, pilot):
        view = await open_agreement(pilot)
        await wait_until(pilot, lambda: view.disputed.count == 2)
        await pilot.press("D")
        await wait_until(pilot, lambda: app.pane.view_name == "dialogues")
        with open_bank(path) as bank:
            decide(bank.writing, 4, "Cleo", "adjudicate", NOW, label=human(machine(0), "Cleo"))
        await pilot.press("A")
        await wait_until(pilot, lambda: view.disputed.count == 1)
        await app.show_pane("chat")
        with open_bank(path) as bank:
            decide(bank.writing, 7, "Cleo", "adjudicate", NOW, label=human(night_unit(), "Cleo"))
        await app.show_pane("evidence")
        await wait_until(pilot, lambda: view.disputed.count == 0)


async def test_labels_of_another_session_are_seen_after_a_decision_here(tmp_path):
    path = two_opinions(tmp_path)
    async with open_evidence(path) as (app, pilot):
        view = await open_agreement(pilot)
        with open_bank(path) as bank:
            decide(bank.writing, 5, "Cleo", "correct", NOW, label=human(machine(1), "Cleo"))
        await wait_until(pilot, lambda: view.disputed.count == 2 and view.dispute is not None)
        await pilot.press("l")
        await wait_until(pilot, lambda: view.disputed.count == 1)
        await pilot.press("D")
        await wait_until(pilot, lambda: app.pane.view_name == "dialogues")
        await pilot.press("A")
        await wait_until(pilot, lambda: any("Cleo" in name for name in view._pairs))


async def test_beside_a_machine_it_is_said_how_weak_its_labels_are(tmp_path):
    async with open_evidence(two_opinions(tmp_path)) as (_, pilot):
        view = await open_agreement(pilot)
        view.pairs.focus()
        seen = {}
        for _ in range(view.pairs.count):
            await pilot.pause()
            seen[view.pairs.highlighted.id] = "balanced accuracy of .77 on key units" in " ".join(page_text(view).split())
            await pilot.press("down")
        assert {name: weak for name, weak in seen.items() if "embedded-1" in name} and len(seen) > 1
        assert all(weak == ("embedded-1" in name) for name, weak in seen.items())


@pytest.mark.parametrize("size", [(80, 24), (110, 32), (160, 45)])
async def test_the_lines_of_a_disputed_unit_are_in_sight_below_its_labels(tmp_path, size):
    async with open_evidence(two_opinions(tmp_path), size=size) as (_, pilot):
        view = await open_agreement(pilot)
        await wait_until(pilot, lambda: view.dispute is not None)
        await pilot.press("enter")
        await wait_until(pilot, lambda: view.lines.region.area and view.lines.plain_lines)
        unit = view.dispute.card.suggestion
        lines = view.lines
        assert view.page.region.height and lines.region.y >= view.page.region.bottom
        await wait_until(pilot, lambda: lines.scroll_y <= lines.lines_of(f"line:{unit.state_turn}")[0])
        end, rows = lines.lines_of(f"line:{unit.outcome_turn}")
        assert end + rows - 1 <= lines.scroll_y + lines.size.height


async def test_in_a_narrow_window_the_first_key_shows_the_unit_and_a_veiled_one_is_read_first(tmp_path):
    path = two_opinions(tmp_path)
    async with open_evidence(path, size=(80, 24)) as (app, pilot):
        view = await open_agreement(pilot)
        await wait_until(pilot, lambda: view.dispute is not None)
        await pilot.press("down")
        await wait_until(pilot, lambda: view.dispute is not None and view.dispute.card.number == 7)
        await pilot.press("r")
        await wait_until(pilot, lambda: view.has_class("-drawer") and app.focused is view.lines)
        await pilot.press("r")
        await wait_until(pilot, lambda: "Lines of this unit are veiled" in toasts(app))
        assert not [one for one in decisions(path) if one.kind == "adjudicate"]
        await pilot.press("v", "r")
        await wait_until(pilot, lambda: view.disputed.count == 1)


async def test_while_it_counts_it_says_so_and_not_that_nobody_labelled(tmp_path, monkeypatch):
    go = threading.Event()
    counted = agreement.all_pairs

    def slowly(connection):
        go.wait(60)
        return counted(connection)

    monkeypatch.setattr(agreement, "all_pairs", slowly)
    path = evidence_bank(tmp_path)
    async with open_evidence(path) as (_, pilot):
        await pilot.press("A")
        await wait_until(pilot, lambda: pilot.app.pane.view_name == "agreement")
        view = pilot.app.pane.view
        view.pairs.focus()
        await wait_until(pilot, lambda: "Counting on which units" in page_text(view))
        assert "Counting on which" in view.pairs.empty.plain and "Nobody else" not in page_text(view)
        go.set()
        await wait_until(pilot, lambda: "labelled by both" in page_text(view))


async def test_of_three_labels_the_middle_one_is_taken_by_m(tmp_path):
    path = two_opinions(tmp_path)
    with open_bank(path) as bank:
        decide(bank.writing, 4, "Zoe", "correct", NOW.replace("00.000", "02.000"), label=human(machine(0), "Zoe", state=State.ASHAMED))
    async with open_evidence(path) as (app, pilot):
        view = await open_agreement(pilot)
        await wait_until(pilot, lambda: view.dispute is not None and view.dispute.card.number == 4)
        middle = view.dispute.labels[1]
        await pilot.press("m")
        await wait_until(pilot, lambda: "IU-4 is decided" in toasts(app))
    with open_bank(path, readonly=True) as bank:
        assert bank.unit(4).state is middle.state
