"""How well planned strategies match those of human supporters, on dialogues the planner did not learn from. Pure rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from esc_tui.discover.planner.items import PlannerItem, several_share
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Strategy
from esc_tui.domain.sequences import exact_match, levenshtein_ratio, macro_f1
from esc_tui.engines.embedded.strategy_sequences import Decoding, best_sequence

MANY = 300
"""Dialogues from which on one part held out measures well enough; fewer are all held out once."""


@dataclass(frozen=True, slots=True)
class PlannerScores:
    """Shares 0-1 over supporter turns: right first strategy, its macro-F1 over all eight, exact sequences (EMR),
    mean Levenshtein ratio (LR).

    ``several`` and ``several_planned`` are the shares of turns with several strategies, in the data and as planned.
    """

    turns: int
    accuracy: float
    macro_f1: float
    emr: float
    lr: float
    several: float
    several_planned: float

    def rounded(self) -> dict[str, float | int]:
        """The scores by name, to four places."""
        return {name: value if name == "turns" else round(value, 4) for name, value in asdict(self).items()}


def scores_of(goals: Sequence[tuple[int, ...]], planned: Sequence[tuple[int, ...]]) -> PlannerScores:
    """Compare sequences with the whole ones that were used; raises ValueError when there are none."""
    if not goals or len(goals) != len(planned):
        raise ValueError("as many planned sequences as used ones are needed, and at least one")
    count = len(goals)
    return PlannerScores(
        turns=count,
        accuracy=sum(one[0] == two[0] for one, two in zip(goals, planned, strict=True)) / count,
        macro_f1=macro_f1([one[0] for one in goals], [one[0] for one in planned], range(len(Strategy))),
        emr=sum(exact_match(one, two) for one, two in zip(goals, planned, strict=True)) / count,
        lr=sum(levenshtein_ratio(one, two) for one, two in zip(goals, planned, strict=True)) / count,
        several=several_share(goals),
        several_planned=several_share(planned),
    )


def held_out_parts(dialogues: int) -> tuple[int, int]:
    """Into how many parts to cut so many dialogues, and how many of them to hold out in turn: 3 of 3 for a few, 1 of 5 for many.

    One part of ESConv has some three thousand turns: its shares are right to within two hundredths.
    """
    return (3, 3) if dialogues < MANY else (5, 1)


def measure(items: Sequence[PlannerItem], seed: int, step: Callable[[int], None] | None = None,
            decoding: Decoding = "balanced") -> PlannerScores | None:
    """Scores on dialogues held out, each planned by a planner that learned from the others; None when there are too few for that.

    ``step`` is told after each step how many are done: the steps of one training for each part held out.
    """
    import numpy as np
    from sklearn.model_selection import GroupKFold

    from esc_tui.discover.planner.training import STEPS, fit
    from esc_tui.engines.embedded.strategy_model import StrategyModel

    groups = np.array([item.dialogue for item in items])
    parts, held_out = held_out_parts(len(set(groups.tolist())))
    if len(set(groups.tolist())) < parts:
        return None
    goals: list[tuple[int, ...]] = []
    planned: list[tuple[int, ...]] = []
    tell = step or (lambda done: None)
    folds = GroupKFold(parts, shuffle=True, random_state=seed).split(groups, groups=groups)
    for number, (known, held) in zip(range(held_out), folds, strict=False):
        try:
            model = StrategyModel.of(fit([items[place] for place in known], seed, _after(number * STEPS, tell)))
        except UserError:  # so few dialogues that without some of them there is nothing to learn
            return None
        for place in held:
            item = items[place]
            goals.append(item.whole)
            planned.append(best_sequence(model.chances_of(item.words, item.numbers), decoding, model.several_threshold))
    return scores_of(goals, planned)


def _after(before: int, tell: Callable[[int], None]) -> Callable[[int], None]:
    return lambda done: tell(before + done)
