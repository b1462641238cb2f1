"""Likeness of replies to references by an embedding model, where one is set. Two honest measures, neither of them BERTScore.

BERTScore matches tokens by vectors that know their sentence; an embeddings endpoint gives none. So: the cosine of the whole
texts' vectors, and a greedy matching of words by vectors of the words alone, as BERTScore's F1 would do it without context.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from esc_tui.evaluate.wording import tokens

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from esc_tui.engines.roles import Embedder
    from esc_tui.evaluate.responses import Phase
    from esc_tui.settings.model import Settings

    Floats = npt.NDArray[np.float64]

AT_ONCE = 256
"""Texts between two reports of progress."""
MOST_WORDS = 200
"""Words of a text that are matched."""


def likeness_scores(settings: Settings, replies: Sequence[str | None], references: Sequence[str],
                    phase: Callable[[str], Phase]) -> dict[str, tuple[str, Floats]]:
    """``sentence_cosine`` and ``word_match_f1``, each with the model's name and one number an item (NaN: no reply).

    Empty where no embedder is set. Raises EndpointError when it fails, UserError when it cannot be had.
    """
    from esc_tui.support.semantic import embedder_for

    embedder = embedder_for(settings)
    if embedder is None:
        return {}
    texts = sorted({*(reply for reply in replies if reply), *(text for text in references if text.strip())})
    words = sorted({word for text in texts for word in _words(text)})
    vectors = asyncio.run(_vectors(embedder, [*texts, *words], phase("comparing by meaning")))
    by_text = dict(zip(texts, vectors[: len(texts)], strict=True))
    by_word = dict(zip(words, vectors[len(texts):], strict=True))
    pairs = list(zip(replies, references, strict=True))
    return {"sentence_cosine": (embedder.model, _each(pairs, lambda reply, text: _cosine(by_text.get(reply), by_text.get(text)))),
            "word_match_f1": (embedder.model, _each(pairs, lambda reply, text: _word_match(reply, text, by_word)))}


def _words(text: str) -> list[str]:
    return [token for token in tokens(text) if token[0].isalnum()][:MOST_WORDS]


async def _vectors(embedder: Embedder, texts: Sequence[str], told: Phase) -> Floats:
    """One vector of length 1 a text, shape (texts, numbers)."""
    import numpy as np

    rows: list[list[float]] = []
    try:
        for start in range(0, len(texts), AT_ONCE):
            rows += await embedder.embed(texts[start:start + AT_ONCE])
            told.progress(len(rows), len(texts), unit="texts")
    finally:
        close = getattr(embedder, "aclose", None)
        if close is not None:
            await close()
    vectors = np.array(rows, dtype=np.float64)
    found: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return found


def _each(pairs: Sequence[tuple[str | None, str]], score: Callable[[str, str], float]) -> Floats:
    import numpy as np

    return np.array([float("nan") if reply is None else score(reply, text) for reply, text in pairs], dtype=np.float64)


def _cosine(one: Any, two: Any) -> float:
    """0 where one side has no words."""
    return 0.0 if one is None or two is None else float(one @ two)


def _word_match(reply: str, reference: str, vectors: Mapping[str, Any]) -> float:
    """F1 of greedy matching: every word goes with its nearest on the other side; 0 where one side has no words."""
    import numpy as np

    said, wanted = _words(reply), _words(reference)
    if not said or not wanted:
        return 0.0
    likeness = np.array([vectors[word] for word in said]) @ np.array([vectors[word] for word in wanted]).T
    precision, recall = float(likeness.max(axis=1).mean()), float(likeness.max(axis=0).mean())
    return 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
