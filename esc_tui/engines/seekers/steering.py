"""What a seeker says whose hope a reply has left out: a remark that turns the talk towards it and never names it.

SAGE's seekers act from their hidden intention in every line (its speaking prompt gets what the reply did for it). The lines of a profile
are the same for every need, so these stand beside them: ``data/missed.json``, by need and character, fit for any story.
"""

from __future__ import annotations

from functools import lru_cache

from esc_tui.domain.profile import Fact, Profile
from esc_tui.engines.seekers.drawing import Chance
from esc_tui.engines.seekers.words import data

STEERS = {"down": 0.7, "flat": 0.7, "advice": 0.4, "up": 0.3}
"""How often the remark takes the place of a line for how the reply sat. Chosen; talks in which nothing serves then hold two to four."""
_FROM_TURN = 2
"""A first reply is given the benefit of the doubt."""
ORIGIN = "It left out what I hope for, so I turn a little towards it."
"""What an utterance says of itself that holds such a remark."""


@lru_cache(maxsize=1024)
def _typed_small(facts: tuple[Fact, ...]) -> bool:
    return 2 * sum(fact.text[:1].islower() for fact in facts) > len(facts)


def remarks_of(profile: Profile) -> tuple[str, ...]:
    """Every such remark that this seeker may make, in their typing."""
    found = data("missed")[profile.need.value][profile.character.value]
    small = _typed_small(profile.facts)
    return tuple(text.lower().removesuffix(".") if small else text for text in found)


def steers(occasion: str, turn: int, chance: Chance) -> bool:
    """Whether the seeker steers, given that the reply left out what they hope for; never on thanking and leaving."""
    return turn >= _FROM_TURN and chance.share() < STEERS.get(occasion, 0.0)
