"""Turning text into search words: Han characters one by one, and a person's words always quoted, never FTS syntax."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_SINGLE = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f])")
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"['\u2019](?<=\w['\u2019])(?=\w)")  # the mark first: three times as fast

_UNSPACED = 0x0E00
"""From this code point on (Thai, Lao, Han, kana) words are commonly written without blanks between them."""

_COMMON = (
    "a about after again all also always am an and any are as at be because been before being but by can cant could couldnt "
    "d did didnt do does doesnt doing dont down even ever every everything feel feeling feels felt for from get gets getting "
    "go going got had has hasnt have havent having he her here him his how i id if ill im in into is isnt it its ive just "
    "know like ll m make makes me more most much my myself never no not nothing now of off on one only or other our out over "
    "re really s said same say she should so some someone something still such t than that thats the their them then there "
    "theres these they theyre thing things think this those time to too up us ve very want wants was wasnt way we well were "
    "what when where which while who why will with wont would you your youre youve 的 了 我 是 不 在 有 你 他 她 也 就 都 很 和 说"
)
STOP_WORDS = frozenset(_COMMON.split())
"""Words too common to find a moment by (written for this project; Chinese function characters included)."""


def spaced(text: str) -> str:
    """The text as it is indexed: Han and kana one by one, apostrophes inside words dropped, no NUL."""
    if text.isascii():
        return _APOSTROPHE.sub("", text.replace("\x00", " ")) if "'" in text or "\x00" in text else text
    composed = unicodedata.normalize("NFC", text.replace("\x00", " "))
    return _SINGLE.sub(r" \1 ", _APOSTROPHE.sub("", composed))


@lru_cache(maxsize=256)  # a message is looked at several times in its turn, a unit that is like it in several turns
def terms(text: str) -> tuple[str, ...]:
    """The words of a text as the index knows them, lower case, each once, in order."""
    return tuple(dict.fromkeys(_WORD.findall(spaced(text).lower())))


def match_as_typed(text: str) -> str:
    """An FTS5 query that wants every typed word, the beginning of a word being enough; empty when there is no word."""
    phrases = []
    for chunk in text.split():
        words = _WORD.findall(spaced(chunk))
        if words:
            phrases.append('"' + " ".join(words) + '"*')
    return " ".join(phrases)


def begins_word(word: str, text: str) -> bool:
    """Whether a word of the text begins with this one, in any case; scripts without blanks are searched anywhere."""
    return next(places_of(word, text), None) is not None


def places_of(word: str, text: str) -> Iterator[tuple[int, int]]:
    """From where to where each beginning stands that ``begins_word`` finds."""
    for found in re.finditer(re.escape(word), text, re.IGNORECASE):
        before = text[max(0, found.start() - 1):found.start()]
        if not before.isalnum() or not word[0].isalnum() or ord(word[0]) >= _UNSPACED:
            yield found.span()


def match_any(words: list[str]) -> str:
    """An FTS5 query that wants at least one of the words."""
    return " OR ".join(f'"{word}"' for word in words)
