"""What the guard hands out: evidence, the check of a seeker's message, and the check of a drafted reply."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from esc_tui.domain.labels import RiskKind, RiskLevel

DecidedBy = Literal["rules", "classifier", "both", "model", "none"]

LEVEL_ORDER: dict[RiskLevel | None, int] = {
    None: 0,
    RiskLevel.PASSIVE_IDEATION: 1,
    RiskLevel.ACTIVE_IDEATION: 2,
    RiskLevel.INTENT_OR_PLAN: 3,
    RiskLevel.BEHAVIOUR: 4,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that decided: ``text == original[start:end]``, offsets in characters of the original text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class CrisisCheck:
    """What the guard found in one message; ``level`` is set for self-harm alone.

    It chooses the immediate reply and nothing else; it is no measure of risk and never shown as one.
    """

    crisis: bool
    kind: RiskKind
    level: RiskLevel | None = None
    evidence: tuple[Evidence, ...] = ()
    decided_by: DecidedBy = "none"


class ReplyProblem(StrEnum):
    """What a drafted reply may not contain."""

    METHOD_INFORMATION = "method_information"
    DIAGNOSIS = "diagnosis"
    MEDICATION_ADVICE = "medication_advice"
    INVENTED_HISTORY = "invented_history"
    DISMISSAL = "dismissal"
    PROMISE_OF_SECRECY = "promise_of_secrecy"
    FLATTERY_OF_HARM = "flattery_of_harm"


@dataclass(frozen=True, slots=True)
class ReplyCheck:
    """Whether a drafted sentence or reply may be shown; ``kind`` names the first problem found."""

    ok: bool
    kind: ReplyProblem | None = None
    evidence: tuple[Evidence, ...] = ()
