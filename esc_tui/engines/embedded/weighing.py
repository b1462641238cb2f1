"""Judges a clause before it may be said back: what is never echoed, what is given back as a seeming, what weighs most."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from esc_tui.engines.embedded.turning import listed
from esc_tui.engines.embedded.valence import valence_of
from esc_tui.engines.embedded.words import phrases, tokens_of


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause fit to be said back. ``turned`` is in the second person; ``weight`` grows with what it tells; ``sentence`` of
    the message counts from 0; ``first`` and ``last`` are its parts, counted from 1 (two where "and" or "so" join them; 0: not counted)."""

    turned: str
    words: int
    weight: float
    past: bool
    own: bool
    valence: float
    feeling: bool
    telling: bool
    raw: str
    sentence: int = 0
    first: int = 0
    last: int = 0


def doubles(text: str) -> bool:
    """True when a word stands twice in a row."""
    words = text.casefold().split()
    return any(a == b and a not in {"that", "had"} for a, b in itertools.pairwise(words))


def is_unsafe(keys: list[str], verb: int) -> bool:
    """Talk about the talk, empty or conditional statements, and echoes that would sound like consent to harm."""
    inside = set(keys)
    if (
        keys[verb] in {"mean", "guess", "suppose", "wonder", "hope", "wish", "promise", "swear", "bet", "agree"}
        and keys[0] == "i"
    ):
        return True
    if keys[0] in {"i", "im"} and len(keys) <= _OF_AGE and keys[-1].isdigit():
        return True  # "I am 85": said to be known, not to be said back
    rest = " ".join(keys[1:])
    if keys[0] in {"i", "im", "ive"} and (rest in listed("empty") or rest.startswith(tuple(listed("empty_starts")))):
        return True
    if any(one == "and" and two in _WHEN for one, two in itertools.pairwise(keys)):
        return True  # "we make and today they played": two sentences run together
    if any(one in {"cant", "dont", "wont", "didnt"} and two in {"too", "so", "many"} for one, two in itertools.pairwise(keys)):
        return True
    if any(one in BARE_SUBJECTS and two == "not" for one, two in itertools.pairwise(keys)):
        return True
    if any(one in _WANTS and two in {"he", "she", "they", "i", "we"} for one, two in itertools.pairwise(keys)):
        return True
    if keys[-2:] in _OF_THE_TALK:
        return True
    if inside & {"fault", "blame"} and inside & {"me", "my", "mine"}:
        return True  # blame they take on themselves never comes back as a fact
    if inside & {"ago", "yesterday"} and keys[verb] in listed("bases") and keys[verb] not in listed("pasts"):
        return True
    if any(one in listed("numbers") and two in _UNITS for one, two in itertools.pairwise(keys)):
        return True
    if any(
        one in _WANTS and two in _OBJECTS and three in listed("bases") and three not in {"like", "back"}
        for one, two, three in zip(keys, keys[1:], keys[2:], strict=False)
    ):
        return True
    if inside & _NEVER_SAID:
        return True
    if keys[0] == "i" and inside & {"need", "want"} and inside & _ANYBODY and inside & {"tell", "say", "explain"}:
        return True  # "I don't need anyone to tell me": said to the one who listens
    if "since" in inside and inside & {"year", "years", "month", "months", "week", "weeks"} and "last" not in inside:
        return True  # "since one year": learners' English is not given back to them
    if keys[0] in {"nobody", "noone"} and inside & {"hurt", "injured", "died", "harmed", "angry"}:
        return True  # a relief, not a trouble
    if keys[:2] in (["i", "think"], ["i", "thought"]) and (inside & listed("harsh") or inside & listed("self_blame")):
        return True
    own = keys[0] in {"i", "im", "ive", "my"}
    if own and (
        inside & listed("self_blame")
        or (inside & listed("harsh") and keys[verb] in {"am", "was", "im", "feel", "felt", "look", "looked"})
    ):
        return True
    if inside & listed("insults") and not inside & {"said", "says", "called", "calls", "told", "tells"}:
        return True
    if keys[verb] in {"want", "wanted"} and keys[0] == "i" and "die" in inside:
        return True
    return any(key in {"would", "might", "should", "will", "could", "must"} for key in keys[:3])


_OF_AGE = 4
HALF_VERBS = frozenset({"had", "was", "were", "did", "felt", "keep", "think", "know", "want"})
_OF_THE_TALK = (["that", "one"], ["that", "bit"], ["that", "part"], ["that", "question"], ["plain", "yes"])
"""Ends of what is said about the reply just given, not about their life."""
_ANYBODY = frozenset({"anyone", "anybody", "someone", "somebody"})
_WHEN = frozenset({"today", "now", "then", "yesterday", "tonight", "when"})
_NEVER_SAID = frozenset(
    {
        "kill",
        "suicide",
        "die",
        "dying",
        "cutting",
        "bot",
        "robot",
        "chatbot",
        "ai",
        "rape",
        "raped",
        "suicidal",
        "dead",
        "attack",
        "lecture",
        "advice",
        "tips",
        "english",
    }
)
BARE_SUBJECTS = frozenset(["i", "he", "she", "we", "they", "it"])
_UNITS = frozenset(["year", "month", "week", "day", "hour", "time", "friend", "page"])
_WANTS = frozenset(["want", "wants", "wanted", "need", "needs"])
_OBJECTS = frozenset(["me", "him", "her", "us", "them"])


def weighed(words: list[str], keys: list[str], verb: int, said: str, sentence: int) -> Clause:
    """The finished clause with its weight: what happened and what hurts weigh more than what is thought or wanted."""
    text = " ".join(words)
    valence = valence_of(text)
    own = keys[0] in {"i", "im", "ive", "we", "me"}
    found = phrases("states").find(tokens_of(text))
    strong = sum(match.weight for match in found if match.label not in {"venting", "relieved"})
    if any(match.label == "relieved" and match.weight >= 2 for match in found) and valence <= 0 and strong < 2:
        valence = 0.5
    past = keys[verb] in listed("pasts") or keys[verb] in {
        "was",
        "were",
        "did",
        "didnt",
        "had",
        "hadnt",
        "wasnt",
        "werent",
        "couldnt",
    } or (keys[verb].endswith("ed"))
    feeling = own and (
        any(
            " ".join(keys[place : place + 2]) in listed("feelings") or keys[place] in listed("feelings")
            for place in range(verb, min(verb + 4, len(keys)))
        )
        and (keys[verb] in {"feel", "felt", "am", "was", "im", "feeling"})
    )
    mind = own and keys[verb] in listed("minds")
    weight = 1.0 + 0.35 * min(strong, 5) - 0.9 * feeling - 0.7 * mind + 0.1 * min(len(words), 9) - 0.02 * sentence
    weight += 0.35 * past + 0.4 * max(0.0, -valence) - 0.3 * (len(words) > 14)
    telling = valence < 0 or strong >= 2
    return Clause(_seeming(said, keys, verb), len(words), weight, past, own, valence, feeling, telling, text, sentence)


def _seeming(said: str, keys: list[str], verb: int) -> str:
    """Sweeping judgements are given back as how it seems, never as facts: "it feels as if nobody cares"."""
    sweeping = keys[0] in {"nobody", "everyone", "everybody", "noone", "nothing", "everything", "people"} or keys[
        :2
    ] == ["no", "one"]
    past = keys[verb] in listed("pasts") or keys[verb].endswith("ed") or keys[verb] in {"did", "didnt", "was", "were"}
    sweeping = sweeping and not (keys[0] in {"people", "everyone", "everybody"} and valence_of(said) > 0)
    own = keys[0] in {"i", "im", "ive", "my"}
    never = bool({"anything", "everything", "nothing"} & set(keys)) and bool(
        {"cant", "never", "always"} & set(keys)
    )
    if {"as", "if"} <= set(keys):
        return said
    hated = bool({"hate", "hates", "hated"} & set(keys)) and "me" in keys
    bare = own and not past and bool(
        {"nobody", "noone"} & set(keys) or {"no one"} & {" ".join(pair) for pair in itertools.pairwise(keys)}
    )
    small = own and keys[verb] in {"dont", "cant"} and bool({"belong", "matter", "exist", "deserve"} & set(keys))
    if "feel" in keys[:4] or "feels" in keys[:4] or said.startswith("it feels"):
        return said
    if sweeping and {"in", "of"} & set(keys[1:3]):
        return said  # "everyone in my family is a vet" is a plain fact
    if (sweeping and not past and keys[verb] in listed("sweeping_verbs")) or (own and never) or hated or bare or small:
        return f"it feels as if {said}"
    return said
