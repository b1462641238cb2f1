"""When a key of a Pilot was dealt with: once the loop has nothing left to do. Not by the processor time, as Textual 8.2.8 does.

Textual takes a program that used no processor for 0.02 s for idle. On a machine with other work that is also one that was not let at
the processor, and then a test looks at what the key has not done yet; on a quiet one every key costs at least 0.04 s.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, process_time
from typing import Any
from unittest.mock import patch

FRAME = 0.02
"""Seconds: what a timer does within one frame, drawing above all, belongs to the key."""


def traces() -> list[str]:
    """How much every thread of the loop has run, waited for a processor, and whether it waits for one now.

    A thread that waits for something else, like an answer or a lock, leaves the same trace again.
    """
    found = []
    for thread in threading.enumerate():
        task = Path(f"/proc/self/task/{thread.native_id}")
        if thread.name.startswith("asyncio_") and task.exists():
            state = (task / "stat").read_text().rpartition(")")[2].split()[0]
            found.append((task / "schedstat").read_text() + ("" if state == "S" else f"{state} {monotonic()}"))
    return found or [str(round(process_time(), 3))]


class Threads:
    """Knows what the loop has running in threads."""

    def __init__(self) -> None:
        self.running: set[asyncio.Future[Any]] = set()

    def counting(self, begin: Any) -> Any:
        """``run_in_executor`` that also counts."""
        def run_in_executor(loop: asyncio.AbstractEventLoop, executor: Any, work: Any, *arguments: Any) -> Any:
            future = begin(loop, executor, work, *arguments)
            self.running.add(future)
            future.add_done_callback(self.running.discard)
            return future

        return run_in_executor

    async def wait_for_idle(self, min_sleep: float = 0, max_sleep: float = 1) -> None:
        """Return when no callback is ready, no timer is due within a frame, and threads, if there are any, rest."""
        loop: Any = asyncio.get_running_loop()
        began, last_timer = monotonic(), loop.time() + FRAME
        while monotonic() - began < max_sleep:
            await asyncio.sleep(0)
            if loop._ready:
                continue
            due = min((timer.when() for timer in loop._scheduled if not timer.cancelled()), default=last_timer + 1)
            if due <= last_timer:
                await asyncio.sleep(max(0.0, due - loop.time()))
                continue
            if any(future.get_loop() is loop for future in self.running):
                before = traces()
                await asyncio.sleep(FRAME)
                if traces() != before or loop._ready:
                    continue
            break


@contextmanager
def looking_at_the_loop() -> Iterator[None]:
    """Within this, every Pilot waits for the loop."""
    threads = Threads()
    begin = asyncio.BaseEventLoop.run_in_executor
    with (
        patch.object(asyncio.BaseEventLoop, "run_in_executor", threads.counting(begin)),
        patch("textual.app.wait_for_idle", threads.wait_for_idle),
        patch("textual.pilot.wait_for_idle", threads.wait_for_idle),
    ):
        yield
