"""The small language of the written parts: ``[one|other]`` wordings and ``{slots}``, filled so that the words agree.

Slots are looked up in a mapping; *a* before a slot becomes *an* where the value needs it. A sentence begins
with a capital whatever filled it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_SLOT = re.compile(r"\{([^{}]+)\}")
_INDEFINITE = re.compile(r"\b(a)n? \{([^{}]+)\}", re.IGNORECASE)
_START = re.compile(r"(^|[.!?]\s+)([a-z])")
_AN = re.compile(r"[aeiou]|hour|honest|heir|8|11\b|18\b", re.IGNORECASE)
_A = re.compile(r"uni|use|usu|eu|one\b|once", re.IGNORECASE)

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


class SlotError(ValueError):
    """A part names a slot that nothing fills."""


def with_article(words: str, a: str = "a") -> str:
    """The words with *a* or *an* before them, by the sound they begin with."""
    return f"{a}{'n' if _AN.match(words) and not _A.match(words) else ''} {words}"


def number_words(number: int) -> str:
    """Up to twelve in words, larger ones in digits, thousands with a comma."""
    return NUMBERS[number] if 0 <= number < len(NUMBERS) else f"{number:,}"


def choose_wording(text: str, rng: random.Random) -> str:
    """The text with one of the wordings of each ``[one|other]``, inner ones first."""
    while True:
        changed = _CHOICE.sub(lambda match: rng.choice(match.group(1).split("|")), text)
        if changed == text:
            return text
        text = changed


def fill(text: str, values: Mapping[str, str], rng: random.Random, *, capitals: bool = True) -> str:
    """The text with wordings chosen and slots filled; a slot written with a capital (``{They}``) gets one.

    Raises SlotError for a slot that ``values`` lacks.
    """
    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in values:
            return values[name]
        lower = name.lower()
        if lower in values:
            return values[lower][:1].upper() + values[lower][1:]
        raise SlotError(f"nothing fills {{{name}}} in '{text[:80]}'")

    def indefinite(match: re.Match[str]) -> str:
        words = values.get(match.group(2), "")
        return with_article(words, match.group(1)) if words else match.group()

    filled = " ".join(_SLOT.sub(value, _INDEFINITE.sub(indefinite, choose_wording(text, rng))).split())
    return _START.sub(lambda match: match.group(1) + match.group(2).upper(), filled) if capitals else filled
