"""Likeness of replies by an embedding model, where one is set. Filled in when an embeddings endpoint is configured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


def likeness_scores(settings: Any, replies: Sequence[str | None], references: Sequence[str],
                    phase: Callable[[str], Any]) -> dict[str, tuple[str, Any]]:
    """Scores by name with the model's name; none without an embeddings endpoint."""
    return {}
