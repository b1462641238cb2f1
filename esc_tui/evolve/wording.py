"""Findings and groups of seekers in words."""

from __future__ import annotations

from collections.abc import Iterable

from esc_tui.domain.evolution import Finding, FindingKind, SeekerGroup
from esc_tui.domain.label_words import label_words
from esc_tui.domain.labels import Action, Need

HOPES = {
    Need.EXAMINE_FROM_SEVERAL_SIDES: "want to look at it from several sides",
    Need.GET_ADVICE_THAT_HELPS_NOW: "want advice that helps now",
    Need.UNDERSTAND_OTHERS: "want to understand others",
    Need.SELF_REFLECTION_AND_GROWTH: "want to reflect and grow",
    Need.BE_PRAISED: "want to be praised",
    Need.BE_LISTENED_TO: "want to be listened to",
    Need.BE_EMPATHISED_WITH: "want somebody to feel with them",
    Need.BE_TOLD_NOT_AT_FAULT: "want to hear that it is not their fault",
}


STAGE_WORDS = {
    "gate": "gate", "same": "the old bank against itself", "screen": "develop shelf", "probes": "probe conversations",
    "confirm": "sealed seekers", "blameless": "seekers reported alone", "second": "second simulator", "verdict": "verdict"}
"""The stages of a verification in the order in which they come, as they are called everywhere."""
ROUND_WORDS = {"simulate": "a run on the develop shelf", "together": "proposals tried at once"}
"""What a round plays before its verifications."""


def seekers_of(group: SeekerGroup) -> str:
    """A group in words: ``negative seekers who want to be praised, about job crisis, when angry``; ``seekers`` for all."""
    parts = [f"{group.character.value} seekers" if group.character else "seekers"]
    parts += [f"who {HOPES[group.need]}"] if group.need else []
    parts += [f"about {group.scenario.value.replace('-', ' ')}"] if group.scenario else []
    parts += [f"when {group.state.value.replace('-', ' ')}"] if group.state else []
    return " ".join(parts)


def actions_in_words(actions: Iterable[Action]) -> str:
    """Actions as a list in words."""
    return ", ".join(label_words(action) for action in actions)


def title_of(finding: Finding) -> str:
    """One sentence on a merged finding, with its numbers."""
    who, skill = seekers_of(finding.group), finding.skills[0] if finding.skills else "a reply"
    turns = f"{finding.count} {'turn' if finding.count == 1 else 'turns'}"
    moved = f"{finding.mean_change:+.1f} over {turns} of {finding.profiles} {'seeker' if finding.profiles == 1 else 'seekers'}"
    answers = actions_in_words(finding.actions) or "nothing known"
    return {
        FindingKind.MISSING_SKILL: f"No fitting skill for {who}, who answer to {answers}: {moved}",
        FindingKind.UNSAFE_INTERVENTION: f"Unsafe words with {skill} in {turns}",
        FindingKind.PROFILE_FAILURE: f"{skill} fails with {who}: {moved}",
        FindingKind.WRONG_SELECTION: f"{skill} was passed over for {who}: {moved}",
        FindingKind.WEAK_EXECUTION: f"The words of {skill} fell flat: {moved}",
        FindingKind.SUCCESS: f"{skill} helped {who}: {moved}",
    }[finding.kind]
