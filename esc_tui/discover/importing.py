"""Files of dialogues, recorded talks and profiles brought into the bank in small transactions: safe to stop and to repeat.

Everything is accounted for, what was taken and what was not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from esc_tui.bank.dialogues import add_dialogues, known_dialogue, label_count
from esc_tui.bank.recorded import add_new_profile
from esc_tui.discover.recorded import RunIntake
from esc_tui.domain.dialogue import words_hash
from esc_tui.interchange.corpora.corpus import corpus_files, size_of
from esc_tui.interchange.corpora.found import Reading, Reason, Skip
from esc_tui.interchange.corpora.names import kept
from esc_tui.interchange.recognising import read_file

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.connection import BankConnection
    from esc_tui.domain.dialogue import Dialogue

BATCH_DIALOGUES, BATCH_BYTES = 100, 4 << 20
"""A transaction holds at most so many dialogues, and is closed after so many bytes read."""
PLACES_KEPT, NAMES_KEPT = 50, 50
"""So many places, and so many unknown names of strategies, are remembered in a report; the numbers count all."""


@dataclass(slots=True)
class ImportCount:
    """The account of one file, or of all. ``new`` + ``known`` == ``dialogues``; known ones were stored before, from any file.

    ``lines`` are those of all dialogues read, ``new_lines`` of those stored now. ``known_with_less``: known dialogues that lack
    strategies, ratings or survey answers which this file has; ``known_otherwise``: those stored under another licence. Both stay
    as they are. ``instructions`` are the system lines of ChatML and ShareGPT, no part of a talk. ``parts`` counts what was
    skipped by kind (file, dialogue, line, label, episode, profile), ``reasons`` by reason. ``episodes`` and ``profiles`` count what
    SAGE's files hold, ``runs`` are the runs its talks stand in, ``profiles_otherwise`` those stored under the same id in other words.
    """

    file: str = ""
    dialogues: int = 0
    new: int = 0
    lines: int = 0
    new_lines: int = 0
    known_with_less: int = 0
    known_otherwise: int = 0
    instructions: int = 0
    episodes: int = 0
    new_episodes: int = 0
    profiles: int = 0
    new_profiles: int = 0
    profiles_otherwise: int = 0
    runs: list[int] = field(default_factory=list)
    parts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    strategies: Counter[str] = field(default_factory=Counter)
    forms: Counter[str] = field(default_factory=Counter)
    licences: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    places: list[tuple[str, Skip]] = field(default_factory=list)

    @property
    def known(self) -> int:
        """Dialogues that were in the bank already."""
        return self.dialogues - self.new

    @property
    def taken(self) -> int:
        """Dialogues, recorded talks and profiles that could be read, new or known."""
        return self.dialogues + self.episodes + self.profiles

    @property
    def skipped(self) -> int:
        """Everything that was not taken: files, dialogues, lines, labels, recorded talks and profiles."""
        return self.parts.total()

    def note(self, skip: Skip) -> None:
        """Count one thing that was not taken."""
        self.parts[skip.part] += 1
        self.reasons[skip.reason.value] += 1
        if skip.reason is Reason.UNKNOWN_STRATEGY and (skip.detail in self.strategies or len(self.strategies) < NAMES_KEPT):
            self.strategies[skip.detail] += 1
        if len(self.places) < PLACES_KEPT:
            self.places.append((self.file, skip))

    def add(self, other: ImportCount) -> None:
        """Take another account into this one."""
        for name in ("dialogues", "new", "lines", "new_lines", "known_with_less", "known_otherwise", "instructions", "episodes",
                     "new_episodes", "profiles", "new_profiles", "profiles_otherwise"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("parts", "reasons", "strategies", "forms", "licences", "languages"):
            getattr(self, name).update(getattr(other, name))
        self.runs.extend(run for run in other.runs if run not in self.runs)
        self.places.extend(other.places[: PLACES_KEPT - len(self.places)])


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import is: bytes read of all bytes (0: not known), the account by file, and what was skipped since the last."""

    done: int
    total: int
    files: tuple[ImportCount, ...]
    skipped: tuple[tuple[str, Skip], ...] = ()

    @property
    def whole(self) -> ImportCount:
        """The account of all files together."""
        count = ImportCount()
        for one in self.files:
            count.add(one)
        return count


def import_dialogues(bank: Bank, paths: Sequence[str | Path], *, source: str = "", licence: str = "") -> Iterator[ImportProgress]:
    """Store what files hold, dialogues, recorded talks or profiles; yields after every transaction, last when all is done.

    ``source`` names the corpus (default: each file's name). ``licence`` holds where neither a row nor its format tells.
    A dialogue whose words the bank has, in whatever format, is known and not stored again; the recorded talks of a file become one
    run (``RunIntake``). Stopping at any moment leaves
    whole dialogues; running it again adds the rest. Raises UserError before anything is read when a path cannot be opened,
    BankError when the bank cannot be written.
    """
    files = corpus_files(paths)
    writer = bank.writing  # a bank that is only to be looked at says so before anything is read
    total = sum(size_of(file) for file in files)
    before = 0
    counts: list[ImportCount] = []
    for given, file in zip(paths, files, strict=True):
        count = ImportCount(file=str(given))
        counts.append(count)
        batch: list[Reading] = []
        done = stored_at = 0
        intake = RunIntake(writer, kept(file.name), kept(source or file.name))
        whole = False
        try:
            for reading, done in read_file(file, source=source, licence=licence):
                batch.append(reading)
                if len(batch) >= BATCH_DIALOGUES or done - stored_at >= BATCH_BYTES:
                    yield ImportProgress(before + done, total, tuple(counts), _store(writer, intake, count, batch))
                    batch, stored_at = [], done
            before += done
            skipped = _store(writer, intake, count, batch)
            whole = True
        finally:
            intake.close(whole=whole)
        yield ImportProgress(before, total, tuple(counts), skipped)


def _store(writer: BankConnection, intake: RunIntake, count: ImportCount, batch: list[Reading]) -> tuple[tuple[str, Skip], ...]:
    """Store one batch, all or nothing, then count it; returns what was skipped in it."""
    stored: list[bool] = []
    less = otherwise = 0
    with writer.transaction():
        talks = sum(intake.take(reading.episode) for reading in batch if reading.episode is not None)
        players = [add_new_profile(writer, reading.profile) for reading in batch if reading.profile is not None]
        for dialogue in (reading.dialogue for reading in batch if reading.dialogue is not None):
            known = known_dialogue(writer, words_hash(dialogue))
            if known is None:
                add_dialogues(writer, [dialogue])
            else:
                less += known.labels < label_count(dialogue)
                otherwise += known.licence != dialogue.licence
            stored.append(known is None)
    new = iter(stored)
    count.new_episodes += talks
    count.runs = list(intake.runs)
    count.new_profiles += sum(fresh for fresh, _ in players)
    count.profiles_otherwise += sum(other for _, other in players)
    count.known_with_less += less
    count.known_otherwise += otherwise
    skipped: list[tuple[str, Skip]] = []
    for reading in batch:
        count.instructions += reading.instructions
        if reading.dialogue is not None:
            _count(count, reading.dialogue, reading.form, next(new))
        elif reading.episode is not None or reading.profile is not None:
            _count_sage(count, reading)
        for skip in reading.skipped:
            count.note(skip)
            skipped.append((count.file, skip))
    return tuple(skipped)


def _count(count: ImportCount, dialogue: Dialogue, form: str, new: bool) -> None:
    count.dialogues += 1
    count.new += new
    count.lines += len(dialogue.turns)
    count.new_lines += len(dialogue.turns) if new else 0
    count.forms[form] += 1
    count.licences[dialogue.licence] += 1
    count.languages[dialogue.language] += 1


def _count_sage(count: ImportCount, reading: Reading) -> None:
    count.episodes += reading.episode is not None
    count.profiles += reading.profile is not None
    profile = reading.profile if reading.episode is None else reading.episode.profile
    assert profile is not None
    count.forms[reading.form] += 1
    count.licences[profile.licence] += 1
    count.languages[profile.language] += 1
