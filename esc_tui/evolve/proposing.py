"""From findings to proposals: what a proposer may know is gathered, what it proposes passes the gate, and both are stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from esc_tui.bank.evolution import (
    FindingRow,
    ProposalRow,
    add_proposal,
    decisions_of,
    list_proposals,
    verifications_of,
)
from esc_tui.bank.mining import used_slugs
from esc_tui.bank.talk_lessons import may_learn
from esc_tui.discover.roles import closing
from esc_tui.domain.base import content_id
from esc_tui.domain.errors import UserError
from esc_tui.domain.evolution import Decision, Finding, FindingKind, Proposal, ProposalKind
from esc_tui.engines.evolving_roles import GroupEvidence, Proposer, ProposerBrief, Refused, Trace
from esc_tui.evolve.finding import gravity
from esc_tui.evolve.gate import gate
from esc_tui.evolve.group_evidence import evidence_for
from esc_tui.evolve.learned import learned_about
from esc_tui.evolve.records import record_of
from esc_tui.evolve.tracing import trace_of_talk, traces_of_run

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.reading import BankReader

ANSWERED = frozenset(FindingKind) - {FindingKind.SUCCESS}
"""Kinds of findings that ask for a change; successes tell what works, and stay."""
WRITTEN_FROM_UNITS = frozenset({FindingKind.MISSING_SKILL, FindingKind.PROFILE_FAILURE})


async def propose(bank: Bank, proposer: Proposer, findings: Sequence[FindingRow], *, round_: str = "", time: str,
                  near: bool = False) -> list[ProposalRow]:
    """Ask for proposals that answer findings, check each at the gate, and store them all with what the gate says.

    What was proposed before against the same base (by its digest) is not stored again. ``near`` as ``words_stay_here`` tells. Whatever
    the proposer raises passes; then nothing is stored.
    """
    brief = brief_for(bank, findings, near=near)
    if not brief.findings:
        return []
    async with closing(proposer):
        made = await proposer.propose(brief)
    known = {(row.proposal.digest, row.proposal.base_hash) for row in list_proposals(bank.connection)}
    kept = []
    with bank.together():
        for one in made:
            if (one.digest, one.base_hash) in known:
                continue
            known.add((one.digest, one.base_hash))
            named = one.model_copy(update={"id": content_id("proposal", one.kind.value, one.base_hash, one.digest),
                                           "reason": _with_what_was_learned(bank, one)})
            kept.append(add_proposal(bank.writing, named, gate(bank, named), round_, time))
    return kept


def _with_what_was_learned(reader: BankReader, proposal: Proposal) -> str:
    """The reason, and of a retuned skill how its posterior moved."""
    if proposal.kind is not ProposalKind.RETUNE:
        return proposal.reason
    told = []
    for patch in proposal.patches:
        states = patch.after.content.applicability.states if patch.after is not None else ()
        told.append(learned_about(reader, patch.slug, states[0] if states else None))
    return " ".join(filter(None, (proposal.reason, *told)))


def brief_for(reader: BankReader, findings: Sequence[FindingRow], *, near: bool = False) -> ProposerBrief:
    """What a proposer may know for some findings, the gravest first.

    The bank at its head, its units, records of unsealed talks, and what was refused before; of a verdict nothing but its word.
    """
    wanted = sorted((row for row in findings if row.finding.supported and row.finding.kind in ANSWERED),
                    key=lambda row: gravity(row.finding))
    head, taken = reader.head(), used_slugs(reader.connection)
    traces = _traces_behind(reader, wanted)
    record = record_of(reader, [trace for some in traces.values() for trace in some])
    evidence = {row.finding.id: _evidence(reader, row.finding, traces[_source(row)], taken, near) for row in wanted}
    return ProposerBrief(
        findings=tuple(row.finding if near else _without_words(row.finding, traces[_source(row)]) for row in wanted),
        skills={skill.slug: skill for skill in reader.skills_at()}, evidence=evidence,
        record=record, refused=refused_before(reader), taken=taken, base_revision=head.number, base_hash=head.hash,
        objections=lambda proposal: gate(reader, proposal))


def _without_words(finding: Finding, traces: Sequence[Trace]) -> Finding:
    """The finding without the words of talks that may not be sent to another computer."""
    quotable = {trace.conversation for trace in traces if trace.quotable}
    turns = [turn if turn.conversation in quotable else turn.model_copy(update={"heard": "", "reply": "", "why": ""})
             for turn in finding.turns]
    return finding.model_copy(update={"turns": tuple(turns)})


def _evidence(reader: BankReader, finding: Finding, traces: Sequence[Trace], taken: frozenset[str], near: bool) -> GroupEvidence:
    found = evidence_for(reader, finding, traces, taken, near=near)
    return found if finding.kind in WRITTEN_FROM_UNITS else replace(found, brief=None)


def _source(row: FindingRow) -> str:
    return f"run {row.run}" if row.run is not None else f"talks of {row.finding.id}"


def _traces_behind(reader: BankReader, findings: Sequence[FindingRow]) -> dict[str, list[Trace]]:
    """The traces that findings were made of: of their run, or of the live talks they show that may still be learned from."""
    found: dict[str, list[Trace]] = {}
    for row in findings:
        if _source(row) in found:
            continue
        if row.run is not None:
            found[_source(row)] = traces_of_run(reader, row.run, None)
        else:
            talks = dict.fromkeys(turn.conversation for turn in row.finding.turns)
            found[_source(row)] = [trace_of_talk(reader, talk) for talk in talks if _may_read(reader, talk)]
    return found


def _may_read(reader: BankReader, conversation: str) -> bool:
    try:
        return may_learn(reader.connection, conversation)
    except UserError:
        return False


def refused_before(reader: BankReader) -> tuple[Refused, ...]:
    """Every proposal that a person, a verdict or the gate refused, newest first, with the reason; nothing of a verdict but its word."""
    decided: dict[int, Decision] = {one.proposal: one for one in decisions_of(reader.connection)}
    verdicts = {row.proposal: row.verdict for row in reversed(verifications_of(reader.connection)) if row.verdict is not None}
    found = []
    for row in list_proposals(reader.connection):
        if row.proposal.against is not None:
            continue
        decision, verdict = decided.get(row.number), verdicts.get(row.number)
        if decision is not None and decision.kind == "reject":
            why = decision.reason or "a person rejected it"
        elif decision is None and verdict is not None and verdict.word in {"reject", "never fired"}:
            why = f"the verdict was '{verdict.word}'"
        elif row.gate:
            why = " ".join(row.gate)
        else:
            continue
        found.append(_refused(row.proposal, why))
    return tuple(found)


def _refused(proposal: Proposal, why: str) -> Refused:
    new = [patch.after for patch in proposal.patches if patch.before is None and patch.after is not None]
    return Refused(
        kind=proposal.kind, title=proposal.title, group=proposal.group, slugs=tuple(patch.slug for patch in proposal.patches),
        actions=tuple(action for skill in new for action in skill.content.actions), digest=proposal.digest, reason=why)
