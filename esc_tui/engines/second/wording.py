"""Words of a talk: told apart, brought to a root, compared with what was said before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files

from rapidfuzz import fuzz

from esc_tui.domain.text import split_sentences

SAME_SENTENCE = 82.0
"""Likeness of rapidfuzz (0-100) from which a sentence counts as said before: it forgives one exchanged noun in eight words."""
SHORTEST_COMPARED = 4

_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+")
_SPACES = re.compile(r"\s+")
_ENDINGS = ("fulness", "ingly", "ments", "ation", "iness", "edly", "ment", "ness", "ings", "ies", "ing", "ied", "ers", "est", "ful",
            "ed", "er", "es", "ly", "y", "s", "e")
_HOLLOW = frozenset(files(__package__).joinpath("hollow.txt").read_text(encoding="utf-8").partition("\n")[2].split())


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Lower case, straight apostrophes, single blanks."""
    return _SPACES.sub(" ", text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')).strip().lower()


def tokens(text: str) -> list[str]:
    """The words of a folded text, in order."""
    return _TOKEN.findall(text)


def root(word: str) -> str:
    """A word without its commonest endings; ``worried`` and ``worry`` meet, ``worth`` stays."""
    word = word.partition("'")[0]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=4096)
def matter(text: str) -> frozenset[str]:
    """The roots of the words of a text that carry its matter."""
    return frozenset(root(word) for word in tokens(folded(text)) if (len(word) > 3 or word.isdigit()) and word not in _HOLLOW)


@lru_cache(maxsize=4096)
def clauses(text: str) -> tuple[str, ...]:
    """The sentences of a text, folded; of their end marks only the question mark stays."""
    return tuple(filter(None, (folded(one).rstrip(" .!…") for one in split_sentences(text)[0])))


def share_said_before(text: str, earlier: Iterable[str]) -> float:
    """The share (0-1) of the words of a text that stand in sentences said before, word for word or nearly so."""
    own = [(len(tokens(one)), one) for one in clauses(text)]
    total = sum(count for count, _ in own)
    if not total:
        return 0.0
    said = [one for before in earlier for one in clauses(before)]
    again = sum(count for count, one in own
                if count >= SHORTEST_COMPARED and any(fuzz.ratio(one, other, score_cutoff=SAME_SENTENCE) for other in said))
    return again / total


def longest_copied(own: Sequence[str], other: Sequence[str]) -> int:
    """The length in words of the longest run of ``own`` that stands in ``other``."""
    best, row = 0, [0] * (len(other) + 1)
    for word in own:
        new = [0] * (len(other) + 1)
        for place, heard in enumerate(other, 1):
            if word == heard:
                new[place] = row[place - 1] + 1
                best = max(best, new[place])
        row = new
    return best
