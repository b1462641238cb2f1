"""The learned planner of strategies: plain arrays read from the bank, checked, and run with numpy alone.

P(sequence) = P(first) · P(goes on | first) · P(next | first) …, from linear models on words and boosted trees on numbers.
Loading runs no code of an artefact: arrays and lists of words, whose shapes and ranges are checked first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from esc_tui.domain.errors import BankError
from esc_tui.domain.labels import Strategy
from esc_tui.engines.embedded.strategy_context import PlanningContext
from esc_tui.engines.embedded.strategy_features import STRATEGIES, number_names, numbers_of, words_of
from esc_tui.engines.embedded.strategy_sequences import SEQUENCES, Decoding, best_sequence, sequence_chances
from esc_tui.engines.embedded.strategy_trees import Trees
from esc_tui.engines.embedded.strategy_words import WordColumns
from esc_tui.engines.roles import Reading

FORMAT = "strategies-1"
KIND = "planner"
Floats = npt.NDArray[np.float64]
LEAST_CHANCE = 1e-6
"""Probabilities below this count as this much before their logarithm is taken."""
FURTHEST = 4.0
"""Standard deviations from the mean beyond which a number counts no further in a linear model."""
_KINDS = len(STRATEGIES)


@dataclass(frozen=True, slots=True)
class PlannedStrategies:
    """What human supporters would probably do next.

    ``sequence`` has 1-3 strategies; ``first`` and ``used`` give every strategy's probability of opening the turn and of
    standing anywhere in it; ``several`` is the probability of more than one strategy; ``chance`` that of the sequence.
    """

    sequence: tuple[Strategy, ...]
    first: Mapping[Strategy, float]
    used: Mapping[Strategy, float]
    several: float
    chance: float


class StrategyModel:
    """The arrays of a planner, ready to run. Make one with :meth:`of`.

    ``several_threshold`` is the probability of several strategies that as many turns reach as have several in the data.
    """

    def __init__(self, words: WordColumns, linear: _Linear, first: Trees, go_on: Trees, following: Trees, share: float,
                 several_threshold: float) -> None:
        self._words, self._linear, self._share = words, linear, share
        self.several_threshold = several_threshold
        self._first, self._go_on, self._following = first, go_on, following

    @classmethod
    def of(cls, parts: Mapping[str, Any], name: str = "planner", where: str = "") -> StrategyModel:
        """Check the parts of an artefact and take them up. Raises BankError, one sentence, when they are damaged or foreign."""
        remedy = "run 'esc-tui discover planner' again"
        try:
            if list(parts["about"]) != [FORMAT]:
                raise BankError(f"the learned model '{name}' has another form than this program reads", where, remedy)
            if list(parts["strategies"]) != [one.value for one in STRATEGIES] or list(parts["numbers"]) != list(number_names()):
                raise BankError(f"the learned model '{name}' was made by another version of this program", where, remedy)
            words = WordColumns.of(parts)
            linear = _Linear.of(parts, words.width, len(number_names()))
            wide = len(number_names()) + _KINDS
            own = dict(parts)
            share, threshold = (float(np.asarray(parts[part]).reshape(())) for part in ("share", "several.threshold"))
            if not (0 <= share <= 1 and 0 <= threshold <= 1):
                raise ValueError("a share is not within 0-1")
            return cls(words, linear, Trees.of(own, "first", wide, _KINDS), Trees.of(own, "go_on", wide + _KINDS + 1, 1),
                       Trees.of(own, "following", wide + _KINDS + 1, _KINDS), share, threshold)
        except BankError:
            raise
        except (KeyError, ValueError, TypeError, OverflowError) as error:
            raise BankError(f"the learned model '{name}' is damaged ({str(error) or type(error).__name__})", where, remedy) from error

    def chances(self, context: PlanningContext, reading: Reading | None = None) -> Floats:
        """Probabilities of all SEQUENCES; ``reading`` is made when not given."""
        return self.chances_of(words_of(context), [*numbers_of(context, reading).values()])

    def chances_of(self, words: Mapping[str, Sequence[str]], named: Sequence[float]) -> Floats:
        """The same from what ``words_of`` and ``numbers_of`` read of a context."""
        numbers = np.array(named)
        places, values = self._words.values(words)
        by_words, mixed = self._linear.chances(places, values, numbers)
        row = np.concatenate([numbers, np.log(np.maximum(by_words, LEAST_CHANCE))])
        first = (1 - self._share) * softmax(self._first.raw(row[None, :]))[0] + self._share * mixed
        steps = step_rows(row)
        goes_on = 1 / (1 + np.exp(-self._go_on.raw(steps)[:, 0]))
        following = softmax(self._following.raw(steps[:_KINDS]))  # the third follows the second as the second the first
        np.fill_diagonal(following, 0)
        following /= following.sum(axis=1, keepdims=True)
        return sequence_chances(first, goes_on[:_KINDS], following, goes_on[_KINDS:])

    def used(self, context: PlanningContext) -> Floats:
        """What ``plan`` says of every strategy's probability of standing in the turn, by place in the label set, and no more."""
        _, holds, _ = _marginals()
        held: Floats = holds @ self.chances(context)
        return held

    def plan(self, context: PlanningContext, decoding: Decoding = "balanced", reading: Reading | None = None) -> PlannedStrategies:
        """The sequence to expect and the probabilities behind it; the same context always gives the same."""
        chances = self.chances(context, reading)
        sequence = best_sequence(chances, decoding, self.several_threshold)
        opens, holds, several = _marginals()
        return PlannedStrategies(
            sequence=tuple(STRATEGIES[place] for place in sequence),
            first=dict(zip(STRATEGIES, (opens @ chances).tolist(), strict=True)),
            used=dict(zip(STRATEGIES, (holds @ chances).tolist(), strict=True)),
            several=float(several @ chances),
            chance=float(chances[SEQUENCES.index(sequence)]),
        )


@dataclass(frozen=True, slots=True)
class _Linear:
    """Two linear models: on words, and on words with numbers brought to mean 0 and deviation 1.

    ``words`` holds the weights of both, side by side: looking a word up is what costs.
    """

    words: npt.NDArray[np.generic]
    words_bias: Floats
    mixed_numbers: Floats
    mixed_bias: Floats
    mean: Floats
    scale: Floats

    @classmethod
    def of(cls, parts: Mapping[str, Any], width: int, count: int) -> _Linear:
        shapes = {"text.weights": (width, _KINDS), "mixed.weights": (width, _KINDS), "text.bias": (_KINDS,),
                  "mixed.numbers": (count, _KINDS), "mixed.bias": (_KINDS,), "numbers.mean": (count,), "numbers.scale": (count,)}
        found = {}
        for name, shape in shapes.items():
            array = np.asarray(parts[name])
            if array.shape != shape or not np.isfinite(array).all():
                raise ValueError(f"part '{name}'")
            found[name] = array if name.endswith("weights") else array.astype(np.float64)
        if (found["numbers.scale"] <= 0).any():
            raise ValueError("part 'numbers.scale'")
        both = np.concatenate([found.pop("text.weights"), found.pop("mixed.weights")], axis=1)
        return cls(both, *found.values())

    def chances(self, places: list[int], values: list[float], numbers: Floats) -> tuple[Floats, Floats]:
        both = np.array(values) @ self.words.take(np.array(places, dtype=np.intp), axis=0).astype(np.float64)
        by_words = both[:_KINDS] + self.words_bias
        mixed = both[_KINDS:] + scaled(numbers, self.mean, self.scale) @ self.mixed_numbers + self.mixed_bias
        return softmax(by_words[None, :])[0], softmax(mixed[None, :])[0]


def scaled(numbers: Floats, mean: Floats, scale: Floats) -> Floats:
    """Numbers brought to mean 0 and deviation 1, cut at FURTHEST, and made small beside the words."""
    cut: Floats = np.clip((numbers - mean) / scale, -FURTHEST, FURTHEST) * NUMBER_SCALE
    return cut


NUMBER_SCALE = 0.1
"""How much a number of one deviation weighs beside a field of words; set by cross-validation on ESConv's training split."""


def softmax(rows: Floats) -> Floats:
    """Probabilities of each row's logits."""
    high = np.exp(rows - rows.max(axis=1, keepdims=True))
    shares: Floats = high / high.sum(axis=1, keepdims=True)
    return shares


def step_rows(row: Floats) -> Floats:
    """Sixteen rows for going on after each strategy as the turn's first, and as a later one: the row, which one, whether later."""
    eye = np.eye(_KINDS)
    steps = np.empty((2 * _KINDS, len(row) + _KINDS + 1))
    steps[:, : len(row)] = row
    steps[:, len(row) : -1] = np.concatenate([eye, eye])
    steps[:, -1] = np.repeat([0.0, 1.0], _KINDS)
    return steps


@cache
def _marginals() -> tuple[Floats, Floats, Floats]:
    """Which sequences open with a strategy (8, n), hold it (8, n), and have several (n,)."""
    opens = np.array([[float(one[0] == kind) for one in SEQUENCES] for kind in range(_KINDS)])
    holds = np.array([[float(kind in one) for one in SEQUENCES] for kind in range(_KINDS)])
    return opens, holds, np.array([float(len(one) > 1) for one in SEQUENCES])


