"""The one plain sentence of a turn, built from what the program observed, never from a model's words."""

from __future__ import annotations

from esc_tui.domain.label_words import label_words
from esc_tui.domain.labels import Action
from esc_tui.domain.talk import TurnView

_DID = {
    Action.OPEN_QUESTION: "asked an open question",
    Action.CLARIFYING_QUESTION: "asked what exactly was meant",
    Action.CHECKING_WHAT_IS_WANTED: "asked what would help",
    Action.RESTATEMENT: "gave their words back",
    Action.SUMMARY: "drew the threads together",
    Action.REFLECTION_OF_FEELING: "named the feeling",
    Action.SHARED_HUMAN_EXPERIENCE: "said that many people know this",
    Action.VALIDATION: "said that the feeling makes sense",
    Action.AFFIRMATION_OF_STRENGTH: "named a strength they showed",
    Action.REASSURANCE: "reassured them",
    Action.SUGGESTION_WITH_OPTIONS: "offered options",
    Action.PLANNING_A_CONCRETE_STEP: "looked for one concrete step",
    Action.GENTLE_CHALLENGE: "gently questioned a harsh thought",
    Action.REFRAMING: "offered another way to see it",
    Action.EXPLAINING_ANOTHERS_VIEW: "wondered how the other may see it",
    Action.INFORMATION: "told a fact that may help",
    Action.SOCIAL_OR_OTHER: "kept them company",
}


def plain_sentence(turn: TurnView | None) -> str:
    """For example: ``They wrote “nobody noticed” and seemed lonely, so the reply named the feeling, then asked ...``."""
    if turn is None:
        return ""
    guard = turn.guard_in
    if guard is not None and guard.measure == "crisis_reply":
        words = ", ".join(f"“{span.text}”" for span in guard.evidence[:2])
        because = f" because of {words}" if words else ""
        return f"The guard saw signs of danger{because}, so no skill was used and the safety text was given."
    if guard is not None and guard.measure == "care_reply":
        return "The talk is in care after signs of danger, so skills stay off until the seeker says they are safe."
    seen = "They wrote"
    if turn.state is not None:
        heard = _short(turn.state.heard or turn.text)
        best = turn.state.states[0]
        seemed = label_words(best.state)
        how = f"seemed {seemed}" if best.score >= 0.45 else f"may have been {seemed}"
        seen = f"They wrote “{heard}” and {how if best.score >= 0.3 else 'showed no clear feeling yet'}"
    did = list(
        dict.fromkeys(_DID[segment.action] for segment in turn.segments if segment.action is not None and segment.text)
    )
    if not did:
        return f"{seen}."
    listed = did[0] if len(did) == 1 else f"{', '.join(did[:-1])}, then {did[-1]}"
    return f"{seen}, so the reply {listed}."


def _short(text: str, limit: int = 60) -> str:
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    cut = text[:limit].rsplit(" ", 1)[0] or text[:limit]
    return f"{cut} …"
