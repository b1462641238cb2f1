"""Vectors from an embeddings endpoint, in every form servers give them."""

import base64
import json
import struct
from dataclasses import replace

import pytest

from esc_tui.domain.errors import EndpointError
from esc_tui.engines.endpoint import EndpointSettings
from esc_tui.engines.endpoint.embedding import BATCH, EndpointEmbedder
from tests.engines.endpoint.model_server import ModelServer, half_body, never, status


def vector(text: str) -> list[float]:
    return [float(len(text)), 1.0, 0.5]


def floats(handler, body):
    rows = [{"index": place, "embedding": vector(text)} for place, text in enumerate(body["input"])]
    handler.send(200, {"data": rows[::-1], "model": body["model"]})


def in_base64(handler, body):
    rows = [{"index": place, "embedding": base64.b64encode(struct.pack("<3f", *vector(text))).decode()}
            for place, text in enumerate(body["input"])]
    handler.send(200, {"data": rows})


@pytest.fixture
async def embedder(server: ModelServer, settings, sleep):
    server.pages["/v1/embeddings"] = floats
    made = EndpointEmbedder(replace(settings, model="embed-small"), {}, sleep)
    yield made
    await made.aclose()


def asked(server: ModelServer):
    return [seen for seen in server.seen if seen.path == "/v1/embeddings"]


@pytest.mark.parametrize("form", [floats, in_base64, lambda handler, body: handler.send(
    200, {"embeddings": [vector(text) for text in body["input"]]})])
async def test_vectors_come_in_the_order_of_the_texts_whatever_their_form(embedder, server: ModelServer, form):
    server.pages["/v1/embeddings"] = form
    assert await embedder.embed(["a", "bbb"]) == [[1.0, 1.0, 0.5], [3.0, 1.0, 0.5]]
    assert asked(server)[0].body == {"model": "embed-small", "input": ["a", "bbb"]}


async def test_many_texts_go_in_batches_and_long_ones_in_part(embedder, server: ModelServer):
    vectors = await embedder.embed(["x" * 9000] * (BATCH + 3))
    assert len(vectors) == BATCH + 3 and [len(seen.body["input"]) for seen in asked(server)] == [BATCH, 3]
    assert max(len(text) for text in asked(server)[0].body["input"]) == 2000


async def test_no_text_asks_nothing(embedder, server: ModelServer):
    assert await embedder.embed([]) == [] and not asked(server)


async def test_without_a_name_the_first_model_for_vectors_is_taken(server: ModelServer, settings):
    embedder = EndpointEmbedder(replace(settings, model=""), {})
    assert embedder.model == "" and await embedder.know_model() == "embed-small" == embedder.model
    server.pages["/v1/models"] = lambda handler, _: handler.send(200, {"data": [{"id": "talker"}, {"id": "other"}]})
    with pytest.raises(EndpointError, match="embeddings_model"):
        await EndpointEmbedder(replace(settings, model=""), {}).know_model()
    await embedder.aclose()


@pytest.mark.parametrize("fault", [status(500, "oops"), status(429, "slow down"), half_body, status(503, "loading")])
async def test_a_passing_fault_is_tried_again(embedder, server: ModelServer, fault, pauses):
    acts = [fault, floats]

    def next_one(handler, body):
        acts.pop(0)(handler, body)

    server.pages["/v1/embeddings"] = next_one
    assert await embedder.embed(["a"]) == [[1.0, 1.0, 0.5]] and len(pauses) == 1


@pytest.mark.parametrize(("body", "why"), [
    ({"data": []}, "0 vectors for 1 texts"), ({"nothing": 1}, "no vectors"), ([], "0 vectors"),
    ({"data": [{"embedding": []}]}, "no vector"), ({"data": [{"embedding": [10 ** 400]}]}, "none"),
    ({"data": [{"embedding": [[1, 2], [3, 4]]}]}, "one vector for each token"), ({"data": [{"embedding": ["a"]}]}, "more than numbers"),
    ({"data": [{"embedding": [0, 0.0]}]}, "zeros"), ({"data": [{"embedding": "%%%"}]}, "cannot be decoded"),
    ({"data": [{"embedding": "abc="}]}, "cannot be decoded"), ({"data": [{"embedding": None}]}, "no vector"),
    ({"data": [{"embedding": [True]}]}, "more than numbers"), ('{"data": [{"embedding": [NaN]}]}', "none"), ("<html>", "not JSON")])
async def test_an_answer_that_is_no_vector_is_told(embedder, server: ModelServer, body, why):
    server.pages["/v1/embeddings"] = status(200, body)
    with pytest.raises(EndpointError, match=why):
        await embedder.embed(["a"])
    assert len(asked(server)) == 1


async def test_one_vector_in_a_list_of_its_own_is_taken(embedder, server: ModelServer):
    server.pages["/v1/embeddings"] = status(200, {"data": [{"embedding": [[1, 2]]}]})
    assert await embedder.embed(["a"]) == [[1.0, 2.0]]


async def test_vectors_of_different_lengths_are_told(embedder, server: ModelServer):
    server.pages["/v1/embeddings"] = lambda handler, body: handler.send(
        200, {"data": [{"embedding": [1.0] * (place + 1)} for place, _ in enumerate(body["input"])]})
    with pytest.raises(EndpointError, match="different lengths"):
        await embedder.embed(["a", "b"])


@pytest.mark.parametrize(("code", "told"), [
    (400, "input exceeds the context length"),
    (500, "input (801 tokens) is too large to process. increase the physical batch size (current batch size: 512)")])
async def test_texts_too_long_for_the_model_are_asked_in_parts_and_shortened(embedder, server: ModelServer, code, told, pauses):
    def small(handler, body):
        if sum(map(len, body["input"])) > 900:
            status(code, {"error": {"message": told}})(handler, body)
        else:
            floats(handler, body)
    server.pages["/v1/embeddings"] = small
    assert await embedder.embed(["x" * 1600, "y" * 300]) == [[800.0, 1.0, 0.5], [300.0, 1.0, 0.5]] and pauses == []


async def test_a_silent_and_a_missing_server_are_told(server: ModelServer, settings, sleep):
    server.pages["/v1/embeddings"] = never
    silent = EndpointEmbedder(replace(settings, timeout=0.2, tries=1), {}, sleep)
    with pytest.raises(EndpointError, match="did not answer within"):
        await silent.embed(["a"])
    gone = EndpointEmbedder(EndpointSettings("http://127.0.0.1:9", model="m", timeout=2.0), {}, sleep)
    with pytest.raises(EndpointError, match="cannot be reached"):
        await gone.embed(["a"])
    await silent.aclose()
    await gone.aclose()


async def test_a_key_goes_to_its_own_host_alone(server: ModelServer, settings):
    from esc_tui.settings.model import Settings
    from esc_tui.support.semantic import embeddings_settings

    server.pages["/v1/embeddings"] = floats
    host = server.url.partition("://")[2]
    for key_host, key in ((host, "Bearer s3cret-key"), ("model.example:443", "Bearer not-needed")):
        chosen = Settings(embeddings=server.url, embeddings_model="m", key_variable="MY_KEY", key_host=key_host)
        embedder = EndpointEmbedder(embeddings_settings(chosen), {"MY_KEY": "s3cret-key"})
        await embedder.embed(["a"])
        assert asked(server)[-1].headers["authorization"] == key
        assert "s3cret-key" not in json.dumps(asked(server)[-1].body)
        await embedder.aclose()
