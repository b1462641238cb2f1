"""What a seeker's answer shows of how they moved: cues of the 14 changes in its words, weighed by what came before.

Phrases and weights are written for this project (``data/outcomes.json``: anywhere in an answer, or only in a short one); none
is learned from a corpus. Weights run 0.5-2.5; a plain cue of a change weighs 1, an unmistakable one 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from esc_tui.domain.labels import Action, Change, Polarity, Strategy
from esc_tui.engines.embedded.valence import valence_counts
from esc_tui.engines.embedded.words import Match, Phrases, Token, load_data, tokens_of, word_set

SHORT = 6  # words up to which an answer is short: "what" alone is a complaint, inside a sentence it is a word
LONG = 28  # words from which an answer tells a good deal
PLAIN = 2.0  # weight of an unmistakable cue
CONFIDING = 1.5  # what an answer must score for opening up before its pain counts as confided
MOST = 3.0  # no change scores more, however many cues repeat it
_WISHED = frozenset(("want", "wanted", "wants", "wish", "if", "how", "would", "need", "should", "might", "supposed", "hoping",
                     "hope", "could", "can", "when", "until", "help"))
_ONLY_WISHED = frozenset((Change.RELIEF, Change.GAINS_HOPE))
_NEVER_DENIED = frozenset((Change.REJECTS, Change.FRUSTRATED, Change.WITHDRAWS, Change.CHANGES_TOPIC, Change.OPENS_UP))
_BUT = frozenset(("but", "however", "though", "although", "except"))
SUGGESTING = frozenset((Strategy.SUGGESTIONS, Strategy.INFORMATION))
SOOTHING = frozenset((Strategy.RESTATEMENT, Strategy.REFLECTION, Strategy.AFFIRMATION, Strategy.SELF_DISCLOSURE))


@dataclass(frozen=True, slots=True)
class Cue:
    """Words of an answer that speak for a change: ``text[start:end]``, weight above 0."""

    change: Change
    weight: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer by itself. ``opens`` is how it begins ("yes", "no" or neither), ``wishes``: its good words are about what is
    not, or no longer, so; ``valence`` -1 to 1; ``denials`` counts words like not and never."""

    cues: tuple[Cue, ...]
    words: int
    asks: bool
    opens: str
    but: bool
    wishes: bool
    valence: float
    denials: int


@dataclass(frozen=True, slots=True)
class Occasion:
    """What an answer answers: the supporter's actions, whether something was asked, the seeker's words and intensity (1-5)
    before, the intensity after, how many words the seeker usually says, whether the story is only being told (the first
    answers), and whether it is the last answer of the talk."""

    actions: tuple[Action, ...]
    asked: bool
    words_before: int
    intensity_before: float
    intensity_after: float
    usual_words: float
    relieved: bool
    early: bool
    last: bool


@cache
def _phrases(part: str) -> Phrases:
    return Phrases(load_data("outcomes")[part])


@cache
def _openings(name: str) -> frozenset[str]:
    return frozenset(load_data("outcomes")[name].split("|"))


@lru_cache(maxsize=256)
def hear_answer(text: str) -> Answer:
    """Read one answer by itself; places are in ``text``."""
    tokens = tokens_of(text)
    good, bad = valence_counts(tokens)
    keys = [token.key for token in tokens]
    return Answer(
        cues=tuple(_cues(text, tokens)),
        words=len(tokens),
        asks="?" in text,
        opens=_opening(keys),
        but=any(key in _BUT for key in keys[1:8]),
        wishes="wish" in keys or "used" in keys,
        valence=(good - bad) / max(1.0, good + bad),
        denials=sum(key in word_set("negators") for key in keys),
    )


def _opening(keys: list[str]) -> str:
    for key in keys[:2]:
        for opening in ("yes", "no"):
            if key in _openings(opening):
                return opening
    return ""


def _cues(text: str, tokens: tuple[Token, ...]) -> Iterable[Cue]:
    found = _phrases("anywhere").find(tokens)
    if len(tokens) <= SHORT:
        found += _phrases("short").find(tokens)
    for match in _outermost(found):
        change, weight = Change(match.label), match.weight
        before = [token.key for token in tokens[max(0, match.first - 3) : match.first]
                  if token.clause == tokens[match.first].clause]
        if change in _ONLY_WISHED and _WISHED & set(before):
            continue
        if change not in _NEVER_DENIED and any(key in word_set("negators") for key in before):
            if change.polarity is Polarity.NEGATIVE:
                continue
            change, weight = Change.REJECTS, 0.6 * weight
        start, end = tokens[match.first].start, tokens[match.last - 1].end
        if change.polarity is Polarity.POSITIVE and _in_question(text, end):
            weight *= 0.4
        yield Cue(change, weight, start, end)


def _outermost(matches: list[Match]) -> list[Match]:
    """Matches that do not lie inside a longer one of another change ("thanks" in "thanks for nothing")."""
    longest = sorted(matches, key=lambda match: (match.first - match.last, -match.weight, match.first, match.label))
    kept: list[Match] = []
    for match in longest:
        if not any(one.first <= match.first and match.last <= one.last for one in kept):
            kept.append(match)
    return sorted(kept, key=lambda match: match.first)


def _in_question(text: str, place: int) -> bool:
    """True when the sentence around a place ends in a question mark."""
    rest = text[place : place + 160]
    ends = [rest.find(mark) for mark in ".!\n?" if mark in rest]
    return bool(ends) and rest[min(ends)] == "?"


def change_scores(answer: Answer, occasion: Occasion) -> dict[Change, float]:
    """How strongly an answer speaks for each change on its occasion; changes that nothing speaks for are left out."""
    scores: dict[Change, float] = {}
    telling = occasion.early or occasion.asked
    strategies = {action.strategy for action in occasion.actions}

    def add(change: Change, weight: float) -> None:
        scores[change] = min(MOST, scores.get(change, 0.0) + weight)

    for cue in answer.cues:
        add(cue.change, cue.weight * _share(cue.change, answer, occasion, strategies))
    if answer.opens == "yes" and answer.words:
        weight = 0.35 if answer.but else 0.7
        add(Change.FEELS_UNDERSTOOD if not strategies & SUGGESTING else Change.ACCEPTS_A_SUGGESTION,
            weight * (0.5 if occasion.asked else 1.0))
    if answer.opens == "no" and not occasion.asked:
        add(Change.REJECTS, 0.6)
    if answer.opens == "yes" and answer.but and strategies & SUGGESTING:
        add(Change.REJECTS, 0.4)
    denied = any(cue.weight >= PLAIN and cue.change.polarity is Polarity.NEGATIVE for cue in answer.cues)
    if answer.words > 2:
        if answer.valence > 0 and not answer.wishes and not denied:
            add(Change.RELIEF, 0.5 * answer.valence)
        elif answer.valence < 0:
            add(Change.DISTRESS_RISES, (0.25 if telling else 0.5) * -answer.valence)
    add(Change.REJECTS, (0.05 if telling else 0.15) * min(3, answer.denials))
    if occasion.relieved and not answer.wishes:
        add(Change.RELIEF, 0.6)
    rise = occasion.intensity_after - occasion.intensity_before
    if rise >= 1.0 and not telling:
        add(Change.DISTRESS_RISES, 0.3 * rise)
    if answer.asks and answer.words <= SHORT:
        add(Change.FRUSTRATED, 0.4)
    if answer.words >= LONG and answer.words >= 1.6 * occasion.usual_words and not answer.asks:
        add(Change.OPENS_UP, 0.8)
    if scores.get(Change.OPENS_UP, 0.0) >= CONFIDING and Change.DISTRESS_RISES in scores:
        scores[Change.DISTRESS_RISES] *= 0.3  # what is confided hurts, and was not made worse by the reply
    if answer.words <= 3 and occasion.words_before >= 15 and not occasion.asked and not answer.cues:
        add(Change.WITHDRAWS, 0.5)
    return {change: score for change, score in scores.items() if score > 0}


def _share(change: Change, answer: Answer, occasion: Occasion, strategies: set[Strategy]) -> float:
    """How much a cue counts: telling of distress when asked is no harm done, agreement to a question no understanding."""
    if change is Change.DISTRESS_RISES and (occasion.asked or occasion.early):
        return 0.4
    if change is Change.ACCEPTS_A_SUGGESTION and not strategies & SUGGESTING:
        return 0.7
    if change is Change.FEELS_UNDERSTOOD and occasion.asked:
        return 0.6
    if change is Change.REJECTS and not strategies & SUGGESTING:
        return 0.3 if occasion.asked else 0.7  # "no" answers a question
    if change is Change.WITHDRAWS and occasion.last:
        return 0.2  # a talk has to end
    return 1.0


def lean(scores: dict[Change, float]) -> float:
    """What the positive changes score above the negative ones."""
    return sum(score if change.polarity is Polarity.POSITIVE else -score if change.polarity is Polarity.NEGATIVE else 0.0
               for change, score in scores.items())
