"""Cutting a file of any size into JSON values: lines, a list, or objects one after the other, in bounded memory.

The values of a list are found by their brackets, so one that is damaged inside costs only itself, each has a place, and one
without end is passed over without being kept.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from esc_tui.interchange.corpora.found import Part, Reason

HEAD, CHUNK = 1 << 16, 1 << 16
"""Bytes that tell what a file is, and bytes read at a time after them."""
LONGEST = 4 << 20
"""Bytes of the longest value kept (ESConv's longest dialogue has 17 thousand). The worst JSON takes 25 times that in memory."""

_COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_BETWEEN = re.compile(rb"[\s,]*")
_ESCAPES = rb'(?:\\[\s\S][^"\\]*){0,100}'
"""Plain repeats: possessive ones take too much in early releases of Python 3.11. The bounds keep what a match may give back small;
a cutter goes on where a match stops."""
_STRING = re.compile(rb'[^"\\]*' + _ESCAPES)
_OUTSIDE = re.compile(rb'[^"{}\[\]]*(?:"[^"\\]*' + _ESCAPES + rb'"[^"{}\[\]]*){0,100}')
_BARE = re.compile(rb"[^,{}\[\]]*")
_OPENING, _CLOSING = b"{[", b"}]"


@dataclass(frozen=True, slots=True)
class Element:
    """One value of a file: its place, its bytes (UTF-8) and where they begin; or the reason why it cannot be taken.

    ``part`` says whether the value alone or (the rest of) the file is lost; ``offset`` is -1 where bytes are not counted.
    """

    place: str
    data: bytes = b""
    offset: int = -1
    reason: Reason | None = None
    detail: str = ""
    part: Part = "dialogue"


class ByteCounter:
    """A file that knows how much of it was read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.done = 0

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes; ``b""`` at the end."""
        data = self._file.read(size)
        self.done += len(data)
        return data


def elements(file: ByteCounter) -> Iterator[Element]:
    """All values of a file in order, read a chunk at a time. A file that cannot be read at all gives one element that says so."""
    head = b""
    while len(head) < HEAD and (more := file.read(HEAD - len(head))):
        head += more
    if head.startswith(_COMPRESSED):
        yield Element("byte 1", reason=Reason.COMPRESSED, part="file")
        return
    encoding = json.detect_encoding(head[:4])
    broken: list[Element] = []
    if encoding.startswith("utf-8"):
        skip = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
        chunks = _chunks(file, head[skip:])
    else:
        skip = 0
        chunks = _transcoded(file, head, encoding, broken)
    first = next(chunks, b"")
    while not first.strip() and (more := next(chunks, b"")):
        skip, first = skip + len(first), more
    begins = first.lstrip()
    counted = encoding.startswith("utf-8")
    if not begins and not broken:
        yield Element("the whole file", reason=Reason.EMPTY_FILE, part="file")
    elif begins[:1] == b"[" or (begins[:1] == b"{" and _pretty(begins)):
        yield from _values(first, chunks, skip, counted)
    elif begins[:1] == b"{" or any(line.lstrip()[:1] == b"{" for line in begins.splitlines()):
        yield from _lines(first, chunks, skip, counted)
    elif not broken:
        said = begins[:20].decode("utf-8", "replace")
        yield Element("line 1", reason=Reason.NOT_JSON_FILE, detail=f"it begins with '{said}'", part="file")
    yield from broken


def _chunks(file: ByteCounter, head: bytes) -> Iterator[bytes]:
    yield head
    while chunk := file.read(CHUNK):
        yield chunk


def _transcoded(file: ByteCounter, head: bytes, encoding: str, broken: list[Element]) -> Iterator[bytes]:
    """UTF-16 or UTF-32 as UTF-8; bytes that are no text end it, with one element in ``broken`` that says so."""
    decoder = codecs.getincrementaldecoder(encoding)()
    place = file.done - len(head)
    chunk = head
    while True:
        try:
            text = decoder.decode(chunk, not chunk)
        except UnicodeDecodeError as error:
            reason = Reason.ENCODING if chunk else Reason.BREAKS_OFF
            broken.append(Element(f"byte {place + error.start + 1}", reason=reason, detail=f"read as {encoding}", part="file"))
            return
        if text:
            yield text.encode("utf-8", "surrogatepass")
        if not chunk:
            return
        place = file.done
        chunk = file.read(CHUNK)


def _pretty(text: bytes) -> bool:
    """True when an object spreads over lines: the first line is no value, and the next does not begin another object."""
    lines = [line for line in text.split(b"\n", 64) if line.strip()]
    if len(lines) < 2:
        return False
    try:
        json.loads(lines[0].decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return lines[1].lstrip()[:1] != b"{"
    return False


def _lines(first: bytes, chunks: Iterator[bytes], offset: int, counted: bool) -> Iterator[Element]:
    """The lines that hold anything; one that is too long is passed over."""
    number, held, size, begin = 1, [], 0, offset
    chunk: bytes | None = first
    while chunk is not None:
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            size += end - start
            held.append(chunk[start:end] if size <= LONGEST else b"")
            yield from _line(held, size, number, begin if counted else -1)
            number, begin, size, start = number + 1, begin + size + 1, 0, end + 1
            held = []
        size += len(chunk) - start
        if size <= LONGEST:
            held.append(chunk[start:])
        else:
            held.clear()
        chunk = next(chunks, None)
    for element in _line(held, size, number, begin if counted else -1):
        broken = element.reason is None and _ends_inside(element.data)
        yield Element(_byte(element.place, begin + size, counted), reason=Reason.BREAKS_OFF) if broken else element


def _line(held: list[bytes], size: int, number: int, begin: int) -> Iterator[Element]:
    if size > LONGEST:
        yield Element(f"line {number}", reason=Reason.TOO_LONG)
        return
    data = b"".join(held)
    stripped = data.removeprefix(codecs.BOM_UTF8).strip()
    if stripped:
        yield Element(f"line {number}", stripped, begin + data.find(stripped) if begin >= 0 else -1)


def _byte(place: str, offset: int, counted: bool) -> str:
    return f"{place}, byte {offset + 1}" if counted else place


class _Cutter:
    """Finds where a value ends, across chunks: how deep in brackets, whether in a string, what of it is held."""

    def __init__(self) -> None:
        self.depth, self.in_string, self.escaped, self.bare = 0, False, False, False
        self.held: list[bytes] = []
        self.size = 0

    @property
    def inside(self) -> bool:
        return self.depth > 0 or self.in_string or self.bare

    def hold(self, data: bytes) -> None:
        self.size += len(data)
        if self.size <= LONGEST:
            self.held.append(data)
        else:
            self.held.clear()

    def begin(self, chunk: bytes, place: int) -> int:
        """Start with the value at this place; returns the place behind the value's end, or the chunk's end when it goes on."""
        self.held, self.size = [], 0
        self.in_string = chunk[place] == 0x22
        self.bare = not self.in_string and chunk[place] not in _OPENING
        return self.end(chunk, place + self.in_string)

    def end(self, chunk: bytes, place: int) -> int:
        """The place behind the value's end, or the chunk's end when the value goes on."""
        if self.bare:
            found = _BARE.match(chunk, place)
            place = found.end() if found else place
            self.bare = place == len(chunk)
            return place
        while place < len(chunk):
            if self.escaped:
                self.escaped, place = False, place + 1
                continue
            found = (_STRING if self.in_string else _OUTSIDE).match(chunk, place)
            place = found.end() if found else place
            if place == len(chunk):
                break
            letter = chunk[place]
            place += 1
            if letter == 0x5C:
                self.escaped = True
            elif letter == 0x22:
                self.in_string = not self.in_string
            else:
                self.depth += 1 if letter in _OPENING else -1
            if not self.depth and not self.in_string:
                return place
        return place


def _values(first: bytes, chunks: Iterator[bytes], offset: int, counted: bool) -> Iterator[Element]:
    """The values of a list, or objects one after the other; a comma too many or too few does not matter."""
    cutter, in_list, number, line, begun = _Cutter(), False, 0, 1, ""
    begin = offset
    chunk: bytes | None = first
    while chunk is not None:
        place = 0
        while place < len(chunk):
            start = place
            if not cutter.inside:
                found = _BETWEEN.match(chunk, place)
                place = found.end() if found else place
                line += chunk.count(b"\n", start, place)
                if place == len(chunk):
                    break
                letter = chunk[place : place + 1]
                if letter in (b"[", b"]", b"}") and (letter != b"[" or not in_list):
                    in_list, place = letter == b"[" or (in_list and letter == b"}"), place + 1
                    continue
                number, begin, start = number + 1, offset + place, place
                begun = f"dialogue {number} (line {line})"
                place = cutter.begin(chunk, place)
            else:
                place = cutter.end(chunk, place)
            line += chunk.count(b"\n", start, place)
            cutter.hold(chunk[start:place])
            if not cutter.inside:
                yield _value(cutter, begun, begin if counted else -1)
        offset += len(chunk)
        chunk = next(chunks, None)
    if cutter.inside and cutter.bare:
        yield _value(cutter, begun, begin if counted else -1)
    elif cutter.inside:
        yield Element(_byte(begun, offset, counted), reason=Reason.BREAKS_OFF)
    elif in_list:
        yield Element(_byte(f"line {line}", offset, counted), reason=Reason.BREAKS_OFF, detail="the list is not closed",
                      part="file")


def _value(cutter: _Cutter, place: str, begin: int) -> Element:
    if cutter.size > LONGEST:
        return Element(place, reason=Reason.TOO_LONG)
    return Element(place, b"".join(cutter.held).strip(), begin)


def _ends_inside(data: bytes) -> bool:
    cutter = _Cutter()
    cutter.begin(data, 0)
    return cutter.inside and not cutter.bare
