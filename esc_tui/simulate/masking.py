"""Which skills are hidden from which episodes of a run, at random and evenly, so that afterwards each skill's effect can be told."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import floor
from typing import TYPE_CHECKING

from esc_tui.bank.evolution import candidate_changes
from esc_tui.bank.moments import NOTHING, offered_skills
from esc_tui.domain.base import Noun
from esc_tui.domain.errors import WrongUseError
from esc_tui.simulate.planning import RunSettings, seed_of

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.bank.runs import RunRow
    from esc_tui.domain.revision import Pins

KEY = "masks"
"""Where a run's settings hold its masks."""


class Masks(Noun):
    """The masks of a run. ``skills``: what its supporters offer, by slug; ``hidden``: for each seeker and repeat, in the order of the run,
    the places of the skills that its episodes do without. The ``arms`` of a pair share a mask, as they share their seed.
    """

    skills: tuple[str, ...]
    hidden: tuple[tuple[int, ...], ...]
    arms: int

    def of(self, number: int) -> tuple[str, ...]:
        """The skills hidden from an episode, by its number (from 1)."""
        return tuple(self.skills[place] for place in self.hidden[(number - 1) // self.arms])


def draw_masks(seekers: int, repeats: int, skills: int, share: float, seed: int) -> list[list[int]]:
    """The places of the skills hidden in each episode, repeat by repeat and seeker by seeker; ``share`` of them lies between 0 and 1.

    Each skill is hidden in ``share`` of all episodes, in that of every seeker as evenly as whole numbers allow, and drawn apart from
    every other: were as many hidden in each episode, no skill could be told from the rest. A seed always gives the same.
    """
    generator = random.Random(seed)
    drawn: list[list[int]] = [[] for _ in range(seekers * repeats)]
    wanted, carried = share * seekers * repeats, generator.random()
    for skill in range(skills):
        carried += wanted
        total, carried = floor(carried), carried - floor(carried)
        more = set(generator.sample(range(seekers), total % seekers)) if seekers else set()
        for seeker in range(seekers):
            for repeat in generator.sample(range(repeats), total // seekers + (seeker in more)):
                drawn[repeat * seekers + seeker].append(skill)
    return drawn


def masks_for(connection: BankConnection, settings: RunSettings, pins: Sequence[Pins], seekers: int) -> Masks:
    """The masks of a run of so many seekers whose arms stand on ``pins``. Raises WrongUseError when they offer no skill."""
    slugs = sorted({skill.slug for one in pins for skill in offered_skills(
        connection, one.revision, candidate_changes(connection, one.candidate) if one.candidate else NOTHING)})
    if not slugs:
        raise WrongUseError("no skill is on offer, so none can be hidden", "--mask", "leave it out, or choose another revision with --arm")
    drawn = draw_masks(seekers, settings.repeats, len(slugs), settings.mask, seed_of(settings.seed, "masks"))
    return Masks(skills=tuple(slugs), hidden=tuple(map(tuple, drawn)), arms=len(settings.arms))


def is_masked(run: RunRow) -> bool:
    """True for a run from whose episodes skills are hidden."""
    return KEY in run.settings


def masks_of(run: RunRow) -> Masks | None:
    """The masks a stored run was planned with; None for a run in which nothing is hidden."""
    return Masks.model_validate(run.settings[KEY]) if is_masked(run) else None
