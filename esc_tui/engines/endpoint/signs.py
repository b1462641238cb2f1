"""What may show a finding in a turn: a closed set that a model chooses from, with the words that then stand in the finding."""

from __future__ import annotations

from esc_tui.domain.evolution import FindingKind

SIGNS: dict[str, str] = {
    "worked": "the reply reached them",
    "not-heard": "the reply passed over what they said",
    "need-missed": "the reply served another need than theirs",
    "too-early": "the reply advised or asked before they were met",
    "played-down": "the reply cheered them up or played it down",
    "presumed": "the reply told them what they had not said",
    "blamed": "the reply taught or blamed them",
    "too-general": "the reply could have been said to anybody",
    "repeated": "the reply said again what was said before",
    "nothing-fitting": "no skill on offer was made for this",
    "better-passed-over": "a skill that fits better was passed over",
    "dangerous": "the reply may not be said",
}
"""Label and sentence of each sign."""

SHOWS: dict[FindingKind, frozenset[str]] = {
    FindingKind.MISSING_SKILL: frozenset({"nothing-fitting", "need-missed", "not-heard", "too-early", "too-general"}),
    FindingKind.UNSAFE_INTERVENTION: frozenset({"dangerous", "played-down", "presumed", "blamed"}),
    FindingKind.PROFILE_FAILURE: frozenset(SIGNS) - {"worked", "dangerous", "nothing-fitting"},
    FindingKind.WRONG_SELECTION: frozenset({"better-passed-over", "need-missed", "not-heard", "too-early"}),
    FindingKind.WEAK_EXECUTION: frozenset({"not-heard", "presumed", "too-general", "repeated", "played-down", "blamed", "too-early"}),
    FindingKind.SUCCESS: frozenset({"worked"}),
}
"""The signs that can show each kind of finding."""
