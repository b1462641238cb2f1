"""What reading a corpus gives: dialogues, and a note for everything that was not taken."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from esc_tui.domain.dialogue import Dialogue

Part = Literal["file", "dialogue", "line", "label"]
"""What was not taken: (the rest of) a file, a dialogue, one line of a dialogue, or a label beside words that were taken."""


class Reason(StrEnum):
    """Why something was not taken; a closed set, so that reasons can be counted."""

    EMPTY_FILE = "the file is empty"
    NO_DIALOGUES = "the file holds no dialogues"
    COMPRESSED = "the file is compressed; unpack it first"
    NOT_JSON_FILE = "the file is not JSON"
    ENCODING = "the text is not UTF-8 (or UTF-16 with its mark); save it as UTF-8"
    BREAKS_OFF = "the file breaks off here"
    UNREADABLE = "the file cannot be read any further"
    NOT_JSON = "not JSON"
    TOO_LONG = "longer than 4 MiB"
    TOO_DEEP = "lists within lists without end"
    NO_OBJECT = "no object"
    NOT_RECOGNISED = "no list 'dialog', 'messages' or 'conversations'"
    NO_LINES = "a dialogue without lines"
    ONE_SIDED = "only one of the two speaks"
    NO_WORDS = "a dialogue without any word"
    LINE_NO_OBJECT = "a line that is no object"
    UNKNOWN_SPEAKER = "unknown speaker"
    NO_TEXT = "a line without text"
    TEXT_NO_STRING = "a line whose text is no string"
    LONG_LINE = "a line of more than 20,000 characters"
    UNKNOWN_STRATEGY = "unknown strategy"
    SEEKER_STRATEGY = "a strategy on a seeker's line"
    ODD_ANNOTATION = "an annotation that is no object"
    ODD_SURVEY = "a survey that is no object"
    ODD_RATING = "a rating that is no number from 1 to 5"
    ODD_FIELD = "a field that is no text"


@dataclass(frozen=True, slots=True)
class Skip:
    """One thing that was not taken. ``place`` says where in the file, ``detail`` what stood there (may be empty)."""

    part: Part
    reason: Reason
    place: str
    detail: str = ""

    @property
    def sentence(self) -> str:
        """Reason and detail, for people."""
        return f"{self.reason} ({self.detail})" if self.detail else str(self.reason)


@dataclass(frozen=True, slots=True)
class Reading:
    """One dialogue of a corpus, or none, with what was not taken of it.

    ``form`` names the format (empty when none was recognised); ``instructions`` counts the lines that instruct a model, which
    are no part of a talk.
    """

    dialogue: Dialogue | None
    form: str = ""
    skipped: tuple[Skip, ...] = ()
    instructions: int = 0
