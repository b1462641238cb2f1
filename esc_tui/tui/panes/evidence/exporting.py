"""Writing units, labels or decisions to a file from the pane: what, where to, and what was left out."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esc_tui.tui.panes.evidence.look import clean

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.interchange.evidence_export import EvidenceCount, EvidenceKind
    from esc_tui.tui.panes.episodes.export_screen import ExportWish
    from esc_tui.tui.panes.evidence.pane import EvidencePane


async def ask_and_export(pane: EvidencePane) -> None:
    """Ask what is to be written and where to, and write it."""
    from esc_tui.tui.ask import Answer, AskScreen
    from esc_tui.tui.panes.episodes.export_screen import ExportScreen, free_path

    kind: Any = await pane.app.push_screen_wait(AskScreen(
        "Export what?", "Words of the dialogues stand in it only where their licence lets everybody pass them on. Where to is asked "
        "next: a name that ends in .csv makes a table, any other JSON lines.",
        [Answer("u", "units, with the label in force", "units"), Answer("l", "labels, of everybody", "labels"),
         Answer("d", "decisions", "decisions")]))
    if kind is None:
        return
    wish = await pane.app.push_screen_wait(ExportScreen(kind, await asyncio.to_thread(free_path, Path.cwd(), kind, ".csv")))
    if wish is None:
        return
    count = await pane.look_up(lambda connection: write_evidence(connection, kind, wish))
    left = f" Left out: {count.left_out}." if count.left_out else ""
    noun = kind.removesuffix("s") if count.written == 1 else kind
    pane.tell(f"{count.written:,} {noun} written to {clean(str(wish.path))}.{left}" if count.written else
              f"There are no {kind} to export, and no file was made.")


def write_evidence(connection: BankConnection, kind: EvidenceKind, wish: ExportWish) -> EvidenceCount:
    """Write them; when there are none no file is made. Raises UserError when the file cannot be made, or came to be there meanwhile."""
    from esc_tui.interchange.evidence_export import EvidenceCount, evidence_lines
    from esc_tui.settings.files import write_lines

    count = EvidenceCount()
    lines = evidence_lines(connection, kind, "csv" if wish.path.suffix.lower() == ".csv" else "jsonl", count)
    if lines is not None:
        write_lines(wish.path, lines, replace=wish.replace)
    return count
