"""Findings and proposals: what went wrong in episodes, and typed changes that may mend it."""

from __future__ import annotations

from typing import Literal

from esc_tui.domain.base import Noun


class Finding(Noun):
    """A pattern seen in episodes, with the (conversation, turn) pairs that show it."""

    id: str
    kind: Literal["missing_skill", "unsafe_intervention", "profile_failure", "wrong_selection", "weak_execution"]
    text: str
    shown_by: tuple[tuple[str, int], ...]


class FieldPatch(Noun):
    """One field of one skill: what it was and what it shall be, as canonical JSON."""

    field: str
    before: str | None
    after: str | None


class Proposal(Noun):
    """A typed change against a base revision, with the findings it answers and its decision."""

    id: str
    kind: Literal["add", "revise", "add_contraindication", "add_risk", "split", "merge", "retire", "retune"]
    base_revision: int
    skill: str
    patches: tuple[FieldPatch, ...]
    findings: tuple[str, ...] = ()
    decision: Literal["open", "accepted", "rejected", "not_enough_evidence"] = "open"
