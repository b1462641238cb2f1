"""What the engine makes of endpoints that are absent, slow, wrong, broken or hostile: one clear sentence, three tries at most."""

import json
import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from esc_tui.domain.errors import EndpointError
from esc_tui.engines.endpoint import EndpointSettings, build_endpoint_engine, close_endpoint_engine
from esc_tui.engines.endpoint.faults import retry_after, short, status_fault, too_long
from tests.engines.endpoint.model_server import (
    ANSWERS,
    PROMPTS,
    begin_then_wait,
    blocks_of,
    half_body,
    never,
    say,
    status,
)

READING = json.dumps(ANSWERS["state_reader"])


@pytest.fixture
async def read(settings, sleep, moment):
    """Ask the state reader, at the test's server or with other settings; gives the reading or raises."""
    engines = []

    async def ask(other: EndpointSettings | None = None, environment=None):
        engines.append(build_endpoint_engine(other or settings, PROMPTS, None, environment or {}, sleep))
        return await engines[-1].reader.read(moment)

    yield ask
    for engine in engines:
        await close_endpoint_engine(engine)


async def failure(read, *args, **more) -> EndpointError:
    with pytest.raises(EndpointError) as caught:
        await read(*args, **more)
    return caught.value


async def test_an_absent_endpoint_is_named_with_its_address_after_three_tries(read, settings, pauses):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    error = await failure(read, replace(settings, url=url))
    assert str(error).startswith(f"{url}/v1: the endpoint cannot be reached (Connection refused)") and "Start the server" in str(error)
    assert error.status == 0 and len(pauses) == 2 and pauses[0] < pauses[1]


async def test_a_slow_endpoint_is_left_after_the_time_out(read, settings, server):
    server.otherwise = never
    error = await failure(read, replace(settings, timeout=0.2))
    assert "did not answer within 0.2 seconds" in str(error)


async def test_a_time_out_is_tried_again(read, settings, server):
    server.script = [never]
    assert (await read(replace(settings, timeout=1.5))).intensity == 3
    assert len(server.asked) == 2


async def test_a_stream_that_stalls_is_left_after_the_time_out(settings, server, sleep, moment):
    from tests.engines.endpoint.test_endpoint_roles import written

    server.script = [begin_then_wait('{"segments": [{"text": "It went unseen. And')] * 3
    engine = build_endpoint_engine(replace(settings, timeout=0.3), PROMPTS, None, {}, sleep)
    with pytest.raises(EndpointError, match="did not answer within"):
        await written(engine, moment)
    await close_endpoint_engine(engine)


@pytest.mark.parametrize(("code", "remedy"), [(401, "Check the key"), (403, "may use this model"), (404, "name of the model")])
async def test_a_refusal_is_not_tried_again(read, server, code, remedy):
    server.otherwise = status(code, {"error": {"message": "model 'x' not for you"}})
    error = await failure(read)
    assert f"status {code} (model 'x' not for you)" in str(error) and remedy in str(error)
    assert error.status == code and len(server.asked) == 1


async def test_too_many_requests_waits_as_long_as_it_is_told(read, server, pauses):
    server.script = [status(429, "slow down", "text/plain", Retry_After="3")]
    await read()
    assert pauses == [3.0] and len(server.asked) == 2


async def test_an_endpoint_that_asks_for_a_long_wait_is_not_asked_again(read, server, pauses):
    server.otherwise = status(429, "come back tomorrow", "text/plain", Retry_After="86400")
    assert "come back tomorrow" in str(await failure(read))
    assert pauses == [] and len(server.asked) == 1


@pytest.mark.parametrize("code", [500, 502, 503, 529])
async def test_two_server_errors_and_then_an_answer_is_an_answer(read, server, code):
    server.script = [status(code, "oops", "text/plain")] * 2
    assert (await read()).intensity == 3
    assert len(server.asked) == 3 and server.asked[2].body["response_format"]["type"] == "json_schema"


async def test_a_server_error_is_given_up_after_three_tries(read, server):
    server.otherwise = status(503, "overloaded", "text/plain")
    assert "status 503 (overloaded)" in str(await failure(read))
    assert len(server.asked) == 3


async def test_half_a_reply_is_asked_for_again(read, server):
    server.script = [half_body]
    assert (await read()).intensity == 3


async def test_half_replies_alone_are_told_as_such(read, server):
    server.otherwise = half_body
    assert "broke off in the middle of its answer" in str(await failure(read))


async def test_a_web_page_is_no_answer(read, server):
    server.otherwise = status(200, "<html><body>Welcome to nginx!</body></html>", "text/html")
    error = await failure(read)
    assert "not a chat completion (<html><body>Welcome to nginx!" in str(error) and len(server.asked) == 1


@pytest.mark.parametrize(("body", "words"), [
    ('{"choices": [{"message": ', "broken JSON"), ("", "empty answer"), ('{"choices": []}', "without any choice"),
    ('{"choices": null}', "without any choice"), ('{"choices": [7]}', "without any choice"), ("[1, 2]", "not a chat completion"),
    ('{"error": {"message": "model crashed"}}', "reported an error in its answer (model crashed)"),
    ("[" * 100_000, "broken JSON"),
], ids=["half", "empty", "no choices", "null choices", "wrong choices", "list", "error", "nested"])
async def test_a_body_that_is_no_completion_is_named(read, server, body, words):
    server.otherwise = status(200, body)
    assert words in str(await failure(read))
    assert len(server.asked) <= 3


async def test_an_answer_without_content_is_sent_back_once(read, server):
    server.script = [status(200, {"choices": [{"message": {"content": None, "reasoning_content": "hm"}}]})]
    assert (await read()).intensity == 3


async def test_a_wrong_content_type_does_not_matter(read, server):
    server.script = [status(200, {"choices": [{"message": {"content": READING}}]}, "text/plain")]
    assert (await read()).intensity == 3


async def test_content_in_parts_is_joined(read, server):
    parts = [{"type": "text", "text": READING[:30]}, {"type": "text", "text": READING[30:]}]
    server.script = [status(200, {"choices": [{"message": {"content": parts}}]})]
    assert (await read()).intensity == 3


async def test_a_stream_nobody_asked_for_is_read(read, server):
    server.script = [lambda handler, body: say(READING)(handler, body | {"stream": True})]
    assert (await read()).intensity == 3


async def test_a_huge_reply_is_left(read, server):
    server.otherwise = status(200, b'{"choices": [{"message": {"content": "' + b"a" * 5_000_000)
    assert "sent more than 4 MB" in str(await failure(read))
    assert len(server.asked) == 1


async def test_a_huge_error_page_is_cut(read, server):
    server.otherwise = status(400, b"x" * 3_000_000, "text/plain")
    assert len(str(await failure(read))) < 400


async def test_escape_codes_in_an_error_are_shown_not_obeyed(read, server):
    server.otherwise = status(404, "\x1b[2J[bold]gone[/bold]\u202e", "text/plain; charset=utf-8")
    assert "␛[2J[bold]gone[/bold]�" in str(await failure(read))


async def test_a_redirect_to_another_host_is_refused_and_never_followed(read, server):
    server.otherwise = status(307, "", Location="http://evil.example/v1/chat/completions")
    assert "another host (evil.example), which is refused" in str(await failure(read))
    assert len(server.asked) == 1


async def test_a_redirect_to_another_port_of_this_computer_is_refused(read, server):
    server.otherwise = status(307, "", Location="http://127.0.0.1:9/v1/chat/completions")
    assert "which is refused" in str(await failure(read))


async def test_a_redirect_on_the_same_host_is_followed(read, server):
    server.script = [status(307, "", Location="/elsewhere/chat/completions")]
    assert (await read()).intensity == 3 and server.asked[1].path == "/elsewhere/chat/completions"


async def test_a_redirect_in_circles_ends(read, server):
    server.otherwise = status(307, "", Location="/v1/chat/completions")
    assert "cannot be reached" in str(await failure(read))


async def test_a_talk_too_long_for_the_model_is_told_not_tried_in_other_forms(read, server):
    server.otherwise = status(400, {"error": {"message": "This exceeds the maximum context length of 2048 tokens"}})
    told = str(await failure(read))
    assert "maximum context length" in told and "larger context" in told
    lines = [len(blocks_of(seen.body)[0]) for seen in server.asked]
    assert lines == [2, 1, 0] and all(seen.body["response_format"]["type"] == "json_schema" for seen in server.asked)


@pytest.mark.parametrize(("words", "is_it"), [
    ("the prompt is too long", True), ("maximum context length is 2048 tokens", True), ("the request took too long", False),
    ("the model is taking too long to load", False)])
def test_what_takes_too_long_is_not_too_long(words, is_it):
    assert too_long(status_fault("http://h/v1", 400, {}, f'{{"error": "{words}"}}', "")) is is_it


async def test_a_missing_prompt_file_fails_the_step_with_its_path(settings, moment, tmp_path):
    engine = build_endpoint_engine(settings, tmp_path, None, {})
    with pytest.raises(EndpointError, match=r"state_reader\.md: the prompt file cannot be read"):
        await engine.reader.read(moment)


@pytest.mark.parametrize(("value", "seconds"), [
    ("7", 7.0), ("0.5", 0.5), ("Sat, 21 Nov 2026 10:00:30 GMT", 30.0), ("Sat, 21 Nov 2026 09:00:00 GMT", 0.0),
    ("soon", None), ("", None), ("-3", None), ("nan", None)])
def test_retry_after_is_read_as_seconds_or_as_a_date(value, seconds):
    assert retry_after({"retry-after": value}, datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)) == seconds


def test_the_piece_of_a_body_is_one_short_line():
    assert short("a\nb  c\t" + "x" * 500).startswith("a b c x") and len(short("x" * 500)) == 160


def test_a_key_echoed_by_the_endpoint_is_taken_out():
    fault = status_fault("http://h/v1", 401, {}, '{"error": {"message": "bad key my-secret, got sk-abcdef123456"}}', "my-secret")
    assert "my-secret" not in str(fault) and "sk-abc" not in str(fault) and "[key]" in str(fault)
