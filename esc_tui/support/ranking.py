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
from typing import Any, Protocol

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


@dataclass(slots=True)
class Contra:
    """One contraindication that a program can decide."""

    skill: int
    text: str
    states: frozenset[str]
    scenarios: frozenset[str]
    stages: frozenset[str]
    needs: frozenset[str]
    low: int
    high: int
    cues: tuple[str, ...]


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

    def __init__(self, skills: Sequence[SkillColumns], evidence: Iterable[tuple[str, str, str, float, float, float]]):
        """``evidence`` rows: slug, state, source, and counts of positive, neutral and negative outcomes."""
        self.skills = tuple(skills)
        self.place = {skill.slug: place for place, skill in enumerate(self.skills)}
        count = len(self.skills)
        self.state_mask = np.zeros((count, len(STATES)), dtype=np.float32)
        self.scenario_mask = np.zeros((count, len(SCENARIOS)), dtype=np.float32)
        self.stage_mask = np.zeros((count, len(STAGES)), dtype=np.float32)
        self.need_mask = np.zeros((count, len(NEEDS)), dtype=np.float32)
        self.low = np.ones(count, dtype=np.float32)
        self.high = np.full(count, 5, dtype=np.float32)
        self.contras: list[Contra] = []
        for place, skill in enumerate(self.skills):
            self._read(place, skill)
        self.social = np.array([skill.social for skill in self.skills], dtype=bool)
        self.any_state = self.state_mask.sum(axis=1) == 0
        self.any_scenario = self.scenario_mask.sum(axis=1) == 0
        self.any_need = self.need_mask.sum(axis=1) == 0
        self.any_stage = self.stage_mask.sum(axis=1) == 0
        self.helped = np.zeros((count, len(STATES)), dtype=np.float32)
        self.harmed = np.zeros((count, len(STATES)), dtype=np.float32)
        for slug, state, source, positive, neutral, negative in evidence:
            at = self.place.get(slug)
            if at is None:
                continue
            weight = SOURCE_WEIGHT.get(source, 0.4)
            self.helped[at, _STATE_AT[state]] += weight * (positive + 0.5 * neutral)
            self.harmed[at, _STATE_AT[state]] += weight * (negative + 0.5 * neutral)
        self.words = WordIndex([skill.words for skill in self.skills])
        self._cue_index: dict[str, list[int]] = {}
        for number, contra in enumerate(self.contras):
            for cue in contra.cues:
                self._cue_index.setdefault(cue.split(" ", 1)[0], []).append(number)
        self._label_only = [number for number, contra in enumerate(self.contras) if not contra.cues]

    def _read(self, place: int, skill: SkillColumns) -> None:
        fits = skill.applicability
        for name, mask, at in (
            ("states", self.state_mask, _STATE_AT),
            ("scenarios", self.scenario_mask, _SCENARIO_AT),
            ("stages", self.stage_mask, _STAGE_AT),
            ("needs", self.need_mask, _NEED_AT),
        ):
            for label in fits.get(name) or ():
                mask[place, at[str(label)]] = 1
        self.low[place] = float(fits.get("intensity_low") or 1)
        self.high[place] = float(fits.get("intensity_high") or 5)
        for row in skill.contraindications:
            labels = {
                name: frozenset(map(str, row.get(name) or ())) for name in ("states", "scenarios", "stages", "needs")
            }
            low, high = int(row.get("intensity_low") or 1), int(row.get("intensity_high") or 5)
            cues = tuple(cleaned for cue in row.get("cues") or () if (cleaned := _words(str(cue))))
            if any(labels.values()) or cues or low > 1 or high < 5:
                self.contras.append(Contra(place, str(row.get("text", "")), **labels, low=low, high=high, cues=cues))

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
        message = f" {_words(query.message)} "
        seen: set[int] = set(self._label_only)
        for word in set(message.split()):
            seen.update(self._cue_index.get(word, ()))
        top = {
            STATES[at].value
            for at in np.flatnonzero(query.states >= max(0.3, float(query.states.max()) * 0.75)).tolist()
        }
        for number in sorted(seen):
            contra = self.contras[number]
            if contra.states and not contra.states & top:
                continue
            if contra.scenarios and query.scenario.value not in contra.scenarios:
                continue
            if contra.stages and query.stage.value not in contra.stages:
                continue
            if contra.needs and (query.need is None or query.need.value not in contra.needs):
                continue
            if not contra.low <= round(query.intensity) <= contra.high:
                continue
            if contra.cues and not any(f" {cue} " in message for cue in contra.cues):
                continue
            veto[contra.skill] = (Why.CONTRAINDICATION, contra.text)
        for slug in query.banned:
            if (at := self.place.get(slug)) is not None:
                veto[at] = (Why.BANNED, "")
        return veto


class WordIndex:
    """Likeness of a message to many short texts: the summed inverse document frequencies of shared words."""

    def __init__(self, texts: Sequence[str]) -> None:
        places: dict[str, list[int]] = {}
        for place, text in enumerate(texts):
            for word in {stem(word) for word in terms(text) if word not in STOP_WORDS}:
                places.setdefault(word, []).append(place)
        self.count = len(texts)
        self._places = {word: np.array(found, dtype=np.int32) for word, found in places.items()}

    def likeness(self, message: str) -> Floats:
        """One value 0-1 a text: s / (s + 6), where s sums log(1 + N / df) over the words in common."""
        sums = np.zeros(self.count, dtype=np.float32)
        for word in {stem(word) for word in terms(message)[:80] if word not in STOP_WORDS}:
            found = self._places.get(word)
            if found is not None:
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


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.lower().replace("’", "'"))).replace("'", "")
