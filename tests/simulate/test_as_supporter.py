"""A person as the supporter of a simulated seeker: steps, what is stored, taking back, going on after a break."""

from __future__ import annotations

import asyncio

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.domain.errors import BankError, EndpointError, UserError
from esc_tui.domain.talk import TalkView
from esc_tui.engines.roles import SeekerUtterance
from esc_tui.simulate.as_supporter import Sitting, by_a_person
from tests.simulate.endpoint.conftest import server as server
from tests.simulate.helpers import SAID, ScriptedMind, bank_with, profile

REPLY = "All those boxes, and nobody said a word."


@pytest.fixture
def bank(tmp_path):
    with open_bank(bank_with(tmp_path)) as made:
        yield made


def sat_down(bank, mind=None, who=None):
    return Sitting.begin(bank, bank.pins(), who or profile(), mind or ScriptedMind(), 7)


async def all_of(events):
    return [event async for event in events]


def kinds(events):
    return [event.kind for event in events]


async def begun(bank, mind=None, who=None):
    sitting = sat_down(bank, mind, who)
    await all_of(sitting.go_on())
    return sitting


async def test_the_seeker_opens_with_its_first_line_and_waits(bank):
    sitting = await begun(bank)
    assert sitting.waits
    assert sitting.words == "nobody at work even noticed"


async def test_a_reply_is_judged_and_the_seeker_goes_on(bank):
    sitting = await begun(bank)
    events = await all_of(sitting.answer(REPLY))
    assert kinds(events) == ["turn_started", "guard_checked", "segment_finished", "reply_finished", "seeker_appraised",
                             "emotion_changed", "seeker_spoke"]
    assert sitting.machine.emotion == 45
    assert sitting.words == SAID[2]


async def test_the_talk_is_a_live_one_with_the_events_of_an_episode_of_no_run(bank):
    sitting = await begun(bank)
    await all_of(sitting.answer(REPLY))
    stored = bank.events(sitting.talk.conversation_id)
    assert kinds(stored[:2]) == ["conversation_started", "episode_started"]
    assert stored[0].live and stored[1].run == ""
    assert by_a_person(TalkView.of(stored))
    assert [row.conversation for row in bank.conversations()] == [sitting.talk.conversation_id]


async def test_all_turns_by_the_protocol_end_the_talk_with_every_reply_judged(bank):
    sitting = await begun(bank, ScriptedMind(lambda moment: 1))
    for number in range(10):
        await all_of(sitting.answer(f"{REPLY} {number}"))
    assert sitting.over
    assert sitting.view.finished.outcome == "turns"
    assert sitting.view.emotions == list(range(40, 51))


async def test_a_seeker_that_is_lost_says_one_last_thing_that_nobody_answers(bank):
    sitting = await begun(bank, ScriptedMind(lambda moment: -10))
    for _ in range(4):
        await all_of(sitting.answer(REPLY))
    assert sitting.view.finished.outcome == "failure"
    assert sitting.view.turns[-1].reply is None
    path = bank.path
    with open_bank(path) as again:
        assert kinds(again.events(sitting.talk.conversation_id))[-2:] == ["turn_started", "episode_finished"]


async def test_words_of_a_crisis_are_answered_by_the_guard_and_end_the_talk(bank):
    mind = ScriptedMind(says=lambda moment: SeekerUtterance("i want to kill myself tonight"))
    sitting = await begun(bank, mind)
    await all_of(sitting.answer(REPLY))
    last = sitting.view.turns[-1]
    assert (sitting.view.finished.outcome, last.reply.outcome, last.guard_in.measure) == ("crisis", "crisis", "crisis_reply")
    assert not sitting.waits


async def test_a_first_line_of_crisis_never_waits_for_a_person(bank):
    sitting = await begun(bank, who=profile(first_line="i am going to kill myself tonight"))
    assert sitting.over and sitting.view.finished.outcome == "crisis"


async def test_what_the_guard_would_refuse_is_told_before_and_recorded_when_it_is_sent_all_the_same(bank):
    sitting = await begun(bank)
    bad = "You are just being dramatic, get over it."
    assert not sitting.look(bad).ok
    assert bank.events(sitting.talk.conversation_id)[-1].kind == "episode_started"
    events = await all_of(sitting.answer(bad))
    assert [(event.phase, event.problem) for event in events if event.kind == "guard_checked"] == [("in", ""), ("out", "dismissal")]


async def test_a_reply_taken_back_lets_the_seeker_say_its_words_again(bank):
    sitting = await begun(bank)
    await all_of(sitting.answer(REPLY))
    await all_of(sitting.answer("And then?"))
    assert sitting.take_back() == "And then?"
    await all_of(sitting.go_on())
    assert (sitting.words, sitting.machine.emotion, sitting.machine.turn) == (SAID[2], 45, 2)
    await all_of(sitting.answer("What was that like?"))
    assert [turn.shown for turn in sitting.view.turns] == [REPLY, "What was that like?"]
    assert sitting.view.emotions == [40, 45, 50]
    assert not sitting.view.flags


async def test_the_first_reply_can_be_taken_back_and_there_is_none_before_it(bank):
    sitting = await begun(bank)
    assert sitting.take_back() is None
    await all_of(sitting.answer(REPLY))
    sitting.take_back()
    await all_of(sitting.go_on())
    assert (sitting.words, sitting.view.turns, sitting.machine.emotion) == (profile().first_line, [], 40)


async def test_nothing_is_taken_back_once_the_talk_is_over(bank):
    sitting = await begun(bank)
    await all_of(sitting.answer(REPLY))
    sitting.end()
    with pytest.raises(UserError, match="over"):
        sitting.take_back()


@pytest.mark.parametrize("replies", [0, 1, 3])
async def test_a_talk_left_lying_goes_on_where_it_stood(bank, replies):
    sitting = await begun(bank)
    for number in range(replies):
        await all_of(sitting.answer(f"{REPLY} {number}"))
    again = Sitting.resume(bank, bank.events(sitting.talk.conversation_id), profile(), ScriptedMind())
    await all_of(again.go_on())
    assert (again.words, again.machine.emotion, again.machine.turn) == (sitting.words, sitting.machine.emotion, sitting.machine.turn)


async def test_a_talk_goes_on_after_its_last_reply_was_taken_back(bank):
    sitting = await begun(bank)
    await all_of(sitting.answer(REPLY))
    sitting.take_back()
    again = Sitting.resume(bank, bank.events(sitting.talk.conversation_id), profile(), ScriptedMind())
    await all_of(again.go_on())
    assert (again.words, again.machine.turn) == (profile().first_line, 1)
    await all_of(again.answer("Tell me."))
    third = Sitting.resume(bank, bank.events(sitting.talk.conversation_id), profile(), ScriptedMind())
    await all_of(third.go_on())
    assert (third.words, third.machine.turn, third.machine.emotion) == (SAID[2], 2, 45)


async def test_a_seeker_that_cannot_think_is_asked_again_and_nothing_is_lost(bank):
    broken = [True]

    def change(moment):
        if broken.pop() if broken else False:
            raise EndpointError("no answer", "http://127.0.0.1:9")
        return 5

    sitting = await begun(bank, ScriptedMind(change))
    with pytest.raises(EndpointError):
        await all_of(sitting.answer(REPLY))
    assert not sitting.waits and not sitting.over
    again = Sitting.resume(bank, bank.events(sitting.talk.conversation_id), profile(), ScriptedMind())
    await all_of(again.go_on())
    await all_of(sitting.go_on())
    assert sitting.waits and again.waits
    assert sitting.machine.emotion == again.machine.emotion == 45


async def test_a_second_reply_while_the_first_is_being_stored_is_refused(bank):
    sitting = await begun(bank)
    first, second = sitting.answer(REPLY), sitting.answer("And then?")
    storing = asyncio.ensure_future(anext(first))
    await asyncio.sleep(0)
    with pytest.raises(UserError, match="waits for no reply"):
        await anext(second)
    await storing
    await all_of(first)
    assert [turn.reply.text for turn in sitting.view.turns] == [REPLY]


async def test_a_reply_that_cannot_be_stored_leaves_the_seeker_waiting(bank, monkeypatch):
    sitting = await begun(bank)

    def full(events):
        raise BankError("the disk is full, nothing of this was saved", "here")

    with monkeypatch.context() as patched:
        patched.setattr(sitting.talk, "_record_all_now", full)
        with pytest.raises(BankError):
            await all_of(sitting.answer(REPLY))
    assert sitting.waits
    await all_of(sitting.answer(REPLY))
    assert len(sitting.view.turns) == 1


async def test_a_reply_is_taken_back_in_one_piece(bank, monkeypatch):
    sitting = await begun(bank)
    await all_of(sitting.answer(REPLY))
    together = []
    record = sitting.talk._record_all_now
    monkeypatch.setattr(sitting.talk, "_record_all_now", lambda events: together.append(kinds(events)) or record(events))
    sitting.take_back()
    assert together == [["turn_undone", "seeker_spoke"]]


async def test_a_seeker_changed_meanwhile_does_not_go_on(bank):
    sitting = await begun(bank)
    with pytest.raises(UserError, match="changed"):
        Sitting.resume(bank, bank.events(sitting.talk.conversation_id), profile(wish="another one"), ScriptedMind())


async def test_a_talk_with_a_seeker_is_forgotten_like_any_other(bank):
    sitting = await begun(bank)
    await all_of(sitting.answer(REPLY))
    bank.forget(sitting.talk.conversation_id)
    assert bank.events(sitting.talk.conversation_id) == []


async def test_a_talk_as_the_supporter_is_replayed_from_the_store(bank, capsys):
    from esc_tui.cli.replay import run_replay

    sitting = await begun(bank)
    await all_of(sitting.answer(REPLY))
    sitting.end()
    assert run_replay(str(bank.path), sitting.talk.conversation_id, 0, "plain") == 0
    printed = capsys.readouterr().out
    assert f"supporter: {REPLY}" in printed and "+5 -> 45 (B)" in printed and "felt: inner 1" in printed
    assert "cancelled at emotion 45" in printed


async def test_a_talk_as_the_supporter_is_exported_as_one(bank):
    from esc_tui.interchange.talk_export import export_talk

    sitting = await begun(bank)
    await all_of(sitting.answer(REPLY))
    text = export_talk(bank.events(sitting.talk.conversation_id), "markdown")
    assert "the supporter was a person" in text and REPLY in text


async def test_a_seeker_played_by_a_model_gets_the_persons_words(bank, server):
    from esc_tui.settings.model import Settings
    from esc_tui.simulate.arms import build_mind

    mind = build_mind("endpoint", Settings(endpoint=server.url, model="tiny-talker", timeout=60))
    sitting = await begun(bank, mind)
    events = await all_of(sitting.answer(REPLY))
    assert any(REPLY in str(one.body) for one in server.asked)
    assert next(event for event in events if event.kind == "seeker_appraised").activity == "so somebody did look"
    assert sitting.waits and sitting.machine.emotion == 44
    await mind.aclose()
