"""Be the supporter: the seeker's lines, the person's replies, what is hidden, the guard, taking back, the debrief."""

from __future__ import annotations

import pytest
from textual import events

from esc_tui.bank.bank import open_bank
from esc_tui.domain.errors import EndpointError
from esc_tui.engines.roles import SeekerUtterance
from esc_tui.settings.model import Settings
from esc_tui.support.session import Session
from esc_tui.tui.commands import active_commands
from esc_tui.tui.panes.chat.seat_screen import SeatScreen
from esc_tui.tui.panes.chat.seekers import Seekers
from tests.simulate.helpers import SAID, WISH, ScriptedMind, bank_with
from tests.tui.helpers import wait_until
from tests.tui.seat.helpers import REPLY, changing, opened, reply, seat_text, seated, sit_down

SAME_KEY_ON_PURPOSE = {("ctrl+c", "field.copy", "app.copy"), ("escape", "field.leave", "seat.close"), ("enter", "field.send", "seat.field")}


async def test_the_seeker_speaks_first_and_nothing_of_its_inside_is_seen(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        seat = await sit_down(app, pilot)
        assert "nobody at work even noticed" in seat_text(app)
        await reply(app, pilot)
        assert SAID[2] in seat_text(app)
        assert "inner 1" not in seat_text(app) and "+6" not in seat_text(app) and WISH not in seat_text(app)
        assert app.focused is seat.composer


async def test_one_key_shows_the_emotion_and_one_the_thoughts(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        await seated(app, pilot, REPLY)
        await pilot.press("escape", "m")
        await wait_until(pilot, lambda: "▲ +6   46 B" in seat_text(app))
        await pilot.press("t")
        await wait_until(pilot, lambda: "inner 1" in seat_text(app))
        await pilot.press("m", "t")
        await wait_until(pilot, lambda: "+6" not in seat_text(app) and "inner 1" not in seat_text(app))


async def test_what_the_guard_refuses_is_told_and_sent_only_when_confirmed(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        seat = await sit_down(app, pilot)
        bad = "You are just being dramatic, get over it."
        seat.composer.load_text(bad)
        await pilot.press("enter")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        assert "makes light of what they feel" in app.screen.question
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.screen is seat and seat.composer.text == bad)
        assert not seat.sitting.view.turns
        await pilot.press("enter")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: len(seat.sitting.view.turns) == 1 and not seat.busy)
        assert "sent although it makes light" in seat_text(app)


async def test_typing_ahead_neither_sends_what_the_guard_refuses_nor_is_lost(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        seat = await sit_down(app, pilot)
        bad = "You are just being dramatic, get over it."
        seat.composer.load_text(bad)
        await pilot.press("enter")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        await pilot.press(*"scsx", "backspace", "space", "1", "question_mark")
        app.screen.post_message(events.Paste("pasted"))
        await pilot.pause()
        assert type(app.screen).__name__ == "AskScreen"
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.screen is seat and seat.composer.text == f"{bad}\nscs 1?pasted")
        assert not seat.sitting.view.turns


async def test_words_of_a_crisis_are_veiled_and_care_is_shown(tmp_path):
    mind = ScriptedMind(says=lambda moment: SeekerUtterance("i want to kill myself tonight"))
    async with opened(tmp_path, mind) as (app, pilot):
        seat = await sit_down(app, pilot)
        await reply(app, pilot)
        assert seat.sitting.view.finished.outcome == "crisis"
        text = seat_text(app)
        assert "kill myself" not in text and "findahelpline.com" in text and "words of a crisis ended it" in text
        assert app.screen is seat
        await pilot.press("v")
        await wait_until(pilot, lambda: "kill myself" in seat_text(app))


async def test_a_reply_taken_back_stands_in_the_field_again(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        seat = await seated(app, pilot, REPLY, "And then?")
        await pilot.press("escape", "u")
        await wait_until(pilot, lambda: seat.composer.text == "And then?" and seat.sitting.waits and not seat.busy)
        assert len(seat.sitting.view.turns) == 1 and seat.sitting.words == SAID[2]


async def test_a_seeker_that_cannot_answer_is_asked_again_with_one_key(tmp_path):
    broken = [True]

    def change(moment):
        if broken and broken.pop():
            raise EndpointError("no answer", "http://127.0.0.1:9")
        return 5

    async with opened(tmp_path, ScriptedMind(change)) as (app, pilot):
        seat = await sit_down(app, pilot)
        await reply(app, pilot)
        assert "The seeker cannot answer now" in seat_text(app) and "127.0.0.1:9" in seat_text(app)
        await pilot.press("r")
        await wait_until(pilot, lambda: seat.sitting.waits and not seat.busy)
        assert "cannot answer" not in seat_text(app) and SAID[2] in seat_text(app)


async def test_the_talk_ends_in_a_debrief_with_the_banks_own_words_on_demand(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        seat = await seated(app, pilot, *(f"{REPLY} {number}" for number in range(9)))
        await reply(app, pilot, f"{REPLY} 9")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "DebriefScreen")
        screen = app.screen
        page = "\n".join(screen.query_one("DebriefView").plain_lines)
        assert "All turns were used, at emotion 59 (B) after 10 turns." in page
        assert page.index("turn 3") < page.index("turn 5") < page.index("turn 1\n" if "turn 1\n" in page else "turn 1 ")
        assert WISH[:40] in page.replace("\n", " ").replace("        ", "") or "that somebody tells her" in page
        await pilot.press("b")
        await wait_until(pilot, lambda: screen.replies)
        await wait_until(pilot, lambda: "measured by running the bank now" in "\n".join(screen.query_one("DebriefView").plain_lines))
        assert "measured by running the bank now" in screen.text()
        await pilot.press("j", "w")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "WhatIfScreen" and app.screen.focused is not None)
        sheet = app.screen
        assert sheet.moment.turn.number == 5
        await pilot.press("minus", "minus", "a")
        await wait_until(pilot, lambda: sheet.found is not None and sheet.found.done and not sheet.running)
        assert sheet.found.was[0].text == f"{REPLY} 4" and sheet.found.effect.mean == 0 and sheet.found.would[0].grade == "measured"
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.screen is screen)
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.screen is seat)
        await pilot.press("escape")
        await wait_until(pilot, lambda: not isinstance(app.screen, SeatScreen))


async def test_a_turn_of_a_debrief_is_answered_anew_in_a_new_talk(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        old = await seated(app, pilot, REPLY, f"{REPLY} 1")
        await pilot.press("escape", "d")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "DebriefScreen")
        await pilot.press("j", "f")
        await wait_until(pilot, lambda: isinstance(app.screen, SeatScreen) and app.screen is not old and app.screen.sitting.waits)
        sitting = app.screen.sitting
        assert sitting.words == old.sitting.view.turns[1].text and len(sitting.view.turns) == 1 and sitting.machine.emotion == 46


async def test_a_debrief_is_written_to_a_new_file_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with opened(tmp_path) as (app, pilot):
        await seated(app, pilot, REPLY)
        await pilot.press("escape", "d")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "DebriefScreen")
        assert "emotion 40 to 46   one reply: too little for a curve" in "\n".join(app.screen.query_one("DebriefView").plain_lines)
        await pilot.press("e")
        await wait_until(pilot, lambda: list(tmp_path.glob("debrief-*.md")))
    written = next(tmp_path.glob("debrief-*.md"))
    assert written.stat().st_mode & 0o777 == 0o600
    assert "## Helped 1: turn 1, +6 to 46" in written.read_text(encoding="utf-8")
    assert WISH not in written.read_text(encoding="utf-8")  # the talk goes on; the wish is told at its end


async def test_a_talk_left_is_opened_again_from_the_list_of_talks_and_goes_on(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        await sit_down(app, pilot)
        await reply(app, pilot)
        await pilot.press("escape", "escape")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1)
        await pilot.press("t")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "TalksScreen")
        assert "You answered Seeker 2" in "\n".join(app.screen.query_one("TalkList").plain_lines)
        await pilot.press("j", "enter")
        await wait_until(pilot, lambda: isinstance(app.screen, SeatScreen) and app.screen.sitting.waits)
        assert SAID[2] in seat_text(app)
        await reply(app, pilot, "Tell me more about March.")
        assert len(app.screen.sitting.view.turns) == 2


async def test_ending_early_asks_first(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        seat = await seated(app, pilot, REPLY)
        await pilot.press("escape", "x")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        await pilot.press("e")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "DebriefScreen")
        assert seat.sitting.view.finished.outcome == "cancelled"


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_no_key_of_the_seat_means_two_things(tmp_path, size):
    async with opened(tmp_path, size=size) as (app, pilot):
        seat = await seated(app, pilot, REPLY)
        for widget in seat.focus_chain:
            widget.focus()
            await pilot.pause()
            taken: dict[str, str] = {}
            for _node, command, _usable in active_commands(seat):
                for key in filter(None, command.keys.split(",")):
                    allowed = (key, taken.get(key), command.id) in SAME_KEY_ON_PURPOSE
                    assert key not in taken or allowed, (key, taken.get(key), command.id)
                    taken.setdefault(key, command.id)


async def test_the_seat_is_found_in_the_palette_and_told_by_f1(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("escape", "ctrl+p")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "EscPalette")
        await pilot.press(*"be the supporter")
        await wait_until(pilot, lambda: app.screen.query_one("CommandList").option_count == 1)
        await pilot.press("enter")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "PickerScreen")
        await pilot.press("down", "enter")
        await wait_until(pilot, lambda: isinstance(app.screen, SeatScreen) and app.screen.sitting.waits)
        await pilot.press("escape", "f1")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "HelpScreen")
        assert app.screen._page().plain.startswith("You are the supporter")


async def test_markup_and_orders_to_the_terminal_are_shown_as_text(tmp_path):
    mind = ScriptedMind(changing, says=lambda moment: SeekerUtterance("[/bold] \x1b[31mred\x1b[0m 没有人 {{x}}"))
    async with opened(tmp_path, mind, size=(80, 24)) as (app, pilot):
        await sit_down(app, pilot)
        await reply(app, pilot, "[b]what[/b] \x1b[2J happened?")
        assert "[/bold]" in seat_text(app) and "[b]what[/b]" in seat_text(app) and "\x1b" not in seat_text(app)


async def test_on_a_bank_that_can_only_be_viewed_the_talk_works_and_is_not_kept(tmp_path):
    made = bank_with(tmp_path)
    with open_bank(made, readonly=True) as bank:
        session = Session(bank, Settings())
        seekers = Seekers(session, mind=ScriptedMind(changing))
        sitting = seekers.begin("seeker-1")
        assert seekers.unstored
        async for _ in sitting.go_on():
            pass
        async for _ in sitting.answer(REPLY):
            pass
        told = await seekers.bank_reply(sitting, 1, seekers.events(sitting))
        assert told.text and bank.events(sitting.talk.conversation_id) == []
        session.close()
