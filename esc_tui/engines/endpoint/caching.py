"""Answers kept from before, by everything that matters for them: a run that was killed and goes on repeats no finished call.

Only answers that passed their role's check are kept. Nothing is kept outside of runs.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

from esc_tui.engines.endpoint.schemas import without_bounds

KEY_VERSION = 1
"""Part of every key; raised when answers of before must not be taken any more."""


class AnswerCache(Protocol):
    """Where answers are kept; a run keeps them in its bank."""

    def find(self, key: str) -> str | None:
        """The text of the answer, or None. Quick; never raises for a key it has not."""
        ...

    async def keep(self, key: str, answer: str) -> None:
        """Keep the text of an answer that was found good; returns once it is stored, so that nothing comes of an answer that is not."""
        ...

    def turn(self, key: str) -> AbstractAsyncContextManager[None]:
        """Held while a question is asked: whoever asks the same meanwhile waits, and then finds the answer."""
        ...


class Turns:
    """One question at a time for each key. Two arms of a run that are still the same talk so get the same answer, also when they ask at
    the same moment and the model would draw two.
    """

    def __init__(self) -> None:
        self._asked: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        """As ``AnswerCache.turn``."""
        lock, waiting = self._asked.get(key, (None, 0))
        lock = lock or asyncio.Lock()
        self._asked[key] = lock, waiting + 1
        try:
            async with lock:
                yield
        finally:
            waiting = self._asked[key][1] - 1
            if waiting:
                self._asked[key] = lock, waiting
            else:
                del self._asked[key]


def answer_key(*, url: str, model: str, role: str, prompt: str, schema: dict[str, Any], temperature: float, max_tokens: int,
               seed: int | None, replicate: str) -> str:
    """SHA-256 of all that the answer depends on. ``url`` is the endpoint's base address, which holds no key; ``prompt`` the hash of
    the messages.

    How the endpoint is held to the schema, its bounds included, is left out: it is found out anew by every process and changes nothing in
    what is asked.
    """
    parts = [KEY_VERSION, url, model, role, prompt, _schema_hash(schema), temperature, max_tokens, seed, replicate]
    return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()


_HASHES: dict[int, tuple[dict[str, Any], str]] = {}
_MOST_HASHES = 64


def _schema_hash(schema: dict[str, Any]) -> str:
    """Written out once for a schema that is used again and again, as most are."""
    known = _HASHES.get(id(schema))
    if known is not None and known[0] is schema:
        return known[1]
    if len(_HASHES) >= _MOST_HASHES:
        _HASHES.clear()
    found = hashlib.sha256(json.dumps(without_bounds(schema), separators=(",", ":")).encode()).hexdigest()
    _HASHES[id(schema)] = (schema, found)
    return found
