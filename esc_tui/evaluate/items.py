"""What is measured: the supporter turns of test dialogues, and what may be known before each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from esc_tui.domain.dialogue import Dialogue, words_hash
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Strategy
from esc_tui.domain.supporter_turn import SupporterTurn, runs_of, supporter_turns
from esc_tui.engines.roles import Line

OPENING_WORDS = "Hello"
"""Stands for the seeker's message where the supporter speaks first (half of ESConv): somebody came in and greeted."""


@dataclass(frozen=True, slots=True)
class Item:
    """One supporter turn to predict: ``group`` is its dialogue's place in the test set, ``reference`` has a strategy or more.

    ``message`` joins the seeker's lines since the supporter's last; ``before`` are all earlier turns, oldest first.
    """

    group: int
    dialogue: Dialogue
    turn: SupporterTurn
    message: str
    before: tuple[Line, ...]

    @property
    def reference(self) -> tuple[Strategy, ...]:
        """The strategies the human supporter used, in order, adjacent repeats merged."""
        return self.turn.strategies

    @property
    def several(self) -> bool:
        """True when the human supporter used more than one strategy."""
        return len(self.turn.strategies) > 1


@dataclass(slots=True)
class Corpus:
    """Dialogues of some files, each once; ``skipped`` counts what was not taken by its reason, ``double`` repeated dialogues."""

    files: tuple[str, ...]
    dialogues: list[Dialogue] = field(default_factory=list)
    double: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def licences(self) -> tuple[str, ...]:
        """The licences of the dialogues, each once."""
        return tuple(sorted({dialogue.licence for dialogue in self.dialogues}))


def read_corpora(paths: Sequence[str], told: Callable[[int, int], None]) -> Corpus:
    """All dialogues of some files in order, the same words once; ``told`` hears bytes read and bytes in all.

    Raises UserError when a file cannot be read or no dialogue is in them.
    """
    from esc_tui.interchange.corpora.corpus import corpus_files, read_corpus, size_of

    files = corpus_files(paths)
    total = max(1, sum(size_of(path) for path in files))
    corpus = Corpus(tuple(path.name for path in files))
    seen: set[str] = set()
    ahead = 0
    for path in files:
        for reading, read in read_corpus(path):
            corpus.skipped.update(f"{skip.part}: {skip.reason}" for skip in reading.skipped)
            if reading.dialogue is not None:
                digest = words_hash(reading.dialogue)
                if digest in seen:
                    corpus.double += 1
                else:
                    seen.add(digest)
                    corpus.dialogues.append(reading.dialogue)
            told(min(ahead + read, total - 1), total)
        ahead += size_of(path)
    told(total, total)
    if not corpus.dialogues:
        reason = next(iter(corpus.skipped), "")
        raise UserError("no dialogue could be read" + (f" ({reason})" if reason else ""),
                        ", ".join(str(Path(path)) for path in paths), "give a file of dialogues, e.g. ESConv's valid.jsonl")
    return corpus


def items_of(dialogues: Sequence[Dialogue]) -> tuple[list[Item], int]:
    """The supporter turns that have a strategy, and how many have none and are left out."""
    items: list[Item] = []
    without = 0
    for group, dialogue in enumerate(dialogues):
        lines = _turns(dialogue)
        for turn in supporter_turns(dialogue):
            before = tuple(line for place, line in lines if place < turn.lines[0])
            message = before[-1].text if before and before[-1].speaker == "seeker" else OPENING_WORDS
            if before and before[-1].speaker == "seeker":
                before = before[:-1]
            if turn.strategies:
                items.append(Item(group, dialogue, turn, message, before))
            else:
                without += 1
    return items, without


def _turns(dialogue: Dialogue) -> list[tuple[int, Line]]:
    """The dialogue as turns, each with the place of its first line; a supporter who opens belongs to turn 1."""
    found: list[tuple[int, Line]] = []
    number = 0
    for run in runs_of(dialogue):
        speaker = dialogue.turns[run[0]].speaker
        number += speaker == "seeker" or number == 0
        text = " ".join(words for place in run if (words := dialogue.turns[place].text.strip()))
        found.append((run[0], Line(speaker, text, number)))
    return found
