"""Reading a structured reply while it is still being written: the text of each segment, piece by piece.

The whole answer is never needed: thinking aloud, fences and talk before the JSON are passed over, escapes may be split
between chunks, and a quotation mark the model forgot to escape is taken as text.
"""

from __future__ import annotations

import re

TEXT_KEYS = frozenset({"text", "response", "reply", "content", "utterance"})
LIST_KEYS = frozenset({"segments", "replies", "responses"})
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", '"': '"', "\\": "\\", "/": "/"}
_VALUE_ENDS = re.compile(r'\s*(?:[}\]]|,\s*["}\]{]|```)')
_VALUE_MAY_END = re.compile(r"\s*(?:,\s*)?`{0,2}$")
_START = re.compile(r'[{\[]\s*["{\[]')
_THOUGHT = re.compile(r"\s*<(think(?:ing)?|reasoning)>", re.IGNORECASE)
_HEX = re.compile(r"[0-9A-Fa-f]{4}")


class SegmentReader:
    """Feed it chunks; it gives ``(segment, text)`` pieces, segments counted from 1 in the order they appear."""

    def __init__(self) -> None:
        self.segment = 0
        self.done = False
        """The outermost bracket has closed: nothing more is to come."""
        self.begun = False
        """Some JSON was seen."""
        self._text = ""
        self._at = 0
        self._scan = 0
        self._stack: list[tuple[str, str]] = []
        self._key = ""
        self._value_next = False
        self._in_text = False

    @property
    def open(self) -> bool:
        """True in the middle of a segment's text."""
        return self._in_text

    def feed(self, chunk: str, final: bool = False) -> list[tuple[int, str]]:
        """The text that became certain with this chunk; ``final`` when no more will come."""
        self._scan = max(0, self._scan - self._at)
        self._text = self._text[self._at:] + chunk
        self._at = 0
        pieces: list[tuple[int, str]] = []
        while not self.done:
            if self._in_text:
                piece, moved = self._read_text(final)
                if piece:
                    pieces.append((self.segment, piece))
            elif not self.begun:
                moved = self._seek(final)
            else:
                moved = self._step(final)
            if not moved:
                break
        return pieces

    def _seek(self, final: bool) -> bool:
        thought = _THOUGHT.match(self._text)
        if thought:
            end = self._text.lower().find(f"</{thought.group(1).lower()}>", thought.end())
            if end < 0:
                return False
            self._text = self._text[self._text.index(">", end) + 1:]
            return True
        head = self._text.lstrip()
        if not final and head and len(head) < len("<reasoning>") and head.startswith("<") and ">" not in head:
            return False
        start = _START.search(self._text, self._scan)
        if start is None:
            # Only the last bracket may still turn out to be the beginning; what stands before it is not read again.
            last = max(self._text.rfind("{"), self._text.rfind("["))
            self._scan = last if last >= 0 and not self._text[last + 1:].strip() else len(self._text)
            return False
        self.begun, self._at, self._scan = True, start.start(), 0
        return True

    def _step(self, final: bool) -> bool:
        if self._at >= len(self._text):
            return False
        mark = self._text[self._at]
        if mark == '"':
            return self._string(final)
        self._at += 1
        if mark in "{[":
            self._stack.append((mark, self._key))
            self._key, self._value_next = "", False
        elif mark in "}]":
            if self._stack:
                self._stack.pop()
            self.done = not self._stack
            self._value_next = False
        elif mark == ":":
            self._value_next = True
        elif mark == ",":
            self._value_next = False
        return True

    def _string(self, final: bool) -> bool:
        bare = bool(self._stack) and self._stack[-1][0] == "[" and self._stack[-1][1] in LIST_KEYS
        if bare or (self._value_next and self._key in TEXT_KEYS):
            self._in_text, self._value_next = True, False
            self.segment += 1
            self._at += 1
            return True
        at = max(self._at + 1, self._scan)
        while at < len(self._text):
            if self._text[at] == "\\":
                at += 2
            elif self._text[at] == '"':
                if not self._value_next:
                    self._key = self._text[self._at + 1:at].strip().lower()
                self._at, self._scan, self._value_next = at + 1, 0, False
                return True
            else:
                at += 1
        self._scan = at if at <= len(self._text) else at - 2  # a backslash at the very end is looked at again
        return False

    def _read_text(self, final: bool) -> tuple[str, bool]:
        out: list[str] = []
        text, at = self._text, self._at
        while at < len(text):
            mark = text[at]
            if mark == "\\":
                decoded, length = _escape(text, at, final)
                if not length:
                    break
                out.append(decoded)
                at += length
            elif mark == '"':
                ends = _quote_ends(text, at + 1, final)
                if ends is None:
                    break
                at += 1
                if ends:
                    self._in_text = False
                    break
                out.append('"')
            else:
                stop = min((found for found in (text.find("\\", at), text.find('"', at)) if found >= 0), default=len(text))
                out.append(text[at:stop])
                at = stop
        moved = at > self._at
        self._at = at
        return "".join(out), moved


def _quote_ends(text: str, at: int, final: bool) -> bool | None:
    """Whether a quotation mark before ``at`` ends the value; None when more text is needed to tell."""
    if _VALUE_ENDS.match(text, at):
        return True
    if _VALUE_MAY_END.match(text, at):
        return True if final else None
    return False


def _escape(text: str, at: int, final: bool) -> tuple[str, int]:
    """The character a backslash at ``at`` stands for, and how long it is; length 0 when more text is needed."""
    name = text[at + 1:at + 2]
    if not name:
        return ("", 1) if final else ("", 0)
    if name != "u":
        return _ESCAPES.get(name, name), 2
    digits = text[at + 2:at + 6]
    if len(digits) < 4 and not final:
        return "", 0
    if not _HEX.fullmatch(digits):
        return "u", 2
    code = int(digits, 16)
    if 0xD800 <= code < 0xDC00:
        low = text[at + 6:at + 12]
        if len(low) < 6 and "\\u".startswith(low[:2]) and not final:
            return "", 0
        if low[:2] == "\\u" and _HEX.fullmatch(low[2:]) and 0xDC00 <= int(low[2:], 16) < 0xE000:
            return chr(0x10000 + ((code - 0xD800) << 10) + (int(low[2:], 16) - 0xDC00)), 12
    return ("\ufffd" if 0xD800 <= code < 0xE000 else chr(code)), 6
