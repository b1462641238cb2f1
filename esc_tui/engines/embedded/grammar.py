"""Enough grammar to tell a clause from a fragment: subjects, finite verbs and their agreement, from word lists."""

from __future__ import annotations

from esc_tui.engines.embedded.turning import listed


def is_clause(keys: list[str]) -> bool:
    """True when the words open with a subject and its finite verb."""
    return subject_at(keys, 0) and keys[0] not in {"it", "there"} and verb_at(keys, 0) is not None


def subject_at(keys: list[str], place: int) -> bool:
    """True when a subject stands at ``place``: a pronoun, a determiner, "nobody", "I'm"."""
    if place >= len(keys):
        return False
    key = keys[place]
    return (
        key in listed("subjects")
        or key in listed("determiners")
        or key in listed("contracted")
        or key in {"it", "its", "there"}
    )


def is_finite(key: str, subject: str) -> bool:
    """True when ``key`` is a finite verb that agrees with ``subject`` (first, third, plural or any)."""
    if key in listed("future"):
        return False
    if key in listed("pasts") or (key.endswith("ed") and len(key) >= 5 and key not in listed("not_past")):
        return True
    if subject == "past":
        return False
    if subject == "third":
        return key in listed("third") or _third_person(key)
    return (key in listed("aux") and key not in {"is", "has", "does", "doesnt", "isnt", "hasnt"}) or key in listed("bases")


def _third_person(key: str) -> bool:
    bases = listed("bases")
    return key.endswith("s") and (
        key[:-1] in bases
        or (key.endswith("es") and key[:-2] in bases)
        or (key.endswith("ies") and key[:-3] + "y" in bases)
    )


def verb_at(keys: list[str], place: int) -> int | None:
    """The place of the finite verb of a clause whose subject starts at ``place``; None when there is none near."""
    if place >= len(keys):
        return None
    key = keys[place]
    if key in listed("contracted"):
        return place if key != "id" else None
    if key in {"i", "we", "they", "people"}:
        kind, after = "first", place + 1
    elif key in {
        "he",
        "she",
        "it",
        "nobody",
        "noone",
        "everyone",
        "everybody",
        "someone",
        "somebody",
        "nothing",
        "everything",
        "none",
        "anyone",
    }:
        kind, after = "third", place + 1
        if (
            key in {"nobody", "everyone", "noone", "none", "nothing"}
            and after < len(keys)
            and keys[after] in {"at", "in", "here", "else", "of"}
        ):
            after += {"at": 2, "in": 2, "of": 2, "here": 1, "else": 1}[keys[after]]
            if after < len(keys) and keys[after - 1] in listed("determiners"):
                after += 1
    elif key == "no" and place + 1 < len(keys) and keys[place + 1] == "one":
        kind, after = "third", place + 2
    elif key in listed("determiners"):
        return verb_after_noun(keys, place)
    else:
        return None
    while after < len(keys) and keys[after] in listed("adverbs"):
        after += 1
    if kind == "first" and place + 2 < len(keys) and keys[place + 1] == "and":
        return verb_after_noun(keys, place + 2, plural=True)
    if after < len(keys) and is_finite(keys[after], kind):
        return after
    return None


def verb_after_noun(keys: list[str], place: int, plural: bool = False) -> int | None:
    """The finite verb after "my best friend" or "the two of them": within five words, after at least one noun."""
    for after in range(place + (2 if keys[place] in listed("determiners") else 1), min(place + 7, len(keys))):
        noun = keys[after - 1]
        while after < len(keys) and keys[after] in listed("adverbs") and keys[after] not in {"all", "of", "kind", "sort"}:
            after += 1  # noqa: PLW2901 - adverbs between noun and verb
        if after >= len(keys):
            return None
        key = keys[after]
        if noun in listed("adverbs") or noun in listed("prepositions") or noun in {"who", "that", "which"}:
            continue
        many = plural or noun in listed("plurals")
        if key in {"who", "that", "which", "i", "he", "she", "they", "we", "you", "it"}:
            if key == "i" and keys[after - 1] == "and":
                return verb_after_noun(keys, after, plural=True)
            return None
        if is_finite(key, "plural" if many else "third"):
            if key.endswith("ed") and after + 1 < len(keys) and keys[after + 1] in {"is", "was", "has"}:
                continue
            return after
    return None


def verb_after_name(words: list[str], keys: list[str]) -> int | None:
    """The finite verb after one or two capitalised words ("Dana said", "Li Wei never called")."""
    names = 0
    while names < min(2, len(words)) and words[names][:1].isupper() and words[names][1:].islower():
        names += 1
    if names == 0 or keys[0] in {"it", "its", "this", "that", "there", "so", "now"}:
        return None
    if keys[0] in listed("bases") or keys[0] in listed("adverbs"):
        return None
    place = names
    while place < len(keys) and keys[place] in listed("adverbs"):
        place += 1
    return place if place < len(keys) and is_finite(keys[place], "third") else None
