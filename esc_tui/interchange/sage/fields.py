"""Single values of a SAGE line read with care: text kept as it is, numbers in their bounds, everything else noted with its place."""

from __future__ import annotations

import re
from typing import Any

from esc_tui.interchange.corpora.found import Part, Reason, Skip

LONGEST_TEXT = 20_000
"""Characters of the longest text taken; the longest scene published has 3,600, the longest reply 1,700."""
LOWEST, HIGHEST = -100, 100
"""Bounds of a stored emotion. SAGE has no floor at 0, but a talk is over below 10, so that far below 0 nothing real lies."""


class BadRowError(Exception):
    """A line that cannot be taken, with what to note about it."""

    def __init__(self, skip: Skip) -> None:
        super().__init__(skip.sentence)
        self.skip = skip


class Fields:
    """Reads one line's values and keeps what was not taken. ``part`` is what is lost when the line is."""

    def __init__(self, row: dict[str, Any], place: str, part: Part) -> None:
        self.row, self.place, self.part = row, place, part
        self.skipped: list[Skip] = []

    def at(self, message: int | None) -> str:
        """A place in the file, with the number of a message from 1 on."""
        return self.place if message is None else f"{self.place}, message {message}"

    def note(self, reason: Reason, message: int | None = None, detail: object = "") -> None:
        """A value beside the words was not taken; the line is."""
        self.skipped.append(Skip("label", reason, self.at(message), shown(detail)))

    def bad(self, reason: Reason, message: int | None = None, detail: object = "") -> BadRowError:
        """The whole line cannot be taken."""
        return BadRowError(Skip(self.part, reason, self.at(message), shown(detail)))

    def needed(self, *names: str) -> str:
        """The first of these fields that holds text. Raises BadRowError when none does, or it is too long."""
        for name in names:
            value = self.row.get(name)
            if isinstance(value, str) and value.strip():
                return self.bounded(value, None, name)
        raise self.bad(Reason.MISSING_KEY, None, names[0])

    def bounded(self, text: str, message: int | None, name: str) -> str:
        """The text fit to be stored. Raises BadRowError for one that is too long."""
        if len(text) > LONGEST_TEXT:
            raise self.bad(Reason.LONG_TEXT, message, f"{name}: {len(text):,} characters")
        return storable(text)

    def beside(self, source: dict[str, Any], name: str, message: int | None = None) -> str:
        """A text that may be missing; what is no text, or too long, is noted and left out."""
        value = source.get(name)
        if value is None or isinstance(value, str):
            if value is not None and len(value) > LONGEST_TEXT:
                self.note(Reason.LONG_TEXT, message, f"{name}: {len(value):,} characters")
                return ""
            return storable(value or "")
        self.note(Reason.ODD_FIELD, message, name)
        return ""

    def emotion(self, value: object, message: int | None, name: str) -> int | None:
        """A stored emotion, or None where there is none that can be; that is noted."""
        if value is None:
            return None
        found = whole_number(value)
        if found is None or not LOWEST <= found <= HIGHEST:
            self.note(Reason.ODD_EMOTION, message, f"{name} {shown(value)}")
            return None
        return found


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """The text as it is, but for NUL and halves of surrogate pairs, which no store of UTF-8 keeps: they become U+FFFD."""
    if text.isascii() and "\0" not in text:
        return text
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _UNSTORABLE.sub("\ufffd", joined)


def whole_number(value: object) -> int | None:
    """A whole number given as number or text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, str) and len(value) > 20:
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return int(number) if number.is_integer() else None


def shown(value: object) -> str:
    """A value in a note: short, on one line."""
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "an object"
    try:
        text = "" if value is None else str(value)
    except ValueError:  # a whole number of more digits than Python writes
        return "a number without end"
    words = " ".join(storable(text[:200]).split())
    return f"{words[:59]}…" if len(words) > 60 else words
