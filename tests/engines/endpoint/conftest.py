"""What every test of the endpoint engine gets: settings for the server, a moment of a talk, and pauses that take no time."""

import pytest

from esc_tui.engines.endpoint import EndpointSettings
from esc_tui.engines.roles import Line, Moment
from tests.engines.endpoint.model_server import ModelServer


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def sleep(pauses: list[float]):
    async def noted(seconds: float) -> None:
        pauses.append(seconds)
    return noted


@pytest.fixture
def settings(server: ModelServer) -> EndpointSettings:
    return EndpointSettings(server.url, model="tiny-talker", timeout=60.0)


@pytest.fixture
def moment() -> Moment:
    return Moment("I redid the whole archive and nobody at work even noticed",
                  (Line("seeker", "hi", 1), Line("supporter", "Hello. What is on your mind?", 1)), 2, 7)
