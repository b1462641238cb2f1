"""Fitting a planner of strategies with scikit-learn; what comes out is plain arrays and lists of words.

Seeded and deterministic: the same dialogues in the same order give the same arrays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from esc_tui.discover.planner.items import PlannerItem, several_share
from esc_tui.domain.errors import UserError
from esc_tui.engines.embedded.strategy_features import FIELDS, STRATEGIES, number_names
from esc_tui.engines.embedded.strategy_model import FORMAT, LEAST_CHANCE, StrategyModel, scaled
from esc_tui.engines.embedded.strategy_trees import flat_trees
from esc_tui.engines.embedded.strategy_words import WordColumns

Parts = dict[str, Any]
Floats = npt.NDArray[np.float64]
Step = Callable[[int], None]

RARE = 3
"""Turns in which a word must stand to be known."""
HELD_OUT = 4
"""Parts by dialogue in which the word model is held out, so that the trees learn from honest guesses of it."""
TEXT_STRENGTH, MIXED_STRENGTH = 0.15, 0.1
"""C of the two logistic regressions; five times more loses two points of accuracy in cross-validation."""
MIXED_SHARE = 0.4
"""How much the mixed linear model counts beside the trees for the first strategy."""
FIRST_TREES = (
    {"max_iter": 220, "learning_rate": 0.03, "max_leaf_nodes": 12, "min_samples_leaf": 60, "l2_regularization": 5.0, "max_features": 0.15},
    {"max_iter": 120, "learning_rate": 0.05, "max_leaf_nodes": 12, "min_samples_leaf": 30, "l2_regularization": 5.0, "max_features": 0.3},
)
"""Two sets of boosted trees, small steps with few features and larger ones with more; the mean of their logits is steadier
than either in cross-validation on ESConv's training split."""
GO_ON_TREES = {"max_iter": 80, "learning_rate": 0.05, "max_leaf_nodes": 8, "min_samples_leaf": 30, "l2_regularization": 5.0,
               "max_features": 0.3}
FOLLOWING_TREES = {"max_iter": 40, "learning_rate": 0.05, "max_leaf_nodes": 6, "min_samples_leaf": 20, "l2_regularization": 5.0,
                   "max_features": 0.3}
SAMPLED = 1500
"""Turns looked at to learn from which probability of several strategies on to plan several."""
FULL_ROUNDS = 1500
"""Turns from which on all rounds of trees are grown; fewer turns get fewer rounds, FEWEST_ROUNDS at least."""
FEWEST_ROUNDS = 12
LEAF_SHARE, SMALLEST_LEAF = 1 / 70, 5
"""A leaf needs this share of the turns, SMALLEST_LEAF at least, and never more than the settings of its trees say."""
NEVER = -12.0
"""Logit of what was never seen."""
WORDS_SHARE, GUESS_SHARE, TEXT_SHARE, NUMBERS_SHARE, TREES_SHARES, REST_SHARE = 4, 1, 2, 4, (50, 26), 10
"""How long the parts of fitting take, measured on 2,400 and on 11,000 turns of ESConv; two sets of trees are three quarters of it."""
STEPS = WORDS_SHARE + HELD_OUT * GUESS_SHARE + TEXT_SHARE + NUMBERS_SHARE + sum(TREES_SHARES) + REST_SHARE
READING_STEPS = 16
"""Reading the turns takes so much beside the STEPS of fitting them."""


def settings() -> dict[str, Any]:
    """Every setting of training, for the card."""
    return {"rare": RARE, "held_out": HELD_OUT, "text_strength": TEXT_STRENGTH, "mixed_strength": MIXED_STRENGTH,
            "mixed_share": MIXED_SHARE, "first_trees": list(FIRST_TREES), "go_on_trees": GO_ON_TREES, "following_trees": FOLLOWING_TREES,
            "full_rounds": FULL_ROUNDS}


def fit(items: Sequence[PlannerItem], seed: int, step: Step | None = None) -> Parts:
    """The parts of a planner. Raises UserError when all turns open with the same strategy: there is nothing to learn.

    ``step`` is told after each part how many of the STEPS are done, by how long the parts take. One thread does it all: with
    several, threads that wait for each other on a busy machine take ten times as long.
    """
    import sklearn.ensemble
    import sklearn.linear_model  # noqa: F401  a limit holds only for libraries that are loaded already
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return _fitted(items, seed, step)


def _fitted(items: Sequence[PlannerItem], seed: int, step: Step | None) -> Parts:
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        if step is not None:
            step(done)

    goals = [item.goal for item in items]
    first = np.array([goal[0] for goal in goals])
    if len(set(first.tolist())) < 2:
        raise UserError("every supporter turn opens with the same strategy, so there is nothing to learn", "",
                        "import dialogues with strategies of several kinds")
    groups = np.array([item.dialogue for item in items])
    numbers = np.array([item.numbers for item in items], dtype=np.float64)
    parts: Parts = {"about": [FORMAT], "strategies": [one.value for one in STRATEGIES], "numbers": list(number_names())}
    parts |= _vocabulary(items)
    columns = WordColumns.of(parts)
    words = word_matrix(columns, items)
    tick(WORDS_SHARE)
    guesses = _held_out_guesses(words, first, groups, seed, lambda: tick(GUESS_SHARE))
    weights, bias = _linear(words, first, TEXT_STRENGTH)
    parts |= {"text.weights": weights.astype("<f4"), "text.bias": bias}
    tick(TEXT_SHARE)
    parts |= _mixed(words, numbers, first)
    tick(NUMBERS_SHARE)
    rows = np.hstack([numbers, np.log(np.maximum(guesses, LEAST_CHANCE))])
    sets = []
    for options, share in zip(FIRST_TREES, TREES_SHARES, strict=True):
        sets.append(_trees(rows, first, len(STRATEGIES), options, seed, len(items)))
        tick(share)
    parts |= _named("first", _mean_of(sets))
    parts |= _steps(rows, goals, seed)
    parts |= {"share": np.array([MIXED_SHARE]), "several.threshold": np.array([1.0])}
    parts["several.threshold"] = np.array([_several_threshold(StrategyModel.of(parts), items)])
    tick(REST_SHARE)
    return parts


def _several_threshold(model: StrategyModel, items: Sequence[PlannerItem]) -> float:
    """The probability of several strategies that as many turns reach as have several; read off evenly spaced items."""
    sample = items[:: max(1, len(items) // SAMPLED)]
    share = several_share([item.sequence for item in items])
    return float(np.quantile([model.chances_of(item.words, item.numbers)[len(STRATEGIES) :].sum() for item in sample], 1 - share))


def _vocabulary(items: Sequence[PlannerItem]) -> Parts:
    """Words that stand in RARE turns or more, by field, with ln((1 + n) / (1 + turns)) + 1 as their weight."""
    parts: Parts = {}
    for field in FIELDS:
        seen: Counter[str] = Counter()
        for item in items:
            seen.update(set(item.words[field]))
        words = sorted(word for word, count in seen.items() if count >= RARE)
        parts[f"words.{field}"] = words
        parts[f"idf.{field}"] = np.array([np.log((1 + len(items)) / (1 + seen[word])) + 1 for word in words], dtype="<f4")
    return parts


def word_matrix(columns: WordColumns, items: Sequence[PlannerItem]) -> Any:
    """A sparse matrix (turns, words) of the items' words."""
    from scipy.sparse import csr_matrix

    places: list[int] = []
    values: list[float] = []
    ends = [0]
    for item in items:
        own, weights = columns.values(item.words)
        places.extend(own)
        values.extend(weights)
        ends.append(len(places))
    return csr_matrix((np.array(values), np.array(places, dtype=np.int32), np.array(ends)), shape=(len(items), columns.width))


def _linear(rows: Any, goals: npt.NDArray[np.int64], strength: float) -> tuple[Floats, Floats]:
    """Weights (columns, 8) and bias (8,) of a logistic regression; a strategy never seen gets the bias NEVER."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=60, tol=1e-3).fit(rows, goals)
    coefficients, intercept = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        coefficients, intercept = np.vstack([-coefficients, coefficients]) / 2, np.array([-intercept[0], intercept[0]]) / 2
    weights = np.zeros((rows.shape[1], len(STRATEGIES)))
    bias = np.full(len(STRATEGIES), NEVER)
    weights[:, model.classes_], bias[model.classes_] = coefficients.T, intercept
    return weights, bias


def _mixed(words: Any, numbers: Floats, first: npt.NDArray[np.int64]) -> Parts:
    from scipy.sparse import csr_matrix, hstack

    mean, scale = numbers.mean(axis=0), numbers.std(axis=0)
    scale[scale < 1e-9] = 1.0
    both = hstack([words, csr_matrix(scaled(numbers, mean, scale))]).tocsr()
    weights, bias = _linear(both, first, MIXED_STRENGTH)
    width = words.shape[1]
    return {"mixed.weights": weights[:width].astype("<f4"), "mixed.numbers": weights[width:], "mixed.bias": bias,
            "numbers.mean": mean, "numbers.scale": scale}


def _held_out_guesses(words: Any, first: npt.NDArray[np.int64], groups: npt.NDArray[np.int64], seed: int,
                      tick: Callable[[], None]) -> Floats:
    """What the word model says of turns in dialogues it did not learn from: (turns, 8) probabilities."""
    from sklearn.model_selection import GroupKFold

    from esc_tui.engines.embedded.strategy_model import softmax

    guesses = np.full((len(first), len(STRATEGIES)), 1 / len(STRATEGIES))
    count = min(HELD_OUT, len(set(groups.tolist())))
    if count < 2:
        return guesses
    for known, held in GroupKFold(count, shuffle=True, random_state=seed).split(words, first, groups):
        if len(set(first[known].tolist())) > 1:
            weights, bias = _linear(words[known], first[known], TEXT_STRENGTH)
            guesses[held] = softmax(words[held] @ weights + bias)
        tick()
    return guesses


def _steps(rows: Floats, goals: Sequence[tuple[int, ...]], seed: int) -> Parts:
    """Going on or stopping after each strategy, and what follows when they go on."""
    at: list[int] = []
    last: list[int] = []
    later: list[bool] = []
    following: list[int] = []
    for place, goal in enumerate(goals):
        for number, strategy in enumerate(goal[:2]):
            at.append(place)
            last.append(strategy)
            later.append(number > 0)
            following.append(goal[number + 1] if number + 1 < len(goal) else -1)
    wide = np.hstack([rows[at], np.eye(len(STRATEGIES))[last], np.array(later, dtype=np.float64)[:, None]])
    after = np.array(following)
    goes_on = _trees(wide, (after >= 0).astype(np.int64), 1, GO_ON_TREES, seed, len(goals))
    followed = _trees(wide[after >= 0], after[after >= 0], len(STRATEGIES), FOLLOWING_TREES, seed, len(goals))
    return _named("go_on", goes_on) | _named("following", followed)


def _trees(rows: Floats, goals: npt.NDArray[np.int64], count: int, options: Mapping[str, Any], seed: int, turns: int) -> Parts:
    """Boosted trees with ``count`` outputs as flat arrays; 1 output is yes or no. What was never seen gets NEVER."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    seen = np.unique(goals)
    if len(seen) < 2:
        base = np.full(count, NEVER)
        base[seen if count > 1 else np.array([], dtype=np.int64)] = 0.0
        if count == 1 and len(seen) and seen[0] == 1:
            base[0] = -NEVER
        return flat_trees([], base)
    rounds = round(options["max_iter"] * min(1.0, turns / FULL_ROUNDS))
    leaf = min(options["min_samples_leaf"], max(SMALLEST_LEAF, round(turns * LEAF_SHARE)))
    own = {**options, "max_iter": max(FEWEST_ROUNDS, rounds), "min_samples_leaf": leaf}
    model = HistGradientBoostingClassifier(random_state=seed, early_stopping=False, **own).fit(rows, goals)
    found = flat_trees(model._predictors, model._baseline_prediction)
    if count == 1:
        return found
    base = np.full(count, NEVER)
    if len(seen) == 2:
        base[seen[0]], base[seen[1]] = 0.0, float(found["base"][0])
        found["outputs"] = np.full(len(found["roots"]), seen[1], dtype="|u1")
    else:
        base[seen] = found["base"]
        found["outputs"] = seen[found["outputs"]].astype("|u1")
    return found | {"base": base}


def _mean_of(sets: Sequence[Parts]) -> Parts:
    """One set of trees that adds up to the mean of what these add up to."""
    firsts = np.cumsum([0, *(len(one["feature"]) for one in sets)])[:-1]
    inner = [one["feature"] >= 0 for one in sets]
    moved = {name: np.concatenate([np.where(own, one[name] + first, 0) for one, own, first in zip(sets, inner, firsts, strict=True)])
             for name in ("left", "right")}
    return {
        **{name: np.concatenate([one[name] for one in sets]) for name in ("feature", "threshold", "outputs")},
        **{name: array.astype("<i4") for name, array in moved.items()},
        "roots": np.concatenate([one["roots"] + first for one, first in zip(sets, firsts, strict=True)]).astype("<i4"),
        "value": (np.concatenate([one["value"] for one in sets]) / len(sets)).astype("<f4"),
        "base": np.mean([one["base"] for one in sets], axis=0),
    }


def _named(name: str, parts: Parts) -> Parts:
    return {f"{name}.{part}": array for part, array in parts.items()}
