"""The screen on the develop shelf: it may drop a proposal or rank several, and never accepts one (verification.md 4.3, step 3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from esc_tui.domain.evolution import SeekerGroup
from esc_tui.domain.labels import Shelf
from esc_tui.evolve.cohorts import group_of
from esc_tui.evolve.pairing import BLAMELESS, Pairs
from esc_tui.evolve.statistics import MARGIN, Paired, summarise
from esc_tui.simulate.forking import Way, fork_at, judge_at, reply_at
from esc_tui.simulate.profiles import profiles_to_play

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.domain.evolution import Primary
    from esc_tui.engines.roles import SeekerMind

SCREEN_PROFILES = 36
"""Episodes a screen plays with each bank: with the sealed pairs of the smallest preset that accepts they make the 59 clean pairs that a
flag margin of 5 % asks for."""
SAME_PROFILES = 6
"""Profiles of the A/A check, which comes before."""
REPLAYED = 40
"""Failing moments that are replayed: with a per-turn SD of 7 their mean has a standard error of about 1.5 (papers.md 3.7)."""
SCREEN_ALPHA = 0.10
"""One-sided: dropped when the upper 90 % bound is below 0."""
FAILING = -5
"""A moment failed when emotion fell by so much or more after its reply."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """One failing moment, replied to by both banks: the seeker's change after each, -10 to +10; ``same`` when the replies were equal."""

    conversation: str
    turn: int
    old: int
    new: int
    same: bool


@dataclass(frozen=True, slots=True)
class Screen:
    """What a screen found: mean gain over ``pairs``, its upper bound, in how many of all pairs it fired, those of seekers it is not made
    for too; and over replayed moments the mean gain of the next change with its standard error. ``dropped``: why it goes no further, empty
    when it may."""

    pairs: int
    gain: float | None
    upper: float | None
    fired: int
    replayed: int
    replay_gain: float | None
    replay_error: float | None
    dropped: str = ""


def screen_profiles(bank: Bank, group: SeekerGroup, count: int = SCREEN_PROFILES) -> list[str]:
    """Develop profiles for a screen: those of the group first, then others in turn over the needs; no blameless, in a fixed order."""
    from esc_tui.domain.profile import why_unplayable

    wanted = group_of(group)
    known = [one for one in profiles_to_play(bank)
             if one.shelf is Shelf.DEVELOP and one.need is not BLAMELESS and not why_unplayable(one)]
    inside = sorted(one.id for one in known if wanted.holds(one)) if not group.anybody else []
    by_need: dict[str, list[str]] = {}
    for one in sorted(known, key=lambda one: one.id):
        if one.id not in inside:
            by_need.setdefault(one.need.value, []).append(one.id)
    outside: list[str] = []
    while any(by_need.values()):
        outside += [names.pop(0) for _, names in sorted(by_need.items()) if names]
    return [*inside, *outside][:count]


def failing_turns(bank: Bank, revision: int, limit: int = REPLAYED) -> list[tuple[str, int]]:
    """Conversation and turn of moments on the develop shelf at which this revision's reply lowered emotion by 5 or more, worst first.

    Episodes from which skills were hidden are left out.
    """
    return [(conversation, turn) for conversation, turn in bank.connection.rows(
        "SELECT e.conversation, e.turn FROM events e JOIN episodes p ON p.conversation = e.conversation "
        "JOIN conversations c ON c.id = e.conversation "
        "WHERE e.kind = 'emotion_changed' AND json_extract(e.data, '$.change') <= ? AND p.shelf = 'develop' AND c.revision = ? "
        "AND p.outcome IS NOT NULL AND EXISTS (SELECT 1 FROM events s WHERE s.conversation = e.conversation "
        "AND s.kind = 'conversation_started' AND coalesce(json_extract(s.data, '$.pins.candidate'), '') = '' "
        "AND json_extract(s.data, '$.pins.masked') IS NULL "
        "AND json_extract(s.data, '$.bank_used')) ORDER BY json_extract(e.data, '$.change'), p.run DESC, p.number, e.turn LIMIT ?",
        (FAILING, revision, limit))]


async def replay(bank: Bank, mind: SeekerMind, old: Way, new: Way, moments: Sequence[tuple[str, int]]) -> list[Replayed]:
    """One reply of each bank at each moment, and what the seeker makes of it. Nothing is stored."""
    from esc_tui.bank.episodes import find_episode, played_profile

    found: list[Replayed] = []
    for conversation, turn in moments:
        fork = fork_at(bank.events(conversation), turn)
        row = find_episode(bank.connection, conversation)
        profile = played_profile(bank.connection, row.profile_hash)
        emotion = fork.view.emotions[-1] if fork.view.emotions else row.curve[0]
        before, after = await reply_at(fork, old), await reply_at(fork, new)
        first = await judge_at(fork, before, profile, mind, emotion, row.seed)
        second = first if before.text == after.text else await judge_at(fork, after, profile, mind, emotion, row.seed)
        found.append(Replayed(conversation, turn, first.change, second.change, before.text == after.text))
    return found


def screen_of(pairs: Pairs, measure: Primary, replayed: Sequence[Replayed], critical: Sequence[str], old: str = "the old bank",
              members: Collection[str] | None = None) -> Screen:
    """What the episodes and the replayed moments say. It never accepts; a reason to drop it stands in ``dropped``.

    ``old`` is what the other arm is called. ``members``: the seekers a proposal is made for, None for all. Then the gain is theirs, and
    others drop it only where they are worse by more than the margin, as in the confirmation.
    """
    mine = [pair for pair in pairs.primary if members is None or pair.profile in members]
    rest = [pair for pair in pairs.primary if members is not None and pair.profile not in members]
    found, others = (summarise([pair.difference(measure) for pair in some], [pair.fired for pair in some]) for some in (mine, rest))
    upper, upper_of_others = _upper(found), _upper(others)
    steps = [float(one.new - one.old) for one in replayed]
    talks = found.fired + others.fired
    dropped = ""
    if critical:
        dropped = f"a critical event that {old} does not have: {critical[0]}"
    elif not talks and all(one.same for one in replayed):
        dropped = (f"it changed no reply in {len(pairs.primary)} talks" + (f" and at {len(replayed)} moments replayed" if replayed else "")
                   + ": it fires seldom or never")
    elif upper is not None and upper < 0:
        whom = "" if members is None else " for those it is made for"
        dropped = f"worse on the develop shelf{whom}: at most {upper:+.1f} points"
    elif upper_of_others is not None and upper_of_others < -MARGIN[measure]:
        dropped = f"worse for the others on the develop shelf: at most {upper_of_others:+.1f} points"
    return Screen(found.pairs, found.mean, upper, talks, len(steps), fmean(steps) if steps else None,
                  stdev(steps) / sqrt(len(steps)) if len(steps) > 1 else None, dropped)


def _upper(found: Paired) -> float | None:
    """The one-sided upper bound of a mean; None of fewer than two pairs."""
    from scipy.stats import t

    if found.mean is None or found.error is None:
        return None
    return float(found.mean + t.isf(SCREEN_ALPHA, found.pairs - 1) * found.error)
