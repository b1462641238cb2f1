"""Whole supporter turns with the endpoint engine on a real bank: what a listener sees, and what happens when the model fails."""

import asyncio
import json
import socket

import pytest

from esc_tui.domain.events import GuardChecked, PlanMade, RoleFellBack, SegmentDelta, SkillsRanked, StateRead
from esc_tui.engines.embedded import build_embedded_engine
from esc_tui.engines.endpoint import EndpointSettings, build_endpoint_engine, close_endpoint_engine
from esc_tui.settings.model import Settings
from esc_tui.support.session import Session
from esc_tui.support.turn import TurnControl, TurnOptions
from tests.engines.endpoint.model_server import ANSWERS, PROMPTS, begin_then_wait, cut_after, never, role_of, say
from tests.support_bank import small_bank

MESSAGE = "I redid the whole archive and nobody at work even noticed"
UNSAFE = "I also lost my job last year, so I know."


class Room:
    """A talk on the small bank with an endpoint engine that falls back on the embedded one."""

    def __init__(self, bank, settings: EndpointSettings, sleep) -> None:
        self.engine = build_endpoint_engine(settings, PROMPTS, build_embedded_engine(), {}, sleep)
        self.session = Session(bank, Settings(), self.engine)
        self.talk = self.session.start_talk()

    async def say(self, text: str, options=None, control=None):
        supporter = self.session.supporter(self.talk.pins)
        return [event async for event in supporter.reply(self.talk, text, options, control)]


@pytest.fixture
async def room(tmp_path, settings, sleep):
    bank = small_bank(tmp_path)
    made = Room(bank, settings, sleep)
    yield made
    await close_endpoint_engine(made.engine)
    made.session.close()
    bank.close()


def only(events, kind):
    return [event for event in events if isinstance(event, kind)]


async def test_a_turn_with_a_model_shows_what_it_said_as_said(room, server):
    events = await room.say(MESSAGE)
    [read], [ranked], [plan] = only(events, StateRead), only(events, SkillsRanked), only(events, PlanMade)
    assert read.grade == "said" and ranked.said_reason == "Their effort was not seen." and plan.reasoning.grade == "said"
    assert [(delta.segment, delta.skill) for delta in only(events, SegmentDelta)] == [
        (1, "reflect-unseen-effort"), (1, "reflect-unseen-effort"), (2, "reflect-unseen-effort")]
    assert events[-1].outcome == "complete"
    assert sorted(mark.split()[0] for mark in events[-1].prompts) == ["risk_reader", "skill_chooser", "state_reader", "writer"]
    assert only(events, RoleFellBack) == [] and len(server.asked) == 4


async def test_without_an_endpoint_every_step_falls_back_and_the_reply_is_whole(room, settings, tmp_path, sleep):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    away = Room(room.session.bank, EndpointSettings(url, model="m", timeout=2), sleep)
    events = await away.say(MESSAGE)
    assert [event.role for event in only(events, RoleFellBack)] == [
        "risk_reader", "state_reader", "skill_chooser", "planner", "writer"]
    assert "cannot be reached" in only(events, RoleFellBack)[0].reason
    assert events[-1].outcome == "complete" and events[-1].text
    away.session.close()


async def test_one_step_that_fails_falls_back_alone(room, server):
    server.answers["skill_chooser"] = "I like them all."
    events = await room.say(MESSAGE)
    assert [event.role for event in only(events, RoleFellBack)] == ["skill_chooser"]
    assert only(events, StateRead)[0].grade == "said" and server.asked[-1].role == "writer"


async def test_a_reply_cut_for_good_is_finished_by_the_embedded_engine_without_repeating_it(room, server):
    def act(handler, body):
        if role_of(body) == "writer":
            cut_after('{"segments": [{"text": "All that work, unseen. And th')(handler, body)
        else:
            say(server.answer(body))(handler, body)

    server.otherwise = act
    events = await room.say(MESSAGE)
    deltas = [delta.text for delta in only(events, SegmentDelta)]
    assert deltas[0] == "All that work, unseen." and len(deltas) > 1 and deltas.count(deltas[0]) == 1
    assert [event.role for event in only(events, RoleFellBack)] == ["writer"] and events[-1].outcome == "complete"


async def test_an_unsafe_sentence_of_the_model_is_never_shown_and_the_model_may_write_once_more(room, server):
    def act(handler, body):
        first = role_of(body) == "writer" and not any(seen.role == "writer" for seen in server.asked[:-1])
        text = {"segments": [{"text": f"All that work, unseen. {UNSAFE}"}]} if first else server.answer(body)
        say(text, piece=1)(handler, body)

    server.otherwise = act
    events = await room.say(MESSAGE)
    [refused] = [event for event in only(events, GuardChecked) if event.phase == "out"]
    assert refused.veiled_draft == UNSAFE and refused.measure == "rewrite"
    assert UNSAFE not in events[-1].text and events[-1].outcome == "complete"
    assert json.dumps(UNSAFE)[1:-1] in server.asked[-1].body["messages"][1]["content"]


async def test_a_crisis_the_model_sees_ends_skill_selection(room, server):
    server.answers["risk_reader"] = {"kind": "self_harm", "level": "passive_ideation", "quote": "nobody at work"}
    events = await room.say(MESSAGE)
    guard = only(events, GuardChecked)[0]
    assert guard.crisis and guard.decided_by == "model" and guard.evidence[0].text == "nobody at work"
    assert events[-1].outcome == "crisis" and not only(events, SkillsRanked)


async def test_a_model_cannot_take_a_crisis_away(room, server):
    events = await room.say("I want to kill myself tonight")
    assert events[-1].outcome == "crisis" and server.asked == []


async def test_stopping_a_reply_ends_the_request_and_keeps_what_was_shown(room, server):
    def act(handler, body):
        if role_of(body) == "writer":
            begin_then_wait('{"segments": [{"text": "All that work, unseen. And th')(handler, body)
        else:
            say(server.answer(body))(handler, body)

    server.otherwise = act
    control, events = TurnControl(), []
    async for event in room.session.supporter(room.talk.pins).reply(room.talk, MESSAGE, None, control):
        events.append(event)
        if isinstance(event, SegmentDelta):
            control.stop()
    assert await asyncio.to_thread(server.gone.wait, 5)
    assert events[-1].outcome == "stopped" and events[-1].text == "All that work, unseen."


async def test_a_turn_stopped_while_skills_are_chosen_tells_of_no_choice_and_asks_nothing_more(room, server):
    server.otherwise = lambda handler, body: (
        never(handler, body) if role_of(body) == "skill_chooser" else say(server.answer(body))(handler, body))
    control, events = TurnControl(), []

    async def listen():
        async for event in room.session.supporter(room.talk.pins).reply(room.talk, MESSAGE, None, control):
            events.append(event)

    turn = asyncio.create_task(listen())
    async with asyncio.timeout(60):
        while not any(seen.role == "skill_chooser" for seen in server.asked):
            server.came.clear()
            await asyncio.to_thread(server.came.wait, 1)
    control.stop()
    await turn
    assert events[-1].outcome == "stopped" and not only(events, SkillsRanked) and server.asked[-1].role == "skill_chooser"


async def test_one_by_one_makes_a_move_an_answer_until_the_model_stops(room, server):
    def act(handler, body):
        if role_of(body) != "writer":
            say(server.answer(body))(handler, body)
        elif '"segment": 1' in body["messages"][1]["content"]:
            say({"segments": [{"text": "It went unseen."}],
                 "next": {"decision": "continue", "skill": "reflect-unseen-effort", "move": 3}})(handler, body)
        else:
            say({"segments": [{"text": "What did it cost you?"}], "next": {"decision": "stop"}})(handler, body)

    server.otherwise = act
    events = await room.say(MESSAGE, TurnOptions(mode="one-by-one"))
    assert [(delta.segment, delta.text) for delta in only(events, SegmentDelta)] == [
        (1, "It went unseen."), (2, "What did it cost you?")]
    assert [seen.role for seen in server.asked[2:]] == ["skill_chooser", "writer", "writer"]


async def test_without_the_bank_the_model_plans_plain_listening(room, server):
    server.answers["writer"] = {"segments": [{"text": "It went unseen, all of it."}]}
    events = await room.say(MESSAGE, TurnOptions(bank_used=False))
    assert events[-1].text == "It went unseen, all of it." and events[-1].skills == ()
    assert ANSWERS["planner"]["moves"][0]["action"] == only(events, PlanMade)[0].moves[0].action
