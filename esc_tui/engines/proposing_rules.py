"""What no proposer may propose, whichever engine it is: nothing that changes nothing, is locked, is touched already, or was refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from esc_tui.domain.evolution import ProposalKind, SeekerGroup, SkillPatch, digest_of
from esc_tui.domain.labels import Action
from esc_tui.engines.evolving_roles import Refused

MOST_PROPOSALS = 8
"""A round proposes at most so many changes: what is confirmed together shares one error rate (verification.md 4.4)."""


def why_not(kind: ProposalKind, group: SeekerGroup, patches: Sequence[SkillPatch], touched: Collection[str],
            refused: Sequence[Refused]) -> str:
    """Why some patches may not be proposed, as one sentence without its full stop; empty when they may.

    ``touched``: slugs that the proposals before it change, each of which is changed once a round.
    """
    if not patches or any(patch.before is not None and not patch.fields() for patch in patches):
        return "it changes nothing"
    again = next((patch.slug for patch in patches if patch.slug in touched), None)
    if again is not None:
        return f"another proposal of this round changes '{again}' already"
    for patch in patches:
        locked = sorted(set(patch.before.locked) & set(patch.fields())) if patch.before is not None else []
        if locked:
            return f"a person has locked {', '.join(locked)} in '{patch.slug}'"
    digest, slugs = digest_of({patch.slug: patch.after for patch in patches}), sorted(patch.slug for patch in patches)
    for old in refused:
        if old.digest == digest or (old.kind is kind and old.group == group and (
                sorted(old.slugs) == slugs or (kind is ProposalKind.ADD and old.actions == new_actions(patches)))):
            return f"it was refused before: {old.reason.rstrip('.')}"
    return ""


def new_actions(patches: Sequence[SkillPatch]) -> tuple[Action, ...]:
    """The actions of the skills that are new."""
    return tuple(action for patch in patches if patch.before is None and patch.after is not None for action in patch.after.content.actions)
