"""Runs against a model server on loopback: their settings, and short episodes."""

from typing import Any

from esc_tui.settings.model import Settings
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.planning import RunSettings
from esc_tui.simulate.running import carry_run, plan_run
from tests.engines.endpoint.model_server import ANSWERS, ModelServer, turn_of

LAST_TURN = 3
"""The seeker of the server leaves in this turn."""


def leaving(body: dict[str, Any]) -> dict[str, Any]:
    turn = turn_of(body)
    return ANSWERS["seeker_speak"](body) | {"goodbye": turn >= LAST_TURN}


def program(server: ModelServer, **changes: Any) -> Settings:
    return Settings(endpoint=server.url, model="tiny-talker", timeout=60, model_risk_check=False).model_copy(update=changes)


def wish(**changes: Any) -> RunSettings:
    names = tuple(f"seeker-{number}" for number in range(1, 5))
    return RunSettings(profiles=names, seeker="endpoint", slots=4).model_copy(update=changes)


def carried(bank, server, run, control=None, told=lambda done, total: None, **changes: Any):
    return carry_run(bank, program(server, **changes), run.number, told, control or Control())


def played(bank, server, settings: RunSettings, control=None, told=lambda done, total: None, **changes: Any):
    return carried(bank, server, plan_run(bank, program(server, **changes), settings), control, told, **changes)
