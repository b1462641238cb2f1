"""Which episodes may go on: pauses and steps of a run in one event loop, turn by turn."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable


class Gate:
    """Every episode passes it before it begins and after each of its turns. Closed for good once the run stops."""

    def __init__(self) -> None:
        self.everything = False
        self._paused: set[int] = set()
        self._steps = 0
        self._stepped: dict[int, int] = {}
        self._own_steps: dict[int, int] = {}
        self._free: set[int] = set()
        self._shut = False
        self._changed = asyncio.Event()

    async def enter(self, slot: int, number: int) -> bool:
        """Wait until episode ``number`` in ``slot`` may play a turn; False when nothing more is to be played."""
        while not self._shut:
            if self._may(slot, number):
                return True
            await self._changed.wait()
        return False

    def _may(self, slot: int, number: int) -> bool:
        if number in self._free:
            return True
        if self._own_steps.get(number, 0):
            self._own_steps[number] -= 1
            return True
        if number in self._paused:
            return False
        if not self.everything:
            return True
        if self._stepped.get(slot, 0) < self._steps:
            self._stepped[slot] = self._stepped.get(slot, 0) + 1
            return True
        return False

    def pause(self, number: int | None) -> None:
        """Let one episode, or all, wait after the turn in hand."""
        if number is None:
            self.everything = True
        else:
            self._paused.add(number)
            self._own_steps.pop(number, None)

    def resume(self, number: int | None) -> None:
        """Let one episode, or all, go on."""
        if number is None:
            self.everything, self._steps = False, 0
            self._stepped.clear()
            self._paused.clear()
        else:
            self._paused.discard(number)
        self._wake()

    def step(self, number: int | None) -> None:
        """Let one episode, or each slot, play one more turn, and then wait."""
        if number is None:
            self.everything = True
            self._steps += 1
        else:
            self._paused.add(number)
            self._own_steps[number] = self._own_steps.get(number, 0) + 1
        self._wake()

    def release(self, numbers: Iterable[int]) -> None:
        """Let episodes pass whatever is paused: they are about to be ended."""
        self._free.update(numbers)
        self._wake()

    def shut(self) -> None:
        """Nothing more is to be played."""
        self._shut = True
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
