"""What a run is to do: who is played, how often, against which arms; its episodes with their seeds; and what it will cost."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, model_validator

from esc_tui.bank.episodes import PlannedEpisode
from esc_tui.domain.base import Noun, new_ulid
from esc_tui.domain.errors import WrongUseError
from esc_tui.domain.events import Mode
from esc_tui.domain.hashing import canonical_json, sha256
from esc_tui.domain.labels import Character, Need, Scenario, Shelf
from esc_tui.domain.profile import Profile, refuse_unplayable, why_unplayable
from esc_tui.domain.sage import FIXED, PROTOCOLS, Protocol, ProtocolName
from esc_tui.domain.text import primary_language

EngineName = Literal["embedded", "endpoint"]
SeekerName = Literal["embedded", "embedded-second", "endpoint"]

USUAL_TURNS = 8.0
"""Turns of an episode that are expected before a run has shown its own: SAGE's published talks have 8 to 9 (of at most 10)."""
SUPPORTER_CALLS = {"all-in-one": 4.0, "one-by-one": 5.5, "single": 4.0}
"""Calls of an endpoint supporter a turn: reader, chooser, planner, writer; one-by-one asks again for each further move."""
SEEKER_CALLS = 2.0
"""Appraise and speak."""
TOKENS_A_CALL = 2_000.0
"""Tokens in and out of one call, expected before a run has counted its own: seven of a seeker's took 2,260 to 2,690, a supporter's three of
one turn 1,150, 3,200 and 1,820 (as llama.cpp's server counts them for SmolLM2)."""
SECONDS_A_CALL = 2.0
"""Expected before a run has measured its own."""
MOST_MASKED = 0.5
"""Share of the skills that a run may hide from an episode: beyond it the bank that is left is another one."""
SECONDS_AN_EMBEDDED_TURN = 0.012
"""Processor time of an embedded turn, both sides, on one core (docs/benchmarks.md)."""


class Arm(Noun):
    """One supporter of a run. ``revision`` as a person names it, empty for the newest; ``bank`` False for no skills at all.

    ``candidate``: digest of changes tried on top of the revision, and ``tried`` how they are called, e.g. ``P-14``. ``thompson``: skills
    are ranked by success rates drawn from their posteriors by the episode's seed, so that what is little known is tried too.
    """

    revision: str = ""
    candidate: str = ""
    tried: str = ""
    bank: bool = True
    thompson: bool = False
    engine: EngineName = "embedded"
    mode: Mode = "all-in-one"

    @property
    def name(self) -> str:
        """E.g. ``r42``, ``no bank``, ``r42 one-by-one endpoint``, ``r42 with P-14``."""
        parts = [(self.revision or "newest") if self.bank else "no bank"]
        parts += [f"with {self.tried or self.candidate[:8]}"] if self.candidate else []
        parts += ["thompson"] if self.thompson else []
        parts += [self.mode] if self.mode != "all-in-one" else []
        parts += [self.engine] if self.engine != "embedded" else []
        return " ".join(parts)


class Budget(Noun):
    """Where a run stops cleanly, to be resumed with a larger one. None: no limit."""

    calls: Annotated[int, Field(ge=1)] | None = None
    tokens: Annotated[int, Field(ge=1)] | None = None
    minutes: Annotated[float, Field(gt=0)] | None = None


class RunSettings(Noun):
    """Everything a run depends on beside the bank. Together with the profiles it fixes the order of an embedded run."""

    title: str = ""
    shelf: Shelf | None = Shelf.DEVELOP
    profiles: tuple[str, ...] = ()
    characters: tuple[Character, ...] = ()
    needs: tuple[Need, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    limit: Annotated[int, Field(ge=1)] | None = None
    repeats: Annotated[int, Field(ge=1, le=1000)] = 1
    arms: tuple[Arm, ...] = (Arm(),)
    protocol: ProtocolName = FIXED.name
    seeker: SeekerName = "embedded"
    critic: bool = False
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 7
    slots: Annotated[int, Field(ge=1, le=512)] = 16
    processes: Annotated[int, Field(ge=0, le=64)] = 0
    budget: Budget = Budget()
    mask: Annotated[float, Field(ge=0, le=MOST_MASKED)] = 0.0
    """Share of the skills that is hidden from each episode, to learn what each skill does; 0 for none."""
    cache: bool = True
    """Keep the answers of endpoints, so that a run that is broken off and goes on asks nothing twice."""

    @model_validator(mode="after")
    def _arms_differ(self) -> RunSettings:
        if not self.arms:
            raise ValueError("a run needs at least one arm")
        if len({arm.name for arm in self.arms}) < len(self.arms):
            raise ValueError("two arms are the same; leave one out, or use more repeats")
        if self.mask and not all(arm.bank for arm in self.arms):
            raise ValueError("a supporter without a bank has no skill that --mask could hide; leave one of them out")
        if any(arm.thompson and not arm.bank for arm in self.arms):
            raise ValueError("without a bank there are no success rates to draw (none,thompson)")
        return self

    @property
    def rules(self) -> Protocol:
        """The protocol by its name."""
        return PROTOCOLS[self.protocol]

    @property
    def embedded(self) -> bool:
        """True when no endpoint has any part in the run."""
        return self.seeker != "endpoint" and not self.critic and all(arm.engine == "embedded" for arm in self.arms)

    def wants(self, profile: Profile) -> bool:
        """True for a profile of this run, by its shelf or name and the groups asked for."""
        if self.profiles:
            return profile.id in self.profiles
        return ((self.shelf is None or profile.shelf is self.shelf)
                and (not self.characters or profile.character in self.characters)
                and (not self.needs or profile.need in self.needs)
                and (not self.scenarios or profile.scenario in self.scenarios))


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run is expected to cost: calls and tokens of endpoints, seconds on the clock.

    ``measured_by``: number of the earlier run whose pace it takes, 0 for a guess; ``alike``: that one had the same engines and modes.
    ``left_out``: which profiles that were asked for it does not play, and why, in a clause; empty for none.
    """

    episodes: int
    calls: int
    tokens: int
    seconds: float
    measured_by: int = 0
    alike: bool = False
    left_out: str = ""

    def as_json(self) -> dict[str, float | int | bool | str]:
        """For the store and for printing."""
        return {"episodes": self.episodes, "calls": self.calls, "tokens": self.tokens, "seconds": round(self.seconds, 1),
                "measured_by": self.measured_by, "alike": self.alike, "left_out": self.left_out}


@dataclass(frozen=True, slots=True)
class Experience:
    """What an earlier run showed: turns an episode, and seconds and tokens a call (seconds as one slot waits).

    ``run`` is its number, 0 for what is expected before any; ``alike``: it had the same engines and modes.
    """

    turns: float = USUAL_TURNS
    seconds_a_call: float = SECONDS_A_CALL
    tokens_a_call: float = TOKENS_A_CALL
    seconds_a_turn: float = SECONDS_AN_EMBEDDED_TURN
    run: int = 0
    alike: bool = False


def choose_profiles(settings: RunSettings, profiles: Iterable[Profile]) -> list[Profile]:
    """The profiles of a run, ordered by id. Those of a shelf that the embedded seeker cannot play are passed over.

    Raises UserError when one named is missing or cannot be played, or none is left.
    """
    known = {one.id: one for one in profiles}
    missing = [name for name in settings.profiles if name not in known]
    if missing:
        raise WrongUseError(f"there is no profile '{missing[0]}'", "--profile", "see 'esc-tui profiles list'")
    wanted = sorted((one for one in known.values() if settings.wants(one)), key=lambda one: one.id)
    chosen = [one for one in wanted if settings.profiles or settings.seeker == "endpoint" or not why_unplayable(one)][:settings.limit]
    if wanted and not chosen:
        refuse_unplayable(wanted[0])
    if not chosen:
        raise WrongUseError("no profile fits what was asked for", "the bank's profiles", "see 'esc-tui profiles list' for those there are")
    if settings.seeker != "endpoint":
        for one in chosen:
            refuse_unplayable(one)
    return chosen


def left_out(settings: RunSettings, profiles: Iterable[Profile]) -> str:
    """Which profiles of the shelf and groups asked for a run passes over, and why: ``100 profiles left out: they speak zh, the embedded
    seeker English``. Empty when it plays all of them, or as many as its limit.
    """
    if settings.profiles or settings.seeker == "endpoint":
        return ""
    wanted = [one for one in profiles if settings.wants(one)]
    unplayable = [one for one in wanted if why_unplayable(one)]
    if settings.limit is not None and len(wanted) - len(unplayable) >= settings.limit:
        return ""
    foreign = [one for one in unplayable if primary_language(one.language) != "en"]
    clauses = []
    if foreign:
        tongues = " and ".join(sorted({primary_language(one.language) for one in foreign}))
        clauses.append(f"{_profiles(len(foreign))} left out: {_they(len(foreign), 'speak')} {tongues}, the embedded seeker English")
    if bare := len(unplayable) - len(foreign):
        clauses.append(f"{_profiles(bare)} left out: no facts and lines for the embedded seeker to speak from")
    return "; ".join(clauses)


def _profiles(count: int) -> str:
    return f"{count:,} profile{'' if count == 1 else 's'}"


def _they(count: int, does: str) -> str:
    return f"it {does}s" if count == 1 else f"they {does}"


def seed_of(base: int, *parts: object) -> int:
    """A seed of 31 bits from a base and names, the same everywhere."""
    text = "/".join(str(part) for part in (base, *parts))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1


def plan_episodes(settings: RunSettings, profiles: Sequence[Profile]) -> list[PlannedEpisode]:
    """All episodes in order: repeat by repeat, profile by profile, arm by arm. The arms of a pair share their seed."""
    planned: list[PlannedEpisode] = []
    hashes = {one.id: sha256(canonical_json(one)) for one in profiles}
    for repeat in range(1, settings.repeats + 1):
        for profile in profiles:
            seed = seed_of(settings.seed, profile.id, repeat)
            for arm in range(len(settings.arms)):
                planned.append(PlannedEpisode(
                    number=len(planned) + 1, conversation=new_ulid(), profile=profile.id, profile_hash=hashes[profile.id],
                    name=name_of(profile), arm=arm, repeat=repeat, seed=seed, shelf=profile.shelf.value, scenario=profile.scenario.value,
                    character=profile.character.value, need=profile.need.value, emotion=settings.rules.start))
    return planned


def slot_of(number: int, settings: RunSettings) -> int:
    """The slot of an episode by its number (from 1): fixed when the run is planned."""
    return (number - 1) % settings.slots


def name_of(profile: Profile) -> str:
    """How a seeker is called in lists: name and age, or its id."""
    if not profile.name:
        return profile.id
    return f"{profile.name}, {profile.age}" if profile.age is not None else profile.name


def forecast(settings: RunSettings, episodes: int, experience: Experience | None = None, processes: int = 1,
             passed_over: str = "") -> Forecast:
    """Calls, tokens and time of a run with so many episodes, spread evenly over its arms; ``passed_over`` as ``left_out`` says it."""
    seen = experience or Experience()
    turns = episodes * seen.turns
    share = turns / len(settings.arms)
    calls = sum(share * SUPPORTER_CALLS[arm.mode] for arm in settings.arms if arm.engine == "endpoint")
    calls += turns * SEEKER_CALLS if settings.seeker == "endpoint" else 0
    calls += turns * 10 if settings.critic else 0
    waiting = calls * seen.seconds_a_call / min(settings.slots, max(1, episodes))
    thinking = turns * seen.seconds_a_turn / max(1, processes)
    return Forecast(episodes, round(calls), round(calls * seen.tokens_a_call), max(waiting, thinking), seen.run, seen.alike,
                    passed_over)
