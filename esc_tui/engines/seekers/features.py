"""What counts in a reply, as numbers of about 0-1.5 by name, for the weights in ``data/weights.json``."""

from __future__ import annotations

from esc_tui.domain.labels import Need
from esc_tui.engines.seekers.reading import LONG_WORDS, PASTE_KINDS, PlacedReading, numbers_of

COUNTED = (
    "generic_people", "boilerplate", "minimise", "fault_laid", "fault_lifted", "obligate", "praise_empty", "praise_weighed",
    "stand_by", "sympathy", "image", "hedge", "self_talk", "defends", "patronise", "diagnose", "closing", "small_talk",
    "comfort_touch", "challenges", "informs", "weighs", "mirror", "explains_other", "advice", "concrete_step", "verdict", "space",
    "invites", "retracts",
)

ECHO_WORTH = (0.0, 0.25, 0.6, 0.8, 0.9, 1.0)
"""Worth of 0, 1, 2 ... stems taken up from what was said: any one noun shows little."""


def more(count: int) -> float:
    """One counts 1, two 1.33, many 2 at most."""
    return 2.0 * count / (count + 1.0)


SERVES: dict[Need, frozenset[str]] = {
    Need.EXAMINE_FROM_SEVERAL_SIDES: frozenset({"weighs", "challenges"}),
    Need.GET_ADVICE_THAT_HELPS_NOW: frozenset({"concrete_step", "advice"}),
    Need.UNDERSTAND_OTHERS: frozenset({"explains_other"}),
    Need.SELF_REFLECTION_AND_GROWTH: frozenset({"mirror", "challenges"}),
    Need.BE_PRAISED: frozenset({"praise_weighed"}),
    Need.BE_LISTENED_TO: frozenset({"invites", "space", "stand_by"}),
    Need.BE_EMPATHISED_WITH: frozenset({"feeling", "image", "comfort_touch", "stand_by"}),
    Need.BE_TOLD_NOT_AT_FAULT: frozenset({"fault_lifted"}),
}
"""The acts one of which a reply must hold to serve the hidden need at all."""


def misses(placed: PlacedReading, need: Need) -> bool:
    """True for a reply that holds nothing of what serves the hidden need."""
    serving = SERVES[need]
    return not serving & placed.reply.acts.keys() and not ("feeling" in serving and placed.fits)


def features_of(placed: PlacedReading, need: Need) -> dict[str, float]:
    """The features of a reply beside the talk; those that are 0 are left out."""
    own, acts = placed.reply, placed.reply.acts
    found = {name: more(acts[name]) for name in COUNTED if name in acts}
    found["bias"] = 1.0
    if placed.echo:
        found["echo"] = ECHO_WORTH[min(5, len(placed.echo))]
        if numbers_of(placed.echo):
            found["echo_number"] = 1.0
    if placed.echo_before:
        found["echo_before"] = 1.0 - 0.55 ** len(placed.echo_before)
    if placed.fits:
        found["feeling_fit"] = 1.0
    elif own.feelings:
        found["feeling_unfit"] = 1.0
    if own.self_share > 0:
        found["self_share"] = own.self_share
    if placed.impersonal_share > 0:
        found["impersonal"] = placed.impersonal_share
    if placed.parroted:
        found["parroted"] = min(1.5, placed.parroted / 4.0)
    if own.you_share > 0:
        found["you_share"] = own.you_share
    if own.orders:
        found["orders"] = more(own.orders)
    if own.exclaims:
        found["exclaims"] = min(2.0, own.exclaims / 2.0)
    if own.words > LONG_WORDS:
        found["long"] = min(3.0, (own.words - LONG_WORDS) / 50.0)
    questions = own.questions
    if questions:
        found["questions"] = 1.0
        found["open" if own.open_questions else "closed"] = 1.0
        if questions > 1 and questions >= own.sentences - 1:
            found["questionnaire"] = min(1.3, 0.65 * (questions - 1))
    if placed.complained:
        found["repair" if "retracts" in acts else "unrepaired"] = 1.0
    if placed.asked and own.last_asks and own.sentences <= questions:
        found["unanswered"] = 1.0
    if misses(placed, need):
        found["unmet"] = 1.0
    if own.kinds > PASTE_KINDS:
        found["paste"] = min(2.0, (own.kinds - PASTE_KINDS) / 2.0)
    return found
