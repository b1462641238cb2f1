"""Decisions about a proposal and the sentences about them, apart from the screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from esc_tui.domain.text import many

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.settings.model import Settings
    from esc_tui.tui.panes.evolution.reading import Proposed


def behind(one: Proposed) -> str:
    """Whether a verdict stands behind an acceptance, in one sentence."""
    from esc_tui.evolve import deciding

    judged, running = one.judged, next((tried.row for tried in one.tried if tried.row.alive), None)
    stale = judged.stale if judged is not None else ()
    return deciding.behind(one.row, judged.row if judged is not None else None, stale, running).sentence


def drafts_of(bank: Bank, number: int) -> list[str]:
    """The keys of what is kept unsaved of a proposal. Blocking."""
    from esc_tui.tui.panes.bank.draft import PROPOSED_KEY

    return [draft.key for draft in bank.drafts() if draft.key.startswith(f"{PROPOSED_KEY}{number}:")]


def decide(bank: Bank, one: Proposed, what: str, author: str, reason: str, settings: Settings) -> str:
    """Decide, and the sentence about it. Blocking. Raises what ``esc_tui.evolve.deciding`` raises."""
    from esc_tui.evolve import deciding

    row, seen = one.row, len(one.decisions)
    if what == "accept":
        made = deciding.accept(bank, row.number, author, reason, settings=settings, seen=seen)
        return f"{row.name} is on watch from {made.name} on. R takes it back."
    if what == "promote":
        return f"{row.name} is active from {deciding.promote(bank, row.number, author, reason).name} on."
    deciding.reject(bank, row.number, author, reason, seen=seen)
    return f"{row.name} is rejected; its reason is kept and the proposer reads it."


def round_told(result: Mapping[str, Any]) -> str:
    """The sentence at the end of a round."""
    if result.get("kind") != "round":
        return ""
    verdicts = ", ".join(f"{name} {word}" for name, word in (result.get("verdicts") or {}).items()) or "nothing verified"
    return (f"The round is done: {many(result.get('findings', 0), 'finding')}, "
            f"{many(len(result.get('proposals') or ()), 'proposal')}, {verdicts}. "
            "Press 4 to decide.")


def verdict_told(result: Mapping[str, Any]) -> str:
    """The sentence at the end of a verification."""
    verdict = result.get("verdict") or {}
    return f"{result.get('proposal')}: the verdict is {verdict['word']}. Press 4 to see its card." if verdict.get("word") else ""
