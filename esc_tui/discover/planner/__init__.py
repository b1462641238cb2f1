"""Learning which strategies human supporters use next, and planning by what was learned.

``train_planner`` learns in memory; ``context_of`` gives what came before a supporter turn; ``TrainedPlanner.plan`` plans it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from esc_tui.domain.dialogue import Dialogue
from esc_tui.domain.errors import UserError
from esc_tui.engines.embedded.strategy_context import ContextLine, PlanningContext, context_of, context_of_moment
from esc_tui.engines.embedded.strategy_model import PlannedStrategies, StrategyModel
from esc_tui.engines.embedded.strategy_sequences import Decoding

if TYPE_CHECKING:
    from esc_tui.discover.planner.measuring import PlannerScores

Progress = Callable[[int, int, str], None]
"""Told how many of how many steps are done, and a word on what is being done."""

__all__ = [
    "ContextLine",
    "Decoding",
    "PlannedStrategies",
    "PlanningContext",
    "TrainedPlanner",
    "context_of",
    "context_of_moment",
    "train_and_measure",
    "train_planner",
]


@dataclass(frozen=True, slots=True)
class TrainedPlanner:
    """A planner in memory: its plain parts as they are stored, and the model that runs them.

    ``dialogues`` and ``turns`` count what it learned from; ``several`` is the share of those turns with several strategies.
    """

    parts: Mapping[str, Any]
    model: StrategyModel
    dialogues: int
    turns: int
    several: float

    def sizes(self) -> dict[str, int]:
        """How much it is: bytes of its arrays, known words, and trees."""
        arrays = [part for part in self.parts.values() if not isinstance(part, list)]
        return {
            "bytes": sum(int(array.nbytes) for array in arrays),
            "words": sum(len(part) for name, part in self.parts.items() if name.startswith("words.")),
            "trees": sum(len(part) for name, part in self.parts.items() if name.endswith(".roots")),
        }

    def plan(self, context: PlanningContext, decoding: Decoding = "balanced") -> PlannedStrategies:
        """The strategies to expect next; the same context always gives the same."""
        return self.model.plan(context, decoding)


def train_planner(dialogues: Sequence[Dialogue], seed: int = 0, progress: Progress | None = None) -> TrainedPlanner:
    """Learn from dialogues. Raises UserError when no supporter turn has a strategy, or all open with the same one."""
    return _trained(dialogues, seed, progress, measure=False)[0]


def train_and_measure(dialogues: Sequence[Dialogue], seed: int = 0,
                      progress: Progress | None = None) -> tuple[TrainedPlanner, PlannerScores | None]:
    """The same, and its scores on dialogues held out (see ``measuring.measure``); takes two to three times as long."""
    return _trained(dialogues, seed, progress, measure=True)


def _trained(dialogues: Sequence[Dialogue], seed: int, progress: Progress | None,
             *, measure: bool) -> tuple[TrainedPlanner, PlannerScores | None]:
    from esc_tui.discover.planner.items import items_of, several_share
    from esc_tui.discover.planner.measuring import held_out_parts
    from esc_tui.discover.planner.measuring import measure as measured
    from esc_tui.discover.planner.training import READING_STEPS, STEPS, fit

    reading, folds = READING_STEPS, held_out_parts(len(dialogues))[1] * STEPS if measure else 0
    total = reading + folds + STEPS
    tell = progress or (lambda done, total, note: None)
    items = []
    used = 0
    for number, own in enumerate(items_of(dialogues), 1):
        items.extend(own)
        used += bool(own)
        tell(number * reading // max(1, len(dialogues)), total, "reading")
    if not items:
        raise UserError("no supporter turn has a strategy", "", "import dialogues whose supporter lines carry strategies")
    scores = measured(items, seed, lambda done: tell(reading + done, total, "measuring")) if measure else None
    parts = fit(items, seed, lambda done: tell(reading + folds + done, total, "learning"))
    planner = TrainedPlanner(parts, StrategyModel.of(parts), used, len(items), several_share([item.sequence for item in items]))
    return planner, scores
