"""Recorded talks of one file taken into one run: the same file again adds nothing, a longer version of it adds the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esc_tui.bank.episodes import PlannedEpisode, find_episode, played_profile
from esc_tui.bank.recorded import (
    add_recorded,
    close_imported_run,
    free_conversation,
    next_number,
    open_imported_run,
    reopen_imported_run,
    runs_with,
    simulated_talks,
)
from esc_tui.bank.runs import find_run, set_run_settings
from esc_tui.domain.base import new_ulid, now_iso
from esc_tui.interchange.episode_export import as_recorded
from esc_tui.interchange.sage.episodes import digest_of, events_of, profile_hash

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.interchange.sage.results import RecordedEpisode

MOST_HELD = 1000
"""Talks kept in memory while every one so far also stands in one other run."""


class RunIntake:
    """Takes the talks of one file in their order. Call ``take`` inside the transaction of a batch, and ``close`` at the end.

    A run of the same title that holds one of the talks is this file's run from before, and gets what it lacks. While all talks so far
    stand in another run, under another title or played in this bank itself, nothing is stored: the file may be a copy, or an export that
    came back. As soon as one is new, the file has a run of its own with all of its talks, so that its score is the file's.
    """

    def __init__(self, writer: BankConnection, title: str, source: str) -> None:
        self._writer, self._title, self._source = writer, title, source
        self._held: list[tuple[RecordedEpisode, str]] = []
        self._holders: set[int] | None = None
        self._played: dict[tuple[str, int], list[str]] | None = None
        self._open = False
        self._arms: list[str] = []
        self.run: int | None = None

    @property
    def _named(self) -> str:
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
        holders = {*where, *self._played_in(episode, digest)}
        self._holders = holders if self._holders is None else self._holders & holders
        if self._holders and len(self._held) <= MOST_HELD:
            return 0
        self._holders = None
        return self._flush()

    def _played_in(self, episode: RecordedEpisode, digest: str) -> set[int]:
        """The runs of this bank in which just this talk was played."""
        if episode.origin is None:
            return set()
        if self._played is None:
            self._played = simulated_talks(self._writer)
        found: set[int] = set()
        for reference in self._played.get((episode.profile.id, episode.origin.seed), ()):
            row = find_episode(self._writer, reference)
            run, profile = find_run(self._writer, row.run), played_profile(self._writer, row.profile_hash)
            written = as_recorded(self._writer, row, run, profile, episode.target)
            if written is not None and digest_of(written) == digest:
                found.add(row.run)
        return found

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
            self._arms = [str(one["name"]) for one in find_run(self._writer, self.run).settings["arms"]]
            return
        self._arms = [self._supporter(episode)]
        settings: dict[str, Any] = {
            "format": "SAGE", "source": self._source, "licence": episode.profile.licence,
            "protocol": "unknown" if episode.origin is None else episode.origin.protocol, "target": episode.target,
            "arms": [{"name": self._arms[0]}]}
        self.run = open_imported_run(self._writer, new_ulid(), self._title, now_iso(), settings)

    def _supporter(self, episode: RecordedEpisode) -> str:
        """Whose replies they are: as the line says, else as the file is called, which is how SAGE names its own."""
        return self._named if episode.origin is None else episode.origin.supporter

    def _place(self, run: int, arm: str) -> int:
        """The index of a supporter in the run; a new one joins."""
        if arm not in self._arms:
            self._arms.append(arm)
            settings = find_run(self._writer, run).settings
            set_run_settings(self._writer, run, {**settings, "arms": [{"name": one} for one in self._arms]})
        return self._arms.index(arm)

    def _add(self, run: int, episode: RecordedEpisode, digest: str) -> None:
        profile, time, arm = episode.profile, now_iso(), self._supporter(episode)
        planned = PlannedEpisode(
            number=next_number(self._writer, run), conversation=free_conversation(self._writer, digest, run), profile=profile.id,
            profile_hash=profile_hash(profile), name=_called(episode), arm=self._place(run, arm),
            repeat=episode.repeat, seed=0 if episode.origin is None else episode.origin.seed, shelf=profile.shelf.value,
            scenario=profile.scenario.value, character=profile.character.value, need=profile.need.value, emotion=episode.first)
        identity = str(self._writer.value("SELECT id FROM runs WHERE number = ?", (run,)))
        add_recorded(self._writer, run, planned, profile, list(events_of(
            episode, conversation=planned.conversation, run=identity, arm=arm, time=time)))

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
