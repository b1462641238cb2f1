"""Measures of predicted strategy sequences against those of human supporters. Pure functions; shares run from 0 to 1.

A sequence holds the strategies of one supporter turn in order, adjacent repeats merged. The first strategy is the one that
accuracy, macro-F1 and the confusion are about; EMR and LR look at the whole sequence (Bai et al., arXiv 2505.15316).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from esc_tui.domain.labels import Strategy
from esc_tui.domain.sequences import exact_match, levenshtein_ratio

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

Sequences = Sequence[tuple[Strategy, ...]]
STRATEGIES = tuple(Strategy)
"""The order of rows and columns of a confusion."""


def item_scores(predicted: Sequences, reference: Sequences) -> Floats:
    """One row an item, columns: first strategy right, sequence right, Levenshtein ratio, several predicted, several in truth.

    Shape (items, 5). Every reference has at least one strategy. An empty prediction is wrong in all of them.
    """
    import numpy as np

    return np.array([
        (guess[:1] == truth[:1], exact_match(guess, truth), levenshtein_ratio(guess, truth), len(guess) > 1, len(truth) > 1)
        for guess, truth in zip(predicted, reference, strict=True)
    ], dtype=np.float64).reshape(-1, 5)


def confusion_cells(predicted: Sequences, reference: Sequences) -> Floats:
    """One row an item with a 1 where (first of the reference, first predicted) meet; shape (items, 64), row-major 8 x 8.

    A missing prediction leaves its row empty.
    """
    import numpy as np

    cells = np.zeros((len(reference), 64))
    for at, (guess, truth) in enumerate(zip(predicted, reference, strict=True)):
        if guess:
            cells[at, STRATEGIES.index(truth[0]) * 8 + STRATEGIES.index(guess[0])] = 1
    return cells


def macro_f1(confusions: Floats, support: Floats) -> Floats:
    """``domain.sequences.macro_f1`` over all eight strategies, from counts and for many confusions at once.

    ``confusions`` has shape (..., 8, 8), rows the reference; ``support`` (..., 8) counts references, also those without
    a prediction. Returns shape (...).
    """
    import numpy as np

    right = np.diagonal(confusions, axis1=-2, axis2=-1)
    both = confusions.sum(axis=-2) + support
    shares: Floats = np.divide(2 * right, both, out=np.zeros_like(both), where=both > 0).mean(axis=-1)
    return shares
