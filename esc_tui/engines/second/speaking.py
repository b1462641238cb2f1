"""What the seeker says next: a word on the reply, then perhaps something to tell, as far as there is trust for it.

What is said comes from the profile, and nothing of it twice; a seeker whose hope was left out may steer towards it
(``steering.json``, sentences for any story).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from esc_tui.domain.labels import Character
from esc_tui.domain.profile import ASKED, Fact, Profile
from esc_tui.domain.sage import Band
from esc_tui.engines.roles import Appraisal, SeekerMoment, SeekerUtterance
from esc_tui.engines.second.appraising import Weighed, appraise
from esc_tui.engines.second.chance import pick, uniform
from esc_tui.engines.second.hoping import HOPED, TEMPERS
from esc_tui.engines.second.signs import load_signs
from esc_tui.engines.second.wording import clauses, folded, matter

AFTER = load_signs("asked.txt")
"""Tag of a fact -> what a question for it looks like."""
OPENS_AT = {2: 0.07, 3: 0.26}
"""Trust above the character's first trust at which a layer is told."""
NEEDS_EMOTION = {1: 0, 2: 30, 3: 50}
TELLS = {Band.S: 0.0, Band.A: 0.95, Band.B: 0.85, Band.C: 0.55, Band.F: 0.0}
"""How often something is told in each band without being asked."""
OF_THE_BAND = {Band.C: ("low", 0.4), Band.A: ("high", 0.4)}
"""Which lines colour a band, and how often."""
STEERS = {"down": 0.6, "flat": 0.4, "up": 0.15}
"""How often, after a reply that leaves out what is hoped for, a sentence that turns the talk towards it stands for a word on the reply."""
INVITES = ("tell me", "go on", "say more", "i'd like to hear")
ANSWERS_BARELY = 0.35
"""How often a question is answered without a word on the reply."""
NEXT_BEST: dict[str, tuple[str, ...]] = {
    "up": ("high", "flat"), "flat": ("up", "low"), "down": ("low", "flat"), "low": ("down", "flat"), "high": ("up", "flat"),
    "advice": ("down", "flat"), "repeated": ("down", "flat"), "thanks": ("high", "up"), "leaving": ("low", "down"),
}
LAST_RESORT = ("Hm.", "Mm-hm.", "Mm.", "Right.", "Ah.", "Oh.", "Well.", "So.", "Yeah, hm.", "Hmm, hm.", "Er.", "I'm thinking.")


def speak(moment: SeekerMoment, appraisal: Appraisal, band: Band) -> SeekerUtterance:
    """The next words in this band; goodbye at the top and at the bottom."""
    profile = moment.profile
    told = "\n".join(folded(line.text) for line in moment.history if line.speaker == "seeker")
    if band in {Band.S, Band.F}:
        kind = "thanks" if band is Band.S else "leaving"
        return SeekerUtterance(_line(profile, (kind,), told, moment) or _last_resort(told), f"I am done here ({kind}).", kind, "",
                               goodbye=True)
    weighed = appraise(moment)
    kind = _kind(weighed, appraisal.change, moment, band)
    line = _line(profile, (kind, *NEXT_BEST[kind]), told, moment)
    steering = "" if weighed.met[HOPED[profile.need]] else _steering(kind, told, moment)
    line = steering or line
    reply = moment.history[-1].text if moment.history else ""
    wanted = asked_for(reply)
    fact = _fact(moment, weighed, band, wanted, told) if not line or _wants_to_tell(moment, band, bool(wanted)) else None
    parts = [part for part in (line, fact.text if fact else "") if part]
    answered = fact is not None and bool(set(wanted) & set(fact.answers))
    if answered and len(parts) == 2 and uniform("bare", profile.id, moment.seed, moment.turn) < ANSWERS_BARELY:
        parts = parts[1:]
    thinking = f"That reply was worth {appraisal.change:+d} to me; my trust stands at {weighed.after.trust:.2f}."
    origin = ("a sentence that steers" if steering else f"a line of kind {kind}") + (f" and a fact of layer {fact.layer}" if fact else "")
    return SeekerUtterance(_joined(parts) or _last_resort(told), thinking, origin)


def _joined(parts: Sequence[str]) -> str:
    """One text; a part that ends without a mark gets a full stop before the next."""
    return " ".join(part if part == parts[-1] or not part[-1].isalnum() else f"{part}." for part in parts)


def asked_for(reply: str) -> tuple[str, ...]:
    """The tags of what the reply asks for, those of its last question; none when it asks nothing."""
    asking = [clause for clause in clauses(reply) if "?" in clause or clause.startswith(INVITES)]
    if not asking:
        return ()
    found = [tag for tag in AFTER if AFTER[tag].search(asking[-1])]
    return tuple(found) or ("what-happened",)


def _kind(weighed: Weighed, change: int, moment: SeekerMoment, band: Band) -> str:
    """Which lines fit the reply and the mood."""
    met = weighed.met
    if met.again >= 0.5:
        return "repeated"
    hoped = HOPED[moment.profile.need]
    if change < 0 and hoped != "step" and max(met["step"], met["vague"], met["order"]) > max(met["feeling"], met["room"]):
        return "advice"
    if change < 0 and hoped == "step" and met["vague"]:
        return "advice"
    coloured = OF_THE_BAND.get(band)
    if coloured and (change < 0) == (coloured[0] == "low") and uniform("colour", moment.profile.id, moment.seed, moment.turn) < coloured[1]:
        return coloured[0]
    return "up" if change > 0 else "down" if change < 0 else "flat"


def _line(profile: Profile, kinds: Sequence[str], told: str, moment: SeekerMoment) -> str:
    """A line of the first kind that still has one unsaid; empty when all are said."""
    for kind in kinds:
        lines: Iterable[str] = getattr(profile.lines, kind)
        unsaid = [line for line in lines if folded(line) not in told]
        if unsaid:
            return unsaid[pick(len(unsaid), kind, profile.id, moment.seed, moment.turn)]
    return ""


def _steering(kind: str, told: str, moment: SeekerMoment) -> str:
    """A sentence not said yet that turns the talk towards what they hope for; empty for none."""
    if uniform("steering", moment.profile.id, moment.seed, moment.turn) >= STEERS.get(kind, 0.0):
        return ""
    small = bool(moment.profile.facts) and all(fact.text[:1].islower() for fact in moment.profile.facts[:3])
    unsaid = [text.lower() if small else text for text in steering_sentences()[moment.profile.need.value] if folded(text) not in told]
    return unsaid[pick(len(unsaid), "steering", moment.profile.id, moment.seed, moment.turn)] if unsaid else ""


@cache
def steering_sentences() -> Mapping[str, tuple[str, ...]]:
    """The sentences that steer, by need; fit for any story."""
    found: dict[str, list[str]] = json.loads(files(__package__).joinpath("steering.json").read_text(encoding="utf-8"))
    return MappingProxyType({need: tuple(sentences) for need, sentences in found.items()})


def _wants_to_tell(moment: SeekerMoment, band: Band, asked: bool) -> bool:
    often = min(1.0, TELLS[band] + (0.25 if asked else 0.0)) - (0.15 if moment.profile.character is Character.AVOIDANT else 0.0)
    return uniform("tell", moment.profile.id, moment.seed, moment.turn) < often


def _fact(moment: SeekerMoment, weighed: Weighed, band: Band, wanted: tuple[str, ...], told: str) -> Fact | None:
    """What to tell: an answer if there is trust for it, else what lies closest to the talk; shallow before deep."""
    profile = moment.profile
    gained = weighed.after.trust - TEMPERS[profile.character].trust
    ready = [fact for fact in profile.facts if folded(fact.text) not in told and moment.emotion >= NEEDS_EMOTION[fact.layer]
             and gained >= OPENS_AT.get(fact.layer, -1.0) and not (band is Band.C and fact.layer == 3)]
    if not ready:
        return None
    reply = matter(moment.history[-1].text) if moment.history else frozenset[str]()
    place = {tag: 3.0 - 0.4 * order for order, tag in enumerate(wanted)}

    def fit(fact: Fact) -> float:
        answers = max((place.get(tag, 0.0) for tag in fact.answers), default=0.0)
        near = 0.5 * len(matter(fact.text) & reply)
        told_in_order = 0.5 * (1.0 - ASKED.index(fact.answers[0]) / len(ASKED)) if fact.answers else 0.0
        deep = 0.35 * fact.layer if gained > 0.36 else -0.3 * fact.layer
        return answers + near + told_in_order + deep + 0.4 * uniform("fact", profile.id, moment.seed, moment.turn, fact.text)

    return max(ready, key=fit)


def _last_resort(told: str) -> str:
    """A sound, when everything the profile has was said."""
    said = set(told.split("\n"))
    return next((one for one in LAST_RESORT if folded(one) not in said), LAST_RESORT[-1])

