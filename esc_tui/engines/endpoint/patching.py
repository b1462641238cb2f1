"""From a model's small change to the patches of a proposal: only the fields of its kind change, and every text becomes one plain line.

What the skill is called, its status, locks and licence never come from the model, nor do the seekers a proposal is for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from esc_tui.domain.errors import UserError
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
from esc_tui.domain.labels import Need, Scenario, Severity, SkillStatus, Stage, State
from esc_tui.domain.reshaping import joined_content
from esc_tui.domain.skill import Contraindication, Phrasing, Risk, Skill, SkillContent
from esc_tui.domain.text import normalised, visible
from esc_tui.engines.endpoint.drafting import compose, new_slug
from esc_tui.engines.endpoint.outputs import PatchSaid
from esc_tui.engines.endpoint.reading import LabelT, known_labels, nearest
from esc_tui.engines.endpoint.view import clipped
from esc_tui.engines.evolving_roles import GroupEvidence, ProposerBrief
from esc_tui.engines.roles import SkillBrief

FILLED: dict[ProposalKind, frozenset[str]] = {
    ProposalKind.ADD: frozenset({"draft"}),
    ProposalKind.REVISE: frozenset({"skill", "description", "summary", "reword", "add_do", "drop_do", "add_dont"}),
    ProposalKind.CONTRAINDICATE: frozenset({"skill", "not_when"}),
    ProposalKind.RISK: frozenset({"skill", "risks"}),
    ProposalKind.SPLIT: frozenset({"skill", "states", "needs", "draft"}),
    ProposalKind.MERGE: frozenset({"skill", "other"}),
    ProposalKind.RETIRE: frozenset({"skill"}),
    ProposalKind.RETUNE: frozenset({"skill", "states", "scenarios", "stages", "needs", "when"}),
}
"""The fields of the answer that each kind of proposal fills; besides them it has a title and a reason."""
ABOUT_GROUP = frozenset({ProposalKind.ADD, ProposalKind.CONTRAINDICATE, ProposalKind.RISK, ProposalKind.SPLIT, ProposalKind.RETUNE})
"""Kinds that are for the seekers of their finding; the others are for all who meet the skill."""
IN_USE = frozenset({SkillStatus.ACTIVE, SkillStatus.WATCH})
_MOST_LINES = 12
_LABELS: tuple[tuple[str, type[Any]], ...] = (("states", State), ("scenarios", Scenario), ("stages", Stage), ("needs", Need))


class UnfitError(ValueError):
    """A change that is understood and may not be made; its text says why and goes back to the model."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a change answers: a finding, with the skills it may touch (by slug) and what the bank holds for such seekers."""

    finding: Finding
    skills: Mapping[str, Skill]
    evidence: GroupEvidence
    brief: ProposerBrief
    origin: str
    engine: str


def proposal_of(said: PatchSaid, wanted: Wanted) -> Proposal | None:
    """The proposal in a model's answer, None for the kind "none". Raises UnfitError with what is wrong."""
    if said.kind.strip().lower() in ("none", ""):
        return None
    try:
        kind = nearest(ProposalKind, said.kind)
    except ValueError as error:
        raise UnfitError(f"kind: {error}") from None
    strange = sorted(name for name in set().union(*FILLED.values()) - FILLED[kind] if getattr(said, name))
    if strange:
        raise UnfitError(f"{kind.value} changes only {', '.join(sorted(FILLED[kind]))}; leave {', '.join(strange)} empty")
    try:
        patches = _patches(kind, said, wanted)
    except ValidationError as error:
        first = error.errors()[0]
        raise UnfitError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    finding, brief = wanted.finding, wanted.brief
    group = finding.group if kind in ABOUT_GROUP else SeekerGroup()
    title = _line(said.title, 120) or f"{kind.value.capitalize()} {', '.join(patch.slug for patch in patches)}"
    return Proposal(
        id="", kind=kind, title=title, reason=_line(said.reason, 600) or finding.title, base_revision=brief.base_revision,
        base_hash=brief.base_hash, patches=patches, findings=(finding.id,), group=group, claim=_claim(kind, finding), engine=wanted.engine)


def _claim(kind: ProposalKind, finding: Finding) -> Claim:
    """Unsafe words call for safer ones; a fence around seekers a skill fails with must do them good."""
    if finding.kind is FindingKind.UNSAFE_INTERVENTION:
        return Claim.SAFER
    return Claim.IMPROVE if kind is ProposalKind.CONTRAINDICATE else USUAL_CLAIM[kind]


def _patches(kind: ProposalKind, said: PatchSaid, wanted: Wanted) -> tuple[SkillPatch, ...]:
    if kind is ProposalKind.ADD:
        return (SkillPatch(slug=(new := _drafted(said, wanted)).slug, after=new),)
    skill = _known(said.skill, "skill", wanted)
    match kind:
        case ProposalKind.REVISE:
            after = [_revised(skill, said)]
        case ProposalKind.CONTRAINDICATE:
            rows = (*skill.content.contraindications, *_limits(said))
            after = [_changed(skill, contraindications=rows)]
        case ProposalKind.RISK:
            after = [_changed(skill, risks=(*_risks(said), *skill.content.risks))]
        case ProposalKind.RETUNE:
            after = [_retuned(skill, said)]
        case ProposalKind.RETIRE:
            after = [skill.model_copy(update={"status": SkillStatus.RETIRED})]
        case ProposalKind.MERGE:
            other = _known(said.other, "other", wanted)
            try:
                whole = joined_content([skill, other])
            except UserError as error:
                raise UnfitError(f"these two cannot be merged: {error.what}") from None
            after = [skill.model_copy(update={"content": whole}), other.model_copy(update={"status": SkillStatus.RETIRED})]
        case _:
            after = [_retuned(skill, said), _drafted(said, wanted)]
            if after[0] == skill:
                raise UnfitError("states or needs must hold what is left to the skill once the new one has its part")
    if after[0] == skill:
        raise UnfitError(f"it changes nothing in '{skill.slug}'")
    return tuple(SkillPatch(slug=one.slug, before=wanted.skills.get(one.slug), after=_checked(one)) for one in after)


def _known(slug: str, field: str, wanted: Wanted) -> Skill:
    skill = wanted.skills.get(slug.strip())
    if skill is None:
        names = ", ".join(wanted.skills)
        raise UnfitError(f"{field} must be one of: {names}" if names else "there is no skill that it could change; only 'add' can be")
    return skill


def _checked(skill: Skill) -> Skill:
    """The skill once more through its rules, which a copy with changed fields does not pass."""
    return Skill.model_validate(skill.model_dump(mode="json"))


def _changed(skill: Skill, **fields: object) -> Skill:
    return skill.model_copy(update={"content": skill.content.model_copy(update=fields)})


def _line(text: str, most: int) -> str:
    return clipped(" ".join(visible(text, keep_lines=False).split()), most)


def _revised(skill: Skill, said: PatchSaid) -> Skill:
    """The skill in other words: guidance reworded, phrasings added and dropped by number; its actions stay."""
    content = skill.content
    moves = list(content.moves)
    for row in said.reword:
        if not 1 <= row.move <= len(moves):
            raise UnfitError(f"reword: there is no move {row.move} in '{skill.slug}', it has {len(moves)}")
        moves[row.move - 1] = moves[row.move - 1].model_copy(update={"text": _line(row.text, 400)})
    wrong = next((number for number in said.drop_do if not 1 <= number <= len(content.do)), None)
    if wrong is not None:
        raise UnfitError(f"drop_do: there is no phrasing {wrong} in '{skill.slug}', it has {len(content.do)}")
    kept = [row for number, row in enumerate(content.do, 1) if number not in said.drop_do]
    known = {normalised(row.text) for row in kept}
    new = [Phrasing(move=row.move, text=_line(row.text, 600)) for row in said.add_do[:_MOST_LINES]]
    do = tuple(sorted((*kept, *(row for row in new if normalised(row.text) not in known)), key=lambda row: row.move))
    if content.do and not do:
        raise UnfitError("drop_do leaves the skill nothing to say; retire it instead")
    dont = tuple(dict.fromkeys((*content.dont, *filter(None, (_line(text, 300) for text in said.add_dont[:_MOST_LINES])))))
    return _changed(skill, moves=tuple(moves), do=do, dont=dont, description=_line(said.description, 1024) or content.description,
                    summary=_line(said.summary, 1000) or content.summary)


def _limits(said: PatchSaid) -> list[Contraindication]:
    rows = [Contraindication(
        text=_line(row.text, 300), states=_labels(State, row.states), scenarios=_labels(Scenario, row.scenarios),
        stages=_labels(Stage, row.stages), needs=_labels(Need, row.needs),
        cues=tuple(filter(None, (_line(cue, 80) for cue in row.cues[:_MOST_LINES])))) for row in said.not_when[:_MOST_LINES]]
    if not any(row.checkable for row in rows):
        raise UnfitError("not_when: at least one must hold states, scenarios, stages, needs or cues, so that a program can check it")
    return rows


def _labels(kind: type[LabelT], said: Sequence[str]) -> tuple[LabelT, ...]:
    """The labels said; an unknown one is refused, because without it the condition would hold for more seekers than were meant."""
    found = known_labels(kind, said)
    unknown = next((word for word in said if word.strip() and not known_labels(kind, [word])), None)
    if unknown is not None:
        raise UnfitError(f"'{clipped(unknown, 60)}' is none of: {', '.join(kind)}")
    return tuple(found)


def _risks(said: PatchSaid) -> list[Risk]:
    rows = [Risk(severity=next(iter(known_labels(Severity, [row.severity])), Severity.MEDIUM), text=_line(row.text, 300))
            for row in said.risks[:_MOST_LINES]]
    if not rows:
        raise UnfitError("risks must hold at least one")
    return rows


def _retuned(skill: Skill, said: PatchSaid) -> Skill:
    """The skill with other conditions; a list that is empty in the answer stays as it is."""
    found: dict[str, object] = {name: labels for name, kind in _LABELS if (labels := _labels(kind, getattr(said, name)))}
    if said.when.strip():
        found["text"] = _line(said.when, 600)
    return _changed(skill, applicability=skill.content.applicability.model_copy(update=found))


def _drafted(said: PatchSaid, wanted: Wanted) -> Skill:
    """A new skill of the draft, for the seekers of the finding, by the same gate as mined drafts."""
    if said.draft is None:
        raise UnfitError("draft must hold the new skill")
    finding, taken = wanted.finding, wanted.brief.taken | frozenset(wanted.brief.skills)
    brief = wanted.evidence.brief or _bare(wanted)
    shown = [text for turn in finding.turns for text in (turn.heard, turn.reply)]
    content, gate = compose(said.draft, brief, wanted.origin, shown)
    if content is None or gate.problems:
        told = clipped("; ".join(gate.problems[:_MOST_LINES]), 2_000).rstrip(".")
        raise UnfitError(f"draft: {told}" if told else "draft: moves must hold two to four moves")
    return Skill(slug=new_slug(content.title, taken, 1), content=_fitted(content, finding.group), status=SkillStatus.ACTIVE)


def _bare(wanted: Wanted) -> SkillBrief:
    """What is known of such seekers where no unit of the bank helped them: what would serve, and how they are."""
    own = wanted.finding.group.state
    states = ((own, 1),) if own is not None else wanted.evidence.states or tuple((state, 1) for state in State)
    stages = wanted.evidence.stages or tuple((stage, 1) for stage in Stage)
    return SkillBrief(
        number=1, actions=tuple((action, 1) for action in wanted.finding.actions), states=states,
        scenarios=tuple((scenario, 1) for scenario in Scenario), stages=stages, changes=(), harmed_states=(),
        harmed_changes=(), intensity_low=1, intensity_high=5, helped=(), harmed=(), words=(), taken=wanted.brief.taken, licence="",
        positive_units=0, negative_units=0)


def _fitted(content: SkillContent, group: SeekerGroup) -> SkillContent:
    """The content made for a group: its need alone, its state first."""
    fits = content.applicability
    found: dict[str, object] = {}
    if group.need is not None:
        found["needs"] = (group.need,)
    if group.state is not None:
        found["states"] = tuple(dict.fromkeys((group.state, *fits.states)))
    return content.model_copy(update={"applicability": fits.model_copy(update=found)}) if found else content
