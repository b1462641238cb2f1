"""Making the vectors of units for recall by meaning: only those that are missing, a batch at a time, so that it can be stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.bank.vectors import drop_vectors, store_vectors, texts_to_embed
from esc_tui.domain.errors import UserError

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.engines.roles import Embedder

BATCH = 64
"""Units whose vectors are stored together; stopping loses at most one such batch."""


@dataclass(frozen=True, slots=True)
class VectorProgress:
    """How far it is: ``done`` of ``total`` missing vectors; ``kept_here`` units whose words may not be sent to this embedder."""

    model: str
    done: int
    total: int
    kept_here: int


async def make_vectors(bank: Bank, embedder: Embedder, *, near: bool, again: bool = False) -> AsyncIterator[VectorProgress]:
    """Make and store the missing vectors; one report before the first batch and one after each.

    ``near``: the embedder is on this computer, so that any words may be sent to it. ``again`` removes the model's vectors
    first. Raises EndpointError when the embedder fails; what was stored stays.
    """
    know = getattr(embedder, "know_model", None)
    model: str = embedder.model or (await know() if know is not None else "")
    if not model:
        raise UserError("the embedder does not name its model", type(embedder).__name__, "a model's name belongs to its vectors")
    writing = bank.writing
    if again:
        drop_vectors(writing, model)
    missing = texts_to_embed(writing, model)
    sent = [one for one in missing if near or one.quotable]
    kept_here = len(missing) - len(sent)
    done = 0
    yield VectorProgress(model, done, len(sent), kept_here)
    for start in range(0, len(sent), BATCH):
        batch = sent[start:start + BATCH]
        vectors = await embedder.embed([one.text for one in batch])
        if len(vectors) != len(batch):
            raise UserError(f"the embedder gave {len(vectors)} vectors for {len(batch)} texts", model, "mend the embedder")
        store_vectors(writing, model, batch, vectors)
        done += len(batch)
        yield VectorProgress(model, done, len(sent), kept_here)
