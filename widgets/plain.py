"""Text as a terminal may have it: what it would obey instead of showing is replaced by a symbol, one for one."""

from __future__ import annotations

_SYMBOLS = {
    **{code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)}, 0x7F: 0x2421,
    **dict.fromkeys([*range(0x80, 0xA0), 0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0xFFFD)}
"""Control characters but tab and line end (C0, DEL, C1) and the Unicode characters that change the direction of writing."""
_ON_ONE_LINE = {**_SYMBOLS, 0x09: 0x20, 0x0A: 0x20}


def plain(text: str) -> str:
    """The text with every control and direction-changing character as a symbol; tabs and line ends stay. Keeps its length."""
    return text if text.isprintable() else text.translate(_SYMBOLS)


def plain_line(text: str) -> str:
    """As ``plain``, with tabs and line ends as blanks."""
    return text if text.isascii() and text.isprintable() else text.translate(_ON_ONE_LINE)
