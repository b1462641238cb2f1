"""Which engine analyses, proposes and judges: the roles of evolution that the settings ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esc_tui.discover.roles import place_of

if TYPE_CHECKING:
    from esc_tui.engines.evolving_roles import Analyst, Proposer
    from esc_tui.engines.judge_roles import ReplyJudge
    from esc_tui.settings.model import Settings


def analyst_for(settings: Settings) -> Analyst:
    """The analyst of the engine the settings name. Raises UserError when an endpoint is asked for without an address."""
    if settings.engine == "embedded":
        from esc_tui.engines.embedded.analysing import EmbeddedAnalyst

        return EmbeddedAnalyst()
    from esc_tui.engines.endpoint.analysing import EndpointAnalyst

    return EndpointAnalyst(*place_of(settings))


def proposer_for(settings: Settings) -> Proposer:
    """The proposer of the engine the settings name. Raises UserError when an endpoint is asked for without an address."""
    if settings.engine == "embedded":
        from esc_tui.engines.embedded.proposing import EmbeddedProposer

        return EmbeddedProposer()
    from esc_tui.engines.endpoint.proposing import EndpointProposer

    return EndpointProposer(*place_of(settings))


def model_judge_for(settings: Settings) -> ReplyJudge:
    """The judge of replies played by the settings' model. Raises UserError without an address."""
    from esc_tui.engines.endpoint.judging import EndpointReplyJudge

    return EndpointReplyJudge(*place_of(settings))
