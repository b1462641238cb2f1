"""Pairs of episodes: the same seeker and seed with the old and with the new bank, and what each pair says.

Both arms share the seeker's seed and the supporter's, so their talks are the same up to the first reply that differs: that is the fork.
A pair in which no reply differs is a difference of exactly 0 and counts (verification.md 4.3, step 4).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.bank.episodes import EpisodeRow, episode_rows
from esc_tui.domain.labels import Need
from esc_tui.domain.sage import FINISHED, MOST_TURNS

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.domain.evolution import Primary

COUNTED: frozenset[str] = FINISHED | {"crisis"}
"""Endings that count in a pair. One that the guard took over counts with the emotion it had: leaving such talks out would hide harm."""
BLAMELESS = Need.BE_TOLD_NOT_AT_FAULT
"""Seekers who want to hear that they are blameless reward flattery: they are reported alone and never in the primary mean."""


def mean_over_turns(curve: Sequence[int], turns: int = MOST_TURNS) -> float:
    """Mean emotion over ``turns`` turns, 0 to 100, the last value carried on: one that left unhappy stays unhappy.

    ``curve`` is the emotion at the start, which is left out, and after each judged reply.
    """
    after = list(curve[1:turns + 1])
    last = after[-1] if after else curve[0]
    return (sum(after) + last * (turns - len(after))) / turns


@dataclass(frozen=True, slots=True)
class Pair:
    """One seeker with both banks. ``fork`` is the place (from 1) of the first reply that differs, None when none does."""

    old: EpisodeRow
    new: EpisodeRow
    fork: int | None

    @property
    def profile(self) -> str:
        """The seeker's id."""
        return self.old.profile

    @property
    def character(self) -> str:
        """The seeker's character."""
        return self.old.character

    @property
    def need(self) -> str:
        """The seeker's hidden need."""
        return self.old.need

    @property
    def blameless(self) -> bool:
        """True for a seeker who wants to hear that they are not at fault."""
        return self.need == BLAMELESS.value

    @property
    def fired(self) -> bool:
        """True when the change made any reply differ."""
        return self.fork is not None

    def difference(self, measure: Primary, turns: int = MOST_TURNS) -> float:
        """New minus old in points: of the mean emotion over the turns, or of the final emotion; 0 when nothing differed."""
        if not self.fired:
            return 0.0
        if measure == "final":
            return float(self.new.emotion - self.old.emotion)
        return mean_over_turns(self.new.curve, turns) - mean_over_turns(self.old.curve, turns)


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of some runs, in the order they were planned, and why others do not count, one sentence each."""

    pairs: tuple[Pair, ...]
    left_out: tuple[str, ...]

    @property
    def primary(self) -> tuple[Pair, ...]:
        """Those of the primary mean: all but the blameless."""
        return tuple(pair for pair in self.pairs if not pair.blameless)

    def of(self, profiles: Iterable[str]) -> Pairs:
        """The pairs of some seekers."""
        wanted = set(profiles)
        return Pairs(tuple(pair for pair in self.pairs if pair.profile in wanted), ())


def pairs_of(connection: BankConnection, runs: Iterable[int]) -> Pairs:
    """All pairs of the runs given: arm 0 is the old bank, arm 1 the new one."""
    found: list[Pair] = []
    left_out: list[str] = []
    for run in runs:
        rows = episode_rows(connection, run)
        replies = _replies(connection, run)
        by_seeker: dict[tuple[str, int], dict[int, EpisodeRow]] = {}
        for row in rows:
            by_seeker.setdefault((row.profile, row.repeat), {})[row.arm] = row
        for arms in by_seeker.values():
            old, new = arms.get(0), arms.get(1)
            if old is None or new is None:
                continue
            bad = next((row for row in (old, new) if row.outcome not in COUNTED), None)
            if bad is not None:
                left_out.append(f"pair {old.number} of run {run}: {bad.outcome or 'not played'}{f' ({bad.reason})' if bad.reason else ''}")
                continue
            found.append(Pair(old, new, _fork(replies.get(old.conversation, ()), replies.get(new.conversation, ()))))
    return Pairs(tuple(found), tuple(left_out))


def _replies(connection: BankConnection, run: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for conversation, text in connection.rows(
            "SELECT e.conversation, json_extract(e.data, '$.text') FROM events e JOIN episodes p ON p.conversation = e.conversation "
            "WHERE p.run = ? AND e.kind = 'reply_finished' ORDER BY e.event_id", (run,)):
        found.setdefault(conversation, []).append(text)
    return found


def _fork(old: Sequence[str], new: Sequence[str]) -> int | None:
    for place, (before, after) in enumerate(zip(old, new, strict=False), 1):
        if before != after:
            return place
    return min(len(old), len(new)) + 1 if len(old) != len(new) else None
