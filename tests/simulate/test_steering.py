"""The gate of a run in one loop: pauses and steps, for all and for one."""

import asyncio

from esc_tui.simulate.steering import Gate


async def tried(gate: Gate, slot: int, number: int) -> bool | None:
    """What entering gives when nothing more happens; None while it waits."""
    task = asyncio.create_task(gate.enter(slot, number))
    await asyncio.sleep(0)
    if task.done():
        return task.result()
    task.cancel()
    return None


async def test_an_open_gate_lets_everybody_through_and_a_paused_one_nobody():
    gate = Gate()
    assert await tried(gate, 0, 1) is True
    gate.pause(None)
    assert await tried(gate, 0, 1) is None
    gate.resume(None)
    assert await tried(gate, 0, 1) is True


async def test_a_step_lets_every_slot_play_one_turn():
    gate = Gate()
    gate.step(None)
    assert [await tried(gate, slot, slot + 1) for slot in (0, 0, 1, 1)] == [True, None, True, None]
    gate.step(None)
    gate.step(None)
    assert [await tried(gate, 0, 1) for _ in range(3)] == [True, True, None]


async def test_one_episode_is_paused_stepped_and_let_go_by_itself():
    gate = Gate()
    gate.pause(2)
    assert [await tried(gate, 0, 1), await tried(gate, 1, 2)] == [True, None]
    gate.step(2)
    assert [await tried(gate, 1, 2), await tried(gate, 1, 2)] == [True, None]
    gate.resume(2)
    assert await tried(gate, 1, 2) is True


async def test_whoever_waits_goes_on_as_soon_as_the_gate_opens():
    gate = Gate()
    gate.pause(None)
    waiting = asyncio.create_task(gate.enter(0, 1))
    await asyncio.sleep(0)
    gate.resume(None)
    assert await asyncio.wait_for(waiting, 60) is True


async def test_an_episode_about_to_be_ended_passes_and_a_shut_gate_ends_all_waiting():
    gate = Gate()
    gate.pause(None)
    gate.release([3])
    assert await tried(gate, 0, 3) is True
    gate.shut()
    assert await tried(gate, 0, 1) is False
