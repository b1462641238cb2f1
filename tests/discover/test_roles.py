"""The roles of discovery are those the settings ask for."""

import asyncio

import pytest

from esc_tui.discover.briefs import brief_of_units
from esc_tui.discover.roles import annotator_for, closing, skill_writer_for
from esc_tui.domain.errors import EndpointError, UserError
from esc_tui.settings.model import Settings
from tests.engines.endpoint.model_server import ModelServer, status
from tests.engines.endpoint.talks import dialogue
from tests.support_bank import small_bank, three_units, two_dialogues


def asking(server: ModelServer, **more) -> Settings:
    return Settings(engine="endpoint", endpoint=server.url, **more)


def test_an_endpoint_without_an_address_is_told():
    for choose in (annotator_for, skill_writer_for):
        with pytest.raises(UserError, match="no address"):
            choose(Settings(engine="endpoint"))


def test_a_model_that_is_not_named_is_found_and_signs_the_labels(server: ModelServer):
    assert annotator_for(asking(server)).name.startswith("tiny-talker/")
    assert annotator_for(asking(server, model="other")).name.startswith("other/")


async def test_a_model_is_found_inside_a_running_loop_too_and_connections_are_closed(server: ModelServer):
    annotator = await asyncio.to_thread(annotator_for, asking(server))
    assert annotator_for(asking(server)).name == annotator.name
    async with closing(annotator) as open_one:
        assert len(await open_one.annotate(dialogue())) == 3


def test_a_server_that_lists_no_model_is_told(server: ModelServer):
    server.pages["/v1/models"] = status(500, "oops")
    with pytest.raises(EndpointError, match="500"):
        annotator_for(asking(server))


@pytest.mark.parametrize(("licence", "conversation", "quotable"), [
    ("MIT", None, True), ("CC BY-NC 4.0", None, False), ("MIT", "a-talk", False)])
def test_a_brief_tells_whose_words_may_leave_this_computer(tmp_path, licence, conversation, quotable):
    with small_bank(tmp_path) as bank:
        bank.add_dialogues([two_dialogues()[0].model_copy(update={"id": "other", "licence": licence})], conversation)
        bank.add_units([three_units()[0].model_copy(update={"id": "iu-other", "dialogue": "other"})])
        number = bank.unit_row("iu-other").number
        assert [unit.quotable for near in (False, True)
                for unit in brief_of_units(bank.connection, [number], near=near).helped] == [quotable, True]
