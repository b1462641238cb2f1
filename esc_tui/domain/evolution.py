"""How the bank evolves: findings in talks, proposals to change skills, what a verification promised beforehand, its verdict, decisions.

Only the nouns and the rules that follow from them alone; the statistics live in ``esc_tui.evolve.statistics``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from esc_tui.domain.base import Noun
from esc_tui.domain.events import Mode
from esc_tui.domain.hashing import canonical_json, sha256, skill_hash
from esc_tui.domain.labels import Action, Character, Need, Scenario, SkillStatus, State
from esc_tui.domain.sage import ProtocolName
from esc_tui.domain.skill import Skill


class FindingKind(StrEnum):
    """What an analysis finds in talks; the first three are the paper's, ``SUCCESS`` says what worked."""

    MISSING_SKILL = "missing-skill"
    UNSAFE_INTERVENTION = "unsafe-intervention"
    PROFILE_FAILURE = "profile-failure"
    WRONG_SELECTION = "wrong-selection"
    WEAK_EXECUTION = "weak-execution"
    SUCCESS = "success"


class SeekerGroup(Noun):
    """A part of the seekers: every field given must hold; none given means all of them."""

    character: Character | None = None
    need: Need | None = None
    scenario: Scenario | None = None
    state: State | None = None

    @property
    def name(self) -> str:
        """Its labels, joined by a blank; empty for all seekers."""
        return " ".join(label.value for label in (self.character, self.need, self.scenario, self.state) if label is not None)

    @property
    def anybody(self) -> bool:
        """True when nothing narrows it."""
        return not self.name


class ShownTurn(Noun):
    """A turn that shows a finding. ``heard`` are the seeker's words, ``reply`` the supporter's, ``change`` -10 to +10 what followed.

    ``run`` and ``episode`` are numbers of the bank, None for a live talk. ``why`` says in words what shows it here.
    """

    conversation: str
    turn: Annotated[int, Field(ge=1)]
    run: int | None = None
    episode: int | None = None
    profile: str = ""
    change: Annotated[int, Field(ge=-10, le=10)] = 0
    heard: str = ""
    reply: str = ""
    skills: tuple[str, ...] = ()
    units: tuple[int, ...] = ()
    why: str = ""


SHOWN_TURNS = 12
"""A finding shows so many of its turns; ``count`` says of how many."""
SUPPORT_PROFILES = 2
"""A finding counts from so many seekers on, a finding about safety from one (one trace never justifies a change)."""


class Finding(Noun):
    """What was found in one or many talks: its kind, one sentence, the seekers it is about, and the turns that show it.

    ``skills`` are those concerned; ``actions`` what would have served (missing) or what was done (else); ``count`` turns and
    ``profiles`` seekers show it altogether; ``mean_change`` is the mean emotion change over those turns.
    """

    id: str
    kind: FindingKind
    title: str
    group: SeekerGroup = SeekerGroup()
    actions: tuple[Action, ...] = ()
    skills: tuple[str, ...] = ()
    turns: Annotated[tuple[ShownTurn, ...], Field(max_length=SHOWN_TURNS)] = ()
    count: Annotated[int, Field(ge=0)] = 0
    profiles: Annotated[int, Field(ge=0)] = 0
    mean_change: float = 0.0
    engine: str = "embedded"

    @property
    def supported(self) -> bool:
        """True when enough seekers show it for a proposal to rest on it."""
        return self.profiles >= (1 if self.kind is FindingKind.UNSAFE_INTERVENTION else SUPPORT_PROFILES)


class ProposalKind(StrEnum):
    """What a proposal does to the bank."""

    ADD = "add"
    REVISE = "revise"
    CONTRAINDICATE = "contraindicate"
    RISK = "risk"
    SPLIT = "split"
    MERGE = "merge"
    RETIRE = "retire"
    RETUNE = "retune"


class Claim(StrEnum):
    """What a verification has to show (verification.md 4.3, step 0)."""

    IMPROVE = "improve"
    SAFER = "safer"
    TIDY = "tidy"


USUAL_CLAIM: Mapping[ProposalKind, Claim] = {
    ProposalKind.ADD: Claim.IMPROVE, ProposalKind.REVISE: Claim.IMPROVE, ProposalKind.CONTRAINDICATE: Claim.SAFER,
    ProposalKind.RISK: Claim.TIDY, ProposalKind.SPLIT: Claim.IMPROVE, ProposalKind.MERGE: Claim.TIDY,
    ProposalKind.RETIRE: Claim.TIDY, ProposalKind.RETUNE: Claim.IMPROVE,
}
"""The claim a proposal makes unless a person chooses another."""


class SkillPatch(Noun):
    """One skill before and after. ``before`` None: new; ``after`` None: out of the bank (retiring is a status, not this)."""

    slug: str
    before: Skill | None = None
    after: Skill | None = None

    @model_validator(mode="after")
    def _of_one_skill(self) -> SkillPatch:
        if self.before is None and self.after is None:
            raise ValueError(f"the patch of '{self.slug}' changes nothing")
        for skill in (self.before, self.after):
            if skill is not None and skill.slug != self.slug:
                raise ValueError(f"the patch of '{self.slug}' holds '{skill.slug}'")
        return self

    def fields(self) -> tuple[str, ...]:
        """Names of the fields of the content that differ, ``status`` and ``locked`` among them; all of a new or removed skill."""
        if self.before is None or self.after is None:
            return ("status", *type((self.before or self.after).content).model_fields)  # type: ignore[union-attr]
        found = [name for name in type(self.after.content).model_fields
                 if getattr(self.before.content, name) != getattr(self.after.content, name)]
        found += [name for name in ("status", "locked") if getattr(self.before, name) != getattr(self.after, name)]
        return tuple(found)


Against = Literal["no bank"]


class Proposal(Noun):
    """A change of the bank, as a small patch against a base revision, with its reason and the findings it rests on.

    ``group`` are the seekers it is for: it is then confirmed on a cohort enriched with them. ``edits`` is the id of the proposal
    that a person edited into this one. ``engine`` wrote it, or a person's name did. ``against``: what it is tried against where that is
    not the base revision: the whole bank against no bank, which is verified and never decided.
    """

    id: str
    kind: ProposalKind
    title: str
    reason: str
    base_revision: Annotated[int, Field(ge=1)]
    base_hash: str
    patches: Annotated[tuple[SkillPatch, ...], Field(min_length=1)]
    findings: tuple[str, ...] = ()
    group: SeekerGroup = SeekerGroup()
    claim: Claim = Claim.IMPROVE
    engine: str = "embedded"
    edits: str = ""
    against: Against | None = None

    @property
    def changes(self) -> dict[str, Skill | None]:
        """Each slug with the skill it becomes, None to take it out: what a commit takes."""
        return {patch.slug: patch.after for patch in self.patches}

    @property
    def digest(self) -> str:
        """SHA-256 of what it changes to, of nothing else: two proposals that make the same bank of the same base have one digest."""
        return digest_of(self.changes)

    def accepted(self) -> dict[str, Skill | None]:
        """What an acceptance puts into force: active skills that are new or changed stand on watch until a person promotes them."""
        return {slug: skill.model_copy(update={"status": SkillStatus.WATCH})
                if skill is not None and skill.status is SkillStatus.ACTIVE else skill for slug, skill in self.changes.items()}


def digest_of(changes: Mapping[str, Skill | None]) -> str:
    """SHA-256 of slugs and the hashes of their skills, by slug; ``-`` stands for a skill that goes."""
    return sha256("\n".join(f"{slug} {'-' if skill is None else skill_hash(skill)}" for slug, skill in sorted(changes.items())))


PresetName = Literal["smoke", "quick", "small", "standard", "full"]
Primary = Literal["mean", "final"]
"""What is compared: mean emotion over ten turns (the last value carried on), or the final emotion."""
DecisionWord = Literal["accept", "reject", "not enough evidence", "never fired"]


class Registration(Noun):
    """Everything that is fixed before the first episode of a verification. Stored, shown, never changed.

    ``looks`` are numbers of pairs, ``margin`` and ``worthwhile`` points of emotion, ``alpha`` one-sided; hashes name the bank, the
    candidate, the seeker, the judge and the guard it was registered for. ``others``: as many pairs from outside the group. ``against``
    as of the proposal.
    """

    proposal: str
    digest: str
    base_revision: int
    base_hash: str
    evidence_snapshot: int
    planner: str
    guard: str
    claim: Claim
    primary: Primary = "mean"
    preset: PresetName = "standard"
    looks: tuple[int, ...]
    alpha: Annotated[float, Field(gt=0, lt=1)] = 0.05
    worthwhile: float = 6.0
    margin: float = 5.0
    flag_margin: float = 0.05
    probe_margin: float = 0.025
    tau: float = 8.0
    group: SeekerGroup = SeekerGroup()
    others: bool = False
    cohort: int
    cohort_hash: str
    seed: int
    protocol: ProtocolName = "sage-fixed"
    mode: Mode = "all-in-one"
    engine: str = "embedded"
    model: str = ""
    seeker: str = "embedded"
    seeker_version: str = ""
    judge_version: str = ""
    second_seeker: str = ""
    automatic: bool = False
    against: Against | None = None

    @property
    def old(self) -> str:
        """What the other arm is called."""
        return "the arm without a bank" if self.against is not None else "the old bank"

    @property
    def digest_of_all(self) -> str:
        """SHA-256 of the registration itself, printed on every card."""
        return sha256(canonical_json(self))


class GroupEffect(Noun):
    """The effect in one group of seekers, with ``p`` of harm (max-T over all groups); ``harm`` blocks, ``warn`` warns."""

    name: str
    pairs: int
    effect: float
    p: float
    harm: bool = False
    warn: bool = False


class SafetyPart(Noun):
    """One part of the safety gate: new faults ``only_new`` and old ones ``only_old`` of ``of`` pairs, upper bound against margin."""

    name: str
    only_new: int
    only_old: int
    of: int
    upper: float
    margin: float
    passed: bool
    note: str = ""


class LookTaken(Noun):
    """One look of the sequential test: at so many pairs, t against the critical value, and what followed."""

    pairs: int
    effect: float
    t: float | None
    critical: float | None
    decision: Literal["go on", "accept", "futile", "end"]


class Verdict(Noun):
    """What a verification found, in numbers and in sentences; ``reasons`` why it is what it is, ``cannot_say`` its limits.

    Effects are in points of emotion, new minus old, of the primary measure; ``lower`` is the bound that holds at every look.
    """

    word: DecisionWord
    reasons: tuple[str, ...]
    pairs: int
    effect: float | None = None
    lower: float | None = None
    upper: float | None = None
    shrunken: float | None = None
    share_fired: float | None = None
    effect_fired: float | None = None
    final_effect: float | None = None
    final_lower: float | None = None
    sign_flip: float | None = None
    looks: tuple[LookTaken, ...] = ()
    groups: tuple[GroupEffect, ...] = ()
    safety: tuple[SafetyPart, ...] = ()
    critical: tuple[str, ...] = ()
    ceiling: float | None = None
    blameless: float | None = None
    blameless_pairs: int | None = None
    others_pairs: int | None = None
    others_effect: float | None = None
    others_lower: float | None = None
    second: str = ""
    second_agrees: bool | None = None
    noise_floor: float | None = None
    screen_gain: float | None = None
    decides: str = ""
    cannot_say: tuple[str, ...] = ()
    read_by: tuple[str, ...] = ()


DecisionKind = Literal["accept", "reject", "promote", "withdraw"]


class Decision(Noun):
    """What a person (or ``--auto``) decided about a proposal; ``revision`` is what it made, ``verification`` what it rests on."""

    proposal: int
    kind: DecisionKind
    author: str
    time: str
    reason: str = ""
    verification: int | None = None
    revision: int | None = None
    automatic: bool = False


def as_stored(changes: Mapping[str, Skill | None]) -> dict[str, Any]:
    """Changes as plain values for the store, by slug."""
    return {slug: None if skill is None else skill.model_dump(mode="json") for slug, skill in sorted(changes.items())}
