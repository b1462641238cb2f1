"""Learning which strategies human supporters use next, and planning by what was learned.

``train_planner`` learns in memory; ``context_of`` gives what came before a supporter turn; ``TrainedPlanner.plan`` plans it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from esc_tui.domain.dialogue import Dialogue
from esc_tui.domain.errors import UserError
from esc_tui.engines.embedded.strategy_context import ContextLine, PlanningContext, context_of, context_of_moment
from esc_tui.engines.embedded.strategy_model import PlannedStrategies, StrategyModel
from esc_tui.engines.embedded.strategy_sequences import Decoding

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

    def plan(self, context: PlanningContext, decoding: Decoding = "ratio") -> PlannedStrategies:
        """The strategies to expect next; the same context always gives the same."""
        return self.model.plan(context, decoding)


def train_planner(dialogues: Sequence[Dialogue], seed: int = 0, progress: Progress | None = None) -> TrainedPlanner:
    """Learn from dialogues. Raises UserError when no supporter turn has a strategy, or all open with the same one."""
    from esc_tui.discover.planner.items import items_of, several_share
    from esc_tui.discover.planner.training import STEPS, fit

    total = 2 * STEPS
    tell = progress or (lambda done, total, note: None)
    items = []
    used = 0
    for number, own in enumerate(items_of(dialogues), 1):
        items.extend(own)
        used += bool(own)
        tell(number * STEPS // max(1, len(dialogues)), total, "reading")
    if not items:
        raise UserError("no supporter turn has a strategy", "", "import dialogues whose supporter lines carry strategies")
    parts = fit(items, seed, lambda done: tell(STEPS + done, total, "learning"))
    return TrainedPlanner(parts, StrategyModel.of(parts), used, len(items), several_share([item.sequence for item in items]))
