"""Several proposals screened at once: each is on in half of the episodes, by a balanced design, and each gets its own effect.

Episodes are played here and stored nowhere: they only say which proposals are worth a confirmation (verification.md 4.3, step 3).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.bank.evolution import ProposalRow, keep_candidate
from esc_tui.domain.base import new_ulid, now_iso
from esc_tui.domain.hashing import canonical_json, sha256
from esc_tui.domain.sage import FIXED
from esc_tui.evolve.pairing import mean_over_turns
from esc_tui.evolve.screening import screen_profiles
from esc_tui.evolve.statistics import Effect, assign, fit_effects, shortlist
from esc_tui.simulate.arms import build_mind
from esc_tui.simulate.episode import Episode, EpisodePlan
from esc_tui.simulate.planning import seed_of
from esc_tui.simulate.profiles import profiles_to_play
from esc_tui.support.session import Session
from esc_tui.support.unstored import UnstoredTalks

if TYPE_CHECKING:
    from esc_tui.domain.profile import Profile
    from esc_tui.domain.talk import TalkView
    from esc_tui.engines.roles import SeekerMind
    from esc_tui.evolve.stages import Players
    from esc_tui.support.turn import Supporter

EPISODES = 96
"""Episodes of a screen of several proposals: each main effect has a standard error of about 30.8 sqrt(2 / 48) points of final emotion."""


@dataclass(frozen=True, slots=True)
class Screened:
    """A proposal with its effect over the episodes in which it was on; ``chosen`` when it is worth a confirmation."""

    row: ProposalRow
    effect: Effect
    fired: bool
    chosen: bool


def screen_together(players: Players, rows: Sequence[ProposalRow], seed: int, most: int) -> list[Screened]:
    """Screen proposals of one base and of different skills; at most ``most`` are chosen, the best first. Blocks; embedded engine.

    Raises StoppedError when it was stopped.
    """
    return asyncio.run(_screen(players, rows, seed, most))


def compatible(rows: Sequence[ProposalRow]) -> list[ProposalRow]:
    """Those that can be on together: of proposals that change the same skill the first one stays."""
    taken: set[str] = set()
    kept: list[ProposalRow] = []
    for row in rows:
        slugs = set(row.proposal.changes)
        if not slugs & taken:
            taken |= slugs
            kept.append(row)
    return kept


async def _screen(players: Players, rows: Sequence[ProposalRow], seed: int, most: int) -> list[Screened]:
    bank, base = players.bank, rows[0].proposal.base_revision
    known = {one.id: one for one in profiles_to_play(bank)}
    names = screen_profiles(bank, rows[0].proposal.group)
    each = -(-EPISODES // len(names))
    episodes = [name for name in names for _ in range(each)]
    on = assign(episodes, len(rows), seed)
    session = Session(bank, players.program.model_copy(update={"engine": "embedded"}))
    mind = build_mind("embedded", players.program)
    emotions: list[float] = []
    fired = [False] * len(rows)
    try:
        for place, name in enumerate(episodes):
            players.go_on()
            chosen = [row for row, here in zip(rows, on[place], strict=True) if here]
            changes = {slug: skill for row in chosen for slug, skill in row.proposal.changes.items()}
            pins = session.pins(f"r{base}", keep_candidate(bank.writing, changes, now_iso()) if changes else "")
            supporter = session.supporter(pins)
            seeds = seed_of(seed, name, place % each)
            view = await _played(supporter, EpisodePlan(
                run="screen", conversation=new_ulid(), profile=known[name], profile_hash=_hash(known[name]), arm="screen", pins=pins,
                mode=players.program.mode, bank_used=True, protocol=FIXED, repeat=place % each + 1, seed=seeds), mind)
            emotions.append(mean_over_turns(view.emotions))
            used = {slug for turn in view.turns if turn.reply is not None for slug in turn.reply.skills}
            for number, row in enumerate(rows):
                fired[number] = fired[number] or (bool(on[place][number]) and bool(used & set(row.proposal.changes)))
            players.told("together", place + 1, len(episodes))
    finally:
        session.close()
    effects = fit_effects(emotions, episodes, on)
    # What takes a skill away or fences it in fires by its absence; that is for the confirmation to see.
    adds = [any(patch.before is None for patch in row.proposal.patches) for row in rows]
    shows = [used or not new for used, new in zip(fired, adds, strict=True)]
    best = shortlist(effects, shows, [False] * len(rows), most)
    order = [*best, *[number for number in range(len(rows)) if number not in best]]
    return [Screened(rows[number], effects[number], shows[number], number in best) for number in order]


async def _played(supporter: Supporter, plan: EpisodePlan, mind: SeekerMind) -> TalkView:
    episode = Episode(plan, mind, supporter, UnstoredTalks())
    async for _ in episode.events():
        pass
    return episode.talk.view


def _hash(profile: Profile) -> str:
    return sha256(canonical_json(profile))
