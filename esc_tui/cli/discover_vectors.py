"""``esc-tui discover vectors``: the vectors that recall by meaning looks through."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from esc_tui.cli.common import Exit, open_session_bank, settings_from
from esc_tui.cli.narration import Display, Narrator
from esc_tui.domain.errors import WrongUseError
from esc_tui.domain.text import visible

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.discover.vectors import VectorProgress
    from esc_tui.engines.roles import Embedder


def run_vectors(bank: str | None, options: dict[str, Any], again: bool, display: Display) -> int:
    """Make the missing vectors of all units. Raises UserError without an embedder, EndpointError when it fails."""
    from esc_tui.support.semantic import embedder_for, words_may_be_sent

    settings = settings_from({"bank": bank, **options})
    embedder = embedder_for(settings)
    if embedder is None:
        raise WrongUseError("there is nothing that makes vectors", "settings",
                            "give an embeddings endpoint with --embeddings URL, or install a local embedder")
    narrator = Narrator("vectors", display)
    with open_session_bank(settings, make=False) as opened:
        last = asyncio.run(_make(opened, embedder, words_may_be_sent(settings, False), again, narrator))
        from esc_tui.bank.vectors import dimensions, vector_models

        held = dict(vector_models(opened.connection)).get(last.model, 0)
        size = dimensions(opened.connection, last.model)
    name = visible(last.model, keep_lines=False)
    told = [f"{last.done:,} new vectors by {name}; the bank holds {held:,} of {size:,} numbers each."]
    if last.kept_here:
        told.append(f"{last.kept_here:,} units stayed without one: their licence, or a live talk, keeps their words on this computer.")
    narrator.result({"kind": "result", "job": "vectors", "model": last.model, "new": last.done, "vectors": held, "dimensions": size,
                     "kept_here": last.kept_here}, "\n".join(told))
    return Exit.DONE


async def _make(bank: Bank, embedder: Embedder, near: bool, again: bool, narrator: Narrator) -> VectorProgress:
    from esc_tui.discover.roles import closing
    from esc_tui.discover.vectors import VectorProgress, make_vectors

    last = VectorProgress(embedder.model, 0, 0, 0)
    async with closing(embedder):
        try:
            async for last in make_vectors(bank, embedder, near=near, again=again):
                narrator.progress(last.done, last.total, unit="texts")
        except (KeyboardInterrupt, asyncio.CancelledError):
            narrator.tell(f"Stopped; {last.done:,} new vectors are stored. Run the same command again to go on.")
            raise
    return last
