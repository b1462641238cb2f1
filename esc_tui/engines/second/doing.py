"""What a reply does, in words alone: each deed with its strength, and how the reply stands to what was said before it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from esc_tui.engines.second.signs import SIGNS
from esc_tui.engines.second.wording import clauses, folded, longest_copied, matter, share_said_before, tokens

LARGE_DEEDS = ("feeling", "sides", "step", "mind", "mirror", "credit", "clearing", "room", "siding")
"""Deeds that each fill a reply when done in earnest; many of them at once are a handful of everything."""
TOO_LONG, TOO_SHORT = 170, 4
"""Words. SAGE's seekers turn away from replies beyond about 500 Chinese characters (papers, stored dialogues)."""
ENOUGH_TAKEN_UP = 2.5
"""Roots of the seeker's own matter in a reply that fully show it was meant for them."""
COPIED_RUN = 7

_LISTED = re.compile(r"(?m)^\s*(?:[-*•]|\d+[.)])\s")
_EXCUSED = re.compile(r"\b(?:nothing|no way|anything|nobody|no one|not sure|never)\b")
_DENIED = re.compile(r"\b(?:not|isn't|wasn't|don't|won't|never|instead of|rather than|no) (?:\w+ ){0,2}$")
_DENIABLE = ("belittle", "blame", "order", "hostile", "lecture", "cheer", "vague")


@dataclass(frozen=True, slots=True)
class Said:
    """What a reply does by itself. ``deeds`` maps each deed found to its strength, 0.7 when done once, 1.0 when done again."""

    deeds: Mapping[str, float]
    words: int
    questions: int
    listed: bool


@dataclass(frozen=True, slots=True)
class Met:
    """A reply in its place. ``taken_up`` 0-1: how far it is about what the seeker told; ``added`` 0-1: the share of its matter that
    is the supporter's own; ``again`` 0-1: the share of it heard before; ``copied``: longest run of the seeker's words given back."""

    said: Said
    taken_up: float
    added: float
    again: float
    copied: int

    def __getitem__(self, deed: str) -> float:
        return self.said.deeds.get(deed, 0.0)


@lru_cache(maxsize=4096)
def read_reply(reply: str) -> Said:
    """The deeds of a reply, whatever it answers."""
    times: dict[str, int] = {}
    for clause in clauses(reply):
        found = {deed for deed, pattern in SIGNS.items() if _done(deed, pattern, clause)}
        if "clearing" in found or _EXCUSED.search(clause):
            found.discard("blame")
        for deed in found:
            times[deed] = times.get(deed, 0) + 1
    deeds = {deed: 1.0 if times[deed] > 1 else 0.7 for deed in SIGNS if deed in times}  # in one order, whichever was found first
    return Said(deeds, len(tokens(folded(reply))), reply.count("?"), bool(_LISTED.search(reply)))


def _done(deed: str, pattern: re.Pattern[str], clause: str) -> bool:
    if deed not in _DENIABLE:
        return pattern.search(clause) is not None
    return any(not _DENIED.search(clause, 0, hit.start()) for hit in pattern.finditer(clause))


def meet(reply: str, heard: Sequence[str], earlier: Sequence[str]) -> Met:
    """A reply to the last of ``heard``, what the seeker said so far (oldest first), after the ``earlier`` replies."""
    said = read_reply(reply)
    own = matter(reply)
    last = matter(heard[-1]) if heard else frozenset[str]()
    before = frozenset[str]().union(*(matter(one) for one in heard[:-1]))
    taken = len(own & last) + 0.5 * len((own & before) - last)
    person = 0.5 if "you" in folded(reply) else 0.0
    added = len(own - last - before) / len(own) if own else 0.0
    return Met(said, min(1.0, (taken + person) / ENOUGH_TAKEN_UP), added, share_said_before(reply, earlier),
               longest_copied(tokens(folded(reply)), tokens(folded(heard[-1]))) if heard else 0)


def leaning(reply: str, raises: Sequence[str], lowers: Sequence[str]) -> float:
    """-1 to 1: how far a reply is of the matter that moves this one seeker up, or down; what stands under both counts for neither."""
    own = matter(reply)
    up = frozenset[str]().union(*(matter(one) for one in raises))
    down = frozenset[str]().union(*(matter(one) for one in lowers))
    return (min(2, len(own & (up - down))) - min(2, len(own & (down - up)))) / 2
