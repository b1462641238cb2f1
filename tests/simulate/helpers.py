"""Seekers for tests: three short profiles of our own, and a mind that follows a script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from esc_tui.bank.bank import Bank, open_bank
from esc_tui.domain.labels import Character, Need, Scenario
from esc_tui.domain.profile import Fact, Profile, SeekerLines
from esc_tui.domain.sage import Band
from esc_tui.engines.roles import Appraisal, SeekerMoment, SeekerUtterance
from tests.support_bank import small_bank_file

SAID = ("", "", "the water came in march, through the north wall", "i carried the boxes up alone, two at a time",
        "my manager walked past and talked about parking", "i dried pages with a hairdryer until ten",
        "there is mould on the parish books now",
        "my wrists hurt when i turn a key", "on friday they thanked the firemen", "i ate my sandwich in the stairwell",
        "maybe i will ask for a lamp at least", "that is about all of it")
WISH = "that somebody tells her the archive would not stand without her hands"


def profile(number: int = 1, **changes: object) -> Profile:
    said = tuple(f"line {number} of kind" for _ in range(1))
    lines = SeekerLines(**{field: (f"{field} words of seeker {number}",) for field in SeekerLines.model_fields})
    facts = tuple(Fact(layer=layer, answers=("what-happened",), text=f"Fact {layer} of seeker {number}.") for layer in (1, 2, 3))
    return Profile(
        id=f"seeker-{number}", name=f"Seeker {number}", age=30 + number, occupation="archivist", scenario=Scenario.JOB_CRISIS,
        persona="She binds old books and speaks softly.", scene="The archive flooded in March and nobody said a word to her afterwards.",
        character=list(Character)[number % 3], traits=("quiet",), need=list(Need)[number % 8], wish=WISH,
        first_line="nobody at work even noticed", facts=facts, lines=lines, source=said[0]).model_copy(update=changes)


FELT = (
    "I'm ashamed of it, I failed again and I feel like a failure.", "I don't know whether to stay or go, I keep going back and forth.",
    "I'm so angry at my boss, it's not fair.", "I can't sleep, everything is too much at once.", "I miss him and I cry every evening.",
    "I feel so alone, nobody calls.", "What should I do about the rent?", "I'm scared it gets worse.", "I feel numb, there is nothing.",
    "There's no point, it will never change.", "I'm tired of it all, work and the house.")


def tell_feelings(moment: SeekerMoment) -> SeekerUtterance:
    """Another feeling in every turn, so that several skills fit about as well."""
    return SeekerUtterance(FELT[moment.turn % len(FELT)])


class ScriptedMind:
    """Feels and says what a function of the turn tells it; keeps every moment it saw."""

    name = "scripted"
    model = ""

    def __init__(self, change: Callable[[SeekerMoment], int] = lambda moment: 5,
                 says: Callable[[SeekerMoment], SeekerUtterance] | None = None) -> None:
        self.change, self.says = change, says
        self.moments: list[SeekerMoment] = []

    async def appraise(self, moment: SeekerMoment) -> Appraisal:
        self.moments.append(moment)
        return Appraisal(self.change(moment), content="it asked", activity=f"inner {moment.turn}", analyse="fine")

    async def speak(self, moment: SeekerMoment, appraisal: Appraisal, band: Band) -> SeekerUtterance:
        self.moments.append(moment)
        if self.says is not None:
            return self.says(moment)
        return SeekerUtterance(SAID[moment.turn], thinking="hm",
                               goodbye=band in {Band.S, Band.F})


def bank_with(folder: Path, count: int = 3) -> Path:
    path = small_bank_file(folder, "episodes.db")
    with open_bank(path) as bank:
        bank.add_profiles([profile(number) for number in range(1, count + 1)])
    return path


def opened(folder: Path, count: int = 3) -> Bank:
    return open_bank(bank_with(folder, count))
