"""Decisions about proposals: accept, reject, promote, and the preview of a rollback. Each is one transaction, in the trail, reversible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.bank.evidence_line import left_out_at
from esc_tui.bank.evolution import (
    ProposalRow,
    VerificationRow,
    add_decision,
    decisions_of,
    find_proposal,
    running_of,
    verifications_of,
)
from esc_tui.bank.revisions import in_force, stands_on
from esc_tui.discover.saving import save_skills
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import ConflictError, UserError, WrongUseError
from esc_tui.domain.evolution import Decision, ProposalKind
from esc_tui.domain.hashing import skill_hash
from esc_tui.domain.labels import SkillStatus
from esc_tui.domain.reshaping import Lineage
from esc_tui.domain.revision import Revision, SkillChange
from esc_tui.evolve.ledger import why_stale
from esc_tui.evolve.replacing import replaced_told

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.reading import BankReader
    from esc_tui.settings.model import Settings

PREVIEWED_TURNS = 200
"""A preview looks at so many of the newest turns."""


def verdict_for(bank: BankReader, row: ProposalRow) -> VerificationRow | None:
    """The newest verification of a proposal that came to a verdict."""
    return next((one for one in verifications_of(bank.connection, row.number) if one.verdict is not None), None)


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind an acceptance, in one sentence; ``stands`` only with an accept of just this proposal that is not stale."""

    stands: bool
    sentence: str


def behind(row: ProposalRow, verification: VerificationRow | None, stale: Sequence[str], running: VerificationRow | None = None) -> Behind:
    """Whether the newest verdict stands behind an acceptance; ``stale`` as ``why_stale`` tells it. Where none does, a ``running``
    verification is named."""
    found = _behind(row, verification, stale)
    if found.stands or running is None:
        return found
    return Behind(False, f"{found.sentence.rstrip('.')}; V-{running.number} is verifying it now.")


def _behind(row: ProposalRow, verification: VerificationRow | None, stale: Sequence[str]) -> Behind:
    if verification is None or verification.verdict is None:
        return Behind(False, "No verdict stands behind it.")
    name, word = f"V-{verification.number}", verification.verdict.word
    if verification.registration.digest != row.proposal.digest:
        return Behind(False, f"The verdict of {name} is about another version of it.")
    if stale:
        return Behind(False, f"The verdict {word} of {name} is stale: {stale[0]}.")
    if word != "accept":
        return Behind(False, f"No accept stands behind it: {name} says {word}.")
    return Behind(True, f"The verdict accept of {name} stands behind it.")


def standing(bank: BankReader, row: ProposalRow) -> str:
    """Where a proposal stands: replaced, accepted, undone, rejected, withdrawn, verified, refused by the gate, or open."""
    if row.replaced_by is not None:
        return "replaced"
    made = decisions_of(bank.connection, row.number)
    if made:
        if _undone(bank, row, made):
            return "undone"
        return {"accept": "accepted", "promote": "accepted", "reject": "rejected", "withdraw": "withdrawn"}[made[-1].kind]
    if row.gate:
        return "refused"
    return "verified" if verdict_for(bank, row) is not None else "open"


def _undone(bank: BankReader, row: ProposalRow, made: Sequence[Decision]) -> bool:
    """True when somebody went back behind its own acceptance since, and not all of its skills stand as it writes them by now."""
    accepted = next((one.revision for one in reversed(made) if one.kind == "accept"), None)
    if accepted is None or made[-1].kind not in {"accept", "promote"}:
        return False
    return not stands_on(bank.connection, bank.head_number, accepted) and not _written(bank, row)


def _written(bank: BankReader, row: ProposalRow) -> bool:
    """True when every skill of a proposal is in force as it writes it, on watch or promoted, however that came about."""
    head, asked = bank.head_number, row.proposal.changes
    for slug, watched in row.proposal.accepted().items():
        now, skill = in_force(bank.connection, slug, head), asked[slug]
        wanted = {None} if skill is None or watched is None else {skill_hash(skill), skill_hash(watched)}
        if (None if now is None else now[2]) not in wanted:
            return False
    return True


def _open(bank: BankReader, reference: str | int, seen: int | None) -> ProposalRow:
    """A proposal that may be decided. ``seen``: how many decisions there were when the person looked.

    Raises ConflictError when somebody decided meanwhile, UserError for one that is replaced or decided.
    """
    row = find_proposal(bank.connection, reference)
    if row.proposal.against is not None:
        raise UserError(f"{row.name} is the bank itself, tried against {row.proposal.against}", bank.connection.place,
                        "there is nothing to decide; change the bank, or leave it")
    made = decisions_of(bank.connection, row.number)
    if seen is not None and len(made) != seen:
        last = made[-1]
        raise ConflictError(f"{last.author} decided about {row.name} meanwhile: {last.kind}", bank.connection.place, "look at it again")
    if row.replaced_by is not None:
        raise UserError(replaced_told(bank.connection, row), bank.connection.place, f"decide about P-{row.replaced_by}")
    if standing(bank, row) == "accepted":
        watched = f", 'esc-tui evolve promote {row.name}' makes it active" if made[-1].kind == "accept" else ""
        raise UserError(f"{row.name} is accepted already (r{made[-1].revision})", bank.connection.place,
                        f"'esc-tui bank rollback' to a revision before it takes it back{watched}")
    return row


def acceptable(bank: BankReader, reference: str | int, seen: int | None = None) -> ProposalRow:
    """A proposal that may be accepted. Raises UserError for one that did not pass the gate, was replaced or is in force, ConflictError
    when somebody decided since there were ``seen`` decisions."""
    row = _open(bank, reference, seen)
    if row.gate:
        raise UserError(f"{row.name} did not pass the gate: {row.gate[0]}", bank.connection.place, "edit it first")
    return row


def accept(bank: Bank, reference: str | int, author: str, reason: str = "", *, automatic: bool = False, settings: Settings | None = None,
           seen: int | None = None) -> Revision:
    """Put a proposal's skills into force, on watch; gives the revision. Somebody's newer change of one of them is a ConflictError.

    Where no accept stands behind it (``behind``; stale only with ``settings``), the revision's message and the decision's reason say so.
    ``automatic`` asks for the verdict accept, not stale, and for nothing less. Raises UserError for a proposal that did not pass the
    gate, was decided, or (automatic) has no such verdict.
    """
    with bank.together():
        row = acceptable(bank, reference, seen)
        verification = verdict_for(bank, row)
        stale = why_stale(verification, settings) if verification is not None and settings is not None else ()
        found = behind(row, verification, stale, running_of(bank.connection, row.number))
        against = "" if found.stands else found.sentence.rstrip(".")
        if automatic and against:
            raise UserError(f"{row.name} is accepted by itself only on the verdict accept. {against}", "--auto",
                            "verify it, or let a person decide")
        proposal = row.proposal
        skills = [skill for skill in proposal.accepted().values() if skill is not None]
        gone = [slug for slug, skill in proposal.changes.items() if skill is None]
        if gone:
            raise UserError(f"{row.name} takes '{gone[0]}' out of the bank", bank.connection.place, "retire it instead")
        message = f"{row.name}: {proposal.title}" + (f" ({against})" if against else "")
        try:
            revision = save_skills(bank, skills, _lineage(row), author=author, message=message, base_revision=proposal.base_revision,
                                   kind="accept")
        except ConflictError as error:
            raise ConflictError(error.what, bank.connection.place, f"{row.name} was written for r{proposal.base_revision}; propose anew "
                                "on the newest run ('esc-tui evolve findings RUN', 'esc-tui evolve proposals RUN')") from error
        add_decision(bank.writing, Decision(
            proposal=row.number, kind="accept", author=author, time=now_iso(),
            reason=f"{reason} ({against})" if reason and against else reason or against, revision=revision.number, automatic=automatic,
            verification=verification.number if verification is not None else None))
    return revision


def _lineage(row: ProposalRow) -> Lineage:
    """A merged skill counts what its parents counted, the halves of a split what fits them."""
    proposal = row.proposal
    if proposal.kind not in {ProposalKind.MERGE, ProposalKind.SPLIT}:
        return Lineage()
    parents = tuple(patch.slug for patch in proposal.patches if patch.before is not None)
    return Lineage(parents=parents, split_by="states" if proposal.kind is ProposalKind.SPLIT else "")


def reject(bank: Bank, reference: str | int, author: str, reason: str, *, seen: int | None = None) -> None:
    """Keep a proposal as rejected, with the reason the proposer will read. Raises UserError without a reason or when it is decided."""
    if not reason.strip():
        raise WrongUseError("a rejection needs its reason", "--reason", "say in a sentence why; the proposer reads it")
    with bank.together():
        row = _open(bank, reference, seen)
        verification = verdict_for(bank, row)
        add_decision(bank.writing, Decision(
            proposal=row.number, kind="reject", author=author, time=now_iso(), reason=" ".join(reason.split()),
            verification=verification.number if verification is not None else None))


def promote(bank: Bank, reference: str | int, author: str, reason: str = "") -> Revision:
    """From watch to active, by a person: the skills that an accepted proposal put on watch. Raises UserError when it was not accepted
    or none of them is on watch any more."""
    with bank.together():
        row = find_proposal(bank.connection, reference)
        made = decisions_of(bank.connection, row.number)
        if not made or made[-1].kind != "accept" or standing(bank, row) == "undone":
            raise UserError(f"{row.name} is {standing(bank, row)}", bank.connection.place,
                            "accept it first; promoting comes after a time on watch")
        changes = {}
        for slug in row.proposal.changes:
            if bank.has_skill(slug):
                skill = bank.skill(slug)
                if skill.status is SkillStatus.WATCH:
                    changes[slug] = skill.model_copy(update={"status": SkillStatus.ACTIVE})
        if not changes:
            raise UserError(f"no skill of {row.name} is on watch", bank.connection.place)
        revision = bank.commit(changes, kind="promote", author=author, message=f"{row.name} promoted", base_revision=bank.head_number)
        add_decision(bank.writing, Decision(proposal=row.number, kind="promote", author=author, time=now_iso(), reason=reason,
                                            revision=revision.number, verification=made[-1].verification))
    return revision


@dataclass(frozen=True, slots=True)
class ChangedTurn:
    """A recorded turn that used a skill which would be another, or none, after a rollback. ``name`` is who spoke or what the talk is
    called; ``run`` and ``episode`` are None for a live talk."""

    conversation: str
    turn: int
    skills: tuple[str, ...]
    name: str
    run: int | None
    episode: int | None


@dataclass(frozen=True, slots=True)
class RollbackPreview:
    """What going back to a revision means: skills that change, recorded turns that used one of them (of so many looked at), proposals
    whose acceptance is undone by it, and verdicts that would speak of another bank than the one in force; ``evidence``: what was learned
    or set back since is reversed too."""

    target: Revision
    skills: tuple[SkillChange, ...]
    turns: tuple[ChangedTurn, ...]
    looked_at: int
    proposals: tuple[ProposalRow, ...]
    stale: tuple[VerificationRow, ...]
    evidence: bool = False


def rollback_preview(bank: BankReader, reference: str | int) -> RollbackPreview:
    """Look before going back. Raises UserError for an unknown revision."""
    target, head = bank.revision(reference), bank.head()
    skills = tuple(bank.changes(head.number, target.number))
    touched = {change.slug for change in skills}
    turns, looked_at = _turns_with(bank, touched)
    accepted = [one for one in decisions_of(bank.connection) if one.kind == "accept" and one.revision is not None
                and stands_on(bank.connection, head.number, one.revision)
                and not stands_on(bank.connection, target.number, one.revision)]
    proposals = tuple(dict.fromkeys(one.proposal for one in accepted))
    stale = tuple(one for one in verifications_of(bank.connection)
                  if one.verdict is not None and one.registration.base_hash == head.hash != target.hash)
    return RollbackPreview(target, skills, turns, looked_at, tuple(find_proposal(bank.connection, number) for number in proposals), stale,
                           left_out_at(bank.connection, target.number) is not None)


def _turns_with(bank: BankReader, slugs: set[str]) -> tuple[tuple[ChangedTurn, ...], int]:
    import json

    rows: Sequence[tuple[str, int, str, str, int | None, int | None]] = bank.connection.rows(
        "SELECT e.conversation, e.turn, json_extract(e.data, '$.skills'), coalesce(p.name, c.title), p.run, p.number "
        "FROM events e JOIN conversations c ON c.id = e.conversation "
        "LEFT JOIN episodes p ON p.conversation = e.conversation WHERE e.kind = 'reply_finished' AND c.forgotten = 0 "
        "AND coalesce(p.shelf, 'develop') = 'develop' ORDER BY e.event_id DESC LIMIT ?", (PREVIEWED_TURNS,))
    found = [ChangedTurn(conversation, turn, tuple(json.loads(skills or "[]")), name, run, episode)
             for conversation, turn, skills, name, run, episode in rows]
    return tuple(one for one in found if slugs & set(one.skills)), len(found)
