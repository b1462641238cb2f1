"""The roles of discovery are those the settings ask for."""

import asyncio

import pytest

from esc_tui.discover.roles import annotator_for, closing, skill_writer_for
from esc_tui.domain.errors import EndpointError, UserError
from esc_tui.settings.model import Settings
from tests.engines.endpoint.conftest import server  # noqa: F401 - a fixture
from tests.engines.endpoint.model_server import ModelServer, status
from tests.engines.endpoint.talks import dialogue


def asking(server: ModelServer, **more) -> Settings:  # noqa: F811
    return Settings(engine="endpoint", endpoint=server.url, **more)


def test_an_endpoint_without_an_address_is_told():
    for choose in (annotator_for, skill_writer_for):
        with pytest.raises(UserError, match="no address"):
            choose(Settings(engine="endpoint"))


def test_a_model_that_is_not_named_is_found_and_signs_the_labels(server: ModelServer):  # noqa: F811
    assert annotator_for(asking(server)).name.startswith("tiny-talker/")
    assert annotator_for(asking(server, model="other")).name.startswith("other/")


async def test_a_model_is_found_inside_a_running_loop_too_and_connections_are_closed(server: ModelServer):  # noqa: F811
    annotator = await asyncio.to_thread(annotator_for, asking(server))
    assert annotator_for(asking(server)).name == annotator.name
    async with closing(annotator) as open_one:
        assert len(await open_one.annotate(dialogue())) == 3


def test_a_server_that_lists_no_model_is_told(server: ModelServer):  # noqa: F811
    server.pages["/v1/models"] = status(500, "oops")
    with pytest.raises(EndpointError, match="500"):
        annotator_for(asking(server))
