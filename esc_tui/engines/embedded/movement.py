"""How the seeker moved at every moment of a dialogue: answers weighed one by one, in the tone of the whole talk, with stars
and survey where the seeker gave them.

The number behind a polarity is its score: above 0 the seeker moved for the better, below 0 for the worse. It is the sum of

- what the answer itself shows (``outcomes.change_scores``, at most 3 either way),
- how attentive the supporter's words are (do they take up what the seeker said, do they say or ask anything),
- the tone of all the other answers of the talk (someone who thanks and agrees throughout is rarely put off by one reply),
- unless hidden: the stars given to that supporter turn, and the change of intensity in the survey as a weak prior.

The weights are set by hand, in round numbers, with an eye on FailedESConv's stars; none is a learned coefficient.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from esc_tui.bank.words import STOP_WORDS
from esc_tui.domain.dialogue import Dialogue
from esc_tui.domain.labels import Action, Change, Polarity
from esc_tui.domain.supporter_turn import UnitMoment
from esc_tui.engines.embedded.outcomes import (
    LONG,
    SHORT,
    SOOTHING,
    SUGGESTING,
    Answer,
    Occasion,
    change_scores,
    hear_answer,
    lean,
)
from esc_tui.engines.embedded.words import tokens_of
from esc_tui.engines.roles import Reading

STARS = {1: -3.0, 2: -2.0, 3: 0.0, 4: 2.0, 5: 3.0}
"""What a star rating adds: more than most words, less than unmistakable ones of the other kind."""
EARLIER_SHARE = 0.5
"""Share of it for supporter turns before the last one that the same stars judge (they are given after every second reply)."""
SURVEY, MOST_SURVEY = 0.15, 0.4
"""What each point of intensity lost over the talk adds beyond one point (and one gained takes away); so much at most."""
LEAST_DISTRESS, TOLD_DISTRESS = 1.0, 2.0
"""What an answer must show of new distress before that counts as harm: to go on telling of troubles is none. The second
number is for answers to a question and for the first ones, which tell the story."""
MOST_OWN = 3.0
TONE = 3.0
OWN_MOOD = 0.5
"""Share of an answer's own mood beside what its cues say: agreement, denials, a question back."""
_ASKING = frozenset(("what", "how", "why", "when", "where", "who", "which", "do", "does", "did", "are", "is", "was", "were", "have",
                     "has", "can", "could", "would"))
TELLING = 2
"""So many answers tell the story first; what hurts in them is no harm done by the reply."""
MOST_TONE = 1.2
"""Tone never outweighs what an answer plainly says."""
TONE_ANSWERS = 3
"""As many answers without any tone are added to those of the talk, so that a short talk has little of it."""
LEAST_GOOD, LEAST_BAD = 1.2, 0.5
"""Scores nearer to 0 are neutral units. Seekers are polite, a complaint tells more than a thank-you."""
LEAST_EVIDENCE = 0.5
"""What the answer itself must show, unless stars speak, before its seeker counts as moved."""


@dataclass(frozen=True, slots=True)
class Movement:
    """The change at a moment, its score (any real number, see above), confidence (0-1) and the words that show it, as places
    in the joined answer (0, 0 when no single words do)."""

    change: Change
    score: float
    confidence: float
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class MomentWords:
    """A moment as text: lines of each part joined with line ends, and the actions taken."""

    before: str
    support: str
    answer: str
    actions: tuple[Action, ...]

    @property
    def asked(self) -> bool:
        """True when the supporter asked something, with or without a question mark."""
        first = next(iter(tokens_of(self.support.rpartition("\n")[2])), None)
        return "?" in self.support or any(action.asks for action in self.actions) or (first is not None and first.key in _ASKING)


def read_movements(dialogue: Dialogue, moments: Sequence[UnitMoment], words: Sequence[MomentWords],
                   readings: Sequence[tuple[Reading, Reading]], *, blind: bool = False) -> tuple[Movement, ...]:
    """How the seeker moved at each moment. ``readings`` are those before and after it; ``blind`` hides stars and survey."""
    answers = [hear_answer(one.answer) for one in words]
    usual = median([answer.words for answer in answers]) if answers else 0.0
    scores: list[dict[Change, float]] = []
    attention: list[float] = []
    said: set[str] = set(_content(dialogue.situation))
    for place, one in enumerate(words):
        before, after = readings[place]
        said |= _content(one.before)
        attention.append(_attention(one.support, said))
        scores.append(change_scores(answers[place], Occasion(
            actions=one.actions, asked=one.asked, words_before=len(tokens_of(one.before)),
            intensity_before=before.intensity, intensity_after=after.intensity, usual_words=usual,
            relieved=after.state.value == "relieved" and before.state.value != "relieved", early=place < TELLING,
            last=place == len(words) - 1)))
    moods = [_mood(answer, found) for answer, found in zip(answers, scores, strict=True)]
    stars = [None] * len(moments) if blind else stars_of(dialogue, moments)
    survey = 0.0 if blind else _survey(dialogue)
    warmth = sum(moods) + sum(attention)
    found: list[Movement] = []
    for place, answer in enumerate(answers):
        tone = TONE * (warmth - moods[place] - attention[place]) / (len(moods) - 1 + TONE_ANSWERS)
        score = (_within(MOST_OWN, lean(scores[place])) + attention[place] + OWN_MOOD * moods[place] + _within(MOST_TONE, tone)
                 + survey)
        given = stars[place]
        if given is not None:
            score = score / 2 + given if given == 0 else score + given
        found.append(_movement(place, score, scores[place], answer, words[place], readings[place], given))
    return tuple(found)


def _content(text: str) -> set[str]:
    """Families of a text's telling words: six letters of each word that is no stop word."""
    return {token.key[:6] for token in tokens_of(text) if len(token.key) > 2 and token.key not in STOP_WORDS}


def _attention(support: str, said: set[str]) -> float:
    """About -1.5 to 1.5: does the supporter take up the seeker's words, say more than a word, ask?"""
    content = _content(support)
    shared = len(content & said) / len(content) if content else 0.0
    length = min(3.5, math.log1p(len(tokens_of(support))))
    return 0.8 * shared + 0.3 * (length - 2.5) + 0.4 * ("?" in support)


def _mood(answer: Answer, scores: dict[Change, float]) -> float:
    """What one answer adds to the tone of the talk."""

    def of(change: Change) -> float:
        return min(2.0, scores.get(change, 0.0))

    moved = min(2.0, of(Change.GAINS_INSIGHT) + of(Change.ACCEPTS_A_SUGGESTION) + of(Change.RELIEF))
    return (0.8 * answer.valence + 0.8 * (answer.opens == "yes") + 0.5 * of(Change.THANKS) + 0.3 * moved
            - 0.7 * of(Change.DISTRESS_RISES) - 0.3 * of(Change.FRUSTRATED) - 0.5 * answer.asks
            - answer.denials / math.sqrt(max(1, answer.words)))


def stars_of(dialogue: Dialogue, moments: Sequence[UnitMoment]) -> list[float | None]:
    """What the seeker's stars say of each supporter turn; None where none were given.

    ESConv's seekers rate after every second supporter utterance, and the rating stands on their next line: it judges the
    supporter lines since the rating before, the turn right before it foremost.
    """
    given: list[float | None] = [None] * len(moments)
    open_places: list[int] = []
    for place, moment in enumerate(moments):
        open_places.append(place)
        rated = [turn.feedback for turn in (dialogue.turns[at] for at in moment.outcome_turns) if turn.feedback]
        if rated:
            value = STARS[rated[0]]
            for earlier in open_places[-2:-1]:
                given[earlier] = EARLIER_SHARE * value
            given[place] = value
            open_places = []
    return given


def _survey(dialogue: Dialogue) -> float:
    if dialogue.initial_intensity is None or dialogue.final_intensity is None:
        return 0.0
    change = SURVEY * (dialogue.initial_intensity - dialogue.final_intensity - 1)
    return _within(MOST_SURVEY, change)


def _within(most: float, value: float) -> float:
    return max(-most, min(most, value))


def _movement(place: int, score: float, scores: dict[Change, float], answer: Answer, words: MomentWords, readings: tuple[Reading, Reading],
              stars: float | None) -> Movement:
    wanted = Polarity.POSITIVE if score >= LEAST_GOOD else Polarity.NEGATIVE if score <= -LEAST_BAD else Polarity.NEUTRAL
    distress = TOLD_DISTRESS if place < TELLING or words.asked else LEAST_DISTRESS
    shown = sum(value for change, value in scores.items() if change.polarity is wanted
                and not (change is Change.DISTRESS_RISES and value < distress))
    if wanted is not Polarity.NEUTRAL and shown < LEAST_EVIDENCE and not stars:
        wanted = Polarity.NEUTRAL
    if wanted is Polarity.NEUTRAL:
        change = _neutral(scores, answer, words)
    else:
        fits = _fitting(wanted, answer, words, readings)
        change = max(fits, key=lambda one: (scores.get(one, 0.0) * (0.8 if one is Change.THANKS else 1.0) + fits[one], one.value))
    cues = [cue for cue in answer.cues if cue.change is change] or [
        cue for cue in answer.cues if cue.change.polarity is change.polarity]
    best = max(cues, key=lambda cue: (cue.weight, cue.end - cue.start, -cue.start), default=None)
    confidence = _confidence(score, wanted, starred=bool(stars))
    return Movement(change, round(score, 3), confidence, best.start if best else 0, best.end if best else 0)


def _neutral(scores: dict[Change, float], answer: Answer, words: MomentWords) -> Change:
    if scores.get(Change.CHANGES_TOPIC, 0.0) >= 1:
        return Change.CHANGES_TOPIC
    return Change.ANSWERS_FACTS if words.asked and answer.words and not (answer.asks and answer.words <= SHORT) else Change.CONTINUES


def _fitting(polarity: Polarity, answer: Answer, words: MomentWords, readings: tuple[Reading, Reading]) -> dict[Change, float]:
    """How well each change of a polarity fits what was done, where the answer's words do not decide (0-0.4)."""
    fits = {change: 0.0 for change in Change if change.polarity is polarity}
    strategies = {action.strategy for action in words.actions}
    before, after = readings
    if polarity is Polarity.POSITIVE:
        fits[Change.OPENS_UP] = 0.35 if answer.words >= LONG / 2 else 0.1
        fits[Change.FEELS_UNDERSTOOD] = 0.3 if strategies & SOOTHING else 0.15
        fits[Change.ACCEPTS_A_SUGGESTION] = 0.3 if strategies & SUGGESTING and answer.opens == "yes" else 0.0
        fits[Change.RELIEF] = 0.2 if after.intensity <= before.intensity - 1 else 0.0
        return fits
    fits[Change.REJECTS] = 0.3 if strategies & SUGGESTING else 0.1
    fits[Change.FRUSTRATED] = 0.25 if answer.asks else 0.2
    fits[Change.WITHDRAWS] = 0.35 if answer.words <= 3 and not answer.asks else 0.0
    fits[Change.DISTRESS_RISES] = 0.35 if after.intensity >= before.intensity + 0.5 and after.intensity >= 3 else 0.0
    return fits


def _confidence(score: float, polarity: Polarity, *, starred: bool) -> float:
    """Probability that the polarity is right, by the distance of the score from 0.

    Against FailedESConv's hidden stars: right in 6 of 10 key units near a score of 1, 7 near 2, 8 to 9 from 3 on.
    """
    size = abs(score)
    if polarity is Polarity.NEUTRAL:
        return round(max(0.35, 0.6 - 0.1 * size), 2)
    return round(min(0.97, 0.8 + 0.06 * size) if starred else min(0.85, 0.5 + 0.1 * size), 2)
