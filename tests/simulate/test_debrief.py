"""What a talk looks like afterwards, and what the bank would have said at its moments."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.domain.talk import TalkView
from esc_tui.settings.model import Settings
from esc_tui.simulate.as_supporter import Sitting
from esc_tui.simulate.debrief import bank_would_say, debrief_of, usual_changes
from esc_tui.simulate.debrief_text import debrief_markdown, ending, plot
from esc_tui.support.session import Session
from tests.simulate.endpoint.conftest import server as server
from tests.simulate.helpers import WISH, ScriptedMind, bank_with, profile
from tests.simulate.test_episode import Spy, texts_in

CHANGES = {1: 3, 2: 8, 3: -2, 4: 8, 5: 1, 6: -6, 7: 0, 8: 5, 9: -6, 10: 2}


@pytest.fixture
def session(tmp_path):
    with open_bank(bank_with(tmp_path)) as bank:
        made = Session(bank, Settings())
        yield made
        made.close()


async def played(session, changes=CHANGES, turns=10):
    sitting = Sitting.begin(session.bank, session.pins(), profile(), ScriptedMind(lambda moment: changes[moment.turn]), 7)
    async for _ in sitting.go_on():
        pass
    for number in range(1, turns + 1):
        async for _ in sitting.answer(f"reply number {number}, about [the] boxes"):
            pass
    return sitting


async def test_the_largest_changes_are_told_ties_by_turn(session):
    told = debrief_of((await played(session)).view)
    assert [(one.place, one.change) for one in told.helped] == [(2, 8), (4, 8), (8, 5)]
    assert (told.missed.place, told.missed.change) == (6, -6)
    assert told.helped[0].thought == "inner 2"
    assert told.emotions == (40, 43, 51, 49, 57, 58, 52, 52, 57, 51, 53)


async def test_a_reply_that_changed_nothing_is_missed_where_none_did_harm_and_none_where_all_helped(session):
    assert debrief_of((await played(session, {1: 2, 2: 0, 3: 4}, 3)).view).missed.place == 2
    assert debrief_of((await played(session, {1: 2, 2: 1, 3: 4}, 3)).view).missed is None


async def test_chance_praises_no_reply_and_blames_none(session):
    view = (await played(session, {1: 5, 2: -3, 3: 4}, 3)).view
    told = debrief_of(view, {1: -1.6, 2: 2.0, 3: 0.2})
    assert [(one.place, one.change, one.usual) for one in told.helped] == [(2, -3, 2.0)]
    assert (told.missed.place, told.missed.change) == (1, 5)
    assert "turn 1, +5 to 45 (-1.6 on average)" in debrief_markdown(told, "Seeker", {})


async def test_what_a_reply_changes_on_average_is_judged_with_fresh_seeds_at_its_own_moment(session):
    view = (await played(session, {1: 5, 2: -3, 3: 4}, 3)).view
    heard = []

    def change(moment):
        heard.append((moment.turn, moment.seed, moment.emotion, len(moment.history)))
        return len(heard) % 4

    usual = await usual_changes(view, profile(), ScriptedMind(change), draws=4)
    assert usual == {turn.number: 1.5 for turn in view.turns}
    assert [(turn, emotion, lines) for turn, _, emotion, lines in heard[::4]] == [(1, 40, 2), (2, 45, 4), (3, 42, 6)]
    assert len({seed for turn, seed, *_ in heard if turn == 1}) == 4


def test_a_talk_without_a_reply_has_no_moments():
    view = TalkView()
    assert debrief_of(replace_emotions(view)).moments == ()


def replace_emotions(view):
    from esc_tui.domain.events import EpisodeStarted

    view.apply(EpisodeStarted(conversation_id="T", time="", run="", profile="p", profile_hash="h", arm="person", protocol="sage-fixed",
                              seeker_engine="embedded", emotion=40))
    return view


async def test_the_bank_answers_the_moment_as_it_stood_and_stores_nothing(session):
    sitting = await played(session, turns=4)
    events = session.bank.events(sitting.talk.conversation_id)
    reply = await bank_would_say(session.supporter(session.pins()), events, 2)
    assert reply.text and reply.grade == "measured" and reply.skills
    assert session.bank.events(sitting.talk.conversation_id) == events
    again = await bank_would_say(session.supporter(session.pins()), events, 2)
    assert replace(again, events=()) == replace(reply, events=())


async def test_nothing_of_who_the_seeker_is_reaches_the_bank_that_answers(session):
    sitting = await played(session, turns=4)
    seen: list[object] = []
    engine = session.engine
    supporter = session.supporter(session.pins())
    supporter.engine = replace(engine, reader=Spy(engine.reader, seen), chooser=Spy(engine.chooser, seen),
                               planner=Spy(engine.planner, seen), writer=Spy(engine.writer, seen), fallback=None)
    await bank_would_say(supporter, session.bank.events(sitting.talk.conversation_id), 4)
    heard = "\n".join(texts_in([list(arguments) + list(named.values()) for arguments, named in seen], []))
    assert "reply number 3" in heard
    for hidden in (*profile().hidden_texts(), WISH, "inner 1", profile().id, "Seeker 1"):
        assert hidden not in heard


async def test_the_markdown_holds_the_moments_the_curve_and_the_banks_words(session):
    sitting = await played(session)
    told = debrief_of(sitting.view)
    reply = await bank_would_say(session.supporter(session.pins()), session.bank.events(sitting.talk.conversation_id), 2)
    text = debrief_markdown(told, "Seeker <1>", {2: reply}, WISH)
    assert "# You answered Seeker \\<1\\>" in text
    assert "## Helped 1: turn 2, +8 to 51" in text and "## Missed: turn 6, -6 to 52" in text
    assert "\\[the\\] boxes" in text
    assert "measured by running the bank now" in text and WISH in text
    assert ending(told) == "all turns were used, at emotion 53 (B) after 10 turns"


def test_the_plot_has_a_bar_for_each_value_from_the_floor_to_the_top():
    lines = plot([0, 40, 100])
    assert lines[0] == "100" + " " * 9 + "██"
    assert lines[3].startswith(" 40     ██")
    assert lines[-2:] == ["    0   40  100", "turn    1   2"]


async def test_an_endpoint_that_answers_a_moment_gets_nothing_of_who_the_seeker_is(session, server):
    sitting = await played(session, turns=3)
    over = Session(session.bank, Settings(engine="endpoint", endpoint=server.url, model="tiny-talker", timeout=60))
    reply = await bank_would_say(over.supporter(over.pins()), session.bank.events(sitting.talk.conversation_id), 3)
    sent = "\n".join(str(one.body) for one in server.asked)
    assert "reply number 2" in sent and reply.grade == "said"
    assert [hidden for hidden in (*profile().hidden_texts(), "inner 1", profile().id, "Seeker 1") if hidden in sent] == []
    await over.aclose()
