"""Role cards in Chat: chosen, shown and hidden, played, recorded without a word, exported only when asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.domain.labels import Shelf
from esc_tui.engines.endpoint import close_endpoint_engine
from esc_tui.interchange.talk_export import export_talk
from esc_tui.settings.model import Settings
from esc_tui.support.session import Session
from esc_tui.tui.panes.chat.seekers import Seekers
from esc_tui.tui.panes.chat.service import LiveChat, Wishes
from tests.simulate.endpoint.conftest import server as server
from tests.simulate.helpers import WISH, bank_with, profile
from tests.simulate.test_episode import Spy, texts_in
from tests.tui.helpers import say, transcript_text, wait_until
from tests.tui.seat.helpers import opened, play_card

CARD = profile(2)
HIDDEN = (*CARD.hidden_texts(), WISH, CARD.id, CARD.name, CARD.occupation, *(fact.text for fact in CARD.facts), *CARD.lines.all())


def card_text(app):
    return "\n".join(app.pane.card_drawer.plain_lines)


async def test_a_card_chosen_from_the_list_stands_beside_the_talk(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        await play_card(app, pilot)
        await wait_until(pilot, lambda: "HIDDEN WISH" in card_text(app))
        assert WISH.split(",")[0][:30] in card_text(app).replace("\n", " ")
        assert "told only to somebody who has earned" in card_text(app)
        assert app.pane.card_drawer.display and not app.pane.why.display
        assert "You play Seeker 2, 32, archivist" in transcript_text(app)


async def test_the_card_is_shown_and_hidden_with_one_key_from_the_field(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        await play_card(app, pilot)
        await pilot.press("f2")
        await wait_until(pilot, lambda: not app.pane.card_drawer.display and app.pane.why.display)
        await pilot.press("f2")
        await wait_until(pilot, lambda: app.pane.card_drawer.display)
        assert app.focused is app.pane.composer


async def test_in_a_narrow_window_the_card_slides_over_and_esc_hides_it(tmp_path):
    async with opened(tmp_path, size=(80, 24)) as (app, pilot):
        await play_card(app, pilot)
        assert not app.pane.card_drawer.display
        await pilot.press("f2")
        await wait_until(pilot, lambda: app.focused is app.pane.card_drawer)
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.focused is app.pane.composer)
        assert not app.pane.card_drawer.display


async def test_the_first_line_is_taken_over_with_a_key_and_the_talk_records_who_was_played(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        await play_card(app, pilot)
        await pilot.press("f3")
        await wait_until(pilot, lambda: app.pane.composer.text == CARD.first_line)
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.pane.conversation.turns and not app.pane.conversation.running)
        events = app.bank_of_test.events(app.pane.conversation.talk.conversation_id)
        assert [event.kind for event in events[:3]] == ["conversation_started", "role_taken", "turn_started"]
        assert events[1].profile == "seeker-2"
        stored = "\n".join(event.model_dump_json() for event in events)
        assert not any(hidden in stored for hidden in HIDDEN if hidden != CARD.id)


async def test_a_card_is_put_away_before_the_talk_began_and_stays_after(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        await play_card(app, pilot)
        app.pane.card_drawer.focus()
        await pilot.press("x")
        await wait_until(pilot, lambda: app.pane.conversation.card is None)
        assert "You play" not in transcript_text(app)
        app.pane.focus_field()
        await pilot.pause()
        await play_card(app, pilot)
        await say(app, pilot, "nobody at work even noticed")
        app.pane.card_drawer.focus()
        await pilot.press("x")
        await pilot.pause()
        assert app.pane.conversation.card is not None


async def test_a_stored_talk_brings_its_card_back_and_a_new_talk_has_none(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        await play_card(app, pilot)
        await say(app, pilot, "nobody at work even noticed")
        played = app.pane.conversation.talk.conversation_id
        app.pane.conversation.leave()
        app.pane.show_talk_again()
        await wait_until(pilot, lambda: not app.pane.card_drawer.display)
        app.pane.show_talk(played)
        await wait_until(pilot, lambda: app.pane.conversation.card is not None)
        assert app.pane.conversation.card.id == "seeker-2"


def test_only_the_shelf_develop_is_offered(tmp_path):
    with open_bank(bank_with(tmp_path)) as bank:
        bank.add_profiles([profile(9, shelf=Shelf.CONFIRM)])
        session = Session(bank, Settings())
        seekers = Seekers(session)
        assert [row.id for row in seekers.rows()] == ["archivist", "seeker-1", "seeker-2", "seeker-3"]
        with pytest.raises(Exception, match="sealed"):
            seekers.card("seeker-9")
        session.close()


async def played(session):
    chat, seekers = LiveChat(session), Seekers(session)
    talk = chat.begin(Wishes())
    seekers.take_role(talk, CARD)
    for text in (CARD.first_line, "i stayed late every night", "it feels like i do not exist"):
        async for _ in chat.reply(talk, text, Wishes(), chat.stopper()):
            pass
    return talk


async def test_nothing_of_the_card_reaches_a_role_of_the_embedded_supporter(tmp_path):
    with open_bank(bank_with(tmp_path)) as bank:
        session = Session(bank, Settings())
        seen: list[object] = []
        engine = session.engine
        session.engine = replace(engine, reader=Spy(engine.reader, seen), chooser=Spy(engine.chooser, seen),
                                 planner=Spy(engine.planner, seen), writer=Spy(engine.writer, seen), fallback=None)
        await played(session)
        heard = "\n".join(texts_in([list(arguments) + list(named.values()) for arguments, named in seen], []))
        assert CARD.first_line in heard
        assert [hidden for hidden in HIDDEN if hidden in heard] == []
        session.close()


async def test_nothing_of_the_card_is_sent_to_an_endpoint(tmp_path, server):
    with open_bank(bank_with(tmp_path)) as bank:
        session = Session(bank, Settings(engine="endpoint", endpoint=server.url, model="tiny-talker", timeout=60))
        await played(session)
        sent = "\n".join(str(one.body) for one in server.asked)
        assert CARD.first_line in sent
        assert [hidden for hidden in HIDDEN if hidden in sent] == []
        await close_endpoint_engine(session.engine)
        session.close()


@pytest.mark.parametrize("form", ["markdown", "html", "jsonl"])
async def test_an_export_holds_the_card_only_when_asked(tmp_path, form):
    with open_bank(bank_with(tmp_path)) as bank:
        session = Session(bank, Settings())
        talk = await played(session)
        events = bank.events(talk.conversation_id)
        plain = export_talk(events, form)
        assert [hidden for hidden in HIDDEN if hidden in plain] == []
        asked = export_talk(events, form, card=CARD)
        assert CARD.id in asked if form == "jsonl" else WISH in asked and CARD.persona in asked
        session.close()


async def test_exporting_a_played_talk_asks_whether_the_card_goes_along(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with opened(tmp_path) as (app, pilot):
        await play_card(app, pilot)
        await say(app, pilot, "nobody at work even noticed")
        for answer, asked in (("n", False), ("y", True)):
            app.pane.transcript.focus()
            await pilot.press("e")
            for question, key in (("Export this talk as what?", "m"), ("Mask names?", "n"), ("Put your role card into the file?", answer)):
                await wait_until(pilot, lambda question=question: getattr(app.screen, "question", "") == question)
                await pilot.press(key)
            number = 2 if asked else 1
            await wait_until(pilot, lambda number=number: len(list(tmp_path.glob("talk-*.md"))) == number)
            text = next(tmp_path.glob(f"talk-*-{number}.md")).read_text(encoding="utf-8")
            assert (WISH in text) is asked


async def test_the_command_line_exports_the_card_only_when_asked(tmp_path, capsys):
    from esc_tui.cli.talks import export

    with open_bank(bank_with(tmp_path)) as bank:
        session = Session(bank, Settings())
        talk = await played(session)
        session.close()
    for asked in (False, True):
        export(str(bank.path), talk.conversation_id, "markdown", "", False, asked)
        assert (WISH in capsys.readouterr().out) is asked
