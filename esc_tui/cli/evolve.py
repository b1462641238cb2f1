"""``esc-tui evolve``: rounds, findings, proposals, verifications and decisions on the command line."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from esc_tui.bank.episodes import episode_rows
from esc_tui.bank.evolution import (
    FindingRow,
    ProposalRow,
    VerificationRow,
    decisions_of,
    find_proposal,
    find_verification,
    list_findings,
    list_proposals,
    running_of,
)
from esc_tui.bank.runs import find_run
from esc_tui.cli.common import Exit, author_of, confirmed, open_session_bank, put, say, settings_from
from esc_tui.cli.evolve_show import finding_line, proposal_line, put_card
from esc_tui.cli.narration import Narrator
from esc_tui.discover.briefs import words_stay_here
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.domain.evolution import Claim
from esc_tui.domain.run_standing import BY_PERSON
from esc_tui.domain.run_standing import standing as run_standing
from esc_tui.domain.text import many
from esc_tui.evolve.deciding import accept, acceptable, behind, promote, reject, standing, verdict_for
from esc_tui.evolve.finding import find_in_run, find_in_talks
from esc_tui.evolve.ledger import why_stale
from esc_tui.evolve.proposing import propose
from esc_tui.evolve.registering import Wish, cost_of, register, target_of
from esc_tui.evolve.replacing import replaced_told
from esc_tui.evolve.roles import analyst_for, proposer_for
from esc_tui.evolve.rounds import Round, RoundWish, evolve, why_nothing
from esc_tui.evolve.stages import Players, StoppedError
from esc_tui.evolve.statistics import can_show, plan
from esc_tui.evolve.statistics import claim as claim_of
from esc_tui.evolve.verifying import verify
from esc_tui.evolve.whole_bank import whole_bank
from esc_tui.evolve.wording import ROUND_WORDS, STAGE_WORDS
from esc_tui.simulate.carrying import Control

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.settings.model import Settings

STAGES = tuple(STAGE_WORDS)


def stage_told(stage: str) -> str:
    """What is played, with its place in a verification where it has one."""
    return ROUND_WORDS.get(stage) or f"stage {STAGES.index(stage) + 1} of {len(STAGES)}: {STAGE_WORDS[stage]}"


@contextmanager
def _players(bank: Bank, program: Settings, job: str, display: Any) -> Iterator[Players]:
    """The bank and the settings, with progress told and ctrl+c heeded: once ends cleanly, twice at once."""
    control, narrator = Control(), Narrator(job, display)

    def told(stage: str, done: int, total: int) -> None:
        narrator.progress(done, total, note=stage_told(stage))

    def stop(signum: int, frame: Any) -> None:
        if control.stopped:
            raise KeyboardInterrupt
        control.stop(BY_PERSON)

    before = signal.signal(signal.SIGINT, stop) if threading.current_thread() is threading.main_thread() else None
    try:
        yield Players(bank, program, told, control)
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)


def run_rounds(options: dict[str, Any], rounds: int, preset: Any, auto: bool, limit: int, seed: int, display: Any) -> int:
    """Rounds of evolution; exit code 0 when they were done, 130 when ctrl+c ended them, 1 when they stopped by themselves."""
    program = settings_from(options)
    wish = RoundWish(rounds=rounds, preset=preset, automatic=auto, seed=seed, limit=limit or None)
    if rounds > 1 and not auto:
        raise WrongUseError("several rounds build on what was accepted", "--rounds", "add --auto, or decide after each round yourself")
    with open_session_bank(program) as bank, _players(bank, program, "evolve", display) as players:
        def step(name: str, text: str) -> None:
            if display == "json":
                put(json.dumps({"kind": "step", "step": name, "text": text}, ensure_ascii=False))
            else:
                say(f"{name}: {text}")

        try:
            for done in evolve(players, wish, step):
                _tell_round(bank, program, done, display)
        except StoppedError as stop:
            return _stopped(bank, str(stop), players.control)
    return Exit.DONE


def _stopped(bank: Bank, reason: str, control: Control) -> int:
    open_one = next((row for row in _verifications(bank) if row.verdict is None and row.state == "stopped"), None)
    go_on = f" Go on with 'esc-tui evolve verify V-{open_one.number}'." if open_one is not None else ""
    told = run_standing("stopped", reason)
    say(f"{told[:1].upper()}{told[1:]}; what was played is kept.{go_on}")
    return Exit.INTERRUPTED if control.reason == BY_PERSON else Exit.FAILED


def _verifications(bank: Bank) -> list[VerificationRow]:
    from esc_tui.bank.evolution import verifications_of

    return verifications_of(bank.connection)


def _tell_round(bank: Bank, program: Settings, done: Round, display: Any) -> None:
    if display == "json":
        put(json.dumps({
            "kind": "round", "number": done.number, "run": done.run, "findings": len(done.findings),
            "proposals": [row.name for row in done.proposals], "accepted": [f"P-{number}" for number in done.accepted],
            "verdicts": {f"V-{row.number}": row.verdict.word for row in done.verifications if row.verdict is not None}},
            ensure_ascii=False))
        return
    put(f"Round {done.number}: run {done.run}, {many(len(done.findings), 'finding')}, {many(len(done.proposals), 'proposal')}.")
    for finding in done.findings[:10]:
        put("  " + finding_line(finding))
    for proposal in done.proposals:
        put("  " + proposal_line(bank, program, proposal))
    if not done.proposals:
        put(why_nothing(done.findings))
    for verification in done.verifications:
        put()
        put_card(bank, program, verification, "plain")
    if done.verifications and not done.accepted:
        put()
        put("Decide with 'esc-tui evolve accept P-…' or 'reject P-… --reason …'.")


def show_findings(options: dict[str, Any], reference: str, talks: list[str], limit: int, display: Any) -> int:
    """The stored findings, or those of a run or of live talks that are analysed now."""
    program = settings_from(options)
    if reference and talks:
        raise WrongUseError("a run and talks are analysed apart", "--talk", "leave one of them out")
    nothing = "No findings. Analyse a run with 'esc-tui evolve findings RUN'."
    with open_session_bank(program, readonly=not reference and not talks) as bank:
        rows = list_findings(bank.connection, limit=limit)
        if reference or talks:
            analyst, narrator = analyst_for(program), Narrator("findings", display)
            if reference:
                run = find_run(bank.connection, reference).number
                numbers = asyncio.run(find_in_run(bank, analyst, run, time=now_iso(), program=program, told=narrator.progress))
                ended = any(row.state == "finished" for row in episode_rows(bank.connection, run))
                nothing = (f"Nothing was found in run {run}." if ended
                           else f"No episode of run {run} has ended, so there was nothing to read.")
            else:
                nothing = "Nothing was found in these talks."
                numbers = asyncio.run(find_in_talks(bank, analyst, talks, time=now_iso(), told=narrator.progress))
            _tell_notes(analyst)
            wanted = set(numbers)
            rows = [row for row in list_findings(bank.connection) if row.number in wanted][:limit]
        for row in sorted(rows, key=lambda row: row.number):
            put(_finding_json(row) if display == "json" else finding_line(row))
        if not rows and display != "json":
            say(nothing)
    return Exit.DONE


def _tell_notes(role: object) -> None:
    """What a model's role left out, one line each."""
    for note in getattr(role, "notes", ()):
        say(note)


def _finding_json(row: FindingRow) -> str:
    return json.dumps({"number": row.number, "run": row.run, "time": row.time, **row.finding.model_dump(mode="json")}, ensure_ascii=False)


def show_proposals(options: dict[str, Any], reference: str, limit: int, display: Any) -> int:
    """The stored proposals, or those written now from the findings of a run."""
    program = settings_from(options)
    with open_session_bank(program, readonly=not reference) as bank:
        if reference:
            run = find_run(bank.connection, reference).number
            findings = list_findings(bank.connection, run=run)
            if not findings:
                raise UserError(f"run {run} has no findings", bank.connection.place, f"analyse it with 'esc-tui evolve findings {run}'")
            proposer = proposer_for(program)
            rows = asyncio.run(propose(bank, proposer, findings, time=now_iso(), near=words_stay_here(program)))
            _tell_notes(proposer)
            if not rows:
                say("Nothing new to propose from these findings.")
        else:
            rows = list_proposals(bank.connection, limit=limit)
            if not rows and display != "json":
                say("No proposals. Write some from the findings of a run with 'esc-tui evolve proposals RUN'.")
        for row in sorted(rows, key=lambda row: row.number):
            put(_proposal_json(bank, row) if display == "json" else proposal_line(bank, program, row))
    return Exit.DONE


def _proposal_json(bank: Bank, row: ProposalRow) -> str:
    judged = verdict_for(bank, row)
    word = judged.verdict.word if judged is not None and judged.verdict is not None else None
    return json.dumps({"number": row.number, "name": row.name, "standing": standing(bank, row), "verdict": word, "gate": list(row.gate),
                       "time": row.time, **row.proposal.model_dump(mode="json")}, ensure_ascii=False)


def edit_proposal(options: dict[str, Any], reference: str, file: str) -> int:
    """A person's version of a proposal's skill, as a new proposal in its place."""
    from esc_tui.evolve.editing import edited
    from esc_tui.interchange.skill_markdown import read_skill
    from esc_tui.settings.files import named_path

    program = settings_from(options)
    try:
        skill = read_skill(named_path(file).read_text(encoding="utf-8-sig"), file)
    except FileNotFoundError:
        raise WrongUseError("there is no such file", file, "give a SKILL.md, as 'esc-tui bank export' writes them") from None
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUseError("the file cannot be read as text", file, "give a SKILL.md, as 'esc-tui bank export' writes them") from error
    with open_session_bank(program) as bank:
        row = edited(bank, reference, skill, author_of(program))
        put(proposal_line(bank, program, row))
        for reason in row.gate:
            say(f"The gate: {reason}")
    return Exit.DONE if not row.gate else Exit.FAILED


def run_verify(options: dict[str, Any], reference: str, whole: bool, preset: Any, claim: str | None, primary: Any, forecast: bool,
               display: Any) -> int:
    """Register and carry out a verification, or go on with one; ends with the card. Exit codes as of rounds."""
    program = settings_from(options)
    if whole == bool(reference):
        raise WrongUseError("a proposal and the whole bank cannot both be verified" if whole else "nothing is named that could be verified",
                            "verify", "give P-… or V-…, or --whole")
    with open_session_bank(program, readonly=forecast) as bank, _players(bank, program, "verify", display) as players:
        if forecast:
            return _forecast(bank, reference, preset, claim, primary)
        if whole:
            reference = whole_bank(bank).name
        if reference.strip().upper().startswith("V-"):
            number = find_verification(bank.connection, reference).number
        else:
            wish = Wish(preset=preset, claim=Claim(claim) if claim else None, primary=primary)
            asked = find_proposal(bank.connection, reference).number
            row = register(bank, program, reference, wish)
            number = row.number
            if row.proposal != asked:
                say(f"{replaced_told(bank.connection, find_proposal(bank.connection, asked))}.")
            say(f"V-{number} is registered: {can_show(plan(preset), claim_of(row.registration.claim.value, primary))}")
        done = verify(players, number)
        if done.verdict is None:
            return _stopped(bank, done.reason, players.control)
        put_card(bank, program, done, display)
    return Exit.DONE


def _forecast(bank: Bank, reference: str, preset: Any, claimed: Any, primary: Any) -> int:
    proposal = find_proposal(bank.connection, reference).proposal if reference else None
    cost = cost_of(preset, proposal is not None and not target_of(proposal).anybody)
    usual = proposal.claim if proposal is not None else Claim.IMPROVE
    put(can_show(plan(preset), claim_of((Claim(claimed) if claimed else usual).value, primary)))
    put(f"At most {many(cost.pairs, 'pair')}, {cost.episodes} episodes, about {cost.turns:,} turns of the supporter.")
    return Exit.DONE


def decide(options: dict[str, Any], what: str, reference: str, reason: str, auto: bool, yes: bool = False) -> int:
    """Accept, promote or reject, with one line about it. An accept that no verdict stands behind is asked for unless ``yes``; exit code 1
    when it was not wanted.
    """
    program = settings_from(options)
    author = author_of(program)
    with open_session_bank(program) as bank:
        name = find_proposal(bank.connection, reference).name
        if what == "reject":
            reject(bank, reference, author, reason)
            say(f"{name} is rejected; its reason is kept.")
        elif what == "promote":
            say(f"{name} is active from {promote(bank, reference, author, reason).name} on.")
        else:
            seen = len(decisions_of(bank.connection, acceptable(bank, reference).number))
            if not auto and not _wanted(bank, program, reference, yes):
                return Exit.FAILED
            made = accept(bank, reference, author, reason, automatic=auto, settings=program, seen=seen)
            say(f"{name} is on watch from {made.name} on. Undo it with 'esc-tui bank undo' or 'esc-tui bank rollback'.")
    return Exit.DONE


def _wanted(bank: Bank, program: Settings, reference: str, yes: bool) -> bool:
    """Ask whether a proposal is to be accepted where no verdict accept stands behind it; with ``yes`` only say so."""
    row = find_proposal(bank.connection, reference)
    judged = verdict_for(bank, row)
    found = behind(row, judged, why_stale(judged, program) if judged is not None else (), running_of(bank.connection, row.number))
    if yes and not found.stands:
        say(found.sentence)
    return found.stands or yes or confirmed(f"Accept {row.name}? {found.sentence}", "Accept it all the same?", "nothing was accepted",
                                     "add --yes to accept it all the same; the trail keeps what stood behind it")
