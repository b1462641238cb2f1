"""Turns a clause the seeker said to the second person ("i was" -> "you were"), or says that it cannot be done safely."""

from __future__ import annotations

import re
from functools import cache

from esc_tui.engines.embedded.words import key_of, load_data, word_set

_WORD = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+[:.]\d+\w*|[^\W_]+(?:['’`´-][^\W_]+)*", re.UNICODE)


@cache
def listed(name: str) -> frozenset[str]:
    """A named list of ``data/turning.json`` as a set."""
    return frozenset(load_data("turning")[name].split("|"))


def normal_words(clause: str) -> list[str] | None:
    """Words of a clause with apostrophes put back and chat fillers dropped; None when strong language remains."""
    known: dict[str, str] = load_data("turning")["contractions"]
    words: list[str] = []
    raw = [hit.group().replace("’", "'").replace("`", "'").replace("´", "'") for hit in _WORD.finditer(clause)]
    letters = [character for character in clause if character.isalpha()]
    shouting = len(letters) > 6 and sum(map(str.isupper, letters)) > 0.7 * len(letters)
    for place, word in enumerate(raw):
        key = key_of(word)
        after = key_of(raw[place + 1]) if place + 1 < len(raw) else ""
        if shouting and word != "I":
            word = word.lower()  # noqa: PLW2901 - the word as it will be said
        if key in listed("dropped") and not _needed(key, words, after):
            continue
        if key in word_set("swears"):
            return None
        if key == "id" and "'" not in word and words and key_of(words[-1]) in {"my", "an", "the", "your"}:
            words.append("ID")
        elif key == "ill" and "'" not in word:
            words.append("I'll" if after in listed("safe_base_after_ill") else "ill")
        elif key == "its" and "'" not in word and after in listed("after_its"):
            words.append("it's")
        elif word.casefold() == "we're":
            words.extend(("we", "are"))
        elif key in known and "'" not in word:
            words.extend(known[key].split(" "))
        elif key == "i":
            words.append("I")
        elif key in listed("day_names"):
            words.append(word.lower().capitalize())
        else:
            words.append(word)
    return words


def _needed(key: str, before: list[str], after: str) -> bool:
    """True when "like" carries meaning ("feel like", "cried like"); a filler stands first or after a joining word."""
    if key != "like" or not before:
        return False
    return key_of(before[-1]) not in {
        "and",
        "but",
        "so",
        "was",
        "just",
        "its",
        "because",
        "since",
        "then",
        "that",
        "for",
        "about",
        "only",
        "be",
    }


def turned(clause: str) -> str | None:
    """The clause in the second person, lower-case start, no end mark; None when turning it is not safe."""
    words = normal_words(clause)
    if not words:
        return None
    return turn_words(words)


def turn_words(words: list[str]) -> str | None:
    """As ``turned``, for words already normal."""
    keys = [key_of(word) for word in words]
    if any(
        key in {"you", "your", "yours", "yourself", "u", "ur", "youre", "youve", "youd", "yall", "aint"} for key in keys
    ):
        return None
    pair = _and_me(words, keys)
    if pair is not None:
        words, keys = pair
    out: list[str] = []
    verb_due = 0
    for place, word in enumerate(words):
        key = keys[place]
        before = keys[place - 1] if place else ""
        if key == "i":
            if before in {"am", "was"}:
                return None
            if out and out[-1] == "you":
                out.append("that")
            out.append("you")
            verb_due = 3
        elif word in {"I'm", "I’m"} or key == "im":
            out.append("you're")
        elif key == "ive":
            out.append("you've")
        elif key == "id":
            out.append("you'd" if word != "ID" else "ID")
        elif word == "I'll":
            out.append("you'll")
        elif key == "us" and before == "of":
            return None  # "four of us" were not four of them
        elif key in {"me", "us"}:
            out.append("you")
        elif key in _PRONOUNS:
            out.append(_PRONOUNS[key])
        elif key in _WE:
            out.append(_WE[key])
            verb_due = 0
        elif verb_due and key in _AGREE:
            out.append(_AGREE[key])
            verb_due = 0
        else:
            out.append(word)
            if verb_due and key not in listed("skipped"):
                verb_due = 0
        if out and out[-1] in {"you're", "you've", "you'd"} and len(out) > 1 and out[-2] == "you":
            out.insert(-1, "that")
    text = re.sub(r"^you are(?= [a-z])", "you're", " ".join(out).replace("can not ", "can't "))
    if "am" in out:
        return None
    first = text.split(" ", 1)[0]
    if (first != first.upper() or first == "A") and _lowers(first):
        text = text[0].lower() + text[1:]
    return text


_PRONOUNS = {
    "my": "your",
    "mine": "yours",
    "myself": "yourself",
    "our": "your",
    "ours": "yours",
    "ourselves": "yourselves",
    "mys": "yours",
}
_WE = {"we": "you", "weve": "you've"}
_AGREE = {"am": "are", "was": "were", "wasnt": "weren't", "arent": "aren't"}


def _and_me(words: list[str], keys: list[str]) -> tuple[list[str], list[str]] | None:
    """Put the second person first: "my mum and i" and "me and my mum" become "I and my mum" with a plural verb."""
    if keys[0] == "me" and len(keys) > 2 and keys[1] == "and":
        words = ["I", *words[1:]]
    elif "i" in keys[1:6] and keys[keys.index("i") - 1] == "and" and keys.index("i") >= 2:
        place = keys.index("i")
        if any(word.endswith(("'s", "’s")) for word in words[: place - 1]):
            return None  # "my sponsor's on holiday and I ..." is two things, not two people
        if keys[0] not in {"my", "our"} and not words[0][:1].isupper() and place != 2:
            return None
        words = ["I", "and", *words[: place - 1], *words[place + 1 :]]
    else:
        return None
    keys = [key_of(word) for word in words]
    for place in range(3, min(len(keys), 7)):
        if keys[place] == "was":
            words[place] = "were"
            break
        if keys[place] == "am":
            words[place] = "are"
            break
    return words, [key_of(word) for word in words]


_LOWERED = frozenset(
    ["your", "you", "youre", "youve", "youd", "it", "its", "there", "no", "not", "even", "that"]
)


def _lowers(word: str) -> bool:
    """True for sentence-initial words that are no names."""
    key = key_of(word)
    return any(key in listed(name) for name in ("subjects", "determiners", "contracted")) or key in _LOWERED
