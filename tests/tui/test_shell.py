"""The shell: header, footer, palette, help, jump mode, keys, panes, themes."""

from __future__ import annotations

import re

import pytest
from textual.binding import Binding
from textual.widgets._toast import Toast

from esc_tui.domain.errors import UserError
from esc_tui.settings.model import config_path, load_settings
from esc_tui.tui.ask import Answer, AskScreen
from esc_tui.tui.commands import active_commands
from esc_tui.tui.footer import MOST_KEYS, Footer
from esc_tui.tui.panes.bank.reason import ReasonScreen
from tests.tui.helpers import make_app, open_chat, say, transcript_text, wait_until
from widgets.one_line import OneLine

SAME_KEY_ON_PURPOSE = {
    ("ctrl+c", "field.copy", "app.copy"),
    ("ctrl+c", "app.copy", None),  # Textual's screen copies through the app's own method
}
"""Keys that a nearer place gives its own form of the same command."""


async def test_the_header_tells_bank_revision_skills_and_engine():
    async with open_chat() as (app, _):
        text = app.header.text
        assert "test-bank" in text and "r42 3f9a1c" in text and "31 active" in text and "● embedded" in text


async def test_the_smallest_window_has_revision_unsaved_forms_and_the_dot_of_the_engine():
    async with open_chat(size=(80, 24)) as (app, _):
        app.header.change(unsaved=2)
        assert app.header.render_line(0).text.endswith("6 Measure   r42  ✎ 2  ●")


async def test_unsaved_drafts_are_marked_in_the_header():
    from esc_tui.tui.messages import DraftsChanged

    async with open_chat() as (app, pilot):
        app.pane.post_message(DraftsChanged(1))
        await wait_until(pilot, lambda: "✎ 1 unsaved" in app.header.text)


async def test_the_footer_shows_at_most_seven_keys_in_every_place():
    async with open_chat() as (app, pilot):
        await say(app, pilot, "hello")
        for widget in app.screen.focus_chain:
            widget.focus()
            await pilot.pause()
            parts = [part for part in app.query_one("#footer")._left + app.query_one("#footer")._right
                     if part.tone == "accent"]
            assert 0 < len(parts) <= MOST_KEYS


async def test_the_footer_of_the_field_offers_no_key_that_the_field_would_type():
    async with open_chat() as (app, pilot):
        await pilot.pause()
        text = app.query_one("#footer").text
        assert "enter send" in text and "ctrl+j new line" in text
        assert "again" not in text and "rate" not in text


async def test_a_click_on_a_footer_key_does_what_the_key_does():
    async with open_chat() as (app, pilot):
        await pilot.press("escape")
        await pilot.pause()
        await pilot.click("#footer", offset=(3, 0))
        await wait_until(pilot, lambda: app.focused is app.pane.composer)


async def test_no_place_has_two_commands_on_one_key_or_one_shadowed_by_textual():
    async with open_chat() as (app, pilot):
        await say(app, pilot, "hello")
        await pilot.press("escape", "g")
        await wait_until(pilot, lambda: app.pane.rating_strip() is not None)
        for widget in app.screen.focus_chain:
            widget.focus()
            await pilot.pause()
            taken: dict[str, str] = {}
            for _node, command, _usable in active_commands(app.screen):
                for key in filter(None, command.keys.split(",")):
                    if key in taken:
                        assert (key, taken[key], command.id) in SAME_KEY_ON_PURPOSE, (widget, key, taken[key], command.id)
                        continue
                    taken[key] = command.id
            for _namespace, bindings in app.screen._modal_binding_chain:
                for key, binding in bindings:
                    if key in taken and binding.id != taken[key]:
                        allowed = (key, taken[key], binding.id) in SAME_KEY_ON_PURPOSE
                        assert allowed or _comes_later(app, key, taken[key]), (widget, key, taken[key], binding)


def _comes_later(app, key: str, identifier: str) -> bool:
    """True when our binding is met before any other one for the key."""
    for _namespace, bindings in app.screen._modal_binding_chain:
        found: list[Binding] = bindings.key_to_bindings.get(key, [])
        if found:
            return found[0].id == identifier
    return False


async def test_keys_that_terminals_take_for_others_are_not_used():
    forbidden = {"ctrl+i", "ctrl+m", "ctrl+h", "ctrl+left_square_bracket", "ctrl+s", "ctrl+z", "ctrl+b",
                 "f6", "f7", "f10", "f11", "f12"}
    async with open_chat() as (app, pilot):
        for widget in app.screen.focus_chain:
            widget.focus()
            await pilot.pause()
            for _namespace, bindings in app.screen._modal_binding_chain:
                assert not forbidden & set(bindings.key_to_bindings)


async def test_the_palette_finds_a_command_and_runs_it():
    async with open_chat() as (app, pilot):
        await say(app, pilot, "hello")
        await pilot.press("escape", "ctrl+p")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "EscPalette")
        await pilot.press(*"just listen")
        await wait_until(pilot, lambda: app.screen.query_one("CommandList").option_count == 1)
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.pane.conversation.wishes.just_listen)


async def test_f1_tells_the_keys_of_what_has_the_focus():
    async with open_chat() as (app, pilot):
        await pilot.press("f1")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "HelpScreen")
        page = app.screen._page().plain
        assert page.startswith("The field")
        assert "ctrl+j" in page and "New line" in page
        await pilot.press("escape")
        assert app.focused is app.pane.composer


async def test_a_question_mark_outside_fields_opens_help():
    async with open_chat() as (app, pilot):
        await pilot.press("escape", "question_mark")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "HelpScreen")
        assert app.screen._page().plain.startswith("The transcript")


async def test_jump_mode_goes_to_the_place_whose_letter_is_pressed():
    async with open_chat() as (app, pilot):
        await pilot.press("ctrl+o")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "JumpScreen")
        assert app.screen.places["w"] is app.pane.why
        await pilot.press("w")
        await wait_until(pilot, lambda: app.focused is app.pane.why)


async def test_any_other_key_leaves_jump_mode():
    async with open_chat() as (app, pilot):
        await pilot.press("ctrl+o")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "JumpScreen")
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.focused is app.pane.composer)


async def test_ctrl_c_without_a_selection_does_nothing():
    async with open_chat() as (app, pilot):
        await pilot.press("h", "i", "ctrl+c")
        await pilot.pause()
        assert app.is_running and app.pane.composer.text == "hi" and app.clipboard == ""


async def test_ctrl_c_copies_the_selection_of_the_field():
    async with open_chat() as (app, pilot):
        await pilot.press("h", "i", "shift+left", "ctrl+c")
        await pilot.pause()
        assert app.clipboard == "i"


async def test_ctrl_q_ends_the_program_without_a_question_when_nothing_was_said():
    async with open_chat() as (app, pilot):
        await pilot.press("ctrl+q")
        await wait_until(pilot, lambda: app._exit)
        assert app.return_value == 0


async def test_ctrl_q_asks_about_learning_when_something_was_said():
    async with open_chat() as (app, pilot):
        await say(app, pilot, "hello")
        await pilot.press("ctrl+q")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        await pilot.press("n")
        await wait_until(pilot, lambda: app._exit)


async def test_the_theme_gone_on_to_is_kept_for_the_next_start():
    async with open_chat() as (app, pilot):
        app.action_next_theme()
        await wait_until(pilot, lambda: config_path().exists() and load_settings().theme == app.theme == "esc-light")


async def test_the_next_theme_is_a_command_and_goes_through_all_four():
    async with open_chat() as (app, pilot):
        seen = [app.theme]
        for _ in range(4):
            app.action_next_theme()
            await pilot.pause()
            seen.append(app.theme)
        assert seen == ["esc-dark", "esc-light", "esc-high-contrast", "esc-ansi", "esc-dark"]


async def test_no_color_draws_no_colour_at_all(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_chat() as (app, pilot):
        await say(app, pilot, "hello")
        assert app.theme == "esc-ansi"
        colours = {(segment.style.color, segment.style.bgcolor)
                   for strip in app.screen._compositor.render_strips() for segment in strip
                   if segment.style is not None}
        named = {colour.name for pair in colours for colour in pair if colour is not None}
        assert named <= {"default"}


async def test_a_window_too_small_is_told_once_and_still_works():
    async with open_chat(size=(60, 18)) as (app, pilot):
        await wait_until(pilot, lambda: app._notifications)
        assert "60 by 18" in next(iter(app._notifications)).message
        await say(app, pilot, "hello")
        assert "quiet work" in " ".join(transcript_text(app).split())


async def test_the_first_screen_is_drawn_from_light_modules_alone():
    import subprocess
    import sys

    code = ("import sys; from esc_tui.tui.app import EscApp; import esc_tui.tui.panes.chat.pane; "
            "bad = {'pydantic', 'openai', 'numpy', 'jinja2', 'typer', 'sqlite_utils', 'sklearn', 'scipy', "
            "'esc_tui.domain.events', 'esc_tui.tui.panes.bank.pane', 'textual.widgets._text_area'} & set(sys.modules); "
            "assert not bad, bad")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_crash_is_told_in_one_sentence_without_any_word_of_a_talk(own_world):
    from esc_tui.settings.locator import state_path
    from esc_tui.tui.crash import crash_sentence

    secret = "nobody may read this"
    try:
        raise KeyError(secret)
    except KeyError as error:
        sentence = crash_sentence(error)
    details = (state_path() / "crash.txt").read_text()
    assert "KeyError" in sentence and "KeyError" in details and "test_shell.py" in details
    assert secret not in sentence
    assert (state_path() / "crash.txt").stat().st_mode & 0o077 == 0


def test_a_leading_esc_is_read_as_alt():
    from textual._xterm_parser import XTermParser

    make_app()
    for sent, key in (("\x1b1", "alt+1"), ("\x1b2", "alt+2"), ("\x1b\r", "alt+enter")):
        parser = XTermParser()
        assert [event.key for part in (sent, "") for event in parser.feed(part)] == [key]


def test_the_app_needs_no_bank_to_be_made():
    assert make_app().title == "esc-tui"


async def test_a_key_pressed_twice_answers_a_question_once():
    from esc_tui.tui.ask import Answer, AskScreen

    answers = []
    async with open_chat() as (app, pilot):
        screen = AskScreen("Go on?", "", [Answer("e", "yes", "yes")])
        app.push_screen(screen, answers.append)
        await pilot.pause()
        screen.dismiss("yes")
        screen.dismiss("yes")
        await pilot.pause()
        assert answers == ["yes"] and len(app.screen_stack) == 1


def test_after_a_crash_the_exit_code_is_1(own_world, monkeypatch, capfd):
    from textual.app import App

    from esc_tui.tui import app as module

    def broken(self) -> None:
        raise KeyError("a fault of the program")

    monkeypatch.setattr(module.EscApp, "on_ready", broken, raising=False)
    monkeypatch.setattr(module.EscApp, "run", lambda self: App.run(self, headless=True, size=(80, 24)))
    assert module.run_app({}) == 1
    assert "KeyError" in capfd.readouterr().err


def test_after_leaving_as_one_should_it_is_0(own_world, monkeypatch):
    from textual.app import App

    from esc_tui.tui import app as module

    monkeypatch.setattr(module.EscApp, "on_ready", lambda self: self.exit(0), raising=False)
    monkeypatch.setattr(module.EscApp, "run", lambda self: App.run(self, headless=True, size=(80, 24)))
    assert module.run_app({}) == 0


def test_the_help_page_names_every_option_of_the_panes(capsys):
    from esc_tui.cli import main as module

    assert module.main(["--help"]) == 0
    said = capsys.readouterr().out
    assert [name for name in (*module._VALUED, *module._FLAGS) if not re.search(rf"--{name}(?![\w-])", said)] == []


def test_the_palette_goes_by_beginnings_of_words_in_the_title_first():
    from esc_tui.tui.commands import Command
    from esc_tui.tui.palette import worded

    mine = Command("test.mine", "Write draft skills", "mine", help="27 drafts from the whole map.", also="discover mine")
    leave = Command("test.leave", "Quit", "quit", help="Nothing in the mines is lost: it is determined.")
    assert worded("mine", mine) > worded("mine", leave) > 0 == worded("mined", mine)
    assert worded("wri dra", mine) == 1 and worded("dra ski", mine) == 0.9
    assert worded("discover", leave) == 0 and worded("screens", mine) == 0 and worded(" ", mine) == 0


@pytest.mark.parametrize("size", [(80, 24), (110, 32), (160, 45)])
async def test_what_is_told_in_a_corner_covers_neither_the_footer_nor_a_sheet(size):
    app = make_app()
    async with app.run_test(size=size, notifications=True) as pilot:
        await wait_until(pilot, lambda: app.pane.composer is not None)
        long = "A sentence of some length that tells what was done, to what, in which revision, and which key takes it back again."
        app.tell(long)
        await wait_until(pilot, lambda: app.screen.query(Toast))
        assert not app.screen.query_one(Footer).region.overlaps(app.screen.query_one(Toast).region)
        app.push_screen(ReasonScreen("Why this change?", "one line"))
        await wait_until(pilot, lambda: isinstance(app.screen, ReasonScreen) and app.screen.query("#reason-keys"))
        for number in range(2):
            app.tell(f"{long} {number}", "warning")
        await wait_until(pilot, lambda: len(app.screen.query(Toast)) == 3)
        await pilot.press("enter")
        await wait_until(pilot, lambda: "A few words are needed." in app.screen.query_one("#reason-keys").text)
        assert not [toast for toast in app.screen.query(Toast) if toast.region.overlaps(app.screen.query_one("#reason").region)]


@pytest.mark.parametrize("width", [80, 100, 160])
async def test_every_answer_of_a_question_is_in_sight_at_every_width(width):
    answers = [Answer("d", "see theirs beside mine", "see"), Answer("s", "save mine on top", "save"),
               Answer("k", "keep mine unsaved", "keep"), Answer("t", "throw mine away and begin anew", "throw")]
    app = make_app()
    async with app.run_test(size=(width, 24)) as pilot:
        app.push_screen(AskScreen("Somebody else changed this skill meanwhile.", "What you wrote is kept.", answers))
        await wait_until(pilot, lambda: [line for line in app.screen.query("AskScreen #ask-answers") if line.region.area])
        shown = "\n".join(line.render_line(0).text for line in app.screen.query(OneLine) if line.display)
        assert all(answer.words in shown for answer in answers) and "go back" in shown and "…" not in shown
        await pilot.resize_terminal(240, 24)
        await wait_until(pilot, lambda: len([line for line in app.screen.query(OneLine) if line.display]) == 1)
        assert app.screen.query_one("#ask-answers", OneLine).text.count("enter or") == 1


async def test_the_same_sentence_told_again_takes_its_own_place_and_a_sentence_begins_large():
    async with open_chat() as (app, pilot):
        for _ in range(3):
            app.tell_error(UserError("there is no decision to undo"))
            await pilot.pause()
        assert [note.message for note in app._notifications] == ["There is no decision to undo."]
        app.tell_error(UserError("the zip is damaged", "skills.zip"))
        await pilot.pause()
        assert [note.message for note in app._notifications][1:] == ["skills.zip: the zip is damaged."]
