"""Reading a supporter's reply by its words alone: kinds of support acts, tone, length, echo of what was said, repetition.

``read`` looks at the text by itself (and remembers what it saw); ``read_in_place`` sets it beside the talk. No label, plan or skill of
the supporter is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from esc_tui.engines.seekers.words import (
    Phrases,
    Sentence,
    common_words,
    data,
    matter,
    proper_start,
    sentences,
    telling_stem,
)

KINDS = ("fault_lifted", "praise_weighed", "stand_by", "image", "explains_other", "weighs", "mirror", "advice", "concrete_step",
         "informs", "self_talk", "retracts", "space", "invites", "challenges", "sympathy", "praise_empty")
"""Acts that a reply may hold side by side; a reply that strews all of them is a paste."""

PASTE_KINDS = 8
"""A reply with more kinds of acts than this says a bit of everything."""

LONG_WORDS = 75
"""From here a reply begins to be long: papers.md 3.7 finds the best change below about 300 Chinese characters and loss beyond 500,
in English about 110 and 180 words; these seekers type short messages."""

_YOU = frozenset({"you", "your", "yours", "yourself"})
_I = frozenset({"i", "me", "my", "mine", "myself", "we", "our", "us"})
_OPEN = frozenset({"what", "how", "why", "which", "who", "whose", "where", "when"})
_WHEN = frozenset(
    ("year", "week", "month", "time", "tonight", "today", "tomorrow", "evening", "morning", "night", "weekend", "future", "on", "now",
     "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "simply", "always", "best"))
_WHEN_FIRST = _WHEN | {"next", "this", "in", "for", "at", "from", "before", "after"}
"""An order may begin behind words that say when: "Next year put the knife beside your plate"."""
_DENIALS = frozenset({"not", "no", "never", "none", "nothing", "neither", "hardly"})
_BETWEEN = frozenset({"have", "had", "still", "just", "then", "only", "even"})
_CLEARED = frozenset({"accuse", "fault_laid"})
"""Words of blame in a sentence that takes it away are not meant so."""
_SOFTENING = frozenset({"maybe", "perhaps", "please", "just", "simply", "then", "also", "first"})
_NOT_ORDERS = frozenset({"you", "is", "was", "of", "to", "that", "would", "may", "might", "can", "will"})


PARROT_WORDS = 5
"""So many words in a row taken over from the seeker are parroting, the more of them the more."""

_CONCRETE = frozenset({"concrete_time", "concrete_thing"})
_URGING = frozenset({"advice", "obligate", "informs", "concrete_step"})
"""With one of these a remedy that is named ("a walk") is meant as advice."""
_NO_ORDER = frozenset({"invites", "space"})
_NOT_ASKING = frozenset({"generic_people", "informs", "minimise", "obligate", "praise_empty", "closing"})
"""What is not meant as such in a question."""
_MEANT = frozenset({"stand_by", "comfort_touch", "invites", "space", "retracts", "mirror", "explains_other", "hedge", "praise_weighed",
                    "weighs"})
"""A sentence of the supporter's own self with one of these is still about the seeker."""
_PERSONAL = frozenset({"stand_by", "sympathy", "fault_lifted", "praise_weighed", "image", "space", "invites", "explains_other",
                       "concrete_step", "comfort_touch", "retracts"})
"""A sentence with one of these is meant for this seeker, though it names nobody."""


@dataclass(frozen=True, slots=True)
class SentenceReading:
    """One sentence of a reply. ``kinds``: phrases found; ``matter``: its telling stems; ``third``: it speaks of others, ``hedged``: with
    care; ``deed``: it says what the seeker did ("you kept ..."); ``bids``: it begins as an order does."""

    kinds: frozenset[str]
    matter: frozenset[str]
    words: int
    asks: bool
    open_question: bool
    to_you: bool
    of_me: bool
    third: bool
    hedged: bool
    deed: bool
    bids: bool
    step: bool


@dataclass(frozen=True, slots=True)
class ReplyReading:
    """What a reply holds, whoever it is said to. Counts are of sentences unless said otherwise; shares 0-1.

    ``acts``: sentences in which a kind of phrase was found; ``feelings``: families of feelings named of the seeker;
    ``impersonal``: the matter of each sentence that speaks of nobody; ``keys``: the words of each sentence of four words or more, and
    ``runs`` every ``PARROT_WORDS`` words in a row, for finding repetition.
    """

    acts: Mapping[str, int]
    words: int
    sentences: int
    open_questions: int
    closed_questions: int
    exclaims: int
    orders: int
    you_share: float
    self_share: float
    impersonal: tuple[frozenset[str], ...]
    feelings: frozenset[str]
    matter: frozenset[str]
    keys: tuple[frozenset[str], ...]
    runs: frozenset[tuple[str, ...]]
    last_asks: bool
    rows: tuple[SentenceReading, ...] = ()

    @property
    def questions(self) -> int:
        """All questions."""
        return self.open_questions + self.closed_questions

    @property
    def kinds(self) -> int:
        """How many of ``KINDS`` the reply holds."""
        return sum(1 for kind in KINDS if kind in self.acts) + (1 if self.questions else 0) + (1 if self.feelings else 0)


@dataclass(frozen=True, slots=True)
class PlacedReading:
    """A reply beside the talk. ``echo``: stems shared with what was just said; ``echo_before``: with what was said earlier.

    ``impersonal_share``: of sentences that speak of nobody and echo nothing; ``parroted``: runs of words taken over as they were;
    ``fits``: the feelings named that stand to reason after what the seeker said; ``repeats``: how many earlier replies this one
    repeats; ``repeated_share``: share of its words that stood in an earlier reply; ``before``: how many of the last earlier replies
    held each act; ``asked``: the seeker had asked something; ``complained``: the seeker had just found fault with the reply before.
    """

    reply: ReplyReading
    echo: frozenset[str]
    echo_before: frozenset[str]
    fits: frozenset[str]
    impersonal_share: float
    parroted: int
    repeats: int
    repeated_share: float
    before: Mapping[str, int] = field(default_factory=dict)
    praised_before: int = 0
    asked: bool = False
    complained: bool = False


@cache
def _phrases() -> Phrases:
    return Phrases({**data("acts")["acts"], **data("signs")["signs"]})


@cache
def _feelings() -> dict[str, str]:
    return {word: family for family, words in data("acts")["feelings"].items() for word in words}


@cache
def _cues() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for family, words in data("acts")["cues"].items():
        for word in words:
            found.setdefault(word, []).append(family)
    return {word: tuple(families) for word, families in found.items()}


@cache
def _word_set(name: str) -> frozenset[str]:
    return frozenset(data("acts")[name])


@cache
def _sign_words(name: str) -> frozenset[str]:
    return frozenset(data("signs")[name])


@cache
def _asides() -> Phrases:
    return Phrases({"aside": data("signs")["aside"]})


@cache
def _complaints() -> Phrases:
    return Phrases({"complaint": data("acts")["complaints"], "asks": data("acts")["asks"]})


def _denied(words: Sequence[str], place: int) -> bool:
    return not _DENIALS.isdisjoint(words[max(0, place - 3):place])


def _is_order(words: Sequence[str], start: int) -> bool:
    if _begins_order(words, start):
        return True
    if words[start] not in _WHEN_FIRST:
        return False
    return any(words[at - 1] in _WHEN and _begins_order(words, at) for at in range(start + 1, min(start + 5, len(words))))


def _begins_order(words: Sequence[str], start: int) -> bool:
    first = words[start]
    if first in {"do", "never"} and start + 2 < len(words):
        return first == "never" or words[start + 1] == "not"
    return first in _word_set("imperatives") and (start + 1 >= len(words) or words[start + 1] not in _NOT_ORDERS)


def _bids(words: Sequence[str], start: int) -> bool:
    """True where the sentence begins as an order does, softened ("maybe look for ...") or not."""
    while start < len(words) - 1 and words[start] in _SOFTENING:
        start += 1
    return words[start] in _word_set("imperatives")


def _is_deed(words: Sequence[str]) -> bool:
    """True where the sentence says what "you" did, in the past."""
    for place, word in enumerate(words[:-1]):
        if word == "you":
            following = words[place + 1]
            if following in _BETWEEN and place + 2 < len(words):
                following = words[place + 2]
            if following in _sign_words("past") or (following.endswith("ed") and len(following) > 4
                                                    and following not in _sign_words("not_past")):
                return True
    return False


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one sentence gives to its reply: its reading, whether it orders and is of the supporter's own self, the feelings named, and
    its matter when it speaks of nobody."""

    reading: SentenceReading
    order: bool
    own_self: bool
    feelings: tuple[str, ...]
    impersonal: frozenset[str] | None


@lru_cache(maxsize=1024)  # the sentences of skills are said in many talks
def _seen(sentence: Sentence) -> _Seen:
    row = sentence.words
    size = len(row)
    start = proper_start(row)
    hits = _phrases().found(row, start)
    kinds = {kind for kind, _ in hits}
    if "fault_laid" in kinds and all(_denied(row, at) for kind, at in hits if kind == "fault_laid"):
        kinds = kinds - {"fault_laid"} | {"fault_lifted"}
    asks = sentence.end == "?"
    order = not asks and not kinds & _NO_ORDER and _is_order(row, start)
    if kinds & _CONCRETE and (order or "advice" in kinds or ("concrete_time" in kinds and not asks)):
        kinds.add("concrete_step")
    kinds -= _CONCRETE
    if "remedy" in kinds:
        kinds.discard("remedy")
        if order or kinds & _URGING:
            kinds.add("advice")
    if kinds & {"sympathy", "stand_by"}:
        kinds.discard("obligate")
    if "clears" in kinds:
        kinds -= _CLEARED
    if asks:
        kinds -= _NOT_ASKING
    held = set(row)
    to_you, of_me = bool(held & _YOU), bool(held & _I)
    telling = frozenset(found for word in row if (found := telling_stem(word)))
    reading = SentenceReading(
        frozenset(kinds), telling, size, asks, asks and not held.isdisjoint(_OPEN), to_you, of_me,
        not held.isdisjoint(_sign_words("third")), not held.isdisjoint(_sign_words("hedged")), to_you and _is_deed(row),
        _bids(row, start), not held.isdisjoint(_sign_words("steps")))
    pointing = size < 9 and row[start] in {"that", "this", "it"}
    somebody = pointing or asks or to_you or of_me or held & common_words("third") or kinds & _PERSONAL
    families = _feelings()
    named = tuple(families[word] for word in row if word in families) if to_you or size <= 7 or not of_me else ()
    return _Seen(reading, order, of_me and not to_you and not kinds & _MEANT, named, telling if size > 4 and not somebody else None)


def _asks_openly(sentence: Sentence) -> bool:
    held = set(sentence.words)
    if sentence.words[proper_start(sentence.words)] in common_words("auxiliaries") and not held & {"what", "how", "why"}:
        return False
    return bool(held & _OPEN)


@lru_cache(maxsize=4096)
def read(text: str) -> ReplyReading:
    """Read a reply by itself."""
    rows = sentences(text)
    seen = [_seen(sentence) for sentence in rows]
    readings = tuple(one.reading for one in seen)
    acts: dict[str, int] = {}
    for reading in readings:
        for kind in reading.kinds:
            acts[kind] = acts.get(kind, 0) + 1
    asking = [_asks_openly(sentence) for sentence in rows if sentence.end == "?"]
    count = max(1, len(rows))
    return ReplyReading(
        acts=acts, words=sum(one.words for one in readings), sentences=len(rows), open_questions=sum(asking),
        closed_questions=len(asking) - sum(asking), exclaims=max(sum(row.end == "!" for row in rows), text.count("!")),
        orders=sum(one.order for one in seen), you_share=sum(one.to_you for one in readings) / count,
        self_share=sum(one.own_self for one in seen) / count,
        impersonal=tuple(one.impersonal for one in seen if one.impersonal is not None),
        feelings=frozenset(family for one in seen for family in one.feelings), matter=matter(text), keys=_keys(rows), runs=_runs(text),
        last_asks=bool(rows) and rows[-1].end == "?", rows=readings)


@lru_cache(maxsize=8192)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(sentence.words[start:start + PARROT_WORDS] for sentence in sentences(text)
                     for start in range(len(sentence.words) - PARROT_WORDS + 1))


def _keys(found: Sequence[Sentence]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(sentence.words) for sentence in found if len(sentence.words) >= 4)


@lru_cache(maxsize=8192)
def _felt(text: str) -> frozenset[str]:
    cues, families = _cues(), _feelings()
    found: set[str] = set()
    for sentence in sentences(text):
        for word in sentence.words:
            found.update(cues.get(word, ()))
            if word in families:
                found.add(families[word])
    return frozenset(found)


@lru_cache(maxsize=8192)
def _tone(text: str) -> tuple[bool, bool]:
    asks = complains = False
    for sentence in sentences(text):
        kinds = {kind for kind, _ in _complaints().found(sentence.words, proper_start(sentence.words))}
        asks = asks or sentence.end == "?" or "asks" in kinds
        complains = complains or "complaint" in kinds
    return asks, complains


@lru_cache(maxsize=8192)
def asides_of(text: str) -> tuple[tuple[frozenset[str], bool], ...]:
    """The telling stems of each sentence of a seeker's message, and whether it is put as an aside ("anyway, ...")."""
    return tuple((frozenset(found for word in row.words if (found := telling_stem(word))),
                  bool(_asides().found(row.words, 0))) for row in sentences(text))


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= 0.8 * max(len(one), len(other))


@lru_cache(maxsize=8192)
def _likeness(text: str, earlier: str) -> float:
    """Share of the words of ``text`` in sentences that (nearly) stood in ``earlier``."""
    if text == earlier:
        return 1.0
    now, then = read(text), read(earlier)
    if now.words == 0:
        return 0.0
    if not now.keys:
        return 1.0 if now.matter and now.matter == then.matter else 0.0
    whole = sum(len(key) for key in now.keys)
    return sum(len(key) for key in now.keys if any(_same(key, other) for other in then.keys)) / whole


@lru_cache(maxsize=256)
def read_in_place(reply: str, seeker: str, seeker_before: tuple[str, ...], replies_before: tuple[str, ...],
                  unmeant: frozenset[str] = frozenset(), complained: bool = False) -> PlacedReading:
    """Read a reply beside the talk: the seeker's last message, their messages before it, and the earlier replies, oldest first.

    Kept, since a turn looks at it twice.

    ``unmeant``: stems of the last message that were only a reaction, so that saying them back shows nothing; ``complained``: it is known
    that the last message found fault.
    """
    own = read(reply)
    said = matter(seeker)
    echo = (own.matter & said) - unmeant
    earlier: set[str] = set()
    for text in seeker_before:
        earlier |= matter(text)
    before: dict[str, int] = {}
    praised = 0
    for text in replies_before[-4:]:
        for kind in read(text).acts:
            before[kind] = before.get(kind, 0) + 1
    likenesses = [_likeness(reply, text) for text in replies_before]
    for text in replies_before:
        acts = read(text).acts
        praised += "praise_empty" in acts or "praise_weighed" in acts
    felt = _felt(seeker).union(*(_felt(text) for text in seeker_before[-2:]))
    asked, sounds_so = _tone(seeker)
    impersonal = sum(not row & said for row in own.impersonal) / max(1, own.sentences)
    parroted = len(own.runs & _runs(seeker)) if own.runs else 0
    return PlacedReading(own, echo, (own.matter & earlier) - echo, own.feelings & felt, impersonal, parroted,
                         sum(share >= 0.75 for share in likenesses),
                         max(likenesses, default=0.0), before, praised, asked,
                         complained or sounds_so)


def numbers_of(stems: frozenset[str]) -> int:
    """How many of the stems are numbers: an echoed number shows listening."""
    return sum(stem.isdigit() for stem in stems)
