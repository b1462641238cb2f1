"""Rows of the pane's lists: proposals, findings, verifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from esc_tui.evolve.card import CLAIMS
from esc_tui.tui.panes.evolution.figures import STAGES, STANDINGS, clean, effect_of, outcome_of, points, verdict_content
from widgets.toned import ink, inks
from widgets.virtual_list import Cell, Lines, ListRow

if TYPE_CHECKING:
    from esc_tui.bank.evolution import FindingRow
    from esc_tui.tui.panes.evolution.reading import Proposed, Tried

NUMBER = 5
KIND_TONES = {"unsafe-intervention": "caution", "success": "helped"}


def proposal_row(one: Proposed) -> ListRow:
    """Number, kind, title, standing; below it the verdict with its effect, and the claim."""
    return ListRow(str(one.row.number), one, lambda: _proposal_lines(one))


def _proposal_lines(one: Proposed) -> Lines:
    proposal = one.row.proposal
    quiet = one.standing in {"replaced", "rejected", "refused", "withdrawn"}
    judged = one.judged
    effect = effect_of(judged.row.verdict) if judged is not None and judged.row.verdict is not None else Content("")
    title = inks((proposal.kind.value.upper(), "accent" if not quiet else "dim"), ("  ", ""),
                 (clean(proposal.title), "dim" if quiet else "bright"))
    stands = ink(one.standing, STANDINGS[one.standing])
    first = (Cell(ink(one.row.name, "dim"), NUMBER), Cell(title), Cell(stands, 9, "right"))
    second = (Cell(Content(""), NUMBER), Cell(outcome_of(one)), Cell(effect, 13, "right", show_from=52),
              Cell(ink(CLAIMS[proposal.claim], "dim"), 20, "right", show_from=84))
    return first, second


def finding_row(row: FindingRow) -> ListRow:
    """Number, kind, what was found; below it how many show it and how the emotion moved."""
    return ListRow(str(row.number), row, lambda: _finding_lines(row))


def _finding_lines(row: FindingRow) -> Lines:
    one = row.finding
    tone = KIND_TONES.get(one.kind.value, "accent")
    mark = "! " if one.kind.value == "unsafe-intervention" else ""
    moved = ("▲ ", "helped") if one.mean_change > 0 else ("▼ ", "harmed") if one.mean_change < 0 else ("= ", "neutral")
    first = (Cell(ink(f"F-{row.number}", "dim"), NUMBER),
             Cell(inks((mark + one.kind.value.replace("-", " "), tone), ("  ", ""), (clean(one.title), "bright"))))
    seen = f"{one.profiles} {'seeker' if one.profiles == 1 else 'seekers'}, {one.count} {'turn' if one.count == 1 else 'turns'}"
    where = f"run {row.run}" if row.run is not None else "live talks"
    second = (Cell(Content(""), NUMBER), Cell(ink(seen, "text")), Cell(inks(moved, (points(one.mean_change), "text")), 8, "right"),
              Cell(ink(where, "dim"), 10, "right", show_from=44))
    return first, second


def tried_row(one: Tried, of: Proposed | None) -> ListRow:
    """Verification, proposal, verdict; below it the effect, the pairs, what was spent, and why it is stale."""
    return ListRow(str(one.row.number), (one, of), lambda: _tried_lines(one, of))


def _tried_lines(one: Tried, of: Proposed | None) -> Lines:
    row, verdict = one.row, one.row.verdict
    if verdict is not None:
        word, effect, pairs = verdict_content(verdict.word), effect_of(verdict), f"{verdict.pairs} pairs"
    elif row.alive:
        word, effect, pairs = inks(("▶ ", "accent"), (STAGES.get(row.stage, row.stage), "accent")), Content(""), "under way"
    else:
        word, effect, pairs = inks(("! ", "caution"), (row.state, "caution")), Content(""), "no verdict"
    title = "" if of is None else f"{of.row.proposal.kind.value.upper()}  {clean(of.row.proposal.title)}"
    first = (Cell(ink(f"V-{row.number}", "dim"), NUMBER),
             Cell(inks((f"P-{row.proposal} ", "accent"), (title, "bright"))), Cell(word, 22, "right", show_from=50))
    told = inks((pairs, "text"), (f"  alpha {row.registration.alpha:.3g}", "dim"), ("  ! stale" if one.stale else "", "caution"))
    second = (Cell(Content(""), NUMBER), Cell(told), Cell(word, 22, "right", hide_from=50), Cell(effect, 13, "right", show_from=50),
              Cell(ink(row.time[:10], "dim"), 10, "right", show_from=60))
    return first, second
