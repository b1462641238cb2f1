"""Editing: writing in rows, closed sets, validation, kept drafts, saving, conflicts, leaving, the person's own editor."""

from __future__ import annotations

import contextlib
import stat
import sys

import pytest
from textual import events

from tests.support_bank import five_skills, small_bank_file
from tests.tui.bank.helpers import (
    give_reason,
    go_to,
    on_screen,
    open_form,
    open_pane,
    open_small,
    settled,
    toasts,
    write,
)
from tests.tui.helpers import wait_until

FIRST = "ask-one-small-want"


def skill_of(app, slug: str):
    return app.pane.queries.skill(slug)


def drafts_of(app):
    return app.pane.queries.ask(lambda bank: bank.drafts())


async def test_a_change_is_saved_with_a_reason_as_a_new_revision(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        form = await open_form(pilot)
        await write(pilot, form, ("title",), "One small want")
        await pilot.press("s")
        await give_reason(pilot, "shorter")
        await wait_until(pilot, lambda: app.pane.editor is None)
        assert skill_of(app, FIRST).content.title == "One small want"
        assert app.pane.queries.ask(lambda bank: bank.head()).message == "shorter"
        await wait_until(pilot, lambda: drafts_of(app) == [])
        assert "Saved as r2: shorter" in toasts(app)


async def test_keys_typed_right_after_the_edit_key_go_to_the_form(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        chosen = app.pane.rows.cursor
        for key, character in (("e", "e"), ("down", None), ("down", None), ("enter", "\r"), ("x", "x"), ("y", "y")):
            app.post_message(events.Key(key, character))
        await wait_until(pilot, lambda: app.pane.editor is not None and app.pane.editor.field is not None
                         and app.pane.editor.field.query("LineField"))
        await wait_until(pilot, lambda: app.pane.editor.field.query_one("LineField").text.endswith("xy"))
        assert app.pane.rows.cursor == chosen
        assert app.pane.editor.current > 2


async def test_a_save_without_a_reason_is_not_taken(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        form = await open_form(pilot)
        await write(pilot, form, ("title",), "Other")
        await pilot.press("s")
        await on_screen(pilot, "ReasonScreen")
        await pilot.press("enter")
        await pilot.pause()
        assert type(app.screen).__name__ == "ReasonScreen"


async def test_what_is_wrong_stands_under_its_row_while_typing(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        form = await open_form(pilot)
        await write(pilot, form, ("do", 0, "text"), "Hold {nonsense} gently.")
        row = form.rows[form.current]
        assert row.problem.startswith("Unknown slot {nonsense}")
        await pilot.press("s")
        await pilot.pause()
        assert type(app.screen).__name__ == "Screen" and "1 to mend" in form.title_line.text


async def test_an_emptied_text_is_wrong_at_once(tmp_path):
    async with open_small(tmp_path) as (_, pilot):
        form = await open_form(pilot)
        await write(pilot, form, ("summary",), "")
        assert form.rows[form.current].problem == "Write something here."


async def test_the_action_of_a_move_is_chosen_from_the_closed_set_by_typing(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        form = await open_form(pilot)
        await go_to(pilot, form, ("moves", 0, "text"))
        await pilot.press("space")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"valid", "enter")
        await wait_until(pilot, lambda: form.draft.content["moves"][0]["action"] == "validation")
        assert type(app.screen).__name__ == "Screen"


async def test_several_states_are_marked_with_the_space_bar(tmp_path):
    async with open_small(tmp_path) as (_, pilot):
        form = await open_form(pilot)
        await go_to(pilot, form, ("applicability", "states"))
        await pilot.press("enter")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"lonely", "tab", "enter")
        await wait_until(pilot, lambda: "lonely" in form.draft.content["applicability"]["states"])
        assert set(form.draft.content["applicability"]["states"]) == {"lonely", "torn", "seeking-a-way-forward"}


async def test_a_condition_is_added_to_a_contraindication(tmp_path):
    async with open_small(tmp_path) as (_, pilot):
        form = await open_form(pilot)
        await go_to(pilot, form, ("contraindications", 0))
        form.current = next(place for place, item in enumerate(form.items) if item.name == "condition")
        await pilot.press("enter")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"cues", "enter")
        await wait_until(pilot, lambda: form.field is not None and form.field.query("LineField"))
        form.field.query_one("LineField").load_text("what now | tell me")
        await pilot.press("escape")
        await wait_until(pilot, lambda: form.field is None)
        assert form.draft.content["contraindications"][0]["cues"] == ["what now", "tell me"]


async def test_entries_are_added_removed_and_brought_back(tmp_path):
    async with open_small(tmp_path) as (_, pilot):
        form = await open_form(pilot)
        await go_to(pilot, form, ("dont", 0))
        await pilot.press("x")
        await wait_until(pilot, lambda: form.draft.content["dont"] == ["You are overthinking this."])
        await pilot.press("u")
        await wait_until(pilot, lambda: len(form.draft.content["dont"]) == 2)
        await go_to(pilot, form, ("dont", 1))
        await pilot.press("a")
        await wait_until(pilot, lambda: form.field is not None and form.field.query("LineField"))
        await pilot.press(*"Hm", "escape")
        await wait_until(pilot, lambda: form.draft.content["dont"][2:] == ["Hm"])


async def test_phrasings_follow_their_move_when_it_is_moved(tmp_path):
    async with open_small(tmp_path) as (_, pilot):
        form = await open_form(pilot)
        await go_to(pilot, form, ("moves", 0, "text"))
        await pilot.press("J")
        await wait_until(pilot, lambda: form.draft.content["moves"][0]["action"] == "clarifying-question")
        assert [say["move"] for say in form.draft.content["do"]] == [2, 2, 2, 1, 1, 1]


async def test_the_draft_is_in_the_bank_as_soon_as_it_is_typed(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        form = await open_form(pilot)
        await go_to(pilot, form, ("title",))
        await pilot.press("enter")
        await wait_until(pilot, lambda: form.field is not None and form.field.query("LineField"))
        await pilot.press(*"abc")
        await wait_until(pilot, lambda: drafts_of(app) and drafts_of(app)[0].content["content"]["title"].endswith("abc"))


async def test_a_draft_left_behind_is_offered_again_after_a_restart(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        form = await open_form(pilot)
        await write(pilot, form, ("title",), "Half a thought")
        await wait_until(pilot, lambda: bool(drafts_of(app)))
        path = app.start.bank
    async with open_pane(path) as (app, pilot):
        await wait_until(pilot, lambda: "✎" in app.pane.rows.render_line(0).text and "1 unsaved" in app.header.text)
        await pilot.press("e")
        await on_screen(pilot, "AskScreen")
        await pilot.press("g")
        await wait_until(pilot, lambda: app.pane.editor is not None)
        assert app.pane.editor.draft.content["title"] == "Half a thought"


async def test_a_draft_left_behind_is_thrown_away_by_two_different_keys_only(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        form = await open_form(pilot)
        await write(pilot, form, ("title",), "Half a thought")
        await pilot.press("escape")
        await on_screen(pilot, "AskScreen")
        await pilot.press("k")
        await wait_until(pilot, lambda: app.pane.editor is None)
        await pilot.press("e")
        await wait_until(pilot, lambda: "unsaved changes of" in getattr(app.screen, "question", ""))
        await pilot.press("t", "t")
        await wait_until(pilot, lambda: "Throw away" in getattr(app.screen, "question", ""))
        await pilot.press("escape")
        await wait_until(pilot, lambda: type(app.screen).__name__ != "AskScreen")
        assert len(drafts_of(app)) == 1 and app.pane.editor is None
        await pilot.press("e")
        await wait_until(pilot, lambda: "unsaved changes of" in getattr(app.screen, "question", ""))
        await pilot.press("t")
        await wait_until(pilot, lambda: "Throw away" in getattr(app.screen, "question", ""))
        await pilot.press("y")
        await wait_until(pilot, lambda: app.pane.editor is not None)
        assert app.pane.editor.draft.content["title"] != "Half a thought"


async def test_leaving_with_changes_asks_and_can_throw_them_away(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        form = await open_form(pilot)
        await write(pilot, form, ("title",), "Other")
        await pilot.press("escape")
        await on_screen(pilot, "AskScreen")
        await pilot.press("t")
        await wait_until(pilot, lambda: app.pane.editor is None)
        await wait_until(pilot, lambda: drafts_of(app) == [])


async def test_leaving_without_changes_does_not_ask(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await open_form(pilot)
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.pane.editor is None)


async def test_quitting_with_changes_asks_first(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        form = await open_form(pilot)
        await write(pilot, form, ("title",), "Other")
        await pilot.press("ctrl+q")
        await on_screen(pilot, "AskScreen")
        assert app.screen.question == f"Bank: the changes of {FIRST} are not saved."
        assert len(app.screen.query_one("#ask-answers").text) <= 74
        await pilot.press("escape")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "Screen")
        assert app.is_running and app.pane.editor is form


async def somebody_else_changes(app, title: str) -> None:
    bank = await app.workshop.bank()
    skill = bank.skill(FIRST)
    changed = skill.model_copy(update={"content": skill.content.model_copy(update={"title": title})})
    bank.commit({FIRST: changed}, author="somebody", message="theirs", base_revision=bank.head_number)


@pytest.mark.parametrize(("answer", "title", "kept"), [("s", "Mine", 0), ("k", "Theirs", 1)])
async def test_a_conflict_offers_mine_on_top_or_a_kept_draft(tmp_path, answer, title, kept):
    async with open_small(tmp_path) as (app, pilot):
        form = await open_form(pilot)
        await write(pilot, form, ("title",), "Mine")
        await somebody_else_changes(app, "Theirs")
        await pilot.press("s")
        await give_reason(pilot, "mine")
        await on_screen(pilot, "AskScreen")
        assert "somebody changed" in app.screen.details
        await pilot.press("d")
        await on_screen(pilot, "DiffScreen")
        assert app.screen.view.names == ("theirs", "mine")
        await pilot.press("escape")
        await on_screen(pilot, "AskScreen")
        await pilot.press(answer)
        await wait_until(pilot, lambda: type(app.screen).__name__ == "Screen")
        await wait_until(pilot, lambda: skill_of(app, FIRST).content.title == title and len(drafts_of(app)) == kept)


async def test_a_new_skill_is_gentle_until_it_is_saved(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        form = await open_form(pilot, "n")
        assert not any(row.problem for row in form.rows)
        await pilot.press("s")
        await pilot.pause()
        assert form.rows[form.current].item.path == ("name",) and form.rows[form.current].problem
        for path, text in ((("name",), "hold-the-door"), (("title",), "Hold the door"), (("description",), "Use when the seeker waits."),
                           (("summary",), "Waits along.")):
            await write(pilot, form, path, text)
        form.current = next(place for place, item in enumerate(form.items) if item.kind == "add" and item.part == "moves")
        await pilot.press("enter")
        await wait_until(pilot, lambda: form.field is not None and form.field.query("LineField"))
        await pilot.press(*"Wait", "escape")
        await wait_until(pilot, lambda: not form.problems)
        await pilot.press("s")
        await give_reason(pilot, "first")
        await wait_until(pilot, lambda: app.pane.editor is None)
        assert skill_of(app, "hold-the-door").status.value == "draft"
        await wait_until(pilot, lambda: app.pane.rows.highlighted is not None and app.pane.rows.highlighted.id == "hold-the-door")


async def test_a_name_that_is_taken_is_wrong(tmp_path):
    async with open_small(tmp_path) as (_, pilot):
        form = await open_form(pilot, "n")
        await write(pilot, form, ("name",), FIRST)
        assert form.rows[form.current].problem == "The bank already has a skill of this name."


async def test_a_duplicate_has_a_name_of_its_own_and_begins_as_a_draft(tmp_path):
    async with open_small(tmp_path) as (_, pilot):
        form = await open_form(pilot, "d")
        assert (form.draft.name, form.draft.status, form.draft.slug) == (f"{FIRST}-2", "draft", None)


async def test_hostile_text_survives_the_form(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        app.pane.rows.move_to("name-the-loss")
        await settled(pilot)
        await open_form(pilot)
        form = app.pane.editor
        await write(pilot, form, ("title",), "[/bold] 失去 \u202e x")
        await pilot.press("s")
        await give_reason(pilot, "[red]because[/red]")
        await wait_until(pilot, lambda: app.pane.editor is None)
        assert skill_of(app, "name-the-loss").content.title == "[/bold] 失去 \u202e x"
        assert skill_of(app, "name-the-loss").content.summary == five_skills()[3].content.summary


def editor_script(folder, body: str):
    path = folder / "editor"
    path.write_text(f"#!{sys.executable}\nimport sys, pathlib\npath = pathlib.Path(sys.argv[1])\ntext = path.read_text()\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def unsuspended(monkeypatch):
    monkeypatch.setattr("textual.app.App.suspend", lambda self: contextlib.nullcontext())


async def test_the_own_editor_changes_the_skill(tmp_path, monkeypatch, unsuspended):
    monkeypatch.setenv("EDITOR", str(editor_script(tmp_path, "path.write_text(text.replace('# Ask for one', '# Ask about one'))")))
    async with open_small(tmp_path) as (app, pilot):
        await pilot.press("E")
        await give_reason(pilot, "outside")
        await wait_until(pilot, lambda: app.pane.editor is None and skill_of(app, FIRST).content.title == "Ask about one small want")


async def test_an_error_in_the_file_leads_back_and_nothing_is_lost(tmp_path, monkeypatch, unsuspended):
    body = ("path.write_text(text.replace('## Moves', '## Steps') if '## Moves' in text else "
            "text.replace('## Steps', '## Moves').replace('# Ask for', '# Ask about'))")
    monkeypatch.setenv("EDITOR", str(editor_script(tmp_path, body)))
    async with open_small(tmp_path) as (app, pilot):
        await pilot.press("E")
        await on_screen(pilot, "AskScreen")
        assert "unknown heading 'Steps'" in app.screen.question and "line" in app.screen.question
        await pilot.press("o")
        await give_reason(pilot, "mended")
        await wait_until(pilot, lambda: skill_of(app, FIRST).content.title == "Ask about one small want")


async def test_a_missing_editor_is_one_sentence(tmp_path, monkeypatch, unsuspended):
    monkeypatch.setenv("EDITOR", "no-such-editor-here")
    async with open_small(tmp_path) as (app, pilot):
        await pilot.press("E")
        await on_screen(pilot, "AskScreen")
        assert "no-such-editor-here" in app.screen.question


async def test_a_draft_survives_a_killed_process(tmp_path):
    """The values are in the file itself, not only in this process."""
    path = small_bank_file(tmp_path)
    async with open_pane(path) as (app, pilot):
        form = await open_form(pilot)
        await write(pilot, form, ("title",), "Kept")
        await wait_until(pilot, lambda: bool(drafts_of(app)))
        from esc_tui.bank.reading import open_reader

        with open_reader(path) as other:
            assert other.drafts()[0].content["content"]["title"] == "Kept"


async def test_what_is_pasted_into_a_field_holds_nothing_a_terminal_would_obey(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        form = await open_form(pilot)
        await go_to(pilot, form, ("title",))
        await pilot.press("enter")
        await wait_until(pilot, lambda: form.field is not None and app.focused is form.field.query_one("LineField"))
        app.post_message(events.Paste("a\u202eb\x1b"))
        await wait_until(pilot, lambda: "ab" in app.focused.text and "\u202e" not in app.focused.text)
