"""What the seeker says next: a line of their own for how the reply sat, and a fact as far as there is trust. Never twice the same.

The mind holds nothing of a talk: which lines and facts are used up is read off what the seeker has said so far.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from esc_tui.domain.labels import Character, Need
from esc_tui.domain.profile import Asked
from esc_tui.domain.sage import Band
from esc_tui.engines.roles import Appraisal, SeekerMoment, SeekerUtterance
from esc_tui.engines.seekers.appraising import place_reply
from esc_tui.engines.seekers.asking import NEAR, Asking, asking
from esc_tui.engines.seekers.drawing import Chance
from esc_tui.engines.seekers.features import misses
from esc_tui.engines.seekers.knowing import Known, ToldFact, knowing, line_key
from esc_tui.engines.seekers.reading import PlacedReading
from esc_tui.engines.seekers.steering import ORIGIN, remarks_of, steers
from esc_tui.engines.seekers.words import data

_INSTEAD = {
    "up": ("up", "high", "flat"), "high": ("high", "up", "flat"), "flat": ("flat", "up", "low"), "down": ("down", "flat", "low"),
    "low": ("low", "down", "flat"), "advice": ("advice", "down", "flat"), "repeated": ("repeated", "flat", "down"),
    "thanks": ("thanks",), "leaving": ("leaving",),
}
"""Which lines may stand in when those of one occasion are used up."""

_STORY: tuple[Asked, ...] = (
    "what-happened", "when", "who", "where", "others-say", "tried", "body", "next", "good", "hardest", "feeling", "why")
"""The order in which people come out with things, when nothing was asked."""

_TELLS = {  # how likely a fact follows the reaction, by how the reply sat
    Character.NEGATIVE: {"up": 0.9, "high": 0.9, "flat": 0.75, "down": 0.4, "advice": 0.35, "repeated": 0.2, "low": 0.25},
    Character.PASSIVE: {"up": 0.95, "high": 0.9, "flat": 0.8, "down": 0.6, "advice": 0.5, "repeated": 0.4, "low": 0.4},
    Character.AVOIDANT: {"up": 0.85, "high": 0.9, "flat": 0.65, "down": 0.35, "advice": 0.35, "repeated": 0.25, "low": 0.2},
}
SECOND_LAYER, THIRD_LAYER = 45, 60
"""Emotion from which the second and the third layer are told; an avoidant seeker needs ten points more for the third."""
ASKED_REACH = 40
"""From here a plain question gets an answer from the second layer."""
STEPS_ASIDE = 0.35
"""How often an avoidant seeker tells something else than what was asked."""
UNASKED, PLAINLY = 0.75, 0.6
"""How readily something else is told where nothing fits the question, and how often an answer comes without a remark before it."""
RARE = 4
"""A word of the question is a topic when no more of the seeker's facts hold it."""


def occasion_of(appraisal: Appraisal, placed: PlacedReading, band: Band, need: Need, chance: Chance) -> str:
    """Which lines the next words come from: those of ``domain.profile.SeekerLines``."""
    if band is Band.S:
        return "thanks"
    if band is Band.F:
        return "leaving"
    if placed.repeats and appraisal.change <= 0:
        return "repeated"
    if appraisal.change < -2:
        advises = placed.reply.orders + placed.reply.acts.get("advice", 0)
        if advises and need is not Need.GET_ADVICE_THAT_HELPS_NOW and not placed.reply.questions:
            return "advice"
        return "low" if band is Band.C and chance.share() < 0.4 else "down"
    if appraisal.change > 2:
        return "high" if band is Band.A and chance.share() < 0.5 else "up"
    return "flat"


def speak(moment: SeekerMoment, appraisal: Appraisal, band: Band) -> SeekerUtterance:
    """The next words in this band, after this appraisal."""
    known = knowing(moment.profile)
    inner = data("inner")
    chance = Chance(moment.seed, moment.profile.id, moment.turn, moment.emotion, appraisal.change, "speaking")
    said = [f" {line_key(line.text)} " for line in moment.history if line.speaker == "seeker"]
    reply = next((line.text for line in reversed(moment.history) if line.speaker == "supporter"), "")
    placed = place_reply(moment) if reply else None
    occasion = occasion_of(appraisal, placed, band, moment.profile.need, chance) if placed is not None else "flat"
    line = _line(occasion, known, said, moment, chance)
    steering = _steering(occasion, known, said, moment) if placed is not None and misses(placed, moment.profile.need) else ""
    line = steering or line
    thinking = chance.one_of(inner["thinking"][occasion])
    tone = f"Tone: {inner['tone'][band.value]}."
    if occasion in {"thanks", "leaving"}:
        return SeekerUtterance(line, thinking, inner["origin"]["end"], tone, goodbye=True)
    asked = asking(reply)
    told = _fact(known, said, moment, asked, placed, chance)
    readiness = _TELLS[moment.profile.character][occasion] + (0.15 if asked.tags else 0.0)
    if told is not None and asked.tags and not (told.fits or told.dodges):
        readiness *= UNASKED
    if told is None or chance.share() >= readiness:
        origin = ORIGIN if steering else inner["origin"]["line"]
        return SeekerUtterance(line or _spare(inner["spare"], said, chance), thinking, origin, tone)
    fact = told.told.fact
    answered = sorted(set(fact.answers) & asked.tags.keys(), key=lambda tag: (-asked.tags[tag], tag)) if told.fits else []
    plain_answer = told.fits and -2 <= appraisal.change <= 7 and chance.share() < (PLAINLY if ends_asking(reply) else PLAINLY / 2)
    text = fact.text if plain_answer or not line else joined(line, fact.text)
    origin = (inner["origin"]["dodge"] if told.dodges else inner["origin"]["answer"].replace("{tag}", answered[0]) if answered
              else inner["origin"]["tell"].replace("{layer}", str(fact.layer)))
    return SeekerUtterance(text, thinking, f"{ORIGIN} {origin}" if steering and text != fact.text else origin, tone)


def ends_asking(reply: str) -> bool:
    """True where the last sentence is a question."""
    return reply.rstrip(" \"”')").endswith("?")


def joined(line: str, fact: str) -> str:
    """Two pieces of speech in a row; a stop between them where the first has none."""
    ended = line.rstrip()
    return f"{ended}{'' if ended[-1:] in '.!?…,:;-)' or ended.endswith(('”', chr(34))) else '.'} {fact}"


def _unused(texts: Iterable[str], known: Known, said: Sequence[str]) -> list[str]:
    return [text for text in texts if not any(f" {known.keys[text]} " in earlier for earlier in said)]


def _line(occasion: str, known: Known, said: Sequence[str], moment: SeekerMoment, chance: Chance) -> str:
    """An unused line for the occasion, or for one that may stand in; a passive seeker asks nothing. Empty when all are used up."""
    for name in _INSTEAD[occasion]:
        free = _unused(getattr(moment.profile.lines, name), known, said)
        if moment.profile.character is Character.PASSIVE and name not in {"thanks", "leaving"}:
            free = [text for text in free if "?" not in text] or free
        if free:
            return chance.one_of(free)
    return ""


def _steering(occasion: str, known: Known, said: Sequence[str], moment: SeekerMoment) -> str:
    """A remark not made yet that turns the talk towards what they hope for; empty for none."""
    chance = Chance(moment.seed, moment.profile.id, moment.turn, moment.emotion, "steering")
    if not steers(occasion, moment.turn, chance):
        return ""
    free = _unused(remarks_of(moment.profile), known, said)
    return chance.one_of(free) if free else ""


def _spare(texts: Sequence[str], said: Sequence[str], chance: Chance) -> str:
    free = [text for text in texts if not any(f" {line_key(text)} " in earlier for earlier in said)]
    return chance.one_of(free or texts)


def _open_layer(moment: SeekerMoment) -> int:
    third = THIRD_LAYER + (10 if moment.profile.character is Character.AVOIDANT else 0)
    return 3 if moment.emotion >= third else 2 if moment.emotion >= SECOND_LAYER else 1


@dataclass(frozen=True, slots=True)
class _Telling:
    """A fact to tell; ``fits``: it answers what was asked or speaks of it; ``dodges``: it steps aside from a question on purpose."""

    told: ToldFact
    fits: bool
    dodges: bool


def _fact(known: Known, said: Sequence[str], moment: SeekerMoment, asked: Asking, placed: PlacedReading | None,
          chance: Chance) -> _Telling | None:
    """The fact to tell next: what was asked first, by kind and by topic; else in the order in which people come out with things."""
    free = [one for one in known.facts if not any(f" {one.key} " in earlier for earlier in said)]
    layer = _open_layer(moment)
    top = max(asked.tags.values(), default=0.0)
    plainly = {tag for tag, weight in asked.tags.items() if weight > 0.7 * top and weight >= 3.0}
    reach = max(layer, 2) if moment.emotion >= ASKED_REACH and plainly else layer
    may = [one for one in free if one.fact.layer <= layer or (one.fact.layer <= reach and plainly & set(one.fact.answers))]
    if not may and moment.emotion >= ASKED_REACH:
        may = [one for one in free if one.fact.layer <= 2]
    if not may:
        return None
    heard = placed.reply.matter if placed is not None else frozenset[str]()
    topic = {stem for stem in asked.topic if known.facts_with.get(stem, 9) <= RARE}
    near = {tag for one in plainly for tag in NEAR.get(cast(Asked, one), ())}
    trust, sure = layer - 1, min(1.0, top / 4.0)

    def worth(one: ToldFact) -> float:
        answers = one.fact.answers
        kind = max((asked.tags.get(tag, 0.0) for tag in answers), default=0.0) / top if top else 0.0
        if kind < 0.5 and near & set(answers):
            kind = 0.5
        order = min((_STORY.index(tag) for tag in answers), default=6) / len(_STORY)
        about = (0.0, 2.2, 3.4)[min(2, len(one.matter & topic))] + 0.4 * min(2, len(one.matter & heard))
        deep = 0.45 * trust * (one.fact.layer - 1) - (0.5 if one.fact.layer > 1 and trust == 0 else 0.0)
        return 4.0 * sure * kind + about - 0.9 * order * (1.0 - 0.4 * trust) + deep * (1.0 - 0.6 * sure) + 0.5 * chance.share()

    def fits(one: ToldFact) -> bool:
        return bool(plainly & set(one.fact.answers) or one.matter & topic)

    if moment.profile.character is Character.AVOIDANT and plainly and layer < 3 and chance.share() < STEPS_ASIDE:
        aside = [one for one in may if not fits(one)]
        if aside:
            return _Telling(max(aside, key=lambda one: -one.fact.layer + chance.share()), False, True)
    best = max(may, key=worth)
    return _Telling(best, fits(best), bool(plainly) and not fits(best) and moment.profile.character is Character.AVOIDANT)
