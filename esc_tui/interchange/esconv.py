"""ESConv's native shape (and FailedESConv's speaker names) read into dialogues."""

from __future__ import annotations

import json
from typing import Any

from esc_tui.domain.dialogue import Dialogue, DialogueTurn
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Strategy

_SPEAKERS = {
    "seeker": "seeker",
    "usr": "seeker",
    "speaker": "seeker",
    "supporter": "supporter",
    "sys": "supporter",
    "listener": "supporter",
}
_STRATEGIES = {strategy.value.lower(): strategy for strategy in Strategy} | {
    "questions": Strategy.QUESTION,
    "other": Strategy.OTHERS,
}


def read_dialogue(text: str, where: str, source: str = "") -> Dialogue:
    """Read one dialogue from JSON text. Raises UserError with the place of the first thing that is wrong."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise UserError(f"not JSON ({error})", where, "one dialogue is one JSON object") from error
    if not isinstance(data, dict) or not isinstance(data.get("dialog"), list):
        raise UserError("there is no list 'dialog'", where, "give the dialogue in ESConv's native shape")
    survey = (data.get("survey_score") or {}).get("seeker") or {}
    initial, final = _number(survey, "initial_emotion_intensity"), _number(survey, "final_emotion_intensity")
    identifier = str(data.get("dialogue_id") or "")
    if not identifier:
        raise UserError("the dialogue has no 'dialogue_id'", where, "give it one")
    return Dialogue(
        id=identifier,
        turns=tuple(_turn(row, place, where) for place, row in enumerate(data["dialog"])),
        experience_type=str(data.get("experience_type", "")),
        emotion_type=str(data.get("emotion_type", "")),
        problem_type=str(data.get("problem_type", "")),
        situation=str(data.get("situation", "")),
        initial_intensity=initial,
        final_intensity=final,
        empathy=_number(survey, "empathy"),
        relevance=_number(survey, "relevance"),
        helped=None if initial is None or final is None else initial - final >= 2,
        licence=str(data.get("licence", "")),
        source=source,
    )


def _turn(row: Any, place: int, where: str) -> DialogueTurn:
    here = f"{where}, line {place} of the dialogue"
    if not isinstance(row, dict):
        raise UserError("a line is no object", here)
    speaker = _SPEAKERS.get(str(row.get("speaker", "")).lower())
    if speaker is None:
        raise UserError(f"unknown speaker '{row.get('speaker')}'", here, "use seeker or supporter")
    annotation = row.get("annotation") or {}
    named = annotation.get("strategy", row.get("strategy"))
    strategy = None
    if named and speaker == "supporter":
        strategy = _STRATEGIES.get(str(named).strip().lower())
        if strategy is None:
            raise UserError(f"unknown strategy '{named}'", here, f"known ones are {', '.join(Strategy)}")
    return DialogueTurn(
        speaker="seeker" if speaker == "seeker" else "supporter",
        text=str(row.get("content", row.get("text", ""))).strip("\n"),
        strategy=strategy,
        feedback=_number(annotation, "feedback"),
    )


def _number(row: dict[str, Any], key: str) -> int | None:
    value = row.get(key)
    if value in (None, ""):
        return None
    try:
        number = int(str(value))
    except ValueError:
        return None
    return number if 1 <= number <= 5 else None
