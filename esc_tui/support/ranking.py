"""The ranker: every skill on offer gets a score made of parts that can be shown. Pure arithmetic on arrays.

score = 0.36 applicability + 0.14 need + 0.16 evidence + 0.16 text + 0.18 stage - 0.25 recent, each part within 0-1. Where a
learned planner speaks, its part counts 0.04 and that sum 0.96. The weights are this project's own, set by reading talks; they are no
finding of a paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from esc_tui.domain.evidence import WIDEST, beta_moments, source_weight
from esc_tui.domain.labels import Need, Scenario, Stage, State
from esc_tui.support.columns import (
    LABELS,
    NEEDS,
    SCENARIOS,
    STAGES,
    STATE_AT,
    STATES,
    STRATEGY_AT,
    Bools,
    ContraIndex,
    Floats,
    WordIndex,
    label_bits,
    strategy_bits,
)
from esc_tui.support.rates import drawn_rates, failed_here

WEIGHTS = {"applicability": 0.36, "need": 0.14, "evidence": 0.16, "text": 0.16, "stage": 0.18, "recent": -0.25}
NEED_OPEN = 0.4
"""The need part of a skill for any need, and of every skill where no need shows."""
NEED_NAMED = 0.5
"""How far a skill that names the need after another one rises above that, as a share of one that names it first."""
PLANNER_WEIGHT = 0.04
"""Share of the score that is the learned planner's, where there is one: enough to order skills that fit about as well, too
little to lift one that fits less."""
OTHER_STATE_WEIGHT = 0.25
"""What an outcome in another seeker state counts, as a share of one in this state."""
SHOWN_ROWS = 20


class Why(StrEnum):
    """The closed list of reasons the program can prove for not choosing a skill."""

    CONTRAINDICATION = "contra-indication matched"
    FAILED_HERE = "similar moments failed"
    OTHER_SCENARIO = "made for another scenario"
    OTHER_STATE = "made for another state"
    BANNED = "set aside by you"
    BELOW = "below threshold"
    RUNNER_UP = "scored lower"
    USED = "used in the last turn"
    FULL = "the reply has its parts"
    MASKED = "hidden from this talk"


WHYS = tuple(Why)
_WHY_AT = {why: place for place, why in enumerate(WHYS)}


class SkillColumns(Protocol):
    """What the index needs of one skill, straight from its stored JSON; ``words`` are what it can be found by."""

    @property
    def slug(self) -> str: ...  # noqa: D102

    @property
    def version(self) -> int: ...  # noqa: D102

    @property
    def title(self) -> str: ...  # noqa: D102

    @property
    def applicability(self) -> Mapping[str, Any]: ...  # noqa: D102

    @property
    def contraindications(self) -> Sequence[Mapping[str, Any]]: ...  # noqa: D102

    @property
    def words(self) -> str: ...  # noqa: D102

    @property
    def social(self) -> bool: ...  # noqa: D102

    @property
    def actions(self) -> Sequence[str]: ...  # noqa: D102


class SkillName(NamedTuple):
    """What the index keeps of a skill besides numbers."""

    slug: str
    version: int
    title: str


@dataclass(frozen=True, slots=True)
class Query:
    """What the ranker knows of the moment. ``states`` are 15 probabilities in label order, ``recent`` penalties by slug.

    ``masked`` skills are hidden from the talk as if the bank had none of them. ``expected`` are the probabilities, by place in the label
    set, that each strategy is used in this turn; None without a learned planner. ``draw``: seed and turn for success rates drawn from
    their posteriors; None for their means.
    """

    states: Floats
    intensity: float
    stage: Stage
    scenario: Scenario
    scenario_score: float
    need: Need | None
    need_score: float
    message: str
    act: str = "disclose"
    recent: Mapping[str, float] = field(default_factory=dict)
    banned: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()
    expected: Floats | None = None
    draw: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores and their parts, one row a skill; ``veto`` maps a place to (reason, detail); ``planner`` is 0 without one.

    ``evidence`` are posterior means. ``drawn`` counted in their place where rates were drawn; then ``by_means`` is the place of the skill
    that would stand first by the means, else -1.
    """

    total: Floats
    applicability: Floats
    need: Floats
    evidence: Floats
    interval: Floats
    text: Floats
    stage: Floats
    recent: Floats
    planner: Floats
    helped: Floats
    harmed: Floats
    veto: Vetoes
    wanted: npt.NDArray[np.float64]
    drawn: Floats | None = None
    by_means: int = -1

    @property
    def order(self) -> npt.NDArray[np.int64]:
        """Places of all skills by what is ``wanted``, best first."""
        return np.argsort(-self.wanted, kind="stable")

    def best(self, count: int) -> list[int]:
        """The first places of that order; of many skills only those are put in order."""
        return highest(self.wanted, count)


class BankIndex:
    """Arrays over the skills on offer in one revision, built once, read by every turn."""

    def __init__(self, skills: Iterable[SkillColumns], evidence: Iterable[tuple[str, Mapping[str, int]]] = ()) -> None:
        """``evidence`` rows: a slug (any number of times) and how often each "state source outcome" was seen.

        Of the skills only their names are kept, so give them one by one.
        """
        self.contras, self.words = ContraIndex(), WordIndex()
        names: list[SkillName] = []
        rows: list[tuple[int, int, int, int, int, int, bool, int, int]] = []
        for place, skill in enumerate(skills):
            fits = skill.applicability
            names.append(SkillName(skill.slug, skill.version, skill.title))
            states, scenarios, stages, needs = (label_bits(kind, fits.get(kind)) for kind, _ in LABELS)
            low, high = int(fits.get("intensity_low") or 1), int(fits.get("intensity_high") or 5)
            first = label_bits("needs", (fits.get("needs") or ())[:1])
            rows.append((states, scenarios, stages, needs, low, high, skill.social, strategy_bits(skill.actions), first))
            self.contras.add(place, skill.contraindications)
            self.words.add(skill.words)
        self.contras.close()
        self.words.close()
        self.skills = tuple(names)
        self.place = {skill.slug: place for place, skill in enumerate(self.skills)}
        columns = np.array(rows, dtype=np.int32).reshape(-1, 9).T
        self.state_mask, self.scenario_mask, self.stage_mask, self.need_mask = (
            (column[:, None] >> np.arange(len(at)) & 1).astype(np.float32)
            for column, (_, at) in zip(columns[:4], LABELS, strict=True)
        )
        self.any_state, self.any_scenario, self.any_stage, self.any_need = columns[:4] == 0
        self.low, self.high = columns[4].astype(np.float32), columns[5].astype(np.float32)
        self.social = columns[6].astype(bool)
        self.first_need = (columns[8][:, None] >> np.arange(len(NEEDS)) & 1).astype(np.float32)
        realised = (columns[7][:, None] >> np.arange(len(STRATEGY_AT)) & 1).astype(np.float32)
        self.strategy_share = realised / np.maximum(realised.sum(axis=1, keepdims=True), 1)
        self.helped, self.harmed = self._outcomes(evidence)

    def _outcomes(self, evidence: Iterable[tuple[str, Mapping[str, int]]]) -> tuple[Floats, Floats]:
        """Outcomes that helped and that harmed by skill and state, each weighed by its source; a neutral one is half of both."""
        shape = (len(self.skills), len(STATES))
        keys: list[str] = []
        places: list[int] = []
        counts: list[int] = []
        for slug, seen in evidence:
            at = self.place.get(slug)
            if at is not None:
                keys.extend(seen)
                places.extend(repeat(at, len(seen)))
                counts.extend(seen.values())
        if not keys:
            return np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.float32)
        kinds = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        weights = np.array([_outcome_weights(key) for key in kinds])[np.fromiter(map(kinds.__getitem__, keys), np.intp, len(keys))]
        cells = np.array(places) * shape[1] + weights[:, 0].astype(np.int64)
        size = shape[0] * shape[1]
        plus_sums, minus_sums = (np.bincount(cells, np.array(counts) * weights[:, column], size) for column in (1, 2))
        return plus_sums.reshape(shape).astype(np.float32), minus_sums.reshape(shape).astype(np.float32)

    def score(self, query: Query) -> Scores:
        """Score every skill for one moment; ``wanted`` has those that may not be used at the end, by score."""
        states = query.states
        state_fit = self.state_mask @ states
        state_fit[self.any_state] = 0.45
        scenario_fit = np.where(self.any_scenario, 0.5, 0.0).astype(np.float32)
        here = self.scenario_mask[:, SCENARIOS.index(query.scenario)] > 0
        scenario_fit[here] = 0.55 + 0.45 * query.scenario_score
        outside = np.maximum(self.low - query.intensity, query.intensity - self.high).clip(min=0)
        intensity_fit = 1 - (outside / 2).clip(max=1)
        applicability = 0.56 * state_fit.clip(max=1) + 0.30 * scenario_fit + 0.14 * intensity_fit
        need = self._need_fit(query)
        stage = np.where(self.any_stage, 0.6, self.stage_mask[:, STAGES.index(query.stage)])
        ritual = self._ritual(query.act)
        stage = np.where(ritual, 1.0, stage)
        applicability = np.where(ritual, 1.0, applicability)
        near = np.zeros(len(self.skills), dtype=np.float32)
        now = STAGES.index(query.stage)
        for beside in (now - 1, now + 1):
            if 0 <= beside < len(STAGES):
                near = np.maximum(near, 0.35 * self.stage_mask[:, beside])
        stage = np.maximum(stage, near)
        weights = OTHER_STATE_WEIGHT + (1 - OTHER_STATE_WEIGHT) * states
        helped, harmed = self.helped @ weights, self.harmed @ weights
        mean, variance = beta_moments(helped, harmed)
        interval = np.minimum(1.96 * np.sqrt(variance), WIDEST)
        drawn = None if query.draw is None else drawn_rates(helped, harmed, query.draw)
        rate = mean if drawn is None else drawn
        text = self.words.likeness(query.message)
        recent = np.zeros(len(self.skills), dtype=np.float32)
        for slug, value in query.recent.items():
            if (at := self.place.get(slug)) is not None:
                recent[at] = value
        total = (
            WEIGHTS["applicability"] * applicability
            + WEIGHTS["need"] * need
            + WEIGHTS["evidence"] * rate
            + WEIGHTS["text"] * text
            + WEIGHTS["stage"] * stage
            + WEIGHTS["recent"] * recent
        )
        planner = np.zeros(len(self.skills), dtype=np.float32)
        rest = 1.0 if query.expected is None else 1 - PLANNER_WEIGHT
        if query.expected is not None:
            planner = self.expectation(query.expected)
            total = rest * total + PLANNER_WEIGHT * planner
        veto = self._vetoes(query, here, state_fit, helped, harmed)
        by_means = -1
        if drawn is not None and len(total):
            by_means = int(np.argmax(total + rest * WEIGHTS["evidence"] * (mean - drawn) - 2.0 * (veto.codes >= 0)))
        total = total.clip(0, 1)
        wanted = total.astype(np.float64)
        wanted[veto.codes >= 0] -= 2
        return Scores(
            total, applicability, need, mean, interval, text, stage, recent, planner, helped, harmed, veto, wanted, drawn, by_means)

    def _need_fit(self, query: Query) -> Floats:
        """How well each skill meets the need that seems to be there, 0-1: the surer the guess, the further those made for it
        stand above the ones made for something else."""
        fit = np.full(len(self.skills), NEED_OPEN, dtype=np.float32)
        if query.need is None:
            return fit
        at = NEEDS.index(query.need)
        made = NEED_NAMED * self.need_mask[:, at] + (1 - NEED_NAMED) * self.first_need[:, at]
        met = NEED_OPEN + (1 - NEED_OPEN) * query.need_score * made
        other = ~self.any_need & (made == 0)
        fit[:] = np.where(other, NEED_OPEN * (1 - query.need_score), met)
        return fit

    def expectation(self, used: Floats) -> Floats:
        """How much the planner expects each skill, 0-1: the mean probability of the strategies it realises, as a share of the
        likeliest strategy's; 0 for a skill without moves."""
        shares: Floats = (self.strategy_share @ (used / max(float(used.max()), 1e-6))).astype(np.float32)
        return shares

    def _ritual(self, act: str) -> Bools:
        """Skills made for this act whatever the state: social ones open to any state for a greeting, social ones for the
        relieved for thanks and goodbyes."""
        fitting: Bools = np.zeros(len(self.skills), dtype=bool)
        if act == "greet":
            fitting |= self.social & self.any_state
        elif act in {"thank", "goodbye"}:
            fitting |= self.social & (self.state_mask[:, STATES.index(State.RELIEVED)] > 0)
        return fitting

    def _vetoes(self, query: Query, here: Bools, state_fit: Floats, helped: Floats, harmed: Floats) -> Vetoes:
        veto = Vetoes(len(self.skills))
        veto.codes[~self.any_scenario & ~here] = _WHY_AT[Why.OTHER_SCENARIO]
        veto.codes[~self.any_state & (state_fit < 0.08) & ~self._ritual(query.act)] = _WHY_AT[Why.OTHER_STATE]
        failed = np.flatnonzero(failed_here(helped, harmed))
        for at, bad, good in zip(failed.tolist(), harmed[failed].tolist(), helped[failed].tolist(), strict=True):
            veto.put(at, Why.FAILED_HERE, f"{bad:.1f} went badly and {good:.1f} well, weighed by likeness and source")
        top = query.states >= max(0.3, float(query.states.max()) * 0.75)
        veto.put_all(dict(self.contras.matching(query, np.flatnonzero(top).tolist())), Why.CONTRAINDICATION)
        for slugs, why in ((query.banned, Why.BANNED), (query.masked, Why.MASKED)):
            for slug in slugs:
                if slug in self.place:
                    veto.put(self.place[slug], why)
        return veto


class Vetoes(Mapping[int, tuple[Why, str]]):
    """Why skills may not be used: place to (reason, detail), the later word standing."""

    def __init__(self, count: int) -> None:
        self.codes = np.full(count, -1, dtype=np.int8)
        self._details: dict[int, str] = {}

    def put(self, place: int, why: Why, detail: str = "") -> None:
        """Forbid the skill at a place."""
        self.codes[place] = _WHY_AT[why]
        self._details[place] = detail

    def put_all(self, details: Mapping[int, str], why: Why) -> None:
        """Forbid the skills at these places, each with its detail."""
        self.codes[list(details)] = _WHY_AT[why]
        self._details.update(details)

    def count(self, why: Why) -> int:
        """How many may not be used for one reason."""
        return int((self.codes == _WHY_AT[why]).sum())

    def whys(self, places: Sequence[int]) -> list[Why | None]:
        """The reasons alone, of the skills at some places; None for one that may be used."""
        return [WHYS[code] if code >= 0 else None for code in self.codes[list(places)].tolist()]

    def detail(self, place: int) -> str:
        """What there is to say beside the reason; may be empty."""
        return self._details.get(place, "")

    def __contains__(self, place: object) -> bool:
        return isinstance(place, int) and bool(self.codes[place] >= 0)

    def __getitem__(self, place: int) -> tuple[Why, str]:
        code = int(self.codes[place])
        if code < 0:
            raise KeyError(place)
        return WHYS[code], self.detail(place)

    def __iter__(self) -> Iterator[int]:
        return iter(np.flatnonzero(self.codes >= 0).tolist())

    def __len__(self) -> int:
        return int((self.codes >= 0).sum())


def highest(scores: npt.NDArray[np.floating[Any]], count: int) -> list[int]:
    """Places of the highest scores, highest first, the earlier place first among equals."""
    places = np.arange(len(scores))
    if len(scores) > count:
        places = np.flatnonzero(scores >= np.partition(scores, -count)[-count])
    found: list[int] = places[np.argsort(-scores[places], kind="stable")][:count].tolist()
    return found


def state_vector(scores: Iterable[tuple[State, float]]) -> Floats:
    """Fifteen probabilities in label order from (state, score) pairs; they are made to sum to 1."""
    vector = np.zeros(len(STATES), dtype=np.float32)
    for state, score in scores:
        vector[STATE_AT[state.value]] = max(0.0, score)
    total = float(vector.sum())
    return vector / total if total > 0 else np.full(len(STATES), 1 / len(STATES), dtype=np.float32)


@lru_cache(maxsize=4096)
def _outcome_weights(key: str) -> tuple[int, float, float]:
    """Column of the state, and what one such outcome adds to helped and to harmed."""
    state, source, outcome = key.split(" ")
    weight = source_weight(source)
    helped = {"positive": weight, "neutral": 0.5 * weight}.get(outcome, 0.0)
    return STATE_AT[state], helped, weight - helped
