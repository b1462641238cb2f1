"""Breaking text into lines by the cells it takes on the screen: wide characters, emoji and combining marks count right."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len, split_graphemes

_PIECE = re.compile(r"\n|[^\S\n\u00a0]+|[^\s]+(?:\u00a0[^\s]+)*|\u00a0+")


def _chunks(word: str, start: int) -> Iterator[tuple[int, int, int]]:
    """``(start, end, cells)`` of the smallest parts of a word between which a line may end."""
    if word.isascii():
        yield start, start + len(word), len(word)
        return
    spans, _ = split_graphemes(word)
    begin, cells = 0, 0
    for first, last, width in spans:
        if width == 2 and cells:
            yield start + begin, start + first, cells
            begin, cells = first, 0
        cells += width
        if width == 2:
            yield start + begin, start + last, cells
            begin, cells = last, 0
    if begin < len(word):
        yield start + begin, start + len(word), cells


def _hard(text: str, start: int, end: int, width: int) -> Iterator[tuple[int, int, int]]:
    """Cut one over-long chunk into pieces of at most ``width`` cells."""
    spans, _ = split_graphemes(text[start:end])
    begin, cells = 0, 0
    for first, _last, size in spans:
        if cells and cells + size > width:
            yield start + begin, start + first, cells
            begin, cells = first, 0
        cells += size
    if start + begin < end:
        yield start + begin, end, cells


def line_spans(text: str, width: int) -> list[tuple[int, int, bool]]:
    """Where the lines of ``text`` lie when none is wider than ``width`` cells: ``(start, end, goes on)``.

    Blanks at a soft break are dropped; ``goes on`` is True when the line was broken for room, not by a line end.
    """
    width = max(1, width)
    lines: list[tuple[int, int, bool]] = []
    start = end = None
    used = 0
    blank = 0
    for match in _PIECE.finditer(text):
        piece = match.group()
        if piece == "\n":
            at = match.start()
            lines.append((start, end, False) if start is not None and end is not None else (at, at, False))
            start = end = None
            used = blank = 0
            continue
        if piece.isspace():
            if start is None and (not lines or not lines[-1][2]):
                start, end, used = match.start(), match.end(), len(piece)
            else:
                blank = cell_len(piece)
            continue
        for whole_first, whole_last, whole_cells in _chunks(piece, match.start()):
            first, last, cells = whole_first, whole_last, whole_cells
            if start is not None and used + blank + cells > width and end is not None:
                lines.append((start, end, True))
                start, used, blank = None, 0, 0
            if cells > width:
                parts = list(_hard(text, first, last, width))
                for begin, stop, _ in parts[:-1]:
                    lines.append((begin, stop, True))
                first, last, cells = parts[-1]
            if start is None:
                start, used, blank = first, 0, 0
            used, end, blank = used + blank + cells, last, 0
    if start is not None and end is not None:
        lines.append((start, end, False))
    elif not lines or text.endswith("\n"):
        lines.append((len(text), len(text), False))
    return lines


def cut(text: str, width: int) -> str:
    """``text`` in at most ``width`` cells, with … where something is missing."""
    if cell_len(text) <= width:
        return text
    if width <= 1:
        return "…"[:max(0, width)]
    spans, _ = split_graphemes(text)
    used, end = 0, 0
    for _first, last, cells in spans:
        if used + cells > width - 1:
            break
        used, end = used + cells, last
    return text[:end].rstrip() + "…"
