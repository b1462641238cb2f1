"""The map of prototypes: for every seeker state and support action, what helped and what harmed, down to the prototypes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.domain.labels import Action, Polarity, State

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection


@dataclass(frozen=True, slots=True)
class MapCell:
    """One state with one action. Counts are of units; the prototypes are row ids, those with most units first."""

    state: State
    action: Action
    positive_units: int = 0
    negative_units: int = 0
    positive: tuple[int, ...] = ()
    negative: tuple[int, ...] = ()

    @property
    def units(self) -> int:
        """How many key units fall into the cell."""
        return self.positive_units + self.negative_units


@dataclass(frozen=True, slots=True)
class PrototypeMap:
    """All cells of one run that hold a unit. ``run`` is 0 and there are no cells before the first run.

    A unit with several actions stands in the cell of each, so that cells add up to more than ``units``. Of each polarity a cell holds
    ``fewest`` units or none: where there were fewer they are among those ``set_aside``. ``at_crisis``: units passed over because the
    seeker was in a crisis. ``now``: how many key units there are by now, where the run looked at more or fewer; else None.
    """

    run: int
    units: int
    cells: dict[tuple[State, Action], MapCell]
    set_aside: int = 0
    at_crisis: int = 0
    fewest: int = 1
    now: int | None = None

    def cell(self, state: State, action: Action) -> MapCell:
        """One cell, empty when nothing fell into it."""
        return self.cells.get((state, action), MapCell(state, action))


def prototype_map(connection: BankConnection, run: int | None = None) -> PrototypeMap:
    """The map of a run, by default the newest."""
    from esc_tui.bank.mining import key_unit_count
    from esc_tui.bank.prototypes import prototype_run, prototypes_of_run

    known = prototype_run(connection, run)
    if known is None:
        return PrototypeMap(0, 0, {})
    run = known.number
    set_aside, at_crisis, share = (int(known.settings.get(name) or 0) for name in ("set_aside", "at_crisis", "key_units_a_cell"))
    groups: dict[tuple[State, Action], dict[Polarity, list[tuple[int, int]]]] = {}
    for row in prototypes_of_run(connection, run):
        cell = groups.setdefault((State(row.state), Action(row.action)), {})
        cell.setdefault(Polarity(row.polarity), []).append((row.units, row.id))
    fewest = fewest_in_a_cell(known.units + set_aside, share) if share else 1
    now = key_unit_count(connection)
    behind = "at_crisis" in known.settings and now != known.units + set_aside + at_crisis  # older runs do not say what they looked at
    return PrototypeMap(run, known.units, {place: _cell(*place, cell) for place, cell in groups.items()}, set_aside, at_crisis, fewest,
                        now if behind else None)


def fewest_in_a_cell(units: int, share: int) -> int:
    """How many of ``units`` key units a cell needs for a group: one in ``share``, and one at least."""
    return max(1, round(units / share))


def _cell(state: State, action: Action, found: dict[Polarity, list[tuple[int, int]]]) -> MapCell:
    positive, negative = (sorted(found.get(polarity, ()), key=lambda pair: (-pair[0], pair[1]))
                          for polarity in (Polarity.POSITIVE, Polarity.NEGATIVE))
    return MapCell(state, action, sum(size for size, _ in positive), sum(size for size, _ in negative),
                   tuple(row for _, row in positive), tuple(row for _, row in negative))
