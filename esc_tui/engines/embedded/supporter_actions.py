"""Which of the 17 support actions an utterance of a supporter is: within its strategy where one is given, else by words alone.

The phrases are written for this project (``data/actions.json``, weights 1-3); none is learned from a corpus.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from esc_tui.domain.labels import Action, Strategy
from esc_tui.engines.embedded.words import phrases, tokens_of

LONG_RESTATEMENT = 32  # words from which a restatement gathers more than one thing said
SHORTEST = 4  # shorter utterances without a cue are small talk
_USUAL = {
    Strategy.QUESTION: Action.CLARIFYING_QUESTION,
    Strategy.RESTATEMENT: Action.RESTATEMENT,
    Strategy.REFLECTION: Action.REFLECTION_OF_FEELING,
    Strategy.SELF_DISCLOSURE: Action.SHARED_HUMAN_EXPERIENCE,
    Strategy.AFFIRMATION: Action.VALIDATION,
    Strategy.SUGGESTIONS: Action.SUGGESTION_WITH_OPTIONS,
    Strategy.INFORMATION: Action.INFORMATION,
    Strategy.OTHERS: Action.SOCIAL_OR_OTHER,
}
"""What an utterance of a strategy is when none of its words tells more."""
_OPENERS = frozenset(("what", "how", "why", "tell", "whats", "hows"))
_LEAD = 0.6  # share of the usual action's score that another one of the strategy must reach: its cues are rarer
_LEAST = 1.8  # score below which no other action is taken for the usual one


@dataclass(frozen=True, slots=True)
class Deed:
    """What an utterance does, and where its most telling words stand (``text[start:end]``; 0, 0 when none does)."""

    action: Action
    start: int
    end: int


@lru_cache(maxsize=256)
def deed_of(text: str, strategy: Strategy | None) -> Deed:
    """The action of one utterance; never fails for any text."""
    tokens = tokens_of(text)
    scores: dict[Action, float] = {}
    telling: dict[Action, tuple[float, int, int]] = {}
    for match in phrases("actions").find(tokens):
        action = Action(match.label)
        weight = match.weight * (1 + 0.1 * (match.last - match.first - 1))
        scores[action] = scores.get(action, 0.0) + weight
        if weight > telling.get(action, (0.0, 0, 0))[0]:
            telling[action] = (weight, tokens[match.first].start, tokens[match.last - 1].end)
    asks = "?" in text
    if strategy is None:
        action = _by_words(scores, len(tokens), asks)
    else:
        action = _within(strategy, scores, len(tokens), [token.key for token in tokens])
    _, start, end = telling.get(action, (0.0, 0, 0))
    return Deed(action, start, end)


def _within(strategy: Strategy, scores: dict[Action, float], words: int, keys: list[str]) -> Action:
    usual = _USUAL[strategy]
    own = {action: scores.get(action, 0.0) for action in Action if action.strategy is strategy}
    if strategy is Strategy.RESTATEMENT:
        return Action.SUMMARY if own[Action.SUMMARY] or words >= LONG_RESTATEMENT else usual
    if strategy is Strategy.QUESTION and set(keys) & _OPENERS:
        own[Action.OPEN_QUESTION] += 0.5
    best = max((action for action in own if action is not usual), key=lambda action: own[action], default=usual)
    least = 1.0 if strategy is Strategy.QUESTION else _LEAST
    lead = 1.0 if strategy in {Strategy.QUESTION, Strategy.AFFIRMATION} else _LEAD
    return best if own[best] >= max(least, lead * own[usual]) else usual


def _by_words(scores: dict[Action, float], words: int, asks: bool) -> Action:
    """Without a strategy: a question mark speaks for asking, its absence against; very short lines are small talk."""
    for action in Action:
        if action.asks:
            scores[action] = scores.get(action, 0.0) + 2.0 if asks else 0.3 * scores.get(action, 0.0)
    own = max(1.0, words / 12)
    scores = {action: score / own if action is not Action.SOCIAL_OR_OTHER else score / max(1.0, words / 8)
              for action, score in scores.items()}
    if words < SHORTEST and not asks:
        scores[Action.SOCIAL_OR_OTHER] = scores.get(Action.SOCIAL_OR_OTHER, 0.0) + 1.5
    best = max(scores, key=lambda action: (scores[action], action.value), default=Action.SOCIAL_OR_OTHER)
    if not scores or scores[best] <= 0.3:
        return Action.SOCIAL_OR_OTHER if words < SHORTEST else Action.VALIDATION
    return best
