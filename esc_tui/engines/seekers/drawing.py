"""Chance without state: numbers drawn from a hash of what is happening, so that the same moment always gives the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")
_WHOLE = float(1 << 32)


class Chance:
    """Draws fixed by a key of any parts."""

    __slots__ = ("_digest", "_place")

    def __init__(self, *parts: object) -> None:
        self._digest = blake2b("\x1f".join(map(str, parts)).encode(), digest_size=64).digest()
        self._place = 0

    def share(self) -> float:
        """A number of 0 up to 1."""
        if self._place >= 16:
            self._digest = blake2b(self._digest, digest_size=64).digest()
            self._place = 0
        start = self._place * 4
        self._place += 1
        return int.from_bytes(self._digest[start:start + 4], "big") / _WHOLE

    def normal(self) -> float:
        """A normal deviate of mean 0 and standard deviation 1 (Box and Muller)."""
        one = max(self.share(), 1e-9)
        return math.sqrt(-2.0 * math.log(one)) * math.cos(2.0 * math.pi * self.share())

    def one_of(self, choices: Sequence[T]) -> T:
        """One of the choices, which must not be empty."""
        return choices[int(self.share() * len(choices))]

    def turning(self, choices: Sequence[T], turn: int) -> T:
        """One of the choices, another one every turn while there are others; the start is drawn."""
        return choices[(int(self.share() * len(choices)) + turn) % len(choices)]
