"""``check_message``: rules and classifier joined into one answer about a seeker's message. Nothing switches it off."""

from __future__ import annotations

from collections.abc import Sequence

from esc_tui.domain.labels import RiskKind, RiskLevel
from esc_tui.guard.kinds import LEVEL_ORDER, CrisisCheck, Evidence
from esc_tui.guard.rules import Hit, Reading, farewells, fiction_frame, read

_PRIORITY = (RiskKind.PSYCHOSIS_RISK, RiskKind.MEDICAL_EMERGENCY, RiskKind.HARM_TO_OTHERS, RiskKind.ABUSE,
             RiskKind.SELF_HARM, RiskKind.THIRD_PARTY)
_URGENT = (RiskLevel.INTENT_OR_PLAN, RiskLevel.BEHAVIOUR)


def _by_rules(reading: Reading) -> tuple[RiskKind, RiskLevel | None, tuple[Evidence, ...]]:
    hits: Sequence[Hit] = reading.deciding
    kinds = {hit.rule.kind for hit in hits}
    urgent = any(hit.rule.level in _URGENT for hit in hits)
    if RiskKind.SELF_HARM in kinds and urgent and RiskKind.PSYCHOSIS_RISK not in kinds:
        kind = RiskKind.SELF_HARM
    else:
        kind = next(kind for kind in _PRIORITY if kind in kinds)
    chosen = [hit for hit in hits if hit.rule.kind is kind]
    level = max((hit.rule.level for hit in chosen), key=lambda item: LEVEL_ORDER[item])
    return kind, level, tuple(dict.fromkeys(hit.evidence for hit in chosen))


def check_message(text: str, context: Sequence[str] = ()) -> CrisisCheck:
    """Look at a seeker's message; ``context`` is what they wrote before, oldest first.

    Context may raise (a goodbye after hopeless talk) and may clear (it was about a film).
    """
    frame = fiction_frame(context[-1]) if context else ""
    reading = read(text, frame)
    if reading.deciding:
        kind, level, evidence = _by_rules(reading)
        return CrisisCheck(True, kind, level, evidence, "rules")
    if context and not frame:
        dark = any(hit for earlier in context[-6:] for hit in read(earlier).hits
                   if hit.rule.kind is RiskKind.SELF_HARM and not hit.cleared)
        signs = farewells(reading.message) if dark else ()
        if signs:
            return CrisisCheck(True, RiskKind.SELF_HARM, RiskLevel.INTENT_OR_PLAN, signs, "rules")
    return CrisisCheck(False, RiskKind.NONE)
