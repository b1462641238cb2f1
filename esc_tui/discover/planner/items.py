"""What a planner learns from: every supporter turn with strategies, as what came before it and the sequence that was used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from esc_tui.domain.dialogue import Dialogue
from esc_tui.domain.labels import Strategy
from esc_tui.domain.supporter_turn import SupporterTurn, supporter_turns
from esc_tui.engines.embedded.strategy_context import context_of
from esc_tui.engines.embedded.strategy_features import STRATEGY_AT, numbers_of, words_of
from esc_tui.engines.embedded.strategy_sequences import MOST


@dataclass(frozen=True, slots=True)
class PlannerItem:
    """One supporter turn, read: ``dialogue`` is the place of its dialogue among those given, ``sequence`` what was used.

    ``goal`` holds the places in the label set of the first three strategies, ``whole`` those of all.
    """

    dialogue: int
    turn: SupporterTurn
    words: dict[str, list[str]]
    numbers: tuple[float, ...]

    @property
    def sequence(self) -> tuple[Strategy, ...]:
        """The strategies in order, adjacent repeats merged."""
        return self.turn.strategies

    @property
    def goal(self) -> tuple[int, ...]:
        """Places in the label set of the first strategies, as many as can be planned."""
        return tuple(STRATEGY_AT[one] for one in self.turn.strategies[:MOST])

    @property
    def whole(self) -> tuple[int, ...]:
        """Places in the label set of all its strategies."""
        return tuple(STRATEGY_AT[one] for one in self.turn.strategies)


def items_of(dialogues: Iterable[Dialogue]) -> Iterator[list[PlannerItem]]:
    """The items of each dialogue in turn; a turn without any strategy is none."""
    for place, dialogue in enumerate(dialogues):
        items = []
        for turn in supporter_turns(dialogue):
            if turn.strategies:
                context = context_of(dialogue, turn)
                items.append(PlannerItem(place, turn, words_of(context), tuple(numbers_of(context).values())))
        yield items


def several_share(sequences: Sequence[Sequence[object]]) -> float:
    """Share of sequences with more than one strategy; 0 for none at all."""
    return sum(len(one) > 1 for one in sequences) / max(1, len(sequences))
