"""Chance under a seed: the same names give the same draw on any machine."""

from __future__ import annotations

import hashlib
from statistics import NormalDist

_NORMAL = NormalDist()


def uniform(*names: object) -> float:
    """A number above 0 and below 1."""
    digest = hashlib.blake2b("\x1f".join(map(str, names)).encode(), digest_size=7, person=b"second-seeker").digest()
    return (int.from_bytes(digest, "big") + 0.5) / 2**56


def normal(*names: object) -> float:
    """A draw of mean 0 and deviation 1."""
    return _NORMAL.inv_cdf(uniform(*names))


def pick(count: int, *names: object) -> int:
    """One of 0 .. count - 1."""
    return int(uniform(*names) * count)
