"""Rows of the pane's lists: proposals, findings, verifications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.content import Content

from esc_tui.domain.label_words import label_words
from esc_tui.domain.text import many
from esc_tui.evolve.card import CLAIMS
from esc_tui.evolve.ledger import alpha_spent
from esc_tui.tui.panes.evolution.figures import (
    STAGES,
    effect_of,
    outcome_of,
    points,
    standing_of,
    told,
    verdict_content,
)
from widgets.toned import ink, inks
from widgets.virtual_list import Cell, Lines, ListRow

if TYPE_CHECKING:
    from esc_tui.bank.evolution import FindingRow
    from esc_tui.tui.panes.evolution.reading import Proposed, Tried

NUMBER, EFFECT, WORD, SEEN = 5, 21, 22, 21
"""Cells of width of a number, of an effect with its bound, of the longest verdict, stage or kind of finding, and of how many show one."""
GAP, WIDE_FROM = 2, 90
"""Between cells; and the width from which a proposal has columns for its claim and its effect."""
KIND_TONES = {"unsafe-intervention": "caution", "success": "helped"}


def proposal_row(one: Proposed) -> ListRow:
    """Number, title, standing; below it the kind, the verdict, the claim, and the effect."""
    return ListRow(str(one.row.number), one, lambda: _proposal_lines(one))


def _proposal_lines(one: Proposed) -> Lines:
    proposal = one.row.proposal
    quiet = one.standing in {"replaced", "rejected", "refused", "withdrawn"}
    judged = one.judged
    first = (Cell(ink(one.row.name, "dim"), NUMBER), Cell(ink(told(proposal.title), "dim" if quiet else "bright")),
             Cell(standing_of(one), 9, "right"))
    said, kind = outcome_of(one), ink(f"{proposal.kind.value}  ", "dim" if quiet else "accent")
    effect = Content("")
    if judged is not None and judged.row.verdict is not None:
        effect = effect_of(judged.row.verdict)
    least = NUMBER + GAP + said.cell_length + (GAP + EFFECT if effect else 0)  # in a narrow list the effect goes before the kind
    whole = least + kind.cell_length
    second = (Cell(Content(""), NUMBER), Cell(kind + said, show_from=whole), Cell(said, hide_from=whole),
              Cell(ink(CLAIMS[proposal.claim], "dim"), 20, "right", show_from=WIDE_FROM),
              Cell(effect, EFFECT, "right", show_from=least if effect else WIDE_FROM))
    return first, second


def _while_room(said: Content, usual: int, cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The lower line of a row: what is said stays whole; the cells come in where there is room beside its usual width."""
    taken = NUMBER + GAP + max(usual, said.cell_length)
    line = [Cell(Content(""), NUMBER), Cell(said)]
    for cell in cells:
        taken += GAP + cell.width
        line.append(replace(cell, show_from=taken))
    return tuple(line)


def finding_row(row: FindingRow) -> ListRow:
    """Number, what was found; below it the kind, how the emotion moved, how many show it, and where."""
    return ListRow(str(row.number), row, lambda: _finding_lines(row))


def _finding_lines(row: FindingRow) -> Lines:
    one = row.finding
    tone = KIND_TONES.get(one.kind.value, "accent")
    mark = "! " if one.kind.value == "unsafe-intervention" else ""
    moved = ("▲ ", "helped") if one.mean_change > 0 else ("▼ ", "harmed") if one.mean_change < 0 else ("= ", "neutral")
    first = (Cell(ink(f"F-{row.number}", "dim"), NUMBER), Cell(ink(told(one.title), "bright")))
    kind = ink(mark + label_words(one.kind), tone)
    seen = f"{one.profiles} {'seeker' if one.profiles == 1 else 'seekers'}, {one.count} {'turn' if one.count == 1 else 'turns'}"
    where = f"run {row.run}" if row.run is not None else "live talks"
    change = inks(moved, (points(one.mean_change), "text"))
    return first, _while_room(kind, WORD, (
        Cell(change, 8, "right"), Cell(ink(seen, "text"), SEEN, "right"), Cell(ink(where, "dim"), 10, "right")))


def tried_row(one: Tried, of: Proposed | None) -> ListRow:
    """Verification, proposal, whether it is stale; below it the verdict, the pairs, the effect, when, and what was spent."""
    return ListRow(str(one.row.number), (one, of), lambda: _tried_lines(one, of))


def _tried_lines(one: Tried, of: Proposed | None) -> Lines:
    row, verdict = one.row, one.row.verdict
    if verdict is not None:
        word, effect, pairs = verdict_content(verdict.word), effect_of(verdict), many(verdict.pairs, "pair")
    elif row.alive:
        word, effect, pairs = inks(("▶ ", "accent"), (STAGES.get(row.stage, row.stage), "accent")), Content(""), ""
    else:
        word, effect, pairs = inks(("! ", "caution"), (row.state, "caution")), Content(""), ""
    title = "" if of is None else told(of.row.proposal.title)
    first = (Cell(ink(f"V-{row.number}", "dim"), NUMBER), Cell(inks((f"P-{row.proposal} ", "accent"), (title, "bright"))),
             *((Cell(ink("! stale", "caution"), 7, "right"),) if one.stale else ()))
    return first, _while_room(word, WORD, (
        Cell(ink(pairs, "text"), 9, "right"), Cell(effect, EFFECT, "right"),
        Cell(ink(row.time[:10], "dim"), 10, "right"), Cell(ink(f"alpha {alpha_spent(row.registration):.3g}", "dim"), 12, "right")))
