"""Plain English words of a text: sentences, contractions spelled out, stems, and phrases found by a small pattern language.

A phrase is a row of words: ``a|b`` either word, ``word~`` any word that begins so, ``..`` up to three words between, a leading ``^``
the beginning of a sentence (after a word like "well" or "and"). Texts and phrases are compared in lower case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"

_SENTENCE = re.compile(r"[^.!?…\n]+(?:\.(?=\w)[^.!?…\n]+)*[.!?…]*[\"”')]*")
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_WHOLE = {"can't": ("can", "not"), "won't": ("will", "not"), "shan't": ("shall", "not"), "cannot": ("can", "not"),
          "let's": ("let", "us"), "gonna": ("going", "to"), "wanna": ("want", "to"), "gotta": ("got", "to"),
          "ok": ("okay",), "mustn't": ("must", "not"), "'tis": ("it", "is"), "ain't": ("is", "not")}
_ENDINGS = (("n't", "not"), ("'re", "are"), ("'ve", "have"), ("'ll", "will"), ("'d", "would"), ("'m", "am"))
_GAP = 3


@cache
def data(name: str) -> Any:
    """The content of one of this package's data files, read once."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


@cache
def common_words(name: str) -> frozenset[str]:
    """One of the lists of everyday words, by its name in ``data/common.json``."""
    return frozenset(data("common")[name])


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its lower-case words, contractions spelled out; how it ends ("?", "!", "." or nothing)."""

    words: tuple[str, ...]
    end: str


def spelled(text: str) -> tuple[str, ...]:
    """Lower-case words with contractions spelled out: "You've" gives "you", "have"."""
    found: list[str] = []
    for token in _TOKEN.findall(text.lower().replace("’", "'")):
        if "'" not in token and token not in _WHOLE:
            found.append(token)
            continue
        if token in _WHOLE:
            found.extend(_WHOLE[token])
            continue
        for ending, word in _ENDINGS:
            if token.endswith(ending):
                found.extend((token[: -len(ending)], word))
                break
        else:
            head, _, tail = token.partition("'")
            found.append(head)
            if tail == "s" and head in common_words("before_is"):
                found.append("is")
    return tuple(found)


@lru_cache(maxsize=8192)
def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text that hold a word."""
    found = []
    for piece in _SENTENCE.findall(text):
        words = spelled(piece)
        if words:
            tail = piece.rstrip(" \"”')")[-3:]
            found.append(Sentence(words, "?" if "?" in tail else "!" if "!" in tail else "." if tail[-1:] in ".…" else ""))
    return tuple(found)


_VOWEL = re.compile(r"[aeiouy]")


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """A crude stem that joins the forms of a word ("carries", "carried", "carrying"); only for comparing."""
    size = len(word)
    if size <= 3 or not word.isascii() or word.isdigit():
        return word
    for ending, instead in (("iness", "y"), ("ously", ""), ("ation", ""), ("ingly", ""), ("fully", ""), ("iest", "y"), ("ies", "y"),
                            ("ied", "y"), ("ness", ""), ("ment", ""), ("ing", ""), ("edly", ""), ("est", ""), ("ful", ""),
                            ("ed", ""), ("ly", ""), ("es", ""), ("er", ""), ("s", ""), ("e", "")):
        if word.endswith(ending) and size - len(ending) >= 3 and not (ending == "s" and word.endswith("ss")):
            rest = word[: size - len(ending)] + instead
            if _VOWEL.search(rest):
                if len(rest) > 3 and rest[-1] == rest[-2] and rest[-1] not in "lsz":
                    rest = rest[:-1]
                return rest[:-1] if rest.endswith("e") and len(rest) > 3 else rest
    return word


@cache
def _numbers() -> dict[str, str]:
    return dict(data("common")["numbers"])


@lru_cache(maxsize=16384)
def telling_stem(word: str) -> str:
    """The stem of a word that carries matter; empty for the words every talk is full of. Numbers in words give their digits."""
    if word in common_words("plain"):
        return ""
    number = _numbers().get(word)
    if number is not None:
        return number if number not in {"1", "2"} else ""
    return stem(word) if len(word) > 2 or word.isdigit() else ""


@lru_cache(maxsize=8192)
def matter(text: str) -> frozenset[str]:
    """Stems of the words of a text that carry matter."""
    return frozenset(found for sentence in sentences(text) for word in sentence.words if (found := telling_stem(word)))


_Test = tuple[frozenset[str], tuple[str, ...], bool]
"""One step of a phrase: exact words, beginnings of words, and whether up to three words may stand before it."""


_Phrase = tuple[int, str, str, bool, tuple[_Test, ...]]
"""When it was added, its kind, how its first word begins (empty: it is known), whether it is anchored, and the steps behind the first."""


class _Heads:
    """Phrases that begin alike, by their second word where that is known: there most of them fail."""

    def __init__(self) -> None:
        self._by_second: dict[str, list[_Phrase]] = {}
        self._open: list[_Phrase] = []

    def add(self, phrase: _Phrase) -> None:
        """Take in a phrase."""
        steps = phrase[-1]
        if not steps or steps[0][1] or steps[0][2]:
            self._open.append(phrase)
            return
        for word in steps[0][0]:
            self._by_second.setdefault(word, []).append(phrase)

    def possible(self, following: str) -> list[_Phrase]:
        """The phrases that may go on with the ``following`` word (empty at the end), in the order in which they were added."""
        closed = self._by_second.get(following)
        return sorted(self._open + closed) if closed else self._open


class Phrases:
    """Many phrases of several kinds, found in one pass over the words of a sentence."""

    def __init__(self, kinds: dict[str, Iterable[str]]) -> None:
        self._exact: dict[str, _Heads] = {}
        self._begins: dict[str, _Heads] = {}
        added = 0
        for kind, phrases in kinds.items():
            for phrase in phrases:
                added += 1
                self._add(added, kind, phrase)

    def _add(self, number: int, kind: str, phrase: str) -> None:
        anchored = phrase.startswith("^")
        steps: list[_Test] = []
        gap = False
        for part in phrase.removeprefix("^").split():
            if part == "..":
                gap = True
                continue
            exact = frozenset(word for word in part.split("|") if not word.endswith("~"))
            begins = tuple(word[:-1] for word in part.split("|") if word.endswith("~"))
            steps.append((exact, begins, gap))
            gap = False
        (exact, begins, _), rest = steps[0], tuple(steps[1:])
        for word in exact:
            self._exact.setdefault(word, _Heads()).add((number, kind, "", anchored, rest))
        for begin in begins:
            self._begins.setdefault(begin[:4].ljust(4), _Heads()).add((number, kind, begin, anchored, rest))

    def found(self, words: Sequence[str], start: int) -> list[tuple[str, int]]:
        """Kinds of phrases found with the place of their first word; ``start`` is where the sentence proper begins."""
        hits: list[tuple[str, int]] = []
        for place, word in enumerate(words):
            for heads in (self._exact.get(word), self._begins.get(word[:4].ljust(4))):
                if heads is None:
                    continue
                for _, kind, begin, anchored, rest in heads.possible(words[place + 1] if place + 1 < len(words) else ""):
                    if (not anchored or place <= start) and word.startswith(begin) and (not rest or _follows(words, place + 1, rest)):
                        hits.append((kind, place))
        return hits


def _follows(words: Sequence[str], place: int, steps: tuple[_Test, ...]) -> bool:
    exact, begins, gap = steps[0]
    for at in range(place, min(place + (_GAP + 1 if gap else 1), len(words))):
        word = words[at]
        if (word in exact or (begins and word.startswith(begins))) and (len(steps) == 1 or _follows(words, at + 1, steps[1:])):
            return True
    return False


def proper_start(words: Sequence[str]) -> int:
    """Where a sentence begins once words like "well" and "and" are passed over."""
    place, openers = 0, common_words("openers")
    while place < len(words) - 1 and place < 3 and words[place] in openers:
        place += 1
    return place
