"""A round of evolution: simulate, find, propose, screen, verify, decide; and again, until three rounds in a row accept nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from esc_tui.bank.evolution import FindingRow, ProposalRow, VerificationRow, list_findings
from esc_tui.discover.briefs import words_stay_here
from esc_tui.domain.base import new_ulid, now_iso
from esc_tui.domain.errors import UserError
from esc_tui.domain.evolution import FindingKind, PresetName
from esc_tui.domain.text import many
from esc_tui.evolve.deciding import accept
from esc_tui.evolve.finding import find_in_run
from esc_tui.evolve.proposing import propose
from esc_tui.evolve.registering import Wish, register
from esc_tui.evolve.roles import analyst_for, proposer_for
from esc_tui.evolve.stages import Players, StoppedError
from esc_tui.evolve.together import compatible, screen_together
from esc_tui.evolve.verifying import verify
from esc_tui.simulate.planning import Arm, RunSettings, seed_of
from esc_tui.simulate.running import carry_run, plan_run

WITHOUT_ACCEPT = 3
"""The loop stops after so many rounds in a row that accepted nothing."""
MOST_CONFIRMED = 2
"""At most so many proposals of a round are confirmed (verification.md 4.3, step 3)."""
AUTOMATIC = "esc-tui evolve --auto"
"""Who is named in the trail when nobody was asked."""

StepName = Literal["simulate", "find", "propose", "screen", "verify", "decide"]


@dataclass(frozen=True, slots=True)
class RoundWish:
    """How rounds are to be done. ``automatic``: an accept by verdict puts skills on watch without asking; else proposals wait for a
    person and one round is done. ``alpha`` is that of a round, shared by its confirmations."""

    rounds: int = 1
    preset: PresetName = "standard"
    automatic: bool = False
    seed: int = 7
    limit: int | None = None
    alpha: float = 0.05


@dataclass(frozen=True, slots=True)
class Round:
    """What a round came to."""

    number: int
    name: str
    run: int
    findings: tuple[FindingRow, ...]
    proposals: tuple[ProposalRow, ...]
    verifications: tuple[VerificationRow, ...]
    accepted: tuple[int, ...]


def evolve(players: Players, wish: RoundWish, step: Callable[[StepName, str], None] = lambda name, text: None) -> Iterator[Round]:
    """Do rounds one after another; each is given when it is over. ``step`` hears what begins. Blocks.

    Raises StoppedError when it was stopped (what was stored stays; a verification can go on), UserError as runs and roles do.
    """
    empty = 0
    for number in range(1, wish.rounds + 1):
        done = _round(players, wish, number, step)
        yield done
        empty = 0 if done.accepted else empty + 1
        if not wish.automatic or empty >= WITHOUT_ACCEPT:
            return


def why_nothing(findings: Sequence[FindingRow]) -> str:
    """Why a round proposed nothing, and what to do, in two sentences."""
    if not findings:
        found = "Nothing stood out in these talks"
    elif all(row.finding.kind is FindingKind.SUCCESS for row in findings):
        found = "Only successes were found, and they ask for no change"
    elif not any(row.finding.supported for row in findings):
        found = "Too few seekers show what was found to change a skill for it"
    else:
        found = "What would answer the findings was proposed before for this bank, or there is nothing to write it from"
    return (f"No proposal: {found[:1].lower()}{found[1:]}. Play more seekers (a higher --limit, or none), or other talks with another "
            "--seed.")


def _round(players: Players, wish: RoundWish, number: int, step: Callable[[StepName, str], None]) -> Round:
    bank, name = players.bank, new_ulid()
    head = bank.head()
    seed = seed_of(wish.seed, "round", number)
    step("simulate", f"round {number}: the develop shelf with {head.name}")
    engine = players.program.engine
    run = plan_run(bank, players.program, RunSettings(
        title=f"Round {number} on {head.name}", limit=wish.limit, seed=seed,
        arms=(Arm(revision=head.name, engine=engine, mode=players.program.mode),))).number
    ended = carry_run(bank, players.program, run, lambda done, total: players.told("simulate", done, total), players.control)
    if ended.state != "done":
        raise StoppedError(ended.reason or "stopped")
    step("find", f"what run {run} shows")
    found = asyncio.run(find_in_run(bank, analyst_for(players.program), run, round_=name, time=now_iso(), arm=0,
                                    program=players.program))
    findings = tuple(row for row in list_findings(bank.connection, run=run) if row.number in set(found))
    step("propose", many(len(findings), 'finding'))
    near = words_stay_here(players.program)
    proposals = asyncio.run(propose(bank, proposer_for(players.program), findings, round_=name, time=now_iso(), near=near))
    open_ones = compatible([row for row in proposals if not row.gate])
    chosen = open_ones[:MOST_CONFIRMED]
    if len(open_ones) > MOST_CONFIRMED and engine == "embedded":
        step("screen", f"{many(len(open_ones), 'proposal')} at once")
        chosen = [one.row for one in screen_together(players, open_ones, seed, MOST_CONFIRMED) if one.chosen]
    verifications, accepted = _confirmed(players, wish, chosen, step)
    return Round(number, name, run, findings, tuple(proposals), tuple(verifications), tuple(accepted))


def _confirmed(players: Players, wish: RoundWish, chosen: list[ProposalRow],
               step: Callable[[StepName, str], None]) -> tuple[list[VerificationRow], list[int]]:
    """Confirm one after another: Holm in the order of the screen, so that what an accept spared goes to the next."""
    verifications: list[VerificationRow] = []
    accepted: list[int] = []
    spared = 0.0
    for row in chosen:
        alpha = wish.alpha / len(chosen) + spared
        step("verify", f"{row.name}: {row.proposal.title}")
        try:
            registered = register(players.bank, players.program, row.number, Wish(
                preset=wish.preset, alpha=alpha, automatic=wish.automatic))
        except UserError as error:
            step("verify", f"{row.name} is not verified: {error}")
            continue
        done = verify(players, registered.number)
        verifications.append(done)
        if done.verdict is None:
            raise StoppedError(done.reason)
        if done.verdict.word == "accept":
            spared = alpha
            if wish.automatic:
                step("decide", f"{row.name} goes on watch")
                accept(players.bank, done.proposal, AUTOMATIC, automatic=True, settings=players.program)
                accepted.append(done.proposal)
        else:
            spared = 0.0
    return verifications, accepted

