"""A model server whose seeker leaves early, and a bank with four seekers."""

import threading

import pytest

from tests.engines.endpoint.model_server import ModelServer
from tests.simulate.endpoint.runs import leaving
from tests.simulate.helpers import opened


@pytest.fixture
def server():
    made = ModelServer()
    made.answers["seeker_speak"] = leaving
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join(5)


@pytest.fixture
def bank(tmp_path):
    with opened(tmp_path, 4) as made:
        yield made
