"""Filling the right side for what the cursor is on: reads what it needs in a thread, then draws."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from esc_tui.bank.episodes import find_episode
from esc_tui.domain.errors import UserError
from esc_tui.domain.evolution import ShownTurn
from esc_tui.domain.labels import SEALED_SHELVES
from esc_tui.domain.talk import TalkView
from esc_tui.tui.panes.bank.differences import sections
from esc_tui.tui.panes.evolution.detail import finding_blocks, proposal_blocks, tried_blocks
from esc_tui.tui.panes.evolution.progress import forecast_for, so_far
from widgets.diff import DiffSection

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader
    from esc_tui.domain.evolution import Proposal, Verdict
    from esc_tui.tui.panes.evolution.pane import EvolutionPane
    from esc_tui.tui.panes.evolution.progress import SoFar
    from esc_tui.tui.panes.evolution.reading import Tried

SHOWN_TURNS = 24


async def show_detail(pane: EvolutionPane) -> None:
    """Draw the right side."""
    if pane.tab == "findings":
        finding = pane.finding
        if finding is not None:
            proposals = pane.all.proposals
            pane.page.show_made(lambda width: finding_blocks(finding, proposals))
            pane.diff.display = False
            pane.show_turns(list(finding.finding.turns))
            return
    one, tried = pane.proposed, pane.tried
    if pane.tab == "ledger" and tried is not None:
        now, all_ = await _now(pane, tried), pane.all
        pane.page.show_made(lambda width: tried_blocks(tried, one, now, all_, width))
        pane.diff.display = False
        pane.show_turns(await _critical(pane, tried.row.verdict))
    elif pane.tab == "proposals" and one is not None:
        now = await _now(pane, one.tried[0]) if one.tried else None
        row = one.row
        ahead = None if one.tried or row.gate else await asyncio.to_thread(forecast_for, row)
        findings = [found for found in pane.all.findings if found.finding.id in row.proposal.findings]
        pane.page.show_made(partial(proposal_blocks, one, ahead, now, findings))
        pane.diff.display = True
        pane.diff.unified = True if all(patch.before is None for patch in row.proposal.patches) else None
        pane.diff.show(sections_of(row.proposal), ("in force then", f"as {row.name} says"))
        critical = await _critical(pane, one.judged.row.verdict if one.judged is not None else None)
        shown = (*critical, *(turn for found in findings for turn in found.finding.turns))
        turns = {(turn.conversation, turn.turn): turn for turn in shown}
        pane.show_turns(list(turns.values())[:SHOWN_TURNS])
    else:
        pane.page.show_made(lambda width: ())
        pane.diff.display = False
        pane.show_turns([])


async def _critical(pane: EvolutionPane, verdict: Verdict | None) -> list[ShownTurn]:
    """The turns of critical events that a person must read, as far as they may be read: of the develop shelf."""
    from esc_tui.evolve.safety import places_of

    places = places_of((*verdict.reasons, *verdict.critical)) if verdict is not None else []
    if not places:
        return []
    return await pane.ask(lambda bank: [turn for place in places if (turn := _critical_turn(bank, *place)) is not None])


def _critical_turn(bank: BankReader, run: int, episode: int, number: int) -> ShownTurn | None:
    """One of them; None for a sealed episode, and for one that is gone. Blocking."""
    try:
        row = find_episode(bank.connection, f"{run}/{episode}")
    except UserError:
        return None
    turn = TalkView.of(bank.events(row.conversation)).turn(number)
    if row.shelf in SEALED_SHELVES or turn is None:
        return None
    return ShownTurn(conversation=row.conversation, turn=number, run=run, episode=episode, heard=turn.text, why="! a critical event",
                     change=turn.emotion.change if turn.emotion is not None else 0)


async def _now(pane: EvolutionPane, tried: Tried) -> SoFar | None:
    if not tried.row.runs:
        return None
    return await pane.ask(lambda bank: so_far(bank.connection, tried.row))


def sections_of(proposal: Proposal) -> list[DiffSection]:
    """What differs, skill by skill; with several skills each part names its own."""
    found: list[DiffSection] = []
    for patch in proposal.patches:
        for section in sections(patch.before, patch.after):
            title = section.title if len(proposal.patches) == 1 else f"{patch.slug}: {section.title}"
            found.append(DiffSection(title, section.before, section.after))
    return found
