"""What the seeker seems to hope for from the talk: signs in all they said, added up. People seldom say it; they steer towards it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from esc_tui.domain.labels import Need, State
from esc_tui.engines.embedded.learned import leanings
from esc_tui.engines.embedded.words import phrases, tokens_of
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
BY_ACT: dict[Act, Need] = {
    "ask_advice": Need.GET_ADVICE_THAT_HELPS_NOW, "only_listen": Need.BE_LISTENED_TO, "vent": Need.BE_LISTENED_TO}
BY_STATE = {
    State.ASHAMED: Need.BE_TOLD_NOT_AT_FAULT, State.TORN: Need.EXAMINE_FROM_SEVERAL_SIDES, State.VENTING: Need.BE_LISTENED_TO,
    State.REFLECTING: Need.SELF_REFLECTION_AND_GROWTH, State.SEEKING_A_WAY_FORWARD: Need.GET_ADVICE_THAT_HELPS_NOW,
    State.SAD: Need.BE_EMPATHISED_WITH, State.AFRAID: Need.BE_EMPATHISED_WITH,
}
LEAST_BELIEF = 0.3
"""A hope believed less than this is not told to anybody; by chance alone one of eight is believed 0.125."""


@lru_cache(maxsize=512)
def signs_in(text: str) -> dict[str, float]:
    """Log-odds of each hope that one message gives a sign of, against the mean of all."""
    found: dict[str, float] = {}
    for match in phrases("needs").find(tokens_of(text)):
        found[match.label] = found.get(match.label, 0.0) + PHRASE * match.weight
    for sentence in _sentences(text):
        chances = leanings("needs", sentence)
        shown = 1.0 - chances.get(NONE, 1.0)
        if shown <= 0.0:
            continue
        for need in Need:
            odds = math.log(chances[need.value] / shown * len(Need) + SMOOTHED)
            found[need.value] = found.get(need.value, 0.0) + LEARNED * shown * max(LEAST, min(SUREST, odds))
    return found


def _sentences(text: str) -> list[str]:
    rows: list[str] = []
    for piece in text.replace("!", ".").replace("?", ".").replace("\n", ".").split("."):
        if rows and len(tokens_of(rows[-1])) < FEWEST_WORDS:
            rows[-1] += f" {piece}"
        elif piece.strip():
            rows.append(piece)
    return [row for row in rows if len(tokens_of(row)) >= FEWEST_WORDS]


def hoped(messages: Sequence[str], act: Act, state: State) -> tuple[Need | None, float]:
    """The likeliest hope and how far it is believed, 0-1, from the messages (newest first); None when nothing tells."""
    scores = dict.fromkeys((need.value for need in Need), 0.0)
    weight = 1.0
    for text in messages:
        for need, odds in signs_in(text).items():
            scores[need] += weight * odds
        weight *= FADE
    for shown, odds in ((BY_ACT.get(act), ACTED), (BY_STATE.get(state), FELT)):
        if shown is not None:
            scores[shown.value] += odds
    best = max(scores, key=lambda label: (scores[label], label))
    top = scores[best]
    belief = 1.0 / sum(math.exp(score - top) for score in scores.values())
    return (Need(best), belief) if belief >= LEAST_BELIEF else (None, 0.0)
