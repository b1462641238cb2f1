"""Labelling blind: what was shown of a unit's labels elsewhere, and that such a label is not recorded as blind."""

from __future__ import annotations

from esc_tui.domain.labels import Action, State
from tests.tui.evidence.helpers import (
    decisions,
    evidence_bank,
    on_screen,
    open_evidence,
    open_queue,
    panel_text,
    reader_text,
    saved,
    talk_text,
    toasts,
    with_prototypes,
)
from tests.tui.helpers import wait_until


async def label_all(pilot, queue) -> None:
    """Give every label that is needed and accept."""
    for key, words in (("t", "lonely"), ("e", "job"), ("g", "exploration"), ("h", "opens"), ("o", "restatement")):
        await pilot.press(key)
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*words, *(["tab"] if key == "o" else []), "enter")
        await wait_until(pilot, lambda: len(pilot.app.screen_stack) == 1)
    await wait_until(pilot, lambda: queue.bench.draft.get("actions") == (Action.RESTATEMENT,))
    await pilot.press("plus", "a")
    await saved(pilot, queue)


async def blind_queue(pilot):
    """The queue as it is for who sees its first unit blind: the one in front was shown with its suggestion, the next one was not."""
    queue = await open_queue(pilot)
    pilot.app.workshop.shown_units.intersection_update({queue.bench.card.number})  # as if the list before it had told nothing
    queue.action_blind()
    await wait_until(pilot, lambda: queue.blind and queue.bench.card is not None and queue.bench.card.number == 5)
    return queue


async def test_the_dialogue_of_a_unit_labelled_blind_hides_its_labels_and_the_label_counts_as_blind(tmp_path):
    path = evidence_bank(tmp_path)
    async with open_evidence(path) as (app, pilot):
        queue = await blind_queue(pilot)
        app.workshop.shown_units.discard(5)
        queue.shown_again()
        assert "Reflection" not in talk_text(queue) and "★" not in talk_text(queue)
        await pilot.press("r")
        await wait_until(pilot, lambda: app.pane.view_name == "dialogues" and app.pane.view.reader.chosen == 5)
        text = reader_text(app)
        assert "IU-5" in text and "▲" not in text.partition("IU-")[2] and "understood" not in text
        await pilot.press("enter")
        await wait_until(pilot, lambda: "You label blind: the labels of IU-5 are shown once you have labelled it." in toasts(app))
        assert len(app.screen_stack) == 1
        await pilot.press("Q")
        await wait_until(pilot, lambda: "you label it blind" in panel_text(queue))
        await label_all(pilot, queue)
    assert [(one.unit, one.note) for one in decisions(path) if one.kind == "correct"] == [(5, "blind")]


async def test_where_the_labels_of_all_units_were_shown_none_is_recorded_as_blind(tmp_path):
    path = evidence_bank(tmp_path)
    async with open_evidence(path) as (app, pilot):
        queue = await open_queue(pilot)
        app.workshop.shown_units.update(range(1, 20))
        queue.action_blind()
        await wait_until(pilot, lambda: "not counted as blind: its labels were shown" in panel_text(queue))
        await label_all(pilot, queue)
    assert [(one.unit, one.note) for one in decisions(path)] == [(4, "")]


async def test_labels_seen_in_the_map_meanwhile_make_it_not_blind(tmp_path):
    async with open_evidence(with_prototypes(evidence_bank(tmp_path)), size=(170, 45)) as (app, pilot):
        queue = await blind_queue(pilot)
        app.workshop.shown_units.discard(5)
        queue.shown_again()
        assert "you label it blind" in panel_text(queue)
        await pilot.press("M")
        view = app.pane.view
        await wait_until(pilot, lambda: view.map is not None and view.grid.rows)
        view.grid.move_to("lonely", "open-question")
        await wait_until(pilot, lambda: view.units.count == 2)
        await pilot.press("Q")
        await wait_until(pilot, lambda: "not counted as blind" in panel_text(queue))


async def test_another_annotator_has_seen_nothing_yet(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        await open_queue(pilot)
        assert app.workshop.shown_units
        app.pane.settings_changed("annotator")
        assert not app.workshop.shown_units


async def test_a_choice_and_labels_begun_come_back_at_the_next_start(tmp_path):
    path = evidence_bank(tmp_path)
    async with open_evidence(path) as (app, pilot):
        queue = await blind_queue(pilot)
        for key, words in (("t", "lonely"), ("n", "not known")):
            await pilot.press(key)
            await on_screen(pilot, "PickerScreen")
            await pilot.press(*words, "enter")
            await wait_until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        await pilot.press("plus", "plus")
        await wait_until(pilot, lambda: queue.bench.draft.get("intensity") == 4)
        await app.pane.may_leave()
    async with open_evidence(path) as (app, pilot):
        await wait_until(pilot, lambda: app.pane.blind)
        queue = await open_queue(pilot)
        assert queue.blind and "blind" in [part.text for part in queue.facts]
        await wait_until(pilot, lambda: queue.line.front is not None)
        app.pane.label_unit(5)
        await wait_until(pilot, lambda: queue.bench.card.number == 5)
        assert queue.bench.draft.get("state") is State.LONELY and queue.bench.draft.get("intensity") == 4
        assert "not saved yet" in queue.progress_line.text


async def test_labels_begun_with_the_suggestion_in_sight_are_not_blind_at_the_next_start_either(tmp_path):
    path = evidence_bank(tmp_path)
    async with open_evidence(path) as (app, pilot):
        queue = await open_queue(pilot)
        await pilot.press("minus")
        await wait_until(pilot, lambda: queue.bench.draft.corrected)
        number = queue.bench.card.number
        await app.pane.may_leave()
    async with open_evidence(path) as (app, pilot):
        queue = await open_queue(pilot)
        assert queue.bench.card.number == number and queue.bench.draft.corrected
        assert number in app.workshop.shown_units


async def test_the_list_tells_no_counts_and_the_filter_no_labels_of_units_that_wait_for_who_labels_blind(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        # each of these talks has units of one polarity alone: their counts tell it
        await wait_until(pilot, lambda: set(range(4, 8)) <= app.workshop.shown_units)
        queue = await blind_queue(pilot)
        app.workshop.shown_units.clear()
        await pilot.press("r")
        view = app.pane.views["dialogues"]
        await wait_until(pilot, lambda: app.pane.view is view and view.reader.chosen == 5 and view.has_class("-unknown"))
        drawn = "\n".join("".join(part.text for part in view.rows.render_line(y)) for y in range(6))
        assert "▲   ·  ▼   ·" in drawn and not any(f"{glyph}   {count}" in drawn for glyph in "▲▼" for count in range(9))
        assert view.unknown.region.area and "You label blind" in view.unknown.render().plain
        await pilot.press("escape", "slash", *"IU-5 polarity:positive")
        await wait_until(pilot, lambda: view.counts.text.startswith("0 of") and view.rows.count == 0)
        assert not app.workshop.shown_units
        await pilot.press("escape", "Q")
        await wait_until(pilot, lambda: "you label it blind" in panel_text(queue))


async def test_labels_that_a_hit_of_the_filter_told_make_it_not_blind(tmp_path):
    async with open_evidence(evidence_bank(tmp_path), size=(80, 24)) as (app, pilot):
        app.workshop.shown_units.clear()
        await pilot.press("slash", *"IU-7 polarity:negative")
        view = app.pane.view
        await wait_until(pilot, lambda: view.counts.text.startswith("0 of") and 7 in app.workshop.shown_units)
        app.workshop.shown_units.clear()
        await pilot.press("ctrl+u", *"state:lonely")
        await wait_until(pilot, lambda: view.counts.text.startswith("1 of") and {4, 5} <= app.workshop.shown_units)
