"""One small protocol for each kind of thinking in a supporter turn, and the values they exchange.

Services depend on these and never ask which engine is behind them. Those of simulated seekers are in ``seeker_roles``, those that
improve a bank in ``evolving_roles``; all can be had from here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from esc_tui.domain.dialogue import Dialogue, InterventionUnit
from esc_tui.domain.events import Mode, PlannedMove, RankedSkill, Reasoning, Span, StateScore, UnitHit
from esc_tui.domain.labels import Action, Change, Need, Polarity, RiskKind, RiskLevel, Scenario, Stage, State
from esc_tui.domain.skill import Skill
from esc_tui.engines.evolving_roles import Analyst, Proposer
from esc_tui.engines.seeker_roles import (
    Appraisal,
    EpisodeCritic,
    ProfileWish,
    ProfileWriter,
    SeekerMind,
    SeekerMoment,
    SeekerUtterance,
)

Act = Literal[
    "disclose",
    "vent",
    "greet",
    "answer_short",
    "ask_advice",
    "ask_program",
    "ask_question",
    "thank",
    "goodbye",
    "agree",
    "refuse",
    "complain_about_reply",
    "only_listen",
    "unclear",
]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the talk so far. ``turn`` counts seeker messages from 1; skills are those of a supporter line."""

    speaker: Literal["seeker", "supporter"]
    text: str
    turn: int
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """What a role may look at: the seeker's message, the lines before it (oldest first), like units, and the seed."""

    text: str
    history: tuple[Line, ...] = ()
    turn: int = 1
    seed: int = 0
    similar: tuple[UnitHit, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Reading:
    """How the seeker is understood. ``states`` sums to 1, best first; ``intensity`` 1.0-5.0; scores 0-1.

    ``heard`` is the piece of the message that weighs most, verbatim.
    """

    states: tuple[StateScore, ...]
    intensity: float
    stage: Stage
    scenario: Scenario
    scenario_score: float = 0.0
    need: Need | None = None
    need_score: float = 0.0
    act: Act = "disclose"
    heard: str = ""
    evidence: tuple[Span, ...] = ()

    @property
    def state(self) -> State:
        """The likeliest state."""
        return self.states[0].state


@dataclass(frozen=True, slots=True)
class Choice:
    """Which skills to use, best first (may be empty: no skill fits), and a model's reason, marked as said.

    ``passed`` names skills that ranked well and were passed over, with a reason from a closed list of the chooser.
    """

    skills: tuple[Skill, ...]
    said_reason: str = ""
    passed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """The ordered moves (1-3) of one reply."""

    mode: Mode
    moves: tuple[PlannedMove, ...]
    reasoning: Reasoning = field(default_factory=Reasoning)
    expected: tuple[Change, ...] = ()
    skills: tuple[Skill, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text of the reply, as it is written: segment number (1-based, following the plan's moves) and text."""

    segment: int
    text: str


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """Everything a writer needs: write the moves ``plan.moves[first - 1:]``.

    ``said`` is the part of this reply already shown (go on from there, never repeat it); ``avoid`` is the sentence the
    guard refused in the draft before (empty at first).
    """

    moment: Moment
    reading: Reading
    plan: Plan
    first: int = 1
    said: str = ""
    avoid: str = ""
    max_sentences: int = 4


@dataclass(slots=True)
class WriterNotes:
    """What a writer has to tell about its own work, e.g. that phrasings ran out. Filled while writing."""

    notes: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RiskReading:
    """What a model says of risk; it may only raise a crisis, never lower one."""

    kind: RiskKind
    level: RiskLevel | None
    quote: str = ""


class StateReader(Protocol):
    """Reads the seeker's state from a moment."""

    async def read(self, moment: Moment) -> Reading:
        """Understand the seeker; never raises for any text."""
        ...


class SkillChooser(Protocol):
    """Chooses among ranked skills that were not vetoed."""

    async def choose(
        self, moment: Moment, reading: Reading, ranked: Sequence[RankedSkill], skills: Sequence[Skill], mode: Mode
    ) -> Choice:
        """Pick up to three of ``skills`` (parallel to ``ranked``, best first); an empty choice is legal."""
        ...


class Planner(Protocol):
    """Orders the moves of one reply."""

    async def plan(self, moment: Moment, reading: Reading, choice: Choice, mode: Mode) -> Plan:
        """One to three moves; a plan without skills is legal (plain listening). In one-by-one mode: the first move only."""
        ...

    async def go_on(
        self, moment: Moment, reading: Reading, choice: Choice, plan: Plan, said: str
    ) -> PlannedMove | None:
        """One-by-one mode, after each written move: the next move (numbered), or None to stop. Never asked past three."""
        ...


class Writer(Protocol):
    """Words a planned reply."""

    def write(self, request: WriteRequest, notes: WriterNotes) -> AsyncIterator[Piece]:
        """Yield text in order of the plan's moves; pieces may be of any size."""
        ...


class RiskReader(Protocol):
    """A second look at risk by a model; may only add a crisis."""
    async def read_risk(self, moment: Moment) -> RiskReading | None:
        """A crisis the model sees, or None."""
        ...


class Annotator(Protocol):
    """Labels the Intervention Units of a dialogue. ``name`` is the labeller of its units and part of what is resumable."""

    @property
    def name(self) -> str:
        """Who labels: "embedded-1", or the model's name with the prompt's hash."""
        ...

    async def annotate(self, dialogue: Dialogue) -> tuple[InterventionUnit, ...]:
        """One unit for every moment of ``domain.supporter_turn.unit_moments``, with ``unit_id``, quotes and confidence.

        A moment that a model left out when asked twice is missing. Raises UserError for a language the engine does not read or
        words that may not be sent to its endpoint, AnswerError for answers of no use, EndpointError when the endpoint fails.
        """
        ...


@dataclass(frozen=True, slots=True)
class BriefUnit:
    """A unit in words, for a skill writer: what was said before, done, and said after. ``quotable``: its licence and
    the endpoint's place allow its words in a prompt."""

    number: int
    state: State
    actions: tuple[Action, ...]
    change: Change
    scenario: Scenario
    stage: Stage
    intensity: int
    seeker: str
    supporter: str
    after: str
    quotable: bool


@dataclass(frozen=True, slots=True)
class SkillBrief:
    """A cluster of prototypes to make one draft skill of. Counts are of units, most frequent first.

    ``helped`` and ``harmed`` are the units closest to the middle of its positive and negative prototypes; ``words`` the
    telling words of the cluster; ``taken`` slugs that are in use; ``licence`` prose for the origin line,
    sources and their licences.
    """

    number: int
    actions: tuple[tuple[Action, int], ...]
    states: tuple[tuple[State, int], ...]
    scenarios: tuple[tuple[Scenario, int], ...]
    stages: tuple[tuple[Stage, int], ...]
    changes: tuple[tuple[Change, int], ...]
    harmed_states: tuple[tuple[State, int], ...]
    harmed_changes: tuple[tuple[Change, int], ...]
    intensity_low: int
    intensity_high: int
    helped: tuple[BriefUnit, ...]
    harmed: tuple[BriefUnit, ...]
    words: tuple[str, ...]
    taken: frozenset[str]
    licence: str
    positive_units: int
    negative_units: int

    def units(self, polarity: Polarity) -> tuple[BriefUnit, ...]:
        """Its units of one polarity; none are kept for neutral."""
        return {Polarity.POSITIVE: self.helped, Polarity.NEGATIVE: self.harmed}.get(polarity, ())

    def origin(self, worded: str = "") -> str:
        """The origin line of a draft: whose the words are (``worded by`` a model, else this program's own) and what rests on units."""
        count = self.positive_units + self.negative_units
        units = f"{count} {'unit' if count == 1 else 'units'} ({self.licence})"
        said = f"mined from {units}, {worded}" if worded else (
            f"wording of the program's own; actions, states and risks from {units}")
        return f"{said[:188]}, unverified"


class SkillWriter(Protocol):
    """Writes a draft skill from a cluster of prototypes; holds no sentence of its sources."""

    async def write_skill(self, brief: SkillBrief) -> Skill:
        """A skill of status draft. Raises AnswerError for a draft of no use, EndpointError when the endpoint fails."""
        ...


class Embedder(Protocol):
    """Turns texts into vectors."""

    @property
    def model(self) -> str:
        """The model's name, under which vectors are kept."""
        ...

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector a text, all of one length. Raises EndpointError."""
        ...


__all__ = [
    "Act", "Analyst", "Annotator", "Appraisal", "BriefUnit", "Choice", "Embedder", "EpisodeCritic", "Line",
    "Moment", "Piece", "Plan", "Planner", "ProfileWish", "ProfileWriter", "Proposer", "Reading", "RiskReader",
    "RiskReading", "SeekerMind", "SeekerMoment", "SeekerUtterance", "SkillBrief", "SkillChooser", "SkillWriter",
    "StateReader", "WriteRequest", "Writer", "WriterNotes",
]
