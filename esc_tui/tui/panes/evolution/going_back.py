"""Everything that going back to a revision would touch, for the right side of the screen that asks which one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esc_tui.evolve.deciding import rollback_preview
from esc_tui.tui.panes.bank.revisions import change_blocks, title_blocks
from esc_tui.tui.panes.evolution.figures import VERDICTS, clean
from widgets.page import Block, heading
from widgets.toned import ink, inks

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader
    from esc_tui.domain.revision import Revision

SHOWN_TURNS = 8


def rollback_blocks(bank: BankReader, revision: Revision, head: int) -> list[Block]:
    """What going back from ``head`` would mean. Blocking. Raises UserError for a revision that is gone."""
    blocks = title_blocks(revision)
    if revision.number == head:
        return [*blocks, Block(ink("This is what is in force.", "text"), space=1)]
    found = rollback_preview(bank, revision.number)
    blocks += [heading("Skills", _count(len(found.skills), "change")),
               *(change_blocks(found.skills) or [Block(ink("None: they are the same as now.", "dim"))])]
    if found.evidence:
        blocks.append(Block(ink("Evidence: what was learned or set back since then is reversed too.", "text"), space=1))
    blocks.append(heading("Recorded turns", f"{len(found.turns)} of the newest {found.looked_at}"))
    for turn in found.turns[:SHOWN_TURNS]:
        blocks.append(Block(inks((", ".join(map(clean, turn.skills)), "text"), (f"   turn {turn.turn}", "dim")), indent=3))
    if not found.turns:
        blocks.append(Block(ink("None of them used a skill that would change.", "dim")))
    elif len(found.turns) > SHOWN_TURNS:
        blocks.append(Block(ink(f"and {len(found.turns) - SHOWN_TURNS:,} more", "dim"), indent=3))
    blocks.append(heading("Proposals that it undoes", _count(len(found.proposals), "proposal")))
    blocks += [Block(inks((f"{row.name} ", "accent"), (f"{row.proposal.kind.value}: {clean(row.proposal.title)}", "text")), indent=3)
               for row in found.proposals] or [Block(ink("None.", "dim"))]
    blocks.append(heading("Verdicts that would speak of another bank", _count(len(found.stale), "verdict")))
    for one in found.stale:
        if one.verdict is not None:
            glyph, tone = VERDICTS[one.verdict.word]
            blocks.append(Block(inks((f"V-{one.number} ", "accent"), (f"{glyph} {one.verdict.word}", tone)), indent=3))
    if not found.stale:
        blocks.append(Block(ink("None.", "dim")))
    return blocks


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
