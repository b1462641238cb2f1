"""Background work that is given up before its first step leaves nothing behind that Python would warn of."""

from __future__ import annotations

from inspect import CORO_CLOSED, getcoroutinestate

import pytest

from esc_tui.tui.workers import TellingWork
from tests.tui.helpers import open_chat, wait_until


@pytest.mark.parametrize("telling", [False, True])
async def test_work_that_newer_work_replaces_in_the_same_moment_is_closed(telling):
    begun = []

    async def work(name):
        begun.append(name)

    async with open_chat() as (app, pilot):
        old, new = work("old"), work("new")
        for one in (old, new):
            app.pane.run_worker(TellingWork(one, app.tell_error) if telling else one, group="any", exclusive=True)
        await wait_until(pilot, lambda: begun)
        assert begun == ["new"] and getcoroutinestate(old) == getcoroutinestate(new) == CORO_CLOSED


async def test_work_that_begins_as_the_program_ends_is_closed():
    async def work():
        raise AssertionError("the program had ended")

    async with open_chat() as (app, _):
        late = work()
        app.pane.run_worker(late)
        app.workers.cancel_all()
    assert getcoroutinestate(late) == CORO_CLOSED


async def test_errors_of_work_are_told():
    told = []

    async def work():
        raise ValueError("of the work")

    async with open_chat() as (app, pilot):
        app.pane.run_worker(TellingWork(work(), told.append))
        await wait_until(pilot, lambda: told)
        assert str(told[0]) == "of the work" and app.is_running


async def test_a_second_ctrl_q_does_not_break_off_the_closing():
    closed = []
    async with open_chat() as (app, pilot):
        close = app.workshop.close

        async def slowly():
            app.simulate_key("ctrl+q")
            await pilot.pause()
            await close()
            closed.append(True)

        app.workshop.close = slowly
        await pilot.press("ctrl+q")
        await wait_until(pilot, lambda: app._exit)
    assert closed == [True]
