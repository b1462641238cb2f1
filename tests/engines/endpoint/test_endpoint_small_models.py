"""What the engine makes of a small model: it goes round in circles, gives the example back, holds little, and thinks before it writes."""

import json
from dataclasses import replace

import pytest

from esc_tui.domain.errors import EndpointError
from esc_tui.engines.endpoint import build_endpoint_engine, close_endpoint_engine
from esc_tui.engines.endpoint.circling import circles_from, says_again
from esc_tui.engines.endpoint.outputs import OUTPUTS, ReplyStep
from esc_tui.engines.endpoint.schemas import most_tokens, schema_of, without_bounds
from esc_tui.engines.roles import Line
from tests.engines.endpoint.model_server import ANSWERS, PROMPTS, blocks_of, role_of, say
from tests.engines.endpoint.test_endpoint_roles import written

ROUND = "so I thought about the archive once more, "
PARROT = {"quote": "They would all be lighter  without me", "kind": "self_harm", "level": "passive_ideation"}


@pytest.fixture
async def engine(settings, sleep):
    made = build_endpoint_engine(settings, PROMPTS, None, {}, sleep)
    yield made
    await close_endpoint_engine(made)


def circling(head: str):
    """Stream the head, then the same words until whoever asked is gone."""
    def act(handler, body):
        handler.begin_stream()
        handler.delta(head)
        try:
            while True:
                handler.delta(ROUND)
        except OSError:
            handler.server.gone.set()
    return act


async def test_an_answer_that_goes_round_in_circles_is_left_and_asked_for_once_more(engine, moment, server):
    server.script = [circling('{"states": [{"state": "sad", "score": 1, "quote": "')]
    assert (await engine.reader.read(moment)).states
    assert server.gone.wait(10) and len(server.asked) == 2
    shown, told = server.asked[1].body["messages"][-2:]
    assert "again and again without end" in told["content"] and shown["content"].count(ROUND) == 1
    assert server.asked[1].body["response_format"]["type"] == "json_schema"


async def test_a_model_that_never_stops_circling_fails_the_step_after_two_questions(engine, moment, server):
    server.otherwise = circling('{"states": [{"state": "sad", "quote": "')
    with pytest.raises(EndpointError, match="again and again without end"):
        await engine.reader.read(moment)
    assert len(server.asked) == 2


async def test_a_reply_that_goes_round_in_circles_ends_with_what_was_whole(engine, moment, server):
    server.script = [circling('{"segments": [{"strategy": "Question", "skill": "", "text": "That room stayed silent. And ')]
    assert [text for _, text in await written(engine, moment)] == ["That room stayed silent. "]
    assert server.gone.wait(10)


async def test_a_sentence_that_says_one_thing_three_times_is_no_part_of_a_reply(engine, moment, server):
    server.script = [say({"segments": [{"strategy": "Question", "skill": "", "text": f"{ROUND * 3}. That weighs something."}]})]
    assert [text for _, text in await written(engine, moment)] == ["That weighs something. "]


async def test_a_text_held_to_its_bound_in_the_middle_of_a_sentence_ends_before_it(engine, moment, server):
    text = "That room stayed silent. " + " ".join(f"word{number}" for number in range(200))
    server.script = [say({"segments": [{"strategy": "Question", "skill": "", "text": text[:600]}]})]
    assert [text for _, text in await written(engine, moment)] == ["That room stayed silent. "]


async def test_a_sentence_that_shows_how_not_to_say_it_is_never_said(engine, moment, server):
    server.script = [say({"segments": [{"strategy": "Question", "skill": "", "text": "You should be proud of yourself!"}]})]
    assert len(await written(engine, moment)) == 3
    assert "not_like" in server.asked[1].body["messages"][-1]["content"]


@pytest.mark.parametrize("text", ["x" * 900, "you can not. " * 60, "我一直在想这件事，" * 90, "{" + '"a": 1, ' * 120])
def test_circles_are_seen_where_they_begin(text):
    begins = circles_from(f"Some words before. {text}")
    assert begins is not None and begins <= 60


@pytest.mark.parametrize("text", ["", "no circle", "ha " * 30, json.dumps(ANSWERS["profile_writer"]),
                                  json.dumps([{"moment": number} for number in range(90)])])
def test_what_only_repeats_a_little_is_no_circle(text):
    assert circles_from(text) is None


def test_a_sentence_may_take_a_word_up_again():
    assert not says_again("You are tired of waiting, tired of asking, and tired of being the one who asks.")
    assert not says_again("你累了，等累了，问累了。") and says_again("我不知道该怎么办才好呢，" * 3)


async def test_every_list_and_free_text_of_an_answer_has_a_bound_until_the_server_refuses_bounds(engine, moment, server):
    def refuse(handler, body):
        if "maxLength" in json.dumps(body.get("response_format")):
            handler.send(400, {"error": {"message": "Invalid schema for response_format: 'maxLength' is not permitted"}})
        else:
            say(server.answer(body))(handler, body)

    server.otherwise = refuse
    await engine.reader.read(moment)
    await written(engine, moment)
    asked = [seen.body["response_format"] for seen in server.asked]
    assert [form["type"] for form in asked] == ["json_schema"] * 3 and asked[1]["json_schema"]["strict"] is True
    assert ["maxItems" in json.dumps(form) for form in asked] == [True, False, False]


@pytest.mark.parametrize("output", [*OUTPUTS.values(), ReplyStep])
def test_a_schema_bounds_what_could_go_on_for_ever(output):
    def look(node):
        if isinstance(node, list):
            for child in node:
                look(child)
        if isinstance(node, dict):
            assert node.get("type") != "array" or node["maxItems"] > 0
            assert node.get("type") != "string" or "enum" in node or node["maxLength"] > 0
            for child in node.values():
                look(child)

    schema = schema_of(output, ["a-skill"])
    look(schema)
    assert "max" not in json.dumps(without_bounds(schema)) and most_tokens(schema) >= 512


async def test_an_answer_may_have_the_tokens_its_role_takes(engine, moment, server):
    await engine.reader.read(moment)
    await engine.risk_reader.read_risk(moment)
    limits = {role_of(seen.body): seen.body["max_tokens"] for seen in server.asked}
    assert limits["risk_reader"] < limits["state_reader"] < 4096


async def test_a_model_cut_while_it_thinks_gets_all_the_room_from_then_on(engine, moment, server):
    server.script = [say("", finish="length")]
    await engine.reader.read(moment)
    await written(engine, moment)
    assert [seen.body["max_tokens"] for seen in server.asked][1:] == [4096, 4096]


async def test_an_alarm_that_only_gives_the_example_back_is_no_alarm_and_is_asked_again_once(engine, moment, server):
    server.answers["risk_reader"] = PARROT
    with pytest.raises(EndpointError, match="example of the instructions"):
        await engine.risk_reader.read_risk(moment)
    assert [seen.role for seen in server.asked].count("risk_reader") == 2


async def test_an_alarm_in_the_words_of_the_example_counts_when_the_seeker_said_them(engine, moment, server):
    server.answers["risk_reader"] = PARROT
    seen = await engine.risk_reader.read_risk(replace(moment, text="they would all be lighter without me"))
    assert seen is not None and seen.level == "passive_ideation"


async def test_an_alarm_whose_quote_is_not_found_stays_an_alarm(engine, moment, server):
    server.answers["risk_reader"] = PARROT | {"quote": "she wants to be gone"}
    assert await engine.risk_reader.read_risk(moment) is not None


async def test_a_model_that_holds_little_is_told_the_newest_lines_alone(engine, moment, server):
    def small(handler, body):
        if len(blocks_of(body)[0]) > 3:
            handler.send(400, {"error": {"code": 400, "type": "exceed_context_size_error", "n_ctx": 2048,
                                         "message": "request (2300 tokens) exceeds the available context size (2048 tokens)"}})
        else:
            say(server.answer(body))(handler, body)

    server.otherwise = small
    talk = tuple(Line("seeker" if number % 2 else "supporter", f"line {number}", number) for number in range(1, 13))
    await engine.reader.read(replace(moment, history=talk))
    assert [len(blocks_of(seen.body)[0]) for seen in server.asked] == [12, 6, 3]
    assert [line["text"] for line in blocks_of(server.asked[-1].body)[0]] == ["line 10", "line 11", "line 12"]


async def test_a_limit_too_large_for_a_small_context_is_left_out_before_the_talk_is_cut(engine, moment, server):
    def small(handler, body):
        if "max_tokens" in body or "max_completion_tokens" in body:
            handler.send(400, {"error": {"message": "'max_tokens' or 'max_completion_tokens' is too large: 1278. This model's maximum "
                                                    "context length is 2048 tokens and your request has 904 input tokens"}})
        else:
            say(server.answer(body))(handler, body)

    server.otherwise = small
    await engine.reader.read(moment)
    assert [len(blocks_of(seen.body)[0]) for seen in server.asked] == [2, 2, 2]


def test_bounds_give_a_question_no_other_key():
    from esc_tui.engines.endpoint.caching import answer_key

    schema = schema_of(ReplyStep, ["a-skill"])
    keys = {answer_key(url="u", model="m", role="writer", prompt="p", schema=one, temperature=0.0, max_tokens=1, seed=None, replicate="")
            for one in (schema, without_bounds(schema))}
    assert len(keys) == 1
