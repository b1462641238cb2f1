"""Revisions of the bank, drafts, and rows of the evidence ledger."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from esc_tui.domain.base import Noun
from esc_tui.domain.labels import Polarity, Shelf

RevisionKind = Literal["build", "edit", "import", "discover", "accept", "promote", "rollback", "undo", "redo", "merge", "learn",
                       "evidence"]
"""``learn`` adds outcomes of a run to the evidence in force, ``evidence`` sets it to an earlier snapshot; both leave the skills alone."""


class Revision(Noun):
    """The whole bank at a moment, like a commit. ``number`` is local to the bank; ``hash`` is of the skills in force.

    ``evidence``: the evidence snapshot that it put into force, None where it left the evidence as it was.
    """

    number: Annotated[int, Field(ge=1)]
    parents: tuple[int, ...] = ()
    kind: RevisionKind
    author: str
    time: str
    message: str
    hash: str
    restores: int | None = None
    evidence: int | None = None

    @property
    def name(self) -> str:
        """The display name, e.g. ``r42``."""
        return f"r{self.number}"

    @property
    def short_hash(self) -> str:
        """The first six hex digits."""
        return self.hash[:6]


class SkillChange(Noun):
    """How one skill differs between two revisions."""

    slug: str
    kind: Literal["added", "changed", "removed"]
    before: int | None = None
    after: int | None = None

    @property
    def versions(self) -> str:
        """From which version to which, e.g. ``v2 to v1``, ``v3`` where it comes in, ``was v3`` where it goes."""
        if self.kind == "added":
            return f"v{self.after}"
        return f"was v{self.before}" if self.kind == "removed" else f"v{self.before} to v{self.after}"


class EvidenceRow(Noun):
    """One append-only row of the ledger: what happened when a skill version (or its like) was used."""

    skill: str
    version: int
    unit: str | None = None
    conversation: str | None = None
    turn: int | None = None
    outcome: Polarity
    group: str = ""
    source: Literal["unit", "simulation", "person"]
    shelf: Shelf = Shelf.DEVELOP


class Pins(Noun):
    """What a conversation stands on from its first event to its last.

    ``candidate``: digest of changes that are tried on top of the revision; empty for the revision as it is. ``thompson``: skills are
    ranked by success rates drawn from their posteriors, in simulation alone; stored where it is so. ``masked``: skills that are hidden
    from this talk, to learn what they do; stored where there are any.
    """

    revision: int
    revision_hash: str
    evidence_snapshot: int
    planner: str = "rules-1"
    guard: str = ""
    candidate: str = ""
    thompson: Annotated[bool, Field(exclude_if=lambda drawn: not drawn)] = False
    masked: Annotated[tuple[str, ...], Field(exclude_if=lambda slugs: not slugs)] = ()
