"""The written parts as values, read once from the data files: situations, voices, needs, people.

Everything in ``data`` was written for this project (MIT). A block of lines holds one part a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from esc_tui.domain.labels import Character, Need, Scenario
from esc_tui.domain.profile import ASKED, Asked, Fact

DATA = Path(__file__).parent / "data"
Typing = Literal["plain", "lower", "clipped", "formal", "halting"]
LINE_KINDS = ("up", "flat", "down", "low", "high", "advice", "repeated", "thanks", "leaving")
WISH_PHRASES = ("choice", "now", "other", "self", "proud", "story", "pain", "blame")
"""What a situation calls its own for each need, in the order of ``Need``."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A concrete story that many people could tell. ``cast`` names relations for each letter, ``variables`` the options of a slot.

    ``ages`` and number ranges are inclusive, in years; ``jobs`` is the name of a pool, or jobs of its own.
    """

    key: str
    scenario: Scenario
    ages: tuple[int, int]
    jobs: tuple[str, ...]
    cast: Mapping[str, tuple[str, ...]]
    variables: Mapping[str, str]
    scene: str
    facts: tuple[Fact, ...]
    openings: tuple[str, ...]
    phrases: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Voice:
    """A way of speaking: typing, openers and closers of a message, and pools of lines for every occasion."""

    key: str
    character: Character
    ages: tuple[int, int]
    typing: Typing
    traits: tuple[str, ...]
    speech: tuple[str, ...]
    habits: tuple[str, ...]
    high: tuple[str, ...]
    middle: tuple[str, ...]
    low: tuple[str, ...]
    greetings: tuple[str, ...]
    heads: tuple[str, ...]
    tails: tuple[str, ...]
    lines: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class NeedParts:
    """A need as wishes, conflicts for the scene, what raises and lowers, and facts that hint at it; all with slots."""

    wishes: tuple[str, ...]
    conflicts: tuple[str, ...]
    raises: tuple[str, ...]
    lowers: tuple[str, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """Where somebody lives: names that occur there, towns, and money (``scale``: local units to one pound, roughly)."""

    country: str
    towns: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    surnames: tuple[str, ...]
    currency: str
    scale: float


@dataclass(frozen=True, slots=True)
class People:
    """Regions, jobs by pool, interests with a good thing to tell of each, and what bodies do."""

    regions: tuple[Region, ...]
    jobs: Mapping[str, tuple[str, ...]]
    interests: tuple[tuple[str, str], ...]
    bodies: tuple[Fact, ...]
    inner: Mapping[Character, tuple[Fact, ...]]
    endings: Mapping[Character, tuple[str, ...]]
    genders: Mapping[str, str]


def lines_of(block: str) -> tuple[str, ...]:
    """The lines of a block that hold something."""
    return tuple(line.strip() for line in block.splitlines() if line.strip())


def fact_of(line: str) -> Fact:
    """``2 hardest who | text`` as a fact."""
    head, _, text = line.partition("|")
    layer, *tags = head.split()
    answers: tuple[Asked, ...] = tuple(tag for tag in ASKED if tag in tags)
    if len(answers) != len(tags) or not text.strip():
        raise ValueError(f"no fact: '{line[:80]}'")
    return Fact(layer=int(layer), answers=answers, text=text.strip())


def _range(text: object) -> tuple[int, int]:
    low, _, high = str(text).partition("-")
    return int(low), int(high or low)


def _load(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def _situation(scenario: Scenario, row: dict[str, Any]) -> Situation:
    jobs = row.get("jobs", "adult")
    return Situation(
        key=row["key"], scenario=scenario, ages=_range(row.get("ages", "19-72")),
        jobs=(jobs,) if isinstance(jobs, str) else tuple(jobs),
        cast={letter: tuple(part.strip() for part in str(relations).split("/")) for letter, relations in row.get("cast", {}).items()},
        variables={name: str(options) for name, options in row.get("vars", {}).items()},
        scene=" ".join(row["scene"].split()), facts=tuple(fact_of(line) for line in lines_of(row["facts"])),
        openings=lines_of(row["first"]), phrases={name: row["wish"][name] for name in WISH_PHRASES})


@cache
def situations() -> Mapping[Scenario, tuple[Situation, ...]]:
    """The situations of every scenario that has some."""
    return {scenario: tuple(_situation(scenario, row) for row in _load(path))
            for scenario in Scenario if (path := DATA / "situations" / f"{scenario.value}.yaml").is_file()}


@cache
def voices() -> Mapping[Character, tuple[Voice, ...]]:
    """The voices of every character."""
    found: dict[Character, tuple[Voice, ...]] = {}
    for character in Character:
        rows = _load(DATA / f"voices-{character.value}.yaml")
        found[character] = tuple(Voice(
            key=row["key"], character=character, ages=_range(row.get("ages", "8-110")), typing=row.get("typing", "plain"),
            traits=tuple(str(row["traits"]).split()), speech=lines_of(row["speech"]), habits=lines_of(row["habits"]),
            high=lines_of(row["behaviour"]["high"]), middle=lines_of(row["behaviour"]["middle"]),
            low=lines_of(row["behaviour"]["low"]), greetings=lines_of(row["greetings"]), heads=lines_of(row["heads"]),
            tails=lines_of(row["tails"]), lines={kind: lines_of(row[kind]) for kind in LINE_KINDS}) for row in rows)
    return found


@cache
def needs() -> Mapping[Need, NeedParts]:
    """The parts of every need."""
    rows = _load(DATA / "needs.yaml")
    return {need: NeedParts(
        wishes=lines_of(row["wishes"]), conflicts=lines_of(row["conflicts"]), raises=lines_of(row["raises"]),
        lowers=lines_of(row["lowers"]), facts=tuple(fact_of(line) for line in lines_of(row["facts"])))
        for need in Need for row in (rows[need.value],)}


@cache
def people() -> People:
    """Everything about who somebody is."""
    rows = _load(DATA / "people.yaml")
    regions = tuple(Region(
        country=name, towns=tuple(_listed(row["towns"])), women=tuple(_listed(row["women"])), men=tuple(_listed(row["men"])),
        surnames=tuple(_listed(row["surnames"])), currency=row["money"].partition(" ")[2],
        scale=float(row["money"].partition(" ")[0])) for name, row in rows["regions"].items())
    interests = tuple((first.strip(), good.strip()) for first, _, good in (line.partition("|") for line in lines_of(rows["interests"])))
    return People(
        regions=regions, jobs={pool: lines_of(block) for pool, block in rows["jobs"].items()}, interests=interests,
        bodies=tuple(fact_of(line) for line in lines_of(rows["bodies"])),
        inner={one: tuple(fact_of(line) for line in lines_of(rows["inner"][one.value])) for one in Character},
        endings={one: lines_of(rows["endings"][one.value]) for one in Character},
        genders={relation: gender for gender, listed in rows["genders"].items() for relation in _listed(listed)})


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]
