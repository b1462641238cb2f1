"""Fills the slots of a phrasing from what the seeker said: the current message first, then earlier ones. Never guesses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache

from esc_tui.domain.labels import Scenario, State
from esc_tui.engines.embedded.choices import reason_for, sides_of
from esc_tui.engines.embedded.clauses import clauses_of, sentences_of
from esc_tui.engines.embedded.deeds import creditable, is_deed
from esc_tui.engines.embedded.fears import fears_of, supposed_in
from esc_tui.engines.embedded.keeping import kept_from, told_weight
from esc_tui.engines.embedded.people import PAIRED, together
from esc_tui.engines.embedded.quoting import quotes_of, said_of
from esc_tui.engines.embedded.times import times_of
from esc_tui.engines.embedded.turning import listed, normal_words, turn_words
from esc_tui.engines.embedded.unsaid import sayable
from esc_tui.engines.embedded.weighing import Clause
from esc_tui.engines.embedded.words import Token, key_of, keys_of, phrases, tokens_of, word_set
from esc_tui.engines.roles import Moment, Reading

_WISH = re.compile(
    r"\bi (?:just |only |really |still )*(?:want to|wanna|would like to|'?d like to"
    r"|wish i could(?: just)?|hope to|want nothing more than to)"
    r" ([^.,;:!?\n]+)",
    re.IGNORECASE,
)
_WANT = re.compile(
    r"\bi (?:just |only |really |still )*(?:want|need) ((?:an?|one|some|my) [^.,;:!?\n]+|(?:him|her|them|it|us) back)(?=[.,;!?\n]|$)",
    re.IGNORECASE,
)
_KIN = frozenset(["mum", "mom", "dad", "mother", "father"])


@dataclass(frozen=True, slots=True)
class Slots:
    """Candidates for each slot, best first; a slot without candidates is not filled.

    ``clauses`` keeps what is known of a clause (tense, valence) for the frames that need it.
    """

    values: dict[str, tuple[str, ...]]
    clauses: dict[str, Clause] = field(default_factory=dict)
    person_topics: frozenset[str] = frozenset()

    def get(self, name: str) -> tuple[str, ...]:
        """Candidates for one slot."""
        return self.values.get(name, ())


_newest: tuple[Moment, Reading, Slots] | None = None


def slots_of(moment: Moment, reading: Reading) -> Slots:
    """All slots of a moment; pure. Planner and writer ask for the same ones, so the newest are kept."""
    global _newest  # one entry, replaced whole
    kept = _newest
    if kept is None or kept[0] is not moment or kept[1] is not reading:
        kept = _newest = (moment, reading, _slots_of(moment, reading))
    return kept[2]


def _slots_of(moment: Moment, reading: Reading) -> Slots:
    said = [line for line in moment.history if line.speaker == "seeker"]
    earlier = [line.text for line in reversed(said)]
    spoken = " ".join(line.text.casefold() for line in moment.history if line.speaker == "supporter")
    good_news = reading.state in {State.RELIEVED, State.REFLECTING}
    now = [clause for clause in clauses_of(moment.text) if _fits(clause, good_news, spoken)]
    if earlier:
        now.sort(key=lambda clause: -told_weight(clause))
    if reading.state is State.RELIEVED:
        now = sorted((clause for clause in now if clause.valence >= 0), key=lambda clause: -clause.valence)
    before = kept_from(earlier, [line.text for line in reversed(moment.history) if line.speaker == "supporter"], moment.text)
    named = {person for text in (moment.text, *earlier[:4]) for person in persons_of(text)}
    pair = len(named & PAIRED) == 1 and not named - PAIRED
    now, before = ([together(clause) if pair else clause for clause in found] for found in (now, before))
    known = {clause.turned: clause for clause in (*now, *before)}
    loss = reading.scenario is Scenario.BEREAVEMENT
    persons = [] if loss else list(persons_of(moment.text))
    gone = frozenset().union(*map(_departed, (moment.text, *earlier)))
    persons = [person for person in persons if person not in gone]
    if not persons and not loss:
        known_before = {person for text in earlier[:6] for person in persons_of(text)}
        persons = sorted(known_before - gone) if len(known_before) == 1 else []
    things = [thing for thing in things_of(moment.text) if _belongs(thing, reading, moment.text)]
    if not things and not persons_of(moment.text):
        things = [thing for text in earlier[:4] for thing in things_of(text) if _belongs(thing, reading, "")]
    people_topics = () if loss else tuple(person for person in persons if person.startswith("your "))
    feelings = list(feelings_of(moment.text)) or [
        feeling
        for text in earlier[:2]
        for feeling in feelings_of(text)
        if reading.state is not State.RELIEVED and feeling not in listed("good_feelings")
    ]
    if not good_news:
        feelings = [feeling for feeling in feelings if feeling not in listed("good_feelings")]
    sides = sides_of(moment.text)
    values = {
        "side": (sides.one,) if sides else (),
        "other": (sides.other,) if sides else (),
        "coming": tuple(fear for text in (moment.text, *earlier[: 6 if sides else 0]) for fear in fears_of(text))[:1],
        "reason": reason_for(sides, [moment.text, *earlier]) if sides else (),
        "supposed": supposed_in(moment.text)[:1],
        "clause": tuple(clause.turned for clause in now if not clause.feeling)[:3],
        "also": tuple(clause.turned for clause in now if not clause.feeling and clause.first > 1)[:2],
        "deed": tuple(clause.turned for clause in now if is_deed(clause) and creditable(clause.turned, moment.text, earlier))[:2],
        "earlier": tuple(clause.turned for clause in before if not clause.feeling)[:3],
        "feeling": tuple(dict.fromkeys(feelings))[:2],
        "topic": tuple(dict.fromkeys((*things[:3], *people_topics[:1])))[:3],
        "person": tuple(dict.fromkeys(persons))[:2],
        "wish": tuple(wishes_of(moment.text))[:1],
        "quote": tuple(quotes_of(moment.text, reading, spoken))[:2],
        "time": tuple(times_of(moment.text))[:1],
        "said": tuple(said_of(moment.text, reading, spoken))[:2],
    }
    talk = " ".join((moment.text, *earlier))
    values = {name: tuple(value for value in found if sayable(name, value, talk)) for name, found in values.items()}
    return Slots({name: found for name, found in values.items() if found}, known, frozenset(people_topics))


@lru_cache(maxsize=512)
def _departed(text: str) -> frozenset[str]:
    """Persons of whom the seeker said, in one sentence, that they died; nobody is sent to talk with them."""
    return frozenset(
        person
        for sentence in sentences_of(text)
        if not listed("gone").isdisjoint(keys_of(sentence))
        for person in persons_of(sentence)
    )


def _belongs(thing: str, reading: Reading, text: str) -> bool:
    """True for a topic of the matter at hand, or the only thing a short message is about."""
    labels = {match.label for match in phrases("scenarios").find(tokens_of(thing.replace("your ", "my ")))}
    if reading.scenario.value in labels:
        return True
    return reading.scenario is Scenario.OTHER and 0 < len(tokens_of(text)) <= 12


def _fits(clause: Clause, good_news: bool, spoken: str) -> bool:
    if clause.turned.casefold() in spoken:
        return False
    return good_news or clause.valence <= 0


@lru_cache(maxsize=1024)
def persons_of(text: str) -> tuple[str, ...]:
    """People named in a text, in the second person: "your boss", "your mum", or a name after a word of kinship."""
    return tuple(dict.fromkeys(_nouns(text, "persons")))


@lru_cache(maxsize=512)
def things_of(text: str) -> tuple[str, ...]:
    """Things the text is about, in the second person: "the exam", "your rent", "work"."""
    return tuple(dict.fromkeys(_nouns(text, "things")))


@cache
def _noun_heads(kind: str) -> frozenset[str]:
    return frozenset(noun.partition(" ")[0] for noun in listed(kind))


def _nouns(text: str, kind: str) -> list[str]:
    tokens = tokens_of(text)
    nouns, heads = listed(kind), _noun_heads(kind)
    found: list[tuple[int, str]] = []
    for place, token in enumerate(tokens):
        if token.key not in heads:
            continue
        pair = f"{token.key} {tokens[place + 1].key}" if place + 1 < len(tokens) else ""
        triple = f"{pair} {tokens[place + 2].key}" if place + 2 < len(tokens) else ""
        noun = triple if triple in nouns else pair if pair in nouns else token.key if token.key in nouns else ""
        if not noun or (place and f"{tokens[place - 1].key} {token.key}" in nouns):
            continue
        if token.text.endswith(("'s", "’s")) or _possessive_next(tokens, place + noun.count(" ")):
            continue
        phrase = _with_owner(tokens, place, noun, kind)
        if phrase:
            found.append((place, phrase))
    return [phrase for _, phrase in found]


def _possessive_next(tokens: tuple[Token, ...], place: int) -> bool:
    return tokens[place].text.endswith(("'s", "’s", "s'", "s’"))


def _with_owner(tokens: tuple[Token, ...], place: int, noun: str, kind: str) -> str:
    """The noun with "your" or "the" as said; empty when it belongs to someone else or is used as another word class."""
    before = [token.key for token in tokens[max(0, place - 3) : place]]
    same = [token for token in tokens[max(0, place - 3) : place] if token.clause == tokens[place].clause]
    keys = [token.key for token in same]
    if any(key in {"his", "her", "their", "your", "someones", "no", "another"} for key in keys[-2:]):
        return ""
    if keys[-2:] in (["not", "my"], ["not", "our"]):
        return ""  # "you're not my mother"
    if keys and keys[-1] in {"my", "our"}:
        return f"your {noun}"
    if len(keys) > 1 and keys[-2] in {"my", "our"} and keys[-1] in listed("adjectives"):
        return f"your {keys[-1]} {noun}"
    if kind == "persons":
        if (
            noun in listed("bare_person")
            and not (keys and keys[-1] in {"say", "says", "said", "saying", "ok", "please"})
            and not (before and before[-1] in {"a", "the", "bad", "terrible", "good", "single", "as"})
        ):
            return f"your {noun}"
        return ""
    if keys and keys[-1] == "the" and noun not in listed("bare_things"):
        return (
            f"the {noun}"
            if noun not in {"future", "past", "house", "shop", "car", "dog", "cat", "will", "move", "test"}
            or noun in {"future", "past", "move"}
            else ""
        )
    if noun in listed("bare_things") and (not keys or keys[-1] in listed("before_bare")):
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        after = following.key if following else ""
        if following and following.clause == tokens[place].clause and after not in listed("after_bare"):
            return ""
        verb_like = (
            keys and keys[-1] in {"to", "i", "they", "we", "cant", "dont"} and noun in {"work", "sleep", "school"}
        )
        if verb_like and keys[-1] == "to" and before[-2:-1] not in (["go"], ["going"], ["went"], ["back"], ["goes"]):
            return ""
        if (verb_like and keys[-1] != "to") or after in {"out", "up", "hard", "on", "together", "as"}:
            return ""
        return noun
    return ""


@cache
def _feeling_heads() -> frozenset[str]:
    return frozenset(feeling.partition(" ")[0] for feeling in listed("feelings"))


@lru_cache(maxsize=512)
def feelings_of(text: str) -> tuple[str, ...]:
    """Feelings the seeker says they have ("i feel so left out", "im exhausted"), never a denied or another's one."""
    tokens = tokens_of(text)
    known, heads = listed("feelings"), _feeling_heads()
    found: list[str] = []
    for place in range(len(tokens)):
        if tokens[place].key not in heads:
            continue
        for size in (4, 3, 2, 1):
            phrase = " ".join(token.key for token in tokens[place : place + size])
            if phrase in known and _felt(tokens, place, size):
                found.append(phrase)
                break
    chosen = [feeling for feeling in found if not any(feeling != other and feeling in other.split() for other in found)]
    return tuple(feeling for feeling in dict.fromkeys(chosen) if feeling not in listed("harsh_feelings"))


def _felt(tokens: tuple[Token, ...], place: int, size: int) -> bool:
    """True when a feel-verb with the seeker as its subject stands just before, undenied, and no noun follows."""
    after = tokens[place + size] if place + size < len(tokens) else None
    if (
        after is not None
        and after.clause == tokens[place].clause
        and (after.key not in listed("after_feeling") and not after.key.endswith("ly"))
    ):
        return False
    clause = tokens[place].clause
    back = place - 1
    steps = 0
    while (
        back >= 0
        and tokens[back].clause == clause
        and steps < 5
        and (tokens[back].key in listed("feel_skip") or tokens[back].key in listed("feelings"))
    ):
        back -= 1
        steps += 1
    if back < 0 or tokens[back].clause != clause:
        return False
    verb = tokens[back].key
    window = [token.key for token in tokens[max(0, back - 4) : place] if token.clause == clause]
    if (
        any(key in word_set("negators") for key in window)
        or verb not in listed("feel_verbs")
        or any(key in {"if", "used"} for key in window)
    ):
        return False
    if verb == "being" and back > 0 and tokens[back - 1].key in {"of", "about", "from", "at"}:
        return False  # "scared of being alone" is no loneliness yet
    if verb == "im":
        return True
    if verb in {"makes", "left", "leaves"}:
        return any(token.key == "me" for token in tokens[back:place])
    subject = [key for key in window[: window.index(verb) if verb in window else 0] if key in listed("slots_subjects")]
    return bool(subject) and subject[-1] in {"i", "im", "ive", "we", "me"}


def wishes_of(text: str) -> tuple[str, ...]:
    """What they say they want, as an infinitive in the second person; at most ten words."""
    found = []
    for hit in _WANT.finditer(text):
        words = normal_words(hit.group(1)) or []
        said = turn_words(words) if 2 <= len(words) <= 8 and key_of(words[-1]) not in listed("bad_ends") else None
        if said and not ({key_of(word) for word in words} - {"or"}) & listed("wish_stops"):
            found.append(f"to have {said}")
    for hit in _WISH.finditer(text):
        words = normal_words(hit.group(1)) or []
        if not words:
            continue
        kept: list[str] = []
        for word in words:
            if key_of(word) in listed("wish_stops") and len(kept) >= 1:
                break
            kept.append(word)
        keys = [key_of(word) for word in kept]
        if not 1 <= len(kept) <= 10 or not keys or keys[0] not in listed("bases") or keys[-1] in listed("bad_ends"):
            continue
        if set(keys) & {
            "die",
            "throw",
            "vomit",
            "puke",
            "hit",
            "smash",
            "burn",
            "faint",
            "kill",
            "hurt",
            "disappear",
            "talk",
            "say",
            "ask",
            "know",
            "scream",
            "vent",
            "punch",
            "cry",
            "tell",
        } or (keys[0] in {"be", "see"} and len(keys) == 1):
            continue
        said = turn_words(kept)
        if said:
            found.append(f"to {said}")
    return tuple(found)
