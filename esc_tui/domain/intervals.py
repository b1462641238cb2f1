"""Percentile bootstrap over whole dialogues: the turns of one talk are alike, so talks are drawn, not turns."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

ROUNDS = 2000
"""Resamples; the bounds of a 95 % interval move by about 2 % of its width from seed to seed."""
Interval = tuple[float, float]


class Bootstrap:
    """Draws dialogues with replacement, ``rounds`` times, always the same ones for a seed.

    ``groups`` names the dialogue of every item. Where there is one dialogue, every interval is as wide as its value.
    """

    def __init__(self, groups: Sequence[Hashable], seed: int, rounds: int = ROUNDS) -> None:
        import numpy as np

        places = {name: place for place, name in enumerate(dict.fromkeys(groups))}
        self._group: Ints = np.array([places[name] for name in groups], dtype=np.int64)
        self.dialogues = len(places)
        generator = np.random.default_rng(seed)
        self._draws: Ints = (generator.multinomial(self.dialogues, np.full(self.dialogues, 1 / self.dialogues), size=rounds)
                             if self.dialogues else np.zeros((rounds, 0), dtype=np.int64))

    def sums(self, values: Floats) -> tuple[Floats, Floats]:
        """Totals over all items, shape (k,), and over each resample, shape (rounds, k); ``values`` has shape (items, k)."""
        import numpy as np

        by_dialogue = np.zeros((self.dialogues, values.shape[1]))
        np.add.at(by_dialogue, self._group, values)
        return by_dialogue.sum(axis=0), self._draws @ by_dialogue

    def measure(self, values: Floats, function: Callable[[Floats], Floats]) -> tuple[float, Interval]:
        """A measure made of totals: its value and its 95 % interval. ``function`` maps (..., k) totals to (...).

        A resample without anything to measure, for which it gives NaN or infinity, is left out.
        """
        import numpy as np

        total, drawn = self.sums(values)
        value = float(function(total[None, :])[0])
        found = function(drawn)
        found = found[np.isfinite(found)]
        low, high = np.percentile(found, (2.5, 97.5)) if len(found) else (value, value)
        return value, (float(low), float(high))

    def mean(self, values: Floats, chosen: Floats | None = None) -> tuple[float, Interval]:
        """Mean over the items (``chosen``: a mask of those that count) with its interval; ``values`` has shape (items,).

        Raises ValueError when no item counts.
        """
        import numpy as np

        mask = np.ones(len(values)) if chosen is None else chosen
        if not mask.sum():
            raise ValueError("no item counts")
        return self.measure(np.column_stack([values * mask, mask]), _ratio)


def _ratio(totals: Floats) -> Floats:
    import numpy as np

    found: Floats = np.divide(totals[:, 0], totals[:, 1], out=np.full(len(totals), np.nan), where=totals[:, 1] > 0)
    return found
