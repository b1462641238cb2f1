"""Looking an endpoint over, line by line: what answers, how fast, and what it supports."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from esc_tui.domain.errors import EndpointError, UserError
from esc_tui.domain.text import visible
from esc_tui.engines.endpoint.capability import Capability
from esc_tui.engines.endpoint.connection import Connection, Question
from esc_tui.engines.endpoint.faults import EndpointFault, short
from esc_tui.engines.endpoint.loosely import parse_object
from esc_tui.engines.endpoint.models import ModelEntry, context_length, pick_model, read_models
from esc_tui.engines.endpoint.settings import NO_KEY, EndpointSettings, find_key, is_loopback

LOCAL_PORTS = {11434: "Ollama", 8080: "llama.cpp", 8000: "vLLM", 1234: "LM Studio"}
"""Where servers listen when nobody told them otherwise, by their own documentation."""
_ENOUGH = 20
"""Pieces of a stream after which it is plain that the endpoint streams."""
_HOLDS_A_TALK = 4_096
"""Tokens that a talk takes: its longest question (the choice of skills) had 2,620 and may be answered with 1,600 (SmolLM2's tokens)."""
_HOLDS_ALL = 8_192
_MARK = "quiet-harbour-7"
_MARK_SCHEMA: dict[str, Any] = {
    "type": "object", "properties": {"word": {"type": "string", "enum": [_MARK]}}, "required": ["word"],
    "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class DoctorLine:
    """One finding. ``ok`` is None for a plain fact; ``needed`` when the engine cannot work without it."""

    name: str
    ok: bool | None
    text: str
    needed: bool = False


@dataclass(frozen=True, slots=True)
class LocalEndpoint:
    """A server found on this computer: its address, what usually listens there, and the models it lists."""

    url: str
    kind: str
    models: tuple[str, ...]


async def list_models(settings: EndpointSettings, environment: Mapping[str, str] | None = None) -> tuple[ModelEntry, ...]:
    """The models the endpoint lists. Raises EndpointError or UserError."""
    connection = Connection(settings, environment)
    try:
        return await read_models(connection)
    finally:
        await connection.aclose()


async def resolve_model(settings: EndpointSettings, environment: Mapping[str, str] | None = None) -> EndpointSettings:
    """The settings with a model named: their own, or the first that is listed and can hold a talk. Raises as above."""
    if settings.model:
        return settings
    connection = Connection(settings, environment)
    try:
        return replace(settings, model=await pick_model(connection))
    finally:
        await connection.aclose()


async def diagnose(settings: EndpointSettings, environment: Mapping[str, str] | None = None) -> AsyncIterator[DoctorLine]:
    """The findings one by one, as they are made. Raises nothing but what is no fault of the endpoint.

    The endpoint can be used when no line with ``needed`` has ``ok`` False.
    """
    try:
        connection = Connection(settings, environment)
    except UserError as error:
        yield DoctorLine("address", False, str(error), needed=True)
        return
    try:
        async for line in _findings(connection, os.environ if environment is None else environment):
            yield line
    finally:
        await connection.aclose()


async def _findings(connection: Connection, environment: Mapping[str, str]) -> AsyncIterator[DoctorLine]:
    settings = connection.settings
    yield DoctorLine("address", None, connection.base_url)
    try:
        key = find_key(settings, environment)
    except EndpointError as error:
        yield DoctorLine("key", False, str(error), needed=True)
        return
    if key != NO_KEY:
        plain = connection.base_url.startswith("http:") and not is_loopback(urlsplit(connection.base_url).hostname or "")
        yield DoctorLine("key", not plain, "sent without encryption: use https" if plain else "sent to this host alone")
    elif settings.key_variable:
        yield DoctorLine("key", None, f"not sent: {settings.key_variable} is for {visible(settings.key_host, keep_lines=False)}")
    entries: tuple[ModelEntry, ...] = ()
    try:
        entries = await read_models(connection)
        names = ", ".join(entry.name for entry in entries[:8]) + (" …" if len(entries) > 8 else "")
        yield DoctorLine("models", bool(entries), f"{len(entries)} listed: {names}" if entries else "none listed")
    except EndpointError as error:
        yield DoctorLine("models", False, str(error), needed=error.status in (0, 401, 403))
        if error.status in (0, 401, 403):
            return
    model = settings.model
    if not model:
        try:
            model = await pick_model(connection)
        except EndpointError as error:
            yield DoctorLine("model", False, str(error), needed=True)
            return
    listed = not entries or any(entry.name == model for entry in entries)
    yield DoctorLine("model", listed, visible(model, keep_lines=False) + ("" if listed else " is not among those listed"))
    async for line in _talking(connection, model):
        yield line
        if line.needed and line.ok is False:
            return
    yield await _structure(connection, model)
    tokens = await context_length(connection, model, entries)
    small = 0 < tokens < _HOLDS_A_TALK
    told = f"{tokens:,} tokens" if tokens else "not told"
    yield DoctorLine("context length", False if small else None,
                     f"{told}: too few for a whole talk, so questions tell less of it; {_HOLDS_ALL:,} hold everything" if small else told)


async def _talking(connection: Connection, model: str) -> AsyncIterator[DoctorLine]:
    question = Question(model, ({"role": "user", "content": "Count from one to ten in words."},), stream=True)
    begun, first, pieces = time.perf_counter(), 0.0, 0
    try:
        async with aclosing(connection.stream(question)) as deltas:
            async for delta in deltas:
                if delta.text:
                    pieces += 1
                    first = first or time.perf_counter() - begun
                if pieces == _ENOUGH:
                    break
    except EndpointFault as fault:
        if fault.status not in (400, 415, 422, 501):
            yield DoctorLine("answers", False, str(fault), needed=True)
            return
        try:
            answer = await connection.complete(replace(question, stream=False))
        except EndpointError as error:
            yield DoctorLine("answers", False, str(error), needed=True)
            return
        first, pieces = time.perf_counter() - begun, int(bool(answer.text))
    except EndpointError as error:
        yield DoctorLine("answers", False, str(error), needed=True)
        return
    if not pieces:
        yield DoctorLine("answers", False, f"{connection.base_url}: the model answered with no text", needed=True)
        return
    yield DoctorLine("answers", True, f"first words after {first:.2f} s", needed=True)
    yield DoctorLine("streaming", pieces > 1, "yes" if pieces > 1 else "no: replies come in one piece")


async def _structure(connection: Connection, model: str) -> DoctorLine:
    """The strongest structure the endpoint really keeps: the answer must hold a word that only the schema names."""
    asked = ({"role": "user", "content": "Answer with a JSON object that has the field word."},)
    capability: Capability | None = Capability()
    why = ""
    while capability is not None and capability.structure != "prompted":
        question = Question(model, asked, capability.response_format("mark", _MARK_SCHEMA))
        try:
            answer = await connection.complete(question)
            value = parse_object(answer.text)
            if value.get("word") == _MARK:
                return DoctorLine("JSON schema", True, f"kept, by {capability.structure}")
            if capability.structure == "json_object":
                return DoctorLine("JSON schema", False, "not kept, but JSON objects are; replies are checked and repaired")
            why = why or f"ignored ({short(json.dumps(value, ensure_ascii=False), connection.key, 60)})"
        except EndpointError as error:
            why = why or str(error)
        except ValueError:
            why = why or "ignored"
        capability = capability.lower()
    return DoctorLine("JSON schema", False, f"{why}; JSON is asked for in words, checked and repaired")


async def probe_local(ports: Mapping[int, str] | None = None, timeout: float = 0.4) -> tuple[LocalEndpoint, ...]:
    """Servers on this computer that answer with a list of models, in the order of the ports; quick when there is none.

    ``timeout`` in seconds is for opening a port; listing the models of one that is open may take five times as long.
    """
    chosen = LOCAL_PORTS if ports is None else ports
    found = await asyncio.gather(*(_probe(port, kind, timeout) for port, kind in chosen.items()))
    return tuple(endpoint for endpoint in found if endpoint is not None)


async def _probe(port: int, kind: str, timeout: float) -> LocalEndpoint | None:
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), timeout)
        writer.close()
        await writer.wait_closed()
    except (OSError, TimeoutError):
        return None
    url = f"http://127.0.0.1:{port}"
    try:
        entries = await list_models(EndpointSettings(url, timeout=timeout * 5), {})
    except UserError:
        return None
    return LocalEndpoint(url, kind, tuple(entry.name for entry in entries))
