"""The roles that improve a bank: an analyst reads the trace of a talk, a proposer turns findings into changes of skills.

What they are given is plain values: neither reads the bank. Nothing of a sealed profile is ever among them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from esc_tui.domain.evidence import Outcomes
from esc_tui.domain.evolution import Finding, Proposal, ProposalKind, SeekerGroup
from esc_tui.domain.labels import Action, Character, Need, Scenario, Stage, State
from esc_tui.domain.skill import Skill

if TYPE_CHECKING:
    from esc_tui.domain.events import PlannedMove, RankedSkill, StateScore
    from esc_tui.engines.roles import SkillBrief


class PivotKind(StrEnum):
    """Why a turn is looked at first."""

    LARGEST_RISE = "largest rise"
    LARGEST_FALL = "largest fall"
    BAND_UP = "into a higher band"
    BAND_DOWN = "into a lower band"
    CARE = "into care"
    MARKED_BAD = "marked bad"
    MARKED_GOOD = "marked good"
    LABELLED = "labelled by a person"


@dataclass(frozen=True, slots=True)
class TracedTurn:
    """One turn as an analyst reads it: what was heard, how it was understood, what was done, and what followed.

    ``change`` -10 to +10 is the seeker's move of emotion, or what a rating says of it; None where nothing tells. ``before``: emotion of a
    simulated seeker before the reply. ``states`` as read, best first, empty where nothing was read. ``said`` are the words of each
    skill's moves (slug, text). ``refused`` names what the guard refused in a draft. ``thought`` is what a simulated seeker thought,
    ``taken`` whether by it the reply met (1) or missed (-1) them; of people nothing is known.
    """

    number: int
    heard: str
    reply: str
    change: int | None = None
    before: int | None = None
    states: tuple[StateScore, ...] = ()
    stage: Stage | None = None
    ranked: tuple[RankedSkill, ...] = ()
    skills: tuple[str, ...] = ()
    moves: tuple[PlannedMove, ...] = ()
    said: tuple[tuple[str, str], ...] = ()
    units: tuple[int, ...] = ()
    refused: str = ""
    care: bool = False
    thought: str = ""
    taken: int | None = None
    pivots: tuple[PivotKind, ...] = ()

    @property
    def state(self) -> State | None:
        """The likeliest state."""
        return self.states[0].state if self.states else None


@dataclass(frozen=True, slots=True)
class Trace:
    """One talk, oldest turn first. ``run`` and ``episode`` are numbers, None for a ``live`` talk, whose words stay in the talk alone.

    ``revision`` and ``candidate`` are what it was made with; character, need and scenario those of the simulated seeker, None for people.
    ``quotable``: its words may be sent to another computer, because the licence of its profile lets them; never so those of a live talk.
    """

    conversation: str
    turns: tuple[TracedTurn, ...]
    run: int | None = None
    episode: int | None = None
    profile: str = ""
    live: bool = False
    revision: int = 0
    candidate: str = ""
    character: Character | None = None
    need: Need | None = None
    scenario: Scenario | None = None
    quotable: bool = False


class Moves(NamedTuple):
    """How emotion moved in some turns: ``turns`` of ``seekers``, and the mean change (-10 to +10).

    In ``thoughts`` of them a seeker's thought is known; ``taken`` is the mean of whether the reply met them (-1 to 1).
    """

    turns: int
    seekers: int
    mean: float
    taken: float = 0.0
    thoughts: int = 0


class Trial(NamedTuple):
    """What simulated seekers make of a skill at ``moments`` in which it spoke to them: the mean change (-10 to +10, each seeker counts
    once) after the replies as they were, and after those ``without`` the skill. ``harms``: clearly worse with it."""

    moments: int
    seekers: int
    mean: float
    without: float
    harms: bool


@dataclass(frozen=True, slots=True)
class Record:
    """What is known beyond one talk. Keys are names of groups (``SeekerGroup.name``; empty: all seekers).

    ``skills``: moves of the turns in which a skill spoke, by slug and group; ``groups``: moves of all turns of a group; ``units``: what
    units tell of an action for seekers of a need or state (by label id); ``answers``: actions a need or state answers to, best first;
    ``trials``: skills tried again at their moments, by slug and group; None where nobody could be asked again.
    """

    skills: Mapping[tuple[str, str], Moves] = field(default_factory=dict)
    groups: Mapping[str, Moves] = field(default_factory=dict)
    units: Mapping[tuple[str, Action], Outcomes] = field(default_factory=dict)
    answers: Mapping[str, tuple[Action, ...]] = field(default_factory=dict)
    trials: Mapping[tuple[str, str], Trial] | None = None


@dataclass(frozen=True, slots=True)
class AnalystBrief:
    """A trace, the skills in force when it was made (by slug), and what is known beyond it."""

    trace: Trace
    skills: Mapping[str, Skill]
    record: Record


class Analyst(Protocol):
    """Finds in one trace what is missing, unsafe, wrong for such seekers, wrongly chosen, weakly done, and what worked."""

    @property
    def name(self) -> str:
        """The engine, e.g. "embedded"."""
        ...

    async def analyse(self, brief: AnalystBrief) -> tuple[Finding, ...]:
        """Findings of this trace alone, each with its turns; ``id`` is given when findings of many traces are merged.

        Raises AnswerError for answers of no use, EndpointError when the endpoint fails.
        """
        ...


@dataclass(frozen=True, slots=True)
class GroupEvidence:
    """What the bank holds for the seekers of a finding. ``brief``: units that helped and harmed such seekers, None without any that helped;
    ``states`` and ``stages``: how often each led in their turns, most frequent first.
    """

    brief: SkillBrief | None
    states: tuple[tuple[State, int], ...] = ()
    stages: tuple[tuple[Stage, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A proposal that was rejected (by a person, a verdict or the gate), and why. ``slugs`` are the skills it changed or made."""

    kind: ProposalKind
    title: str
    group: SeekerGroup
    slugs: tuple[str, ...]
    actions: tuple[Action, ...]
    digest: str
    reason: str


@dataclass(frozen=True, slots=True)
class ProposerBrief:
    """Findings to answer, the skills in force (by slug, retired ones too), what the bank holds for each finding (by its id), and what
    was refused before. ``taken``: slugs that were ever used. ``objections`` says why a proposal may not be tried, one sentence each."""

    findings: Sequence[Finding]
    skills: Mapping[str, Skill]
    evidence: Mapping[str, GroupEvidence]
    record: Record
    refused: Sequence[Refused]
    taken: frozenset[str]
    base_revision: int
    base_hash: str
    objections: Callable[[Proposal], Sequence[str]] = lambda proposal: ()


class Proposer(Protocol):
    """Turns findings into small changes of skills; touches no locked field and repeats nothing that was refused."""

    @property
    def name(self) -> str:
        """The engine, e.g. "embedded"."""
        ...

    async def propose(self, brief: ProposerBrief) -> tuple[Proposal, ...]:
        """Proposals against the base of the brief, the most needed first; ``id`` is given when they are stored.

        Raises AnswerError for answers of no use, EndpointError when the endpoint fails.
        """
        ...
