"""What a reply does to the seeker: the weighing of its words against the hidden need, and the change drawn from it.

The weighing (``weigh``) is the same for the same talk; only the draw (``change_of``) adds chance, from the seed of the talk.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from esc_tui.domain.labels import Character, Need
from esc_tui.domain.sage import LARGEST_CHANGE, START_EMOTION
from esc_tui.engines.roles import SeekerMoment
from esc_tui.engines.seekers.drawing import Chance
from esc_tui.engines.seekers.features import features_of
from esc_tui.engines.seekers.hurting import hurts, is_bare
from esc_tui.engines.seekers.knowing import Known, knowing, line_key
from esc_tui.engines.seekers.listening import listening, told_before
from esc_tui.engines.seekers.reading import KINDS, PASTE_KINDS, PlacedReading, read, read_in_place
from esc_tui.engines.seekers.words import data, matter

HIGHEST_MEAN = 7.0
"""The weighing nears this and never passes it, so that chance can still turn any single reply."""
HURT, HURT_MEAN, BARE = -20.0, -6.0, -4.0
"""Weight of plain hurt, the mean it leaves at most, and weight of a bare word or two: all chosen, not fitted."""
SAYS_BACK = -10.0
"""Weight of a reply that says a word or two of the seeker's back and nothing else: chosen, not fitted."""
PRAISE_MEAN = 1.0
"""Praise of nothing in particular is worth this at most, and a point less each time: chosen, not fitted."""
SOFTNESS = 40.0
"""Sum of weighted features at which the weighing has reached three quarters (tanh 1) of ``HIGHEST_MEAN``."""
TURN_SPREAD = 5.4
"""Standard deviation of the chance in one turn."""
TALK_SPREAD = 2.6
"""That of the mood that stays through a talk. With both, and the leaning on trust, changes and final emotions spread as in the 1,200
published talks (papers.md 3.7: 6.9 a turn, 31-39 at the end)."""
LEANING = 0.05
"""How much a point of emotion above or below the start colours the next reply: early trust decides (papers.md 3.7)."""
FAR_CHANGE = 6.6
"""From here a change is drawn as 10, below as 5; other numbers are rare in the published talks."""
NO_CHANGE = 0.15


@dataclass(frozen=True, slots=True)
class Judgement:
    """The weighing of one reply. ``mean`` is the expected change without chance, -7 to +7; ``parts`` what each feature gave;
    ``listened``: the features of ``listening``, unweighted."""

    mean: float
    parts: dict[str, float]
    placed: PlacedReading
    repeats: int
    listened: dict[str, float]


@cache
def _weights(need: Need, character: Character) -> dict[str, float]:
    table = data("weights")
    found = dict(table["all"])
    for part in (table["needs"][need.value], table["characters"][character.value]):
        for name, value in part.items():
            found[name] = found.get(name, 0.0) + value
    listened = table["listening"]
    for part in (listened["all"], listened["needs"][need.value]):
        for name, value in part.items():
            found[name] = found.get(name, 0.0) + value
    found["bias"] += listened["bias"]
    return found


_SATIATES = frozenset(KINDS) | {"feeling_fit", "comfort_touch", "hedge", "open"}
_WORTH_WITH_GROUND = frozenset({"esteem", "praise_weighed", "praise_empty"})
"""Praise that speaks of nothing that was told is worth nothing."""
_PRAISES = frozenset({"cheer", "praise_empty"})
_PRAISE_ALONE = frozenset({"praise_empty", "praise_weighed", "stand_by", "sympathy"})


def place_reply(moment: SeekerMoment) -> PlacedReading:
    """The last line of the history, a supporter's reply, beside the talk before it."""
    seeker = [line.text for line in moment.history if line.speaker == "seeker"]
    supporter = [line.text for line in moment.history if line.speaker == "supporter"]
    last = seeker[-1] if seeker else ""
    unmeant, complained = _reaction(knowing(moment.profile), last) if len(seeker) > 1 else (frozenset[str](), False)
    return read_in_place(supporter[-1] if supporter else "", last, tuple(seeker[:-1]), tuple(supporter[:-1]), unmeant, complained)


def _listened(moment: SeekerMoment, placed: PlacedReading) -> dict[str, float]:
    seeker = [line.text for line in moment.history if line.speaker == "seeker"]
    guarded = moment.profile.character is Character.AVOIDANT
    return listening(placed.reply, told_before(seeker[-1] if seeker else "", seeker[:-1], guarded))


def _reaction(known: Known, last: str) -> tuple[frozenset[str], bool]:
    """Stems of the seeker's own line in their last message, and whether it was one that finds fault with the reply before."""
    plain = f" {line_key(last)} "
    for text, key in known.keys.items():
        if f" {key} " in plain:
            return matter(text), text in known.faulting
    return frozenset(), False


def weigh(moment: SeekerMoment) -> Judgement:
    """How much the last reply should move this seeker, chance apart."""
    known = knowing(moment.profile)
    placed = place_reply(moment)
    weights = _weights(moment.profile.need, moment.profile.character)
    listened = _listened(moment, placed)
    features = {**features_of(placed, moment.profile.need), **listened}
    parts = {name: weights[name] * value for name, value in features.items() if name in weights}
    for name in _SATIATES & parts.keys():
        earlier = placed.before.get(name, 0)
        if parts[name] > 0 and earlier > 1:
            parts[name] *= 1.0 / (1.0 + 0.3 * (earlier - 1))
    if listened.get("says_back"):
        parts["says_back"] = SAYS_BACK
    _by_stage(parts, moment)
    _by_matter(parts, placed, known)
    _by_sameness(parts, placed, [line.text for line in moment.history if line.speaker == "supporter"][:-1])
    reply = moment.history[-1].text if moment.history else ""
    if hurts(reply):
        parts["hurt"] = HURT
    elif is_bare(reply):
        parts["bare"] = BARE
    mean = HIGHEST_MEAN * math.tanh(sum(parts.values()) / SOFTNESS)
    if "hurt" in parts:
        mean = min(mean, HURT_MEAN)
    elif "bare" in parts:
        mean = min(mean, 0.0)
    if _only_praises(placed):
        mean = min(mean, PRAISE_MEAN - placed.praised_before)
    if placed.repeats:
        mean = min(0.0, mean) if placed.repeats == 1 else min(mean, -3.0 - 1.5 * (placed.repeats - 1))
    elif placed.repeated_share > 0.3 and mean > 0:
        mean *= 1.0 - placed.repeated_share
    if placed.reply.words == 0:
        mean = -6.0
    return Judgement(max(-HIGHEST_MEAN, mean), parts, placed, placed.repeats, listened)


def _only_praises(placed: PlacedReading) -> bool:
    """True for praise that takes up nothing that was told and asks nothing."""
    own = placed.reply
    return bool(_PRAISES & own.acts.keys()) and not (placed.echo or placed.echo_before or placed.fits or own.questions)


def _by_stage(parts: dict[str, float], moment: SeekerMoment) -> None:
    """Advice, challenges and readings of the seeker count less well before there is trust, and are borne more easily with it."""
    trust = (moment.emotion - START_EMOTION) / 60.0
    for name in ("advice", "orders", "obligate", "challenges", "mirror", "feeling_fit"):
        value = parts.get(name)
        if value is None:
            continue
        if value < 0:
            parts[name] = value * (1.15 if moment.turn <= 2 else 1.0 - 0.35 * max(0.0, trust))
        elif trust < 0 and name in {"challenges", "mirror"}:
            parts[name] = value * (1.0 + 0.4 * trust)


def _by_matter(parts: dict[str, float], placed: PlacedReading, known: Known) -> None:
    """What touches just this person: words of what raises them, and of what lowers them."""
    lifted, grated = len(placed.reply.matter & known.lifts), len(placed.reply.matter & known.grates)
    if lifted:
        parts["lifts"] = 2.0 * (1.0 - 0.6 ** lifted)
    if grated:
        parts["grates"] = -2.5 * (1.0 - 0.6 ** grated)


def _by_sameness(parts: dict[str, float], placed: PlacedReading, earlier: Sequence[str]) -> None:
    """Praise of nothing that was told is no gift; praise and nothing else wears off and then jars; so does a bit of everything."""
    own = placed.reply
    if not (placed.echo or placed.echo_before):
        for name in _WORTH_WITH_GROUND & parts.keys():
            parts[name] = min(0.0, parts[name])
    if placed.praised_before and {"praise_empty", "praise_weighed"} & own.acts.keys():
        others = own.questions or any(kind in own.acts for kind in KINDS if kind not in _PRAISE_ALONE)
        grounded = placed.echo and "praise_empty" not in own.acts
        parts["praise_again"] = -min(9.0, (0.4 if grounded else 1.0 if others else 2.2) * placed.praised_before)
    if own.kinds > PASTE_KINDS:
        parts["strewn_again"] = -2.5 * sum(read(text).kinds > PASTE_KINDS for text in earlier[-4:])


def change_of(judgement: Judgement, moment: SeekerMoment) -> int:
    """The change of emotion, mostly a multiple of five, drawn for this talk, turn and reply."""
    if judgement.repeats == 1 and judgement.mean == 0.0:
        return 0
    profile = moment.profile
    mood = Chance(moment.seed, profile.id, "mood").normal() * TALK_SPREAD
    reply = moment.history[-1].text if moment.history else ""
    chance = Chance(moment.seed, profile.id, moment.turn, moment.emotion, reply)
    spread = TURN_SPREAD if not judgement.repeats else TURN_SPREAD / 3.0
    leaning = LEANING * (moment.emotion - START_EMOTION)
    felt = judgement.mean + (0.0 if judgement.repeats else mood) + leaning + spread * chance.normal()
    if "hurt" in judgement.parts:
        felt = min(felt, -2 * NO_CHANGE)  # chance may soften an insult, never turn it into help
    elif "bare" in judgement.parts:
        felt = min(felt, 0.0)
    size = abs(felt)
    if size < NO_CHANGE or (judgement.repeats and felt > 0):
        return 0
    change = 5 if size < FAR_CHANGE else LARGEST_CHANGE
    if chance.share() < 0.02:
        change -= 2
    return change if felt > 0 else -change
