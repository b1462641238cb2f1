"""The store that many episodes of one loop share: what becomes of events once something could not be written."""

from __future__ import annotations

import asyncio
import threading

import pytest

from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import BankError
from esc_tui.domain.events import EpisodeFlagged
from esc_tui.simulate import store as store_module
from esc_tui.simulate.store import SharedStore
from tests.simulate.helpers import opened


def flagged(text):
    return [EpisodeFlagged(flag="repeated_line", text=text, conversation_id="c", turn=1, time=now_iso())]


async def test_behind_a_transaction_that_failed_nothing_more_is_written(tmp_path, monkeypatch):
    began, may_fail, tried = threading.Event(), threading.Event(), []

    def fail_once(connection, run, events):
        tried.append(events)
        began.set()
        assert may_fail.wait(60)
        if len(tried) == 1:
            raise BankError("the disk is full, nothing of this was saved", "here")
        return list(range(len(events)))

    monkeypatch.setattr(store_module, "append_run_events", fail_once)
    with opened(tmp_path) as bank:
        shared = SharedStore(bank.writing, 1, lambda conversation: False)
        first = asyncio.create_task(shared.append_later(flagged("one")))
        await asyncio.to_thread(began.wait, 10)
        second = asyncio.create_task(shared.append_later(flagged("two")))
        shared.put(flagged("three"))
        kept = asyncio.create_task(shared.keep("key", "answer"))
        await asyncio.sleep(0)
        may_fail.set()
        ended = await asyncio.gather(first, second, return_exceptions=True)
        await kept  # nobody waits for ever for an answer that cannot be stored; the next event says why
        assert [type(one) for one in ended] == [BankError, BankError]
        with pytest.raises(BankError, match="disk is full"):
            shared.put(flagged("four"))
        with pytest.raises(BankError, match="disk is full"):
            await shared.append_later(flagged("five"))
        with pytest.raises(BankError, match="disk is full"):
            await shared.flush()
        assert len(tried) == 1 and shared.backlog == 0
        shared.close()
