"""How many questions are under way at an endpoint at a time: fewer once some of them waited in vain while others were answered.

A server on one's own computer answers two or four questions at a time and lets the others wait, and a question that waits longer than the
time-out is lost (seen with llama.cpp's server: of eight questions at two slots six ran into it).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from types import TracebackType


class Crowd:
    """The questions under way over one connection. ``most`` is None until it was found that there were too many; it only ever falls,
    since whoever runs the server does not widen it under way."""

    def __init__(self) -> None:
        self.most: int | None = None
        self._under_way: set[Place] = set()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._narrowed_at = self._answered_at = 0.0

    def place(self) -> Place:
        """A place for one question, to be held (``async with``) while it is under way."""
        return Place(self)

    async def enter(self, place: Place) -> None:
        """Wait until there is room."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop = loop
            self._under_way.clear()
            self._waiting.clear()
        while self.most is not None and len(self._under_way) >= self.most:
            turn = loop.create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                self._wake()
                raise
        self._under_way.add(place)

    def leave(self, place: Place) -> None:
        """Make room."""
        self._under_way.discard(place)
        self._wake()

    def narrow(self, place: Place) -> bool:
        """A question ran into the time-out: True when others were answered meanwhile, so that fewer go out from now on.

        Each question that was under way then may say so once; after that the number is smaller, so this ends. An endpoint that answered
        nobody is not crowded but slow or gone.
        """
        if place.began <= self._narrowed_at:
            return True
        others = [other for other in self._under_way if other is not place]
        answering = sum(other.answering for other in others)
        if not others or not (answering or self._answered_at > place.began):
            return False
        self.most = max(1, answering or (len(others) + 1) // 2)
        self._narrowed_at = time.monotonic()
        return True

    def heard(self, place: Place) -> None:
        """A piece of an answer came."""
        place.answering = True
        self._answered_at = time.monotonic()

    def _wake(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return


class Place:
    """One question's place. ``answering`` once a piece of its answer came."""

    __slots__ = ("_crowd", "answering", "began")

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self.answering = False
        self.began = 0.0

    async def __aenter__(self) -> Place:
        await self._crowd.enter(self)
        self.began = time.monotonic()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._crowd.leave(self)

    def heard(self) -> None:
        """See ``Crowd.heard``."""
        self._crowd.heard(self)

    def too_many(self) -> bool:
        """See ``Crowd.narrow``."""
        return self._crowd.narrow(self)
