"""Text from outside is data: making control characters visible, cutting sentences; and a curve as text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def visible(text: str, keep_lines: bool = True) -> str:
    """The text with control and direction-changing characters shown as symbols instead of obeyed.

    C0 controls become the Unicode control pictures (escape is ``␛``), C1 controls and bidirectional overrides ``�``.
    Line ends are kept (or become blanks when ``keep_lines`` is False); tabs become four blanks.
    """
    if text.isascii() and text.isprintable():
        return text
    out: list[str] = []
    for character in text.replace("\r\n", "\n"):
        code = ord(character)
        if character == "\n":
            out.append("\n" if keep_lines else " ")
        elif character == "\t":
            out.append("    ")
        elif code < 0x20:
            out.append(chr(0x2400 + code))
        elif code == 0x7F:
            out.append("\u2421")
        elif 0x80 <= code < 0xA0 or character in _BIDI or 0xD800 <= code < 0xE000:
            out.append("\ufffd")
        else:
            out.append(character)
    return "".join(out)


_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")


def in_markdown(text: str) -> str:
    """The text as Markdown shows it word for word: marks escaped, control characters made visible, line ends kept as breaks."""
    return _MARKDOWN.sub(r"\\\1", visible(text)).replace("\n", "  \n")


_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|vs|etc|e\.g|i\.e)|\b[A-Z])\.$")
_SENTENCE_END = re.compile(r"""(?:[.!?…]+["'”’)\]]*(?=\s|$)|[。！？]+["'”’」』）]*|\n+)""")


def split_sentences(text: str, final: bool = True) -> tuple[list[str], str]:
    """Cut text into sentences with their trailing blanks, and what is left unfinished.

    ``"".join(sentences) + rest == text``. With ``final`` the rest is counted as a sentence and ``""`` returned. While
    streaming (``final`` False) a sentence ends only where its end is certain: a full stop at the very end may go on.
    """
    sentences: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        end = match.end()
        if not final and end == len(text) and text[end - 1] not in "。！？\n":
            break
        if _ABBREVIATION.search(text[start:end].rstrip("\"'”’)]")):
            continue
        while end < len(text) and text[end] in " \n":
            end += 1
        if text[start:end].strip():
            sentences.append(text[start:end])
            start = end
    rest = text[start:]
    if final and rest.strip():
        sentences.append(rest)
        rest = ""
    return sentences, rest


def primary_language(tag: str) -> str:
    """The first part of a BCP 47 tag in lower case: ``en`` of ``en-GB``."""
    return tag.replace("_", "-").partition("-")[0].lower()


def normalised(text: str) -> str:
    """Lower case, letters and digits only, single blanks: for comparing sentences."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded.replace("'", "").replace("’", "")).split())


_BARS = "▁▂▃▄▅▆▇█"


def sparkline(curve: Sequence[int]) -> str:
    """Emotions of 0-100 as one block a value; what lies outside stands at the edge, no value gives no block."""
    return "".join(_BARS[max(0, min(value, 100)) * len(_BARS) // 101] for value in curve)


def many(count: int, one: str) -> str:
    """``1 turn``, ``2 turns``, ``2 replies``."""
    return f"{count:,} {one if count == 1 else one[:-1] + 'ies' if one.endswith('y') else one + 's'}"


def spreadsheet_cell(text: object) -> str:
    """Text for a spreadsheet: what would be taken for a formula gets an apostrophe before it."""
    value = visible(str(text), keep_lines=False)
    return f"'{value}" if value[:1] in {"=", "+", "-", "@"} else value
