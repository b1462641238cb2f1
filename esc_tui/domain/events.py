"""The one stream of typed events: everything that happens in a talk, flat, discriminated by ``kind``.

The producer does not know who listens. The bank stores events as they happen, the panes fold over them, the command
line prints them, replay emits them again. Kinds are snake case; fields are never renamed.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from esc_tui.domain.base import Noun
from esc_tui.domain.labels import Action, Change, Need, Polarity, RiskKind, RiskLevel, Scenario, Stage, State, Strategy
from esc_tui.domain.revision import Pins
from esc_tui.domain.sage import Band, Outcome, RecordedProtocol

Mode = Literal["all-in-one", "one-by-one", "single"]
Grade = Literal["observed", "measured", "said"]


class Span(Noun):
    """A piece of a text: ``text == whole[start:end]``."""

    start: int
    end: int
    text: str


class StateScore(Noun):
    """Probability 0-1 of one seeker state, with the words that speak for it."""

    state: State
    score: float
    evidence: tuple[Span, ...] = ()


class UnitHit(Noun):
    """An Intervention Unit like this moment. ``number`` is its local display number (IU-212); similarity 0-1.

    ``quotable`` when the quote may be passed on to anybody; otherwise it is for this computer alone. ``shared_labels`` and
    ``shared_words`` are what is alike: labels of the moment as it was read, and telling words of the message.
    """

    unit: str
    number: int
    similarity: float
    state: State
    actions: tuple[Action, ...]
    change: Change
    polarity: Polarity
    quote: str = ""
    quotable: bool = False
    shared_labels: tuple[State | Scenario | Stage, ...] = ()
    shared_words: tuple[str, ...] = ()


class ScoreParts(Noun):
    """The parts of a skill's score, each 0-1 before weighting; ``recent`` is a penalty.

    ``need`` is how well the skill meets what the seeker seems to want; 0 in events of before it was a part of its own.
    ``planner`` is how much the learned planner expects the skill's strategies in this turn; 0 without one.
    """

    applicability: float = 0.0
    need: float = 0.0
    evidence: float = 0.0
    text: float = 0.0
    stage: float = 0.0
    recent: float = 0.0
    planner: float = 0.0


class RankedSkill(Noun):
    """One row of the score table. ``score`` 0-1; ``reason`` says why it was not chosen, from a closed list."""

    skill: str
    version: int
    title: str
    score: float
    parts: ScoreParts
    evidence_mean: float
    evidence_interval: float
    helped: float
    harmed: float
    verdict: Literal["chosen", "vetoed", "runner_up"] = "runner_up"
    reason: str = ""
    units: tuple[int, ...] = ()


class PlannedMove(Noun):
    """One move of a reply: which skill, which of its moves (1-based), and the strategy it realises."""

    number: int
    skill: str | None
    version: int | None
    move: int | None
    action: Action
    strategy: Strategy
    guidance: str = ""


class Reasoning(Noun):
    """The cognitive chain of the multi-strategy paper: context, cognition, emotion, support plan."""

    context: str = ""
    cognition: str = ""
    emotion: str = ""
    support_plan: str = ""
    grade: Grade = "observed"


class Event(Noun):
    """What every event carries. ``event_id`` is 0 until stored; ``turn`` counts seeker messages from 1."""

    event_id: int = 0
    conversation_id: str
    turn: int = 0
    time: str


class ConversationStarted(Event):
    """The first event of a talk; pins what it stands on."""

    kind: Literal["conversation_started"] = "conversation_started"
    pins: Pins
    engine: str
    model: str = ""
    mode: Mode = "all-in-one"
    seed: int = 0
    bank_used: bool = True
    live: bool = True
    language: str = "en"
    title: str = ""
    forked_from: str | None = None


class TalkRepinned(Event):
    """The person changed the bank while the talk ran, and asked for replies from the changed bank from here on."""

    kind: Literal["talk_repinned"] = "talk_repinned"
    pins: Pins


class TurnStarted(Event):
    """The seeker said something."""

    kind: Literal["turn_started"] = "turn_started"
    text: str


class GuardChecked(Event):
    """The guard looked at the seeker's words (``phase`` in) or at a drafted sentence or reply (out)."""

    kind: Literal["guard_checked"] = "guard_checked"
    phase: Literal["in", "out"]
    crisis: bool = False
    risk: RiskKind = RiskKind.NONE
    level: RiskLevel | None = None
    problem: str = ""
    evidence: tuple[Span, ...] = ()
    decided_by: str = ""
    measure: Literal["none", "crisis_reply", "care_reply", "rewrite", "fixed_reply"] = "none"
    in_care: bool = False
    veiled_draft: str = ""


class StateRead(Event):
    """How the seeker was understood, as distributions with evidence."""

    kind: Literal["state_read"] = "state_read"
    states: tuple[StateScore, ...]
    intensity: float
    stage: Stage
    scenario: Scenario
    scenario_score: float = 0.0
    need: Need | None = None
    need_score: float = 0.0
    act: str = "disclose"
    heard: str = ""
    grade: Grade = "observed"


class UnitsRecalled(Event):
    """The Intervention Units most like this moment, best first. ``newness``: share 0-1 of the message's telling words that no unit and no
    seeker of the develop shelf has, None in simulated talks; ``novel`` when that is far beyond the usual."""

    kind: Literal["units_recalled"] = "units_recalled"
    units: tuple[UnitHit, ...]
    searched: int = 0
    newness: Annotated[float | None, Field(exclude_if=lambda share: share is None)] = None
    novel: Annotated[bool, Field(exclude_if=lambda novel: not novel)] = False


class SkillsRanked(Event):
    """The score table: chosen, vetoed with reason, and the next ones, with all parts; at most 20 rows.

    ``by_means``: where success rates were drawn (Thompson sampling) and put another skill first than their means, that skill.
    """

    kind: Literal["skills_ranked"] = "skills_ranked"
    ranked: tuple[RankedSkill, ...]
    skills: tuple[str, ...]
    candidates: int
    said_reason: str = ""
    by_means: Annotated[str, Field(exclude_if=lambda slug: not slug)] = ""


class PlanMade(Event):
    """The ordered moves of the reply and the reasoning behind them."""

    kind: Literal["plan_made"] = "plan_made"
    mode: Mode
    moves: tuple[PlannedMove, ...]
    skills: tuple[str, ...]
    reasoning: Reasoning = Reasoning()
    expected: tuple[Change, ...] = ()


class SegmentDelta(Event):
    """A sentence of the reply, released after the guard has checked the reply so far."""

    kind: Literal["segment_delta"] = "segment_delta"
    segment: int
    skill: str | None = None
    strategy: Strategy | None = None
    text: str


class SegmentFinished(Event):
    """One strategy-response pair, whole; in the store it replaces its deltas."""

    kind: Literal["segment_finished"] = "segment_finished"
    segment: int
    skill: str | None = None
    strategy: Strategy | None = None
    action: Action | None = None
    text: str


class RoleFellBack(Event):
    """The endpoint failed at one step and the embedded engine did it instead."""

    kind: Literal["role_fell_back"] = "role_fell_back"
    role: str
    reason: str


class ReplyFinished(Event):
    """The reply as shown. ``outcome`` says how it ended; ``notes`` are sentences for the person."""

    kind: Literal["reply_finished"] = "reply_finished"
    text: str
    skills: tuple[str, ...] = ()
    outcome: Literal["complete", "stopped", "crisis", "care", "guarded", "failed"] = "complete"
    notes: tuple[str, ...] = ()
    plain: str = ""
    milliseconds: float = 0.0
    prompts: tuple[str, ...] = ()


class TurnRated(Event):
    """What the person felt about a reply: emotion 1-5, thumb, reason."""

    kind: Literal["turn_rated"] = "turn_rated"
    emotion: Annotated[int, Field(ge=1, le=5)] | None = None
    thumb: Literal["up", "down"] | None = None
    text: str = ""


class TurnUndone(Event):
    """The person took a turn back; folds leave it out, the record keeps it."""

    kind: Literal["turn_undone"] = "turn_undone"
    undone: int
    reason: Literal["undo", "regenerate"] = "undo"


class TalkClosed(Event):
    """The talk ended; ``may_learn`` is the tester's consent, off by default."""

    kind: Literal["talk_closed"] = "talk_closed"
    may_learn: bool = False


class RoleTaken(Event):
    """From here on the person writes as a written seeker: names the card, holds no word of it, and is told to no supporter."""

    kind: Literal["role_taken"] = "role_taken"
    profile: str
    profile_hash: str


class EpisodeStarted(Event):
    """A simulated talk begins, just after ``conversation_started``: who is played, in which run and arm. Never shown to a supporter."""

    kind: Literal["episode_started"] = "episode_started"
    run: str
    profile: str
    profile_hash: str
    arm: str
    repeat: int = 1
    protocol: RecordedProtocol
    seeker_engine: str
    seeker_model: str = ""
    seed: int = 0
    emotion: int


class SeekerAppraised(Event):
    """What the seeker made of the reply to this turn: SAGE's five blocks. ``change`` -10 to +10."""

    kind: Literal["seeker_appraised"] = "seeker_appraised"
    content: str = ""
    target_completion: str = ""
    activity: str = ""
    analyse: str = ""
    change: Annotated[int, Field(ge=-10, le=10)]
    prompts: tuple[str, ...] = ()


class EmotionChanged(Event):
    """The seeker's emotion after the reply to this turn, 0-100 (below 0 is possible in ``sage-exact``)."""

    kind: Literal["emotion_changed"] = "emotion_changed"
    before: int
    change: int
    after: int
    band: Band


class SeekerSpoke(Event):
    """How the seeker came to what it says at this turn; the words themselves follow as ``turn_started``."""

    kind: Literal["seeker_spoke"] = "seeker_spoke"
    thinking: str = ""
    origin: str = ""
    change: str = ""
    text: str
    goodbye: bool = False
    prompts: tuple[str, ...] = ()


class EpisodeFlagged(Event):
    """The simulator's lint found something that makes this episode doubtful."""

    kind: Literal["episode_flagged"] = "episode_flagged"
    flag: Literal["empty_turn", "role_swap", "early_goodbye", "leaked_wish", "repeated_line"]
    text: str = ""


class EpisodeFinished(Event):
    """How a simulated talk ended. ``emotion`` is the last one; ``reason`` a sentence where the outcome alone says too little."""

    kind: Literal["episode_finished"] = "episode_finished"
    outcome: Outcome
    emotion: int
    turns: int
    reason: str = ""


class EpisodeRetried(Event):
    """A simulated talk that had failed is tried again from its last whole step. ``attempt`` counts from 2; ``reason`` is why the one
    before failed. What that one left, an unfinished turn among it, stands before this event and counts no more.
    """

    kind: Literal["episode_retried"] = "episode_retried"
    attempt: int
    reason: str = ""


AnyEvent = Annotated[
    ConversationStarted
    | TalkRepinned
    | TurnStarted
    | GuardChecked
    | StateRead
    | UnitsRecalled
    | SkillsRanked
    | PlanMade
    | SegmentDelta
    | SegmentFinished
    | RoleFellBack
    | ReplyFinished
    | TurnRated
    | TurnUndone
    | TalkClosed
    | RoleTaken
    | EpisodeStarted
    | SeekerAppraised
    | EmotionChanged
    | SeekerSpoke
    | EpisodeFlagged
    | EpisodeFinished
    | EpisodeRetried,
    Field(discriminator="kind"),
]
EVENT_ADAPTER: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)
