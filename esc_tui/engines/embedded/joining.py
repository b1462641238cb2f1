"""Clauses given back whole: two that "and", "but", "so" or "because" join, and one that opens with the day it happened on."""

from __future__ import annotations

import re
from dataclasses import replace

from esc_tui.engines.embedded.grammar import subject_at, verb_at
from esc_tui.engines.embedded.weighing import Clause, doubles
from esc_tui.engines.embedded.words import key_of

WHOLE = 20  # words that may be said back in one breath
_JOINTS = {"and": " and ", "but": ", but ", "so": ", so ", "because": " because ", "cause": " because ", "cos": " because "}
_TIME_OPENS = frozenset(["on", "in", "at", "by", "around", "last", "this", "one", "that", "since"])
_TIME_WORDS = re.compile(
    r"\d+\w*|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mornings?|afternoon|evenings?|nights?|noon|midnight|days?|weeks?|weekend|months?|years?"
    r"|spring|summer|autumn|winter|easter|christmas|oclock"
)
_TIME_BETWEEN = frozenset(["the", "last", "next", "same", "other", "past", "half", "first", "second", "two", "three"])
"""What may stand between the word a time opens with and its unit; by itself it is no time ("one friend", "half my class")."""
_LONGEST_TIME = 6


def joined(before: Clause | None, joint: str, after: Clause | None) -> Clause | None:
    """Two clauses of one sentence, one right after the other, as the seeker joined them; None where they cannot be said as one."""
    if before is None or after is None or joint not in _JOINTS or before.feeling or after.feeling:
        return None
    if before.words + after.words >= WHOLE or after.turned.startswith("it feels as if"):
        return None
    turned = f"{before.turned}{_JOINTS[joint]}{after.turned}"
    if doubles(turned.replace(",", "")):
        return None
    return replace(
        before,
        turned=turned,
        words=before.words + 1 + after.words,
        weight=max(before.weight, after.weight) + 0.3,
        past=before.past and after.past,
        own=before.own and after.own,
        valence=min(before.valence, after.valence),
        telling=before.telling or after.telling,
        raw=f"{before.raw} {joint} {after.raw}",
        last=after.last,
    )


def without_time(words: list[str]) -> list[str]:
    """The words without the day, month or hour they open with ("on 8 October I found ..."), where a clause follows it at once."""
    keys = [key_of(word) for word in words]
    if not keys or keys[0] not in _TIME_OPENS:
        return words
    for place in range(1, min(_LONGEST_TIME, len(keys) - 1)):
        unit = _TIME_WORDS.fullmatch(keys[place]) is not None
        after_unit = place >= 2 and not unit and _TIME_WORDS.fullmatch(keys[place - 1])
        if after_unit and subject_at(keys, place) and verb_at(keys, place) is not None:
            return words[place:]
        if not unit and keys[place] not in _TIME_BETWEEN:
            break
    return words
