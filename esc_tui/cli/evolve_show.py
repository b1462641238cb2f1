"""How findings, proposals, verdicts and the ledger are printed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from esc_tui.bank.evolution import (
    FindingRow,
    ProposalRow,
    VerificationRow,
    find_proposal,
    find_verification,
    list_cohorts,
    list_findings,
    readings_of,
    verifications_of,
)
from esc_tui.cli.common import Exit, open_session_bank, put, settings_from
from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.domain.text import visible
from esc_tui.evolve.card import card_rows, markdown_card, plain_card
from esc_tui.evolve.cohorts import drawn_because
from esc_tui.evolve.deciding import standing, verdict_for
from esc_tui.evolve.ledger import alpha_spent, ledger_of, wear_of, why_stale
from esc_tui.evolve.wording import STAGE_WORDS

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.settings.model import Settings


def _line(text: str) -> str:
    return visible(text, keep_lines=False)


def finding_line(row: FindingRow) -> str:
    """``F-3  missing-skill  9 seekers, 21 turns, -4.2  what was found``."""
    one = row.finding
    seen = f"{one.profiles:>2} seekers {one.count:>3} turns {one.mean_change:+5.1f}"
    return _line(f"F-{row.number}  {one.kind.value:<19} {seen}  {one.title}")


def proposal_line(bank: Bank, program: Settings, row: ProposalRow) -> str:
    """``P-14  add  open  what it does``; of one that was verified the word of its verdict, and whether it is stale."""
    stands, judged = standing(bank, row), verdict_for(bank, row)
    if stands == "verified" and judged is not None and judged.verdict is not None:
        stands = judged.verdict.word + (", stale" if why_stale(judged, program) else "")
    return _line(f"{row.name:<6}{row.proposal.kind.value:<15}{stands:<20} {row.proposal.title}")


def put_card(bank: Bank, program: Settings, row: VerificationRow, display: Any) -> None:
    """The card of a verification that has its verdict."""
    if display == "json":
        put(json.dumps({"kind": "verdict", "verification": row.number, "proposal": f"P-{row.proposal}", "stale": why_stale(row, program),
                        "registration": row.registration.model_dump(mode="json"),
                        "verdict": row.verdict.model_dump(mode="json") if row.verdict is not None else None}, ensure_ascii=False))
        return
    readings = readings_of(bank.connection, row.number)
    rows = card_rows(find_proposal(bank.connection, row.proposal), row, readings, why_stale(row, program))
    put(markdown_card(rows) if display == "markdown" else plain_card(rows))


def show_one(options: dict[str, Any], reference: str, display: Any) -> int:
    """A proposal, a verification or a finding."""
    program = settings_from(options)
    with open_session_bank(program, readonly=True) as bank:
        kind = reference.strip().upper()[:2]
        if kind == "V-":
            row = find_verification(bank.connection, reference)
            if row.verdict is None:
                raise UserError(f"V-{row.number} has no verdict yet ({_state(row)})",
                                bank.connection.place, f"go on with 'esc-tui evolve verify V-{row.number}'")
            put_card(bank, program, row, display)
        elif kind == "F-":
            _put_finding(bank, reference, display)
        else:
            _put_proposal(bank, program, find_proposal(bank.connection, reference), display)
    return Exit.DONE


def _put_finding(bank: Bank, reference: str, display: Any) -> None:
    wanted = reference.strip().upper().removeprefix("F-")
    row = next((one for one in list_findings(bank.connection) if str(one.number) == wanted), None)
    if row is None:
        raise WrongUseError(f"there is no finding '{reference}'", bank.connection.place, "see 'esc-tui evolve findings'")
    if display == "json":
        put(json.dumps({"number": row.number, "run": row.run, **row.finding.model_dump(mode="json")}, ensure_ascii=False))
        return
    put(finding_line(row))
    for turn in row.finding.turns:
        where = f"{turn.run}/{turn.episode}" if turn.run is not None else turn.conversation[:10]
        put(_line(f"  {where} turn {turn.turn}  {turn.change:+d}  {', '.join(turn.skills)}"))
        put(_line(f"     seeker: {turn.heard}"))
        put(_line(f"     supporter: {turn.reply}"))
        if turn.why:
            put(_line(f"     {turn.why}"))


def _put_proposal(bank: Bank, program: Settings, row: ProposalRow, display: Any) -> None:
    if display == "json":
        put(json.dumps({"number": row.number, "standing": standing(bank, row), "gate": list(row.gate),
                        **row.proposal.model_dump(mode="json")}, ensure_ascii=False))
        return
    from difflib import unified_diff

    from esc_tui.interchange.skill_text import write_skill

    one = row.proposal
    put(proposal_line(bank, program, row))
    put(_line(f"  why: {one.reason}"))
    put(_line(f"  for: {one.group.name or 'all seekers'}; claim: {one.claim.value}; on r{one.base_revision}; by {one.engine}"))
    for reason in row.gate:
        put(_line(f"  gate: {reason}"))
    for patch in one.patches:
        before = write_skill(patch.before).splitlines() if patch.before is not None else []
        after = write_skill(patch.after).splitlines() if patch.after is not None else []
        for line in unified_diff(before, after, f"{patch.slug} before", f"{patch.slug} after", lineterm="", n=1):
            put(_line("  " + line))
    for verification in verifications_of(bank.connection, row.number):
        if verification.verdict is not None:
            put()
            put_card(bank, program, verification, display)


def _state(row: VerificationRow) -> str:
    return f"{row.state} at {STAGE_WORDS.get(row.stage, row.stage) or 'the beginning'}"


def show_ledger(options: dict[str, Any], display: Any) -> int:
    """Confirmations, what they spent, and the wear of the sealed cohorts."""
    program = settings_from(options)
    with open_session_bank(program, readonly=True) as bank:
        total = ledger_of(bank.connection)
        rows = verifications_of(bank.connection)
        if display == "json":
            put(json.dumps({
                "confirmations": total.confirmations, "accepted": total.accepted, "expected_false_accepts": total.expected,
                "strict_alpha": total.strict, "never_fired": total.never_fired,
                "verifications": [{"number": row.number, "proposal": row.proposal, "alpha": row.registration.alpha,
                                   "spent": alpha_spent(row.registration), "state": row.state,
                                   "verdict": row.verdict.word if row.verdict is not None else None, "stale": why_stale(row, program)}
                                  for row in rows]}, ensure_ascii=False))
            return Exit.DONE
        put(total.line)
        put(f"Under the strict rule (LOND, at most one accept in ten false) the next one might spend alpha {total.strict:.4f}.")
        for row in rows:
            reasons = why_stale(row, program)
            word = row.verdict.word if row.verdict is not None else _state(row)
            stale = f"  stale: {reasons[0]}" if row.verdict is not None and reasons else ""
            spent = f"alpha {alpha_spent(row.registration):.3f}  {row.registration.preset:<9}"
            put(_line(f"V-{row.number:<4}P-{row.proposal:<5}{row.time[:10]}  {spent} {word}{stale}"))
        cohorts = list_cohorts(bank.connection)
        for cohort in cohorts:
            worn = wear_of(bank.connection, cohort)
            state = f"retired {cohort.retired[:10]}" if cohort.retired else f"worn {worn.gauge:.0%}"
            put(_line(f"cohort {cohort.number}: {len(cohort.targets)} sealed seekers ({cohort.group.name or 'all kinds'})"
                      f"{f' and {len(cohort.others)} others' if cohort.others else ''}, {state}"
                      f"{f'; {why}' if (why := drawn_because(cohort, cohorts)) else ''}"))
    return Exit.DONE
