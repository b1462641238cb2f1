"""What learning from a run would change: posteriors of skills, their order, and which skill would stand first at the run's own moments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from esc_tui.bank.moments import offered_skills, outcome_tallies
from esc_tui.domain.evidence import beta_moments, posterior
from esc_tui.evolve.learning import Lessons
from esc_tui.support.columns import Floats
from esc_tui.support.ranking import (
    OTHER_STATE_WEIGHT,
    PLANNER_WEIGHT,
    WEIGHTS,
    BankIndex,
    state_vector,
)
from esc_tui.support.rates import failed_here

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader
    from esc_tui.domain.events import RankedSkill
    from esc_tui.domain.revision import EvidenceRow
    from esc_tui.engines.evolving_roles import TracedTurn


@dataclass(frozen=True, slots=True)
class MovedSkill:
    """One skill whose posterior moves. ``before`` and ``after``: mean 0-1 and half-width of its 95 % interval over all states;
    ``place_before`` and ``place_after`` (from 1): its place among all on offer, by the mean. Outcomes are those of the run."""

    skill: str
    helped: int
    neutral: int
    harmed: int
    before: tuple[float, float]
    after: tuple[float, float]
    place_before: int
    place_after: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What a run would change. ``skills``: the largest moves first; ``moments`` of the run were looked at again: in ``changed`` of them
    another skill would stand first, by (old, new) in ``swaps``; in ``held_back`` a skill would be held back because it failed there."""

    skills: tuple[MovedSkill, ...]
    moments: int
    changed: int
    held_back: int
    swaps: tuple[tuple[tuple[str, str], int], ...]


def preview(reader: BankReader, lessons: Lessons) -> Moved:
    """What putting the lessons into force would change, against the evidence and the skills in force now; writes nothing."""
    head = reader.head_number
    tallies = list(outcome_tallies(reader.connection, head, reader.snapshot_number))
    offered = list(offered_skills(reader.connection, head))
    now = BankIndex(offered, tallies)
    then = BankIndex(offered, [*tallies, *_tallies(reader, lessons)])
    moments, changed, held_back = 0, Counter[tuple[str, str]](), 0
    for trace in lessons.traces:
        for turn in trace.turns:
            if turn.ranked and turn.states:
                first, new, held = _first(now, then, turn)
                moments += 1
                held_back += held
                if first != new:
                    changed[first, new] += 1
    swaps = sorted(changed.items(), key=lambda pair: (-pair[1], pair[0]))
    return Moved(_skills(now, then, lessons.rows), moments, changed.total(), held_back, tuple(swaps))


def _tallies(reader: BankReader, lessons: Lessons) -> list[tuple[str, Counter[str]]]:
    """The new outcomes as the ranker's index takes them; those of a version that does something else than the one in force do not count."""
    states = {(trace.conversation, turn.number): turn.state for trace in lessons.traces for turn in trace.turns}
    counted: dict[str, Counter[str]] = {}
    same: dict[tuple[str, int], bool] = {}
    for row in lessons.rows:
        if row.conversation is None or row.turn is None or (state := states.get((row.conversation, row.turn))) is None:
            continue
        if (row.skill, row.version) not in same:
            same[row.skill, row.version] = _does_the_same(reader, row.skill, row.version)
        if same[row.skill, row.version]:
            counted.setdefault(row.skill, Counter())[f"{state.value} {row.source} {row.outcome.value}"] += 1
    return list(counted.items())


def _does_the_same(reader: BankReader, slug: str, version: int) -> bool:
    if not reader.has_skill(slug):
        return False
    return reader.skill(slug).content.actions == reader.skill_version(slug, version).content.actions


def _first(now: BankIndex, then: BankIndex, turn: TracedTurn) -> tuple[str, str, bool]:
    """The skill that stands first by the evidence in force and by that after, and whether one would be held back."""
    weights = _weights(turn)
    first = _best(now, weights, turn.ranked)
    new = _best(then, weights, turn.ranked)
    return first[0], new[0], new[1] > first[1]


def _weights(turn: TracedTurn) -> Floats:
    weights: Floats = OTHER_STATE_WEIGHT + (1 - OTHER_STATE_WEIGHT) * state_vector((one.state, one.score) for one in turn.states)
    return weights


def _best(index: BankIndex, weights: Floats, rows: Iterable[RankedSkill]) -> tuple[str, int]:
    """The best of the skills in a stored table that were not ruled out, with their evidence as this index has it; and how many of
    them it holds back."""
    best, most, held = "", -1.0, 0
    for row in rows:
        place = index.place.get(row.skill)
        if place is None or row.verdict == "vetoed":
            continue
        helped, harmed = index.helped[place] @ weights, index.harmed[place] @ weights
        if failed_here(helped, harmed):
            held += 1
            continue
        share = WEIGHTS["evidence"] * (1 - PLANNER_WEIGHT if row.parts.planner else 1)
        score = row.score + share * (float(beta_moments(helped, harmed)[0]) - row.parts.evidence)
        if score > most:
            best, most = row.skill, score
    return best, held


def _skills(now: BankIndex, then: BankIndex, rows: Iterable[EvidenceRow]) -> tuple[MovedSkill, ...]:
    seen: dict[str, Counter[str]] = {}
    for row in rows:
        seen.setdefault(row.skill, Counter())[row.outcome.value] += 1
    old, new = _places(now), _places(then)
    found = []
    for slug, outcomes in seen.items():
        at = now.place.get(slug)
        if at is None:
            continue
        before, after = (posterior(float(index.helped[at].sum()), float(index.harmed[at].sum())) for index in (now, then))
        found.append(MovedSkill(slug, outcomes["positive"], outcomes["neutral"], outcomes["negative"], before, after,
                                old[at], new[at]))
    return tuple(sorted(found, key=lambda one: (-abs(one.after[0] - one.before[0]), one.skill)))


def _places(index: BankIndex) -> list[int]:
    """The place of each skill by the mean of its posterior over all states, from 1."""
    means, _ = beta_moments(index.helped.sum(axis=1), index.harmed.sum(axis=1))
    places = np.empty(len(index.skills), dtype=np.int64)
    places[np.argsort(-means, kind="stable")] = np.arange(1, len(index.skills) + 1)
    found: list[int] = places.tolist()
    return found
