"""Tokens with their places in a text, lazily read word data, and the phrase matcher the reader and the slots share."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

_DATA = Path(__file__).with_name("data")
_TOKEN = re.compile(r"[^\W_]+(?:['’`´][^\W_]+)*", re.UNICODE)
_APOSTROPHES = re.compile(r"['’`´]")
_BREAKS = frozenset(".,;:!?\n()—–")
LONGEST_READ = 4000  # characters of a message that are looked at; the rest adds time and no understanding


class Token(NamedTuple):
    """A word: ``key`` is lower case without apostrophes; ``text == whole[start:end]``; ``clause`` counts breaks before it."""

    key: str
    text: str
    start: int
    end: int
    clause: int


class Match(NamedTuple):
    """A phrase found: its label, weight 1-3, and tokens ``first`` to ``last`` (exclusive)."""

    label: str
    weight: float
    first: int
    last: int


@cache
def load_data(name: str) -> Any:
    """Read ``data/<name>.json`` of this engine once."""
    return json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))


@cache
def word_set(name: str) -> frozenset[str]:
    """A named list of single words from ``data/words.json``."""
    return frozenset(load_data("words")[name].split("|"))


@lru_cache(maxsize=8192)
def key_of(word: str) -> str:
    """Lower case without apostrophes."""
    return _APOSTROPHES.sub("", word.casefold())


@lru_cache(maxsize=2048)
def tokens_of(text: str) -> tuple[Token, ...]:
    """Cut a text into words; clause numbers rise at punctuation, line ends and "but"."""
    found: list[Token] = []
    clause = 0
    before = 0
    text = text[:LONGEST_READ]
    for hit in _TOKEN.finditer(text):
        start, end = hit.span()
        word = hit.group()
        key = key_of(word)
        if not _BREAKS.isdisjoint(text[before:start]) or (found and key == "but"):
            clause += 1
        found.append(Token(key, word, start, end, clause))
        before = end
    return tuple(found)


def keys_of(text: str, most: int | None = None) -> list[str]:
    """The keys of a text's words, of the first ``most`` where given: for who needs neither places nor clauses."""
    return [key_of(hit.group()) for hit in islice(_TOKEN.finditer(text[:LONGEST_READ]), most)]


_Phrase = tuple[tuple[str, ...], str, float]
"""The words of a phrase, its label and its weight."""


class _Heads:
    """Phrases that begin with the same word or the same three letters, by their second word, since most of them fail there."""

    def __init__(self) -> None:
        self.alone: list[_Phrase] = []
        self.by_second: dict[str, list[_Phrase]] = {}
        self.open: list[_Phrase] = []

    def add(self, words: tuple[str, ...], label: str, weight: float) -> None:
        """Take in a phrase."""
        if len(words) == 1:
            self.alone.append((words, label, weight))
        elif words[1] in {"~", "_"} or words[1].endswith("*"):
            self.open.append((words, label, weight))
        else:
            self.by_second.setdefault(words[1], []).append((words, label, weight))

    def possible(self, following: str | None) -> Iterator[_Phrase]:
        """Phrases whose second word may be the ``following`` one; None at the end of a text."""
        yield from self.alone
        if following is not None:
            yield from self.by_second.get(following, ())
        yield from self.open


class Phrases:
    """Finds many phrases at once. In a phrase ``*`` ends a prefix, ``_`` is any word, ``~`` up to three words."""

    def __init__(self, table: dict[str, dict[str, str]]) -> None:
        self._exact: dict[str, _Heads] = {}
        self._prefix: dict[str, _Heads] = {}
        for label, groups in table.items():
            for weight, phrases in groups.items():
                for phrase in phrases.split("|"):
                    words = tuple(phrase.split())
                    head = words[0]
                    by, name = (self._prefix, head[:3].rstrip("*")) if head.endswith("*") else (self._exact, head)
                    by.setdefault(name, _Heads()).add(words, label, float(weight))

    def find(self, tokens: tuple[Token, ...]) -> list[Match]:
        """All matches, longest first for each label and start; matches inside a longer one of that label are left out."""
        found: list[Match] = []
        for place, token in enumerate(tokens):
            key = token.key
            for heads in (self._exact.get(key), self._prefix.get(key[:3])):
                if heads is None:
                    continue
                for words, label, weight in heads.possible(tokens[place + 1].key if place + 1 < len(tokens) else None):
                    end = _match(words, 0, tokens, place)
                    if end is not None:
                        found.append(Match(label, weight, place, end))
        found.sort(key=lambda match: (match.label, -(match.last - match.first), -match.weight))
        kept: list[Match] = []
        taken: set[tuple[str, int]] = set()
        for match in found:
            places = {(match.label, place) for place in range(match.first, match.last)}
            if places & taken:
                continue
            taken |= places
            kept.append(match)
        kept.sort(key=lambda match: match.first)
        return kept


def _match(words: tuple[str, ...], index: int, tokens: tuple[Token, ...], place: int) -> int | None:
    if index == len(words):
        return place
    word = words[index]
    if word == "~":
        for skip in range(4):
            end = _match(words, index + 1, tokens, place + skip)
            if end is not None:
                return end
        return None
    if place >= len(tokens):
        return None
    key = tokens[place].key
    hit = word == "_" or word == key or word == "*" or (word.endswith("*") and key.startswith(word[:-1]))
    return _match(words, index + 1, tokens, place + 1) if hit else None


@cache
def phrases(name: str) -> Phrases:
    """The matcher over ``data/<name>.json`` (label -> weight -> phrases)."""
    return Phrases(load_data(name))


@cache
def act_phrases() -> Phrases:
    """The matcher over the dialogue acts, all of one weight."""
    return Phrases({label: {"1": text} for label, text in load_data("acts").items()})
