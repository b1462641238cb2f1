"""The line of waiting units on its own, with reads that take as long as a test wants."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from esc_tui.bank.bank import open_bank
from esc_tui.bank.decisions import Wanted
from esc_tui.tui.panes.evidence.waiting_line import WaitingLine
from tests.tui.evidence.helpers import evidence_bank


class SlowReads:
    """Answers from the bank as it was when asked; while ``hold`` is clear the answer waits to be handed out."""

    def __init__(self, path: Path) -> None:
        self.path, self.hold, self.asked, self.times = path, threading.Event(), threading.Event(), 0
        self.hold.set()

    def __call__(self, question: Callable[[Any], Any]) -> Any:
        with open_bank(self.path, readonly=True) as bank:
            answer = question(bank.connection)
        self.times += 1
        self.asked.set()
        assert self.hold.wait(60)
        return answer


async def test_a_unit_decided_while_the_next_ones_are_read_does_not_come_again(tmp_path: Path) -> None:
    path = evidence_bank(tmp_path)
    errors: list[Exception] = []
    reads = SlowReads(path)
    with open_bank(path) as bank:
        line = WaitingLine("Ada", Wanted(), reads, bank, lambda: None, errors.append, lambda: None)
        await line.begin()
        assert line.front is not None
        first = line.front.number
        reads.hold.clear()
        reads.asked.clear()
        late = asyncio.create_task(line._fill())
        assert await asyncio.to_thread(reads.asked.wait, 60)
        line.decide("pass")
        await line.finish()  # in the bank, while the older answer is still on its way
        seen = [first]
        reads.hold.set()
        await late
        while line.front is not None:
            seen.append(line.front.number)
            line.decide("pass")
            await line.finish()
        assert seen == [4, 5, 6, 7] and not errors
        line.close()


async def test_asked_to_read_while_it_reads_it_reads_once_more(tmp_path: Path) -> None:
    path = evidence_bank(tmp_path)
    reads = SlowReads(path)
    with open_bank(path) as bank:
        line = WaitingLine("Ada", Wanted(), reads, bank, lambda: None, lambda error: None, lambda: None)
        reads.hold.clear()
        first = asyncio.create_task(line.look_again())
        assert await asyncio.to_thread(reads.asked.wait, 60)
        reads.hold.set()
        await first
        times = reads.times
        reads.hold.clear()
        reads.asked.clear()
        reading = asyncio.create_task(line._fill())
        assert await asyncio.to_thread(reads.asked.wait, 60)
        await line._fill()
        reads.hold.set()
        await reading
        assert reads.times == times + 2
        line.close()
