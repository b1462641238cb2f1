"""One JSON value turned into a dialogue, whichever corpus it is from; every line and label not taken is noted with its place."""

from __future__ import annotations

import json
import re
from typing import Any

from esc_tui.domain.base import content_id
from esc_tui.domain.dialogue import FELL_BY, Dialogue, DialogueTurn, words_hash
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Strategy
from esc_tui.interchange.corpora.found import Part, Reading, Reason, Skip
from esc_tui.interchange.corpora.names import INSTRUCTING, Speaker, kept, language_of, speaker_named, strategy_named

ESCONV_LICENCE = "CC BY-NC 4.0"
"""The licence of ESConv and FailedESConv (github.com/thu-coai/Emotional-Support-Conversation)."""
LONGEST_LINE = 20_000
"""Characters of the longest line taken; ESConv's longest has 912."""
FAILED = "FailedESConv"
"""The form of the collection of talks that failed: what it holds did not help, whatever its survey says."""

_CONTAINERS = ("dialog", "messages", "conversations")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


class _Row:
    """Reads one row and keeps what was not taken. ``place`` is that of the row in its file."""

    def __init__(self, row: dict[str, Any], place: str) -> None:
        self.row, self.place = row, place
        self.skipped: list[Skip] = []
        self.instructions = 0

    def skip(self, part: Part, reason: Reason, utterance: int | None = None, detail: object = "") -> None:
        place = self.place if utterance is None else f"{self.place}, utterance {utterance}"
        self.skipped.append(Skip(part, reason, place, _shown(detail)))

    def turns(self, lines: list[Any], instructing: bool) -> list[DialogueTurn]:
        taken: list[DialogueTurn] = []
        for number, line in enumerate(lines, 1):
            if not isinstance(line, dict):
                self.skip("line", Reason.LINE_NO_OBJECT, number, line)
                continue
            name = _first(line, "speaker", "role", "from")
            if instructing and isinstance(name, str) and name.strip().casefold() in INSTRUCTING:
                self.instructions += 1
                continue
            speaker = speaker_named(name)
            if speaker is None:
                self.skip("line", Reason.UNKNOWN_SPEAKER, number, name)
                continue
            text = self.text(_first(line, "content", "text", "value"), number)
            if text:
                taken.append(self.turn(line, number, speaker, text))
        return taken

    def text(self, value: object, number: int) -> str:
        if isinstance(value, list) and value and all(isinstance(one, dict) and isinstance(one.get("text"), str) for one in value):
            value = "\n".join(one["text"] for one in value)  # ChatML's content in parts
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = _number_as_text(value)
        if value is None or (isinstance(value, str) and not value.strip()):
            self.skip("line", Reason.NO_TEXT, number)
        elif not isinstance(value, str):
            self.skip("line", Reason.TEXT_NO_STRING, number, value)
        elif len(value) > LONGEST_LINE:
            self.skip("line", Reason.LONG_LINE, number, f"{len(value):,} characters")
        else:
            return kept(value)
        return ""

    def turn(self, line: dict[str, Any], number: int, speaker: Speaker, text: str) -> DialogueTurn:
        annotation = line.get("annotation")
        if annotation is not None and not isinstance(annotation, dict):
            self.skip("label", Reason.ODD_ANNOTATION, number, annotation)
        noted = annotation if isinstance(annotation, dict) else {}
        return DialogueTurn(speaker=speaker, text=text,
                            strategy=self.strategy(noted.get("strategy", line.get("strategy")), number, speaker),
                            feedback=self.rating(noted.get("feedback", line.get("feedback")), number, "feedback"))

    def strategy(self, name: object, number: int, speaker: Speaker) -> Strategy | None:
        if name is None or name == "":
            return None
        if speaker == "seeker":
            self.skip("label", Reason.SEEKER_STRATEGY, number, name)
            return None
        if isinstance(name, list) and len(name) == 1:
            name = name[0]
        known = strategy_named(name) if isinstance(name, str) else None
        if known is None:
            self.skip("label", Reason.UNKNOWN_STRATEGY, number, name)
        return known

    def rating(self, value: object, number: int | None, name: str) -> int | None:
        if value is None or value == "":
            return None
        found = _whole_number(value)
        if found is None or not 1 <= found <= 5:
            self.skip("label", Reason.ODD_RATING, number, f"{name} {_shown(value)}")
            return None
        return found

    def field(self, *names: str) -> str:
        value = _first(self.row, *names)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = _number_as_text(value)
        if value is None or isinstance(value, str):
            return kept(value or "")
        self.skip("label", Reason.ODD_FIELD, None, names[0])
        return ""

    def survey(self) -> dict[str, Any]:
        value = self.row.get("survey_score")
        seeker = value.get("seeker") if isinstance(value, dict) else value
        if seeker is None or isinstance(seeker, dict):
            return seeker or {}
        self.skip("label", Reason.ODD_SURVEY, None, value)
        return {}


def read_row(value: object, place: str, *, source: str = "", licence: str = "") -> Reading:
    """Read one dialogue from a JSON value.

    ``place`` begins the place of every note. The licence is the one the row itself names (``licence`` or ``license``), else the
    one given, else ESConv's when the row has the fields of ESConv (emotion and problem type beside a list ``dialog``), else none:
    not to be shared.
    The id comes from the words, so the same talk has the same id in every format.
    """
    if not isinstance(value, dict):
        return Reading(None, skipped=(Skip("dialogue", Reason.NO_OBJECT, place, _shown(value)),))
    container = next((name for name in _CONTAINERS if isinstance(value.get(name), list)), "")
    if not container:
        return Reading(None, skipped=(Skip("dialogue", Reason.NOT_RECOGNISED, place),))
    row = _Row(value, place)
    lines = value[container]
    turns = row.turns(lines, instructing=container != "dialog")
    form = _form(value, container)
    reason = (Reason.NO_LINES if not lines or not turns else
              Reason.ONE_SIDED if len({turn.speaker for turn in turns}) == 1 else
              None if any(letter.isalnum() for turn in turns for letter in turn.text) else Reason.NO_WORDS)
    if reason is not None:
        row.skip("dialogue", reason)
        return Reading(None, form, tuple(row.skipped), row.instructions)
    return Reading(_dialogue(row, turns, source, licence, container, form), form, tuple(row.skipped), row.instructions)


def _dialogue(row: _Row, turns: list[DialogueTurn], source: str, licence: str, container: str, form: str) -> Dialogue:
    survey = row.survey()
    initial, final, empathy, relevance = (row.rating(survey.get(name), None, name) for name in (
        "initial_emotion_intensity", "final_emotion_intensity", "empathy", "relevance"))
    emotion, problem = row.field("emotion_type"), row.field("problem_type")
    of_esconv = container == "dialog" and bool(emotion and problem)
    language = row.field("language", "lang")
    if language and not _LANGUAGE.fullmatch(language):
        row.skip("label", Reason.ODD_FIELD, None, f"language {_shown(language)}")
        language = ""
    dialogue = Dialogue(
        id="",
        turns=tuple(turns),
        experience_type=row.field("experience_type"),
        emotion_type=emotion,
        problem_type=problem,
        situation=row.field("situation"),
        initial_intensity=initial,
        final_intensity=final,
        empathy=empathy,
        relevance=relevance,
        helped=_helped(form, initial, final),
        licence=row.field("licence", "license") or licence or (ESCONV_LICENCE if of_esconv else ""),
        language=language or language_of(" ".join(turn.text for turn in turns)),
        source=source,
    )
    return dialogue.model_copy(update={"id": content_id("dlg", words_hash(dialogue))})


def _helped(form: str, before: int | None, after: int | None) -> bool | None:
    """What the source says of all its dialogues (no, in a collection of failed talks), else by the intensity; a fall by 1 says neither.

    How a dialogue ended is told by ``outcome_words``, which goes by the intensities first.
    """
    if form == FAILED:
        return False
    if before is None or after is None or before - after == FELL_BY - 1:
        return None
    return before - after >= FELL_BY


def _form(row: dict[str, Any], container: str) -> str:
    if container != "dialog":
        return "ChatML" if container == "messages" else "ShareGPT"
    speakers = {str(line.get("speaker")).casefold() for line in row["dialog"] if isinstance(line, dict)}
    if speakers & {"speaker", "listener"}:
        return FAILED
    if speakers & {"usr", "sys"}:
        return "ESConv split" if "survey_score" in row else "ESConv without survey"
    return "ESConv"


def read_dialogue(text: str, where: str, source: str = "") -> Dialogue:
    """Read one dialogue in ESConv's native shape, with an id of its own (``dialogue_id``), and be strict about it.

    Raises UserError with the place of the first thing that cannot be taken.
    """
    try:
        value = json.loads(text)
    except ValueError as error:
        raise UserError(f"not JSON ({error})", where, "one dialogue is one JSON object") from error
    except RecursionError as error:
        raise UserError(Reason.TOO_DEEP, where, "one dialogue is one JSON object") from error
    reading = read_row(value, where, source=source)
    if reading.skipped:
        first = reading.skipped[0]
        raise UserError(first.sentence, first.place, "give the dialogue in ESConv's native shape")
    identity = value.get("dialogue_id")
    if reading.dialogue is None or not isinstance(identity, str) or not identity:
        raise UserError("the dialogue has no 'dialogue_id'", where, "give it one")
    return reading.dialogue.model_copy(update={"id": identity})


def _first(row: dict[str, Any], *names: str) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _number_as_text(value: float) -> str:
    try:
        return str(value)
    except ValueError:  # a whole number of more digits than Python writes
        return ""


def _whole_number(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return int(number) if number.is_integer() else None


def _shown(value: object) -> str:
    """A value in a note: short, on one line, and text that can be written anywhere; ``""`` when there is none."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "an object"
    if not isinstance(value, str):
        value = str(value).lower() if isinstance(value, bool) or not isinstance(value, int | float) else _number_as_text(value)
    words = " ".join(kept(value[:200]).split())
    return f"{words[:59]}…" if len(words) > 60 else words
