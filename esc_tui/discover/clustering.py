"""Prototypes gathered into skills: what helped is clustered, what harmed joins the nearest cluster that does the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

from esc_tui.bank.prototypes import PrototypeRow, prototypes_of_run
from esc_tui.discover.prototypes import k_means, seed_of
from esc_tui.domain.labels import Action, Polarity, State

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection

ACTION_WEIGHT, MOOD_WEIGHT, STATE_WEIGHT, WORDS_WEIGHT = 1.0, 0.6, 0.15, 0.15
"""How much action, mood (``MOODS``), state and telling words count. By the state's name alone every two states are equally
far apart; k-means then splits off the frequent ones and leaves a motley rest, grief beside relief."""
MOODS: dict[State, tuple[float, float, float]] = {
    State.ANXIOUS: (-0.5, 0.6, -0.5), State.AFRAID: (-0.6, 0.7, -0.6), State.OVERWHELMED: (-0.5, 0.5, -0.6),
    State.SAD: (-0.6, -0.4, -0.3), State.HOPELESS: (-0.7, -0.4, -0.5), State.NUMB: (-0.5, -0.7, -0.3),
    State.LONELY: (-0.6, -0.3, -0.4), State.ASHAMED: (-0.6, 0.0, -0.6), State.ANGRY: (-0.5, 0.6, 0.5),
    State.VENTING: (-0.4, 0.6, 0.4), State.DEFENSIVE: (-0.4, 0.3, 0.5), State.TORN: (-0.1, 0.2, -0.1),
    State.SEEKING_A_WAY_FORWARD: (0.1, 0.3, 0.1), State.REFLECTING: (0.3, -0.2, 0.2), State.RELIEVED: (0.7, -0.3, 0.3)}
"""Where the states lie by pleasure, arousal and dominance, each -1 to 1 (the axes of Mehrabian 1996; the places are ours)."""
STARTS = 60
"""There are few prototypes, so many starts cost little, and they keep the clusters from hanging on the seed."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The prototypes of one skill to be: those that helped (never empty) and those that harmed, most units first."""

    number: int
    positive: tuple[PrototypeRow, ...]
    negative: tuple[PrototypeRow, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        """Row ids of all its prototypes."""
        return tuple(row.id for row in (*self.positive, *self.negative))


@dataclass(frozen=True, slots=True)
class Clustering:
    """All clusters of a run by number, the prototypes that harmed and have no cluster of their action, and a sentence when
    there are fewer clusters than were asked for."""

    clusters: tuple[Cluster, ...]
    left_over: tuple[PrototypeRow, ...] = ()
    sentence: str = ""

    def numbers(self) -> dict[int, int | None]:
        """The cluster of each prototype number of the run."""
        found: dict[int, int | None] = {row.number: None for row in self.left_over}
        found.update({row.number: cluster.number for cluster in self.clusters for row in (*cluster.positive, *cluster.negative)})
        return found


def cluster_prototypes(connection: BankConnection, run: int, target: int, seed: int = 0) -> Clustering:
    """The clusters of a stored run; see ``cluster_rows``."""
    return cluster_rows(prototypes_of_run(connection, run), target, seed)


def cluster_rows(rows: Sequence[PrototypeRow], target: int, seed: int = 0) -> Clustering:
    """Exactly ``target`` clusters when so many prototypes helped, else one for each. Pure; the order of rows changes nothing.

    Prototypes weigh by the square root of their units, so that a common action gets more skills and a rare one still its own.
    Clusters are numbered by how much helped in them, most first.
    """
    ordered = sorted(rows, key=_place)
    helped = [row for row in ordered if row.polarity == Polarity.POSITIVE.value]
    harmed = [row for row in ordered if row.polarity == Polarity.NEGATIVE.value]
    if not helped:
        return Clustering((), tuple(harmed), "None of the prototypes helped, so there is no skill to make.")
    vectors = _vectors(ordered)
    place = {id(row): number for number, row in enumerate(ordered)}
    positive = vectors[[place[id(row)] for row in helped]]
    wanted = min(target, len(helped))
    weights = [sqrt(row.units) for row in helped]
    labels = k_means(positive, wanted, seed_of(seed, "clusters", str(target)), weights, STARTS)
    labels = _all_used(labels, wanted, positive)
    groups = [[at for at, label in enumerate(labels) if label == group] for group in range(wanted)]
    groups.sort(key=lambda group: (-sum(helped[at].units for at in group), group[0]))
    joined: list[list[PrototypeRow]] = [[] for _ in groups]
    left_over: list[PrototypeRow] = []
    for row in harmed:
        nearest = _nearest(row, vectors[place[id(row)]], groups, helped, positive)
        (left_over if nearest is None else joined[nearest]).append(row)
    clusters = tuple(Cluster(number, _by_size(helped[at] for at in group), _by_size(joined[number - 1]))
                     for number, group in enumerate(groups, 1))
    sentence = "" if wanted == target else (
        f"Only {len(helped)} {'prototype' if len(helped) == 1 else 'prototypes'} helped, so there are {wanted} skills instead of {target}."
        if wanted != 1 else f"Only one prototype helped, so there is one skill instead of {target}.")
    return Clustering(clusters, tuple(left_over), sentence)


def _place(row: PrototypeRow) -> tuple[object, ...]:
    return (row.state, row.action, row.polarity, row.words, row.units, row.number)


def _by_size(rows: Any) -> tuple[PrototypeRow, ...]:
    return tuple(sorted(rows, key=lambda row: (-row.units, row.number)))


def _vectors(rows: Sequence[PrototypeRow]) -> Any:
    """A row for each prototype: action, state and telling words, each of its weight's length (words: 0 without any), and mood."""
    import numpy as np

    words = sorted({word for row in rows for word in row.words})
    column = {word: place for place, word in enumerate(words)}
    actions, states = list(Action), list(State)
    before = 3 + len(actions) + len(states)
    found = np.zeros((len(rows), before + len(words)))
    for number, row in enumerate(rows):
        found[number, :3] = [MOOD_WEIGHT * value for value in MOODS[State(row.state)]]
        found[number, 3 + actions.index(Action(row.action))] = ACTION_WEIGHT
        found[number, 3 + len(actions) + states.index(State(row.state))] = STATE_WEIGHT
        for word in row.words:
            found[number, before + column[word]] = WORDS_WEIGHT / sqrt(len(row.words))
    return found


def _all_used(labels: list[int], wanted: int, vectors: Any) -> list[int]:
    """Labels with every group in use: an empty one gets the row that lies farthest from the middle of a larger group."""
    import numpy as np

    found = np.array(labels)
    for group in range(wanted):
        if (found == group).any():
            continue
        far = np.array([np.linalg.norm(vectors[at] - vectors[found == found[at]].mean(axis=0)) if (found == found[at]).sum() > 1 else -1.0
                        for at in range(len(found))])
        found[int(far.argmax())] = group
    return [int(label) for label in found]


def _nearest(row: PrototypeRow, vector: Any, groups: Sequence[Sequence[int]], helped: Sequence[PrototypeRow],
             vectors: Any) -> int | None:
    """The place of the cluster nearest to a harmful prototype among those that hold its action, or None."""
    import numpy as np

    best: tuple[float, int] | None = None
    for number, group in enumerate(groups):
        same = [at for at in group if helped[at].action == row.action]
        if same:
            distance = min(float(np.linalg.norm(vector - vectors[at])) for at in same)
            if best is None or (round(distance, 9), number) < best:
                best = (round(distance, 9), number)
    return None if best is None else best[1]
