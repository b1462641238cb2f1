"""Words that must stay unknown: the dialogues of a test set, and what counts as repeating them. Pure rules."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from esc_tui.domain.copying import word_runs
from esc_tui.domain.dialogue import Dialogue, words_hash
from esc_tui.domain.supporter_turn import runs_of

LINE_WORDS = 8
"""A whole supporter line of so many words is no coincidence often: 28 of ESConv's 910 train dialogues share one with valid."""
RUN_WORDS = 12
"""So many words in a row give a repetition away inside longer lines (12 of the 910 do, by closing formulas)."""
COPIED_SHARE = 0.25
"""A dialogue with this share of its long supporter lines from the test is a copy; between train and valid at most 0.15 are."""
COPIED_RUN = 16
"""So many words in a row are copied; between train and valid none are."""

Kinship = Literal["", "same", "excerpt", "copied", "line"]
"""How a dialogue repeats the test: the same words, nothing but turns of it, copied in good part, or by a line. Empty: not."""
_SINGLE = re.compile("([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f])")
_WORD = re.compile(r"[^\W_]+")


def plain_words(text: str) -> tuple[str, ...]:
    """The words of a text, case folded, apostrophes left out, Han and kana one by one."""
    joined = text.replace("'", "").replace("’", "").casefold()
    return tuple(_WORD.findall(joined if joined.isascii() else _SINGLE.sub(r" \1 ", joined)))


class SealedWords:
    """The supporter lines and turns of dialogues, to be asked whether something else repeats them."""

    def __init__(self, dialogues: Iterable[Dialogue]) -> None:
        self.hashes: set[str] = set()
        self._lines: set[tuple[str, ...]] = set()
        self._turns: set[tuple[str, ...]] = set()
        self._runs: set[tuple[str, ...]] = set()
        self._long_runs: set[tuple[str, ...]] = set()
        for dialogue in dialogues:
            self.hashes.add(words_hash(dialogue))
            for words in _supporter_words(dialogue):
                joined = tuple(word for line in words for word in line)
                self._turns.update((*words, joined))
                self._lines.update(line for line in (*words, joined) if len(line) >= LINE_WORDS)
                self._runs.update(word_runs(joined, RUN_WORDS))
                self._long_runs.update(word_runs(joined, COPIED_RUN))

    def repeated_in(self, text: str) -> bool:
        """True when a text is a sealed line or turn of eight or more words, or holds twelve sealed words in a row."""
        words = plain_words(text)
        return words in self._lines or any(run in self._runs for run in word_runs(words, RUN_WORDS))

    def kinship(self, dialogue: Dialogue) -> Kinship:
        """How a dialogue repeats the sealed ones."""
        if words_hash(dialogue) in self.hashes:
            return "same"
        turns = _supporter_words(dialogue)
        if turns and all(tuple(word for line in lines for word in line) in self._turns for lines in turns):
            return "excerpt"
        long = [line for lines in turns for line in lines if len(line) >= LINE_WORDS]
        shared = sum(line in self._lines for line in long)
        if (long and shared / len(long) >= COPIED_SHARE) or any(
                run in self._long_runs for turn in dialogue.turns for run in word_runs(plain_words(turn.text), COPIED_RUN)):
            return "copied"
        return "line" if any(self.repeated_in(turn.text) for turn in dialogue.turns) else ""


def _supporter_words(dialogue: Dialogue) -> list[tuple[tuple[str, ...], ...]]:
    """The words of each supporter turn by line; lines without a word are left out, turns without any too."""
    found = []
    for run in runs_of(dialogue):
        if dialogue.turns[run[0]].speaker == "supporter":
            lines = tuple(words for place in run if (words := plain_words(dialogue.turns[place].text)))
            if lines:
                found.append(lines)
    return found
