"""What the doctor finds at good, poor and absent endpoints, and which servers are found on this computer."""

import json
import socket
from dataclasses import replace

import pytest

from esc_tui.domain.errors import EndpointError
from esc_tui.engines.endpoint import EndpointSettings, diagnose, list_models, probe_local, resolve_model
from tests.engines.endpoint.model_server import say, status


def good(handler, body) -> None:
    given = body.get("response_format")
    if given and "json_schema" in given:
        word = given["json_schema"]["schema"]["properties"]["word"]["enum"][0]
        say({"word": word})(handler, body)
    else:
        say('{"word": "one two three four"}')(handler, body)


async def lines(settings: EndpointSettings, environment=None):
    return {line.name: line async for line in diagnose(settings, environment or {})}


async def test_a_good_endpoint_passes_every_line(settings, server):
    server.otherwise = good
    found = await lines(settings)
    assert [line for line in found.values() if line.ok is False] == []
    assert found["address"].text == f"{server.url}/v1"
    assert found["models"].text == "2 listed: embed-small, tiny-talker"
    assert found["streaming"].text == "yes" and found["JSON schema"].text == "kept, by json_schema"
    assert found["context length"].text == "4,096 tokens" and "first words after" in found["answers"].text


async def test_an_absent_endpoint_ends_with_its_address(settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    found = await lines(replace(settings, url=url))
    assert list(found) == ["address", "models"] and found["models"].needed
    assert found["models"].text.startswith(f"{url}/v1: the endpoint cannot be reached")


async def test_what_the_endpoint_refuses_is_told_with_address_status_and_body(settings, server):
    server.otherwise = status(404, {"error": {"message": "model not found: tiny-talker"}})
    line = (await lines(settings))["answers"]
    assert not line.ok and line.needed
    assert f"{server.url}/v1: the endpoint answered with status 404 (model not found: tiny-talker)" in line.text


async def test_a_web_page_in_place_of_the_models_is_told_and_the_talk_tried_all_the_same(settings, server):
    server.otherwise = good
    server.pages["/v1/models"] = status(200, "<html>hello</html>", "text/html")
    found = await lines(settings)
    assert "not JSON (<html>hello</html>)" in found["models"].text and found["answers"].ok


async def test_a_key_that_is_refused_ends_the_look(settings, server):
    server.pages["/v1/models"] = status(401, {"error": "no key"})
    found = await lines(settings)
    assert list(found) == ["address", "models"] and "status 401 (no key)" in found["models"].text


async def test_a_schema_that_is_ignored_is_told(settings, server):
    server.otherwise = say('{"word": "hello"}')
    line = (await lines(settings))["JSON schema"]
    assert line.ok is False and "not kept, but JSON objects are" in line.text and not line.needed


async def test_a_server_without_any_structure_is_told(settings, server):
    server.otherwise = lambda handler, body: (
        handler.send(400, {"error": "no response_format"}) if "response_format" in body else say("one two three")(handler, body))
    line = (await lines(settings))["JSON schema"]
    assert "status 400 (no response_format)" in line.text and "asked for in words" in line.text


async def test_a_server_that_cannot_stream_is_told(settings, server):
    server.otherwise = lambda handler, body: good(handler, {name: value for name, value in body.items() if name != "stream"})
    assert (await lines(settings))["streaming"].ok is False


async def test_a_model_that_is_not_listed_is_told(settings, server):
    server.otherwise = good
    assert "is not among those listed" in (await lines(replace(settings, model="other")))["model"].text


async def test_a_key_sent_in_the_open_is_told(settings):
    other = EndpointSettings("http://example.org", key_variable="K", timeout=0.2)
    found = await lines(other, {"K": "abcdefgh"})
    assert found["key"].ok is False and "without encryption" in found["key"].text


async def test_a_key_for_another_host_is_told_as_not_sent(settings, server):
    server.otherwise = good
    found = await lines(replace(settings, key_variable="K", key_host="api.example.org"), {"K": "abcdefgh"})
    assert found["key"].text == "not sent: K is for api.example.org"
    assert all("abcdefgh" not in str(seen.headers) for seen in server.seen)


async def test_a_missing_key_and_a_bad_address_are_told_as_lines(settings):
    assert "K is not set" in (await lines(replace(settings, key_variable="K")))["key"].text
    assert "not an address" in (await lines(replace(settings, url="ftp://x")))["address"].text


@pytest.mark.parametrize(("path", "body", "tokens"), [
    ("/props", {"default_generation_settings": {"n_ctx": 8192}}, "8,192"),
    ("/api/show", {"model_info": {"llama.context_length": 131072}}, "131,072")])
async def test_the_context_length_is_found_where_each_kind_of_server_tells_it(settings, server, path, body, tokens):
    server.otherwise = good
    server.pages["/v1/models"] = status(200, {"data": [{"id": "tiny-talker"}]})
    server.pages[path] = status(200, body)
    assert (await lines(settings))["context length"].text == f"{tokens} tokens"


async def test_a_context_too_small_for_a_talk_is_told(settings, server):
    server.otherwise = good
    server.pages["/v1/models"] = status(200, {"data": [{"id": "tiny-talker", "max_model_len": 2048}]})
    line = (await lines(settings))["context length"]
    assert line.ok is False and not line.needed and line.text.startswith("2,048 tokens: too few for a whole talk")


async def test_models_are_listed_with_their_context_length(settings):
    entries = await list_models(settings, {})
    assert [(entry.name, entry.context_length) for entry in entries] == [("embed-small", 0), ("tiny-talker", 4096)]


async def test_other_shapes_of_the_list_of_models_are_read(settings, server):
    server.pages["/v1/models"] = status(200, {"models": [{"name": "a", "meta": {"n_ctx_train": 512}}, "b", 7, {}]})
    assert [(entry.name, entry.context_length) for entry in await list_models(settings, {})] == [("a", 512), ("b", 0)]


async def test_a_list_that_is_none_is_an_error(settings, server):
    server.pages["/v1/models"] = status(200, {"data": None})
    with pytest.raises(EndpointError, match="list of models cannot be read"):
        await list_models(settings, {})


async def test_the_first_model_that_can_talk_is_resolved(settings):
    assert (await resolve_model(replace(settings, model=""), {})).model == "tiny-talker"


async def test_an_endpoint_with_embedding_models_alone_cannot_talk(settings, server):
    server.pages["/v1/models"] = status(200, {"data": [{"id": "nomic-embed-text"}]})
    with pytest.raises(EndpointError, match="no model that can hold a talk"):
        await resolve_model(replace(settings, model=""), {})


async def test_servers_on_this_computer_are_found(server):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        ports = {free.getsockname()[1]: "nobody", server.server_port: "Ollama"}
    [found] = await probe_local(ports)
    assert (found.url, found.kind, found.models) == (server.url, "Ollama", ("embed-small", "tiny-talker"))


async def test_a_port_that_speaks_something_else_is_passed_over(server):
    server.pages["/v1/models"] = status(200, "<html></html>", "text/html")
    assert await probe_local({server.server_port: "LM Studio"}) == ()


def test_the_doctors_mark_is_no_word_of_its_question():
    from esc_tui.engines.endpoint import doctor

    assert doctor._MARK not in "Answer with a JSON object that has the field word." and json.dumps(doctor._MARK_SCHEMA)
