"""The SAGE protocol in numbers and rules: emotion, bands, turns and endings, as published and with the documented fixes.

Constants from the code of Tencent/digitalhuman (SAGE, MIT). ``EXACT`` keeps its quirks, ``FIXED`` mends them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

START_EMOTION = 40
HIGHEST_EMOTION = 100
LARGEST_CHANGE = 10
MOST_TURNS = 10
LEAVES_BELOW = 10
GOODBYE_WORDS = ("再见", "拜拜")
"""SAGE ends a talk as soon as one of these stands anywhere in what the seeker says."""

ProtocolName = Literal["sage-exact", "sage-fixed"]
RecordedProtocol = Literal["sage-exact", "sage-fixed", "unknown"]
"""``unknown``: of a talk that was recorded elsewhere and does not say by which rules."""
Outcome = Literal["success", "failure", "goodbye", "turns", "crisis", "failed", "cancelled"]
"""How an episode ended: emotion at 100, below 10, the seeker left, all turns done, a crisis, a technical failure with its reason,
stopped by a person."""

FINISHED: frozenset[str] = frozenset({"success", "failure", "goodbye", "turns"})
"""Outcomes that count for a score."""


class Band(StrEnum):
    """The five bands of emotion."""

    S = "S"
    A = "A"
    B = "B"
    C = "C"
    F = "F"


def band_of(emotion: int) -> Band:
    """S from 100, A 70-99, B 40-69, C 10-39, F below 10."""
    for band, lowest in ((Band.S, HIGHEST_EMOTION), (Band.A, 70), (Band.B, 40), (Band.C, LEAVES_BELOW)):
        if emotion >= lowest:
            return band
    return Band.F


@dataclass(frozen=True, slots=True)
class Protocol:
    """One way to run an episode. ``floor`` None: emotion may fall below 0, as published. Turns count what the seeker says."""

    name: ProtocolName
    floor: int | None
    goodbye_by_words: bool
    last_reply_scored: bool
    start: int = START_EMOTION
    turns: int = MOST_TURNS

    def after(self, emotion: int, change: int) -> int:
        """Emotion after a change, which is held within -10 to +10 first; at most 100."""
        held = max(-LARGEST_CHANGE, min(LARGEST_CHANGE, change))
        total = min(HIGHEST_EMOTION, emotion + held)
        return total if self.floor is None else max(self.floor, total)

    def says_goodbye(self, text: str, flag: bool) -> bool:
        """True when what the seeker said ends the talk: by its words as published, else by what the seeker's mind declares."""
        return any(word in text for word in GOODBYE_WORDS) if self.goodbye_by_words else flag

    def judges(self, turn: int) -> bool:
        """True when the reply to this turn of the seeker (from 1) is judged."""
        return turn < self.turns or (turn == self.turns and self.last_reply_scored)


EXACT = Protocol("sage-exact", floor=None, goodbye_by_words=True, last_reply_scored=False)
FIXED = Protocol("sage-fixed", floor=0, goodbye_by_words=False, last_reply_scored=True)
PROTOCOLS: dict[str, Protocol] = {one.name: one for one in (EXACT, FIXED)}

_INTEGER = re.compile(r"[-+]?\d+")


def change_of(text: str) -> int | None:
    """SAGE's reading of an appraisal: the first integer after the last ``Change:``; None when there is none."""
    _, marker, after = text.rpartition("Change:")
    found = _INTEGER.search(after) if marker else None
    return int(found.group()) if found else None
