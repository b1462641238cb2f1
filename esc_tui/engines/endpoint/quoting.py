"""Finding the words a model quotes in the text they are said to come from. What cannot be found is no quote."""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST_QUOTE = 600
"""Characters of a quote; a longer one is a retelling, and looking for it would take long."""
_MARKS = frozenset("\"'’‘´`“”„«»")
_AROUND = " \t\r\n\"'“”‘’„«»…"
_GAP = re.compile(r"\s*(?:\.{3,}|…|\[(?:\.{3}|…)\])\s*")


def find_span(text: str, quote: str) -> tuple[int, int] | None:
    """Start and end of the quote in ``text``: verbatim, else with case, blanks, quote marks and the shape of dashes aside.

    Of a quote with words left out ("I never ... anyway") the longest piece is looked for. It must begin and end where words
    do. None when it does not stand there.
    """
    if len(quote) > MOST_QUOTE:
        return None
    for wanted in _wordings(quote):
        at = text.find(wanted)
        while at >= 0:
            if _whole(text, at, at + len(wanted)):
                return at, at + len(wanted)
            at = text.find(wanted, at + 1)
        plain, places = _plain(text)
        looked_for = " ".join(_plain(wanted)[0].split())
        at = plain.find(looked_for)
        while at >= 0:
            start, end = places[at], places[at + len(looked_for) - 1] + 1
            if _whole(text, start, end):
                return start, end
            at = plain.find(looked_for, at + 1)
    return None


def _wordings(quote: str) -> Iterator[str]:
    """The quote as it is, without marks around it, and its longest piece; only what holds a letter or digit."""
    bare = quote.strip(_AROUND)
    pieces = [piece.strip(_AROUND) for piece in _GAP.split(bare)]
    tries = [quote.strip(), bare, bare.rstrip(".,;:"), *([max(pieces, key=len)] if len(pieces) > 1 else [])]
    for wanted in dict.fromkeys(tries):
        if any(letter.isalnum() for letter in wanted):
            yield wanted


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in lower case with single blanks and no quote marks, and where each of its characters stood."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        shown = " " if letter.isspace() else "-" if letter in "–—" else letter.lower()
        if letter in _MARKS or (shown == " " and letters and letters[-1] == " "):
            continue
        letters.append(shown if len(shown) == 1 else letter)
        places.append(place)
    return "".join(letters), places


def _whole(text: str, start: int, end: int) -> bool:
    """True unless the span cuts a word of letters written with blanks between words."""
    return not (_joined(text, start) or _joined(text, end))


def _joined(text: str, edge: int) -> bool:
    if not 0 < edge < len(text):
        return False
    before, after = text[edge - 1], text[edge]
    return before.isalnum() and after.isalnum() and ord(before) < 0x2E80 and ord(after) < 0x2E80
