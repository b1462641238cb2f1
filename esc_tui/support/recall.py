"""Recall and choice against one pinned revision: units like this moment, the score table, and what a chooser may pick."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np
from pydantic import TypeAdapter

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.moments import NOTHING, count_units, offered_skills, outcome_tallies, unit_links
from esc_tui.bank.skills import no_such_skill, stored_one
from esc_tui.bank.units import UnitRow, recall, rows_by_number, shared_words
from esc_tui.domain.events import RankedSkill, ScoreParts, UnitHit
from esc_tui.domain.labels import Scenario, Stage, State
from esc_tui.domain.skill import Skill
from esc_tui.engines.roles import Choice, Moment, Reading
from esc_tui.support.expecting import BY_RULES, Expecting
from esc_tui.support.memory import TurnMemory
from esc_tui.support.novelty import Novelty
from esc_tui.support.ranking import SHOWN_ROWS, BankIndex, Query, Scores, Why, highest, state_vector
from esc_tui.support.semantic import SemanticRecall, Vector, fused

BY_WORDS = 40
SHOWN_UNITS, SHOWN_WORDS = 6, 4
OFFERED, OFFERED_OPEN = 8, 12
"""So many of the best are offered of the skills made for certain states, and of those open to any: the two do not compete."""
SOUGHT = 48
"""Places looked through for them, the best first."""
MANY_SKILLS = 1000
"""From this size on the loaded index is kept out of the sight of the garbage collector."""
SEEN = 0.1
"""From this score on a state is said to be shared with a unit."""
NEAREST = 8
"""So many of the units like a message are shown to who reads it; no reader looks at more."""
LABEL_WEIGHT = 0.45
"""How much of a unit's likeness comes from its labels; the rest from its words."""


class Hit(NamedTuple):
    """A recalled unit: what an event says of it but for how like it is, the labels that decide that, and likeness of ``words`` 0-1."""

    unit: UnitHit
    scenario: Scenario
    stage: Stage
    intensity: int
    words: float

    @property
    def event(self) -> UnitHit:
        """The unit as alike as its words are."""
        return self.unit.model_copy(update={"similarity": _three(self.words)})


class Recaller:
    """Reads one pinned revision over a read-only connection of its own; call :meth:`load` off the loop."""

    def __init__(
        self, connection: BankConnection, revision: int, snapshot: int, semantic: SemanticRecall | None = None,
        planner: str = BY_RULES, changes: Mapping[str, Skill | None] = NOTHING, *, thompson: bool = False,
    ) -> None:
        """``changes``: skills that are tried in place of, or beside, those of the revision; None takes one out.

        ``thompson``: success rates are drawn from their posteriors, by the seed of each moment.
        """
        self._thompson = thompson
        self.connection, self.revision, self.snapshot = connection, revision, snapshot
        self._changes = changes
        self.expecting = Expecting(connection, planner)
        self._semantic = semantic
        self._index: BankIndex | None = None
        self._seen: dict[str, int] = {}
        self._novelty = Novelty(connection, self._seen)
        self._skills: dict[str, Skill] = {}
        self.unit_count = 0

    def load(self) -> Recaller:
        """Read the revision into arrays; may take a second with ten thousand skills."""
        if self._index is None:
            self._index = BankIndex(
                offered_skills(self.connection, self.revision, self._changes),
                self._tallies(),
            )
            self.unit_count = count_units(self.connection)
            self.expecting.load()
            if len(self._index.skills) >= MANY_SKILLS:
                gc.freeze()  # a full collection would look through all of it for a tenth of a second, again and again
        return self

    def _tallies(self) -> list[tuple[str, Counter[str]]]:
        """Outcomes by slug; a skill that is tried has those of the version it changes when both do the same in the same order."""
        found = outcome_tallies(self.connection, self.revision, self.snapshot)
        return [(slug, seen) for slug, seen in found if slug not in self._changes or self._does_the_same(slug)] if self._changes else found

    def _does_the_same(self, slug: str) -> bool:
        stored, tried = stored_one(self.connection, slug, self.revision), self._changes[slug]
        return stored is not None and tried is not None and stored.skill().content.actions == tried.content.actions

    def skill(self, slug: str) -> Skill:
        """One skill as it stands in the pinned revision. Raises UserError when it has none of that name."""
        tried = self._changes.get(slug)
        if tried is not None:
            return tried
        if slug not in self._skills:
            stored = stored_one(self.connection, slug, self.revision)
            if stored is None:
                raise no_such_skill(self.connection, slug, f"r{self.revision}")
            self._skills[slug] = stored.skill()
        return self._skills[slug]

    @property
    def index(self) -> BankIndex:
        """The arrays, loaded when first asked for."""
        return self._index or self.load()._loaded()

    def _loaded(self) -> BankIndex:
        if self._index is None:
            raise LookupError("the index is not loaded")
        return self._index

    async def like(self, text: str) -> tuple[tuple[Hit, ...], str]:
        """Units like the message, by words and where the bank has vectors by meaning; a note when meaning failed."""
        if self._semantic is None:
            return await asyncio.to_thread(self.by_words, text), ""
        meaning = await self._semantic.meaning(self.connection, text)
        return await asyncio.to_thread(self.by_words, text, meaning.vector), meaning.note

    def by_words(self, text: str, vector: Vector | None = None) -> tuple[Hit, ...]:
        """Units like the message, best first: by words (BM25), and by meaning too when its ``vector`` is given."""
        found = {row.number: (row, score / (score + 6)) for row, score in
                 recall(self.connection, text, BY_WORDS, self._seen)}
        if vector is None or self._semantic is None:
            return tuple(_hit(row, words) for row, words in found.values())
        near = self._semantic.closeness(vector)
        rows = rows_by_number(self.connection, [number for number in near.best() if number not in found])
        found |= {number: (row, 0.0) for number, row in rows.items()}
        hits = [_hit(row, fused(words, near.of(number))) for number, (row, words) in found.items()]
        return tuple(sorted(hits, key=lambda hit: (-hit.words, hit.unit.number)))

    def told(self, text: str, live: bool) -> dict[str, Any]:
        """What ``units_recalled`` says besides the units: how many were searched, and in a ``live`` talk how new the message is.

        A simulated seeker is one of those the bank knows.
        """
        new = self._novelty.of(text) if live else None
        return {"searched": self.unit_count} | ({} if new is None else {"newness": new.share, "novel": new.novel})

    def rank(
        self,
        text: str,
        reading: Reading,
        like: Sequence[Hit],
        memory: TurnMemory,
        banned: Sequence[str],
        pinned: Sequence[str],
        moment: Moment | None = None,
        masked: Sequence[str] = (),
    ) -> tuple[tuple[UnitHit, ...], Ranking]:
        """Units re-ordered by labels and words, and the ranking of every skill on offer.

        With the ``moment`` given, the learned planner has its say. ``masked`` skills are hidden from the talk.
        """
        index = self.index
        states = {score.state: score.score for score in reading.states}
        alike = _alike(like, reading, states)
        words = shared_words(self.connection, text, [hit.unit.number for _, hit in alike])
        hits = [
            hit.unit.model_copy(update={
                "similarity": likeness,
                "shared_labels": _shared_labels(hit, reading, states),
                "shared_words": words.get(hit.unit.number, ())[:SHOWN_WORDS],
            })
            for likeness, hit in alike
        ]
        query = Query(
            states=state_vector((score.state, score.score) for score in reading.states),
            intensity=reading.intensity,
            stage=reading.stage,
            scenario=reading.scenario,
            scenario_score=reading.scenario_score,
            need=reading.need,
            need_score=reading.need_score,
            message=text,
            act=reading.act,
            recent=memory.recent,
            banned=frozenset(banned),
            masked=frozenset(masked),
            expected=None if moment is None else self.expecting.used(moment, memory),
            draw=(moment.seed, moment.turn) if self._thompson and moment is not None else None,
        )
        links = unit_links(self.connection, [hit.unit for hit in hits])
        numbers = {hit.unit: hit.number for hit in hits}
        fired: dict[str, list[int]] = {}
        for unit, slugs in links.items():
            for slug in slugs:
                fired.setdefault(slug, []).append(numbers[unit])
        return tuple(hits), Ranking(self, index, index.score(query), memory, tuple(pinned), fired)


class Ranking:
    """The scores of one moment and the views of them: the offer to a chooser and the table that is shown."""

    def __init__(
        self,
        recaller: Recaller,
        index: BankIndex,
        scores: Scores,
        memory: TurnMemory,
        pinned: tuple[str, ...],
        fired: Mapping[str, list[int]],
    ) -> None:
        self._recaller, self._index, self._scores, self._memory = recaller, index, scores, memory
        self._pinned, self._fired = pinned, fired
        self._numbers: dict[int, dict[str, Any]] = {}
        self._offer: tuple[tuple[RankedSkill, ...], tuple[Skill, ...]] | None = None

    @property
    def candidates(self) -> int:
        """How many skills were scored; one that is hidden from the talk is none of them."""
        return len(self._index.skills) - self._scores.veto.count(Why.MASKED)

    @property
    def by_means(self) -> str:
        """The skill that would stand first by the means of the posteriors, where another one does by what was drawn; else empty."""
        place = self._scores.by_means
        return "" if place < 0 or place == self._scores.best(1)[0] else self._index.skills[place].slug

    def _rows(self, shown: Sequence[tuple[int, str, str]]) -> tuple[RankedSkill, ...]:
        """Rows of the table, of (place, verdict, reason) each; what the columns say is read for all of them at once."""
        scores = self._scores
        new = [place for place, _, _ in shown if place not in self._numbers]
        if new:
            rate = scores.evidence if scores.drawn is None else scores.drawn
            parts = (scores.applicability, scores.need, rate, scores.text, scores.stage, scores.recent, scores.planner)
            thousandths = (*parts, scores.total, scores.evidence, scores.interval)
            at = np.array(new)
            columns = [[round(value, 3) for value in column.take(at).tolist()] for column in thousandths]
            columns += [[round(value, 1) for value in column.take(at).tolist()] for column in (scores.helped, scores.harmed)]
            for place, (*part, score, mean, interval, helped, harmed) in zip(new, zip(*columns, strict=True), strict=True):
                self._numbers[place] = {
                    "score": score,
                    "parts": dict(zip(_PARTS, part, strict=True)),
                    "evidence_mean": mean,
                    "evidence_interval": interval,
                    "helped": helped,
                    "harmed": harmed,
                }
        rows = []
        for place, verdict, reason in shown:
            skill = self._index.skills[place]
            about = {"skill": skill.slug, "version": skill.version, "title": skill.title, "verdict": verdict, "reason": reason}
            rows.append({**about, **self._numbers[place], "units": tuple(sorted(self._fired.get(skill.slug, ())))})
        return _table_rows().validate_python(rows)

    def offer(self) -> tuple[tuple[RankedSkill, ...], tuple[Skill, ...]]:
        """The best skills that were not vetoed, as rows and as whole skills, best first."""
        if self._offer is None:
            places: list[int] = []
            left, left_open = OFFERED, OFFERED_OPEN
            for place in self._scores.best(SOUGHT):  # vetoed ones stand at the end
                open_one = bool(self._index.any_state[place])
                if place in self._scores.veto or not (left_open if open_one else left):
                    continue
                left, left_open = left - (not open_one), left_open - open_one
                places.append(place)
            skills = tuple(self._recaller.skill(self._index.skills[place].slug) for place in places)
            self._offer = self._rows([(place, "runner_up", "") for place in places]), skills
        return self._offer

    def pinned_choice(self) -> Choice | None:
        """The skills the person pinned, when any is on offer and not vetoed by a contraindication."""
        wanted = []
        for slug in self._pinned:
            place = self._index.place.get(slug)
            if place is None:
                continue
            veto = self._scores.veto.get(place)
            if veto is None or veto[0] in {Why.OTHER_SCENARIO, Why.OTHER_STATE, Why.FAILED_HERE}:
                wanted.append(self._recaller.skill(slug))
        return Choice(tuple(wanted[:3]), "") if wanted else None

    def table(self, choice: Choice) -> tuple[RankedSkill, ...]:
        """At most twenty rows: the chosen in the chooser's order, then the others by score with the reason they were not."""
        chosen = [skill.slug for skill in choice.skills]
        shown = [
            (self._index.place[slug], "chosen", "pinned by you" if slug in self._pinned else "")
            for slug in chosen
            if slug in self._index.place
        ]
        by_score = highest(self._scores.total, 200)
        whys = self._scores.veto.whys(by_score)
        for place, why in sorted(zip(by_score, whys, strict=True), key=lambda pair: pair[1] in _DULL):
            if len(shown) >= SHOWN_ROWS:
                break
            if self._index.skills[place].slug not in chosen and why is not Why.MASKED:
                shown.append((place, *self._why_not(place, why, choice)))
        return self._rows(shown)

    def _why_not(self, place: int, why: Why | None, choice: Choice) -> tuple[str, str]:
        if why is not None:
            detail = self._scores.veto.detail(place)
            return "vetoed", f"{why.value}: {detail}" if detail else why.value
        slug = self._index.skills[place].slug
        if slug in choice.passed:
            return "runner_up", choice.passed[slug]
        if slug in self._memory.last:
            return "runner_up", Why.USED.value
        if not choice.skills:
            return "runner_up", Why.BELOW.value
        offered = {skill.slug for skill in (self._offer[1] if self._offer else ())}
        return "runner_up", Why.FULL.value if slug in offered and len(choice.skills) >= 2 else Why.RUNNER_UP.value


_PARTS = tuple(ScoreParts.model_fields)
_DULL = frozenset({Why.OTHER_SCENARIO, Why.OTHER_STATE})


def _three(value: float) -> float:
    return round(float(value), 3)


@cache
def _table_rows() -> TypeAdapter[tuple[RankedSkill, ...]]:
    """Makes the rows of a table all at once, in a third of the time that one by one takes."""
    return TypeAdapter(tuple[RankedSkill, ...])


def _hit(row: UnitRow, words: float) -> Hit:
    return Hit(*_of_unit(row), row.intensity, words)


@lru_cache(maxsize=1024)
def _of_unit(row: UnitRow) -> tuple[UnitHit, Scenario, Stage]:
    """What a hit takes from its unit, whatever it is like; the similarity is still to be set."""
    unit = UnitHit.model_validate(
        {
            "unit": row.id,
            "number": row.number,
            "similarity": 0.0,
            "state": row.state,
            "actions": tuple(row.actions),
            "change": row.change,
            "polarity": row.polarity,
            "quote": row.quote,
            "quotable": row.quotable,
        }
    )
    return unit, Scenario(row.scenario), Stage(row.stage)


def _alike(like: Sequence[Hit], reading: Reading, states: Mapping[State, float]) -> list[tuple[float, Hit]]:
    """The units most alike by labels and words, with how alike they are, best first."""
    found: list[tuple[float, Hit]] = []
    for hit in like:
        labels = (
            0.5 * min(1.0, states.get(hit.unit.state, 0.0) * 1.6)
            + 0.25 * (hit.scenario is reading.scenario)
            + 0.15 * (hit.stage is reading.stage)
            + 0.10 * max(0.0, 1 - abs(hit.intensity - reading.intensity) / 3)
        )
        found.append((_three((1 - LABEL_WEIGHT) * hit.words + LABEL_WEIGHT * labels), hit))
    return sorted(found, key=lambda pair: (-pair[0], pair[1].unit.number))[:SHOWN_UNITS]


def _shared_labels(hit: Hit, reading: Reading, states: Mapping[State, float]) -> tuple[State | Scenario | Stage, ...]:
    state = hit.unit.state
    shared = ((state, states.get(state, 0.0) >= SEEN), (hit.scenario, hit.scenario is reading.scenario),
              (hit.stage, hit.stage is reading.stage))
    return tuple(label for label, alike in shared if alike)
