"""Cuts a message into finite clauses fit to be said back, each turned to the second person and weighed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from esc_tui.engines.embedded.reader import valence_of
from esc_tui.engines.embedded.turning import key_of, listed, normal_words, turn_words
from esc_tui.engines.embedded.words import phrases, tokens_of

LONGEST = 14
SHORTEST = 3
_SENTENCE = re.compile(r"(?<=[.!?;\n…])[\"”’)]*\s+|\n+|\s+[-–—]+\s+|\.{2,}")
_PIECE = re.compile(r"\s*[,;:()]\s*")
_JOIN = {"and", "but", "so", "because", "then", "cause", "cuz", "bc", "cos", "coz", "though", "although", "yet", "or", "plus"}
_SOFT = {"because", "when", "while", "so", "but", "which", "since", "who", "before", "after", "if", "though", "and", "as", "for",
         "until", "even", "without", "whenever", "like"}
_MINDS = frozenset("think guess suppose mean know feel want wish hope need believe swear wonder hate like love".split())


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause fit to be said back. ``turned`` is in the second person; ``weight`` grows with what it tells."""

    turned: str
    words: int
    weight: float
    past: bool
    own: bool
    valence: float
    feeling: bool
    telling: bool
    raw: str


def sentences_of(text: str) -> list[str]:
    """Sentences of a message, by end marks, line ends and dashes."""
    return [part.strip() for part in _SENTENCE.split(text) if part and part.strip()]


@lru_cache(maxsize=256)
def clauses_of(text: str) -> tuple[Clause, ...]:
    """All clauses of a message that may be said back, weightiest first."""
    found: list[Clause] = []
    seen: set[str] = set()
    for place, sentence in enumerate(sentences_of(text[:2000])):
        if sentence.endswith("?") or _unbalanced(sentence):
            continue
        for piece in _pieces(sentence):
            clause = _clause(piece, place)
            if clause is not None and clause.turned.casefold() not in seen:
                seen.add(clause.turned.casefold())
                found.append(clause)
    found.sort(key=lambda clause: -clause.weight)
    return tuple(found)


def _unbalanced(sentence: str) -> bool:
    return sentence.count('"') % 2 == 1 or sentence.count("“") != sentence.count("”") or "http" in sentence


def _pieces(sentence: str) -> list[list[str]]:
    """Word lists of the parts of a sentence: at commas, at joins before a new subject, and at run-on subjects."""
    parts: list[list[str]] = []
    for chunk in _PIECE.split(sentence.strip(" .!…")):
        if '"' in chunk or "“" in chunk or "”" in chunk:
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
        if keys[place] in _JOIN and _subject_at(keys, place + 1) and _verb_at(keys, place + 1) is not None:
            if keys[place] == "and" and keys[place + 1] == "i" and place - start <= 4 and keys[start] in {"my", "me"} \
                    and _verb_at(keys[:place], start) is None:
                continue
            if keys[place] in {"so", "or"} and keys[place - 1] in {"not", "feel", "am", "is", "was", "if"}:
                continue
            parts.append(words[start:place])
            start = place
        elif keys[place] in _JOIN and keys[place + 1] in {"when", "if", "after", "while", "since", "even", "once", "until"} or keys[place] == "which":
            parts.append(words[start:place])
            start = place
        elif _runs_on(keys, start, place, len(words)):
            parts.append(words[start:place])
            start = place
    parts.append(words[start:])
    return parts


def _runs_on(keys: list[str], start: int, place: int, count: int) -> bool:
    """A new subject with its verb, after a finished clause and no word that takes a clause: a missing full stop."""
    if count < 8 or place - start < 3 or keys[place - 1] in listed("no_split_after") or "and" in keys[place - 3 : place]:
        return False
    if keys[place] not in {"i", "he", "she", "they", "we", "im", "ive", "hes", "shes", "theyre", "nobody", "everyone", "my", "now"}:
        return False
    if keys[place] in {"my", "now"}:
        verb = _verb_at(keys, place + (keys[place] == "now"))
        return (
            verb is not None and verb - place <= 3 and keys[place - 1] not in _PREPOSITIONS
            and keys[place - 1] not in listed("bases") | listed("pasts") and _verb_at(keys, start) is not None
            and not keys[place - 1].endswith(("ing", "ed", "s"))
        )
    first = _verb_at(keys, start if keys[start] not in _JOIN else start + 1)
    return first is not None and first < place and _verb_at(keys, place) is not None


_PREPOSITIONS = frozenset("of to in on at with for from by about over into after before without around under like".split())


def _subject_at(keys: list[str], place: int) -> bool:
    if place >= len(keys):
        return False
    key = keys[place]
    return key in listed("subjects") or key in listed("determiners") or key in _CONTRACTED or key in {"it", "its", "there"}


_CONTRACTED = frozenset("im ive id hes shes theyre theyve weve its".split())


def _finite(key: str, subject: str) -> bool:
    """True when ``key`` is a finite verb that agrees with ``subject`` (first, third, plural or any)."""
    if key in listed("future"):
        return False
    if key in listed("pasts") or (key.endswith("ed") and len(key) >= 5 and key not in _NOT_PAST):
        return True
    if subject == "third":
        return key in listed("third") or _third_person(key)
    return key in listed("aux") - {"is", "has", "does", "doesnt", "isnt", "hasnt"} or key in listed("bases")


_NOT_PAST = frozenset("tired bored scared need indeed speed ashamed exhausted married naked wicked stressed worried".split())


def _third_person(key: str) -> bool:
    bases = listed("bases")
    return key.endswith("s") and (
        key[:-1] in bases or (key.endswith("es") and key[:-2] in bases) or (key.endswith("ies") and key[:-3] + "y" in bases)
    )


def _verb_at(keys: list[str], place: int) -> int | None:
    """The place of the finite verb of a clause whose subject starts at ``place``; None when there is none near."""
    if place >= len(keys):
        return None
    key = keys[place]
    if key in _CONTRACTED:
        return place if key != "id" else None
    if key in {"i", "we", "they", "people"}:
        kind, after = "first", place + 1
    elif key in {"he", "she", "it", "nobody", "noone", "everyone", "everybody", "someone", "somebody", "nothing",
                 "everything", "none", "anyone"}:
        kind, after = "third", place + 1
        if key in {"nobody", "everyone", "noone", "none", "nothing"} and after < len(keys) and keys[after] in {"at", "in", "here", "else", "of"}:
            after += {"at": 2, "in": 2, "of": 2, "here": 1, "else": 1}[keys[after]]
            if after < len(keys) and keys[after - 1] in listed("determiners"):
                after += 1
    elif key == "no" and place + 1 < len(keys) and keys[place + 1] == "one":
        kind, after = "third", place + 2
    elif key in listed("determiners"):
        return _verb_after_noun(keys, place)
    else:
        return None
    while after < len(keys) and keys[after] in listed("adverbs"):
        after += 1
    if kind == "first" and place + 2 < len(keys) and keys[place + 1] == "and":
        return _verb_after_noun(keys, place + 2, plural=True)
    if after < len(keys) and _finite(keys[after], kind):
        return after
    return None


def _verb_after_noun(keys: list[str], place: int, plural: bool = False) -> int | None:
    """The finite verb after "my best friend" or "the two of them": within five words, after at least one noun."""
    for after in range(place + (2 if keys[place] in listed("determiners") else 1), min(place + 7, len(keys))):
        noun = keys[after - 1]
        while after < len(keys) and keys[after] in listed("adverbs") - {"all", "of", "kind", "sort"}:
            after += 1  # noqa: PLW2901 - adverbs between noun and verb
        if after >= len(keys):
            return None
        key = keys[after]
        if noun in listed("adverbs") or noun in _PREPOSITIONS or noun in {"who", "that", "which"}:
            continue
        many = plural or noun in listed("plurals")
        if key in {"who", "that", "which", "i", "he", "she", "they", "we", "you", "it"}:
            if key == "i" and keys[after - 1] == "and":
                return _verb_after_noun(keys, after, plural=True)
            return None
        if _finite(key, "plural" if many else "third"):
            if key.endswith("ed") and after + 1 < len(keys) and keys[after + 1] in {"is", "was", "has"}:
                continue
            return after
    return None


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
                if size >= 2 and not _subject_at(rest, 0):
                    continue
                if keys[0] in {"still", "now", "even", "only", "no", "that", "sometimes", "all"} and not _subject_at(rest, 0):
                    continue
                if lead == "no" and rest[0] == "one":
                    continue
                words = words[size:]
                changed = True
                break
    return words


def _clause(words: list[str], sentence: int) -> Clause | None:
    words = _strip_leads(words)
    if len(words) < 2 or (len(words) < SHORTEST and not _tells_in_two(words)):
        return None
    words = _shorten(words)
    keys = [key_of(word) for word in words]
    while len(keys) > SHORTEST and keys[-1] in {"lol", "too", "now", "though", "again", "either", "anyway", "ok", "right", "then", "sorry",
                                                    "thanks", "please", "haha"}:
        if keys[-1] in {"now", "again", "too", "either"}:
            break
        words, keys = words[:-1], keys[:-1]
    if len(words) > LONGEST or (keys[-1] in listed("bad_ends") and not _relative_end(keys)) or keys[0] in listed("bad_starts"):
        return None
    verb = _verb_at(keys, 0)
    if keys[0] == "me" and len(keys) > 3 and keys[1] == "and":
        verb = _verb_after_noun(keys, 2, plural=True)
    if verb is None:
        verb = _verb_after_name(words, keys)
    if keys[0] in {"it", "its", "there", "this"} or verb is None or verb >= len(keys):
        return None
    if keys[0] in {"i", "im"} and keys[verb] in {"feel", "felt"} and not {"like", "as"} & set(keys[verb + 1 : verb + 2]):
        return None
    if keys[0] in _HANGING_SUBJECTS or (keys[0] == "the" and keys[1] in {"thing", "point", "problem", "way", "fact"}):
        return None
    if verb == len(keys) - 1 and len(keys) > 2 and key_of(words[-1]) in {"had", "was", "were", "did", "felt", "keep", "think", "know", "want"}:
        return None
    if _unsafe(keys, verb):
        return None
    said = turn_words(words)
    if said is None or _doubles(said):
        return None
    return _weighed(words, keys, verb, said, sentence)


_HANGING_SUBJECTS = frozenset("this these those all one both".split())


def _tells_in_two(words: list[str]) -> bool:
    """True for "nobody called", "everyone left"."""
    keys = [key_of(word) for word in words]
    return keys[0] in {"nobody", "everyone", "everybody"} and _finite(keys[1], "third") and keys[1] not in listed("aux")


def _relative_end(keys: list[str]) -> bool:
    """True when the last two words close a relative clause: "everything I do", "all we had"."""
    return (
        len(keys) >= 4 and keys[-1] in {"do", "did", "have", "had", "say", "said", "am", "was", "think"}
        and keys[-2] in _BARE_SUBJECTS and keys[-3] in {"everything", "all", "anything", "nothing", "what", "who", "way", "things"}
    )


def _verb_after_name(words: list[str], keys: list[str]) -> int | None:
    """The finite verb after one or two capitalised words ("Dana said", "Li Wei never called")."""
    names = 0
    while names < min(2, len(words)) and words[names][:1].isupper() and words[names][1:].islower():
        names += 1
    if names == 0 or keys[0] in {"it", "its", "this", "that", "there", "so", "now"} | listed("bases") | listed("adverbs"):
        return None
    place = names
    while place < len(keys) and keys[place] in listed("adverbs"):
        place += 1
    return place if place < len(keys) and _finite(keys[place], "third") else None


def _doubles(text: str) -> bool:
    words = text.casefold().split()
    return any(a == b and a not in {"that", "had"} for a, b in zip(words, words[1:], strict=False))


def _unsafe(keys: list[str], verb: int) -> bool:
    """Talk about the talk, empty or conditional statements, and echoes that would sound like consent to harm."""
    inside = set(keys)
    if keys[verb] in {"mean", "guess", "suppose", "wonder", "hope", "wish", "promise", "swear", "bet", "agree"} and keys[0] == "i":
        return True
    rest = " ".join(keys[1:])
    if keys[0] in {"i", "im", "ive"} and (rest in _EMPTY or rest.startswith(_EMPTY_STARTS)):
        return True
    if any(one in _BARE_SUBJECTS and two == "not" for one, two in zip(keys, keys[1:], strict=False)):
        return True
    if inside & {"ago", "yesterday"} and keys[verb] in listed("bases") - listed("pasts"):
        return True
    if any(one in _NUMBERS and two in _UNITS for one, two in zip(keys, keys[1:], strict=False)):
        return True
    if any(one in _WANTS and two in _OBJECTS and three in listed("bases") - {"like", "back"}
           for one, two, three in zip(keys, keys[1:], keys[2:], strict=False)):
        return True
    if inside & {"kill", "suicide", "die", "dying", "cutting", "bot", "robot", "chatbot", "ai", "rape", "raped", "suicidal", "advice"}:
        return True
    own = keys[0] in {"i", "im", "ive", "my"}
    if own and (inside & _SELF_BLAME or (inside & _HARSH and keys[verb] in {"am", "was", "im", "feel", "felt", "look", "looked"})):
        return True
    if inside & _INSULTS and not inside & {"said", "says", "called", "calls", "told", "tells"}:
        return True
    if keys[verb] in {"want", "wanted"} and keys[0] == "i" and "die" in inside:
        return True
    return any(key in {"would", "might", "should", "will"} for key in keys[:3])


_SELF_BLAME = frozenset("ruined ruin deserve deserved failed fault messed screwed destroyed wasted relapsed".split())
_HARSH = frozenset(
    "failure worthless stupid idiot ugly fat burden loser pathetic lazy disgusting useless bad terrible horrible weak selfish fool "
    "broken crazy mess joke fraud dumb monster coward unlovable weird wrong problem nothing awful insane mad freak".split()
)
_INSULTS = frozenset("idiot idiots stupid moron evil monster psycho crazy ugly fat disgusting loser narcissist jerk liar pathetic lazy".split())
_BARE_SUBJECTS = frozenset("i he she we they it".split())
_NUMBERS = frozenset("two three four five six seven eight nine ten many few several".split())
_UNITS = frozenset("year month week day hour time friend page".split())
_WANTS = frozenset("want wants wanted need needs".split())
_OBJECTS = frozenset("me him her us them".split())
_EMPTY = frozenset(
    "know|dont know|am fine|fine|ok|okay|good|sorry|so sorry|am sorry|think so|dont think so|guess so|not sure|am not sure|see|"
    "understand|do|did|am|can|agree|like it|dont mind|dont get it|have no idea|tried that|thought so|remember|forgot|am here|"
    "here|dont remember|dont understand|dont care|am good|am ok|am okay|love you|am done|have to go|hate it|tried everything".split("|")
)
_EMPTY_STARTS = tuple(
    "know |dont know |dont really know|cant explain|just want |want |need |wanted to |just wanted |have to go|just need |"
    "dont want to talk|dont mean |didnt mean |told the |hear that|said that|going to |am going to |was wondering|am wondering|"
    "wondering|came here|can try|could try|found this|am from |from |am called|am writing|will |have tried|tried talking to|"
    "have no idea|am not sure|not sure|dont remember|am here|have a question|am trying to explain|would |thought about it|"
    "think so|have to say|must say|really dont know|honestly dont know|still dont know|dont even know|just dont know|"
    "am sorry|sorry|only want|really want|am |".split("|")[:-2]
)


def _shorten(words: list[str]) -> list[str]:
    """Cut a long clause at the last soft joint that leaves enough of it; too long otherwise."""
    if len(words) <= LONGEST:
        return words
    keys = [key_of(word) for word in words]
    for place in range(LONGEST, 3, -1):
        if keys[place] in _SOFT and keys[place - 1] not in listed("bad_ends"):
            return words[:place]
    return words


def _weighed(words: list[str], keys: list[str], verb: int, said: str, sentence: int) -> Clause:
    text = " ".join(words)
    valence = valence_of(text)
    own = keys[0] in {"i", "im", "ive", "we", "me"}
    strong = sum(match.weight for match in phrases("states").find(tokens_of(text)) if match.label != "venting")
    past = keys[verb] in listed("pasts") | {"was", "were", "did", "didnt", "had", "hadnt", "wasnt", "werent", "couldnt"} or (
        keys[verb].endswith("ed")
    )
    feeling = own and (
        any(" ".join(keys[place : place + 2]) in listed("feelings") or keys[place] in listed("feelings")
            for place in range(verb, min(verb + 4, len(keys))))
        and (keys[verb] in {"feel", "felt", "am", "was", "im", "feeling"})
    )
    mind = own and keys[verb] in _MINDS
    weight = 1.0 + 0.35 * min(strong, 5) - 0.9 * feeling - 0.7 * mind + 0.1 * min(len(words), 9) - 0.02 * sentence
    weight += 0.35 * past + 0.4 * max(0.0, -valence) - 0.6 * (len(words) > 11)
    telling = valence < 0 or strong >= 1
    return Clause(_seeming(said, keys, verb), len(words), weight, past, own, valence, feeling, telling, text)


_SWEEPING_VERBS = frozenset(
    "cares care loves love likes like wants want understands understand hates hate listens believes respects matters works helps changes "
    "leaves judges ever is are does".split()
)


def _seeming(said: str, keys: list[str], verb: int) -> str:
    """Sweeping judgements are given back as how it seems, never as facts: "it feels as if nobody cares"."""
    sweeping = keys[0] in {"nobody", "everyone", "everybody", "noone", "nothing", "everything", "people"} or keys[:2] == ["no", "one"]
    past = keys[verb] in listed("pasts") or keys[verb].endswith("ed") or keys[verb] in {"did", "didnt", "was", "were"}
    own = keys[0] in {"i", "im", "ive", "my"}
    never = bool({"anything", "everything", "nothing"} & set(keys)) and bool({"cant", "never", "always", "nothing"} & set(keys))
    hated = bool({"hate", "hates", "hated"} & set(keys)) and "me" in keys
    bare = own and bool({"nobody", "noone"} & set(keys) or {"no one"} & {" ".join(pair) for pair in zip(keys, keys[1:], strict=False)})
    small = own and keys[verb] in {"dont", "cant"} and bool({"belong", "matter", "exist", "deserve"} & set(keys))
    if "feel" in keys[:4] or "feels" in keys[:4] or said.startswith("it feels"):
        return said
    if (sweeping and not past and keys[verb] in _SWEEPING_VERBS) or (own and never) or hated or bare or small:
        return f"it feels as if {said}"
    return said
