"""What each skill does, and for whom: episodes with it against those from which it was hidden at random, as a map of skills by groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from esc_tui.evolve.pairing import COUNTED, mean_over_turns
from esc_tui.evolve.statistics import Effect, holm, masking_effects
from esc_tui.evolve.statistics.screening import MASK_ALPHA

if TYPE_CHECKING:
    from esc_tui.evolve.skills.seen import Played

GroupedBy = Literal["need", "character", "state", "scenario"]
GROUPED_BY: tuple[GroupedBy, ...] = get_args(GroupedBy)
EVERYBODY = "everybody"
"""The column of all seekers, a family of tests of its own."""
Measure = Literal["mean", "final"]
MEASURES: dict[Measure, str] = {"mean": "mean emotion over ten turns", "final": "final emotion"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One skill with one group of seekers. ``used``: episodes in which its words stood in a reply; without any it is not tested.

    ``corrected``: p after Holm over all cells of the map (of the column ``everybody`` by itself). The effect is in points, with it minus
    without it; ``hidden`` of ``effect.episodes`` episodes did without it.
    """

    effect: Effect
    used: int
    hidden: int
    corrected: float | None = None

    @property
    def tested(self) -> bool:
        """True when the episodes tell an effect and its spread."""
        return self.effect.p is not None

    @property
    def decided(self) -> bool:
        """True when the effect is not 0 also after the correction for so many cells."""
        return self.corrected is not None and self.corrected <= MASK_ALPHA

    @property
    def mark(self) -> str:
        """``▲`` it helps, ``▼`` it harms, hollow (``△``, ``▽``) while that is undecided, ``·`` where nothing is known."""
        if self.effect.effect is None:
            return "·"
        return ("▲" if self.decided else "△") if self.effect.effect >= 0 else ("▼" if self.decided else "▽")


@dataclass(frozen=True, slots=True)
class EffectMap:
    """Effects by skill and group, ``everybody`` first. ``groups`` are the groups with how many episodes each has."""

    by: GroupedBy
    measure: Measure
    episodes: int
    groups: Mapping[str, int]
    cells: Mapping[tuple[str, str], Cell]

    def cell(self, skill: str, group: str) -> Cell | None:
        """One cell, None for a skill that was never hidden or never there."""
        return self.cells.get((skill, group))

    @property
    def skills(self) -> tuple[str, ...]:
        """The skills, the largest effect on everybody first, those of which nothing is known last."""
        def order(slug: str) -> tuple[bool, float, str]:
            found = self.cells[slug, EVERYBODY].effect.effect
            return found is None, -(found or 0.0), slug

        return tuple(sorted({slug for slug, _ in self.cells}, key=order))

    @property
    def unknown(self) -> tuple[str, ...]:
        """The skills of which no cell tells anything: nobody used them, or the episodes are too few."""
        known = {slug for (slug, _), cell in self.cells.items() if cell.effect.effect is not None}
        return tuple(slug for slug in self.skills if slug not in known)

    @property
    def tested(self) -> int:
        """Cells of groups that were tested."""
        return sum(cell.tested for (_, group), cell in self.cells.items() if group != EVERYBODY)

    @property
    def alone(self) -> int:
        """Cells of groups whose own 95 % interval leaves 0 out; about one in twenty does so by chance."""
        return sum(cell.effect.decided for (_, group), cell in self.cells.items() if group != EVERYBODY)

    @property
    def decided(self) -> int:
        """Cells of groups that stay decided after Holm."""
        return sum(cell.decided for (_, group), cell in self.cells.items() if group != EVERYBODY)


def effect_map(episodes: Sequence[Played], by: GroupedBy = "need", measure: Measure = "mean") -> EffectMap | None:
    """The map over the episodes of masked runs; None without any that counts (as in a verification, a crisis counts).

    Compared are episodes of one seeker with one supporter. A skill whose words never came into a reply to a group has no effect there to
    be looked for, and is left out of that group's fit and of the correction.
    """
    import numpy as np

    counted = [one for one in episodes if one.masked and one.outcome in COUNTED and one.curve]
    slugs = sorted({slug for one in counted for slug in one.skills})
    if not counted or not slugs:
        return None
    groups = [getattr(one, by) or "(not read)" for one in counted]
    values = [mean_over_turns(one.curve) if measure == "mean" else float(one.curve[-1]) for one in counted]
    strata = [(one.standing, one.profile) for one in counted]
    hidden = np.array([[slug in one.hidden for slug in slugs] for one in counted], dtype=bool)
    had = np.array([[one.could_use(slug) for slug in slugs] for one in counted], dtype=bool)
    used = np.array([[any(slug in reply.used for reply in one.replies) for slug in slugs] for one in counted], dtype=bool)
    cells: dict[tuple[str, str], Cell] = {}
    for names in ([EVERYBODY] * len(counted), groups):
        members = {name: np.array([one == name for one in names]) for name in sorted(set(names))}
        switches = had.copy()
        for rows in members.values():
            switches[np.ix_(rows, ~used[rows].any(axis=0))] = True  # constant: such a skill has no part in the fit
        family: dict[tuple[str, str], Cell] = {}
        for name, effects in masking_effects(values, strata, switches, names).items():
            rows = members[name]
            for place, slug in enumerate(slugs):
                family[slug, name] = Cell(effects[place], int(used[rows, place].sum()), int(hidden[rows, place].sum()))
        cells |= _corrected(family)
    return EffectMap(by, measure, len(counted), {name: groups.count(name) for name in sorted(set(groups))}, cells)


def _corrected(family: Mapping[tuple[str, str], Cell]) -> dict[tuple[str, str], Cell]:
    tested = [key for key, cell in family.items() if cell.tested]
    corrected = dict(zip(tested, holm([family[key].effect.p or 0.0 for key in tested]), strict=True))
    return {key: replace(cell, corrected=corrected.get(key)) for key, cell in family.items()}
