"""An engine: a set of roles under one name, so that roles can be mixed and services need not know whose they are."""

from __future__ import annotations

from dataclasses import dataclass

from esc_tui.engines.roles import Planner, RiskReader, SkillChooser, StateReader, Writer


@dataclass(frozen=True, slots=True)
class Engine:
    """The roles of one supporter. ``grade`` of readings is "observed" for rules and "said" for a model's word.

    ``fallback`` takes over, step by step, where a role raises EndpointError; an engine that cannot fail has none.
    """

    name: str
    reader: StateReader
    chooser: SkillChooser
    planner: Planner
    writer: Writer
    risk_reader: RiskReader | None = None
    model: str = ""
    host: str = ""
    said: bool = False
    fallback: Engine | None = None
