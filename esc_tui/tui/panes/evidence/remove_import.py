"""Taking one import out of the bank again: which source, what goes, and the yes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from esc_tui.bank.imports import Source, list_sources, plan_removal, remove_source, told
from esc_tui.domain.base import now_iso
from esc_tui.tui.ask import Answer, AskScreen
from esc_tui.tui.messages import BankChanged
from esc_tui.tui.panes.bank.picker import Choice, PickerScreen
from esc_tui.tui.panes.evidence.look import clean

if TYPE_CHECKING:
    from esc_tui.tui.panes.part import PanePart


async def remove_import(part: PanePart) -> None:
    """Ask for a source, say what goes, remove it. Runs in a worker; raises what the bank raises."""
    bank = await part.writable()
    if bank is None:
        return
    sources = await part.ask(lambda reader: list_sources(reader.connection))
    if not sources:
        part.tell("Nothing was imported yet. Press i to import dialogues.")
        return
    picked = await part.app.push_screen_wait(PickerScreen(
        "Remove which import?", [Choice(one.name, clean(one.name), _note(one)) for one in sources]))
    if not picked:
        return
    source = picked[0]
    plan = await part.ask(lambda reader: plan_removal(reader.connection, source))
    whole = await part.ask(lambda reader: plan_removal(reader.connection, source, with_labels=True))
    answers = [Answer("r", "remove", "some") if plan.dialogues else Answer("k", "keep all", "keep")]
    if plan.kept:
        answers.append(Answer("w", "remove those with labels of people too", "all"))
    answer = await part.app.push_screen_wait(AskScreen(
        f"Remove '{clean(source)}' from the bank? This cannot be undone.",
        clean(told(plan, done=False) + (f" With them: {told(whole, done=False)}" if plan.kept else "")), answers))
    if answer not in {"some", "all"}:
        return
    done = await asyncio.to_thread(remove_source, bank.writing, source, now_iso(), with_labels=answer == "all")
    part.tell(clean(told(done, done=True)))
    part.post_message(BankChanged())


def _note(source: Source) -> str:
    """``1,301 dialogues, 3 with labels of people``."""
    said = f"{source.dialogues:,} dialogue{'' if source.dialogues == 1 else 's'}"
    return said + (f", {source.with_labels:,} with labels of people" if source.with_labels else "")
