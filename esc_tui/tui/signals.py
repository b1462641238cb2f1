"""Signals to end from outside: the terminal is left in order, and a program whose terminal is gone goes too."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress

LAST_SECONDS = 3.0
"""A terminal that is gone takes no more output; nothing waits for it longer than this."""


def heed_signals(leave: Callable[[int], None]) -> None:
    """From now on SIGTERM and SIGHUP call ``leave`` with the exit code, in the running loop; a while later the program is gone
    whatever came of it. What is stored survives that as it does ``kill -9``."""

    def told(number: int) -> None:
        last = threading.Timer(LAST_SECONDS, os._exit, (128 + number,))
        last.daemon = True
        last.start()
        leave(128 + number)

    with suppress(NotImplementedError, RuntimeError, ValueError):  # Windows, and loops beside the main thread, have no such signals
        for number in {signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}:
            asyncio.get_running_loop().add_signal_handler(number, told, number)
