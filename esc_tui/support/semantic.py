"""Recall by meaning, beside recall by words: vectors kept in the bank, compared with the vector of the seeker's message.

Vectors come from an embeddings endpoint (the setting ``embeddings``), or from a local embedder that an installed package
offers under the entry point group ``esc_tui.embedders``. Without either, or without vectors in the bank, nothing is loaded.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.vectors import holds_vectors, load_vectors
from esc_tui.domain.errors import EndpointError, UserError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from esc_tui.engines.endpoint import EndpointSettings
    from esc_tui.engines.roles import Embedder
    from esc_tui.settings.model import Settings

GROUP = "esc_tui.embedders"
"""Entry point group of local embedders; each names a callable without arguments that gives an ``engines.roles.Embedder``."""
BY_MEANING = 40
"""How many units nearest in meaning are looked at."""
LONGEST_WAIT = 10.0
"""Seconds a turn waits for the vector of a message before it goes on by words alone."""
REST = 60.0
"""Seconds in which an embedder that failed is not asked again."""

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Meaning:
    """The vector of a message (None: go by words alone) and, when it could not be had, a sentence for the person."""

    vector: Vector | None = None
    note: str = ""


def embeddings_settings(settings: Settings, *, in_turn: bool = False) -> EndpointSettings:
    """How to reach the embeddings endpoint; a key goes only to the host it is for. ``in_turn`` bounds the waiting."""
    from esc_tui.engines.endpoint import EndpointSettings
    from esc_tui.settings.model import host_of

    host = host_of(settings.embeddings)
    for_this_host = bool(host) and settings.key_host.lower() in {host, host.rpartition(":")[0]}
    return EndpointSettings(
        url=settings.embeddings, model=settings.embeddings_model, key_variable=settings.key_variable if for_this_host else "",
        timeout=min(settings.timeout, LONGEST_WAIT) if in_turn else settings.timeout, tries=2 if in_turn else 3)


def local_embedders() -> dict[str, EntryPoint]:
    """The local embedders that installed packages offer, by name."""
    from importlib.metadata import entry_points

    return {point.name: point for point in sorted(entry_points(group=GROUP), key=lambda point: point.name, reverse=True)}


def embedder_for(settings: Settings, *, in_turn: bool = False) -> Embedder | None:
    """The embedder the settings name: an endpoint's, else a local one (that of ``embeddings_model``, else the first by name).

    None when there is neither. Raises UserError when a local one cannot be loaded or has no such name.
    """
    if settings.embeddings:
        from esc_tui.engines.endpoint.embedding import EndpointEmbedder

        return EndpointEmbedder(embeddings_settings(settings, in_turn=in_turn))
    offered = local_embedders()
    if not offered:
        return None
    name = settings.embeddings_model or min(offered)
    if name not in offered:
        raise UserError(f"no installed package offers an embedder called '{name}'", "setting embeddings_model",
                        f"choose one of: {', '.join(sorted(offered))}")
    try:
        made: Embedder = offered[name].load()()
    except Exception as error:  # a plug-in may fail in any way; that must not stop the program
        raise UserError(f"the local embedder '{name}' cannot be loaded ({type(error).__name__}: {error})", offered[name].value,
                        "mend or remove the package") from error
    return made


def words_may_be_sent(settings: Settings, quotable: bool) -> bool:
    """Whether a unit's words may be sent to the embedder of these settings: anywhere when quotable, else on this computer alone."""
    return quotable or not settings.embeddings or embeddings_settings(settings).loopback


class SemanticRecall:
    """The embedder of a session and the bank's vectors for it, read once. Vectors made later count from the next session on."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._embedder: Embedder | None = None
        self._sought = False
        self._numbers: NDArray[np.int64] | None = None
        self._matrix: NDArray[np.float32] | None = None
        self._loading = threading.Lock()
        self._failed_at = -REST

    async def meaning(self, connection: BankConnection, text: str) -> Meaning:
        """The vector of a message. Never raises for an endpoint or plug-in that fails: then the note says so."""
        if not text.strip() or not await asyncio.to_thread(holds_vectors, connection):
            return Meaning()
        if time.monotonic() - self._failed_at < REST:
            return Meaning(note="The embedder failed a moment ago; units were recalled by words alone.")
        try:
            if not self._sought:
                self._embedder = await asyncio.to_thread(embedder_for, self._settings, in_turn=True)
                self._sought = True
            embedder = self._embedder
            if embedder is None or (embedder.model and not await asyncio.to_thread(holds_vectors, connection, embedder.model)):
                return Meaning()
            [numbers] = await self._embed(embedder, [text])
            vector = np.asarray(numbers, dtype=np.float32)
            length = float(np.linalg.norm(vector))
            if not length or not np.isfinite(length):
                raise UserError("the vector of the message is none")
            await asyncio.to_thread(self._load, connection, embedder.model)
        except Exception as error:
            # Recall by words is always there, so whatever a plug-in raises is told and no more.
            if isinstance(error, EndpointError):
                self._failed_at = time.monotonic()
            what = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}."
            return Meaning(note=f"Units were recalled by words alone: {what}")
        return Meaning(vector / length)

    async def _embed(self, embedder: Embedder, texts: Sequence[str]) -> list[list[float]]:
        if self._settings.embeddings:
            return await embedder.embed(texts)
        # A local embedder may compute for a while without ever waiting; the screen must not stand still meanwhile.
        return await asyncio.to_thread(lambda: asyncio.run(_asked(embedder, texts)))

    def _load(self, connection: BankConnection, model: str) -> None:
        with self._loading:
            if self._matrix is None:
                self._numbers, self._matrix = load_vectors(connection, model)

    def closeness(self, vector: Vector) -> Closeness:
        """How close all units are in meaning to a message."""
        if self._numbers is None or self._matrix is None or self._matrix.shape[1] != len(vector):
            return Closeness(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))
        return Closeness(self._numbers, self._matrix @ vector)

    async def aclose(self) -> None:
        """Close the embedder's connections if it has any."""
        close: Any = getattr(self._embedder, "aclose", None)
        if close is not None:
            await close()


async def _asked(embedder: Embedder, texts: Sequence[str]) -> list[list[float]]:
    return await embedder.embed(texts)


class Closeness:
    """How close units are to a message, 0-1: the way of their cosine from the mean over all units (0) to sameness (1).

    Counted from the mean, because models differ in how alike they find any two texts: unrelated lines have a cosine near 0.1
    with some and 0.75 with others.
    """

    def __init__(self, numbers: NDArray[np.int64], cosines: NDArray[np.float32]) -> None:
        self._numbers = numbers  # in falling order
        mean = float(cosines.mean()) if len(cosines) else 0.0
        self._shares = np.clip((cosines - mean) / max(1e-6, 1.0 - mean), 0.0, 1.0)

    def best(self, count: int = BY_MEANING) -> list[int]:
        """Display numbers of the closest units, closest first; those no closer than the mean are left out."""
        shares = self._shares
        places = np.argpartition(shares, -count)[-count:] if len(shares) > count else np.arange(len(shares))
        ordered = places[np.argsort(-shares[places], kind="stable")]
        return [int(self._numbers[place]) for place in ordered if shares[place] > 0]

    def of(self, number: int) -> float:
        """How close one unit is; 0 when it has no vector."""
        place = len(self._numbers) - int(np.searchsorted(self._numbers[::-1], number, side="right"))
        known = 0 <= place < len(self._numbers) and int(self._numbers[place]) == number
        return float(self._shares[place]) if known else 0.0


def fused(by_words: float, by_meaning: float) -> float:
    """One likeness of two (0-1 each): 1 - (1 - words)(1 - meaning).

    Either is enough to be recalled, both together count more, and without a vector it is the likeness of words unchanged.
    """
    return 1.0 - (1.0 - by_words) * (1.0 - by_meaning)
