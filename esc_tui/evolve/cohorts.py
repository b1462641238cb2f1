"""Sealed cohorts: made when a verification registers, worn a little by each verdict, retired to the shelf develop when worn.

Nobody reads a profile of a cohort before it retires; verifications play it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from esc_tui.bank.evolution import Cohort, add_cohort, list_cohorts, set_cohort_retired
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Need, Shelf
from esc_tui.evolve.pairing import BLAMELESS
from esc_tui.simulate.profiles import Group, make_cohort, profiles_to_play, retire_cohort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esc_tui.bank.bank import Bank
    from esc_tui.bank.reading import BankReader
    from esc_tui.domain.evolution import SeekerGroup
    from esc_tui.domain.profile import Profile
    from esc_tui.engines.roles import ProfileWriter

CELLS = 24
"""Characters times needs: a cohort for all seekers is drawn in whole rounds of them, so that every cell comes alike."""


def group_of(group: SeekerGroup) -> Group:
    """The group as profiles are drawn by: a seeker's state is of the moment and no part of who they are."""
    return Group(group.character, group.need, group.scenario)


def refuse_blameless(group: SeekerGroup) -> None:
    """Raises UserError for a target group whose gain would be no evidence."""
    if group.need is BLAMELESS:
        raise UserError("a gain among seekers who want to hear that they are not at fault is no evidence, since flattery would earn it",
                        "the proposal's group", "verify it for all seekers; that group is then reported alone")


def find_cohort(bank: Bank, group: SeekerGroup, pairs: int, shelf: Shelf = Shelf.CONFIRM) -> Cohort | None:
    """The newest cohort of the group that is not retired, not worn, and large enough; None when there is none."""
    from esc_tui.evolve.statistics import WORN_AT

    for one in list_cohorts(bank.connection):
        if (one.shelf == shelf.value and one.retired is None and one.group == group and one.confirmations < WORN_AT
                and counted(bank, one) >= pairs):
            return one
    return None


def drawn_because(cohort: Cohort, others: Sequence[Cohort]) -> str:
    """Why a cohort was drawn though the bank had one of its group, in a clause; empty for the first of its group."""
    earlier = [one for one in others if one.number < cohort.number and (one.shelf, one.group) == (cohort.shelf, cohort.group)]
    if not earlier:
        return ""
    largest = max(earlier, key=lambda one: (len(one.targets), one.number))
    if len(largest.targets) < len(cohort.targets):
        return f"drawn because more were needed than cohort {largest.number} has"
    return f"drawn because cohort {largest.number} was worn"


def members(bank: BankReader, cohort: Cohort) -> tuple[list[str], list[str]]:
    """Its targets in their order: those that count in a primary mean, and the blameless, who are reported alone."""
    alone = {one.id for one in profiles_to_play(bank) if one.need is BLAMELESS}
    return [one for one in cohort.targets if one not in alone], [one for one in cohort.targets if one in alone]


def counted(bank: BankReader, cohort: Cohort) -> int:
    """How many of its targets count in a primary mean."""
    return len(members(bank, cohort)[0])


def make_sealed(bank: Bank, writer: ProfileWriter, group: SeekerGroup, pairs: int, seed: int, shelf: Shelf = Shelf.CONFIRM) -> Cohort:
    """Draw a sealed cohort whose primary mean has ``pairs`` seekers.

    For all seekers: whole rounds of the 24 cells, the blameless on top. For a group: ``pairs`` of it and as many from outside.
    Raises UserError for a group of the blameless, and when so many different seekers cannot be made.
    """
    refuse_blameless(group)
    return asyncio.run(_make(bank, writer, group, pairs, seed, shelf))


async def _make(bank: Bank, writer: ProfileWriter, group: SeekerGroup, pairs: int, seed: int, shelf: Shelf) -> Cohort:
    taken: list[Profile] = list(profiles_to_play(bank))
    if group_of(group) == Group():
        targets = await _whole(writer, pairs, seed, shelf, taken)
        others: list[Profile] = []
    else:
        targets = await make_cohort(writer, pairs, seed, shelf, group_of(group), taken)
        wanted = group_of(group)
        others = [one for one in await _whole(writer, pairs + pairs // 2, seed + 1, shelf, [*taken, *targets])
                  if not wanted.holds(one) and one.need is not BLAMELESS][:pairs]
    with bank.together():
        bank.add_profiles([*targets, *others])
        return add_cohort(bank.writing, shelf.value, seed, group, [one.id for one in targets], [one.id for one in others], now_iso())


def blameless_beside(pairs: int) -> int:
    """How many of the blameless a cohort for all seekers has beside ``pairs`` of the others."""
    return _drawn(pairs) // len(Need)


def _drawn(pairs: int) -> int:
    """Seekers of whole rounds of the cells, enough that ``pairs`` are left without the blameless."""
    needs = len(Need)
    wanted = -(-pairs * needs // (needs - 1))
    return -(-wanted // CELLS) * CELLS


async def _whole(writer: ProfileWriter, pairs: int, seed: int, shelf: Shelf, taken: list[Profile]) -> list[Profile]:
    """Seekers of all cells in balanced rounds, as many that ``pairs`` are left when the blameless stand apart, these at the end."""
    made = await make_cohort(writer, _drawn(pairs), seed, shelf, None, taken)
    return [*[one for one in made if one.need is not BLAMELESS][:pairs], *[one for one in made if one.need is BLAMELESS]]


def retire(bank: Bank, cohort: Cohort) -> int:
    """Set a worn cohort free: its texts may be read from now on, and it serves no verification any more. Gives how many profiles."""
    with bank.together():
        set_cohort_retired(bank.writing, cohort.number, now_iso())
        return retire_cohort(bank, [*cohort.targets, *cohort.others])
