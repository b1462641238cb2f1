"""How outcomes become belief: weights of sources and the Beta posterior of a skill's positive outcomes. Pure arithmetic."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Number = TypeVar("Number", float, npt.NDArray[np.float32])

SOURCE_WEIGHT = {"person": 1.0, "unit": 0.6, "simulation": 0.4}
"""How much one outcome counts by who saw it: a live rating more than a labelled unit, that more than a simulation."""
WIDEST = 0.5
"""Half-widths are cut to this; where nothing was seen it would be .57."""


class Outcomes(NamedTuple):
    """How many of something helped, did neither, and harmed."""

    helped: int = 0
    neutral: int = 0
    harmed: int = 0


def source_weight(source: str) -> float:
    """The weight of a source; an unknown one counts as a simulation."""
    return SOURCE_WEIGHT.get(source, SOURCE_WEIGHT["simulation"])


def posterior(helped: float, harmed: float) -> tuple[float, float]:
    """Mean and half-width of a 95 % normal interval of a Beta(1 + helped, 1 + harmed) posterior.

    Arguments are weighted counts (a neutral outcome counts half on each side). With no outcome: (0.5, 0.5).
    """
    mean, variance = beta_moments(helped, harmed)
    return mean, min(WIDEST, 1.96 * sqrt(variance))


def bounds(mean: float, half: float) -> tuple[float, float]:
    """Ends of the interval of a share, ``half`` to either side, cut at 0 and 1: a normal interval of few outcomes reaches beyond."""
    return max(0.0, mean - half), min(1.0, mean + half)


def beta_moments(helped: Number, harmed: Number) -> tuple[Number, Number]:
    """Mean and variance of Beta(a = 1 + helped, b = 1 + harmed), of numbers or of arrays: ab / ((a + b)^2 (a + b + 1))."""
    a, b = 1 + helped, 1 + harmed
    total = a + b
    return a / total, a * b / (total * total * (total + 1))
