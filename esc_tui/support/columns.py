"""Columns over the skills of a bank: label sets as bits, words and the texts they stand in, contraindications and cues."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from esc_tui.bank.words import STOP_WORDS, terms
from esc_tui.domain.labels import Action, Need, Scenario, Stage, State, Strategy

if TYPE_CHECKING:
    from esc_tui.support.ranking import Query

_WORD = re.compile(r"[\w']+")

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
STATES, SCENARIOS, STAGES, NEEDS = tuple(State), tuple(Scenario), tuple(Stage), tuple(Need)
STATE_AT = {label.value: place for place, label in enumerate(STATES)}
SCENARIO_AT = {label.value: place for place, label in enumerate(SCENARIOS)}
STAGE_AT = {label.value: place for place, label in enumerate(STAGES)}
NEED_AT = {label.value: place for place, label in enumerate(NEEDS)}
STRATEGY_AT = {strategy: place for place, strategy in enumerate(Strategy)}
LABELS = (("states", STATE_AT), ("scenarios", SCENARIO_AT), ("stages", STAGE_AT), ("needs", NEED_AT))


class ContraIndex:
    """The contraindications that a program can decide, as columns: label sets as bits (0 means any), ranges, cues."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._rows: list[tuple[int, int, int, int, int, int, int, bool]] = []
        self._by_cue: dict[str, list[int]] = {}
        self._said: dict[str, tuple[int, ...]] = {}
        self._lengths: set[int] = set()

    def add(self, place: int, contraindications: Sequence[Mapping[str, Any]]) -> None:
        """Take in those of the skill at a place; one in words alone is passed over."""
        for row in contraindications:
            sets = [label_bits(kind, row.get(kind)) for kind, _ in LABELS]
            low, high = int(row.get("intensity_low") or 1), int(row.get("intensity_high") or 5)
            cues = [cleaned for cue in row.get("cues") or () if (cleaned := _words(str(cue)))]
            if not (any(sets) or cues or low > 1 or high < 5):
                continue
            for cue in cues:
                self._by_cue.setdefault(cue, []).append(len(self._rows))
                self._lengths.add(cue.count(" ") + 1)
            self._rows.append((place, sets[0], sets[1], sets[2], sets[3], low, high, not cues))
            self.texts.append(str(row.get("text", "")))

    def close(self) -> None:
        """Make the columns, once everything was added."""
        columns = np.array(self._rows, dtype=np.int32).reshape(-1, 8).T
        self.place, self.states, self.scenarios, self.stages, self.needs, self.low, self.high = columns[:7]
        self.label_only = columns[7].astype(bool)
        self._rows = []
        self._said = {cue: tuple(found) for cue, found in self._by_cue.items()}  # tuples of numbers: nothing for the collector
        self._by_cue = {}

    def matching(self, query: Query, top: Sequence[int]) -> Iterable[tuple[int, str]]:
        """Place and text of those that hold now, in the order they were added; ``top`` are the states that count."""
        intensity = round(query.intensity)
        need = 0 if query.need is None else 1 << NEEDS.index(query.need)
        holds = (self.low <= intensity) & (intensity <= self.high)
        for column, now in (
            (self.states, sum(1 << at for at in top)),
            (self.scenarios, 1 << SCENARIOS.index(query.scenario)),
            (self.stages, 1 << STAGES.index(query.stage)),
            (self.needs, need),
        ):
            holds &= (column == 0) | ((column & now) != 0)
        said = self.label_only.copy()
        words = _words(query.message).split(" ")
        for length in self._lengths:
            for first in range(len(words) - length + 1):
                found = self._said.get(" ".join(words[first : first + length]))
                if found is not None:
                    said[list(found)] = True
        numbers = np.flatnonzero(holds & said)
        return zip(self.place[numbers].tolist(), (self.texts[number] for number in numbers.tolist()), strict=True)


class _Numbers(dict[str, int]):
    """A word's number by its stem, given when first asked for; -1 for stop words."""

    def __init__(self, stems: dict[str, int]) -> None:
        super().__init__(dict.fromkeys(STOP_WORDS, -1))
        self._stems = stems

    def __missing__(self, word: str) -> int:
        number = self[word] = self._stems.setdefault(stem(word), len(self._stems))
        return number


class WordIndex:
    """Likeness of a message to many short texts: the summed inverse document frequencies of shared words."""

    def __init__(self) -> None:
        self.count = 0
        self._stems: dict[str, int] = {}
        self._known = _Numbers(self._stems)
        self._found: list[int] = []
        self._lengths: list[int] = []

    def add(self, text: str) -> None:
        """Take in the next text."""
        known = self._known
        words = terms(text)
        self._found += [known[word] for word in words]
        self._lengths.append(len(words))

    def close(self) -> None:
        """Make the arrays, once every text was added."""
        self.count = len(self._lengths)
        numbers = np.array(self._found, dtype=np.int64)
        places = np.repeat(np.arange(self.count, dtype=np.int64), self._lengths)
        pairs = np.sort((numbers * self.count + places)[numbers >= 0])
        pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]]  # a text may hold two words of one stem
        self._places = (pairs % max(1, self.count)).astype(np.int32)
        self._starts = np.searchsorted(pairs // max(1, self.count), np.arange(len(self._stems) + 1))
        self._known, self._found, self._lengths = _Numbers(self._stems), [], []

    def likeness(self, message: str) -> Floats:
        """One value 0-1 a text: s / (s + 6), where s sums log(1 + N / df) over the words in common."""
        sums = np.zeros(self.count, dtype=np.float32)
        for word in {stem(word) for word in terms(message)[:80] if word not in STOP_WORDS}:
            number = self._stems.get(word)
            if number is not None:
                found = self._places[self._starts[number] : self._starts[number + 1]]
                sums[found] += math.log(1 + self.count / len(found))
        return sums / (sums + 6)


def stem(word: str) -> str:
    """A crude English stem, the same on both sides: plural, -ing, -ed and -ly endings dropped from longer words."""
    for ending in ("ing", "ed", "ly", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4 and not word.endswith("ss"):
            return word[: -len(ending)]
    return word


_AT: Mapping[str, Mapping[str, int]] = dict(LABELS)


def bits(labels: Iterable[str] | None, at: Mapping[str, int]) -> int:
    """A set of labels as a number, one bit a label; 0 for none."""
    return sum(1 << at[label] for label in set(map(str, labels))) if labels else 0


def label_bits(kind: str, labels: Iterable[str] | None) -> int:
    """The same for labels of a kind in ``LABELS``."""
    return _label_bits(kind, tuple(labels)) if labels else 0


@lru_cache(maxsize=4096)  # a bank has few sets of labels, actions and cues, each of them often
def _label_bits(kind: str, labels: tuple[str, ...]) -> int:
    return bits(labels, _AT[kind])


def strategy_bits(actions: Iterable[str]) -> int:
    """The strategies that actions realise, as a number, one bit a strategy."""
    return _strategy_bits(tuple(actions))


@lru_cache(maxsize=4096)
def _strategy_bits(actions: tuple[str, ...]) -> int:
    return sum(1 << STRATEGY_AT[strategy] for strategy in {Action(action).strategy for action in actions})


@lru_cache(maxsize=4096)
def _words(text: str) -> str:
    if text.isascii() and text.replace(" ", "").isalnum():
        return " ".join(text.lower().split())
    return " ".join(_WORD.findall(text.lower().replace("’", "'"))).replace("'", "")
