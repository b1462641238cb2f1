"""Vectors of texts from an ``/embeddings`` call of the OpenAI protocol, whatever form the server gives them in."""

from __future__ import annotations

import asyncio
import base64
import binascii
import math
import re
import sys
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from esc_tui.domain.errors import EndpointError
from esc_tui.engines.endpoint.connection import Connection
from esc_tui.engines.endpoint.faults import EndpointFault, Sleep, Tries, too_long
from esc_tui.engines.endpoint.models import read_models
from esc_tui.engines.endpoint.settings import EndpointSettings

BATCH = 32
"""Texts in one request. Vectors of 4,096 numbers in digits then make 3 MB, below the 4 MB an answer may have."""
MOST_TEXT = 2_000
"""Characters of a text that are sent: about what the usual limit of 512 tokens holds."""
_SHORTEST = 200
"""A text refused as too long is halved down to so many characters."""
MOST_NUMBERS = 16_384
_FOR_VECTORS = re.compile(r"(?i)embed|bge-|minilm|e5-|gte-")


class EndpointEmbedder:
    """Asks one endpoint for vectors. The key of another host is never sent (see ``EndpointSettings``)."""

    def __init__(self, settings: EndpointSettings, environment: Mapping[str, str] | None = None,
                 sleep: Sleep = asyncio.sleep) -> None:
        self.settings, self._sleep = settings, sleep
        self._connection = Connection(settings, environment)
        self._model = settings.model

    @property
    def model(self) -> str:
        """The model's name; empty until the first call where the settings give none."""
        return self._model

    async def know_model(self) -> str:
        """The model's name: that of the settings, else the first listed whose name tells that it makes vectors, else the only one.

        Raises EndpointError when there is no such model.
        """
        if not self._model:
            names = [entry.name for entry in await read_models(self._connection)]
            fitting = [name for name in names if _FOR_VECTORS.search(name)] or (names if len(names) == 1 else [])
            if not fitting:
                raise EndpointError("the endpoint lists no model that can be told to make vectors", self._connection.base_url,
                                    "name it in the setting embeddings_model")
            self._model = fitting[0]
        return self._model

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector a text, in order and all of one length. Raises EndpointError."""
        await self.know_model()
        vectors: list[list[float]] = []
        for start in range(0, len(texts), BATCH):
            vectors += await self._batch([text[:MOST_TEXT] for text in texts[start:start + BATCH]])
        if len({len(vector) for vector in vectors}) > 1:
            raise self._wrong("vectors of different lengths")
        return vectors

    async def aclose(self) -> None:
        """Close the connections; the next question opens new ones."""
        await self._connection.aclose()

    async def _batch(self, texts: list[str]) -> list[list[float]]:
        tries = Tries(self.settings.tries, self.settings.timeout * 2, self._sleep)
        while True:
            try:
                return self._read(await self._connection.fetch("/embeddings", {"model": self._model, "input": texts}), len(texts))
            except EndpointFault as fault:
                if too_long(fault) and len(texts) > 1:
                    middle = len(texts) // 2
                    return await self._batch(texts[:middle]) + await self._batch(texts[middle:])
                if too_long(fault) and len(texts[0]) > _SHORTEST:
                    return await self._batch([texts[0][:max(_SHORTEST, len(texts[0]) // 2)]])
                if not await tries.again(fault):
                    raise

    def _read(self, body: Any, count: int) -> list[list[float]]:
        """The vectors in an answer, put in the order of the texts. Raises EndpointFault."""
        rows = body.get("data", body.get("embeddings")) if isinstance(body, dict) else body
        if not isinstance(rows, list) or len(rows) != count:
            given = f"{len(rows)} vectors for {count} texts" if isinstance(rows, list) else "no vectors"
            raise self._wrong(given)
        places = [row.get("index") if isinstance(row, dict) else None for row in rows]
        if sorted(place for place in places if isinstance(place, int)) == list(range(count)):
            rows = [row for _, row in sorted(zip(places, rows, strict=True), key=lambda pair: int(pair[0] or 0))]
        return [self._vector(row.get("embedding") if isinstance(row, dict) else row) for row in rows]

    def _vector(self, value: Any) -> list[float]:
        if isinstance(value, str):
            value = self._decoded(value)
        if isinstance(value, list) and value and isinstance(value[0], list):
            if len(value) != 1:
                raise self._wrong("one vector for each token", "start the server with pooling, or choose a model that is made for vectors")
            value = value[0]
        if not isinstance(value, list) or not 0 < len(value) <= MOST_NUMBERS:
            raise self._wrong("something that is no vector")
        if not all(isinstance(number, (int, float)) and not isinstance(number, bool) for number in value):
            raise self._wrong("a vector that holds more than numbers")
        try:
            vector = [float(number) for number in value]
        except OverflowError:
            vector = [math.inf]
        if not all(map(math.isfinite, vector)):
            raise self._wrong("a vector with numbers that are none")
        if not any(vector):
            raise self._wrong("a vector of zeros")
        return vector

    def _decoded(self, text: str) -> list[float]:
        """32-bit floats, little-endian, in base64: the other form of the protocol."""
        numbers = array("f")
        try:
            numbers.frombytes(base64.b64decode(text, validate=True))
        except (binascii.Error, ValueError):
            raise self._wrong("a vector that cannot be decoded") from None
        if sys.byteorder == "big":
            numbers.byteswap()
        return numbers.tolist()

    def _wrong(self, given: str, remedy: str = "") -> EndpointFault:
        return EndpointFault(f"the endpoint answered with {given}", f"{self._connection.base_url}/embeddings",
                             remedy or "choose a model that is made for vectors with the setting embeddings_model", 200)
