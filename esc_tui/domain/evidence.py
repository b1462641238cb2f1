"""How outcomes become belief: weights of sources and the Beta posterior of a skill's positive outcomes. Pure arithmetic."""

from __future__ import annotations

from math import sqrt

SOURCE_WEIGHT = {"person": 1.0, "unit": 0.6, "simulation": 0.4}
"""How much one outcome counts by who saw it: a live rating more than a labelled unit, that more than a simulation."""


def posterior(helped: float, harmed: float) -> tuple[float, float]:
    """Mean and half-width of a 95 % normal interval of a Beta(1 + helped, 1 + harmed) posterior.

    Arguments are weighted counts (a neutral outcome counts half on each side). With no outcome: (0.5, 0.5).
    Variance: ab / ((a + b)^2 (a + b + 1)).
    """
    a, b = 1 + helped, 1 + harmed
    total = a + b
    return a / total, min(0.5, 1.96 * sqrt(a * b / (total * total * (total + 1))))
