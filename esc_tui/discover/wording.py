"""Wording of key units as numbers: TF-IDF of what was said before and during the support, and the telling words of a group.

The order of the units given changes nothing. scikit-learn is loaded when it is first needed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log
from typing import Any

from esc_tui.bank.words import STOP_WORDS, terms

FEWEST_DIALOGUES = 3
"""A telling word stands in at least so many dialogues of the bank, so that it belongs to no one person."""
MOST_WORDS = 6
LEAST_SHARE = 0.04
"""A telling word stands in at least this part of a group's units."""
_INSIDE = re.compile(r"(?<=[a-z,;] )([A-Z][a-z]+)\b")
_WORD = re.compile(r"[^\W\d_]{3,24}")


@dataclass(frozen=True, slots=True)
class Wording:
    """Vectors of units, a row each: seeker's words and supporter's words side by side, each half of length 1 (or 0).

    ``columns`` are the words of either half; ``telling`` those that may be shown, ``shares`` the part of all units (0-1) each
    stands in.
    """

    vectors: Any
    columns: tuple[str, ...]
    telling: frozenset[int]
    shares: tuple[float, ...]


@cache
def _never_telling() -> frozenset[str]:
    lists = json.loads((files("esc_tui.discover") / "data" / "not_telling.json").read_text(encoding="utf-8"))
    return frozenset(word for text in lists.values() for word in text.split()) | STOP_WORDS


def named(texts: Iterable[str]) -> frozenset[str]:
    """Words that are mostly written with a capital inside a sentence: names of people, places and days."""
    capital: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for text in texts:
        capital.update(word.lower() for word in _INSIDE.findall(text))
        small.update(word for word in _WORD.findall(text) if word.islower())
    return frozenset(word for word, times in capital.items() if times >= small[word])


def wording_of(texts: Sequence[tuple[str, str]], dialogues: Sequence[str]) -> Wording:
    """Vectors of units given as (seeker's words, supporter's words) with the dialogue each is from.

    Only words of at least two units count; a unit without such words is all zeros.
    """
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer

    whole = [f"{seeker}\n{supporter}" for seeker, supporter in texts]
    skipped = STOP_WORDS | {"ok", "okay", "yeah"}
    vectorizer = TfidfVectorizer(analyzer=lambda text: [word for word in terms(text) if word not in skipped],
                                 min_df=2 if len(texts) > 20 else 1, sublinear_tf=True)
    try:
        vectorizer.fit(whole)
    except ValueError:  # not one word is left in any unit
        return Wording(csr_matrix((len(texts), 2)), (), frozenset(), ())
    columns = tuple(vectorizer.get_feature_names_out())
    both = hstack([vectorizer.transform([seeker for seeker, _ in texts]), vectorizer.transform([said for _, said in texts])])
    seen: dict[str, set[str]] = {}
    shares: Counter[str] = Counter()
    for text, dialogue in zip(whole, dialogues, strict=True):
        for word in terms(text):
            shares[word] += 1
            if len(seen.setdefault(word, set())) < FEWEST_DIALOGUES:
                seen[word].add(dialogue)
    shut = _never_telling() | named(whole)
    fewest = min(FEWEST_DIALOGUES, len(set(dialogues)))
    telling = frozenset(place for place, word in enumerate(columns)
                        if _WORD.fullmatch(word) and word not in shut and len(seen.get(word, ())) >= fewest)
    return Wording(csr_matrix(both), columns, telling, tuple(shares[word] / len(texts) for word in columns))


def telling_words(wording: Wording, rows: Sequence[int]) -> tuple[str, ...]:
    """The words by which a group of units (row numbers) differs most from all units, best first; at most six.

    Score: share in the group times the logarithm of how many times more frequent that is than among all.
    """
    if not wording.telling:
        return ()
    half = len(wording.columns)
    part = wording.vectors[list(rows)]
    present = ((part[:, :half] + part[:, half:]) > 0).sum(axis=0).A1
    needed = max(LEAST_SHARE * len(rows), 2 if len(rows) > 3 else 1)
    scored = []
    for place in wording.telling:
        if present[place] >= needed:
            share = present[place] / len(rows)
            lift = share / max(wording.shares[place], 1e-9)
            if lift > 1:
                scored.append((-share * log(lift), wording.columns[place]))
    return tuple(word for _, word in sorted(scored)[:MOST_WORDS])
