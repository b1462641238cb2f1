"""Sequences of strategies for one supporter turn: their probabilities, how alike two are, and which one to plan."""

from __future__ import annotations

from functools import cache
from itertools import pairwise, product
from typing import Literal

import numpy as np
import numpy.typing as npt

from esc_tui.domain.labels import Strategy

Floats = npt.NDArray[np.float64]
Decoding = Literal["balanced", "exact", "ratio", "natural"]
MOST = 3
"""Strategies of a turn at most: one turn in 600 of ESConv's training split has more."""
_KINDS = len(Strategy)
SEQUENCES: tuple[tuple[int, ...], ...] = tuple(
    one for length in range(1, MOST + 1) for one in product(range(_KINDS), repeat=length)
    if all(a != b for a, b in pairwise(one))
)
"""Every sequence that can be planned, as places in the label set: 8 single ones, 56 pairs, 392 of three."""


@cache
def likeness() -> npt.NDArray[np.float32]:
    """``domain.sequences.levenshtein_ratio`` of every sequence with every other, in the order of SEQUENCES, all at once."""
    lengths = np.array([len(one) for one in SEQUENCES])
    places = np.array([[*one, *[-1] * (MOST - len(one))] for one in SEQUENCES])
    count = len(SEQUENCES)
    distance = np.zeros((MOST + 1, MOST + 1, count, count))
    distance[:, 0] = distance[0, :] = np.arange(MOST + 1)[:, None, None]
    for i, j in product(range(1, MOST + 1), repeat=2):
        other = places[:, i - 1][:, None] != places[:, j - 1][None, :]
        distance[i, j] = np.minimum(np.minimum(distance[i - 1, j], distance[i, j - 1]) + 1, distance[i - 1, j - 1] + other)
    mine, others = lengths[:, None], lengths[None, :]
    ends = distance[mine, others, np.arange(count)[:, None], np.arange(count)[None, :]]
    ones: npt.NDArray[np.float32] = (1 - ends / np.maximum(mine, others)).astype(np.float32)
    ones.setflags(write=False)
    return ones


@cache
def _places() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Places of the first, second and third strategy of the sequences that have so many."""
    pairs = np.array([one for one in SEQUENCES if len(one) == 2])
    triples = np.array([one for one in SEQUENCES if len(one) == 3])
    return np.arange(_KINDS), pairs, triples


def sequence_chances(first: Floats, go_on: Floats, following: Floats, again: Floats) -> Floats:
    """Probabilities of SEQUENCES: (8,) first; (8,) goes on after that first; (8, 8) next by the one before; (8,) goes on
    after that second. They sum to 1 when ``first`` and the rows of ``following`` do and no strategy follows itself."""
    _, pairs, triples = _places()
    one = first * (1 - go_on)
    joint = (first * go_on)[:, None] * following
    two = (joint * (1 - again)[None, :])[pairs[:, 0], pairs[:, 1]]
    three = joint[triples[:, 0], triples[:, 1]] * again[triples[:, 1]] * following[triples[:, 1], triples[:, 2]]
    return np.concatenate([one, two, three])


def best_sequence(chances: Floats, decoding: Decoding, threshold: float = 1.0) -> tuple[int, ...]:
    """Which sequence to plan, from the probabilities of all.

    "exact" takes the likeliest (most exact matches to expect), "ratio" the one with the highest expected Levenshtein ratio,
    "balanced" the one with the highest sum of both. "natural" plans several strategies as often as people used them: always
    where their probability reaches ``threshold``, and then the best such sequence by the ratio.
    """
    if decoding == "exact":
        return SEQUENCES[int(np.argmax(chances))]
    worth: Floats = (likeness() @ chances.astype(np.float32)).astype(np.float64)
    if decoding == "balanced":
        worth = worth + chances
    elif decoding == "natural":
        if float(chances[_KINDS:].sum()) >= threshold:
            return SEQUENCES[_KINDS + int(np.argmax((worth + chances)[_KINDS:]))]
        return SEQUENCES[int(np.argmax((worth + chances)[:_KINDS]))]
    return SEQUENCES[int(np.argmax(worth))]
