"""What earlier turns of a talk mean for the next choice: which skills were used lately, and how it went."""

from __future__ import annotations

from dataclasses import dataclass, field

from esc_tui.domain.labels import Strategy
from esc_tui.domain.talk import TalkView

RECENT_PENALTY = (1.0, 0.55, 0.25)
"""How strongly a skill used one, two or three turns ago is held back (times the ranker's weight)."""
DISLIKED_PENALTY = 0.8


@dataclass(frozen=True, slots=True)
class TurnMemory:
    """``recent`` maps a skill slug to a penalty 0-1; ``last`` holds the skills of the reply just before.

    ``strategies`` are those of the replies so far, in order, by the place of their turn in the talk (from 1).
    """

    recent: dict[str, float] = field(default_factory=dict)
    last: frozenset[str] = frozenset()
    strategies: dict[int, tuple[Strategy, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, view: TalkView) -> TurnMemory:
        """Read it off the finished turns of a talk; a thumb down counts like recent use for the whole talk."""
        recent: dict[str, float] = {}
        finished = [turn for turn in view.turns if turn.reply is not None]
        for ago, turn in enumerate(reversed(finished)):
            if turn.reply is None:
                continue
            for slug in turn.reply.skills:
                penalty = RECENT_PENALTY[ago] if ago < len(RECENT_PENALTY) else 0.0
                if turn.rating is not None and turn.rating.thumb == "down":
                    penalty = max(penalty, DISLIKED_PENALTY)
                recent[slug] = max(recent.get(slug, 0.0), penalty)
        last = frozenset(finished[-1].reply.skills) if finished and finished[-1].reply else frozenset()
        strategies = {
            place: tuple(segment.strategy for segment in turn.segments if segment.strategy is not None)
            for place, turn in enumerate(view.turns, 1)
            if turn.reply is not None
        }
        return cls({slug: value for slug, value in recent.items() if value > 0}, last, strategies)
