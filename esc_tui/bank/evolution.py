"""What the bank keeps of its own evolution: findings, proposals, candidates, cohorts, verifications, decisions, blind readings.

Registrations and verdicts are written once; decisions are only added. What follows from them is said by ``esc_tui.evolve``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.talks import is_running, this_process
from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.domain.evolution import (
    Decision,
    Finding,
    Proposal,
    Registration,
    SeekerGroup,
    Verdict,
    as_stored,
    digest_of,
)
from esc_tui.domain.hashing import sha256

if TYPE_CHECKING:
    from esc_tui.domain.skill import Skill

VerificationState = Literal["registered", "running", "done", "stopped", "failed"]
BlindChoice = Literal["old", "new", "same"]


# -- candidates ------------------------------------------------------------------------------------------------------


def keep_candidate(connection: BankConnection, changes: Mapping[str, Skill | None], time: str) -> str:
    """Keep what skills would become, so that a supporter can be tried with it; gives its digest."""
    digest = digest_of(changes)
    with connection.transaction():
        connection.run("INSERT OR IGNORE INTO candidates (digest, changes, time) VALUES (?, ?, ?)",
                       (digest, json.dumps(as_stored(changes), ensure_ascii=False), time))
    return digest


def candidate_changes(connection: BankConnection, digest: str) -> dict[str, Skill | None]:
    """The skills of a candidate by slug, None for one that goes. Raises UserError when the bank has none of this digest."""
    from esc_tui.domain.skill import Skill

    text = connection.value("SELECT changes FROM candidates WHERE digest = ?", (digest,))
    if text is None:
        raise UserError(f"there is no candidate {digest[:12]}", connection.place, "the proposal it belonged to is gone")
    return {slug: None if skill is None else Skill.model_validate(skill) for slug, skill in json.loads(text).items()}


# -- findings and proposals ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A stored finding with its display number, the run it was made of (None: of talks), its round and time."""

    number: int
    finding: Finding
    run: int | None
    round: str
    time: str


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A stored proposal with its display number (P-14). ``gate``: why it may not be simulated, one sentence each; empty: it may.

    ``replaced_by``: the number of what a person edited it into, or of the same on a newer revision.
    """

    number: int
    proposal: Proposal
    round: str
    gate: tuple[str, ...]
    time: str
    replaced_by: int | None

    @property
    def name(self) -> str:
        """The display name."""
        return f"P-{self.number}"


def add_findings(connection: BankConnection, findings: Sequence[Finding], run: int | None, round_: str, time: str) -> list[int]:
    """Store findings; gives their numbers. One that is there already (by id) keeps its number."""
    with connection.transaction():
        for one in findings:
            connection.run("INSERT OR IGNORE INTO findings (id, kind, title, content, run, round, time) VALUES (?, ?, ?, ?, ?, ?, ?)",
                           (one.id, one.kind.value, one.title, one.model_dump_json(), run, round_, time))
        return [int(connection.value("SELECT number FROM findings WHERE id = ?", (one.id,))) for one in findings]


def list_findings(connection: BankConnection, *, run: int | None = None, round_: str = "", limit: int = -1) -> list[FindingRow]:
    """Findings, newest first; of one run or one round where given."""
    rows = connection.rows(
        "SELECT number, content, run, round, time FROM findings WHERE (?1 IS NULL OR run = ?1) AND (?2 = '' OR round = ?2) "
        "ORDER BY number DESC LIMIT ?3", (run, round_, limit))
    return [FindingRow(number, Finding.model_validate_json(content), of, named, time) for number, content, of, named, time in rows]


_PROPOSAL = "number, content, round, gate, time, replaced_by"


def _proposal(row: Sequence[Any]) -> ProposalRow:
    number, content, round_, gate, time, replaced = row
    return ProposalRow(number, Proposal.model_validate_json(content), round_, tuple(json.loads(gate)), time, replaced)


def add_proposal(connection: BankConnection, proposal: Proposal, gate: Sequence[str], round_: str, time: str) -> ProposalRow:
    """Store a proposal and its candidate; one that edits another takes its place. Gives the row."""
    with connection.transaction(durable=True):
        keep_candidate(connection, proposal.changes, time)
        number = connection.run(
            "INSERT INTO proposals (id, kind, title, base_revision, digest, content, round, gate, time) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (proposal.id, proposal.kind.value, proposal.title, proposal.base_revision, proposal.digest, proposal.model_dump_json(), round_,
             json.dumps(list(gate), ensure_ascii=False), time)).lastrowid
        if proposal.edits:
            connection.run("UPDATE proposals SET replaced_by = ? WHERE id = ?", (number, proposal.edits))
    return find_proposal(connection, str(number))


def list_proposals(connection: BankConnection, *, round_: str = "", limit: int = -1) -> list[ProposalRow]:
    """Proposals, newest first."""
    return [_proposal(row) for row in connection.rows(
        f"SELECT {_PROPOSAL} FROM proposals WHERE (?1 = '' OR round = ?1) ORDER BY number DESC LIMIT ?2", (round_, limit))]


def find_proposal(connection: BankConnection, reference: str | int) -> ProposalRow:
    """A proposal by its number (``14``, ``P-14``) or the beginning of its id. Raises UserError when there is none."""
    text = str(reference).strip().upper().removeprefix("P-")
    row = None
    if text.isascii() and text.isdigit() and len(text) < 12:
        row = connection.row(f"SELECT {_PROPOSAL} FROM proposals WHERE number = ?", (int(text),))
    elif len(text) >= 6:
        row = connection.row(f"SELECT {_PROPOSAL} FROM proposals WHERE substr(id, 1, ?) = ?", (len(text), text))
    if row is None:
        raise WrongUseError(f"there is no proposal '{reference}'", connection.place, "see 'esc-tui evolve proposals'")
    return _proposal(row)


# -- cohorts ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cohort:
    """Sealed profiles that verifications are confirmed on, in the order they are taken in.

    ``targets`` are of the group the cohort is enriched with, ``others`` from outside it (empty when it is for anybody).
    ``confirmations``: how many verdicts were given on it.
    """

    number: int
    shelf: str
    seed: int
    group: SeekerGroup
    hash: str
    time: str
    retired: str | None
    targets: tuple[str, ...]
    others: tuple[str, ...]
    confirmations: int


def add_cohort(connection: BankConnection, shelf: str, seed: int, group: SeekerGroup, targets: Sequence[str], others: Sequence[str],
               time: str) -> Cohort:
    """Store a cohort of profiles that are in the bank."""
    digest = sha256("\n".join([*targets, "-", *others]))
    with connection.transaction(durable=True):
        number = connection.run("INSERT INTO cohorts (shelf, seed, seeker_group, hash, time) VALUES (?, ?, ?, ?, ?)",
                                (shelf, seed, group.model_dump_json(exclude_none=True), digest, time)).lastrowid
        connection.run_many("INSERT INTO cohort_profiles (cohort, place, profile, target) VALUES (?, ?, ?, ?)", [
            (number, place, profile, int(place <= len(targets))) for place, profile in enumerate([*targets, *others], 1)])
    assert number is not None
    return read_cohort(connection, number)


def read_cohort(connection: BankConnection, number: int) -> Cohort:
    """A cohort by number. Raises UserError when there is none."""
    row = connection.row("SELECT number, shelf, seed, seeker_group, hash, time, retired FROM cohorts WHERE number = ?", (number,))
    if row is None:
        raise WrongUseError(f"there is no cohort {number}", connection.place)
    members = connection.rows("SELECT profile, target FROM cohort_profiles WHERE cohort = ? ORDER BY place", (number,))
    done = connection.value("SELECT count(*) FROM verifications WHERE cohort = ? AND json_extract(verdict, '$.pairs') > 0", (number,))
    number, shelf, seed, group, digest, time, retired = row
    return Cohort(number, shelf, seed, SeekerGroup.model_validate_json(group), digest, time, retired,
                  tuple(one for one, target in members if target), tuple(one for one, target in members if not target), int(done))


def list_cohorts(connection: BankConnection) -> list[Cohort]:
    """All cohorts, newest first."""
    return [read_cohort(connection, number) for (number,) in connection.rows("SELECT number FROM cohorts ORDER BY number DESC")]


def find_cohort_row(connection: BankConnection, number: int, group: SeekerGroup) -> Cohort:
    """A cohort that a verification for this group may use. Raises UserError when it is retired or for others."""
    found = read_cohort(connection, number)
    if found.retired is not None:
        raise UserError(f"cohort {number} is retired", connection.place, "leave --cohort out, and a new one is drawn")
    if found.group != group:
        theirs, wanted = found.group.name or "all seekers", group.name or "all seekers"
        raise UserError(f"cohort {number} is for {theirs}, not for {wanted}", connection.place,
                        "leave --cohort out, and a fitting one is drawn")
    return found


def set_cohort_retired(connection: BankConnection, number: int, time: str) -> None:
    """Note that a cohort serves no verification any more."""
    with connection.transaction(durable=True):
        connection.run("UPDATE cohorts SET retired = coalesce(retired, ?) WHERE number = ?", (time, number))


# -- verifications ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VerificationRow:
    """A verification: what was registered, how far it is, the runs of its stages, and its verdict once there is one.

    ``notes`` holds what earlier stages found (A/A, screen, probes, second seeker) for the verdict, as plain values.
    """

    number: int
    id: str
    proposal: int
    time: str
    registration: Registration
    state: VerificationState
    alive: bool
    stage: str
    reason: str
    notes: Mapping[str, Any]
    verdict: Verdict | None
    ended: str | None
    runs: tuple[tuple[str, int], ...]


_VERIFICATION = "number, id, proposal, time, registration, state, owner, stage, reason, notes, verdict, ended"


def _verification(connection: BankConnection, row: Sequence[Any]) -> VerificationRow:
    number, identity, proposal, time, registration, state, owner, stage, reason, notes, verdict, ended = row
    runs = connection.rows("SELECT stage, run FROM verification_runs WHERE verification = ? ORDER BY place", (number,))
    alive = state == "running" and is_running(owner)
    return VerificationRow(
        number, identity, proposal, time, Registration.model_validate_json(registration),
        "stopped" if state == "running" and not alive else state, alive, stage, reason, json.loads(notes),
        None if verdict is None else Verdict.model_validate_json(verdict), ended,
        tuple((one, run) for one, run in runs))


def add_verification(connection: BankConnection, identity: str, proposal: int, registration: Registration, time: str) -> VerificationRow:
    """Register a verification."""
    with connection.transaction(durable=True):
        number = connection.run(
            "INSERT INTO verifications (id, proposal, time, registration, cohort, state, stage, owner, reason, notes) "
            "VALUES (?, ?, ?, ?, ?, 'registered', '', '', '', '{}')",
            (identity, proposal, time, registration.model_dump_json(), registration.cohort)).lastrowid
    return find_verification(connection, str(number))


def find_verification(connection: BankConnection, reference: str | int) -> VerificationRow:
    """A verification by its number (``3``, ``V-3``) or the beginning of its id. Raises UserError when there is none."""
    text = str(reference).strip().upper().removeprefix("V-")
    row = None
    if text.isascii() and text.isdigit() and len(text) < 12:
        row = connection.row(f"SELECT {_VERIFICATION} FROM verifications WHERE number = ?", (int(text),))
    elif len(text) >= 6:
        row = connection.row(f"SELECT {_VERIFICATION} FROM verifications WHERE substr(id, 1, ?) = ?", (len(text), text))
    if row is None:
        raise WrongUseError(f"there is no verification '{reference}'", connection.place, "see 'esc-tui evolve ledger'")
    return _verification(connection, row)


def verifications_of(connection: BankConnection, proposal: int | None = None) -> list[VerificationRow]:
    """Verifications, newest first; of one proposal where given."""
    return [_verification(connection, row) for row in connection.rows(
        f"SELECT {_VERIFICATION} FROM verifications WHERE ?1 IS NULL OR proposal = ?1 ORDER BY number DESC", (proposal,))]


def running_of(connection: BankConnection, proposal: int) -> VerificationRow | None:
    """The verification of a proposal that a process carries out now."""
    return next((one for one in verifications_of(connection, proposal) if one.alive), None)


def must_not_run(connection: BankConnection, row: VerificationRow | None) -> None:
    """Raises UserError for a verification that a process carries out now."""
    if row is not None and row.alive:
        raise UserError(f"verification V-{row.number} is under way in another process", connection.place,
                        "watch it in Evolution, or wait for it")


def claim_verification(connection: BankConnection, number: int) -> VerificationRow:
    """Make this process the one that carries it out. Raises UserError when another one does, or it has its verdict."""
    with connection.transaction(durable=True):
        row = find_verification(connection, number)
        must_not_run(connection, row)
        if row.verdict is not None:
            raise UserError(f"verification V-{number} has its verdict", connection.place, "register another one")
        connection.run("UPDATE verifications SET state = 'running', owner = ?, reason = '', ended = NULL WHERE number = ?",
                       (this_process(), number))
    return find_verification(connection, number)


def note_stage(connection: BankConnection, number: int, stage: str, notes: Mapping[str, Any]) -> None:
    """Say which stage a verification is at, and add to what its stages found."""
    with connection.transaction(durable=True):
        kept = json.loads(connection.value("SELECT notes FROM verifications WHERE number = ?", (number,)))
        connection.run("UPDATE verifications SET stage = ?, notes = ? WHERE number = ?",
                       (stage, json.dumps({**kept, **notes}, ensure_ascii=False), number))


def link_run(connection: BankConnection, number: int, stage: str, run: int) -> None:
    """Note that a run belongs to a stage of a verification."""
    with connection.transaction(durable=True):
        connection.run("INSERT INTO verification_runs (verification, place, stage, run) SELECT ?1, coalesce(max(place), 0) + 1, ?2, ?3 "
                       "FROM verification_runs WHERE verification = ?1", (number, stage, run))


def end_verification(connection: BankConnection, number: int, state: VerificationState, time: str, reason: str = "",
                     verdict: Verdict | None = None) -> None:
    """Say how a verification ended; ``done`` comes with its verdict, which is never changed."""
    with connection.transaction(durable=True):
        if verdict is not None:
            connection.run("UPDATE verifications SET verdict = ? WHERE number = ?", (verdict.model_dump_json(), number))
        connection.run("UPDATE verifications SET state = ?, reason = ?, ended = ? WHERE number = ?", (state, reason, time, number))


# -- decisions and readings ------------------------------------------------------------------------------------------


def add_decision(connection: BankConnection, one: Decision) -> None:
    """Add a decision to the trail."""
    with connection.transaction(durable=True):
        connection.run(
            "INSERT INTO proposal_decisions (proposal, kind, author, time, reason, verification, revision, automatic) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (one.proposal, one.kind, one.author, one.time, one.reason, one.verification, one.revision, int(one.automatic)))


def decisions_of(connection: BankConnection, proposal: int | None = None) -> list[Decision]:
    """Decisions, oldest first; of one proposal where given."""
    return [Decision(proposal=row[0], kind=row[1], author=row[2], time=row[3], reason=row[4], verification=row[5], revision=row[6],
                     automatic=bool(row[7]))
            for row in connection.rows(
                "SELECT proposal, kind, author, time, reason, verification, revision, automatic FROM proposal_decisions "
                "WHERE ?1 IS NULL OR proposal = ?1 ORDER BY id", (proposal,))]


@dataclass(frozen=True, slots=True)
class BlindReading:
    """One pair read blind: conversations of the old and the new arm, who read, and which served the seeker better."""

    old: str
    new: str
    reader: str
    choice: BlindChoice
    reason: str
    time: str


def add_reading(connection: BankConnection, verification: int, reading: BlindReading) -> None:
    """Keep a blind reading; reading the same pair again replaces one's own earlier word."""
    with connection.transaction(durable=True):
        connection.run(
            "INSERT INTO blind_readings (verification, old, new, reader, choice, reason, time) VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (verification, old, reader) DO UPDATE SET choice = excluded.choice, reason = excluded.reason, "
            "time = excluded.time",
            (verification, reading.old, reading.new, reading.reader, reading.choice, reading.reason, reading.time))


def readings_of(connection: BankConnection, verification: int) -> list[BlindReading]:
    """The blind readings of a verification, oldest first."""
    return [BlindReading(*row) for row in connection.rows(
        "SELECT old, new, reader, choice, reason, time FROM blind_readings WHERE verification = ? ORDER BY id", (verification,))]
