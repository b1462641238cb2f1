"""Everything that going back to a revision would touch, for the right side of the screen that asks which one."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING

from esc_tui.domain.text import many
from esc_tui.evolve.deciding import ChangedTurn, rollback_preview
from esc_tui.tui.panes.bank.revisions import change_blocks, title_blocks
from esc_tui.tui.panes.evolution.figures import VERDICTS, clean, told
from widgets.page import Block, heading
from widgets.toned import ink, inks

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader
    from esc_tui.domain.revision import Revision

SHOWN_TALKS = 8


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
    talks: dict[str, list[ChangedTurn]] = {}
    for turn in found.turns:
        talks.setdefault(turn.conversation, []).append(turn)
    changing = {change.slug for change in found.skills}
    blocks += [_talk(turns, changing) for turns in list(talks.values())[:SHOWN_TALKS]]
    if not found.turns:
        blocks.append(Block(ink("None of them used a skill that would change.", "dim")))
    elif len(talks) > SHOWN_TALKS:
        blocks.append(Block(ink(f"and {many(len(talks) - SHOWN_TALKS, 'more talk')}", "dim"), indent=3))
    blocks.append(heading("Proposals that it undoes", _count(len(found.proposals), "proposal")))
    blocks += [Block(inks((f"{row.name} ", "accent"), (told(row.proposal.title), "text")), indent=3)
               for row in found.proposals] or [Block(ink("None.", "dim"))]
    blocks.append(heading("Verdicts that would speak of another bank", _count(len(found.stale), "verdict")))
    for one in found.stale:
        if one.verdict is not None:
            glyph, tone = VERDICTS[one.verdict.word]
            blocks.append(Block(inks((f"V-{one.number} ", "accent"), (f"{glyph} {one.verdict.word}", tone)), indent=3))
    if not found.stale:
        blocks.append(Block(ink("None.", "dim")))
    return blocks


def _talk(turns: Sequence[ChangedTurn], changing: Set[str]) -> Block:
    """``e1/12  Wei, 40   turns 1, 2, 4   reflect-unseen-effort``: the turns of one talk, in their order, and what they used of what would
    be another."""
    one = turns[0]
    where = f"e{one.run}/{one.episode}" if one.run is not None else "live"
    numbers = sorted(turn.turn for turn in turns)
    skills = dict.fromkeys(clean(skill) for turn in turns for skill in turn.skills if skill in changing)
    return Block(inks((f"{where:<7} ", "accent"), (clean(one.name), "text"),
                      (f"   turn{'' if len(numbers) == 1 else 's'} {', '.join(map(str, numbers))}   {', '.join(skills)}", "dim")), indent=3)


def _count(number: int, noun: str) -> str:
    """Nothing of none, which a sentence says."""
    return many(number, noun) if number else ""
