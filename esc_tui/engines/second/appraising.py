"""The appraisal of a reply: is it about me, does it bring what I hope for, does it leave me my footing, is it decent to me.

After appraisal theories of emotion (relevance, congruence with goals, coping, norms): those four checks give a reply its worth, trust
and the replies before it colour that worth, and chance under the seed does the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from esc_tui.domain.labels import Need
from esc_tui.engines.roles import SeekerMoment
from esc_tui.engines.second.chance import normal
from esc_tui.engines.second.doing import COPIED_RUN, LARGE_DEEDS, TOO_LONG, TOO_SHORT, Met, leaning, meet
from esc_tui.engines.second.hoping import ANYBODY, BESIDES, HOPED, TEMPERS, Temper

RELEVANCE = 3.0
NOTHING_DONE = -1.0
"""Points of a reply before any deed: to have told something and to get nothing is a letdown."""
OWN_POINTS = 1.6
"""Points for touching what the profile says moves this seeker up, lost for what moves them down."""
DEEP = frozenset({"sides", "step", "mind", "mirror", "credit", "clearing"})
"""Deeds that count in full only from somebody who has listened."""
BOUNDS = (-12.0, 9.0)
"""The least and most points a reply may be worth: hurt goes deeper than help lifts."""
COLOURS, TRUSTED, MOOD, SWAY, WORDING = 0.25, 3.0, 2.8, 3.4, 1.6
"""Share of the expectation that colours a reply; points of full trust; deviations of the talk's mood, of a turn's chance and of the
chance in the words themselves. Set so that talks spread as SAGE's do (final SD 31-39, per turn about 7)."""
STRENGTH = 0.95
STRONG = 6.0
"""Points from which a change is ten instead of five."""
STILL = 0.15
"""Points below which nothing moves: SAGE's changes are nearly all fives and tens."""


@dataclass(frozen=True, slots=True)
class Checks:
    """The four checks of one reply, in points of change."""

    relevance: float
    congruence: float
    footing: float
    decency: float

    @property
    def worth(self) -> float:
        """All four together, within bounds."""
        return max(BOUNDS[0], min(BOUNDS[1], self.relevance + self.congruence + self.footing + self.decency))


@dataclass(frozen=True, slots=True)
class Standing:
    """How the seeker stands to the supporter: trust 0-1, and the worth expected of the next reply, in points."""

    trust: float
    expected: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """A reply that was appraised: what it did, its checks, and how the seeker stood before and stands after it."""

    met: Met
    checks: Checks
    before: Standing
    after: Standing
    change: int


def check(met: Met, need: Need, temper: Temper, standing: Standing, turn: int, had: int, own: float = 0.0) -> Checks:
    """Appraise one reply. ``had``: how many of the last two replies already gave what is hoped for; ``own``: its ``leaning``."""
    hoped = HOPED[need]
    footed = max(standing.trust, met.taken_up)
    fresh = 1.0 - met.again
    depth = 0.5 + 0.5 * footed
    relevance = NOTHING_DONE + RELEVANCE * met.taken_up * (0.35 + 0.65 * min(1.0, met.added * 1.6))
    congruence = footing = decency = 0.0
    for deed, strength in met.said.deeds.items():
        points = (ANYBODY.get(deed, 0.0) + BESIDES[need].get(deed, 0.0)) * strength
        if points > 0:
            points *= fresh * (depth if deed in DEEP else 1.0) * ((1.0 - 0.12 * had) if deed == hoped else 1.0)
        if deed in {"blame", "belittle", "hostile", "lecture", "own", "leaving"}:
            decency += points
        elif deed in {"order", "gentle", "vague", "cheer"}:
            footing += points
        else:
            congruence += points
    congruence = min(congruence + OWN_POINTS * own, 7.5)
    if met["stock"] and not (met[hoped] or met.taken_up > 0.7):
        decency -= 1.3
    if met["flattery"] and not met["credit"]:
        decency -= 0.6 * (turn > 1) + 0.8 * (met.taken_up < 0.5)
    if met["feeling"] and not (met["gentle"] or met["image"]) and standing.trust < 0.35:
        footing -= temper.shy
    if need is Need.GET_ADVICE_THAT_HELPS_NOW and turn > 2 and not met["step"]:
        footing -= min(2.0, 0.4 * (turn - 2))
    if turn == 1 and met["step"] and need is not Need.GET_ADVICE_THAT_HELPS_NOW:
        footing -= 1.0
    footing -= 2.0 * max(0, met.said.questions - 2) + (2.0 if met.said.listed else 0.0)
    return Checks(relevance, congruence, footing, decency - _bulk(met) - 8.5 * met.again)


def _bulk(met: Met) -> float:
    """Points lost by form: too long, too short, a handful of everything, or the seeker's words given back."""
    lost = 0.0
    if met.said.words > TOO_LONG:
        lost += min(5.0, (met.said.words - TOO_LONG) / 30)
    if met.said.words < TOO_SHORT:
        lost += 3.0
    lost += min(8.0, 2.2 * max(0, sum(bool(met[deed]) for deed in LARGE_DEEDS) - 4))
    if met.copied >= COPIED_RUN:
        lost += 3.5 if met.copied >= 0.5 * met.said.words else 1.5
    return lost


def after(standing: Standing, worth: float) -> Standing:
    """Trust grows slowly and goes quickly; what comes is expected to be like what came."""
    step = 0.018 * worth if worth > 0 else 0.035 * worth
    return Standing(max(0.0, min(1.0, standing.trust + step)), 0.6 * standing.expected + 0.4 * max(-7.0, min(7.0, worth)))


def appraise(moment: SeekerMoment) -> Weighed:
    """Appraise the last line of the history, going once through the replies before it."""
    profile = moment.profile
    temper = TEMPERS[profile.character]
    standing = before = Standing(temper.trust, 0.0)
    heard: list[str] = []
    replies: list[str] = []
    served: list[bool] = []
    met, checks = meet("", (), ()), Checks(0.0, 0.0, 0.0, 0.0)
    for line in moment.history:
        if line.speaker == "seeker":
            heard.append(line.text)
            continue
        met = meet(line.text, heard, replies)
        own = leaning(line.text, profile.raises, profile.lowers)
        checks = check(met, profile.need, temper, standing, len(replies) + 1, sum(served[-2:]), own)
        replies.append(line.text)
        served.append(bool(met[HOPED[profile.need]]))
        before, standing = standing, after(standing, checks.worth)
    return Weighed(met, checks, before, standing, _moved(moment, replies, checks, before))


def _moved(moment: SeekerMoment, replies: Sequence[str], checks: Checks, before: Standing) -> int:
    """The change of emotion: worth, coloured and with its share of chance, in SAGE's steps."""
    profile, temper = moment.profile, TEMPERS[moment.profile.character]
    worth = checks.worth * (temper.warmth if checks.worth > 0 else temper.sting)
    felt = STRENGTH * (worth + temper.bias + COLOURS * before.expected + TRUSTED * (before.trust - 0.3))
    felt += MOOD * normal("mood", profile.id, moment.seed) + SWAY * normal("turn", profile.id, moment.seed, moment.turn)
    felt += WORDING * normal("words", profile.id, moment.seed, moment.turn, replies[-1] if replies else "")
    if abs(felt) < STILL:
        return 0
    size = 10 if abs(felt) >= STRONG else 5
    return size if felt > 0 else -size

