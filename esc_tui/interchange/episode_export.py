"""Episodes as the lines of a file: in SAGE's keys, or as our events, one a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from esc_tui.bank.episodes import played_profile
from esc_tui.bank.runs import RunRow, find_run
from esc_tui.bank.talks import read_events
from esc_tui.domain.licence import may_be_shared
from esc_tui.domain.sage import FINISHED
from esc_tui.interchange.sage.episodes import recorded_episode
from esc_tui.interchange.sage.results import USUAL_TARGET, result_line

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.bank.episodes import EpisodeRow
    from esc_tui.domain.events import AnyEvent
    from esc_tui.domain.profile import Profile
    from esc_tui.interchange.sage.results import RecordedEpisode

EpisodeFormat = Literal["sage", "jsonl"]


@dataclass(slots=True)
class ExportCount:
    """What went into the file, and what did not: episodes without an ending that counts (``sage`` alone; SAGE's scripts would take
    their emotion for a score), those that never began, those whose profile's licence does not let it be passed on, and those of
    sealed profiles, which the caller leaves out and counts."""

    written: int = 0
    unfinished: int = 0
    unshared: int = 0
    unbegun: int = 0
    sealed: int = 0

    @property
    def left_out(self) -> str:
        """What is not in the file, in words; empty when everything is."""
        reasons = ((self.unfinished, "without an ending that counts for a score"), (self.unbegun, "not begun"),
                   (self.sealed, "of sealed profiles"), (self.unshared, "whose licence does not let their text be passed on"))
        return ", ".join(f"{number:,} {reason}" for number, reason in reasons if number)


def episode_lines(connection: BankConnection, rows: Sequence[EpisodeRow], form: EpisodeFormat, count: ExportCount,
                  target: str = USUAL_TARGET) -> Iterator[str]:
    """The lines of episodes in their order, each with its end; ``count`` grows as they are read."""
    runs: dict[int, RunRow] = {}
    for row in rows:
        profile = played_profile(connection, row.profile_hash)
        if not may_be_shared(profile.licence):
            count.unshared += 1
        elif row.started is None:
            count.unbegun += 1
        elif form == "sage":
            episode = None
            if row.outcome in FINISHED:
                run = runs.get(row.run) or runs.setdefault(row.run, find_run(connection, row.run))
                episode = as_recorded(connection, row, run, profile, target)
            if episode is None:
                count.unfinished += 1
                continue
            count.written += 1
            yield result_line(episode)
        else:
            count.written += 1
            for event in read_events(connection, row.conversation, 0):
                yield event_line(event)


def as_recorded(connection: BankConnection, row: EpisodeRow, run: RunRow, profile: Profile,
                target: str = USUAL_TARGET) -> RecordedEpisode | None:
    """A stored episode of a run as it stands in a file in SAGE's keys; None when its ending does not count for a score."""
    return recorded_episode(read_events(connection, row.conversation, 0), profile, target=target, supporter=run.supporter(row.arm))


def event_line(event: AnyEvent) -> str:
    """An event as ``--display json`` prints it, with its end, without what the guard keeps veiled."""
    data: dict[str, Any] = event.model_dump(mode="json", exclude_none=True)
    data.pop("veiled_draft", None)
    return json.dumps({"kind": data.pop("kind"), **data}, ensure_ascii=False) + "\n"
