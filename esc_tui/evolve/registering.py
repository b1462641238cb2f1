"""Step 0 of a verification: everything that will decide it is fixed and stored before the first episode is played."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.bank.evolution import (
    ProposalRow,
    VerificationRow,
    add_proposal,
    add_verification,
    find_cohort_row,
    find_proposal,
    must_not_run,
    running_of,
)
from esc_tui.bank.revisions import in_force
from esc_tui.discover.roles import model_of
from esc_tui.domain.base import new_ulid, now_iso
from esc_tui.domain.errors import UserError
from esc_tui.domain.evolution import Claim, PresetName, Primary, Proposal, Registration, SeekerGroup
from esc_tui.domain.hashing import skill_hash
from esc_tui.engines.seekers.composing.writer import EmbeddedProfileWriter
from esc_tui.evolve.cohorts import blameless_beside, counted, find_cohort, group_of, make_sealed
from esc_tui.evolve.pairing import BLAMELESS
from esc_tui.evolve.replacing import replaced_told
from esc_tui.evolve.screening import SAME_PROFILES, SCREEN_PROFILES
from esc_tui.evolve.statistics import MARGIN, SECOND_PAIRS, WORTHWHILE, Plan, plan
from esc_tui.simulate.planning import USUAL_TURNS
from esc_tui.simulate.profiles import Group
from esc_tui.simulate.versions import package_version, seeker_version
from esc_tui.support.session import Session

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.settings.model import Settings

LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Wish:
    """How a verification is to be done. ``claim`` None: the proposal's own; ``seed`` None: drawn now; ``cohort`` None: found or made.

    ``alpha`` is one-sided. ``automatic``: nobody is asked; an accept then puts skills on watch.
    """

    preset: PresetName = "standard"
    claim: Claim | None = None
    primary: Primary = "mean"
    alpha: float = 0.05
    seed: int | None = None
    cohort: int | None = None
    seeker: str = "embedded"
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """What a verification is expected to take at most and when nothing is to be found: pairs, episodes, supporter turns."""

    pairs: int
    episodes: int
    turns: int


def proposal_for(bank: Bank, reference: str | int) -> ProposalRow:
    """A proposal that may be verified now: not replaced, past its gate, and on the newest revision.

    When the bank moved on without touching its skills, it is stored again on the newest revision, and that is given.
    Raises UserError when it may not be verified, with the reason.
    """
    row = find_proposal(bank.connection, reference)
    if row.replaced_by is not None:
        raise UserError(replaced_told(bank.connection, row), bank.connection.place, f"verify P-{row.replaced_by}")
    if row.gate:
        raise UserError(f"{row.name} did not pass the gate: {row.gate[0]}", bank.connection.place, "edit it, or leave it")
    head = bank.head()
    if row.proposal.base_hash == head.hash:
        return row
    if row.proposal.against is not None:
        raise UserError(f"{row.name} is the bank as it was at r{row.proposal.base_revision}", bank.connection.place,
                        "verify it as it is now with 'esc-tui evolve verify --whole'")
    for patch in row.proposal.patches:
        now = in_force(bank.connection, patch.slug, head.number)
        then = None if patch.before is None else skill_hash(patch.before)
        if (None if now is None else now[2]) != then:
            raise UserError(f"'{patch.slug}' was changed after {row.name} was made at r{row.proposal.base_revision}", bank.connection.place,
                            "look at both, and propose again or edit the proposal")
    moved = row.proposal.model_copy(update={
        "id": new_ulid(), "base_revision": head.number, "base_hash": head.hash, "edits": row.proposal.id})
    return add_proposal(bank.writing, moved, (), row.round, now_iso())


def held(program: Settings, registration: Registration) -> Settings:
    """The settings with engine and model as they were registered, whatever they say by now."""
    found = program.model_copy(update={"engine": registration.engine})
    return found.model_copy(update={"model": registration.model}) if registration.model else found


def plan_of(registration: Registration) -> Plan:
    """The looks of a registration with their boundaries."""
    return plan(registration.preset, registration.looks[-1], registration.alpha)


def target_of(proposal: Proposal) -> SeekerGroup:
    """The group a cohort is enriched with: who the seeker is, not how they feel; nobody apart for the blameless."""
    group = proposal.group.model_copy(update={"state": None})
    return SeekerGroup() if group.need is BLAMELESS else group


def cost_of(preset: PresetName, enriched: bool) -> Cost:
    """What a verification takes when no look stops it; probes and replayed moments come on top.

    ``enriched``: for a group, with as many seekers from outside it and no blameless.
    """
    pairs = plan(preset).most_pairs
    sealed = 2 * pairs if enriched else pairs + blameless_beside(pairs)
    played = sealed + SAME_PROFILES + SCREEN_PROFILES + min(SECOND_PAIRS, pairs)
    return Cost(pairs, 2 * played, round(2 * played * USUAL_TURNS))


def register(bank: Bank, program: Settings, reference: str | int, wish: Wish) -> VerificationRow:
    """Fix everything and store it. Raises UserError when the proposal may not be verified or is being verified, its cohort cannot be
    made, or an endpoint that has to name its model cannot be reached."""
    must_not_run(bank.connection, running_of(bank.connection, find_proposal(bank.connection, reference).number))
    row = proposal_for(bank, reference)
    proposal, group = row.proposal, target_of(row.proposal)
    model = model_of(program) if "endpoint" in {program.engine, wish.seeker} else ""
    seed = random.SystemRandom().randrange(LARGEST_SEED) if wish.seed is None else wish.seed
    looks = plan(wish.preset, None, wish.alpha)
    if wish.cohort is not None:
        cohort = find_cohort_row(bank.connection, wish.cohort, group)
    else:
        cohort = find_cohort(bank, group, looks.most_pairs) or make_sealed(bank, EmbeddedProfileWriter(), group, looks.most_pairs, seed)
    looks = plan(wish.preset, min(counted(bank, cohort), looks.most_pairs), wish.alpha)
    session = Session(bank, program.model_copy(update={"engine": "embedded"}))
    try:
        pins = session.pins(f"r{proposal.base_revision}")
    finally:
        session.close()
    claim = wish.claim or proposal.claim
    registration = Registration(
        proposal=proposal.id, digest=proposal.digest, base_revision=pins.revision, base_hash=pins.revision_hash,
        evidence_snapshot=pins.evidence_snapshot, planner=pins.planner, guard=pins.guard, claim=claim, primary=wish.primary,
        preset=wish.preset, looks=looks.pairs, alpha=wish.alpha, worthwhile=WORTHWHILE[wish.primary], margin=MARGIN[wish.primary],
        group=group, others=group_of(group) != Group(), cohort=cohort.number, cohort_hash=cohort.hash, seed=seed, mode=program.mode,
        engine=program.engine, model=model, seeker=wish.seeker, seeker_version=seeker_version(wish.seeker, model),
        judge_version=package_version("esc_tui.engines.judges"),
        second_seeker="embedded-second" if wish.seeker == "embedded" else "", automatic=wish.automatic, against=proposal.against)
    return add_verification(bank.writing, new_ulid(), row.number, registration, now_iso())

