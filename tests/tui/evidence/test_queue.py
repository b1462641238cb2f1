"""The queue by keys: accept, correct, skip, flag, pass, undo, filters, veils, and that nothing shown as saved is lost."""

from __future__ import annotations

import stat

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.decisions import Wanted
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Action, Change, State
from esc_tui.tui.panes.evidence.kept_labels import keep_choice
from tests.tui.evidence.helpers import (
    decisions,
    evidence_bank,
    human,
    machine,
    on_screen,
    open_evidence,
    open_queue,
    panel_text,
    saved,
    talk_text,
    toasts,
)
from tests.tui.helpers import wait_until


async def pick(pilot, words: str, *marking: str) -> None:
    """Choose from a closed set by typing; ``marking`` keys come between."""
    await on_screen(pilot, "PickerScreen")
    await pilot.press(*words, *marking, "enter")
    await wait_until(pilot, lambda: len(pilot.app.screen_stack) == 1)
    await pilot.pause()


async def test_the_least_sure_unit_is_shown_with_the_suggestion_filled_in(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (_, pilot):
        queue = await open_queue(pilot)
        text = panel_text(queue)
        assert "IU-4" in text and "suggested by embedded-1" in text and "sure .50" in text
        assert "lonely" in text and "RF reflection of feeling" in text and "▲ feels understood" in text and "be praised" in text
        assert "nobody at work even noticed" in talk_text(queue) and "state" in talk_text(queue) and "did" in talk_text(queue)
        assert "4 waiting" in queue.progress_line.text


async def test_accept_stores_a_persons_label_beside_the_machines_and_goes_on(tmp_path):
    path = evidence_bank(tmp_path)
    async with open_evidence(path) as (_, pilot):
        queue = await open_queue(pilot)
        await pilot.press("a")
        await wait_until(pilot, lambda: queue.bench.card.number == 5)
        await saved(pilot, queue)
        text = queue.progress_line.text
        assert "1 decided today" in text and "3 waiting" in text and "saved" in text
    [decision] = decisions(path)
    assert (decision.unit, decision.annotator, decision.kind) == (4, "Ada", "accept")
    with open_bank(path, readonly=True) as bank:
        labels = bank.unit_labels(4)
        assert [(one.labeller, one.labeller_kind) for one in labels] == [("Ada", "human"), ("embedded-1", "machine")]
        assert labels[0].confidence is None and labels[0].quotes == machine(0).quotes


async def test_enter_accepts_too(tmp_path):
    path = evidence_bank(tmp_path)
    async with open_evidence(path) as (_, pilot):
        queue = await open_queue(pilot)
        await pilot.press("enter")
        await saved(pilot, queue)
    assert [one.kind for one in decisions(path)] == ["accept"]


async def test_each_label_has_its_own_key_and_what_was_changed_shows(tmp_path):
    path = evidence_bank(tmp_path)
    async with open_evidence(path) as (_, pilot):
        queue = await open_queue(pilot)
        for key, words in (("t", "ashamed"), ("e", "money"), ("g", "comforting"), ("n", "listened"), ("h", "opens")):
            await pilot.press(key)
            await pick(pilot, words)
        await pilot.press("minus", "minus")
        await wait_until(pilot, lambda: "2 of 5" in panel_text(queue))
        assert "was lonely" in panel_text(queue)
        await pilot.press("a")
        await saved(pilot, queue)
    assert decisions(path)[0].kind == "correct"
    with open_bank(path, readonly=True) as bank:
        label = bank.unit(4)
        assert (label.state, label.scenario.value, label.stage.value, label.need.value, label.change, label.intensity) == (
            State.ASHAMED, "money-worries", "comforting", "be-listened-to", Change.OPENS_UP, 2)


async def test_actions_keep_the_order_of_choosing_and_one_is_needed(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        queue = await open_queue(pilot)
        await pilot.press("o")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"reflection", "tab")
        for _ in "reflection":
            await pilot.press("backspace")
        await pilot.press(*"open", "tab")
        for _ in "open":
            await pilot.press("backspace")
        await pilot.press(*"reflection", "tab", "enter")
        await wait_until(pilot, lambda: queue.bench.draft.get("actions") == (Action.OPEN_QUESTION, Action.REFLECTION_OF_FEELING))
        await pilot.press("o")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"open", "tab")
        for _ in "open":
            await pilot.press("backspace")
        await pilot.press(*"reflection", "tab", "enter")  # nothing is marked any more
        await wait_until(pilot, lambda: queue.bench.draft.get("actions") == (Action.REFLECTION_OF_FEELING,))


async def test_enter_adds_the_one_action_that_the_words_leave_and_says_so_where_they_leave_more(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        queue = await open_queue(pilot)
        await pilot.press("o")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"o", "enter")
        await wait_until(pilot, lambda: "Nothing was marked: Tab marks the one under the cursor." in toasts(app))
        assert type(app.screen).__name__ == "PickerScreen"
        await pilot.press("backspace")
        await pick(pilot, "validation")
        await wait_until(pilot, lambda: queue.bench.draft.get("actions") == (Action.REFLECTION_OF_FEELING, Action.VALIDATION))


async def test_with_nothing_marked_and_nothing_typed_enter_takes_the_action_under_the_cursor(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        queue = await open_queue(pilot)
        queue.action_blind()
        await wait_until(pilot, lambda: queue.bench.draft is not None and queue.bench.draft.blind)
        await pilot.press("o")
        await on_screen(pilot, "PickerScreen")
        await pilot.press("down")
        under = app.screen.list.highlighted.id
        assert "take" in app.screen.query_one("#picker-keys").text
        await pilot.press("enter")
        await wait_until(pilot, lambda: queue.bench.draft.get("actions") == (Action(under),))


async def test_enter_takes_the_action_typed_for_and_stays_open_where_nothing_is_called_so(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        queue = await open_queue(pilot)
        queue.action_blind()
        await wait_until(pilot, lambda: queue.bench.draft is not None and queue.bench.draft.blind)
        await pilot.press("o")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"zzz", "enter")
        await pilot.pause()
        assert type(app.screen).__name__ == "PickerScreen"
        await pilot.press("backspace", "backspace", "backspace", *"restatement")
        await pick(pilot, "")
        await wait_until(pilot, lambda: queue.bench.draft.get("actions") == (Action.RESTATEMENT,))


async def test_c_walks_the_labels_enter_changes_and_backspace_takes_back(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        queue = await open_queue(pilot)
        await pilot.press("c")
        await wait_until(pilot, lambda: app.focused is queue.bench.panel and queue.bench.panel.cursor == "state")
        await pilot.press("enter")
        await pick(pilot, "numb")
        assert queue.bench.draft.get("state") is State.NUMB
        await pilot.press("backspace")
        await wait_until(pilot, lambda: not queue.bench.draft.corrected)
        await pilot.press("j", "j", "enter")
        await pick(pilot, "1")
        assert queue.bench.draft.get("intensity") == 1
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.focused is queue.bench.talk)


async def test_words_are_marked_anew_by_choosing_them(tmp_path):
    path = evidence_bank(tmp_path)
    async with open_evidence(path) as (app, pilot):
        queue = await open_queue(pilot)
        await pilot.press("m")
        await on_screen(pilot, "MarkScreen")
        await pilot.press("home", "right", "space", "right", "right", "space", "enter")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1)
        found = [quote.text for quote in queue.bench.draft.get("quotes")]
        assert found == ["rebuilt the archive", "nobody at work even noticed", "a lonely way to work", "Exactly that"]
        assert "2 state" in panel_text(queue)
        await pilot.press("a")
        await saved(pilot, queue)
    with open_bank(path, readonly=True) as bank:
        assert bank.unit(4).quotes[0].text == "rebuilt the archive" and bank.unit_row(4).quote == "rebuilt the archive"


async def test_skip_comes_again_at_the_end_and_not_me_does_not(tmp_path):
    path = evidence_bank(tmp_path)
    async with open_evidence(path) as (_, pilot):
        queue = await open_queue(pilot)
        seen = []
        for keys in ("s", "p", "a", "va", "s"):
            seen.append(queue.bench.card.number)
            await pilot.press(*keys)
            await saved(pilot, queue)
            await wait_until(pilot, lambda: queue.bench.card is not None)
        assert seen == [4, 5, 6, 7, 4] and queue.bench.card.number == 4
        assert "1 waiting" in queue.progress_line.text
    assert [(one.unit, one.kind) for one in decisions(path)] == [(5, "pass"), (6, "accept"), (7, "accept"), (4, "skip")]


async def test_a_flag_needs_a_note(tmp_path):
    path = evidence_bank(tmp_path)
    async with open_evidence(path) as (_, pilot):
        queue = await open_queue(pilot)
        await pilot.press("f")
        await on_screen(pilot, "ReasonScreen")
        await pilot.press("enter", *"whose dad", "enter")
        await wait_until(pilot, lambda: queue.bench.card.number == 5)
        await saved(pilot, queue)
    assert [(one.kind, one.note) for one in decisions(path)] == [("flag", "whose dad")]


async def test_undo_brings_the_unit_back_with_the_labels_that_were_given(tmp_path):
    path = evidence_bank(tmp_path)
    async with open_evidence(path) as (app, pilot):
        queue = await open_queue(pilot)
        await pilot.press("plus", "a")
        await pilot.press("u")
        await wait_until(pilot, lambda: queue.bench.card.number == 4 and not queue.line.tally.writing)
        assert queue.bench.draft.get("intensity") == 5 and "was 4 of 5" in panel_text(queue)
        assert "0 decided today" in queue.progress_line.text and "4 waiting" in queue.progress_line.text
        await pilot.press("u")
        await wait_until(pilot, lambda: "no decision to undo" in toasts(app))
    assert decisions(path) == []


@pytest.mark.parametrize("key", ["s", "p"])
async def test_labels_begun_on_a_unit_that_was_put_off_come_back_with_undo(tmp_path, key):
    path = evidence_bank(tmp_path)
    async with open_evidence(path) as (_, pilot):
        queue = await open_queue(pilot)
        await pilot.press("t")
        await pick(pilot, "ashamed")
        await pilot.press(key)
        await wait_until(pilot, lambda: queue.bench.card.number == 5)
        await pilot.press("u")
        await wait_until(pilot, lambda: queue.bench.card.number == 4)
        assert queue.bench.draft.get("state") is State.ASHAMED and "not saved yet" in queue.progress_line.text
        await pilot.press("a")
        await saved(pilot, queue)
        assert not queue.line.begun
    assert decisions(path)[-1].kind == "correct"


async def test_keys_come_faster_than_the_bank_writes_and_all_are_kept_in_order(tmp_path):
    path = evidence_bank(tmp_path)
    async with open_evidence(path) as (_, pilot):
        queue = await open_queue(pilot)
        await pilot.press("a", "p", "s", "v", "a")
        await saved(pilot, queue)
    assert [(one.unit, one.kind) for one in decisions(path)] == [(4, "accept"), (5, "pass"), (6, "skip"), (7, "accept")]


async def test_a_decision_that_cannot_be_written_is_told_and_its_unit_comes_back(tmp_path, monkeypatch):
    path = evidence_bank(tmp_path)
    async with open_evidence(path) as (app, pilot):
        queue = await open_queue(pilot)

        def full(*_arguments: object, **_named: object) -> None:
            raise UserError("the disk is full, nothing of this was saved")

        with monkeypatch.context() as patched:
            patched.setattr("esc_tui.bank.decisions.decide", full)
            await pilot.press("plus", "a")
            await wait_until(pilot, lambda: "The disk is full" in toasts(app))
        await wait_until(pilot, lambda: queue.bench.card.number == 4 and queue.bench.draft.get("intensity") == 5)
        assert "0 decided today" in queue.progress_line.text and "4 waiting" in queue.progress_line.text
        await pilot.press("a")
        await saved(pilot, queue)
    assert [(one.unit, one.kind) for one in decisions(path)] == [(4, "correct")]


async def test_leaving_waits_until_everything_is_in_the_bank(tmp_path):
    path = evidence_bank(tmp_path)
    async with open_evidence(path) as (app, pilot):
        await open_queue(pilot)
        await pilot.press("a", "a", "a", "ctrl+q")
        await wait_until(pilot, lambda: app._exit)
    assert len(decisions(path)) == 3


async def test_crisis_words_are_veiled_for_each_unit_anew(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        queue = await open_queue(pilot)
        await pilot.press("s", "s", "s")
        await wait_until(pilot, lambda: queue.bench.card is not None and queue.bench.card.number == 7)
        assert "kill myself" not in talk_text(queue) and "▒" in talk_text(queue)
        await pilot.press("m")
        await wait_until(pilot, lambda: "Press v to read them" in toasts(app))
        await pilot.press("v")
        await wait_until(pilot, lambda: "kill myself" in talk_text(queue))
        await saved(pilot, queue)
        await pilot.press("s")
        await saved(pilot, queue)
        await pilot.press("u")
        await wait_until(pilot, lambda: queue.bench.card is not None and queue.bench.card.number == 7 and not queue.line.tally.writing)
        assert "kill myself" not in talk_text(queue)


async def test_the_line_is_narrowed_to_some_states_and_says_so(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        queue = await open_queue(pilot)
        await pilot.press("slash")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"hopeless", "tab", "enter")
        await wait_until(pilot, lambda: queue.bench.card is not None and queue.bench.card.number == 7)
        assert "hopeless" in app.pane.tab_line.text
        await pilot.press("v", "a")
        await wait_until(pilot, lambda: "No unit of this kind" in talk_text(queue))


async def test_two_people_label_the_same_units_without_seeing_each_others(tmp_path):
    path = evidence_bank(tmp_path)
    with open_bank(path) as bank:
        from esc_tui.bank.decisions import decide

        decide(bank.writing, 4, "Ben", "correct", "2026-02-01T00:00:00.000Z", label=human(machine(0), "Ben", state=State.ANGRY))
    async with open_evidence(path) as (_, pilot):
        queue = await open_queue(pilot)
        assert queue.bench.card.number == 5
        await pilot.press("slash")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"others", "tab", "enter")
        await wait_until(pilot, lambda: queue.bench.card is not None and queue.bench.card.number == 4)
        assert "1 other labelled it" in panel_text(queue) and "angry" not in panel_text(queue)
        await pilot.press("a")
        await saved(pilot, queue)
    with open_bank(path, readonly=True) as bank:
        assert {one.labeller: one.state for one in bank.unit_labels(4)}["Ada"] is State.LONELY


async def test_the_annotator_is_the_setting_else_the_author(tmp_path):
    async with open_evidence(evidence_bank(tmp_path), annotator="  Mara \n Lin ") as (app, pilot):
        queue = await open_queue(pilot)
        assert queue.line.annotator == "Mara Lin" and "Mara Lin" in app.pane.tab_line.text


async def test_when_all_is_done_it_says_so(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (_, pilot):
        queue = await open_queue(pilot)
        await pilot.press("a", "a", "a", "v", "a")
        await wait_until(pilot, lambda: "All key units are decided" in talk_text(queue))
        await pilot.press("a", "c", "t", "m", "plus")
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1


async def test_without_suggestions_it_names_the_key_that_makes_them(tmp_path):
    async with open_evidence(evidence_bank(tmp_path, units=False)) as (_, pilot):
        queue = await open_queue(pilot)
        assert "Press x to let the program look for them" in talk_text(queue)


async def test_a_bank_that_can_only_be_looked_at_keeps_nothing_and_says_so(tmp_path, monkeypatch):
    path = evidence_bank(tmp_path)
    path.chmod(stat.S_IRUSR)
    monkeypatch.setattr("esc_tui.bank.bank.os.access", lambda place, mode: False)
    async with open_evidence(path) as (app, pilot):
        queue = await open_queue(pilot)
        await pilot.press("a")
        await wait_until(pilot, lambda: "write-protected" in toasts(app) and queue.bench.card is not None and queue.bench.card.number == 4)


async def test_in_a_small_window_lines_and_labels_stand_under_each_other(tmp_path):
    async with open_evidence(evidence_bank(tmp_path), size=(80, 24)) as (_, pilot):
        queue = await open_queue(pilot)
        talk, panel = queue.bench.talk.region, queue.bench.panel.region
        assert talk.height >= 8 and panel.y > talk.bottom - 1 and "change" in panel_text(queue)
        await pilot.resize_terminal(140, 40)
        await pilot.pause()
        assert queue.bench.panel.region.x > queue.bench.talk.region.x


async def test_what_is_decided_is_seen_in_the_other_views_and_told_to_the_other_panes(tmp_path, monkeypatch):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        pane, told = app.pane, []
        await pilot.press("A")
        await wait_until(pilot, lambda: "agreement" in pane.views and pane.view is pane.views["agreement"])
        queue = await open_queue(pilot)
        pane.stale.clear()
        monkeypatch.setattr(pane, "bank_changed", lambda: told.append("looked again"))
        await pilot.press("a")
        await saved(pilot, queue)
        assert pane.stale == {"dialogues", "agreement"} and not told
        await pilot.press("D")
        await wait_until(pilot, lambda: pane.view_name == "dialogues" and "dialogues" not in pane.stale)
        await app.show_pane("bank")
        await wait_until(pilot, lambda: len(told) == 1)


async def test_the_line_is_narrowed_to_what_somebody_else_labelled_and_leaves_out_the_starter_banks_units(tmp_path):
    path = evidence_bank(tmp_path)
    with open_bank(path) as bank:
        from esc_tui.bank.decisions import decide

        decide(bank.writing, 5, "Ben", "correct", "2026-02-01T00:00:00.000Z", label=human(machine(1), "Ben", state=State.ANGRY))
        decide(bank.writing, 6, "Mara", "correct", "2026-02-01T00:00:00.000Z", label=human(machine(2), "Mara"))
        bank.writing.run("UPDATE dialogues SET source = 'starter' WHERE id = 'work-01'")
    async with open_evidence(path) as (app, pilot):
        queue = await open_queue(pilot)
        await pilot.press("slash")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"Mara", "tab", "enter")
        await wait_until(pilot, lambda: queue.bench.card is not None and queue.bench.card.number == 6 and queue.line.tally.waiting == 1)
        assert "labelled by Mara" in app.pane.tab_line.text
        await pilot.press("slash")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"Mara", "tab", *["backspace"] * 4, *"starter", "tab", "enter")
        await wait_until(pilot, lambda: queue.bench.card is not None and queue.bench.card.number == 7 and queue.line.tally.waiting == 1)
        assert "without the starter bank's own" in app.pane.tab_line.text and "labelled by" not in app.pane.tab_line.text


async def give_blind(pilot, queue) -> None:
    """Every label that must be given, by its key."""
    for key, words in (("t", "lonely"), ("e", "job"), ("g", "exploration"), ("h", "opens")):
        await pilot.press(key)
        await pick(pilot, words)
    await pilot.press("o")
    await on_screen(pilot, "PickerScreen")
    await pilot.press(*"restatement", "tab", "enter")
    await wait_until(pilot, lambda: queue.bench.draft.get("actions") == (Action.RESTATEMENT,))
    await pilot.press("plus")
    await wait_until(pilot, lambda: queue.bench.draft.missing == ())


async def test_blind_labels_begin_empty_must_all_be_given_and_are_marked_in_the_record(tmp_path):
    path = evidence_bank(tmp_path)
    async with open_evidence(path) as (app, pilot):
        queue = await open_queue(pilot)
        app.workshop.shown_units.clear()  # as if the queue had begun blind
        await pilot.press("slash")
        await pick(pilot, "blind", "tab")
        await wait_until(pilot, lambda: queue.blind and "you label it blind" in panel_text(queue))
        text = panel_text(queue)
        assert "embedded-1" not in text and "sure" not in text and "lonely" not in text and "feels understood" not in text
        assert [part.text for part in queue.facts][1:3] == ["least sure first", "blind"]
        await pilot.press("a")
        await wait_until(pilot, lambda: "Still to be given: state, intensity, scenario, stage, action, change." in toasts(app))
        await give_blind(pilot, queue)
        assert "was" not in panel_text(queue).split()
        await pilot.press("a")
        await wait_until(pilot, lambda: queue.bench.card.number == 5)
        await saved(pilot, queue)
        assert queue.bench.draft.blind and queue.bench.draft.get("state") is None
        await pilot.press("u")
        await wait_until(pilot, lambda: queue.bench.card.number == 4)
        assert queue.bench.draft.blind and queue.bench.draft.get("change") is Change.OPENS_UP
        await pilot.press("a")
        await saved(pilot, queue)
    [decision] = decisions(path)
    assert (decision.unit, decision.kind, decision.note) == (4, "correct", "blind")
    with open_bank(path, readonly=True) as bank:
        label = bank.unit(4)
        assert (label.state, label.change, label.intensity, label.need, label.quotes) == (State.LONELY, Change.OPENS_UP, 3, None, ())


async def test_the_order_is_told_and_a_filter_left_as_it_was_says_so(tmp_path):
    async with open_evidence(evidence_bank(tmp_path), size=(80, 24)) as (app, pilot):
        queue = await open_queue(pilot)
        await pilot.press("slash")
        await on_screen(pilot, "PickerScreen")
        keys, field = app.screen.query_one("#picker-keys"), app.screen.query_one("#picker")
        await pilot.pause()
        assert keys.region.bottom <= field.content_region.bottom and "space" in keys.text
        assert "else only those where the seeker moves" in app.screen.query_one("#picker-note").text
        await pilot.press("enter")
        await wait_until(pilot, lambda: "Nothing was changed. Tab marks the line" in toasts(app))
        await pilot.press("slash")
        await pick(pilot, "random", "tab")
        await wait_until(pilot, lambda: queue.wanted.sampled)
        assert "random sample" in [part.text for part in queue.facts]


async def test_at_eighty_columns_the_line_of_tabs_still_tells_every_choice(tmp_path):
    path = evidence_bank(tmp_path)
    with open_bank(path) as bank:
        keep_choice(bank, "carl-friedrich", Wanted(sampled=True, starter=False, polarities=("neutral",)), True)
    async with open_evidence(path, size=(80, 24), annotator="carl-friedrich") as (app, pilot):
        await open_queue(pilot)
        said = app.pane.tab_line.render_line(0).text
        assert "neutral, no starter units  random sample  blind" in said and "[Queue]" in said
        await pilot.resize_terminal(140, 40)
        await wait_until(pilot, lambda: "neutral, without the starter bank's own  random sample  blind   carl-friedrich"
                         in app.pane.tab_line.render_line(0).text)


async def test_with_something_typed_a_blank_is_a_letter_and_the_row_of_two_words_is_marked_by_tab(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        queue = await open_queue(pilot)
        await pilot.press("o")
        await on_screen(pilot, "PickerScreen")
        for letter in "with options":  # in one burst
            await pilot.press("space" if letter == " " else letter)
        assert app.screen.field.value == "with options" and app.screen.chosen == ["reflection-of-feeling"]
        assert "tab mark" in app.screen.query_one("#picker-keys").text
        await pilot.press("tab", "enter")
        await wait_until(pilot, lambda: queue.bench.draft.get("actions") == (Action.REFLECTION_OF_FEELING, Action.SUGGESTION_WITH_OPTIONS))


async def test_a_blank_marks_where_nothing_is_typed_or_the_arrows_have_moved(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        await open_queue(pilot)
        await pilot.press("o")
        await on_screen(pilot, "PickerScreen")
        await pilot.press("space")
        assert app.screen.chosen == []
        await pilot.press(*"open", "down", "space")
        assert app.screen.chosen == ["open-question"] and app.screen.field.value == "open"
        await pilot.press("q", "space")
        assert app.screen.field.value == "openq " and app.screen.chosen == ["open-question"]


@pytest.mark.parametrize("size", [(80, 24), (110, 32), (160, 45)])
async def test_the_list_of_a_label_leaves_the_line_that_is_judged_in_sight(tmp_path, size):
    async with open_evidence(evidence_bank(tmp_path), size=size) as (app, pilot):
        queue = await open_queue(pilot)
        await pilot.press("s", "s", "s", "v")
        await wait_until(pilot, lambda: queue.bench.card.number == 7 and queue.bench.unveiled)
        for key, line in (("h", 5), ("o", 3), ("t", 2)):
            await pilot.press(key)
            await on_screen(pilot, "PickerScreen")
            talk, sheet = queue.bench.talk, app.screen.query_one("#picker").region
            at, rows = talk.lines_of(f"line:{line}")
            top = talk.content_region.y + at - round(talk.scroll_y)
            assert talk.region.y <= top and top + rows - 1 <= talk.region.bottom and not sheet.overlaps(talk.region)
            assert app.screen.list.region.height >= 2 and app.screen.query_one("#picker-keys").region.bottom <= size[1]
            await pilot.press("escape")
            await wait_until(pilot, lambda: len(app.screen_stack) == 1)


async def test_a_veiled_unit_is_not_accepted_unseen(tmp_path):
    path = evidence_bank(tmp_path)
    async with open_evidence(path) as (app, pilot):
        queue = await open_queue(pilot)
        await pilot.press("s", "s", "s")
        await wait_until(pilot, lambda: queue.bench.card.number == 7)
        await pilot.press("a", "enter")
        await wait_until(pilot, lambda: "Lines of this unit are veiled. Press v to read them first." in toasts(app))
        assert queue.bench.card.number == 7
        await pilot.press("v", "a")
        await saved(pilot, queue)
    assert [(one.unit, one.kind) for one in decisions(path) if one.kind != "skip"] == [(7, "accept")]


async def test_a_filter_in_force_is_seen_in_a_narrow_window_too(tmp_path):
    path = evidence_bank(tmp_path)
    with open_bank(path) as bank:
        from esc_tui.bank.decisions import decide

        decide(bank.writing, 5, "Ben", "correct", "2026-02-01T00:00:00.000Z", label=human(machine(1), "Ben"))
    async with open_evidence(path, size=(80, 24)) as (app, pilot):
        queue = await open_queue(pilot)
        await pilot.press("slash")
        await pick(pilot, "by Ben", "tab")
        await wait_until(pilot, lambda: queue.wanted.labelled_by == ("Ben",))
        await pilot.pause()
        assert "labelled by Ben" in "".join(segment.text for segment in app.pane.tab_line.render_line(0))


async def test_the_pace_after_a_few_quick_accepts_is_a_whole_number_with_a_comma(tmp_path, monkeypatch):
    from esc_tui.tui.panes.evidence.waiting_line import WaitingLine

    async with open_evidence(evidence_bank(tmp_path)) as (_, pilot):
        queue = await open_queue(pilot)
        monkeypatch.setattr(WaitingLine, "pace", property(lambda line: 6363.6))
        queue._draw_progress()
        assert "6,364 a minute" in queue.progress_line.text
