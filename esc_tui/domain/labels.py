"""The closed label sets, version 1: scenario, state, action, change, stage, need, character, risk, strategy.

Sizes follow the ESC-Skills paper (18 scenarios, 15 states, 17 actions, 14 changes); the names are this project's own.
Identifiers are kebab-case, those of risk kinds and levels snake_case. Labels are never renamed or removed within a version.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar


class Scenario(StrEnum):
    """What the talk is about (18)."""

    ONGOING_DEPRESSION = "ongoing-depression"
    BREAKUP_WITH_PARTNER = "breakup-with-partner"
    JOB_CRISIS = "job-crisis"
    PROBLEMS_WITH_FRIENDS = "problems-with-friends"
    ACADEMIC_PRESSURE = "academic-pressure"
    PROCRASTINATION = "procrastination"
    ALCOHOL_ABUSE = "alcohol-abuse"
    ISSUES_WITH_PARENTS = "issues-with-parents"
    SLEEP_PROBLEMS = "sleep-problems"
    APPEARANCE_ANXIETY = "appearance-anxiety"
    SCHOOL_BULLYING = "school-bullying"
    ISSUES_WITH_CHILDREN = "issues-with-children"
    PARTNER_CONFLICT = "partner-conflict"
    MONEY_WORRIES = "money-worries"
    HEALTH_WORRIES = "health-worries"
    BEREAVEMENT = "bereavement"
    LONELINESS = "loneliness"
    OTHER = "other"


class State(StrEnum):
    """How the seeker is at this moment (15)."""

    ANXIOUS = "anxious"
    SAD = "sad"
    HOPELESS = "hopeless"
    ANGRY = "angry"
    ASHAMED = "ashamed"
    LONELY = "lonely"
    OVERWHELMED = "overwhelmed"
    TORN = "torn"
    AFRAID = "afraid"
    NUMB = "numb"
    DEFENSIVE = "defensive"
    VENTING = "venting"
    SEEKING_A_WAY_FORWARD = "seeking-a-way-forward"
    REFLECTING = "reflecting"
    RELIEVED = "relieved"


class Strategy(StrEnum):
    """The eight support strategies of ESConv, by their published names."""

    QUESTION = "Question"
    RESTATEMENT = "Restatement or Paraphrasing"
    REFLECTION = "Reflection of feelings"
    SELF_DISCLOSURE = "Self-disclosure"
    AFFIRMATION = "Affirmation and Reassurance"
    SUGGESTIONS = "Providing Suggestions"
    INFORMATION = "Information"
    OTHERS = "Others"

    @property
    def tag(self) -> str:
        """The two-letter tag used in tables, e.g. ``RF`` for reflection of feelings."""
        return _STRATEGY_TAGS[self]


_STRATEGY_TAGS = {
    Strategy.QUESTION: "QU",
    Strategy.RESTATEMENT: "RP",
    Strategy.REFLECTION: "RF",
    Strategy.SELF_DISCLOSURE: "SD",
    Strategy.AFFIRMATION: "AF",
    Strategy.SUGGESTIONS: "PS",
    Strategy.INFORMATION: "IN",
    Strategy.OTHERS: "OT",
}


class Action(StrEnum):
    """What the supporter does in one move (17); each maps to one strategy."""

    OPEN_QUESTION = "open-question"
    CLARIFYING_QUESTION = "clarifying-question"
    CHECKING_WHAT_IS_WANTED = "checking-what-is-wanted"
    RESTATEMENT = "restatement"
    SUMMARY = "summary"
    REFLECTION_OF_FEELING = "reflection-of-feeling"
    SHARED_HUMAN_EXPERIENCE = "shared-human-experience"
    VALIDATION = "validation"
    AFFIRMATION_OF_STRENGTH = "affirmation-of-strength"
    REASSURANCE = "reassurance"
    SUGGESTION_WITH_OPTIONS = "suggestion-with-options"
    PLANNING_A_CONCRETE_STEP = "planning-a-concrete-step"
    GENTLE_CHALLENGE = "gentle-challenge"
    REFRAMING = "reframing"
    EXPLAINING_ANOTHERS_VIEW = "explaining-anothers-view"
    INFORMATION = "information"
    SOCIAL_OR_OTHER = "social-or-other"

    @property
    def strategy(self) -> Strategy:
        """The ESConv strategy this action realises."""
        return _ACTION_STRATEGY[self]

    @property
    def asks(self) -> bool:
        """True for the three actions whose sentence is a question."""
        return self.strategy is Strategy.QUESTION


_ACTION_STRATEGY = {
    Action.OPEN_QUESTION: Strategy.QUESTION,
    Action.CLARIFYING_QUESTION: Strategy.QUESTION,
    Action.CHECKING_WHAT_IS_WANTED: Strategy.QUESTION,
    Action.RESTATEMENT: Strategy.RESTATEMENT,
    Action.SUMMARY: Strategy.RESTATEMENT,
    Action.REFLECTION_OF_FEELING: Strategy.REFLECTION,
    Action.SHARED_HUMAN_EXPERIENCE: Strategy.SELF_DISCLOSURE,
    Action.VALIDATION: Strategy.AFFIRMATION,
    Action.AFFIRMATION_OF_STRENGTH: Strategy.AFFIRMATION,
    Action.REASSURANCE: Strategy.AFFIRMATION,
    Action.SUGGESTION_WITH_OPTIONS: Strategy.SUGGESTIONS,
    Action.PLANNING_A_CONCRETE_STEP: Strategy.SUGGESTIONS,
    Action.GENTLE_CHALLENGE: Strategy.SUGGESTIONS,
    Action.REFRAMING: Strategy.INFORMATION,
    Action.EXPLAINING_ANOTHERS_VIEW: Strategy.INFORMATION,
    Action.INFORMATION: Strategy.INFORMATION,
    Action.SOCIAL_OR_OTHER: Strategy.OTHERS,
}


class Polarity(StrEnum):
    """Whether a response change helped, left things as they were, or harmed."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"

    @property
    def glyph(self) -> str:
        """The mark that carries the meaning without colour."""
        return {"positive": "▲", "neutral": "=", "negative": "▼"}[self.value]


class Change(StrEnum):
    """How the seeker moved after the supporter's action (14)."""

    RELIEF = "relief"
    FEELS_UNDERSTOOD = "feels-understood"
    OPENS_UP = "opens-up"
    GAINS_INSIGHT = "gains-insight"
    GAINS_HOPE = "gains-hope"
    ACCEPTS_A_SUGGESTION = "accepts-a-suggestion"
    THANKS = "thanks"
    CONTINUES = "continues"
    ANSWERS_FACTS = "answers-facts"
    CHANGES_TOPIC = "changes-topic"
    REJECTS = "rejects"
    FRUSTRATED = "frustrated"
    WITHDRAWS = "withdraws"
    DISTRESS_RISES = "distress-rises"

    @property
    def polarity(self) -> Polarity:
        """Seven positive, three neutral, four negative changes."""
        if self in _NEUTRAL_CHANGES:
            return Polarity.NEUTRAL
        return Polarity.NEGATIVE if self in _NEGATIVE_CHANGES else Polarity.POSITIVE


_NEUTRAL_CHANGES = frozenset({Change.CONTINUES, Change.ANSWERS_FACTS, Change.CHANGES_TOPIC})
_NEGATIVE_CHANGES = frozenset({Change.REJECTS, Change.FRUSTRATED, Change.WITHDRAWS, Change.DISTRESS_RISES})


class Stage(StrEnum):
    """Where the talk stands (3), after Hill's helping skills as ESConv uses them."""

    EXPLORATION = "exploration"
    COMFORTING = "comforting"
    ACTION = "action"


class Need(StrEnum):
    """What the seeker secretly hopes for: SAGE's eight hidden intentions."""

    EXAMINE_FROM_SEVERAL_SIDES = "examine-from-several-sides"
    GET_ADVICE_THAT_HELPS_NOW = "get-advice-that-helps-now"
    UNDERSTAND_OTHERS = "understand-others"
    SELF_REFLECTION_AND_GROWTH = "self-reflection-and-growth"
    BE_PRAISED = "be-praised"
    BE_LISTENED_TO = "be-listened-to"
    BE_EMPATHISED_WITH = "be-empathised-with"
    BE_TOLD_NOT_AT_FAULT = "be-told-not-at-fault"


class Character(StrEnum):
    """SAGE's three character types of a simulated seeker."""

    NEGATIVE = "negative"
    PASSIVE = "passive"
    AVOIDANT = "avoidant"


class RiskKind(StrEnum):
    """What a crisis is about (7); chooses the immediate reply, never a prediction."""

    NONE = "none"
    SELF_HARM = "self_harm"
    HARM_TO_OTHERS = "harm_to_others"
    ABUSE = "abuse"
    MEDICAL_EMERGENCY = "medical_emergency"
    THIRD_PARTY = "third_party"
    PSYCHOSIS_RISK = "psychosis_risk"


class RiskLevel(StrEnum):
    """How far thoughts of self-harm have gone (self_harm only)."""

    PASSIVE_IDEATION = "passive_ideation"
    ACTIVE_IDEATION = "active_ideation"
    INTENT_OR_PLAN = "intent_or_plan"
    BEHAVIOUR = "behaviour"


class Severity(StrEnum):
    """How much harm a skill's risk would do."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class SkillStatus(StrEnum):
    """Where a skill stands in its life; only active and watch skills are offered in a talk."""

    DRAFT = "draft"
    ACTIVE = "active"
    WATCH = "watch"
    RETIRED = "retired"


class Shelf(StrEnum):
    """Which cohort a profile or an evidence row belongs to."""

    DEVELOP = "develop"
    CONFIRM = "confirm"
    EXAM = "exam"


SEALED_SHELVES: frozenset[Shelf] = frozenset({Shelf.CONFIRM, Shelf.EXAM})
"""Nobody may read the profiles of these shelves before their cohort is retired."""

LabelT = TypeVar("LabelT", bound=StrEnum)


_NAMES = {"explaining-anothers-view": "explaining another's view"}


def in_words(label: str) -> str:
    """A label as it is read: ``job-crisis`` is ``job crisis``, with the apostrophe where its id has none."""
    return _NAMES.get(label, label.replace("-", " "))


def parse_label(kind: type[LabelT], text: str) -> LabelT:
    """Read one label; a near miss in case or spacing is accepted, of a strategy also its two-letter tag (RF)
    and its short name (reflection).

    Raises ValueError that names the nearest known label when ``text`` is none of the set.
    """
    wanted = text.strip()
    bare = wanted.lower().replace(" ", "-").replace("_", "-").replace("'", "")
    for candidate in (wanted, bare):
        try:
            return kind(candidate)
        except ValueError:
            continue
    from difflib import get_close_matches

    words = {member.value.lower().replace(" ", "-"): member for member in kind}
    for member in kind:
        if isinstance(member, Strategy):
            words |= {member.name.lower().replace("_", "-"): member, member.tag.lower(): member}
    if bare in words:
        return words[bare]
    near = words[get_close_matches(bare, [word for word in words if len(word) > 2], n=1, cutoff=0.0)[0]]
    name = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind.__name__).strip()
    told = f"'{near.name.lower().replace('_', '-')}' ({near.tag})" if isinstance(near, Strategy) else f"'{near.value}'"
    raise ValueError(f"unknown {name} '{wanted}'; the nearest known one is {told}")
