"""What the seeker seems to hope for from the talk: signs in their newest messages, added up. People seldom say it; they steer to it.

The learned words come from whole lines of one to three sentences (``training/needs.txt``) and are read sentence by sentence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from esc_tui.domain.labels import Need, State
from esc_tui.domain.text import split_sentences
from esc_tui.engines.embedded.learned import leanings
from esc_tui.engines.embedded.qualifying import is_denied
from esc_tui.engines.embedded.words import LONGEST_READ, phrases, tokens_of
from esc_tui.engines.roles import Act

NONE = "none"
"""The label of lines that show no hope, in ``training/needs.txt``."""
PHRASE = 0.4
"""Log-odds of one point of a phrase's weight (2 or 3) in ``data/needs.json``."""
LEARNED, LEAST, SUREST = 0.35, -1.2, 2.0
"""Share of the learned words' log-odds that counts, since they repeat each other, and how far one sentence may move a hope. Set with
the written seekers of the develop shelf, none of whose words are among the training lines."""
SMOOTHED = 0.15
"""Added to a chance in terms of an even one, so that a word never heard for a hope speaks against it a little only."""
FEWEST_WORDS = 4
"""A sentence of fewer words says too little for learned words."""
ACTED, FELT = 1.6, 0.3
"""Log-odds of what they do now ("what should I do?"), and of the state they are read in."""
FADE = 0.95
"""What they hope for changes slowly: weight of a message for each one after it."""
MOST = 2.0
"""Log-odds that one message gives at most, however much is in it."""
BY_ACT: dict[Act, Need] = {
    "ask_advice": Need.GET_ADVICE_THAT_HELPS_NOW, "only_listen": Need.BE_LISTENED_TO, "vent": Need.BE_LISTENED_TO}
BY_STATE = {
    State.ASHAMED: Need.BE_TOLD_NOT_AT_FAULT, State.TORN: Need.EXAMINE_FROM_SEVERAL_SIDES, State.VENTING: Need.BE_LISTENED_TO,
    State.REFLECTING: Need.SELF_REFLECTION_AND_GROWTH, State.SEEKING_A_WAY_FORWARD: Need.GET_ADVICE_THAT_HELPS_NOW,
    State.SAD: Need.BE_EMPATHISED_WITH, State.AFRAID: Need.BE_EMPATHISED_WITH,
}
LEAST_BELIEF = 0.3
"""A hope believed less than this is told nobody. Belief is a share of the signs and no chance of being right (docs/episodes.md)."""


@lru_cache(maxsize=512)
def signs_in(text: str) -> Mapping[Need, float]:
    """Log-odds of each hope that one message gives a sign of, at most ``MOST`` each; of a long one no more is looked at than elsewhere."""
    text = text[:LONGEST_READ]
    tokens = tokens_of(text)
    found = dict.fromkeys(Need, 0.0)
    for match in phrases("needs").find(tokens):
        if not is_denied(tokens, match):
            found[Need(match.label)] += PHRASE * match.weight
    rows = [row for row in split_sentences(text)[0] if len(tokens_of(row)) >= FEWEST_WORDS]
    for row in rows:
        chances = leanings("needs", row)
        shown = 1.0 - chances.get(NONE, 1.0)
        for need in Need if shown > 0.0 else ():
            odds = math.log(chances[need.value] / shown * len(Need) + SMOOTHED)
            found[need] += LEARNED * shown * max(LEAST, min(SUREST, odds)) / math.sqrt(len(rows))
    return MappingProxyType({need: max(-MOST, min(MOST, odds)) for need, odds in found.items() if odds})


def beliefs(messages: Sequence[str], act: Act, state: State) -> dict[Need, float]:
    """How far each hope is believed, from the messages (newest first): parts that sum to 1, 0.125 each when nothing tells."""
    scores = dict.fromkeys(Need, 0.0)
    weight = 1.0
    for text in messages:
        for need, odds in signs_in(text).items():
            scores[need] += weight * odds
        weight *= FADE
    for shown, odds in ((BY_ACT.get(act), ACTED), (BY_STATE.get(state), FELT)):
        if shown is not None:
            scores[shown] += odds
    top = max(scores.values())
    parts = {need: math.exp(score - top) for need, score in scores.items()}
    total = sum(parts.values())
    return {need: part / total for need, part in parts.items()}


def hoped(messages: Sequence[str], act: Act, state: State) -> tuple[Need | None, float]:
    """The likeliest hope and how far it is believed, 0-1; None below ``LEAST_BELIEF``."""
    found = beliefs(messages, act, state)
    best = max(found, key=lambda need: (found[need], need.value))
    return (best, found[best]) if found[best] >= LEAST_BELIEF else (None, 0.0)
