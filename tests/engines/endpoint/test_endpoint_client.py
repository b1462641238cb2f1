"""What goes over the wire: the right address, the right key, nothing of the environment."""

import asyncio
import logging
import subprocess
import sys
import types
from dataclasses import replace

import pytest

from esc_tui.domain.errors import EndpointError, UserError
from esc_tui.engines.endpoint import (
    EndpointSettings,
    build_endpoint_engine,
    close_endpoint_engine,
    is_loopback,
    normalise_url,
)
from esc_tui.engines.endpoint.settings import NO_KEY, find_key, redact, root_url
from tests.engines.endpoint.model_server import PROMPTS, status

SECRET = "sk-verysecretkey0123456789"  # not a key


async def asked_once(settings: EndpointSettings, moment, environment=None) -> None:
    engine = build_endpoint_engine(settings, PROMPTS, None, environment)
    try:
        await engine.reader.read(moment)
    finally:
        await close_endpoint_engine(engine)


@pytest.mark.parametrize(("given", "base"), [
    ("http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"), ("http://127.0.0.1:11434/", "http://127.0.0.1:11434/v1"),
    ("http://127.0.0.1:11434/v1/", "http://127.0.0.1:11434/v1"), ("localhost:8080", "http://localhost:8080/v1"),
    ("https://api.example.org/openai/v1/chat/completions", "https://api.example.org/openai/v1"),
    ("https://example.org/v1beta/openai", "https://example.org/v1beta/openai"), ("[::1]:8000", "http://[::1]:8000/v1"),
    ("models.example.org/llm", "https://models.example.org/llm/v1"), (" http://h/v1/models ", "http://h/v1")])
def test_an_address_is_taken_with_or_without_its_version(given, base):
    assert normalise_url(given) == base


@pytest.mark.parametrize("bad", [
    "", "ftp://h", "http://", "http://h:port", "http://user:pw@h", "http://h/v1?key=abc", "http://h#x", "http://a b", "http://h:99999",
    'http://h/"x"'])
def test_what_is_no_address_is_refused_in_one_sentence(bad):
    with pytest.raises(UserError, match="address") as caught:
        normalise_url(bad)
    assert "pw" not in str(caught.value) and "abc" not in str(caught.value)


@pytest.mark.parametrize(("name", "here"), [
    ("127.0.0.1", True), ("127.8.9.1", True), ("localhost", True), ("::1", True), ("a.localhost", True),
    ("127.0.0.1.example.org", False), ("example.org", False), ("10.0.0.1", False)])
def test_only_names_of_this_computer_are_loopback(name, here):
    assert is_loopback(name) is here


def test_the_root_of_a_server_is_its_address_without_the_version():
    assert root_url("http://h:1/v1") == "http://h:1" and root_url("http://h/v1beta/openai") == "http://h/v1beta/openai"


async def test_without_a_named_variable_no_key_of_the_environment_is_sent(settings, moment, server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("OPENAI_ADMIN_KEY", SECRET)
    await asked_once(settings, moment)
    assert server.asked[0].headers["authorization"] == f"Bearer {NO_KEY}"


async def test_the_key_of_the_named_variable_is_sent(settings, moment, server):
    await asked_once(replace(settings, key_variable="MY_KEY"), moment, {"MY_KEY": f" {SECRET}\n"})
    assert server.asked[0].headers["authorization"] == f"Bearer {SECRET}"


async def test_a_key_meant_for_another_host_is_not_sent(settings, moment, server):
    other = replace(settings, key_variable="MY_KEY", key_host="api.example.org")
    await asked_once(other, moment, {"MY_KEY": SECRET})
    assert SECRET not in str(server.asked[0].headers)


@pytest.mark.parametrize(("host", "sent"), [
    ("127.0.0.1", True), ("127.0.0.1:8080", True), ("127.0.0.1:9090", False), ("localhost", False), ("127.0.0.1.evil.org", False)])
def test_a_key_belongs_to_a_host_and_a_port_when_one_is_named(host, sent):
    settings = EndpointSettings("http://127.0.0.1:8080", key_variable="MY_KEY", key_host=host)
    assert (find_key(settings, {"MY_KEY": SECRET}) == SECRET) is sent


def test_a_named_variable_that_is_not_set_is_told():
    with pytest.raises(EndpointError, match="MY_KEY is not set"):
        find_key(EndpointSettings("http://h", key_variable="MY_KEY"), {})


def test_a_key_with_strange_letters_is_refused_without_showing_it():
    with pytest.raises(EndpointError) as caught:
        find_key(EndpointSettings("http://h", key_variable="MY_KEY"), {"MY_KEY": "abc\x00def"})
    assert "abc" not in str(caught.value)


def test_the_keyring_is_asked_for_the_host(monkeypatch):
    ring = types.SimpleNamespace(get_password=lambda service, name: f"{service}/{name}")
    monkeypatch.setitem(sys.modules, "keyring", ring)
    assert find_key(EndpointSettings("http://h:1", use_keyring=True), {}) == "esc-tui/h:1"


def test_a_missing_or_locked_keyring_is_told_with_a_remedy(monkeypatch):
    def locked(*_):
        raise RuntimeError(f"cannot decrypt {SECRET}")

    settings = EndpointSettings("http://h:1", use_keyring=True)
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(EndpointError, match="keyring is not installed"):
        find_key(settings, {})
    monkeypatch.setitem(sys.modules, "keyring", types.SimpleNamespace(get_password=locked))
    with pytest.raises(EndpointError, match="could not be opened") as caught:
        find_key(settings, {})
    assert SECRET not in str(caught.value)


async def test_nothing_else_of_the_environment_reaches_the_endpoint(settings, moment, server, monkeypatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "org-mine")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-mine")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Mine: yes\nAuthorization: Bearer other")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    await asked_once(settings, moment)
    assert set(server.asked[0].headers) <= {
        "host", "accept", "accept-encoding", "authorization", "connection", "content-type", "content-length", "user-agent"}
    assert server.asked[0].headers["authorization"] == f"Bearer {NO_KEY}"


async def test_the_key_is_in_no_log_and_in_no_error(settings, moment, server, caplog):
    caplog.set_level(logging.DEBUG)
    server.otherwise = status(401, {"error": {"message": f"Incorrect API key provided: {SECRET}"}})
    with pytest.raises(EndpointError) as caught:
        await asked_once(replace(settings, key_variable="MY_KEY"), moment, {"MY_KEY": SECRET})
    shown = f"{caught.value!r} {caught.value} {caught.value.__cause__!r} {caught.value.body}"
    assert SECRET not in shown and SECRET not in caplog.text and SECRET not in str(settings)


async def test_a_request_holds_what_the_protocol_knows_and_nothing_else(settings, moment, server):
    await asked_once(settings, moment)
    body = server.asked[0].body
    assert set(body) == {"model", "messages", "temperature", "max_tokens", "response_format", "stream"}
    assert [message["role"] for message in body["messages"]] == ["system", "user"]


async def test_another_host_is_asked_through_the_proxy_of_the_environment(settings, moment, server, monkeypatch):
    monkeypatch.setenv("http_proxy", server.url)
    await asked_once(replace(settings, url="http://models.example.org"), moment)
    assert server.asked[0].path == "http://models.example.org/v1/chat/completions"


async def test_without_a_model_the_first_that_can_talk_is_used(settings, moment, server):
    await asked_once(replace(settings, model=""), moment)
    assert server.asked[0].body["model"] == "tiny-talker"


def test_one_engine_serves_one_event_loop_after_another(settings, moment, server):
    engine = build_endpoint_engine(settings, PROMPTS, None, {})
    for _ in range(2):
        assert asyncio.run(engine.reader.read(moment)).intensity == 3


def test_the_client_is_loaded_only_when_the_first_question_is_asked():
    code = ("import sys; from pathlib import Path; from esc_tui.engines.endpoint import *; "
            "build_endpoint_engine(EndpointSettings('http://127.0.0.1:1'), Path('.'), None); "
            "print(sorted({'openai', 'httpx2', 'jinja2', 'yaml', 'numpy'} & set(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_looks_like_a_key_is_taken_out():
    assert redact("Authorization: Bearer abc.def, sk-123456789") == "Authorization: [key], [key]"
    assert redact("a task-force and keyboards") == "a task-force and keyboards"
