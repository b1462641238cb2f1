"""What was told some messages ago and may be taken up once more: a whole clause that can be understood by itself."""

from __future__ import annotations

from collections.abc import Sequence

from esc_tui.engines.embedded.clauses import clauses_of
from esc_tui.engines.embedded.memory import content_words
from esc_tui.engines.embedded.turning import listed
from esc_tui.engines.embedded.weighing import Clause
from esc_tui.engines.embedded.words import key_of

RESTING = 1  # replies without a return after one that came back to something
REACHES = 8  # messages looked back at
FIRST_BACK = 1  # the newest message but one is still what the talk is about; a return begins before it
ANSWERING = 0.6  # how much less the first sentence of a message weighs once a talk is under way
LEAST = 1.4  # weight of a clause that is worth coming back to: what happened or what hurts, no remark
SHORTEST, LONGEST, SPECIFIC = 5, 14, 7
_POINTING = frozenset(
    ["he", "she", "they", "it", "its", "hes", "shes", "theyre", "him", "his", "her", "hers", "them", "their", "this", "that", "these",
     "those", "there", "here", "one", "ones", "thats", "theres", "then", "now", "tonight", "tomorrow", "other", "another", "such", "same"]
)


def told_weight(clause: Clause) -> float:
    """What a clause weighs in a talk under way: a message's first sentence mostly answers the reply, what follows it tells."""
    return clause.weight - (ANSWERING if clause.sentence == 0 else 0.0)


def stands_alone(clause: Clause) -> bool:
    """True for a clause that can be understood without what stood around it: about the seeker or somebody named, nothing pointed at."""
    words = clause.raw.split()
    keys = [key_of(word) for word in words]
    if not SHORTEST <= clause.words <= LONGEST or clause.feeling or not _POINTING.isdisjoint(keys):
        return False
    if any(key in listed("minds") for key in keys[:3]) or not (clause.past or clause.telling or clause.words >= SPECIFIC):
        return False
    if keys[0] in {"i", "im", "ive", "my", "we", "our"}:
        return True
    return words[0][:1].isupper() and keys[0] not in listed("subjects") | listed("determiners")


def kept_from(earlier: Sequence[str], replies: Sequence[str], now: str) -> list[Clause]:
    """What may be taken up once more, the weightiest of each message first; messages and replies newest first.

    Each is taken up once, and not right after another. Beside something new only what has a weighty word in common with it: two things
    are not put side by side because both were said.
    """
    new = content_words(now) if clauses_of(now) else frozenset()
    said = [reply.casefold() for reply in replies]
    found: list[Clause] = []
    for back, text in enumerate(earlier[:REACHES]):
        opening = back == len(earlier) - 1
        clauses = [clause for clause in clauses_of(text) if stands_alone(clause) and clause.valence <= 0]
        for clause in sorted(clauses, key=lambda clause: -told_weight(clause)):
            returned = [place for place, reply in enumerate(said[:back]) if clause.turned.casefold() in reply]
            if returned and returned[0] < RESTING:
                return []
            if new and new.isdisjoint(content_words(clause.turned)):
                continue
            if returned or back < FIRST_BACK or (clause.weight if opening else told_weight(clause)) < LEAST:
                continue
            found.append(clause)
    return found
