"""What counts as copied words: the runs of words that texts are compared by. Pure rules; a skill holds no copy of a dialogue."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from esc_tui.domain.text import normalised

SHARED_WORDS = 8
"""So many words in a row that a skill and a line of a dialogue have in common are a copy."""
LEAK_WORDS = 6
"""So many words in a row of a hidden wish, or Chinese characters, give it away."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_SLOT = re.compile(r"\{[^{}]*\}")


def word_runs(words: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    """Every run of so many words in a row, in order."""
    return (tuple(words[at:at + length]) for at in range(len(words) - length + 1))


def spoken_words(text: str) -> list[str]:
    """The words of a text, case and marks aside; Han characters, which no blanks part, one by one."""
    return [word for piece in normalised(text).split() for word in (piece if _HAN.search(piece) else [piece])]


def wish_runs(text: str) -> set[tuple[str, ...]]:
    """The runs of words that a seeker may not have in common with its hidden wish."""
    return set(word_runs(spoken_words(text), LEAK_WORDS))


def text_runs(text: str) -> set[tuple[str, ...]]:
    """The runs of eight words that a text may not have in common with a source, case and marks aside; a slot breaks a run."""
    return {run for part in _SLOT.split(text) for run in word_runs(normalised(part).split(), SHARED_WORDS)}
