"""A server with few places: questions that waited in vain beside others that were answered are asked again, fewer at a time."""

import asyncio
from dataclasses import replace

import pytest

from esc_tui.domain.errors import EndpointError
from esc_tui.engines.endpoint import build_endpoint_engine, close_endpoint_engine
from esc_tui.engines.endpoint.crowding import Crowd
from tests.engines.endpoint.model_server import PROMPTS, never


@pytest.fixture
async def reader(settings, sleep):
    made = build_endpoint_engine(replace(settings, timeout=0.3, tries=1, risk_check=False), PROMPTS, None, {}, sleep)
    yield made.reader
    await close_endpoint_engine(made)


async def test_a_question_that_waited_in_vain_beside_an_answer_is_asked_again_when_there_is_room(reader, moment, server):
    server.script = [never]
    crowd = reader._asker.connection.crowd
    async with crowd.place() as other:
        other.heard()
        reading = asyncio.create_task(reader.read(moment))
        async with asyncio.timeout(60):
            while crowd.most is None:
                await asyncio.to_thread(server.gone.wait, 0.05)
        assert not reading.done() and len(server.asked) == 1
    assert (await reading).states and crowd.most == 1 and len(server.asked) == 2


async def test_a_server_that_answers_nobody_is_not_taken_for_a_crowded_one(reader, moment, server):
    server.otherwise = never
    found = await asyncio.gather(*(reader.read(replace(moment, turn=number)) for number in range(2)), return_exceptions=True)
    assert all(isinstance(error, EndpointError) for error in found)
    assert reader._asker.connection.crowd.most is None


async def test_no_more_questions_go_out_than_there_is_room_for():
    crowd = Crowd()
    async with crowd.place() as one, crowd.place() as two:
        two.heard()
        assert one.too_many() and crowd.most == 1
        later = asyncio.create_task(crowd.place().__aenter__())
        await asyncio.sleep(0)
        assert not later.done()
    assert await asyncio.wait_for(later, 10)
    alone = later.result()
    assert not alone.too_many()


async def test_a_question_that_gives_up_waiting_leaves_its_turn_to_the_next():
    crowd = Crowd()
    crowd.most = 1
    async with crowd.place():
        first, second = (asyncio.create_task(crowd.place().__aenter__()) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
    assert await asyncio.wait_for(second, 10)
