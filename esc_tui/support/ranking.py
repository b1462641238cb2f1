"""The ranker: every skill on offer gets a score made of parts that can be shown. Pure arithmetic on arrays.

score = 0.42 applicability + 0.18 evidence + 0.20 text + 0.20 stage - 0.25 recent, each part within 0-1. The weights are
this project's own, set by reading talks; they are no finding of a paper.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from esc_tui.bank.words import STOP_WORDS, terms
from esc_tui.domain.labels import Need, Scenario, Stage, State

PLANNER_ARTEFACT = "rules-1"
WEIGHTS = {"applicability": 0.42, "evidence": 0.18, "text": 0.20, "stage": 0.20, "recent": -0.25}
SOURCE_WEIGHT = {"person": 1.0, "unit": 0.6, "simulation": 0.4}
"""How much one outcome counts by who saw it: a live rating more than a labelled unit, that more than a simulation."""
OTHER_STATE_WEIGHT = 0.25
"""What an outcome in another seeker state counts, as a share of one in this state."""
SHOWN_ROWS = 20
_WORD = re.compile(r"[\w']+")

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
STATES, SCENARIOS, STAGES, NEEDS = tuple(State), tuple(Scenario), tuple(Stage), tuple(Need)
_STATE_AT = {label.value: place for place, label in enumerate(STATES)}
_SCENARIO_AT = {label.value: place for place, label in enumerate(SCENARIOS)}
_STAGE_AT = {label.value: place for place, label in enumerate(STAGES)}
_NEED_AT = {label.value: place for place, label in enumerate(NEEDS)}
_LABELS = (("states", _STATE_AT), ("scenarios", _SCENARIO_AT), ("stages", _STAGE_AT), ("needs", _NEED_AT))


class Why(StrEnum):
    """The closed list of reasons the program can prove for not choosing a skill."""

    CONTRAINDICATION = "contra-indication matched"
    FAILED_HERE = "like moments failed"
    OTHER_SCENARIO = "made for another scenario"
    OTHER_STATE = "made for another state"
    BANNED = "set aside by you"
    BELOW = "below threshold"
    RUNNER_UP = "scored lower"
    USED = "used in the last turn"
    FULL = "the reply has its parts"
    LISTENING = "just listening"


class SkillColumns(Protocol):
    """What the index needs of one skill, straight from its stored JSON; ``words`` are what it can be found by."""

    slug: str
    version: int
    title: str
    applicability: Mapping[str, Any]
    contraindications: Sequence[Mapping[str, Any]]
    words: str
    social: bool


class SkillName(NamedTuple):
    """What the index keeps of a skill besides numbers."""

    slug: str
    version: int
    title: str


@dataclass(frozen=True, slots=True)
class Query:
    """What the ranker knows of the moment. ``states`` are 15 probabilities in label order, ``recent`` penalties by slug."""

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


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores and their parts, one row a skill; ``veto`` maps a place to (reason, detail)."""

    total: Floats
    applicability: Floats
    evidence: Floats
    interval: Floats
    text: Floats
    stage: Floats
    recent: Floats
    helped: Floats
    harmed: Floats
    veto: Mapping[int, tuple[Why, str]]
    order: npt.NDArray[np.int64]


class BankIndex:
    """Arrays over the skills on offer in one revision, built once, read by every turn."""

    def __init__(self, skills: Iterable[SkillColumns], evidence: Iterable[tuple[str, Mapping[str, int]]] = ()) -> None:
        """``evidence`` rows: a slug (any number of times) and how often each "state source outcome" was seen.

        Of the skills only their names are kept, so give them one by one.
        """
        self.contras, self.words = ContraIndex(), WordIndex()
        names: list[SkillName] = []
        rows: list[tuple[int, int, int, int, int, int, bool]] = []
        for place, skill in enumerate(skills):
            fits = skill.applicability
            names.append(SkillName(skill.slug, skill.version, skill.title))
            states, scenarios, stages, needs = (_bits(fits.get(name), at) for name, at in _LABELS)
            low, high = int(fits.get("intensity_low") or 1), int(fits.get("intensity_high") or 5)
            rows.append((states, scenarios, stages, needs, low, high, skill.social))
            self.contras.add(place, skill.contraindications)
            self.words.add(skill.words)
        self.contras.close()
        self.words.close()
        self.skills = tuple(names)
        self.place = {skill.slug: place for place, skill in enumerate(self.skills)}
        columns = np.array(rows, dtype=np.int32).reshape(-1, 7).T
        self.state_mask, self.scenario_mask, self.stage_mask, self.need_mask = (
            (column[:, None] >> np.arange(len(at)) & 1).astype(np.float32)
            for column, (_, at) in zip(columns[:4], _LABELS, strict=True)
        )
        self.any_state, self.any_scenario, self.any_stage, self.any_need = columns[:4] == 0
        self.low, self.high = columns[4].astype(np.float32), columns[5].astype(np.float32)
        self.social = columns[6].astype(bool)
        self.helped, self.harmed = self._outcomes(evidence)

    def _outcomes(self, evidence: Iterable[tuple[str, Mapping[str, int]]]) -> tuple[Floats, Floats]:
        """Outcomes that helped and that harmed by skill and state, each weighed by its source; a neutral one is half of both."""
        shape = (len(self.skills), len(STATES))
        cells: list[int] = []
        helped: list[float] = []
        harmed: list[float] = []
        for slug, counts in evidence:
            at = self.place.get(slug)
            if at is None:
                continue
            first = at * shape[1]
            for key, count in counts.items():
                state, plus, minus = _outcome_weights(key)
                cells.append(first + state)
                helped.append(count * plus)
                harmed.append(count * minus)
        if not cells:
            return np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.float32)
        size = shape[0] * shape[1]
        plus_sums, minus_sums = (np.bincount(cells, sums, size) for sums in (helped, harmed))
        return plus_sums.reshape(shape).astype(np.float32), minus_sums.reshape(shape).astype(np.float32)

    def score(self, query: Query) -> Scores:
        """Score every skill for one moment. Order: best first, vetoed ones at the end by score."""
        states = query.states
        state_fit = self.state_mask @ states
        state_fit[self.any_state] = 0.45
        scenario_fit = np.where(self.any_scenario, 0.5, 0.0).astype(np.float32)
        here = self.scenario_mask[:, SCENARIOS.index(query.scenario)] > 0
        scenario_fit[here] = 0.55 + 0.45 * query.scenario_score
        need_fit = np.full(len(self.skills), 0.4, dtype=np.float32)
        if query.need is not None:
            wanted = self.need_mask[:, NEEDS.index(query.need)] > 0
            need_fit = np.where(wanted, 0.5 + 0.5 * query.need_score, np.where(self.any_need, 0.4, 0.25)).astype(
                np.float32
            )
        outside = np.maximum(self.low - query.intensity, query.intensity - self.high).clip(min=0)
        intensity_fit = 1 - (outside / 2).clip(max=1)
        applicability = 0.5 * state_fit.clip(max=1) + 0.25 * scenario_fit + 0.12 * intensity_fit + 0.13 * need_fit
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
        mean, interval = beta_posterior(helped, harmed)
        text = self.words.likeness(query.message)
        recent = np.zeros(len(self.skills), dtype=np.float32)
        for slug, value in query.recent.items():
            if (at := self.place.get(slug)) is not None:
                recent[at] = value
        total = (
            WEIGHTS["applicability"] * applicability
            + WEIGHTS["evidence"] * mean
            + WEIGHTS["text"] * text
            + WEIGHTS["stage"] * stage
            + WEIGHTS["recent"] * recent
        ).clip(0, 1)
        veto = self._vetoes(query, here, state_fit, helped, harmed)
        penalty = total.astype(np.float64).copy()
        if veto:
            penalty[list(veto)] -= 2
        order = np.argsort(-penalty, kind="stable")
        return Scores(total, applicability, mean, interval, text, stage, recent, helped, harmed, veto, order)

    def _ritual(self, act: str) -> Bools:
        """Skills made for this act whatever the state: social ones open to any state for a greeting, social ones for the
        relieved for thanks and goodbyes."""
        if act == "greet":
            return self.social & self.any_state
        if act in {"thank", "goodbye"}:
            return self.social & (self.state_mask[:, STATES.index(State.RELIEVED)] > 0)
        return np.zeros(len(self.skills), dtype=bool)

    def _vetoes(
        self, query: Query, here: Bools, state_fit: Floats, helped: Floats, harmed: Floats
    ) -> dict[int, tuple[Why, str]]:
        veto: dict[int, tuple[Why, str]] = {}
        for at in np.flatnonzero(~self.any_scenario & ~here).tolist():
            veto[at] = (Why.OTHER_SCENARIO, "")
        for at in np.flatnonzero(~self.any_state & (state_fit < 0.08) & ~self._ritual(query.act)).tolist():
            veto[at] = (Why.OTHER_STATE, "")
        failed = (harmed >= 1.8) & (harmed > 1.5 * helped)
        for at in np.flatnonzero(failed).tolist():
            veto[at] = (Why.FAILED_HERE, f"{harmed[at]:.1f} against {helped[at]:.1f}, weighed by likeness and source")
        top = query.states >= max(0.3, float(query.states.max()) * 0.75)
        for place, text in self.contras.matching(query, np.flatnonzero(top).tolist()):
            veto[place] = (Why.CONTRAINDICATION, text)
        for slug in query.banned:
            if (at := self.place.get(slug)) is not None:
                veto[at] = (Why.BANNED, "")
        return veto


class ContraIndex:
    """The contraindications that a program can decide, as columns: label sets as bits (0 means any), ranges, cues."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.cues: list[tuple[str, ...]] = []
        self._rows: list[tuple[int, int, int, int, int, int, int]] = []
        self._by_cue: dict[str, list[int]] = {}

    def add(self, place: int, contraindications: Sequence[Mapping[str, Any]]) -> None:
        """Take in those of the skill at a place; one in words alone is passed over."""
        for row in contraindications:
            sets = [_bits(row.get(name), at) for name, at in _LABELS]
            low, high = int(row.get("intensity_low") or 1), int(row.get("intensity_high") or 5)
            cues = tuple(cleaned for cue in row.get("cues") or () if (cleaned := _words(str(cue))))
            if not (any(sets) or cues or low > 1 or high < 5):
                continue
            number = len(self._rows)
            for cue in cues:
                self._by_cue.setdefault(cue.split(" ", 1)[0], []).append(number)
            self._rows.append((place, sets[0], sets[1], sets[2], sets[3], low, high))
            self.texts.append(str(row.get("text", "")))
            self.cues.append(cues)

    def close(self) -> None:
        """Make the columns, once everything was added."""
        columns = np.array(self._rows, dtype=np.int32).reshape(-1, 7).T
        self.place, self.states, self.scenarios, self.stages, self.needs, self.low, self.high = columns
        self.label_only = np.array([not cues for cues in self.cues], dtype=bool)
        self._rows = []

    def matching(self, query: Query, top: Sequence[int]) -> Iterable[tuple[int, str]]:
        """Place and text of those that hold now, in the order they were added; ``top`` are the states that count."""
        intensity = round(query.intensity)
        need = 0 if query.need is None else 1 << NEEDS.index(query.need)
        holds = (self.low <= intensity) & (intensity <= self.high)
        for column, now in (
            (self.states, sum(1 << at for at in top)),
            (self.scenarios, 1 << SCENARIOS.index(query.scenario)),
            (self.stages, 1 << STAGES.index(query.stage)),
            (self.needs, need),
        ):
            holds &= (column == 0) | ((column & now) != 0)
        message = f" {_words(query.message)} "
        said = np.zeros(len(self.cues), dtype=bool)
        for word in set(message.split()):
            if word in self._by_cue:
                said[self._by_cue[word]] = True
        for number in np.flatnonzero(holds & (self.label_only | said)).tolist():
            cues = self.cues[number]
            if not cues or any(f" {cue} " in message for cue in cues):
                yield int(self.place[number]), self.texts[number]


class WordIndex:
    """Likeness of a message to many short texts: the summed inverse document frequencies of shared words."""

    def __init__(self) -> None:
        self.count = 0
        self._stems: dict[str, int] = {}
        self._known = dict.fromkeys(STOP_WORDS, -1)
        self._found: list[int] = []
        self._lengths: list[int] = []

    def add(self, text: str) -> None:
        """Take in the next text."""
        words, known = terms(text), self._known
        for word in words:
            if word not in known:
                known[word] = self._stems.setdefault(stem(word), len(self._stems))
        self._found += [known[word] for word in words]
        self._lengths.append(len(words))

    def close(self) -> None:
        """Make the arrays, once every text was added."""
        self.count = len(self._lengths)
        numbers = np.array(self._found, dtype=np.int64)
        places = np.repeat(np.arange(self.count, dtype=np.int64), self._lengths)
        pairs = np.sort((numbers * self.count + places)[numbers >= 0])
        pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]]  # a text may hold two words of one stem
        self._places = (pairs % max(1, self.count)).astype(np.int32)
        self._starts = np.searchsorted(pairs // max(1, self.count), np.arange(len(self._stems) + 1))
        self._known, self._found, self._lengths = {}, [], []

    def likeness(self, message: str) -> Floats:
        """One value 0-1 a text: s / (s + 6), where s sums log(1 + N / df) over the words in common."""
        sums = np.zeros(self.count, dtype=np.float32)
        for word in {stem(word) for word in terms(message)[:80] if word not in STOP_WORDS}:
            number = self._stems.get(word)
            if number is not None:
                found = self._places[self._starts[number] : self._starts[number + 1]]
                sums[found] += math.log(1 + self.count / len(found))
        return sums / (sums + 6)


def stem(word: str) -> str:
    """A crude English stem, the same on both sides: plural, -ing, -ed and -ly endings dropped from longer words."""
    for ending in ("ing", "ed", "ly", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4 and not word.endswith("ss"):
            return word[: -len(ending)]
    return word


def beta_posterior(helped: Floats, harmed: Floats) -> tuple[Floats, Floats]:
    """Mean and half-width of a 95 % normal interval of a Beta(1 + helped, 1 + harmed) posterior.

    With no outcome the mean is .50 and the half-width .57 cut to .50. Variance: ab / ((a+b)^2 (a+b+1)).
    """
    a, b = 1 + helped, 1 + harmed
    total = a + b
    mean = a / total
    half = 1.96 * np.sqrt(a * b / (total * total * (total + 1)))
    return mean.astype(np.float32), np.minimum(half, 0.5).astype(np.float32)


def state_vector(scores: Iterable[tuple[State, float]]) -> Floats:
    """Fifteen probabilities in label order from (state, score) pairs; they are made to sum to 1."""
    vector = np.zeros(len(STATES), dtype=np.float32)
    for state, score in scores:
        vector[_STATE_AT[state.value]] = max(0.0, score)
    total = float(vector.sum())
    return vector / total if total > 0 else np.full(len(STATES), 1 / len(STATES), dtype=np.float32)


@lru_cache(maxsize=4096)
def _outcome_weights(key: str) -> tuple[int, float, float]:
    """Column of the state, and what one such outcome adds to helped and to harmed."""
    state, source, outcome = key.split(" ")
    weight = SOURCE_WEIGHT.get(source, 0.4)
    helped = {"positive": weight, "neutral": 0.5 * weight}.get(outcome, 0.0)
    return _STATE_AT[state], helped, weight - helped


def _bits(labels: Iterable[str] | None, at: Mapping[str, int]) -> int:
    return sum(1 << at[label] for label in set(map(str, labels))) if labels else 0


def _words(text: str) -> str:
    if text.isascii() and text.replace(" ", "").isalnum():
        return " ".join(text.lower().split())
    return " ".join(_WORD.findall(text.lower().replace("’", "'"))).replace("'", "")
