"""What the seeker says next: a line of their own for how the reply sat, and a fact as far as there is trust. Never twice the same.

The mind holds nothing of a talk: which lines and facts are used up is read off what the seeker has said so far.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from esc_tui.domain.labels import Character, Need
from esc_tui.domain.profile import Asked
from esc_tui.domain.sage import Band
from esc_tui.engines.roles import Appraisal, SeekerMoment, SeekerUtterance
from esc_tui.engines.seekers.appraising import place_reply
from esc_tui.engines.seekers.drawing import Chance
from esc_tui.engines.seekers.knowing import Known, ToldFact, knowing, line_key
from esc_tui.engines.seekers.reading import PlacedReading
from esc_tui.engines.seekers.words import Phrases, data, proper_start, sentences

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


@cache
def _asking() -> Phrases:
    return Phrases(data("questions")["tags"])


def asked_tags(reply: str) -> dict[str, float]:
    """What a reply asks for, by tag; the last question counts most. Empty when nothing is asked."""
    found: dict[str, float] = {}
    rows = sentences(reply)
    for place, sentence in enumerate(rows):
        start = proper_start(sentence.words)
        asks = sentence.end == "?" or sentence.words[start] in {"tell", "say", "describe", "go"}
        if asks:
            weight = 2.0 if place == len(rows) - 1 else 1.0
            for kind, at in _asking().found(sentence.words, start):
                found[kind] = max(found.get(kind, 0.0), weight * (1.3 if at <= start + 1 else 0.8))
    return found


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
    thinking = chance.one_of(inner["thinking"][occasion])
    tone = f"Tone: {inner['tone'][band.value]}."
    if occasion in {"thanks", "leaving"}:
        return SeekerUtterance(line, thinking, inner["origin"]["end"], tone, goodbye=True)
    tags = asked_tags(reply)
    fact, dodges = _fact(known, said, moment, tags, placed, chance)
    readiness = _TELLS[moment.profile.character][occasion] + (0.15 if tags else 0.0)
    if fact is None or chance.share() >= readiness:
        return SeekerUtterance(line or _spare(inner["spare"], said, chance), thinking, inner["origin"]["line"], tone)
    answered = sorted(set(fact.fact.answers) & tags.keys())
    plain_answer = bool(answered) and not dodges and -2 <= appraisal.change <= 7 and chance.share() < 0.35
    text = fact.fact.text if plain_answer or not line else joined(line, fact.fact.text)
    origin = (inner["origin"]["dodge"] if dodges else inner["origin"]["answer"].replace("{tag}", answered[0]) if answered
              else inner["origin"]["tell"].replace("{layer}", str(fact.fact.layer)))
    return SeekerUtterance(text, thinking, origin, tone)


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


def _spare(texts: Sequence[str], said: Sequence[str], chance: Chance) -> str:
    free = [text for text in texts if not any(f" {line_key(text)} " in earlier for earlier in said)]
    return chance.one_of(free or texts)


def _open_layer(moment: SeekerMoment) -> int:
    third = THIRD_LAYER + (10 if moment.profile.character is Character.AVOIDANT else 0)
    return 3 if moment.emotion >= third else 2 if moment.emotion >= SECOND_LAYER else 1


def _fact(known: Known, said: Sequence[str], moment: SeekerMoment, tags: dict[str, float], placed: PlacedReading | None,
          chance: Chance) -> tuple[ToldFact | None, bool]:
    """The fact to tell next, and whether it steps aside from what was asked."""
    free = [one for one in known.facts if not any(f" {one.key} " in earlier for earlier in said)]
    layer = _open_layer(moment)
    may = [one for one in free if one.fact.layer <= layer]
    if not may and moment.emotion >= 40:
        may = [one for one in free if one.fact.layer <= 2]
    if not may:
        return None, False
    heard = placed.reply.matter if placed is not None else frozenset[str]()
    trust = layer - 1

    def worth(one: ToldFact) -> float:
        asked = max((tags.get(tag, 0.0) for tag in one.fact.answers), default=0.0)
        order = min((_STORY.index(tag) for tag in one.fact.answers), default=6) / len(_STORY)
        about = min(2, len(one.matter & heard))
        deep = 0.45 * trust * (one.fact.layer - 1) - (0.5 if one.fact.layer > 1 and trust == 0 else 0.0)
        return 1.2 * asked + 0.8 * about - 0.9 * order * (1.0 - 0.4 * trust) + deep + 0.5 * chance.share()

    best = max(may, key=worth)
    wanted = bool(tags) and not set(best.fact.answers) & tags.keys()
    if moment.profile.character is Character.AVOIDANT and tags and layer < 3 and chance.share() < 0.35:
        aside = [one for one in may if not set(one.fact.answers) & tags.keys()]
        if aside:
            return max(aside, key=lambda one: -one.fact.layer + chance.share()), True
    return best, wanted and moment.profile.character is Character.AVOIDANT
