"""What the learned planner expects of a turn: the artefact a talk is pinned to, read once, and how it speaks for skills."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from esc_tui.bank.artefacts import load_parts, read_artefact
from esc_tui.bank.connection import BankConnection
from esc_tui.domain.errors import UserError
from esc_tui.domain.text import primary_language
from esc_tui.support.columns import Floats

if TYPE_CHECKING:
    from esc_tui.engines.embedded.strategy_model import StrategyModel
    from esc_tui.engines.roles import Moment
    from esc_tui.support.memory import TurnMemory

BY_RULES = "rules-1"
"""The name that stands in the pins of a talk without a learned planner."""


class Expecting:
    """The planner of one artefact. A damaged or missing one leaves the ranking as it is without, and is told once."""

    def __init__(self, connection: BankConnection, name: str) -> None:
        self._connection, self.name = connection, name
        self._model: StrategyModel | None = None
        self._fault = ""
        self._loaded = name in {"", BY_RULES}

    def load(self) -> None:
        """Read and check the artefact; a few hundredths of a second."""
        if self._loaded:
            return
        self._loaded = True
        from esc_tui.engines.embedded.strategy_model import StrategyModel

        try:
            read_artefact(self._connection, self.name)
            self._model = StrategyModel.of(load_parts(self._connection, self.name), self.name, self._connection.place)
        except UserError as error:
            self._fault = f"Skills were ranked without the learned planner: {error}"

    def take_fault(self) -> str:
        """Why the planner does not speak, the first time it is asked for; else empty."""
        fault, self._fault = self._fault, ""
        return fault

    def used(self, moment: Moment, memory: TurnMemory) -> Floats | None:
        """The probability, by place in the label set, that human supporters would use a strategy in this turn.

        None without a planner, and for a talk in another language than it learned from.
        """
        self.load()
        if self._model is None or primary_language(moment.language) != "en":
            return None
        from esc_tui.engines.embedded.strategy_context import context_of_moment

        return self._model.used(context_of_moment(moment, memory.strategies)).astype(np.float32)
