"""Finding the JSON object in what a model wrote. Nothing is ever evaluated."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from esc_tui.engines.endpoint.faults import UnusableAnswerError

_THOUGHTS = re.compile(r"<(think(?:ing)?|reasoning)>.*?(?:</\1>|\Z)", re.IGNORECASE | re.DOTALL)
_THOUGHT_END = re.compile(r"\A.*</(?:think(?:ing)?|reasoning)>", re.IGNORECASE | re.DOTALL)
_START = re.compile(r'[{\[]\s*["{\[}\]]')
_MOST_STARTS = 4
MOST_TEXT = 100_000
"""Characters of an answer that are searched; what a role is asked for takes a few thousand."""
_FENCE = re.compile(r"```[\w-]*\s*\n?(.*?)(?:```|\Z)", re.DOTALL)


def parse_object(text: str) -> dict[str, Any]:
    """The first JSON object in a model's answer.

    Thoughts in tags, fences, talk around the object, trailing commas, raw line ends inside strings and missing closing
    brackets are forgiven. Raises UnusableAnswerError (``formless`` unless it is empty) when there is none.
    """
    if len(text) > MOST_TEXT:
        raise UnusableAnswerError("the answer is far too long")
    plain = text.strip("\ufeff \t\r\n")
    if plain.startswith("{"):
        try:
            whole = json.loads(plain)  # as nearly all answers are
        except (ValueError, RecursionError):
            whole = None
        if isinstance(whole, dict):
            return whole
    if not plain.startswith("{"):
        plain = _THOUGHT_END.sub("", _THOUGHTS.sub("", plain)).strip()
    for candidate in _candidates(plain):
        for wording in (candidate, _mended(candidate)):
            try:
                value = json.loads(wording, strict=False)
            except (ValueError, RecursionError):
                continue
            if isinstance(value, list) and len(value) == 1:
                value = value[0]
            if isinstance(value, list) and all(isinstance(item, dict) for item in value) and value:
                return {"segments": value}
            if isinstance(value, dict):
                return value
    raise UnusableAnswerError("the answer holds no JSON object" if plain else "the answer is empty", formless=bool(plain))


def _candidates(text: str) -> Iterator[str]:
    yield text
    for fenced in _FENCE.findall(text):
        yield fenced.strip()
    for start in list(_START.finditer(text))[:_MOST_STARTS]:
        yield text[start.start():_closing(text, start.start())]
        yield text[start.start():]


def _closing(text: str, start: int) -> int:
    """Where the bracket at ``start`` closes (the end of the text when it does not)."""
    depth = 0
    for at, mark in _outside_strings(text, start):
        depth += (mark in "{[") - (mark in "}]")
        if depth == 0 and mark in "}]":
            return at + 1
    return len(text)


def _outside_strings(text: str, start: int = 0) -> Iterator[tuple[int, str]]:
    quoted, at = False, start
    while at < len(text):
        mark = text[at]
        if quoted and mark == "\\":
            at += 1
        elif mark == '"':
            quoted = not quoted
        elif not quoted:
            yield at, mark
        at += 1


def _mended(text: str) -> str:
    """The text without trailing commas and with its open brackets closed."""
    opened: list[str] = []
    commas: list[int] = []
    drop: list[int] = []
    comma = -1
    for at, mark in _outside_strings(text):
        if mark in "{[":
            opened.append("}" if mark == "{" else "]")
        elif mark in "}]":
            if comma >= 0 and not text[comma + 1:at].strip():
                drop.append(comma)
            if opened:
                opened.pop()
        if mark == ",":
            comma = at
            commas.append(at)
    if opened and commas and not text[commas[-1] + 1:].strip():
        drop.append(commas[-1])
    kept = text
    for at in sorted(set(drop), reverse=True):
        kept = kept[:at] + kept[at + 1:]
    return kept + "".join(reversed(opened))
