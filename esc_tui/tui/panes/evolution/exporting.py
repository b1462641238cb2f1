"""The verdict card into a file: which form, where, and never over another file without a question."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from esc_tui.evolve.card import card_rows, markdown_card
from esc_tui.tui.panes.evolution.figures import clean

if TYPE_CHECKING:
    from esc_tui.bank.evolution import ProposalRow
    from esc_tui.tui.panes.evolution.reading import Proposed, Tried
    from esc_tui.tui.panes.part import PanePart


def nothing_to_export(one: Proposed) -> str:
    """What is missing where there is no verdict card yet, and how to come by it, in one sentence."""
    name, now = one.row.name, one.open_one
    if now is not None:
        way = "wait for its verdict" if now.row.alive else "v goes on with it"
        return f"{name} has no verdict card to export: V-{now.row.number} has no verdict yet; {way}."
    if one.row.gate:
        return f"{name} has no verdict card to export: the gate refused it; e edits it, then v verifies it."
    if one.standing in {"replaced", "accepted"}:
        return f"{name} has no verdict card to export: it is {one.standing} and was never verified."
    return f"{name} has no verdict card to export: it was never verified; v verifies it."


async def export_card(part: PanePart, proposal: ProposalRow, tried: Tried) -> None:
    """Ask how and where, and write. Raises UserError when the file cannot be made."""
    from esc_tui.settings.files import write_lines
    from esc_tui.tui.ask import Answer, AskScreen
    from esc_tui.tui.panes.episodes.export_screen import ExportScreen, free_path

    name = f"V-{tried.row.number}"
    ending = await part.app.push_screen_wait(AskScreen(
        f"Export the card of {name} as what?", "It holds the verdict and its numbers, no text of a talk. Where to is asked next.",
        [Answer("m", "Markdown", ".md"), Answer("s", "SVG picture", ".svg"), Answer("h", "HTML page", ".html")]))
    if ending is None:
        return
    wish = await part.app.push_screen_wait(ExportScreen(
        f"the card of {name}", await asyncio.to_thread(free_path, Path.cwd(), f"verdict-{name}", ending)))
    if wish is not None:
        text = card_text(proposal, tried, ending)
        path = await asyncio.to_thread(lambda: write_lines(wish.path, [text], replace=wish.replace))
        part.tell(f"The card of {name} is written to {clean(str(path))}.")


def card_text(proposal: ProposalRow, tried: Tried, ending: str) -> str:
    """The card as Markdown (``.md``), SVG or HTML."""
    from esc_tui.evolve.card_pages import html_card, svg_card

    rows = card_rows(proposal, tried.row, tried.readings, tried.stale)
    return {".md": markdown_card, ".svg": svg_card, ".html": html_card}[ending](rows)
