"""What counts as copied words: the runs of words that texts are compared by. Pure rules; a skill holds no copy of a dialogue."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from esc_tui.domain.text import normalised

SHARED_WORDS = 8
"""So many words in a row that a skill and a line of a dialogue have in common are a copy."""
_SLOT = re.compile(r"\{[^{}]*\}")


def word_runs(words: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    """Every run of so many words in a row, in order."""
    return (tuple(words[at:at + length]) for at in range(len(words) - length + 1))


def text_runs(text: str) -> set[tuple[str, ...]]:
    """The runs of eight words that a text may not have in common with a source, case and marks aside; a slot breaks a run."""
    return {run for part in _SLOT.split(text) for run in word_runs(normalised(part).split(), SHARED_WORDS)}
