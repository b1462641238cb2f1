"""What reading a file gives: dialogues, recorded episodes or profiles, and a note for everything that was not taken."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from esc_tui.domain.dialogue import Dialogue

if TYPE_CHECKING:
    from esc_tui.domain.profile import Profile
    from esc_tui.interchange.sage.results import RecordedEpisode

Part = Literal["file", "dialogue", "line", "label", "episode", "profile"]
"""What was not taken: (the rest of) a file, a dialogue, one line of a dialogue, a label beside words that were taken, a recorded
episode, or a profile."""


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
    MISSING_KEY = "a text is missing"
    LONG_TEXT = "a text of more than 20,000 characters"
    UNKNOWN_NEED = "unknown hidden intention"
    UNKNOWN_CHARACTER = "unknown character type"
    ODD_EMOTION = "an emotion that is no whole number from -100 to 100"
    NO_EMOTION = "an emotion is missing"
    ODD_CHANGE = "a change that is no whole number from -10 to 10"
    OTHER_EMOTION = "two emotions that do not fit each other; the stored one is kept"
    OTHER_BAND = "a band that does not fit the emotion"
    OUT_OF_TURN = "the speakers do not take turns, the seeker first"
    NO_HISTORY = "a recorded talk without messages"
    SAME_TALK = "a recorded talk that stands in this file before"
    ODD_ORIGIN = "keys of esc-tui's own that do not fit; by which rules and by whom it was played stays unknown"
    OWN_EVENTS = "an event of esc-tui's own, which is not read back; a run exported with --format sage is"
    LONG_HISTORY = "a recorded talk of more than 400 messages"


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
    """One dialogue of a file, or one recorded episode or profile, or none, with what was not taken of it.

    ``form`` names the format (empty when none was recognised); ``instructions`` counts the lines that instruct a model, which
    are no part of a talk. ``place`` is kept of an episode.
    """

    dialogue: Dialogue | None
    form: str = ""
    skipped: tuple[Skip, ...] = ()
    instructions: int = 0
    episode: RecordedEpisode | None = None
    profile: Profile | None = None
    place: str = ""
