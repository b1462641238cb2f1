"""The view of dialogues: list, filter, reader, walk through units, labels, veils, and what others ask for."""

from __future__ import annotations

import stat

from esc_tui.bank.bank import open_bank
from esc_tui.domain.dialogue import Dialogue, DialogueTurn
from esc_tui.tui.messages import DialogueRequested, UnitRequested
from esc_tui.tui.panes.evidence.look import LONGEST
from esc_tui.tui.panes.evidence.reader import SITUATION, crisis_lines
from tests.support_bank import HOSTILE, empty_bank
from tests.tui.evidence.helpers import (
    NIGHT,
    dialogues_read,
    evidence_bank,
    on_screen,
    open_evidence,
    open_queue,
    reader_text,
    toasts,
)
from tests.tui.helpers import wait_until


def listed(app) -> list[str]:
    rows = app.pane.views["dialogues"].rows
    return [rows.row_at(place).id for place in range(rows.count)]


def row_text(app, y: int) -> str:
    return "".join(segment.text for segment in app.pane.views["dialogues"].rows.render_line(y))


async def test_rows_tell_name_outcome_units_and_what_it_is_about(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, _):
        assert listed(app) == ["loss-01", "night-01", "work-01"]
        assert "loss-01" in row_text(app, 0) and "did not help" in row_text(app, 0) and "▼   2" in row_text(app, 0)
        assert "sleep problems · fear" in row_text(app, 3) and "6 lines" in row_text(app, 3)


async def test_the_reader_shows_facts_survey_strategies_stars_and_units(tmp_path):
    async with open_evidence(evidence_bank(tmp_path), size=(180, 40)) as (app, pilot):
        await pilot.press("down")
        await dialogues_read(pilot)
        text = reader_text(app)
        assert "MIT" in text and "intensity 5 → 3" in text and "empathy 4 of 5" in text and "▲ helped" in text
        assert "Affirmation and Reassurance" in text and "★★★★★" in text and "▲ IU-7 accepts a suggestion" in text
        assert "╭" in text and "╰" in text


async def test_words_about_a_crisis_are_veiled_until_v_and_in_the_next_dialogue_again(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        await pilot.press("down")
        await dialogues_read(pilot)
        assert "kill myself" not in reader_text(app) and "▒" in reader_text(app) and "are veiled" in reader_text(app)
        await pilot.press("enter", "v")
        await wait_until(pilot, lambda: "kill myself" in reader_text(app))
        await pilot.press("escape", "up")
        await dialogues_read(pilot)
        await pilot.press("down")
        await dialogues_read(pilot)
        assert "kill myself" not in reader_text(app)


async def test_the_arrows_walk_the_units_and_enter_shows_everybodys_labels(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        await pilot.press("end")
        await dialogues_read(pilot)
        reader = app.pane.view.reader
        assert reader.reading.dialogue.id == "work-01"
        await pilot.press("enter")
        first = reader.chosen
        await pilot.press("j", "j")
        assert reader.chosen != first
        await pilot.press("k", "k", "k", "enter")
        await on_screen(pilot, "LabelsScreen")
        text = "\n".join(app.screen.query_one("LabelsView").plain_lines)
        assert "in force" in text and "tests" in text and "“nobody at work even noticed”" in text


async def test_the_words_of_the_chosen_unit_are_marked(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        await pilot.press("end")
        await dialogues_read(pilot)
        reader = app.pane.view.reader
        runs = [run for line in reader._lines for run in line.runs if run.tone == "accent.underline"]
        assert "nobody at work even noticed" in "".join(run.text for run in runs)


async def test_the_filter_looks_into_every_line_and_escape_leaves_it(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        await pilot.press("slash", *"trams")
        await wait_until(pilot, lambda: listed(app) == ["night-01"])
        assert "1 of 3 dialogues" in app.pane.view.counts.text
        await pilot.press("escape")
        assert app.focused is app.pane.view.rows
        await pilot.press("slash", "ctrl+u")
        await wait_until(pilot, lambda: len(listed(app)) == 3)


async def test_words_of_the_filter_are_lit_up_on_the_line_that_has_them_and_gone_to(tmp_path):
    path = evidence_bank(tmp_path)
    with open_bank(path) as bank:
        lines = tuple(DialogueTurn(speaker="supporter" if turn % 2 else "seeker", text=f"Line {turn} of a long evening with rain.")
                      for turn in range(60))
        bank.add_dialogues([Dialogue(id="a-long", source="tests", turns=(
            *lines, DialogueTurn(speaker="seeker", text="Then the piano tuner rang the bell."), *lines))])
    async with open_evidence(path, size=(140, 40)) as (app, pilot):
        await pilot.press("slash", *"piano tun")
        reader = app.pane.view.reader
        await wait_until(pilot, lambda: listed(app) == ["a-long"] and reader.sought == ("piano", "tun"))
        await wait_until(pilot, lambda: any("piano tuner" in reader.render_line(y).text for y in range(reader.size.height)))
        assert [run.text for line in reader._lines for run in line.runs if "reverse" in run.tone] == ["piano", "tun"]
        await pilot.press("ctrl+u")
        await wait_until(pilot, lambda: len(listed(app)) == 4)
        await wait_until(pilot, lambda: not any("reverse" in run.tone for line in reader._lines for run in line.runs))


async def test_letters_in_the_filter_are_letters(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        await pilot.press("slash", *"ixDQ%_\\'")
        await pilot.pause()
        assert app.pane.view.field.value == "ixDQ%_\\'" and app.pane.view_name == "dialogues" and len(app.screen_stack) == 1
        await wait_until(pilot, lambda: app.pane.view.rows.count == 0)


async def test_a_unit_asked_for_by_another_pane_is_shown_on_its_lines_whatever_the_filter(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        await pilot.press("slash", *"loss", "escape")
        await wait_until(pilot, lambda: listed(app) == ["loss-01"])
        await app.show_pane("chat")
        app.pane.post_message(UnitRequested(7))
        reader = app._panes["evidence"].views["dialogues"].reader
        await wait_until(pilot, lambda: app.pane.id == "pane-evidence" and reader.chosen == 7)
        await wait_until(pilot, lambda: app.focused is reader and reader.reading.dialogue.id == "night-01")
        assert len(listed(app)) == 3


async def test_a_line_asked_for_is_brought_into_sight(tmp_path):
    async with open_evidence(evidence_bank(tmp_path), size=(100, 24)) as (app, pilot):
        app.pane.post_message(DialogueRequested("night-01", 5))
        reader = app.pane.views["dialogues"].reader
        await wait_until(pilot, lambda: reader.reading is not None and reader.reading.dialogue.id == "night-01" and reader.scroll_y > 0)
        start, _ = reader.lines_of("line:5")
        assert reader.scroll_y <= start < reader.scroll_y + reader.size.height


async def test_a_unit_that_is_not_there_is_one_sentence(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        app.pane.show_unit(999)
        await wait_until(pilot, lambda: "There is no unit '999'" in toasts(app))


async def test_c_takes_the_chosen_unit_into_the_queue(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        await pilot.press("down")
        await dialogues_read(pilot)
        await pilot.press("enter", "c")
        await wait_until(pilot, lambda: app.pane.view_name == "queue" and app.pane.view.bench.card is not None
                         and app.pane.view.bench.card.number == 7)


async def test_an_empty_bank_names_the_next_key_in_every_view(tmp_path):
    empty_bank(tmp_path).close()
    async with open_evidence(tmp_path / "empty.db") as (app, pilot):
        assert "Press i to" in row_text(app, 1)
        queue = await open_queue(pilot)
        assert "Press i to import" in "\n".join(queue.bench.talk.plain_lines)
        await pilot.press("M")
        await wait_until(pilot, lambda: "There are no prototypes yet" in app.pane.view.said.text)
        await pilot.press("A")
        await wait_until(pilot, lambda: "--annotator NAME" in app.pane.view.pairs.empty.plain)
        await pilot.press("x")
        await wait_until(pilot, lambda: "no dialogue to look into yet" in toasts(app))


async def test_hostile_text_is_shown_and_never_obeyed(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, _):
        text = reader_text(app)
        assert "[/bold]" in text and "␛[31m" in text and "\x1b" not in text and "\u202e" not in text and HOSTILE[:8] in text
        reader = app.pane.view.reader
        assert {reader.render_line(y).cell_length for y in range(reader.size.height)} == {reader.size.width}


async def test_an_absurdly_long_line_is_cut_and_says_how_much_is_missing(tmp_path):
    path = evidence_bank(tmp_path)
    with open_bank(path) as bank:
        bank.add_dialogues([Dialogue(id="a-long-one", source="tests", turns=(
            DialogueTurn(speaker="seeker", text="word " * 300_000), DialogueTurn(speaker="supporter", text="")))])
    async with open_evidence(path) as (app, _):
        assert "1,496,000 characters more" in reader_text(app) and "(no words)" in reader_text(app)


async def test_below_a_hundred_columns_the_dialogue_takes_the_lists_place(tmp_path):
    async with open_evidence(evidence_bank(tmp_path), size=(80, 24)) as (app, pilot):
        view = app.pane.view
        assert not view.reader.parent.display or not view.reader.region.area
        await pilot.press("v")
        await wait_until(pilot, lambda: view.reader.region.area and not view.rows.region.area)
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.focused is view.rows and view.rows.region.area)


async def test_the_window_may_change_while_one_reads(tmp_path):
    async with open_evidence(evidence_bank(tmp_path), size=(160, 45)) as (app, pilot):
        for size in ((80, 24), (60, 15), (120, 36)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert app.is_running
        assert {app.pane.view.reader.render_line(y).cell_length for y in range(10)} == {app.pane.view.reader.size.width}


async def test_a_bank_that_cannot_be_written_is_read_all_the_same(tmp_path, monkeypatch):
    path = evidence_bank(tmp_path)
    path.chmod(stat.S_IRUSR)
    monkeypatch.setattr("esc_tui.bank.bank.os.access", lambda place, mode: False)
    async with open_evidence(path) as (app, pilot):
        assert len(listed(app)) == 3
        for key in ("i", "x"):
            app.clear_notifications()
            await pilot.press(key)
            await wait_until(pilot, lambda: "can only be looked at" in toasts(app))
        assert len(app.screen_stack) == 1


async def test_tabs_and_letters_go_through_the_views(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        seen = []
        for key in ("right_square_bracket", "right_square_bracket", "right_square_bracket", "right_square_bracket", "A", "D"):
            await pilot.press(key)
            await pilot.pause()
            seen.append(app.pane.view_name)
        assert seen == ["queue", "agreement", "map", "dialogues", "agreement", "dialogues"]
        await pilot.click(app.pane.tab_line, offset=(18, 0))
        await wait_until(pilot, lambda: app.pane.view_name == "queue")


def test_words_about_a_crisis_are_veiled_wherever_in_the_shown_line_they_stand():
    text = "The trams go by. " * 150 + "I want to kill myself."
    talk = NIGHT.model_copy(update={"situation": text, "turns": (DialogueTurn(speaker="seeker", text=text),)})
    assert 2000 < len(text) < LONGEST
    assert crisis_lines(talk, [0]) == {SITUATION, 0}


async def test_a_unit_is_found_by_its_number_and_chosen(tmp_path):
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        await pilot.press("slash", *"IU-7")
        await wait_until(pilot, lambda: listed(app) == ["night-01"] and app.pane.view.reader.chosen == 7)
        await pilot.press("ctrl+u", *"outcome:did")
        await wait_until(pilot, lambda: listed(app) == ["loss-01"])


async def test_unknown_words_of_the_filter_stay_named_below_the_field(tmp_path):
    async with open_evidence(evidence_bank(tmp_path), size=(80, 24)) as (app, pilot):
        await pilot.press("slash", *"outcom:helped")
        view = app.pane.view
        await wait_until(pilot, lambda: view.has_class("-unknown") and view.unknown.region.area)
        await pilot.press("ctrl+u")
        await wait_until(pilot, lambda: not view.has_class("-unknown") and len(listed(app)) == 3)


async def test_a_dialogue_without_units_says_why_and_what_to_do(tmp_path):
    path = evidence_bank(tmp_path, name="few.db")
    lines = (DialogueTurn(speaker="seeker", text="我睡不着"), DialogueTurn(speaker="supporter", text="怎么了"),
             DialogueTurn(speaker="seeker", text="太吵了"))
    with open_bank(path) as bank:
        bank.add_dialogues([Dialogue(id="a-zh", language="zh-CN", turns=lines), Dialogue(id="b-en", language="en-GB", turns=lines),
                            Dialogue(id="c-short", turns=lines[:2])])
    async with open_evidence(path) as (app, pilot):
        for said in ("reads English alone: let a model at an endpoint label this dialogue", "x lets the program look for them",
                     "never speaks between two turns of the seeker"):
            await dialogues_read(pilot)
            await wait_until(pilot, lambda words=said: words in " ".join(reader_text(app).split()))
            await pilot.press("down")


def test_a_situation_that_names_suicide_is_veiled_whatever_the_guard_says():
    talk = Dialogue(id="grave", source="made here", situation="My exams came close to the extent of suicidal thoughts.", turns=(
        DialogueTurn(speaker="seeker", text="Hello."), DialogueTurn(speaker="supporter", text="Hello, how was your day?")))
    assert SITUATION in crisis_lines(talk, range(2))
    assert SITUATION not in crisis_lines(talk.model_copy(update={"situation": "My exams came close."}), range(2))
