"""How the engine finds out what an endpoint supports, and what it remembers of it."""

import json
import stat
from dataclasses import replace

import pytest

from esc_tui.domain.errors import EndpointError
from esc_tui.engines.endpoint import build_endpoint_engine, close_endpoint_engine
from esc_tui.engines.endpoint.capability import Capability, CapabilityMemory
from esc_tui.engines.endpoint.faults import EndpointFault
from tests.engines.endpoint.model_server import ANSWERS, PROMPTS, say, status
from tests.engines.endpoint.test_endpoint_roles import written


@pytest.fixture
async def engine(settings, sleep, tmp_path):
    made = build_endpoint_engine(replace(settings, memory=tmp_path / "state" / "endpoints.json"), PROMPTS, None, {}, sleep)
    yield made
    await close_endpoint_engine(made)


def forms(server) -> list[str]:
    return [kind_of(seen.body) for seen in server.asked]


def kind_of(body) -> str:
    given = body.get("response_format")
    return "prompted" if given is None else given["type"] + ("+schema" if "schema" in given else "")


def refusing(*kinds: str, code: int = 400, body: str = "response_format is not supported"):
    def act(handler, asked):
        if kind_of(asked) in kinds:
            handler.send(code, {"error": {"message": body}})
        else:
            say(handler.server.answer(asked))(handler, asked)
    return act


async def test_the_strongest_form_is_tried_first_and_kept_when_it_works(engine, moment, server):
    await engine.reader.read(moment)
    await written(engine, moment)
    assert forms(server) == ["json_schema", "json_schema"]
    assert server.asked[0].body["response_format"]["json_schema"]["strict"] is True


@pytest.mark.parametrize("code", [400, 415, 422, 500, 501])
async def test_a_server_that_refuses_schemas_is_asked_in_the_next_form_at_once(engine, moment, server, pauses, code):
    server.otherwise = refusing("json_schema", code=code, body="Input should be 'text' or 'json_object'")
    await engine.reader.read(moment)
    assert forms(server) == ["json_schema", "json_object+schema"] and pauses == []


async def test_the_reason_of_a_refusal_is_found_behind_a_long_beginning(engine, moment, server):
    server.otherwise = refusing("json_schema", code=500, body="x" * 200 + " response_format")
    await engine.reader.read(moment)
    assert forms(server) == ["json_schema", "json_object+schema"]


async def test_a_server_that_refuses_every_form_is_asked_in_words(engine, moment, server):
    server.otherwise = refusing("json_schema", "json_object+schema", "json_object")
    await engine.reader.read(moment)
    assert forms(server) == ["json_schema", "json_object+schema", "json_object", "prompted"]
    assert '"additionalProperties":false' in server.asked[-1].body["messages"][0]["content"]


async def test_a_server_that_only_says_500_to_a_schema_is_found_out_in_the_end(engine, moment, server):
    server.otherwise = refusing("json_schema", code=500, body="internal error")
    await engine.reader.read(moment)
    assert forms(server) == ["json_schema"] * 3 + ["prompted"]


async def test_what_was_found_is_used_from_then_on(engine, moment, server):
    server.otherwise = refusing("json_schema", "json_object+schema")
    await engine.reader.read(moment)
    await written(engine, moment)
    assert forms(server)[2:] == ["json_object", "json_object"]


async def test_what_was_found_is_remembered_across_restarts_without_any_key(settings, moment, server, tmp_path):
    server.otherwise = refusing("json_schema")
    kept = tmp_path / "state" / "endpoints.json"
    for _ in range(2):
        engine = build_endpoint_engine(replace(settings, memory=kept, key_variable="K"), PROMPTS, None, {"K": "secret-key"})
        await engine.reader.read(moment)
        await close_endpoint_engine(engine)
    assert forms(server) == ["json_schema", "json_object+schema", "json_object+schema"]
    assert "secret-key" not in kept.read_text() and stat.S_IMODE(kept.stat().st_mode) == 0o600


async def test_a_server_that_ignores_the_form_is_asked_in_words_from_then_on(engine, moment, server, tmp_path):
    server.script = [say("They sound lonely to me.")]
    await engine.reader.read(moment)
    await written(engine, moment)
    assert forms(server) == ["json_schema", "prompted", "prompted"]
    [row] = json.loads((tmp_path / "state" / "endpoints.json").read_text()).values()
    assert row["structure"] == "prompted"


async def test_a_wrong_label_says_nothing_about_the_form(engine, moment, server):
    server.script = [say(ANSWERS["state_reader"] | {"stage": "zzz"})]
    await engine.reader.read(moment)
    assert forms(server) == ["json_schema", "json_schema"]


async def test_an_answer_cut_at_the_limit_says_nothing_about_the_form(engine, moment, server):
    server.script = [say("thinking, thinking", finish="length")]
    await engine.reader.read(moment)
    assert forms(server) == ["json_schema", "json_schema"]
    assert f"cut at {server.asked[0].body['max_tokens']} tokens" in server.asked[1].body["messages"][-1]["content"]


async def test_a_newer_name_of_the_token_limit_is_learned(engine, moment, server):
    server.script = [status(400, {"error": {"message": "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."}})]
    await engine.reader.read(moment)
    assert server.asked[1].body["max_completion_tokens"] == server.asked[0].body["max_tokens"]
    assert forms(server) == ["json_schema", "json_schema"]


async def test_a_model_of_fixed_temperature_is_asked_without_one(engine, moment, server):
    server.script = [status(400, {"error": {"message": "Unsupported value: 'temperature' does not support 0.1"}})]
    await engine.reader.read(moment)
    assert "temperature" not in server.asked[1].body


@pytest.mark.parametrize("code", [400, 500])
async def test_a_model_without_a_system_role_gets_everything_in_one_message(engine, moment, server, code):
    server.script = [status(code, {"error": {"message": "System role not supported"}})]
    await engine.reader.read(moment)
    [message] = server.asked[1].body["messages"]
    assert message["role"] == "user" and "# Role" in message["content"] and moment.text in message["content"]


async def test_a_server_that_cannot_stream_gives_the_reply_in_one_piece(engine, moment, server):
    server.script = [status(400, {"error": {"message": "stream is not supported"}})]
    assert len(await written(engine, moment)) == 3
    assert "stream" not in server.asked[1].body


async def test_a_server_that_answers_whole_though_asked_to_stream_is_understood(engine, moment, server):
    server.script = [lambda handler, body: say(server.answer(body))(handler, {})]
    assert len(await written(engine, moment)) == 3


async def test_a_refusal_of_everything_ends(engine, moment, server):
    server.otherwise = status(400, {"error": {"message": "max_tokens temperature stream response_format"}})
    with pytest.raises(EndpointError, match="status 400"):
        await written(engine, moment)
    assert len(server.asked) <= 10


async def test_a_known_form_is_not_given_up_for_a_server_error(engine, moment, server):
    await engine.reader.read(moment)
    server.otherwise = status(500, "internal", "text/plain")
    with pytest.raises(EndpointError, match="status 500"):
        await written(engine, moment)
    assert forms(server) == ["json_schema"] * 4


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a b": 3}', '{"http://h/v1 m": {"structure": "magic", "found": "2026-11-21"}}',
                                     '{"http://h/v1 m": {"structure": ["x"], "found": 5}}'])
def test_a_damaged_memory_is_no_error(tmp_path, content):
    path = tmp_path / "endpoints.json"
    path.write_text(content)
    memory = CapabilityMemory(path)
    assert memory.recall("http://h/v1", "m") == Capability()
    memory.remember("http://h/v1", "m", Capability("json_object", proven=True))
    assert CapabilityMemory(path).recall("http://h/v1", "m") == Capability("json_object", proven=True)


def test_an_old_finding_is_found_out_again(tmp_path):
    path = tmp_path / "endpoints.json"
    CapabilityMemory(path).remember("http://h/v1", "m", Capability("prompted", proven=True))
    path.write_text(path.read_text().replace('"found": "2', '"found": "1'))
    assert CapabilityMemory(path).recall("http://h/v1", "m") == Capability()


def test_a_memory_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    memory = CapabilityMemory(tmp_path / "file" / "endpoints.json")
    memory.remember("http://h/v1", "m", Capability("prompted", proven=True))
    assert memory.recall("http://h/v1", "m").structure == "prompted"


def test_two_programs_do_not_forget_each_others_findings(tmp_path):
    path = tmp_path / "endpoints.json"
    one, two = CapabilityMemory(path), CapabilityMemory(path)
    one.recall("http://h/v1", "m")
    two.remember("http://h/v1", "n", Capability("prompted", proven=True))
    one.remember("http://h/v1", "m", Capability("json_object", proven=True))
    assert CapabilityMemory(path).recall("http://h/v1", "n").structure == "prompted"


def test_every_step_down_gives_something_up():
    fault = EndpointFault("refused", status=400, body="temperature max_tokens stream schema")
    capability, steps = Capability(), 0
    while (lower := capability.after(fault)) is not None:
        assert lower != capability
        capability, steps = lower, steps + 1
    assert steps <= 8
