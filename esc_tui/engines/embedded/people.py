"""Who is spoken of: the one a message names, the pronoun that fits, and the one who died."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from esc_tui.engines.embedded.clauses import sentences_of
from esc_tui.engines.embedded.turning import listed
from esc_tui.engines.embedded.weighing import Clause
from esc_tui.engines.embedded.words import keys_of

_PETS = ("dog", "cat", "puppy", "kitten", "rabbit", "hamster", "horse", "parrot", "guinea pig")
_MANY = re.compile(r"(?:s|children|people|kids)$")
_GONE = re.compile(
    r"\b(?:died|dead|passed(?: away| on)?|funeral|buried|killed|grave|cremat\w+|put (?:him|her|it) (?:down|to sleep)|to sleep"
    r"|lost (?:my|our)|death)\b"
)
_NAME = re.compile(r"\b(?:(?:[Hh]is|[Hh]er|[Ii]ts) name (?:was|is)|[Cc]alled (?:him|her|it)|named) ([A-Za-z]{2,14})\b")
_NO_NAMES = frozenset(["a", "the", "on", "in", "so", "always", "my", "also", "not"])


PAIRED = frozenset(
    f"your {noun}"
    for noun in (
        "husband", "wife", "partner", "boyfriend", "girlfriend", "sister", "brother", "friend", "mum", "mom", "mother", "dad",
        "father", "son", "daughter", "ex", "boss",
    )
) | {"your best friend", "your flatmate", "your roommate"}
_WE_START = (("you're", "the two of you are"), ("you've", "the two of you have"), ("you", "the two of you"))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the seeker speaks of: how to name them ("your wife", "Biscuit") and their pronouns."""

    name: str
    subject: str
    object: str


def pronouns_of(noun: str, texts: Sequence[str] = ()) -> tuple[str, str]:
    """Subject and object pronoun for a noun of kinship; by the pronouns used in ``texts`` where the noun does not tell."""
    last = noun.rsplit(" ", maxsplit=1)[-1]
    if last in listed("he_nouns"):
        return "he", "him"
    if last in listed("she_nouns"):
        return "she", "her"
    if _MANY.search(last) and last != "boss":
        return "they", "them"
    keys = [key for text in texts for key in keys_of(text)]
    he = sum(key in {"he", "him", "his", "hes"} for key in keys)
    she = sum(key in {"she", "her", "hers", "shes"} for key in keys)
    if he == she:
        return "they", "them"
    return ("he", "him") if he > she else ("she", "her")


def lost_one(texts: Sequence[str]) -> Person | None:
    """The one who died, by what the seeker said (``texts`` oldest first); None when nobody or more than one is named."""
    found: dict[str, None] = {}
    for text in texts:
        for sentence in sentences_of(text[:2000]):
            words = " ".join(keys_of(sentence))
            if _GONE.search(words):
                found.update(dict.fromkeys(_relatives(words)[:1]))
    if len(found) != 1:
        return None
    noun = next(iter(found))
    subject, object_ = pronouns_of(noun, texts)
    name = f"your {noun}"
    if noun in _PETS:
        named = [hit.group(1) for text in texts for hit in _NAME.finditer(text) if hit.group(1).lower() not in _NO_NAMES]
        name = named[0][:1].upper() + named[0][1:].lower() if named else name
    return Person(name, subject, object_)


@cache
def _relative() -> re.Pattern[str]:
    known = sorted({*listed("persons"), *_PETS} - {"nurse", "doctor", "therapist", "boss"}, key=len, reverse=True)
    nouns, bare = "|".join(known), "|".join(sorted(listed("bare_person")))
    adjectives = "|".join(sorted(listed("adjectives") | {"dear", "beloved", "sweet", "poor", "late"}))
    return re.compile(rf"\b(?:(?:my|our) (?:(?:{adjectives}) )?({nouns})|({bare}))\b(?! (?:of|{nouns})\b)")


def _relatives(words: str) -> list[str]:
    found = [hit.group(1) or hit.group(2) for hit in _relative().finditer(words)]
    return [noun.removeprefix("late ") for noun in found]


def together(clause: Clause) -> Clause:
    """The clause with its "we" as two people: "we used to laugh" becomes "the two of you used to laugh"."""
    raw = clause.raw.casefold().split()
    if not raw or raw[0] not in {"we", "we've", "weve"} or raw[1:2] in (["all"], ["both"]):
        return clause
    for one, two in _WE_START:
        if clause.turned == one or clause.turned.startswith(f"{one} "):
            return replace(clause, turned=f"{two}{clause.turned[len(one) :]}")
    return clause
