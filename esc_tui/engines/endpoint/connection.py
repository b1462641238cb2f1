"""One endpoint as the roles see it: single requests that either give text or raise one clear fault. No second tries here."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from esc_tui.engines.endpoint.calling import SCOPE, CallCounter
from esc_tui.engines.endpoint.circling import CIRCLES
from esc_tui.engines.endpoint.crowding import Crowd
from esc_tui.engines.endpoint.faults import (
    EndpointFault,
    broke_off,
    endless,
    short,
    status_fault,
    too_slow,
    unreachable,
)
from esc_tui.engines.endpoint.plain import PlainClient, Refusal, Unreachable
from esc_tui.engines.endpoint.replies import BadBodyError, BodyReader, Delta
from esc_tui.engines.endpoint.settings import EndpointSettings, find_key, root_url
from esc_tui.engines.endpoint.transport import load_failures, make_ssl_context, needs_proxy, open_client

Message = dict[str, str]
_WHOLE_STREAM = 4.0
"""A streamed answer may take this many time-outs in all, so that a server that drips for ever is left in the end."""


@dataclass(frozen=True, slots=True)
class Question:
    """One chat-completions request. ``token_field`` is the name the server knows for the limit; empty sends none."""

    model: str
    messages: tuple[Message, ...]
    response_format: dict[str, Any] | None = None
    temperature: float | None = None
    token_field: str = ""
    max_tokens: int = 0
    stream: bool = False
    seed: int | None = None

    @property
    def length(self) -> int:
        """Bytes of the messages."""
        return sum(len(text.encode("utf-8", "replace")) for message in self.messages for text in message.values())

    def arguments(self) -> dict[str, Any]:
        """The request as the OpenAI client takes it; what is not set is left out."""
        given: dict[str, Any] = {"model": self.model, "messages": list(self.messages)}
        if self.response_format is not None:
            given["response_format"] = self.response_format
        if self.temperature is not None:
            given["temperature"] = self.temperature
        if self.token_field and self.max_tokens:
            given[self.token_field] = self.max_tokens
        if self.seed is not None:
            given["seed"] = self.seed
        if self.stream:
            given["stream"] = True
        return given


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole text of an answer, why it ended, whether it came in pieces, and whether the question was shortened to fit."""

    text: str
    finish: str = ""
    streamed: bool = False
    shortened: bool = False

    @property
    def cut(self) -> bool:
        """True when it has no end of its own."""
        return self.finish in ("length", CIRCLES)


class Connection:
    """A lazily opened client for one endpoint; usable from one event loop after another.

    ``counter`` counts every call made here; a run has one of its own beside it, in the scope of its calls.
    """

    def __init__(self, settings: EndpointSettings, environment: Mapping[str, str] | None = None) -> None:
        self.settings = settings
        self.base_url = settings.base_url
        self._environment = os.environ if environment is None else environment
        self._key = ""
        self._client: Any = None
        self._http: Any = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._plain: PlainClient | None = None
        self._plainly: bool | None = None
        self.counter = CallCounter()
        self.crowd = Crowd()

    @property
    def key(self) -> str:
        """The key in use, for taking it out of texts; never shown."""
        return self._key

    async def complete(self, question: Question) -> Answer:
        """Ask and wait for the whole answer, ``timeout`` seconds at most. Raises EndpointFault or EndpointError."""
        reader = BodyReader()
        texts: list[str] = []
        finish = ""
        try:
            async with asyncio.timeout(self.settings.timeout), aclosing(self._deltas(question, reader)) as deltas:
                async for delta in deltas:
                    texts.append(delta.text)
                    finish = delta.finish or finish
        except TimeoutError:
            raise self._too_slow() from None
        return Answer("".join(texts), finish, reader.streamed)

    async def whole(self, question: Question) -> Answer:
        """Ask and wait for the whole answer as ``complete`` does, with a tenth of its processor time: for the many calls of runs."""
        if self._plainly is None:
            self._plainly = not needs_proxy(self.base_url)
        if not self._plainly:
            return await self.complete(question)
        client = await self._open_plain()
        reader = BodyReader()
        texts: list[str] = []
        self._sent()
        failed = True
        try:
            found = await client.post(question.arguments(), reader)
            if isinstance(found, Refusal):
                if not found.elsewhere:
                    raise status_fault(self.base_url, found.status, found.headers, found.text, self._key)
            else:
                texts = [delta.text for delta in found]
                failed = False
        except TimeoutError:
            raise too_slow(self.base_url, self.settings.timeout) from None
        except Unreachable as error:
            raise (broke_off(self.base_url) if error.broke else unreachable(self.base_url, error.why, self._key)) from None
        except BadBodyError as error:
            raise self._bad_body(error) from None
        finally:
            self._ended(question, reader, texts, failed)
        if isinstance(found, Refusal):
            self._plainly = False
            return await self.complete(question)
        return Answer("".join(texts), next((delta.finish for delta in reversed(found) if delta.finish), ""), reader.streamed)

    def _sent(self) -> None:
        scope = SCOPE.get()
        self.counter.sent()
        if scope is not None and scope.counter is not None:
            scope.counter.sent()

    def _ended(self, question: Question, reader: BodyReader, texts: list[str], failed: bool) -> None:
        scope = SCOPE.get()
        length = 0 if failed or reader.tokens else question.length + sum(len(text.encode("utf-8", "replace")) for text in texts)
        self.counter.ended(reader.tokens, length, failed=failed)
        if scope is not None and scope.counter is not None:
            scope.counter.ended(reader.tokens, length, failed=failed)

    async def stream(self, question: Question) -> AsyncGenerator[Delta, None]:
        """Ask and give the answer as it comes; closing the generator ends the request at once.

        The request lives in a task of its own, so the generator may be stepped from any task. Raises as ``complete``.
        """
        queue: asyncio.Queue[Delta | Exception | None] = asyncio.Queue()
        task = asyncio.create_task(self._pump(question, queue))
        try:
            while (item := await queue.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _pump(self, question: Question, queue: asyncio.Queue[Delta | Exception | None]) -> None:
        limit = self.settings.timeout * _WHOLE_STREAM
        try:
            async with asyncio.timeout(limit), aclosing(self._deltas(question, BodyReader())) as deltas:
                async for delta in deltas:
                    queue.put_nowait(delta)
            queue.put_nowait(None)
        except TimeoutError:
            queue.put_nowait(endless(self.base_url, limit))
        except Exception as error:  # whatever it is, the reader of the queue must hear of it
            queue.put_nowait(error)

    async def _deltas(self, question: Question, reader: BodyReader) -> AsyncGenerator[Delta, None]:
        client, _ = await self._open()
        texts: list[str] = []
        self._sent()
        failed = True
        try:
            call = client.chat.completions.with_streaming_response.create(**question.arguments())
            async with call as response:
                async with aclosing(response.iter_bytes()) as body:
                    async for data in body:
                        for delta in reader.feed(data):
                            texts.append(delta.text)
                            yield delta
                for delta in reader.finish():
                    texts.append(delta.text)
                    yield delta
            failed = False
        except EndpointFault:
            raise
        except BadBodyError as error:
            raise self._bad_body(error) from None
        except GeneratorExit:
            failed = False  # whoever asked has enough of it
            raise
        except Exception as error:
            raise self._fault(error) from None
        finally:
            self._ended(question, reader, texts, failed)

    async def fetch(self, path: str, body: dict[str, Any] | None = None, below_root: bool = False) -> Any:
        """The JSON found at ``path`` under the base URL (or the server's root); a POST when ``body`` is given.

        Raises EndpointFault.
        """
        _, http = await self._open()
        url = (root_url(self.base_url) if below_root else self.base_url) + path
        try:
            async with asyncio.timeout(self.settings.timeout):
                response = await http.request("GET" if body is None else "POST", url, json=body)
        except EndpointFault:
            raise
        except TimeoutError:
            raise self._too_slow() from None
        except Exception as error:
            raise self._fault(error) from None
        if response.status_code >= 300:
            raise status_fault(url, response.status_code, response.headers, response.text, self._key)
        try:
            return json.loads(response.content)
        except (ValueError, RecursionError):
            piece = short(response.text, self._key)
            raise EndpointFault(f"the endpoint answered with something that is not JSON ({piece})", url,
                                "check that this is the address of a model server", response.status_code,
                                body=piece) from None

    async def aclose(self) -> None:
        """Close the connections; the next question opens new ones."""
        http, self._http, self._client = self._http, None, None
        plain, self._plain = self._plain, None
        if self._loop is not asyncio.get_running_loop():
            return
        if http is not None:
            await http.aclose()
        if plain is not None:
            await plain.aclose()

    async def _open(self) -> tuple[Any, Any]:
        """The OpenAI client and the HTTP client below it, made for the running event loop."""
        loop = asyncio.get_running_loop()
        if self._client is not None and self._loop is loop:
            return self._client, self._http
        if self._loop is not loop:
            self._plain = None
        self._key = find_key(self.settings, self._environment)
        await asyncio.to_thread(load_failures)
        verify = await asyncio.to_thread(make_ssl_context, self.base_url)
        if self._client is None or self._loop is not loop:
            self._client, self._http = open_client(self.base_url, self._key, self.settings.timeout, verify)
            self._loop = loop
        return self._client, self._http

    async def _open_plain(self) -> PlainClient:
        """The client for whole answers, made for the running event loop."""
        loop = asyncio.get_running_loop()
        if self._plain is not None and self._loop is loop:
            return self._plain
        key = find_key(self.settings, self._environment)
        verify = await asyncio.to_thread(make_ssl_context, self.base_url)
        if self._plain is None or self._loop is not loop:
            if self._loop is not loop:
                self._client = self._http = None
            self._key, self._loop = key, loop
            self._plain = PlainClient(self.base_url, key, self.settings.timeout, verify)
        return self._plain

    def _too_slow(self) -> EndpointFault:
        return too_slow(self.base_url, self.settings.timeout)

    def _bad_body(self, error: BadBodyError) -> EndpointFault:
        piece = short(error.piece, self._key)
        return EndpointFault(f"{error.why} ({piece})" if piece else error.why, self.base_url,
                             "check that this is the address of a chat model", 200, passing=error.passing, body=piece)

    def _fault(self, error: Exception) -> Exception:
        """The fault that stands for an error of the HTTP client; anything else is a mistake of ours and stays itself."""
        known = load_failures()
        if isinstance(error, known.timeouts):
            return self._too_slow()
        if isinstance(error, known.status):
            answer: Any = error
            return status_fault(self.base_url, answer.response.status_code, answer.response.headers,
                                answer.response.text, self._key)
        if isinstance(error, known.all):
            cause = error.__cause__ or error
            if isinstance(error, known.breaks) or isinstance(cause, known.breaks):
                return broke_off(self.base_url)
            return unreachable(self.base_url, _root(error) or str(cause) or type(cause).__name__, self._key)
        return error


def _root(error: BaseException) -> str:
    """What the operating system said at the bottom of an error, e.g. "Connection refused"; empty when it said nothing."""
    found, below = "", error.__cause__ or error.__context__
    for _ in range(12):
        if below is None:
            break
        if isinstance(below, BaseExceptionGroup):
            below = below.exceptions[0]
        if isinstance(below, OSError) and below.strerror:
            known = isinstance(below, ConnectionError) and below.errno
            found = os.strerror(below.errno) if known and below.errno else str(below.strerror)
        below = below.__cause__ or below.__context__
    return found
