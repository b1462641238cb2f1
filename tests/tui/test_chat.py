"""The Chat pane, driven by keys over a scripted chat."""

from __future__ import annotations

import asyncio

from textual import events

from esc_tui.tui.passing_on import PassingOn
from tests.tui.helpers import make_app, open_chat, say, transcript_text, wait_until, why_text
from tests.tui.scripted import ScriptedChat

WORDS = "I stayed late every night and nobody at work even noticed"


async def test_the_greeting_says_that_this_is_a_program_and_no_therapist():
    async with open_chat() as (app, _):
        text = " ".join(transcript_text(app).split())
        assert "I am a program that listens: not a person, not a therapist" in text


async def test_what_is_typed_before_the_field_is_loaded_is_kept_and_sent():
    chat = ScriptedChat()
    app = make_app(chat)
    async with app.run_test(size=(120, 36)) as pilot:
        waiting = app.pane.query_one("WaitingField")
        for key in ("n", "t", "1", "space", "q", "backspace", "enter"):
            character = " " if key == "space" else key if len(key) == 1 else None
            waiting.on_key(events.Key(key, character))
        await wait_until(pilot, lambda: app.pane.conversation.turns and not app.pane.conversation.running)
        assert [text for text, _ in chat.asked] == ["nt1"]


async def test_what_is_typed_behind_the_first_enter_begins_the_next_message():
    chat = ScriptedChat()
    app = make_app(chat)
    async with app.run_test(size=(120, 36)) as pilot:
        waiting = app.pane.query_one("WaitingField")
        for key in ("a", "enter", "b", "c"):
            waiting.on_key(events.Key(key, key if len(key) == 1 else None))
        await wait_until(pilot, lambda: app.pane.conversation.turns and not app.pane.conversation.running)
        assert [text for text, _ in chat.asked] == ["a"]
        assert app.pane.composer.text == "bc"


def burst(app, *keys):
    """Keys that lie before the app all at once, as a lagging connection brings them."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_keys_of_a_burst_act_in_their_order():
    async with open_chat() as (app, pilot):
        burst(app, *"abc", *["backspace"] * 3, *"xyz", "left", "q", "home", "delete", "w")
        await wait_until(pilot, lambda: app.pane.composer.text == "wyqz")


async def test_letters_right_behind_i_are_text():
    async with open_chat() as (app, pilot):
        await pilot.press("escape")
        burst(app, "i", *"nemo")
        await wait_until(pilot, lambda: app.pane.composer.text == "nemo")


async def test_letters_right_behind_enter_begin_the_next_message():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        burst(app, *"one", "enter", *"two")
        await wait_until(pilot, lambda: chat.asked and not app.pane.conversation.running)
        assert [text for text, _ in chat.asked] == ["one"]
        assert app.pane.composer.text == "two"


async def test_a_second_message_in_a_burst_does_not_end_the_first():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        burst(app, *"one", "enter", *"two", "enter")
        await wait_until(pilot, lambda: app.pane.conversation.turns and not app.pane.conversation.running)
        assert [text for text, _ in chat.asked] == ["one"]
        assert app.pane.composer.text == "two"


async def test_what_is_pasted_holds_nothing_a_terminal_would_obey():
    async with open_chat() as (app, pilot):
        app.post_message(events.Paste("a\u202eb\x1b[2J\r\nc"))
        await wait_until(pilot, lambda: app.pane.composer.text == "ab[2J\nc")


async def test_what_the_first_reply_needs_is_loaded_before_it():
    chat = ScriptedChat()
    async with open_chat(chat) as (_, pilot):
        await wait_until(pilot, lambda: chat.warmed)


async def test_a_talk_that_is_not_kept_is_told_in_the_greeting_and_ends_without_a_question():
    chat = ScriptedChat()
    chat.unstored = "the folder cannot be written"
    async with open_chat(chat) as (app, pilot):
        await wait_until(pilot, lambda: "talks are not kept" in " ".join(transcript_text(app).split()))
        await say(app, pilot, WORDS)
        await pilot.press("escape", "n")
        await wait_until(pilot, lambda: not app.pane.conversation.turns)
        assert chat.begun[0].view.closed is None


async def test_the_why_side_is_away_before_the_first_paint_in_a_narrow_window():
    app = make_app()
    seen = []
    app.call_later(lambda: seen.append(app.pane.why.display))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: seen)
        assert seen == [False]


async def test_the_first_start_shows_the_key_to_the_bank():
    async with open_chat(first_run=True) as (app, _):
        assert "First time here" in transcript_text(app)
        assert "opens the Bank" in transcript_text(app)


async def test_a_later_start_shows_no_tour():
    async with open_chat() as (app, _):
        assert "First time here" not in transcript_text(app)


async def test_enter_sends_and_the_reply_comes_in_numbered_tagged_segments():
    async with open_chat() as (app, pilot):
        await say(app, pilot, WORDS)
        lines = [line.rstrip() for line in app.pane.transcript.plain_lines]
        assert WORDS in " ".join(" ".join(lines).split())
        assert any(line.startswith("▎1 RF  That was a lot of quiet work") for line in lines)
        assert any(line.startswith("▎2 QU  What would one small sign") for line in lines)
        assert app.pane.composer.text == ""


async def test_ctrl_j_makes_a_new_line_instead_of_sending():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        await pilot.press("a", "ctrl+j", "b")
        assert app.pane.composer.text == "a\nb"
        assert chat.asked == []


async def test_shift_and_alt_enter_make_a_new_line_where_terminals_send_them():
    async with open_chat() as (app, pilot):
        await pilot.press("a", "shift+enter", "b", "alt+enter", "c", "shift+\r", "d")
        assert app.pane.composer.text == "a\nb\nc\nd"


async def test_the_field_grows_to_six_lines_and_no_further():
    async with open_chat() as (app, pilot):
        await pilot.press("a", *["ctrl+j"] * 2)
        await pilot.pause()
        assert app.pane.composer.size.height == 3
        await pilot.press(*["ctrl+j"] * 7)
        await pilot.pause()
        assert app.pane.composer.size.height == 6


async def test_blank_text_is_not_sent():
    chat = ScriptedChat()
    async with open_chat(chat) as (_, pilot):
        await pilot.press("space", "enter")
        assert chat.asked == []


async def test_up_at_the_first_line_recalls_and_down_gives_back_what_was_being_written():
    async with open_chat() as (app, pilot):
        await say(app, pilot, "first thing")
        await say(app, pilot, "second thing")
        await pilot.press("h", "i", "up")
        assert app.pane.composer.text == "second thing"
        await pilot.press("up")
        assert app.pane.composer.text == "first thing"
        await pilot.press("down", "down")
        assert app.pane.composer.text == "hi"


async def test_esc_leaves_the_field_and_i_goes_back():
    async with open_chat() as (app, pilot):
        await pilot.press("escape")
        assert app.focused is app.pane.transcript
        await pilot.press("i")
        assert app.focused is app.pane.composer


async def test_letters_in_the_field_are_text_and_no_commands():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        await pilot.press("n", "m", "1", "question_mark")
        assert app.pane.composer.text == "nm1?"
        assert app.pane.id == "pane-chat"


async def test_the_first_esc_stops_a_reply_and_what_was_shown_stays():
    chat = ScriptedChat()
    chat.gate = asyncio.Event()
    async with open_chat(chat) as (app, pilot):
        await say(app, pilot, WORDS, finish=False)
        chat.gate.set()
        await wait_until(pilot, lambda: "quiet work" in transcript_text(app))
        await pilot.press("escape")
        assert app.focused is app.pane.composer
        chat.gate.set()
        await wait_until(pilot, lambda: not app.pane.conversation.running)
        text = transcript_text(app)
        assert "That was a lot of quiet work" in text
        assert "It can sting" not in text
        assert "stopped by you" in text


async def test_esc_in_the_transcript_stops_a_reply_too():
    chat = ScriptedChat()
    chat.gate = asyncio.Event()
    async with open_chat(chat) as (app, pilot):
        await say(app, pilot, WORDS, finish=False)
        chat.gate.set()
        await wait_until(pilot, lambda: "quiet work" in transcript_text(app))
        app.pane.transcript.focus()
        await pilot.press("escape")
        chat.gate.set()
        await wait_until(pilot, lambda: not app.pane.conversation.running)
        assert "stopped by you" in transcript_text(app)


async def test_a_message_stands_in_the_transcript_while_the_engine_is_still_loading():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        loading = asyncio.Event()

        async def slow():
            await loading.wait()
            return chat

        app.pane.conversation._service = slow
        await say(app, pilot, WORDS, finish=False)
        await wait_until(pilot, lambda: "is getting ready" in transcript_text(app))
        app.pane.composer.load_text("too early")
        await pilot.press("enter")
        assert app.pane.composer.text == "too early"
        loading.set()
        await wait_until(pilot, lambda: not app.pane.conversation.running)
        assert "is getting ready" not in transcript_text(app)
        assert transcript_text(app).count("nobody at work") == 1


async def test_a_second_message_waits_in_the_field_while_a_reply_is_coming():
    chat = ScriptedChat()
    chat.gate = asyncio.Event()
    async with open_chat(chat) as (app, pilot):
        await say(app, pilot, WORDS, finish=False)
        await wait_until(pilot, lambda: app.pane.conversation.running)
        app.pane.composer.load_text("and another thing")
        await pilot.press("enter")
        assert app.pane.composer.text == "and another thing"
        assert len(chat.asked) == 1


async def test_a_sentence_is_revealed_word_by_word_when_animations_are_on():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        app.animation_level = "full"
        seen: set[int] = set()
        show = app.pane.transcript.put
        app.pane.transcript.put = lambda block: (seen.add(sum(len(line) for line in app.pane.transcript.plain_lines)),
                                                 show(block))
        await say(app, pilot, WORDS)
        assert len(seen) > 15
        assert transcript_text(app).rstrip().endswith("you?")


async def test_the_why_side_answers_in_the_order_of_a_human_reason():
    async with open_chat(size=(160, 60)) as (app, pilot):
        await say(app, pilot, WORDS)
        text = why_text(app)
        order = [text.index(word) for word in ("HEARD", "STATE", "FIRED", "CHOSE", "NOT", "PLAN", "GUARD", "HOPED", "GOT",
                                               "PLAIN")]
        assert order == sorted(order)
        assert "IU-212" in text
        assert "similar moments failed: 3.0 went badly" in text
        assert ".81 .73–.89" in text
        assert "alike in lonely, job crisis; words nobody, noticed" in text
        assert "alike in labels only: lonely, exploration" in text


async def test_observed_rows_are_marked():
    async with open_chat(size=(160, 60)) as (app, pilot):
        await say(app, pilot, WORDS)
        assert "● STATE" in why_text(app)


async def test_the_why_side_follows_the_turn_cursor():
    async with open_chat() as (app, pilot):
        await say(app, pilot, "one")
        await say(app, pilot, "two")
        assert "Turn 2" in why_text(app)
        await pilot.press("escape", "k")
        assert "Turn 1" in why_text(app)
        await pilot.press("j")
        assert "Turn 2" in why_text(app)


async def test_enter_on_more_opens_the_rest_of_a_section():
    async with open_chat(size=(160, 60)) as (app, pilot):
        await say(app, pilot, WORDS)
        assert "IU-31" not in why_text(app)
        app.pane.why.focus()
        app.pane.why.move_to("more:fired")
        await pilot.press("enter")
        assert "IU-31" in why_text(app)


async def test_enter_on_a_unit_opens_its_lines():
    async with open_chat() as (app, pilot):
        await say(app, pilot, WORDS)
        app.pane.why.focus()
        app.pane.why.move_to("unit:212")
        await pilot.press("enter")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "UnitScreen")
        view = app.screen.query_one("UnitView")
        assert any("nobody even noticed" in line for line in view.plain_lines)
        await pilot.press("escape")
        assert type(app.screen).__name__ != "UnitScreen"


async def test_enter_on_a_skill_asks_for_it_in_the_bank(monkeypatch):
    asked: list[str] = []

    async def note(app, event):
        asked.append(event.slug)

    monkeypatch.setattr(PassingOn, "on_skill_requested", note)
    async with open_chat() as (app, pilot):
        await say(app, pilot, WORDS)
        app.pane.why.focus()
        app.pane.why.move_to("skill:reflect-unseen-effort")
        await pilot.press("enter")
        await pilot.pause()
        assert asked == ["reflect-unseen-effort"]


async def test_p_pins_and_b_sets_aside_the_skill_on_the_row_for_the_next_replies():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        await say(app, pilot, WORDS)
        app.pane.why.focus()
        app.pane.why.move_to("skill:ask-one-small-want")
        await pilot.press("p")
        app.pane.why.move_to("skill:reframe-as-growth")
        await pilot.press("b")
        await say(app, pilot, "again")
        wishes = chat.asked[-1][1]
        assert wishes.pinned == ("ask-one-small-want",)
        assert wishes.banned == ("reframe-as-growth",)


async def test_m_l_and_o_change_the_wishes_and_the_line_under_the_field_says_so():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        await pilot.press("escape", "m", "l", "o")
        await pilot.pause()
        line = app.pane.query_one("#wishes").text
        assert "one-by-one" in line and "just listening" in line and "without the bank" in line
        await say(app, pilot, "hello")
        wishes = chat.asked[-1][1]
        assert (wishes.mode, wishes.just_listen, wishes.bank_used) == ("one-by-one", True, False)


async def test_r_asks_again_with_the_same_words():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        await say(app, pilot, WORDS)
        await pilot.press("escape", "r")
        await wait_until(pilot, lambda: len(chat.asked) == 2 and not app.pane.conversation.running)
        assert [text for text, _ in chat.asked] == [WORDS, WORDS]
        assert [turn.number for turn in app.pane.conversation.turns] == [2]


async def test_u_takes_the_turn_back_and_gives_the_words_to_the_field():
    async with open_chat() as (app, pilot):
        await say(app, pilot, WORDS)
        await pilot.press("escape", "u")
        await wait_until(pilot, lambda: not app.pane.conversation.turns)
        assert app.pane.composer.text == WORDS
        assert "quiet work" not in transcript_text(app)


async def test_the_rating_strip_takes_digits_signs_and_a_reason():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        await say(app, pilot, WORDS)
        await pilot.press("escape", "g")
        await wait_until(pilot, lambda: app.pane.rating_strip() is not None)
        await pilot.press("4", "plus", *"felt heard", "enter")
        await wait_until(pilot, lambda: app.pane.rating_strip() is None)
        rating = chat.begun[0].view.turns[0].rating
        assert (rating.emotion, rating.thumb, rating.text) == (4, "up", "felt heard")
        assert "you felt 4 of 5  ▲ helped  felt heard" in transcript_text(app)
        await pilot.press("g")
        await wait_until(pilot, lambda: app.pane.rating_strip() is not None)
        await pilot.press("2", "enter")  # what was said before stands there and stays
        await wait_until(pilot, lambda: app.pane.rating_strip() is None)
        rating = chat.begun[0].view.turns[0].rating
        assert (rating.emotion, rating.thumb, rating.text) == (2, "up", "felt heard")


async def test_esc_skips_the_rating():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        await say(app, pilot, WORDS)
        await pilot.press("escape", "g")
        await wait_until(pilot, lambda: app.pane.rating_strip() is not None)
        await pilot.press("4", "escape")
        await wait_until(pilot, lambda: app.pane.rating_strip() is None)
        assert chat.begun[0].view.turns[0].rating is None


async def test_a_new_talk_asks_once_for_consent_and_enter_means_no():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        await say(app, pilot, WORDS)
        await pilot.press("escape", "n")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        await pilot.press("enter")
        await wait_until(pilot, lambda: chat.begun[0].view.closed is not None)
        assert chat.begun[0].view.closed.may_learn is False
        await wait_until(pilot, lambda: not app.pane.conversation.turns)
        assert "quiet work" not in transcript_text(app)


async def test_y_gives_consent():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        await say(app, pilot, WORDS)
        await pilot.press("escape", "n")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        await pilot.press("y")
        await wait_until(pilot, lambda: chat.begun[0].view.closed is not None)
        assert chat.begun[0].view.closed.may_learn is True


async def test_esc_at_the_question_goes_back_to_the_talk():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        await say(app, pilot, WORDS)
        await pilot.press("escape", "n")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        await pilot.press("escape")
        await pilot.pause()
        assert chat.begun[0].view.closed is None
        assert "quiet work" in transcript_text(app)


async def test_a_talk_without_a_message_is_never_begun():
    chat = ScriptedChat()
    async with open_chat(chat) as (_, pilot):
        await pilot.press("escape", "n")
        await pilot.pause()
        assert chat.begun == []


async def test_t_opens_an_earlier_talk():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        await say(app, pilot, "the old talk")
        await pilot.press("escape", "n")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        await pilot.press("enter")
        await wait_until(pilot, lambda: not app.pane.conversation.turns)
        await pilot.press("escape", "t")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "TalksScreen")
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.pane.conversation.turns)
        assert "the old talk" in transcript_text(app)


async def test_forgetting_a_talk_asks_first():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        await say(app, pilot, "the old talk")
        await pilot.press("escape", "t")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "TalksScreen")
        await pilot.press("x")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        assert chat.forgotten == []
        await pilot.press("f")
        await wait_until(pilot, lambda: chat.forgotten)
        await pilot.press("escape")
        await wait_until(pilot, lambda: not app.pane.conversation.turns)
        assert "the old talk" not in transcript_text(app)


async def test_a_crisis_reply_is_shown_in_care_with_its_resources():
    async with open_chat(ScriptedChat("crisis")) as (app, pilot):
        await say(app, pilot, "i want to end it all")
        text = transcript_text(app)
        assert "! in care" in text
        assert text.count("findahelpline.com") == 1, "said once, by the reply or below it"
        assert "self harm, active ideation" in why_text(app)


async def test_an_error_is_one_sentence_and_the_words_stay():
    async with open_chat(ScriptedChat("error")) as (app, pilot):
        await say(app, pilot, WORDS, finish=False)
        await wait_until(pilot, lambda: app._notifications)
        [notice] = list(app._notifications)
        assert "the endpoint does not answer" in notice.message
        assert not app.pane.conversation.running


async def test_a_step_that_fell_back_is_told_under_the_reply():
    async with open_chat(ScriptedChat("fell back")) as (app, pilot):
        await say(app, pilot, WORDS)
        assert "The embedded engine did this step." in " ".join(transcript_text(app).split())


async def test_markup_and_escape_codes_in_texts_are_shown_and_not_obeyed():
    async with open_chat(ScriptedChat("hostile")) as (app, pilot):
        await say(app, pilot, "[bold]hi[/bold]\x1b[2J")
        text = transcript_text(app)
        assert "[bold]hi[/bold]␛[2J" in text
        assert "[/bold] [red]␛[31mnot red" in text
        assert "\x1b" not in text and "\u202e" not in text


async def test_y_copies_the_turn_as_plain_text():
    async with open_chat() as (app, pilot):
        await say(app, pilot, WORDS)
        await pilot.press("escape", "y")
        await pilot.pause()
        assert app.clipboard.startswith(f"you: {WORDS}")
        assert "[2 QU] What would one small sign" in app.clipboard


async def test_e_asks_for_form_and_masking_and_writes_the_talk():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        await say(app, pilot, WORDS)
        await pilot.press("escape", "e")
        await wait_until(pilot, lambda: getattr(app.screen, "question", "").startswith("Export"))
        await pilot.press("h")
        await wait_until(pilot, lambda: getattr(app.screen, "question", "").startswith("Mask"))
        await pilot.press("enter")
        await wait_until(pilot, lambda: hasattr(chat, "exported"))
        assert chat.exported == (chat.begun[0].id, "html", True)


async def test_text_selected_with_the_mouse_is_copied_without_bars_and_tags():
    async with open_chat() as (app, pilot):
        await say(app, pilot, WORDS)
        view = app.pane.transcript
        start, count = view.lines_of("turn:1")
        top = start - round(view.scroll_y)
        await pilot.mouse_down(view, offset=(1, top))
        await pilot.hover(view, offset=(60, top + count - 2))
        await pilot.mouse_up(view, offset=(60, top + count - 2))
        await pilot.pause()
        copied = app.screen.get_selected_text()
        assert "That was a lot of quiet work" in copied
        assert "▎" not in copied and "RF" not in copied


async def test_below_100_columns_the_why_side_is_a_drawer_on_v():
    async with open_chat(size=(80, 24)) as (app, pilot):
        await say(app, pilot, WORDS)
        assert not app.pane.why.display
        await pilot.press("escape", "v")
        assert app.pane.why.display and app.focused is app.pane.why
        await pilot.press("v")
        assert not app.pane.why.display


async def test_a_resize_while_text_is_shown_wraps_it_again():
    async with open_chat(size=(160, 40)) as (app, pilot):
        await say(app, pilot, WORDS)
        wide = len(app.pane.transcript.plain_lines)
        await pilot.resize_terminal(70, 24)
        await wait_until(pilot, lambda: len(app.pane.transcript.plain_lines) > wide)
        assert all(len(line) <= 70 for line in app.pane.transcript.plain_lines)


async def test_a_resize_keeps_the_end_of_the_talk_in_sight():
    async with open_chat(size=(120, 40)) as (app, pilot):
        for _ in range(3):
            await say(app, pilot, WORDS)
        await pilot.resize_terminal(70, 20)
        await wait_until(pilot, lambda: app.size.width == 70 and app.pane.transcript.at_end)
        await pilot.resize_terminal(120, 24)
        await wait_until(pilot, lambda: app.size.width == 120 and app.pane.transcript.at_end)


async def test_nothing_ticks_while_nothing_moves():
    async with open_chat() as (app, pilot):
        await say(app, pilot, WORDS)
        nodes = [app, app.screen, *app.screen.walk_children()]
        running = [timer for node in nodes for timer in node._timers if timer._active.is_set() and timer._repeat != 0]
        assert [timer for timer in running if timer._interval < 3] == []
