"""What runs on a node of a cluster: an actor that plays slots with the worker of every run, and a mailbox in the place of its pipe."""

from __future__ import annotations

import os
import socket
import tempfile
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from esc_tui import __version__
from esc_tui.simulate.worker import Bundle, Job, Order, work

MOST_WAITING = 64
"""A player waits for the run's process once so many of its turns have not been fetched."""
TAKE_SECONDS = 0.5
"""So long a question for turns waits for the first."""
END_SECONDS = 3.0
"""So long a player that was told to end may take for the turn in hand."""


class Mailbox:
    """Joins one worker to whoever asks for its turns: bundles out, at most so many waiting, orders in. Safe between threads."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._changed = threading.Condition()
        self._bundles: deque[Bundle] = deque()
        self._orders: deque[Order] = deque()
        self._most = most
        self._ended = self._hung_up = False

    def send(self, obj: Bundle) -> None:
        """Put a bundle out; waits for room. Raises BrokenPipeError when nobody will fetch it."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._bundles) < self._most or self._hung_up)
            if self._hung_up:
                raise BrokenPipeError
            self._bundles.append(obj)
            self._changed.notify_all()

    def poll(self, timeout: float = 0.0) -> bool:
        """Whether an order is there, after at most so many seconds. Raises EOFError when none will come any more."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._orders) or self._hung_up, timeout)
            if self._hung_up:
                raise EOFError
            return bool(self._orders)

    def recv(self) -> Order:
        """The next order."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._orders) or self._hung_up)
            if self._hung_up:
                raise EOFError
            return self._orders.popleft()

    def close(self) -> None:
        """The worker has ended; what it put out can still be fetched."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def tell(self, order: Order) -> None:
        """Give the worker an order."""
        with self._changed:
            self._orders.append(order)
            self._changed.notify_all()

    def take(self, seconds: float) -> tuple[list[Bundle], bool]:
        """What was put out, waiting at most so long for the first; and whether more may come."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._bundles) or self._ended, seconds)
            found = list(self._bundles)
            self._bundles.clear()
            self._changed.notify_all()
            return found, not self._ended

    def hang_up(self) -> None:
        """Nobody will fetch anything any more; the worker ends at its next word."""
        with self._changed:
            self._hung_up = True
            self._changed.notify_all()


class _Removing:
    """A mailbox of a worker that reads a file of its own: the file goes once the first turn shows that it is open."""

    def __init__(self, mailbox: Mailbox, folder: Path) -> None:
        self._mailbox, self._folder = mailbox, folder
        self.poll, self.recv = mailbox.poll, mailbox.recv

    def send(self, obj: Any) -> None:
        self._remove()
        self._mailbox.send(obj)

    def close(self) -> None:
        self._remove()
        self._mailbox.close()

    def _remove(self) -> None:
        with suppress(OSError):  # where an open file cannot be removed it goes at the end
            for path in self._folder.iterdir():
                path.unlink()
            self._folder.rmdir()


class Player:
    """An actor's inside: plays jobs, each in a thread of its own, on the bank it was given as bytes."""

    def __init__(self, bank: bytes) -> None:
        self._bank = bank
        self._jobs: dict[int, tuple[Mailbox, threading.Thread]] = {}
        self._changed = threading.Condition()

    def hello(self) -> tuple[str, str]:
        """This program's version here, and the name of the machine."""
        return __version__, socket.gethostname()

    def process(self) -> int:
        """The number of its process."""
        return os.getpid()

    def play(self, number: int, job: Job, orders: Sequence[Order]) -> None:
        """Begin a job; ``orders`` were given before and hold for it."""
        mailbox = Mailbox()
        for order in orders:
            mailbox.tell(order)
        try:
            folder = Path(tempfile.mkdtemp(prefix="esc-tui-node-"))
            path = folder / "bank.db"
            path.touch(mode=0o600)
            path.write_bytes(self._bank)
        except OSError as error:
            mailbox.send(Bundle(-1, fault=f"node {socket.gethostname()} cannot keep the bank ({error.strerror})"))
            mailbox.close()
            thread = threading.Thread()
        else:
            thread = threading.Thread(target=work, args=(_Removing(mailbox, folder), replace(job, bank=str(path))), daemon=True)
        with self._changed:
            self._jobs[number] = mailbox, thread
            self._changed.notify_all()
        thread.start()

    def take(self, number: int) -> tuple[list[Bundle], bool]:
        """Turns of a job, in order, and whether more may come; waits a moment for the first."""
        with self._changed:
            if not self._changed.wait_for(lambda: number in self._jobs, TAKE_SECONDS):
                return [], True
        return self._jobs[number][0].take(TAKE_SECONDS)

    def tell(self, order: Order) -> None:
        """An order for all jobs."""
        with self._changed:
            jobs = list(self._jobs.values())
        for mailbox, _ in jobs:
            mailbox.tell(order)

    def end(self) -> None:
        """Stop all jobs; what was not fetched is dropped."""
        with self._changed:
            jobs = list(self._jobs.values())
        for mailbox, _ in jobs:
            mailbox.hang_up()
        for _, thread in jobs:
            thread.join(END_SECONDS)
