"""Features of a message for the classifier, in plain Python: words, letters, word classes, cues, rule hits, context."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from esc_tui.domain.labels import RiskKind
from esc_tui.guard.normal import Plain, plain, simplified
from esc_tui.guard.rules import Reading, farewells, fiction_frame, hints, read

CONTEXT_LOOKED_AT = 6
HINT_WEIGHT = 1.0
_HAN = re.compile(r"[\u3400-\u9fff]+")
_BLOCK_WEIGHT = {"w": 1.0, "g": 1.0, "c": 1.0, "h": 1.0}
# A line of ten Han characters has about this many features. Made as long as such a line, one lone 我 would decide alone.
_FEWEST_HAN = 24


@lru_cache(maxsize=1)
def _concepts() -> tuple[dict[str, tuple[str, ...]], tuple[tuple[str, str], ...]]:
    whole: dict[str, tuple[str, ...]] = {}
    stems: list[tuple[str, str]] = []
    for line in (files("esc_tui.guard") / "concepts.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        name, words = line.split(":", 1)
        for word in words.split():
            if word.endswith("*"):
                stems.append((word[:-1], name))
            elif name not in whole.get(word, ()):
                whole[word] = (*whole.get(word, ()), name)
    return whole, tuple(stems)


@lru_cache(maxsize=8192)
def word_classes(word: str) -> tuple[str, ...]:
    """The classes a plain word belongs to; most words belong to none."""
    whole, stems = _concepts()
    found = whole.get(word, ())
    return found + tuple(name for stem, name in stems if word.startswith(stem) and name not in found)


def _unit(block: dict[str, float], weight: float, fewest: int = 0) -> dict[str, float]:
    length = math.sqrt(max(fewest, sum(value * value for value in block.values())))
    return {name: value * weight / length for name, value in block.items()} if length else {}


def word_features(message: Plain) -> dict[str, list[int]]:
    """Word, word-pair and class features with the indexes of the words they stand for."""
    found: dict[str, list[int]] = {}
    words = message.words
    classes = [word_classes(word) for word in words]
    for index, word in enumerate(words):
        if _HAN.match(word):
            continue
        found.setdefault(f"w:{word}", []).append(index)
        if index:
            found.setdefault(f"w:{words[index - 1]} {word}", []).extend((index - 1, index))
        for name in classes[index]:
            found.setdefault(f"c:{name}", []).append(index)
            for back in range(max(0, index - 6), index):
                for other in classes[back]:
                    if other != name:
                        found.setdefault(f"c:{other}>{name}", []).extend((back, index))
    return found


def _letters(message: Plain) -> dict[str, float]:
    block: dict[str, float] = {}
    for word in message.words:
        if len(word) < 3 or _HAN.match(word):
            continue
        padded = f" {word} "
        for size in (4, 5):
            for start in range(len(padded) - size + 1):
                block[f"g:{padded[start:start + size]}"] = 1.0
    return block


def han_features(text: str) -> dict[str, list[tuple[int, int]]]:
    """One to three Han characters in a row, with their places in the text."""
    found: dict[str, list[tuple[int, int]]] = {}
    for run in _HAN.finditer(simplified(text)):
        piece = run.group()
        for size in (1, 2, 3):
            for start in range(len(piece) - size + 1):
                place = (run.start() + start, run.start() + start + size)
                found.setdefault(f"h:{piece[start:start + size]}", []).append(place)
    return found


@lru_cache(maxsize=256)
def read_alone(text: str) -> Reading:
    """The reading of a line that follows no story; kept, since each of the next messages looks back at it."""
    return read(text)


def context_features(context: Sequence[str]) -> dict[str, float]:
    """What the seeker wrote before: dark talk, a story's frame, and the word classes of the last message."""
    found: dict[str, float] = {}
    for earlier in context[-CONTEXT_LOOKED_AT:]:
        reading = read_alone(earlier)
        for hit in reading.hits:
            if not hit.cleared:
                found[f"k:{hit.rule.kind.value}:{hit.rule.strength}"] = 1.0
        if "fiction" in reading.cues or "news" in reading.cues:
            found["k:story"] = 1.0
    if context:
        message = plain(context[-1])
        for word in message.words:
            for name in word_classes(word):
                found[f"kc:{name}"] = 0.15
    return found


def features(reading: Reading, context: Sequence[str] = ()) -> dict[str, float]:
    """The sparse features of one message; values lie in 0..1, each block of words has length 1 (few Han characters: less)."""
    message = reading.message
    words = word_features(message)
    blocks = {
        "w": {name: 1.0 for name in words if name[0] == "w"},
        "c": {name: 1.0 for name in words if name[0] == "c"},
        "g": _letters(message),
        "h": dict.fromkeys(han_features(message.original), 1.0),
    }
    found: dict[str, float] = {}
    for name, block in blocks.items():
        found.update(_unit(block, _BLOCK_WEIGHT[name], _FEWEST_HAN if name == "h" else 0))
    for cue in reading.cues:
        found[f"q:{cue}"] = 0.5
    for hit in reading.hits:
        level = hit.rule.level.value if hit.rule.level else hit.rule.kind.value
        if hit.cleared:
            found[f"x:{hit.rule.kind.value}:{hit.cleared}"] = 0.5
        else:
            found[f"r:{level}:{hit.rule.strength}"] = 0.5
            found[f"r:{hit.rule.kind.value}"] = 0.5
    for name in hints(message):
        found[f"f:{name}"] = HINT_WEIGHT
    size = len(message.words)
    found["n:short" if size <= 5 else "n:middle" if size <= 25 else "n:long"] = 0.3
    if farewells(message):
        found["q:farewell"] = 0.5
    if context:
        found.update(context_features(context))
        if "q:farewell" in found and any(name.startswith(f"k:{RiskKind.SELF_HARM.value}") for name in found):
            found["k:farewell"] = 0.5
        if fiction_frame(context[-1]):
            found["k:frame"] = 0.5
    return found
