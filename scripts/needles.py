"""Reads off the guard's and the engine's patterns which words a match must hold: ``python -m scripts.needles``.

Writes ``esc_tui/guard/needles.json`` and ``esc_tui/engines/embedded/data/needles.json``: by the hash of a pattern, words of which each
match holds at least one. To be run when patterns were changed; until then the changed ones are tried on every text.
"""

from __future__ import annotations

import json
import re
import re._constants as kinds  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from esc_tui.domain.needles import needle_key
from esc_tui.engines.embedded.pressing import pressing_patterns
from esc_tui.engines.embedded.told import told_patterns
from esc_tui.guard.normal import plain
from esc_tui.guard.rules import screened_patterns

ROOT = Path(__file__).parent.parent / "esc_tui"


def engine_patterns() -> tuple[str, ...]:
    """The embedded engine's patterns."""
    return (*told_patterns(), *pressing_patterns())


FILES = {ROOT / "guard" / "needles.json": screened_patterns, ROOT / "engines" / "embedded" / "data" / "needles.json": engine_patterns}
MOST = 16
"""Words that a stretch of a pattern may stand for, so that all of them are written out."""
TOO_COMMON = 0.5
"""Needles that stand in more of the texts than this save nothing."""
_REPEATS = frozenset({kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT})
_NO_WIDTH = frozenset({kinds.AT, kinds.ASSERT, kinds.ASSERT_NOT})


@cache
def _sample() -> tuple[str, ...]:
    files = sorted((ROOT / "guard" / "training").glob("e*.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return tuple(plain(json.loads(line)["text"]).text for line in lines[::2])


@cache
def _holding(word: str) -> int:
    """The texts of the sample that hold a word, one bit each."""
    return sum(1 << place for place, text in enumerate(_sample()) if word in text)


def _cost(words: Iterable[str]) -> float:
    """The share of texts in which one of the words stands, and a little for each word."""
    found, count = 0, 0
    for word in words:
        found |= _holding(word)
        count += 1
    return found.bit_count() / len(_sample()) + 0.001 * count


def _all_of(steps: Any) -> frozenset[str] | None:
    """Every text that a stretch of a pattern stands for; None when they are too many."""
    found = frozenset({""})
    for kind, value in steps:
        own: frozenset[str] | None = None
        if kind is kinds.LITERAL:
            own = frozenset({chr(value)})
        elif kind in _NO_WIDTH:
            own = frozenset({""})
        elif kind is kinds.BRANCH:
            parts = [_all_of(part) for part in value[1]]
            own = frozenset().union(*(part for part in parts if part is not None)) if None not in parts else None
        elif kind is kinds.SUBPATTERN and not value[1] and not value[2]:
            own = _all_of(value[3])
        elif kind in _REPEATS and value[1] == 1:
            once = _all_of(value[2])
            own = once | {""} if once is not None and value[0] == 0 else once
        elif kind is kinds.IN and all(one is kinds.LITERAL for one, _ in value):
            own = frozenset(chr(letter) for _, letter in value)
        if own is None or len(found) * len(own) > MOST:
            return None
        found = frozenset(before + after for before in found for after in own)
    return found


def _must_hold(steps: Any) -> frozenset[str] | None:
    """Words of which every match of a stretch holds at least one, the rarest such set; None when there is none."""
    candidates: list[frozenset[str]] = []
    run = frozenset({""})
    for step in [*steps, None]:
        own = _all_of([step]) if step is not None else None
        if own is not None and len(run) * len(own) <= MOST:
            run = frozenset(before + after for before in run for after in own)
            continue
        if all(run):
            candidates.append(run)
        run = own if own is not None else frozenset({""})
        inner = _inside(*step) if step is not None and own is None else None
        if inner is not None:
            candidates.append(inner)
    return min(map(_fewest, candidates), key=lambda words: (_cost(words), sorted(words)), default=None)


def _inside(kind: Any, value: Any) -> frozenset[str] | None:
    if kind is kinds.BRANCH:
        parts = [_must_hold(part) for part in value[1]]
        return frozenset().union(*(part for part in parts if part is not None)) if None not in parts else None
    if kind is kinds.SUBPATTERN and not value[1] and not value[2]:
        return _must_hold(value[3])
    if kind is kinds.ATOMIC_GROUP:
        return _must_hold(value)
    if kind in _REPEATS and value[0] >= 1:
        return _must_hold(value[2])
    return None


def _fewest(words: frozenset[str]) -> frozenset[str]:
    """Without words that hold another one of them."""
    return frozenset(word for word in words if not any(other != word and other in word for other in words))


def needles_of(pattern: str) -> tuple[str, ...]:
    """Words of which every match of a pattern holds at least one; empty when none are known or they stand nearly everywhere."""
    steps = parser.parse(pattern)
    found = None if steps.state.flags & re.IGNORECASE else _must_hold(steps)
    return () if found is None or _cost(found) > TOO_COMMON else tuple(sorted(found))


def needles_file(patterns: Sequence[str]) -> str:
    """The content of a file of needles."""
    found = {needle_key(pattern): list(words) for pattern in patterns if (words := needles_of(pattern))}
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(found[key], ensure_ascii=False)}" for key in sorted(found)) + "\n}\n"


if __name__ == "__main__":
    for path, patterns in FILES.items():
        path.write_text(needles_file(patterns()), encoding="utf-8")
