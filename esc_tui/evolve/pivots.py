"""The pivotal turns of a talk: where the seeker moved most, crossed a band, came into care, or a person left a mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from esc_tui.domain.labels import Change, Polarity
from esc_tui.domain.sage import Band, band_of
from esc_tui.domain.talk import TurnView
from esc_tui.engines.evolving_roles import PivotKind

FELT = {1: -10, 2: -5, 3: 0, 4: 5, 5: 10}
"""What an emotion a tester gave after a reply (1-5) counts as a change, in the steps of a simulated seeker (papers.md 3.7)."""
MARKED = {Polarity.POSITIVE: 5, Polarity.NEUTRAL: 0, Polarity.NEGATIVE: -5}
"""The same for a thumb, or a label a person gave to the reply."""
MOST_EACH = 2
"""So many of the largest rises and falls of a talk are pivotal."""
_HIGH_TO_LOW = tuple(Band)


@dataclass(frozen=True, slots=True)
class Pivot:
    """A pivotal turn: its number, why it is one, and the change there (-10 to +10, None where nothing tells)."""

    turn: int
    kind: PivotKind
    change: int | None


def change_after(turn: TurnView, labels: Mapping[int, Change] = {}) -> int | None:
    """How the seeker moved after the reply to a turn: the emotion of an episode, else a label a person gave, else a rating.

    ``labels`` are response changes by number of the turn. None where nothing tells.
    """
    if turn.emotion is not None:
        return max(-10, min(10, turn.emotion.change))
    if turn.number in labels:
        return MARKED[labels[turn.number].polarity]
    rating = turn.rating
    if rating is None or (rating.thumb is None and rating.emotion is None):
        return None
    felt = 0 if rating.emotion is None else FELT[rating.emotion]
    if rating.thumb is None:
        return felt
    thumb = MARKED[Polarity.POSITIVE if rating.thumb == "up" else Polarity.NEGATIVE]
    return felt if felt * thumb > 0 else thumb


def pivots_of(turns: Sequence[TurnView], labels: Mapping[int, Change] = {}) -> tuple[Pivot, ...]:
    """The pivotal turns in order; a turn may be one for several reasons. Equal moves: the earlier turn."""
    changes = {turn.number: change for turn in turns if (change := change_after(turn, labels)) is not None}
    found: list[Pivot] = []
    for kind, sign in ((PivotKind.LARGEST_RISE, 1), (PivotKind.LARGEST_FALL, -1)):
        moved = sorted((number for number, change in changes.items() if change * sign > 0), key=lambda n: (-changes[n] * sign, n))
        found += [Pivot(number, kind, changes[number]) for number in moved[:MOST_EACH]]
    in_care = False
    for turn in turns:
        change = changes.get(turn.number)
        if turn.emotion is not None:
            before, after = _HIGH_TO_LOW.index(band_of(turn.emotion.before)), _HIGH_TO_LOW.index(turn.emotion.band)
            if before != after:
                found.append(Pivot(turn.number, PivotKind.BAND_UP if after < before else PivotKind.BAND_DOWN, change))
        guard = turn.guard_in
        now = guard is not None and (guard.crisis or guard.in_care)
        if now and not in_care:
            found.append(Pivot(turn.number, PivotKind.CARE, change))
        in_care = now
        if turn.number in labels:
            found.append(Pivot(turn.number, PivotKind.LABELLED, change))
        elif turn.emotion is None and change:
            found.append(Pivot(turn.number, PivotKind.MARKED_GOOD if change > 0 else PivotKind.MARKED_BAD, change))
    order = list(PivotKind)
    return tuple(sorted(found, key=lambda one: (one.turn, order.index(one.kind))))
