"""Which engine analyses and proposes: the roles of evolution that the settings ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esc_tui.engines.evolving_roles import Analyst, Proposer
    from esc_tui.settings.model import Settings


def analyst_for(settings: Settings) -> Analyst:
    """The analyst of the engine the settings name."""
    from esc_tui.engines.embedded.analysing import EmbeddedAnalyst

    return EmbeddedAnalyst()


def proposer_for(settings: Settings) -> Proposer:
    """The proposer of the engine the settings name."""
    from esc_tui.engines.embedded.proposing import EmbeddedProposer

    return EmbeddedProposer()
