"""Recorded talks of one file taken into one run: the same file again adds nothing, a longer version of it adds the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esc_tui.bank.episodes import PlannedEpisode
from esc_tui.bank.recorded import (
    add_recorded,
    close_imported_run,
    free_conversation,
    next_number,
    open_imported_run,
    reopen_imported_run,
    runs_with,
)
from esc_tui.domain.base import new_ulid, now_iso
from esc_tui.domain.sage import EXACT
from esc_tui.interchange.sage.episodes import digest_of, events_of, profile_hash

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.interchange.sage.results import RecordedEpisode

MOST_HELD = 1000
"""Talks kept in memory while every one so far also stands in one other run."""


class RunIntake:
    """Takes the talks of one file in their order. Call ``take`` inside the transaction of a batch, and ``close`` at the end.

    A run of the same title that holds one of the talks is this file's run from before, and gets what it lacks. While all talks so far
    stand in another run, under another title, nothing is stored: the file may be a copy. As soon as one is new, the file
    has a run of its own with all of its talks, so that its score is the file's.
    """

    def __init__(self, writer: BankConnection, title: str, source: str) -> None:
        self._writer, self._title, self._source = writer, title, source
        self._held: list[tuple[RecordedEpisode, str]] = []
        self._holders: set[int] | None = None
        self._open = False
        self.run: int | None = None

    @property
    def _arm(self) -> str:
        stem, dot, _ = self._title.rpartition(".")
        return stem if dot and stem else self._title

    @property
    def runs(self) -> tuple[int, ...]:
        """The run the talks stand in: this file's own, or one that held them all before."""
        if self.run is not None:
            return (self.run,)
        return (min(self._holders),) if self._holders else ()

    def take(self, episode: RecordedEpisode) -> int:
        """Take one talk; returns how many were stored by it (those held back may come along)."""
        digest = digest_of(episode)
        where = runs_with(self._writer, digest)
        if self.run is not None:
            return self._store([(episode, digest)])
        same = [number for number, title in where.items() if title == self._title]
        self._held.append((episode, digest))
        if same:
            self.run = max(same)
            return self._flush()
        self._holders = set(where) if self._holders is None else self._holders & set(where)
        if self._holders and len(self._held) <= MOST_HELD:
            return 0
        self._holders = None
        return self._flush()

    def _flush(self) -> int:
        held, self._held = self._held, []
        return self._store(held)

    def _store(self, talks: list[tuple[RecordedEpisode, str]]) -> int:
        stored = 0
        for episode, digest in talks:
            if self.run is not None and self.run in runs_with(self._writer, digest):
                continue
            self._begin(episode)
            assert self.run is not None
            self._add(self.run, episode, digest)
            stored += 1
        return stored

    def _begin(self, episode: RecordedEpisode) -> None:
        if self._open:
            return
        self._open = True
        if self.run is not None:
            reopen_imported_run(self._writer, self.run)
            return
        settings: dict[str, Any] = {
            "format": "SAGE", "source": self._source, "licence": episode.profile.licence, "protocol": EXACT.name, "target": episode.target,
            "arms": [{"name": self._arm}]}
        self.run = open_imported_run(self._writer, new_ulid(), self._title, now_iso(), settings)

    def _add(self, run: int, episode: RecordedEpisode, digest: str) -> None:
        profile, time = episode.profile, now_iso()
        planned = PlannedEpisode(
            number=next_number(self._writer, run), conversation=free_conversation(self._writer, digest, run), profile=profile.id,
            profile_hash=profile_hash(profile), name=_called(episode), arm=0, repeat=episode.repeat, seed=0, shelf=profile.shelf.value,
            scenario=profile.scenario.value, character=profile.character.value, need=profile.need.value, emotion=episode.first)
        identity = str(self._writer.value("SELECT id FROM runs WHERE number = ?", (run,)))
        add_recorded(self._writer, run, planned, profile, list(events_of(
            episode, conversation=planned.conversation, run=identity, arm=self._arm, time=time)))

    def close(self, *, whole: bool) -> None:
        """The file was read to its end, or was broken off."""
        if self._open and self.run is not None:
            self._open = False
            close_imported_run(self._writer, self.run, now_iso(), whole=whole)


def _called(episode: RecordedEpisode) -> str:
    profile = episode.profile
    if not profile.name:
        return profile.id
    return profile.name if profile.age is None else f"{profile.name}, {profile.age}"
