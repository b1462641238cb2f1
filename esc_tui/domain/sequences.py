"""How alike sequences of strategies are, and how right labels are. Pure rules; shares run from 0 to 1.

The one definition of every such number: learning a planner, choosing what to plan and measuring all use it.
"""

from __future__ import annotations

from collections.abc import Sequence


def edit_distance(first: Sequence[object], second: Sequence[object]) -> int:
    """Levenshtein distance: insertions, deletions and substitutions cost one each."""
    row = list(range(len(second) + 1))
    for place, one in enumerate(first, 1):
        before, row[0] = row[0], place
        for at, other in enumerate(second, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (one != other))
    return row[-1]


def levenshtein_ratio(first: Sequence[object], second: Sequence[object]) -> float:
    """LR: ``1 - d / max(m, n)`` with d the edit distance; 1.0 for two empty sequences (Bai et al., arXiv 2505.15316)."""
    longest = max(len(first), len(second))
    return 1.0 if not longest else 1 - edit_distance(first, second) / longest


def exact_match(first: Sequence[object], second: Sequence[object]) -> bool:
    """Whether two sequences are the same; its mean over turns is EMR."""
    return tuple(first) == tuple(second)


def macro_f1(reference: Sequence[object], predicted: Sequence[object], labels: Sequence[object]) -> float:
    """Mean F1 over all ``labels``, whether they occur or not; one that neither occurs nor is predicted counts as 0."""
    pairs = list(zip(reference, predicted, strict=True))
    total = 0.0
    for label in labels:
        right = sum(one == two == label for one, two in pairs)
        either = sum((one == label) + (two == label) for one, two in pairs)
        total += 2 * right / either if either else 0.0
    return total / len(labels)
