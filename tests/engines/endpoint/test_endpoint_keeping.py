"""Calls made for runs: plain, with a seed, counted, and kept once they are good; live talks know nothing of all that."""

import asyncio
from contextlib import contextmanager
from dataclasses import replace

import pytest

from esc_tui.domain.errors import EndpointError
from esc_tui.engines.endpoint import build_endpoint_engine, close_endpoint_engine
from esc_tui.engines.endpoint.asker import Request
from esc_tui.engines.endpoint.caching import Turns, answer_key
from esc_tui.engines.endpoint.calling import SCOPE, CallCounter, CallScope
from esc_tui.engines.endpoint.connection import Connection, Question
from esc_tui.engines.endpoint.faults import EndpointFault
from esc_tui.engines.endpoint.prompts import Rendered
from esc_tui.engines.endpoint.scratch import Scratch
from esc_tui.engines.roles import Moment, WriteRequest, WriterNotes
from tests.engines.endpoint.model_server import PROMPTS, ModelServer, half_body, never, say, status
from tests.engines.endpoint.test_endpoint_roles import READING, two_moves

QUESTION = Question("tiny-talker", ({"role": "user", "content": "hello"},), seed=4)


class Kept(dict):
    def __init__(self, *kept):
        super().__init__(*kept)
        self._turns = Turns()

    def find(self, key):
        return self.get(key)

    async def keep(self, key, answer):
        self[key] = answer

    def turn(self, key):
        return self._turns.turn(key)


@contextmanager
def scope(**more):
    token = SCOPE.set(CallScope("talk", **more))
    try:
        yield
    finally:
        SCOPE.reset(token)


@pytest.fixture
async def engine(settings, sleep):
    made = build_endpoint_engine(settings, PROMPTS, None, environment={}, sleep=sleep)
    yield made
    await close_endpoint_engine(made)


@pytest.fixture
async def connection(settings):
    made = Connection(settings, {"KEY": "secret-1"})
    yield made
    await made.aclose()


async def test_a_live_talk_streams_sends_no_seed_and_keeps_nothing(engine, moment, server: ModelServer):
    await engine.reader.read(moment)
    body = server.asked[0].body
    assert body["stream"] is True and "seed" not in body


async def test_in_a_run_nobody_watches_the_same_question_is_asked_once_without_a_stream(engine, moment, server: ModelServer):
    cache, counter = Kept(), CallCounter()
    with scope(seed=3, cache=cache, counter=counter):
        first = await engine.reader.read(moment)
        again = await engine.reader.read(moment)
    assert first == again and len(server.asked) == len(cache) == 1
    assert "stream" not in server.asked[0].body and server.asked[0].body["seed"] >= 0
    assert (counter.calls, counter.kept, counter.failed) == (1, 1, 0) and counter.tokens == counter.estimated > 100


async def test_an_answer_to_a_shortened_question_is_not_kept(engine, moment, server: ModelServer):
    cache = Kept()
    server.script = [status(400, {"error": {"message": "This exceeds the maximum context length of 2048 tokens"}})]
    with scope(seed=3, cache=cache):
        await engine.reader.read(moment)
        assert len(server.asked) == 2 and not cache
        await engine.reader.read(moment)
    assert len(server.asked) == 3 and len(cache) == 1


async def test_a_run_that_is_watched_streams(engine, moment, server: ModelServer):
    with scope(watched=lambda: True):
        await engine.reader.read(moment)
    assert server.asked[0].body["stream"] is True


async def test_an_answer_that_had_to_be_mended_is_kept_under_the_first_question(engine, moment, server: ModelServer):
    cache = Kept()
    server.script = [say("no json")]
    with scope(cache=cache):
        await engine.reader.read(moment)
        await engine.reader.read(moment)
    assert len(server.asked) == 2 and len(cache) == 1


async def test_an_answer_that_was_of_no_use_is_not_kept(engine, moment, server: ModelServer):
    cache = Kept()
    server.answers["state_reader"] = "no json"
    with scope(cache=cache), pytest.raises(EndpointError):
        await engine.reader.read(moment)
    assert cache == {}


async def test_a_kept_answer_of_an_older_form_is_asked_anew(engine, moment, server: ModelServer):
    cache = Kept()
    with scope(cache=cache):
        first = await engine.reader.read(moment)
        cache.update(dict.fromkeys(cache, '{"old": 1}'))
        assert await engine.reader.read(moment) == first
    assert len(server.asked) == 2


async def test_a_written_reply_is_kept_and_said_again_without_a_question(engine, moment, server: ModelServer):
    async def written():
        request = WriteRequest(moment, READING, two_moves())
        return [(piece.segment, piece.text) async for piece in engine.writer.write(request, WriterNotes())]
    with scope(cache=Kept()):
        assert await written() == await written() and len(server.asked) == 1


def key(**changes):
    parts = {"url": "http://h/v1", "model": "m", "role": "r", "prompt": "p", "schema": {"a": 1}, "temperature": 0.1, "max_tokens": 9,
             "seed": 1, "replicate": ""}
    return answer_key(**(parts | changes))


@pytest.mark.parametrize("change", [
    {"url": "http://i/v1"}, {"model": "n"}, {"role": "s"}, {"prompt": "q"}, {"schema": {"a": 2}}, {"temperature": 0.2}, {"max_tokens": 8},
    {"seed": 2}, {"seed": None}, {"replicate": "2"}])
def test_everything_that_matters_makes_another_key(change):
    assert key() == key() and key(**change) != key()


async def test_the_key_of_an_endpoint_is_no_part_of_the_key_of_an_answer(settings, moment, server: ModelServer):
    keys = []
    for secret in ("secret-1", "secret-2"):
        cache = Kept()
        made = build_endpoint_engine(replace(settings, key_variable="KEY"), PROMPTS, None, environment={"KEY": secret})
        with scope(cache=cache):
            await made.reader.read(moment)
        keys.append(set(cache))
        assert secret not in repr(cache)
        await close_endpoint_engine(made)
    assert keys[0] == keys[1] and {seen.headers["authorization"] for seen in server.asked} == {"Bearer secret-1", "Bearer secret-2"}


async def test_a_whole_answer_is_the_same_either_way_and_its_request_too(connection, server: ModelServer):
    server.otherwise = say("hi there")
    assert await connection.whole(QUESTION) == await connection.complete(QUESTION)
    plain, other = server.asked
    assert plain.body == other.body and plain.body["seed"] == 4
    extra = {"content-length", "transfer-encoding", "connection", "accept"}
    assert set(plain.headers) - extra == set(other.headers) - extra
    assert connection.counter.calls == 2


@pytest.mark.parametrize("act", [
    status(429, {"error": {"message": "slow down"}}, retry_after="7"), status(500, "oops"), status(404, "<html>"), half_body, say(""),
    status(200, "nonsense"), status(200, ""), status(200, {"choices": []}), status(200, {"error": {"message": "no memory"}})])
async def test_a_fault_is_the_same_sentence_either_way(connection, server: ModelServer, act):
    server.otherwise = act
    told = []
    for ask in (connection.whole, connection.complete):
        try:
            told.append((await ask(QUESTION)).text)
        except EndpointFault as fault:
            told.append((str(fault), fault.status, fault.passing, fault.wait))
    assert told[0] == told[1]


async def test_a_server_that_stalls_and_one_that_is_gone_are_told(settings, server: ModelServer):
    server.otherwise = never
    slow = Connection(replace(settings, timeout=0.2), {})
    with pytest.raises(EndpointFault, match=r"did not answer within 0\.2 seconds"):
        await slow.whole(QUESTION)
    await slow.aclose()
    gone = Connection(replace(settings, url="http://127.0.0.1:9"), {})
    with pytest.raises(EndpointFault, match=r"cannot be reached \(.*refused"):
        await gone.whole(QUESTION)
    await gone.aclose()


async def test_a_redirect_to_another_host_gets_neither_question_nor_key(connection, server: ModelServer):
    server.otherwise = status(307, "", location="http://127.0.0.2:1/v1/chat/completions")
    with pytest.raises(EndpointFault, match="sends requests on to another host"):
        await connection.whole(QUESTION)


async def test_connections_are_used_again_and_closed(connection, server: ModelServer):
    server.otherwise = say("hi")
    await asyncio.gather(*(connection.whole(QUESTION) for _ in range(8)))
    await connection.aclose()
    assert (await connection.whole(QUESTION)).text == "hi" and connection.counter.calls == 9


async def test_tokens_told_by_the_server_are_counted_and_else_estimated(connection, server: ModelServer):
    server.otherwise = status(200, {"choices": [{"message": {"content": "hi"}}], "usage": {"prompt_tokens": 30, "completion_tokens": 2}})
    await connection.whole(QUESTION)
    assert (connection.counter.tokens, connection.counter.estimated) == (32, 0)
    server.otherwise = say("a word or two of it")
    await connection.whole(QUESTION)
    assert connection.counter.estimated == connection.counter.tokens - 32 == (len("hello") + len("user") + 19) // 4
    server.otherwise = status(500, "x")
    with pytest.raises(EndpointFault):
        await connection.whole(QUESTION)
    assert (connection.counter.calls, connection.counter.failed) == (3, 1)


def test_talks_that_say_the_same_do_not_share_their_notes(moment: Moment):
    scratch = Scratch()
    seen = []
    for talk in ("a", "b", "a"):
        token = SCOPE.set(CallScope(talk))
        seen.append(scratch.of(moment))
        SCOPE.reset(token)
    assert seen[0] is seen[2] is not seen[1] and all(scratch.of(moment) is not one for one in seen)


def test_many_talks_at_once_keep_their_readings(moment: Moment):
    scratch = Scratch()
    made = []
    for number in range(64):
        token = SCOPE.set(CallScope(f"talk {number}"))
        made.append(scratch.of(moment))
        SCOPE.reset(token)
    token = SCOPE.set(CallScope("talk 0"))
    assert scratch.of(moment) is made[0]
    SCOPE.reset(token)


def test_a_request_tells_its_draws_apart():
    prompt = Rendered("critic", "s", "u", 1.1)
    assert Request(prompt, "n", {}, replicate="1") != Request(prompt, "n", {}, replicate="2") and prompt.mark.startswith("critic ")
