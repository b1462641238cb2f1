"""Plain form of a message for matching: lower case, contractions opened, disguised spellings undone.

Every plain word keeps the place it came from, so that any match can be shown in the original text.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from esc_tui.guard.kinds import Evidence

_TOKEN = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff]+"
    r"|[^\W_\u3400-\u9fff](?:[^\W\u3400-\u9fff]|['’‘`´ʼ*@$!](?=[^\W\u3400-\u9fff]))*"
    r"|\d+|\n+|\S"
)
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff\ufe0f]")
_LONG = re.compile(r"(.)\1{2,}")
_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_STOPS = {".": ".", "!": ".", "?": "?", "\n": ".", "…": ".", "。": ".", "！": ".", "？": "?", ";": ".", "；": ".",
          ",": ",", "，": ",", "、": ",", ":": ",", "：": ",", "-": ",", "–": ",", "—": ",", "(": ",", ")": ",",
          "/": ","}
_QUOTES = frozenset("\"“”„«»「」『』")


class _Spelling(NamedTuple):
    """Tables read once from ``spelling.json``."""

    words: dict[str, str]
    pairs: dict[str, str]
    disguised: frozenset[str]
    near: dict[str, str]
    not_near: frozenset[str]
    longest_near: int
    simplified: dict[int, int]


def _one_less(word: str) -> list[str]:
    return [word[:index] + word[index + 1:] for index in range(len(word))]


@lru_cache(maxsize=1)
def _spelling() -> _Spelling:
    raw = json.loads((files("esc_tui.guard") / "spelling.json").read_text(encoding="utf-8"))
    near: dict[str, str] = {}
    for word in raw["often_mistyped"]:
        for form in (word, *_one_less(word)):
            near.setdefault(form, word)
        for index in range(len(word) - 1):
            near.setdefault(word[:index] + word[index + 1] + word[index] + word[index + 2:], word)
    return _Spelling(raw["words"], raw["pairs"], frozenset(raw["disguised"]), near, frozenset(raw["real_words"]),
                     max(map(len, near), default=0), str.maketrans(raw["traditional"], raw["simplified"]))


@dataclass(frozen=True, slots=True)
class Plain:
    """A message in plain form.

    ``text`` is the words joined by single blanks with one blank at either end; ``places`` gives for each word its
    first character in ``text``; ``spans`` gives for each word its (start, end) in ``original``.
    """

    original: str
    words: tuple[str, ...]
    text: str
    places: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    def word_at(self, offset: int) -> int:
        """Index of the word that holds character ``offset`` of ``text``."""
        return max(0, bisect_right(self.places, offset) - 1)

    def evidence(self, start: int, end: int) -> Evidence:
        """The stretch of the original text that a match ``text[start:end]`` came from."""
        piece = self.text[start:end]
        start += len(piece) - len(piece.lstrip())
        end -= len(piece) - len(piece.rstrip())
        first, last = self.word_at(start), self.word_at(max(start, end - 1))
        left, right = self.spans[first][0], self.spans[last][1]
        return Evidence(left, right, self.original[left:right])


def _undisguise(word: str) -> str | None:
    """The risk word behind ``su1cide``, ``s*icide``, ``k!ll``; None when it hides none."""
    tables = _spelling()
    folded = word.translate(_LEET)
    if folded in tables.disguised:
        return folded
    if "*" in word:
        shape = re.compile("".join("[a-z]{0,2}" if char == "*" else re.escape(char) for char in folded))
        return next((candidate for candidate in sorted(tables.disguised) if shape.fullmatch(candidate)), None)
    return None


@lru_cache(maxsize=4096)
def _plain_words(raw: str) -> tuple[str, ...]:
    """Plain words for one token of the original text (a contraction gives two)."""
    tables = _spelling()
    word = _APOSTROPHES.sub("'", unicodedata.normalize("NFKC", _INVISIBLE.sub("", raw)).lower())
    word = "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))
    if any(char in word for char in "*@$!") or (any(char.isdigit() for char in word) and not word.isdigit()):
        hidden = _undisguise(word)
        if hidden is None:
            parts = [part for part in re.split(r"[*@$!]+", word) if part]
            if len(parts) > 1:
                return tuple(piece for part in parts for piece in _plain_words(part))
            word = parts[0] if parts else word
        else:
            word = hidden
    word = _LONG.sub(r"\1", word)
    known = tables.words.get(word) or tables.words.get(word.replace("'", ""))
    if known:
        return tuple(known.split())
    word = re.sub(r"'s$", "", word).replace("'", "")
    if 5 <= len(word) <= tables.longest_near + 1 and word not in tables.not_near:
        if word in tables.near:
            word = tables.near[word]
        else:
            for shorter in _one_less(word):
                if shorter in tables.near and abs(len(tables.near[shorter]) - len(word)) <= 1:
                    word = tables.near[shorter]
                    break
    return (word,) if word else ()


def simplified(text: str) -> str:
    """Traditional Han characters by their simplified ones, each in its place, so that rules and lines are written once."""
    return text.translate(_spelling().simplified)


def _tokens(text: str) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    for match in _TOKEN.finditer(text):
        raw, start, end = match.group(), match.start(), match.end()
        if raw[0] in _QUOTES:
            found.append(('"', start, end))
        elif raw[0] in _STOPS:
            mark = _STOPS[raw[0]]
            if not found or found[-1][0] != mark:
                found.append((mark, start, end))
        elif "\u3400" <= raw[0] <= "\u9fff":
            found.append((simplified(raw), start, end))
        else:
            found.extend((word, start, end) for word in _plain_words(raw))
    return found


@lru_cache(maxsize=256)  # the lines before and the message answered come again with every sentence of a reply
def plain(text: str) -> Plain:
    """Bring a message into plain form; any text is accepted, also empty."""
    pairs = _spelling().pairs
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    for word, start, end in _tokens(text):
        if words and (joined := pairs.get(f"{words[-1]} {word}")):
            words[-1], spans[-1] = joined, (spans[-1][0], end)
        else:
            words.append(word)
            spans.append((start, end))
    places, offset = [], 1
    for word in words:
        places.append(offset)
        offset += len(word) + 1
    return Plain(text, tuple(words), f" {' '.join(words)} ", tuple(places), tuple(spans))
