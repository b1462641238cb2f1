"""Proposes changes of skills without a model: each finding gets the smallest patch that answers it, worded from what the bank and the
written texts of this program hold.

Nothing is invented: new skills are composed from units that helped (``skill_writing``), warnings from counts, conditions from records.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from esc_tui.domain.evolution import (
    USUAL_CLAIM,
    Claim,
    Finding,
    FindingKind,
    Proposal,
    ProposalKind,
    SeekerGroup,
    SkillPatch,
)
from esc_tui.domain.labels import SkillStatus
from esc_tui.domain.lint import lint_pair
from esc_tui.domain.reshaping import joined_content
from esc_tui.domain.skill import Skill
from esc_tui.engines.embedded.patching import (
    contraindicated,
    fresh_words,
    narrowed,
    retuned,
    warned,
    without_unsafe_words,
    written_for,
)
from esc_tui.engines.evolving_roles import GroupEvidence, ProposerBrief
from esc_tui.engines.proposing_rules import MOST_PROPOSALS, why_not

ENOUGH_LEFT = 4
"""A skill whose unsafe words are taken out keeps at least so many phrasings, else it is retired."""


class EmbeddedProposer:
    """Answers findings by rules; asks nobody and never fails."""

    name = "embedded"

    async def propose(self, brief: ProposerBrief) -> tuple[Proposal, ...]:
        """At most eight proposals, in the order of their findings; each skill is touched by one of them at most."""
        return _Round(brief).proposals()


@dataclass(slots=True)
class _Draft:
    """A proposal before it is known whether it may be made."""

    kind: ProposalKind
    title: str
    reason: str
    patches: tuple[SkillPatch, ...]
    group: SeekerGroup = field(default_factory=SeekerGroup)
    claim: Claim | None = None


class _Round:
    """One round over the findings of a brief."""

    def __init__(self, brief: ProposerBrief) -> None:
        self._brief = brief
        self._touched: set[str] = set()
        self._taken = brief.taken

    def proposals(self) -> tuple[Proposal, ...]:
        found: list[Proposal] = []
        for finding in self._brief.findings:
            made = next((draft for draft in self._answers(finding) if self._may(draft)), None)
            if made is not None:
                found.append(self._proposal(made, (finding,)))
        found += [self._proposal(draft, ()) for draft in self._merges() if self._may(draft)]
        return tuple(found[:MOST_PROPOSALS])

    def _may(self, draft: _Draft) -> bool:
        """False for a change of nothing, of a locked field, of a skill touched already, or one that was refused before."""
        if why_not(draft.kind, draft.group, draft.patches, self._touched, self._brief.refused):
            return False
        slugs = {patch.slug for patch in draft.patches}
        self._touched.update(slugs)
        self._taken |= slugs
        return True

    def _proposal(self, draft: _Draft, findings: Sequence[Finding]) -> Proposal:
        return Proposal(
            id="", kind=draft.kind, title=draft.title, reason=draft.reason, base_revision=self._brief.base_revision,
            base_hash=self._brief.base_hash, patches=draft.patches, findings=tuple(one.id for one in findings), group=draft.group,
            claim=draft.claim or USUAL_CLAIM[draft.kind], engine=EmbeddedProposer.name)

    def _answers(self, finding: Finding) -> Iterator[_Draft]:
        """What would answer a finding, the smallest first."""
        skill = self._brief.skills.get(finding.skills[0]) if finding.skills else None
        if skill is not None and skill.status not in {SkillStatus.ACTIVE, SkillStatus.WATCH}:
            return
        match finding.kind:
            case FindingKind.MISSING_SKILL:
                yield from self._additions(finding)
            case FindingKind.PROFILE_FAILURE if skill is not None:
                yield from self._fences(finding, skill)
            case FindingKind.UNSAFE_INTERVENTION:
                for slug in finding.skills:
                    if slug in self._brief.skills:
                        yield from self._safer(finding, self._brief.skills[slug])
            case FindingKind.WRONG_SELECTION if skill is not None:
                after = retuned(skill, self._evidence(finding))
                yield _Draft(ProposalKind.RETUNE, f"Let {skill.slug} be chosen where it helps", finding.title, _patch(skill, after),
                             finding.group)
            case FindingKind.WEAK_EXECUTION if skill is not None:
                yield _Draft(ProposalKind.REVISE, f"Give {skill.slug} fresh words", finding.title, _patch(skill, fresh_words(skill)))
            case _:
                return

    def _evidence(self, finding: Finding) -> GroupEvidence:
        return self._brief.evidence.get(finding.id, GroupEvidence(None))

    def _additions(self, finding: Finding) -> Iterator[_Draft]:
        """New skills from the units that helped such seekers: together, and where that was refused each alone."""
        skills = written_for(self._evidence(finding), finding.group, self._brief.record.units, self._taken | frozenset(self._brief.skills))
        for some in (skills, *((skill,) for skill in skills if len(skills) > 1)):
            if some:
                yield _Draft(
                    ProposalKind.ADD, f"Add {', '.join(skill.slug for skill in some)} for {_who(finding.group)}",
                    f"{finding.title}. Written from what helped such seekers: {some[0].content.origin}.",
                    tuple(SkillPatch(slug=skill.slug, after=skill) for skill in some), finding.group)

    def _fences(self, finding: Finding, skill: Skill) -> Iterator[_Draft]:
        """Retire what fails with everybody; keep what fails with some from those; else warn."""
        group, units = finding.group, self._brief.record.units
        if group.anybody:
            yield self._retirement(finding, skill)
            return
        if group.state is not None and group.state in skill.content.applicability.states:
            for sibling in written_for(self._evidence(finding), group, units, self._taken | frozenset(self._brief.skills), 1):
                rest = narrowed(skill, group.state)
                if rest is not None:
                    yield _Draft(
                        ProposalKind.SPLIT, f"Split {skill.slug}: {sibling.slug} for {_who(group)}", finding.title,
                        (*_patch(skill, rest), SkillPatch(slug=sibling.slug, after=sibling)), group)
        fenced = contraindicated(skill, group, finding)
        if fenced is not None:
            yield _Draft(ProposalKind.CONTRAINDICATE, f"Keep {skill.slug} from {_who(group)}", finding.title, _patch(skill, fenced),
                         group, Claim.IMPROVE)
        yield _Draft(ProposalKind.RISK, f"Warn that {skill.slug} fails with {_who(group)}", finding.title, _patch(
            skill, warned(skill, group, finding)))

    def _retirement(self, finding: Finding, skill: Skill) -> _Draft:
        gone = skill.model_copy(update={"status": SkillStatus.RETIRED})
        return _Draft(ProposalKind.RETIRE, f"Retire {skill.slug}", finding.title, _patch(skill, gone))

    def _safer(self, finding: Finding, skill: Skill) -> Iterator[_Draft]:
        """Take out the words that may not be said; a skill that has little else to say goes."""
        clean = without_unsafe_words(skill)
        if clean is None:
            return
        if len(clean.content.do) >= ENOUGH_LEFT:
            yield _Draft(ProposalKind.REVISE, f"Take unsafe words out of {skill.slug}", finding.title, _patch(skill, clean),
                         claim=Claim.SAFER)
        else:
            gone = skill.model_copy(update={"status": SkillStatus.RETIRED})
            yield _Draft(ProposalKind.RETIRE, f"Retire {skill.slug}, which says what may not be said", finding.title,
                         _patch(skill, gone), claim=Claim.SAFER)

    def _merges(self) -> Iterator[_Draft]:
        """Active skills that say nearly the same become one; the other is retired."""
        offered = [skill for _, skill in sorted(self._brief.skills.items()) if skill.status is SkillStatus.ACTIVE]
        for place, one in enumerate(offered):
            for other in offered[place + 1:]:
                if one.content.actions == other.content.actions and any(note.rule == "duplicate" for note in lint_pair(one, other)):
                    whole = one.model_copy(update={"content": joined_content([one, other])})
                    gone = other.model_copy(update={"status": SkillStatus.RETIRED})
                    yield _Draft(ProposalKind.MERGE, f"Merge {other.slug} into {one.slug}", "They say nearly the same.",
                                 (*_patch(one, whole), *_patch(other, gone)))


def _patch(before: Skill, after: Skill | None) -> tuple[SkillPatch, ...]:
    return () if after is None or after == before else (SkillPatch(slug=before.slug, before=before, after=after),)


def _who(group: SeekerGroup) -> str:
    return f"seekers of '{group.name}'" if group.name else "all seekers"
