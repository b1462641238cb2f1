"""The proposer of the endpoint engine: one finding a question, one small change an answer, sent back once when it may not be made."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from esc_tui.domain.errors import AnswerError
from esc_tui.domain.evolution import Finding, Proposal
from esc_tui.domain.labels import Action, Change, Need, Polarity, Scenario, Stage, State
from esc_tui.domain.skill import Skill
from esc_tui.engines.endpoint.asker import Asker, Request
from esc_tui.engines.endpoint.capability import CapabilityMemory
from esc_tui.engines.endpoint.connection import Connection
from esc_tui.engines.endpoint.faults import Sleep
from esc_tui.engines.endpoint.outputs import PatchSaid
from esc_tui.engines.endpoint.patching import FILLED, IN_USE, UnfitError, Wanted, proposal_of
from esc_tui.engines.endpoint.prompts import PromptFolder
from esc_tui.engines.endpoint.schemas import schema_of
from esc_tui.engines.endpoint.scratch import TurnNotes
from esc_tui.engines.endpoint.settings import EndpointSettings
from esc_tui.engines.endpoint.skill_writing import SLOTS_TOLD, moment_row
from esc_tui.engines.endpoint.view import clipped
from esc_tui.engines.evolving_roles import GroupEvidence, ProposerBrief, Refused
from esc_tui.engines.proposing_rules import MOST_PROPOSALS, why_not

AT_ONCE = 8
"""So many findings are before the model at a time."""
MOST_ASKED = 12
"""Findings that are asked about, the gravest first; some end in no proposal."""
MOST_SKILLS = 6
"""Skills shown with a finding: those it concerns, then those made for such seekers."""
_MOST_REFUSED = 8
_MOST_LINE = 600


class EndpointProposer:
    """Lets a model answer findings with small changes. ``notes`` gathers why a finding has no proposal, one sentence each."""

    name = "endpoint"

    def __init__(self, settings: EndpointSettings, prompts: Path, environment: Mapping[str, str] | None = None,
                 sleep: Sleep = asyncio.sleep) -> None:
        """``prompts``: the folder with proposer.md. Raises UserError when the address is none."""
        self._asker = Asker(Connection(settings, environment), PromptFolder(prompts), CapabilityMemory(settings.memory), sleep)
        self.notes: list[str] = []

    @property
    def connection(self) -> Connection:
        """The endpoint, with its count of calls."""
        return self._asker.connection

    async def propose(self, brief: ProposerBrief) -> tuple[Proposal, ...]:
        """At most eight proposals in the order of their findings; each skill is touched by one of them at most.

        A finding whose answers are of no use is left out and noted. Raises AnswerError when all are, EndpointError when the endpoint fails.
        """
        await self._asker.know_model()
        gate, faults = asyncio.Semaphore(AT_ONCE), list[AnswerError]()

        async def one(finding: Finding) -> Proposal | None:
            async with gate:
                try:
                    return await self._ask(finding, brief)
                except AnswerError as error:
                    faults.append(error)
                    self._note(finding, "the model's answers could not be used")
                    return None

        asked = brief.findings[:MOST_ASKED]
        answers = await asyncio.gather(*map(one, asked), return_exceptions=True)
        made = []
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
            made.append(answer)
        if faults and len(faults) == len(asked):
            raise faults[0]
        return self._apart(asked, made, brief)

    async def aclose(self) -> None:
        """Close the connections; the next question opens new ones."""
        await self._asker.connection.aclose()

    def _note(self, finding: Finding, why: str) -> None:
        self.notes.append(f"No proposal for “{clipped(finding.title, 120)}”: {clipped(why, 400).rstrip('.')}.")

    def _apart(self, findings: Sequence[Finding], made: Sequence[Proposal | None], brief: ProposerBrief) -> tuple[Proposal, ...]:
        """Proposals that touch no skill twice, the first ones first."""
        touched: set[str] = set()
        kept: list[Proposal] = []
        for finding, proposal in zip(findings, made, strict=True):
            if proposal is None or len(kept) == MOST_PROPOSALS:
                continue
            why = why_not(proposal.kind, proposal.group, proposal.patches, touched, brief.refused)
            if why:
                self._note(finding, why)
                continue
            touched |= {patch.slug for patch in proposal.patches}
            kept.append(proposal)
        return tuple(kept)

    async def _ask(self, finding: Finding, brief: ProposerBrief) -> Proposal | None:
        skills = _concerned(finding, brief)
        evidence = brief.evidence.get(finding.id, GroupEvidence(None))
        units = evidence.brief.positive_units + evidence.brief.negative_units if evidence.brief is not None else 0
        origin = f"written by {self._asker.model} for a finding, {units} units shown, unverified"
        wanted = Wanted(finding, skills, evidence, brief, origin[:200], self.name)
        values = {
            "finding": _finding_values(finding), "skills": [_skill_values(skill) for skill in skills.values()],
            "evidence": _evidence_values(evidence), "refused": [_refused_values(old) for old in _near(finding, skills, brief.refused)],
            "labels": {
                "fields": {kind.value: sorted(names) for kind, names in FILLED.items()}, "slots": SLOTS_TOLD, "actions": [*Action],
                "states": [*State], "scenarios": [*Scenario], "stages": [*Stage], "needs": [*Need],
                "changes": [change for change in Change if change.polarity is Polarity.POSITIVE]}}
        request = Request(self._asker.render("proposer", values), "patch", schema_of(PatchSaid, tuple(skills)))
        answers = 0

        def check(data: dict[str, Any]) -> Proposal | None:
            nonlocal answers
            answers += 1
            said = PatchSaid.model_validate(data)
            try:
                made = proposal_of(said, wanted)
                if made is None:
                    self._note(finding, " ".join(said.reason.split()) or "the model would change nothing")
                    return None
                _object(made, brief)
            except UnfitError as error:
                if answers == 1:
                    raise
                self._note(finding, str(error))
                return None
            return made

        return await self._asker.ask(request, TurnNotes(), check)


def _object(proposal: Proposal, brief: ProposerBrief) -> None:
    """Raise UnfitError for what no proposal may be, and for what the gate refuses."""
    why = why_not(proposal.kind, proposal.group, proposal.patches, (), brief.refused)
    if why:
        raise UnfitError(why)
    objections = brief.objections(proposal)
    if objections:
        raise UnfitError(clipped(" ".join(objections), 2_000).rstrip("."))


def _concerned(finding: Finding, brief: ProposerBrief) -> dict[str, Skill]:
    """The skills a change may touch: those of the finding, then those in use that are made for such seekers."""
    offered = {slug: skill for slug, skill in sorted(brief.skills.items()) if skill.status in IN_USE}
    own = [slug for slug in finding.skills if slug in offered]
    group = finding.group
    near = [slug for slug, skill in offered.items() if (group.need is not None and group.need in skill.content.applicability.needs)
            or (group.state is not None and group.state in skill.content.applicability.states)]
    return {slug: offered[slug] for slug in list(dict.fromkeys((*own, *near)))[:MOST_SKILLS]}


def _finding_values(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind.value, "title": finding.title,
        "seekers": {name: label for name, label in finding.group.model_dump(mode="json").items() if label},
        "actions": [action.value for action in finding.actions], "skills": list(finding.skills), "turns": finding.count,
        "seekers_that_show_it": finding.profiles, "mean_change_of_mood": round(finding.mean_change, 1),
        "shown_by": [{name: value for name, value in {
            "seeker": clipped(turn.heard, _MOST_LINE), "supporter": clipped(turn.reply, _MOST_LINE), "change": turn.change,
            "skills": list(turn.skills), "why": clipped(turn.why, _MOST_LINE)}.items() if value not in ("", [])}
            for turn in finding.turns]}


def _skill_values(skill: Skill) -> dict[str, Any]:
    """A skill as it can be changed: phrasings and moves with their numbers, and what is locked."""
    content = skill.content
    fits = content.applicability.model_dump(mode="json")
    return {
        "skill": skill.slug, "locked": list(skill.locked), "title": content.title, "description": content.description,
        "summary": content.summary,
        "moves": [f"{number}. [{move.action.value}] {move.text}" for number, move in enumerate(content.moves, 1)],
        "do": [f"{number}. (move {row.move}) {row.text}" for number, row in enumerate(content.do, 1)], "dont": list(content.dont),
        "states": fits["states"], "scenarios": fits["scenarios"], "stages": fits["stages"], "needs": fits["needs"], "when": fits["text"],
        "not_when": [{name: value for name, value in row.model_dump(mode="json").items() if value} for row in content.contraindications],
        "risks": [f"{risk.severity.value}: {risk.text}" for risk in content.risks]}


def _evidence_values(evidence: GroupEvidence) -> dict[str, Any]:
    """What the bank holds for such seekers; words of units only where these may be sent."""
    found: dict[str, Any] = {"states_they_were_in": {state.value: count for state, count in evidence.states},
                             "stages": {stage.value: count for stage, count in evidence.stages}}
    brief = evidence.brief
    if brief is None:
        return found
    return found | {"helped": [moment_row(unit) for unit in brief.helped], "harmed": [moment_row(unit) for unit in brief.harmed],
                    "moments_that_helped": brief.positive_units, "moments_that_harmed": brief.negative_units,
                    "actions": {action.value: count for action, count in brief.actions}}


def _near(finding: Finding, skills: Mapping[str, Skill], refused: Sequence[Refused]) -> list[Refused]:
    """Refused proposals that touched these skills or were for such seekers, the newest first."""
    return [old for old in refused if set(old.slugs) & set(skills) or old.group == finding.group][:_MOST_REFUSED]


def _refused_values(old: Refused) -> dict[str, Any]:
    return {"kind": old.kind.value, "title": clipped(old.title, 200), "skills": list(old.slugs), "why": clipped(old.reason, 400)}
