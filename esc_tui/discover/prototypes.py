"""Key units grouped into prototypes: by state, action and polarity, and by wording inside such a cell.

The same units and seed give the same groups whatever order the bank hands them out in. Nothing is stored before the end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING, Any

from esc_tui.bank.mining import KeyUnit, key_unit_count, key_units
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Action, Polarity, State
from esc_tui.domain.prototype import Prototype
from esc_tui.guard.detect import check_message

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.connection import BankConnection
    from esc_tui.discover.wording import Wording

UNITS_A_GROUP = 40
"""A cell of n units falls into round(sqrt(n / 40)) groups by wording, at least one: a cell below 90 stays whole. With
``KEY_UNITS_A_CELL`` this gives about as many prototypes on ESConv and FailedESConv as the 258 that ESC-Skills tells of."""
TELLING_LENGTH = 5
"""Words from which on a seeker's line counts in full as an instance; a bare "hello" stands at the end of its prototype."""
KEY_UNITS_A_CELL = 1500
"""A cell needs one unit for every 1,500 key units, at least one, to be a pattern; smaller ones are set aside and counted."""
STARTS = 4
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Prototypes by number and how close each unit is to the middle of its own, 0-1. ``set_aside`` counts units whose every
    cell is too small."""

    prototypes: tuple[Prototype, ...]
    closeness: dict[tuple[int, int], float]
    set_aside: int = 0


@dataclass(frozen=True, slots=True)
class FoundPrototypes:
    """What a run found. ``units`` counts the key units grouped, each once; ``positive`` and ``negative`` prototypes;
    ``at_crisis`` units passed over because the seeker was in a crisis, where no skill is used."""

    run: int
    units: int
    prototypes: int
    positive: int
    negative: int
    cells: int
    set_aside: int
    at_crisis: int


@dataclass(slots=True)
class _Cell:
    state: State
    action: Action
    polarity: Polarity
    rows: list[int] = field(default_factory=list)

    @property
    def order(self) -> tuple[int, int, int]:
        return (list(State).index(self.state), list(Action).index(self.action), list(Polarity).index(self.polarity))


def safe_units(connection: BankConnection, progress: Progress | None = None) -> tuple[list[KeyUnit], int]:
    """All key units that may be learned from, by id, and how many were passed over at moments of crisis.

    The guard reads the seeker's line before the support, as it does in a talk.
    """
    total = key_unit_count(connection)
    found: list[KeyUnit] = []
    at_crisis = 0
    for count, unit in enumerate(key_units(connection), 1):
        if progress is not None:
            progress(count, max(total, count))
        if check_message(unit.seeker).crisis:
            at_crisis += 1
            continue
        found.append(unit)
    return sorted(found, key=lambda unit: unit.id), at_crisis


def group_units(units: Sequence[KeyUnit], seed: int = 0) -> Grouping:
    """Group key units; a unit with several actions belongs to the cell of each. Pure."""
    from esc_tui.discover.prototype_map import fewest_in_a_cell
    from esc_tui.discover.wording import telling_words, wording_of

    if not units:
        return Grouping((), {})
    ordered = sorted(units, key=lambda unit: unit.id)
    cells: dict[tuple[State, Action, Polarity], _Cell] = {}
    for place, unit in enumerate(ordered):
        for action in unit.actions:
            cells.setdefault((unit.state, action, unit.polarity), _Cell(unit.state, action, unit.polarity)).rows.append(place)
    fewest = fewest_in_a_cell(len(ordered), KEY_UNITS_A_CELL)
    wording = wording_of([(unit.seeker, unit.supporter) for unit in ordered], [unit.dialogue for unit in ordered])
    prototypes: list[Prototype] = []
    closeness: dict[tuple[int, int], float] = {}
    grouped: set[int] = set()
    for cell in sorted((cell for cell in cells.values() if len(cell.rows) >= fewest), key=lambda cell: cell.order):
        for rows in _groups(wording, cell, seed):
            number = len(prototypes) + 1
            near = [value * min(1.0, len(ordered[row].seeker.split()) / TELLING_LENGTH)
                    for row, value in zip(rows, _closeness(wording, rows), strict=True)]
            inward = sorted(zip(rows, near, strict=True), key=lambda pair: (-round(pair[1], 6), ordered[pair[0]].id))
            prototypes.append(Prototype(number=number, state=cell.state, action=cell.action, polarity=cell.polarity,
                                        units=tuple(ordered[row].number for row, _ in inward), words=telling_words(wording, rows)))
            closeness.update({(number, ordered[row].number): score for row, score in inward})
            grouped.update(rows)
    return Grouping(tuple(prototypes), closeness, len(ordered) - len(grouped))


def groups_of(size: int) -> int:
    """Into how many groups by wording a cell of so many units falls."""
    return max(1, round(sqrt(size / UNITS_A_GROUP)))


def seed_of(seed: int, *parts: str) -> int:
    """A seed of its own for each part of a job, below 2^32."""
    return int.from_bytes(hashlib.sha256("\x1f".join((str(seed), *parts)).encode()).digest()[:4])


def _groups(wording: Wording, cell: _Cell, seed: int) -> list[list[int]]:
    """The rows of a cell by wording, the largest group first."""
    wanted = groups_of(len(cell.rows))
    part = wording.vectors[cell.rows]
    if wanted == 1 or part.nnz == 0:
        return [cell.rows]
    labels = k_means(part, wanted, seed_of(seed, cell.state, cell.action, cell.polarity))
    groups: dict[int, list[int]] = {}
    for row, label in zip(cell.rows, labels, strict=True):
        groups.setdefault(label, []).append(row)
    return sorted(groups.values(), key=lambda rows: (-len(rows), rows[0]))


def k_means(vectors: Any, groups: int, seed: int, weights: Sequence[float] | None = None, starts: int = STARTS) -> list[int]:
    """Labels from 0 for the rows of a matrix. One thread, so that sums come out the same on every machine and run."""
    import warnings

    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer distinct rows than groups: some stay empty
        fitted = KMeans(groups, n_init=starts, random_state=seed).fit(vectors, sample_weight=weights)
    return [int(label) for label in fitted.labels_]


def _closeness(wording: Wording, rows: Sequence[int]) -> list[float]:
    """Cosine of each row with the mean of all, 0-1; 1 for a row alone, 0 for one without words."""
    import numpy as np

    part = wording.vectors[list(rows)]
    if len(rows) == 1:
        return [1.0]
    middle = np.asarray(part.mean(axis=0)).ravel()
    length = float(np.linalg.norm(middle))
    lengths = np.sqrt(np.asarray(part.multiply(part).sum(axis=1)).ravel())
    dots = np.asarray(part @ middle).ravel()
    with np.errstate(divide="ignore", invalid="ignore"):
        near = np.where(lengths * length > 0, dots / (lengths * length), 0.0)
    return [float(min(1.0, max(0.0, value))) for value in near]


def discover_prototypes(bank: Bank, seed: int = 0, progress: Progress | None = None) -> FoundPrototypes:
    """Group all key units of a bank and store the run. Raises UserError when there is no unit, or none that moved anybody.

    Runs that no skill rests on make room for the new one.
    """
    from esc_tui.bank.prototypes import add_prototypes
    from esc_tui.domain.base import now_iso

    if not bank.unit_count():
        raise UserError("the bank holds no units to group", str(bank.path), "run 'esc-tui discover units' first")
    units, at_crisis = safe_units(bank.connection, progress)
    if not units:
        raise UserError("no unit shows a seeker who moved for better or worse", str(bank.path),
                        "import more dialogues, or correct labels in the Evidence pane")
    grouping = group_units(units, seed)
    settings = {"units_a_group": UNITS_A_GROUP, "key_units_a_cell": KEY_UNITS_A_CELL, "set_aside": grouping.set_aside,
                "at_crisis": at_crisis}
    run = add_prototypes(bank.writing, grouping.prototypes, grouping.closeness, seed, settings, now_iso())
    made = grouping.prototypes
    return FoundPrototypes(
        run=run, units=len(units) - grouping.set_aside, prototypes=len(made),
        positive=sum(one.polarity is Polarity.POSITIVE for one in made),
        negative=sum(one.polarity is Polarity.NEGATIVE for one in made),
        cells=len({(one.state, one.action) for one in made}), set_aside=grouping.set_aside, at_crisis=at_crisis)
