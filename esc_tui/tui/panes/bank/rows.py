"""Rows of the Bank pane's lists: skills, units as evidence, versions, revisions - from light rows of the bank to list rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from esc_tui.tui.panes.bank.wording import (
    POLARITY_GLYPH,
    POLARITY_TONE,
    STATUS_TONE,
    bar,
    estimate,
    label,
    labels,
    outcome_counts,
    shown,
)
from widgets.toned import ink
from widgets.virtual_list import Cell, Lines, ListRow

if TYPE_CHECKING:
    from esc_tui.bank.search import SkillRow
    from esc_tui.bank.skills import VersionNote
    from esc_tui.bank.units import UnitRow
    from esc_tui.domain.revision import Revision


def skill_row(row: SkillRow, draft: bool = False) -> ListRow:
    """Two lines: status, slug, strategies, counts; then states (or what to watch) and the evidence."""
    return ListRow(row.slug, (row, draft), lambda: _skill_lines(row, draft))


def _skill_lines(row: SkillRow, draft: bool) -> Lines:
    retired = row.status == "retired"
    name = (ink(row.status[:1].upper(), STATUS_TONE.get(row.status, "dim")) + Content(" ")
            + ink(shown(row.slug), "dim" if retired else "bright")
            + (ink(" ✎", "caution") if draft else Content("")))
    if row.watch_note:
        note = ink("  ▼ ", "harmed") + ink(shown(row.watch_note), "caution")
    else:
        note = ink("  " + (" · ".join(label(state) for state in row.states) or "any state"), "dim")
    seen = row.helped + row.neutral + row.harmed
    belief = bar(row.evidence_mean, "dim" if retired else "accent") if seen else ink("no evidence yet", "dim")
    return (
        (Cell(name, cut="middle"), Cell(ink(" ".join(row.strategies[:4]), "dim"), 11, show_from=58),
         Cell(ink(" ".join(row.strategies[:3]), "dim"), 8, show_from=44, hide_from=58),
         Cell(outcome_counts(row.helped, row.harmed, 3) if seen else Content(""), 9, "right", show_from=34)),
        (Cell(note), Cell(belief, 7 if seen else 17, "left" if seen else "right", show_from=34),
         *([Cell(estimate(row.evidence_mean, row.evidence_interval), 11, "right", show_from=24)] if seen else [])),
    )


def unit_row(row: UnitRow) -> ListRow:
    """What changed after which action and who says so, and the words that show where the seeker stood."""
    tone = POLARITY_TONE[row.polarity]
    change = ink(POLARITY_GLYPH[row.polarity] + " ", tone) + ink(label(row.change), tone) + ink(
        "  after " + labels(row.actions), "dim")
    quote, number, state = ink(f"  “{shown(row.quote)}”", "bright"), ink(f"IU-{row.number}", "dim"), ink(label(row.state), "dim")
    return ListRow(row.id, row.number, lambda: (
        (Cell(change), Cell(ink("person" if row.labeller_kind == "human" else "machine", "text" if row.labeller_kind == "human" else "dim"),
                            7, "right", show_from=52), Cell(number, number.cell_length, "right", show_from=40)),
        (Cell(quote), Cell(state, state.cell_length, "right", show_from=60)),
    ))


def ground_row(row: UnitRow, supporter: str) -> ListRow:
    """A unit as ``unit_row`` shows it, and under it what the supporter said."""
    above = unit_row(row)
    return ListRow(row.id, row.number, lambda: (*above.lines, (Cell(ink(f"  {shown(supporter)}", "dim")),)))


def version_row(note: VersionNote, in_force: bool) -> ListRow:
    """A version with its reason, who made it and when."""
    first = ink(f"v{note.version}", "accent.bold" if in_force else "text") + ink("  " + shown(note.message), "bright")
    second = ink(f"    {shown(note.author)} · r{note.first_revision} · {note.skill_hash[:6]}", "dim")
    return ListRow(str(note.version), (note, in_force), lambda: (
        (Cell(first), Cell(ink("in force" if in_force else note.status, "accent" if in_force else "dim"), 8, "right")),
        (Cell(second), Cell(ink(moment(note.time), "dim"), 16, "right", show_from=44)),
    ))


def revision_row(revision: Revision, head: bool) -> ListRow:
    """A revision with its message, kind, author and time."""
    first = (ink(f"{revision.name:<5}", "accent.bold" if head else "text") + ink(" " + shown(revision.message), "bright"))
    what = revision.kind if revision.restores is None else f"{revision.kind} to r{revision.restores}"
    what += f", evidence {revision.evidence}" if revision.evidence is not None else ""
    second = ink(f"      {what} · {shown(revision.author)} · {revision.short_hash}", "dim")
    return ListRow(str(revision.number), (revision, head), lambda: (
        (Cell(first), Cell(ink("now", "accent") if head else Content(""), 4, "right")),
        (Cell(second), Cell(ink(moment(revision.time), "dim"), 16, "right", show_from=44)),
    ))


def moment(time: str) -> str:
    """A stored time as ``2026-11-21 09:30`` (UTC)."""
    return time[:16].replace("T", " ")
