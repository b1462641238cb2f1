"""Ctrl+C in a job that keeps nothing half: one sentence about what is kept, and quiet when it is pressed again."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from esc_tui.cli.common import say


@dataclass(slots=True)
class Stopping:
    """``kept`` is what is said when the job is stopped; a job changes it when it has stored something."""

    kept: str
    pressed: bool = False


@contextmanager
def stoppable(kept: str) -> Iterator[Stopping]:
    """Let the first ctrl+c end the work inside and say what is kept; later ones do not disturb the tidying up."""
    stopping = Stopping(kept)
    if threading.current_thread() is not threading.main_thread():
        yield stopping
        return

    def press(_number: int, _frame: object) -> None:
        if not stopping.pressed:
            stopping.pressed = True
            raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:  # whoever started it does not want it to hear ctrl+c
        yield stopping
        return
    signal.signal(signal.SIGINT, press)
    try:
        yield stopping
    except KeyboardInterrupt:
        if sys.stderr is not None and sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr)  # over the line of progress
        say(stopping.kept)
        raise
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN if stopping.pressed else before)
