"""What the seeker seems to want from the talk, and which skills are made for that; the guess itself is the reader's."""

from __future__ import annotations

from esc_tui.domain.labels import Need, State
from esc_tui.domain.skill import Skill
from esc_tui.engines.embedded.deeds import takes_doing
from esc_tui.engines.embedded.reader import CALM_STATES, plainly_shown
from esc_tui.engines.embedded.slots import slots_of
from esc_tui.engines.roles import Moment, Reading

CLEAR_NEED = 0.5  # a need believed less than this is a guess that no reply is built on
MOST_NEEDS = 3  # needs that a skill made for a need names at most
OPEN_NEEDS = frozenset({Need.BE_LISTENED_TO, Need.BE_EMPATHISED_WITH, Need.BE_PRAISED})
"""What can be met before it is clear what is wanted: it takes up what was told and neither advises, nor acquits, nor judges."""


def open_to_all(skill: Skill) -> bool:
    """True when the skill is tied to no state."""
    return not skill.content.applicability.states or len(skill.content.applicability.states) >= len(State)


def made_for_a_need(skill: Skill) -> bool:
    """True when the skill is tied to no state and made for a few needs, one first of all."""
    return open_to_all(skill) and 0 < len(skill.content.applicability.needs) <= MOST_NEEDS


def shows_need(reading: Reading) -> bool:
    """True when what they want is more than a guess."""
    return reading.need is not None and reading.need_score >= CLEAR_NEED


def meets(skill: Skill, reading: Reading) -> bool:
    """True when the skill is made first of all for the need that shows."""
    return shows_need(reading) and skill.content.applicability.needs[:1] == (reading.need,)


def serves(skill: Skill, moment: Moment, reading: Reading) -> bool:
    """True when the skill is written first of all for the need that shows, or for listening, which is never amiss.

    While none shows, one that presumes nothing here serves: company for a trouble that shows, credit for something they did.
    """
    if not made_for_a_need(skill):
        return False
    first = skill.content.applicability.needs[0]
    if shows_need(reading):
        return first in {reading.need, Need.BE_LISTENED_TO}
    if first is Need.BE_EMPATHISED_WITH:
        slots = slots_of(moment, reading)
        return bool(plainly_shown(moment.text) - CALM_STATES) or any(slots.clauses[value].telling for value in slots.get("clause"))
    if first is Need.BE_PRAISED:
        return any(takes_doing(value) for value in slots_of(moment, reading).get("deed"))
    return first in OPEN_NEEDS
