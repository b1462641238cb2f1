"""What each role's model is asked to answer: one output model a role; ``schemas`` makes the JSON schema of it.

The fields are told strictly in the schema and read leniently: labels are matched to the nearest known one later.
"""

from __future__ import annotations

from typing import Annotated, Any, get_args

from pydantic import BaseModel, BeforeValidator

from esc_tui.domain.evolution import FindingKind, ProposalKind
from esc_tui.domain.faults import ReplyFault
from esc_tui.domain.labels import (
    Action,
    Change,
    Need,
    Polarity,
    RiskKind,
    RiskLevel,
    Scenario,
    Severity,
    Stage,
    State,
    Strategy,
)
from esc_tui.engines.endpoint.output_fields import (
    LENIENT,
    Lines,
    Number,
    Quote,
    Said,
    as_list,
    as_numbers,
    entries,
    named,
    told,
    values_of,
)
from esc_tui.engines.endpoint.seeker_outputs import CriticSaid, ProfileDraft, SeekerJudgement, SeekerWords
from esc_tui.engines.endpoint.signs import SIGNS
from esc_tui.engines.roles import Act

ABOUT = ("everybody", "need", "character", "state")
"""By what the seekers of a finding may be told apart: what this seeker hopes for, is like, or how they were read in the turn."""


def _chain(value: Any) -> Any:
    return value if isinstance(value, (dict, BaseModel)) else {"support_plan": value}


class _Output(BaseModel):
    model_config = LENIENT


class StateSaid(_Output):
    """One state the model sees, how surely (0-1), and the words that show it."""

    state: Annotated[Said, named(values_of(State))]
    score: float = 1.0
    quote: Quote = ""


class StateReading(_Output):
    """Output of the state reader."""

    states: Annotated[list[StateSaid], BeforeValidator(as_list), entries(4)]
    intensity: float
    stage: Annotated[Said, named(values_of(Stage))]
    scenario: Annotated[Said, named(values_of(Scenario))]
    need: Annotated[Said, named(values_of(Need), "unknown")] = ""
    act: Annotated[Said, named(get_args(Act))] = "disclose"
    heard: Quote = ""


class RiskSign(_Output):
    """Output of the risk reader."""

    quote: Quote = ""
    kind: Annotated[Said, named(values_of(RiskKind))]
    level: Annotated[Said, named(values_of(RiskLevel), "none")] = ""


Thought = Annotated[Said, told(400)]


class ReasoningSaid(_Output):
    """The chain context, cognition, emotion, support plan, each a short sentence."""

    context: Thought = ""
    cognition: Thought = ""
    emotion: Thought = ""
    support_plan: Thought = ""


class MoveSaid(_Output):
    """One planned move: a skill and the number of its move, or an action alone."""

    skill: Said = ""
    move: Number = 0
    action: Annotated[Said, named(values_of(Action))] = ""


class MovePlan(_Output):
    """Output of the planner."""

    reasoning: Annotated[ReasoningSaid, BeforeValidator(_chain)] = (
        ReasoningSaid())
    moves: Annotated[list[MoveSaid], BeforeValidator(as_list), entries(4)] = []


class SkillChoice(_Output):
    """Output of the skill chooser, which plans the reply in the same breath: first thought, then choice, then plan."""

    reasoning: Annotated[ReasoningSaid, BeforeValidator(_chain)] = (
        ReasoningSaid())
    reason: Thought = ""
    skills: Annotated[list[Said], BeforeValidator(as_list), entries(4)]
    moves: Annotated[list[MoveSaid], BeforeValidator(as_list), entries(4)] = []

    @property
    def plan(self) -> MovePlan:
        """The part a planner would answer."""
        return MovePlan(reasoning=self.reasoning, moves=self.moves)


class NextMove(_Output):
    """Whether another move should follow, and which."""

    decision: Annotated[Said, named(["continue", "stop"])]
    skill: Said = ""
    move: Number = 0


class SegmentSaid(_Output):
    """One strategy-response pair."""

    strategy: Annotated[Said, named(values_of(Strategy))] = ""
    skill: Said = ""
    text: Said


class Reply(_Output):
    """Output of the writer: the pairs of the reply in order."""

    segments: Annotated[list[SegmentSaid], entries(4)]


class ReplyStep(Reply):
    """Output of the writer in one-by-one mode: one pair, then continue or stop."""

    next: NextMove


States = Annotated[list[Annotated[Said, named(values_of(State))]], BeforeValidator(as_list)]
Scenarios = Annotated[list[Annotated[Said, named(values_of(Scenario))]], BeforeValidator(as_list)]
Stages = Annotated[list[Annotated[Said, named(values_of(Stage))]], BeforeValidator(as_list)]
Needs = Annotated[list[Annotated[Said, named(values_of(Need))]], BeforeValidator(as_list)]
Actions = Annotated[list[Annotated[Said, named(values_of(Action))]], BeforeValidator(as_list), entries(4)]


class UnitSaid(_Output):
    """The labels of one moment; the three quotes are words of its lines, which are looked up there."""

    moment: Number
    state_words: Quote = ""
    action_words: Quote = ""
    outcome_words: Quote = ""
    scenario: Annotated[Said, named(values_of(Scenario))]
    state: Annotated[Said, named(values_of(State))]
    also: Annotated[States, entries(3)] = []
    intensity: float
    stage: Annotated[Said, named(values_of(Stage))]
    need: Annotated[Said, named(values_of(Need), "unknown")] = ""
    actions: Actions
    change: Annotated[Said, named(values_of(Change))]
    confidence: Annotated[float, BeforeValidator(lambda value: 0.5 if value is None else value)] = 0.5


class UnitLabels(_Output):
    """Output of the annotator: one entry for every moment asked for."""

    units: Annotated[list[UnitSaid], BeforeValidator(as_list), entries(24)]


class GuidanceSaid(_Output):
    """One move of a skill: what is done and how."""

    action: Annotated[Said, named(values_of(Action))]
    text: Said


class PhrasingSaid(_Output):
    """Words that carry out a move of the skill, by the move's number."""

    move: Number = 1
    text: Said


class LimitSaid(_Output):
    """When a skill must not be used: in words, and where it can be told, in labels and cues."""

    text: Said
    states: States = []
    stages: Stages = []
    cues: Lines = []


class OutcomeSaid(_Output):
    """What a skill aims at."""

    change: Annotated[Said, named([change.value for change in Change if change.polarity is Polarity.POSITIVE])]
    text: Said


class RiskSaid(_Output):
    """What can go wrong with a skill."""

    severity: Annotated[Said, named(values_of(Severity))] = ""
    text: Said


class ExampleSaid(_Output):
    """An invented line of a seeker and a reply that uses the skill."""

    seeker: Said
    reply: Said


class SkillDraft(_Output):
    """Output of the skill writer. Name, status, locks and licence are not the model's to give."""

    title: Said
    description: Said = ""
    summary: Said = ""
    moves: Annotated[list[GuidanceSaid], BeforeValidator(as_list)]
    do: Annotated[list[PhrasingSaid], BeforeValidator(as_list), entries(16)] = []
    dont: Lines = []
    states: States = []
    scenarios: Scenarios = []
    stages: Stages = []
    needs: Needs = []
    when: Said = ""
    not_when: Annotated[list[LimitSaid], BeforeValidator(as_list)] = []
    outcomes: Annotated[list[OutcomeSaid], BeforeValidator(as_list)] = []
    risks: Annotated[list[RiskSaid], BeforeValidator(as_list)] = []
    examples: Annotated[list[ExampleSaid], BeforeValidator(as_list)] = []


class ShowingSaid(_Output):
    """A turn that shows a finding, by its number, with words copied from it."""

    turn: Number
    quote: Quote = ""


class FoundSaid(_Output):
    """One finding. ``about``: the seekers it is about, by what they share."""

    kind: Annotated[Said, named(values_of(FindingKind))]
    about: Annotated[Said, named(ABOUT)] = "everybody"
    skill: Said = ""
    actions: Actions = []
    because: Annotated[Said, named([*SIGNS])]
    shows: Annotated[list[ShowingSaid], BeforeValidator(as_list)]


class AnalystSaid(_Output):
    """Output of the analyst: what one talk shows; an empty list when it shows nothing."""

    findings: Annotated[list[FoundSaid], BeforeValidator(as_list), entries(12)]


class WiderLimitSaid(LimitSaid):
    """A limit that can also be told by scenario and need."""

    scenarios: Scenarios = []
    needs: Needs = []


class PatchSaid(_Output):
    """Output of the proposer: one small change, or the kind "none". Only the fields of its kind are filled.

    ``drop_do`` and ``reword`` name phrasings and moves of the skill by their number.
    """

    kind: Annotated[Said, named(values_of(ProposalKind), "none")]
    skill: Said = ""
    other: Said = ""
    title: Said = ""
    reason: Said = ""
    description: Said = ""
    summary: Said = ""
    reword: Annotated[list[PhrasingSaid], BeforeValidator(as_list)] = []
    add_do: Annotated[list[PhrasingSaid], BeforeValidator(as_list), entries(12)] = []
    drop_do: Annotated[list[Number], BeforeValidator(as_numbers), entries(16)] = []
    add_dont: Lines = []
    not_when: Annotated[list[WiderLimitSaid], BeforeValidator(as_list)] = []
    risks: Annotated[list[RiskSaid], BeforeValidator(as_list)] = []
    states: States = []
    scenarios: Scenarios = []
    stages: Stages = []
    needs: Needs = []
    when: Said = ""
    draft: Annotated[SkillDraft | None, BeforeValidator(lambda value: value or None)] = None


class FaultSaid(_Output):
    """A fault of a reply with the words of the reply that show it."""

    fault: Annotated[Said, named(values_of(ReplyFault))]
    quote: Quote = ""


class JudgeSaid(_Output):
    """Output of the judge of replies: its faults; an empty list when it has none."""

    faults: Annotated[list[FaultSaid], BeforeValidator(as_list), entries(10)]


OUTPUTS: dict[str, type[BaseModel]] = {
    "state_reader": StateReading, "risk_reader": RiskSign, "skill_chooser": SkillChoice, "planner": MovePlan,
    "writer": Reply, "annotator": UnitLabels, "skill_writer": SkillDraft, "seeker_appraise": SeekerJudgement,
    "seeker_speak": SeekerWords, "profile_writer": ProfileDraft, "episode_critic": CriticSaid,
    "analyst": AnalystSaid, "proposer": PatchSaid, "reply_judge": JudgeSaid,
}
LATER_ROLES = ("annotator", "skill_writer", "seeker_appraise", "seeker_speak", "profile_writer", "episode_critic",
               "analyst", "proposer", "reply_judge")
"""Roles that no talk needs; a person's folder of prompts may do without them until they are asked for."""
