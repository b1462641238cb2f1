"""Cuts a message into finite clauses fit to be said back, each turned to the second person and weighed."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from esc_tui.engines.embedded.grammar import (
    is_finite,
    subject_at,
    verb_after_name,
    verb_after_noun,
    verb_at,
)
from esc_tui.engines.embedded.joining import joined, without_time
from esc_tui.engines.embedded.turning import listed, normal_words, turn_words
from esc_tui.engines.embedded.weighing import BARE_SUBJECTS, HALF_VERBS, Clause, doubles, is_unsafe, weighed
from esc_tui.engines.embedded.words import key_of

LONGEST = 18
SHORTEST = 3
_FEWEST_AFTER_BUT = 2  # "but no", "but still": too little to count for more than what stands before it
_WHOLE_BEFORE_ABOUT = 6  # so many words tell what happened without the "about ..." after them
_SENTENCE = re.compile(r"(?<=[.!?;\n…])[\"”’)]*\s+|\n+|\s+[-–—]+\s+|\.{2,}")
_TRAILING_HEDGE = re.compile(r"[, ](?:i (?:think|guess|suppose|believe|reckon)|maybe|perhaps|probably)\W*$", re.IGNORECASE)
_QUOTES = re.compile(r"(?:^|\s)['‘]\w|\w['’](?=$|[\s.,])")
_PIECE = re.compile(r"\s*(?:[;()]|,(?!\d{3}\b)|(?<!\d),|(?<!\d):|:(?!\d))\s*")  # neither "38,000" nor "4:30" is parted
_GOES_ON = (["doesnt"], ["didnt"], ["wont"], ["isnt"], ["never"], ["took"], ["takes"], ["cost"], ["costs"])
_DATED = re.compile(r"^(?:last|this|that) (?:day|night|week|month|year|time|summer|winter)$")
_JOIN = {
    "and",
    "but",
    "so",
    "because",
    "then",
    "cause",
    "cuz",
    "bc",
    "cos",
    "coz",
    "though",
    "although",
    "yet",
    "or",
    "plus",
}
_OPENS_ANOTHER = {"when", "if", "after", "while", "since", "even", "once", "until", "what", "how", "why"}
_SOFT = {
    "because",
    "when",
    "while",
    "so",
    "but",
    "which",
    "since",
    "who",
    "before",
    "after",
    "if",
    "though",
    "and",
    "as",
    "for",
    "until",
    "even",
    "whenever",
    "like",
}


@lru_cache(maxsize=512)
def sentences_of(text: str) -> tuple[str, ...]:
    """Sentences of a message, by end marks, line ends and dashes."""
    return tuple(part.strip() for part in _SENTENCE.split(text) if part and part.strip())


@lru_cache(maxsize=256)
def clauses_of(text: str) -> tuple[Clause, ...]:
    """All clauses of a message that may be said back, weightiest first."""
    found: list[Clause] = []
    seen: set[str] = set()
    part = 0
    for place, sentence in enumerate(sentences_of(text[:2000])):
        if sentence.endswith("?") or _unbalanced(sentence) or _TRAILING_HEDGE.search(sentence):
            continue
        before: Clause | None = None
        pieces = _pieces(sentence)
        turn = _turn_of(pieces)
        for at, piece in enumerate(pieces):
            part += 1
            if at < turn:
                continue
            clause = _clause(piece, place)
            if clause is not None:
                clause = replace(clause, first=part, last=part)
            for one in (clause, joined(before, key_of(piece[0]), clause)):
                if one is not None and one.turned.casefold() not in seen:
                    seen.add(one.turned.casefold())
                    found.append(one)
            before = clause
    found.sort(key=lambda clause: -clause.weight)
    return tuple(found)


def _turn_of(pieces: list[list[str]]) -> int:
    """The place of the part after the last "but", which is what counts; 0 where there is none."""
    return max((at for at, piece in enumerate(pieces) if key_of(piece[0]) == "but" and len(piece) > _FEWEST_AFTER_BUT), default=0)


def _unbalanced(sentence: str) -> bool:
    return sentence.count('"') % 2 == 1 or sentence.count("“") != sentence.count("”") or "http" in sentence


def _pieces(sentence: str) -> list[list[str]]:
    """Word lists of the parts of a sentence: at commas, at joins before a new subject, and at run-on subjects."""
    parts: list[list[str]] = []
    for chunk in _PIECE.split(sentence.strip(" .!…")):
        if '"' in chunk or "“" in chunk or "”" in chunk or _QUOTES.search(chunk):
            continue
        words = normal_words(chunk)
        if not words:
            continue
        parts.extend(_split_joins(words))
    return parts


def _split_joins(words: list[str]) -> list[list[str]]:
    keys = [key_of(word) for word in words]
    parts: list[list[str]] = []
    start = 0
    for place in range(2, len(words) - 1):
        if place - start < 2:
            continue
        if keys[place] in _JOIN and subject_at(keys, place + 1) and verb_at(keys, place + 1) is not None:
            if (
                keys[place] == "and"
                and keys[place + 1] == "i"
                and place - start <= 4
                and keys[start] in {"my", "me"}
                and verb_at(keys[:place], start) is None
            ):
                continue
            if keys[place] == "and" and keys[place + 1 : place + 3] in (["a", "half"], ["a", "quarter"]):
                continue  # "three and a half hours"
            if keys[place] in {"so", "or"} and keys[place - 1] in {"not", "feel", "am", "is", "was", "if"}:
                continue
            parts.append(words[start:place])
            start = place
        elif keys[place] in {"which", "whom"}:
            parts.append(words[start : place - (keys[place - 1] in listed("prepositions"))])  # "the bag in which": the bag
            start = place
        elif (
            (keys[place] in _JOIN and keys[place + 1] in _OPENS_ANOTHER)
            or _runs_on(keys, start, place, len(words))
        ):
            parts.append(words[start:place])
            start = place
    parts.append(words[start:])
    return parts


def _runs_on(keys: list[str], start: int, place: int, count: int) -> bool:
    """A new subject with its verb, after a finished clause and no word that takes a clause: a missing full stop."""
    if keys[place] == "my" and keys[place - 1].isdigit():
        return True  # "im 12 my parents are splitting up"
    if (
        count < (5 if keys[place] in listed("contracted") or keys[place] == "it" else 8)
        or place - start < (2 if keys[start] in listed("contracted") else 3)
        or (keys[place - 1] in listed("no_split_after") and not _DATED.search(" ".join(keys[place - 2 : place])))
        or "and" in keys[place - 3 : place]
    ):
        return False
    if keys[place] not in {
        "i",
        "he",
        "she",
        "they",
        "we",
        "im",
        "ive",
        "hes",
        "shes",
        "theyre",
        "nobody",
        "everyone",
        "my",
        "now",
        "it",
    } or (keys[place] == "it" and keys[place + 1 : place + 2] not in _GOES_ON):
        return False
    if keys[place] in {"my", "now"}:
        verb = verb_at(keys, place + (keys[place] == "now"))
        return (
            verb is not None
            and verb - place <= 3
            and keys[place - 1] not in listed("prepositions")
            and keys[place - 1] not in listed("bases")
            and keys[place - 1] not in listed("pasts")
            and verb_at(keys, start) is not None
            and not keys[place - 1].endswith(("ing", "ed", "s"))
        )
    first = verb_at(keys, start if keys[start] not in _JOIN else start + 1)
    return first is not None and first < place and verb_at(keys, place) is not None


def _strip_leads(words: list[str]) -> list[str]:
    """Drop "and", "I think", "the worst part is" and their like from the front, as often as needed."""
    changed = True
    while changed and words:
        changed = False
        keys = [key_of(word) for word in words]
        for size in (6, 5, 4, 3, 2, 1):
            lead = " ".join(keys[:size])
            if len(keys) > size and lead in listed("leads"):
                rest = keys[size:]
                if rest[0] == "that" and len(rest) > 1:
                    size += 1  # noqa: PLW2901 - the joining "that" goes too
                    rest = rest[1:]
                if size >= 2 and not subject_at(rest, 0):
                    continue
                if keys[0] in {"still", "now", "even", "only", "no", "that", "sometimes", "all"} and not subject_at(
                    rest, 0
                ):
                    continue
                if lead == "no" and rest[0] == "one":
                    continue
                words = words[size:]
                changed = True
                break
    return words


_PURPOSES = (["i", "can"], ["i", "could"], ["we", "can"], ["we", "could"])
_HEDGES = frozenset({"maybe", "perhaps", "probably", "possibly", "prolly", "mightve"})


_KIN = frozenset(
    ["mum", "mom", "mam", "mummy", "mommy", "dad", "daddy", "mother", "father", "grandma", "granny", "gran", "nana"]
) | {"grandpa", "grandad", "granddad"}


def _clause(words: list[str], sentence: int) -> Clause | None:
    whole = words
    if [key_of(word) for word in words[:1]] == ["so"] and [key_of(word) for word in words[1:3]] in _PURPOSES:
        return None  # "so I can take her to the sea": what they want it for is no fact
    words = _strip_leads(without_time(_strip_leads(words)))
    lead = whole[: len(whole) - len(words)]
    if not _HEDGES.isdisjoint(key_of(word) for word in (*lead, *words)):
        return None  # what they only suppose must not come back as a fact
    if len(words) > 2 and key_of(words[0]) in _KIN:
        words = ["my", words[0].lower(), *words[1:]]
    if len(words) > 3 and words[0] == "I" and key_of(words[1]) in {"guess", "suppose", "believe"}:
        own = words[2] in {"I", "I'm", "I've"}
        words = (
            words[2:] if own else ["I", "think", *words[2:]]
        )  # what they think is given back as thought, never as a fact
    if len(words) < 2 or (len(words) < SHORTEST and not _tells_in_two(words)):
        return None
    words = _shorten(words)
    keys = [key_of(word) for word in words]
    while len(keys) > SHORTEST and keys[-1] in {
        "lol",
        "too",
        "now",
        "though",
        "again",
        "either",
        "anyway",
        "ok",
        "right",
        "then",
        "sorry",
        "thanks",
        "please",
        "haha",
    }:
        if keys[-1] in {"now", "again", "too", "either"} or keys[-2:] == ["all", "right"]:
            break
        words, keys = words[:-1], keys[:-1]
    if (
        len(words) > LONGEST
        or (keys[-1] in listed("bad_ends") and not _relative_end(keys))
        or keys[0] in listed("bad_starts")
    ):
        return None
    verb = verb_at(keys, 0)
    if keys[0] == "me" and len(keys) > 3 and keys[1] == "and":
        verb = verb_after_noun(keys, 2, plural=True)
    if verb is None:
        verb = verb_after_name(words, keys)
    if keys[0] == "there" and len(keys) > SHORTEST and keys[1] in {"is", "are", "was", "were"}:
        verb = 1
    elif keys[0] == "there":
        return None
    if keys[0] in {"it", "its", "this"} or verb is None or verb >= len(keys):
        return None
    if (
        keys[0] in {"i", "im"}
        and keys[verb] in {"feel", "felt"}
        and not {"like", "as"} & set(keys[verb + 1 : verb + 2])
    ):
        return None
    if keys[0] in _HANGING_SUBJECTS or (keys[0] == "the" and keys[1] in {"thing", "point", "problem", "way", "fact"}):
        return None
    if verb == len(keys) - 1 and len(keys) > 2 and key_of(words[-1]) in HALF_VERBS:
        return None
    if (
        verb == len(keys) - 1
        and len(keys) == SHORTEST
        and keys[0] in listed("determiners")
        and not is_finite(keys[verb], "past")
    ):
        return None
    if len(keys) <= SHORTEST and keys[0] in {"i", "im", "we"} and keys[verb] in _PLAIN_VERBS:
        return None
    if is_unsafe(keys, verb) or any(key in _REPORTING for key in keys[max(verb, len(keys) - 3) :]):
        return None  # "he used to say there she goes": half of a quotation
    said = turn_words(words)
    if said is None or doubles(said):
        return None
    return weighed(words, keys, verb, said, sentence)


_REPORTING = frozenset({"say", "says", "said", "saying"})
_SAYING_VERBS = frozenset({"say", "said", "ask", "asked"})
_PLAIN_VERBS = _SAYING_VERBS | frozenset({"come", "go", "get", "see", "have", "do", "take", "make", "eat", "work", "live", "look"})
_HANGING_SUBJECTS = frozenset(["this", "these", "those", "all", "one", "both"])


def _tells_in_two(words: list[str]) -> bool:
    """True for "nobody called", "everyone left"."""
    keys = [key_of(word) for word in words]
    return (
        keys[0] in {"nobody", "everyone", "everybody"} and is_finite(keys[1], "third") and keys[1] not in listed("aux")
    )


def _relative_end(keys: list[str]) -> bool:
    """True when the last two words close a relative clause: "everything I do", "all we had"."""
    return (
        len(keys) >= 4
        and keys[-1] in {"do", "did", "have", "had", "say", "said", "am", "was", "think"}
        and keys[-2] in BARE_SUBJECTS
        and keys[-3] in {"everything", "all", "anything", "nothing", "what", "who", "way", "things"}
    )


def _shorten(words: list[str]) -> list[str]:
    """Cut a long clause at the last soft joint that leaves enough of it; too long otherwise."""
    if len(words) <= LONGEST:
        return words
    keys = [key_of(word) for word in words]
    for place in range(LONGEST, 3, -1):
        joint = keys[place] in _SOFT or (keys[place] == "about" and place >= _WHOLE_BEFORE_ABOUT)
        if joint and keys[place - 1] not in listed("bad_ends"):
            return words[:place]
    return words
