"""Filling the tab that is shown: pages at once, lists and lint after asking the bank in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from esc_tui.tui.panes.bank import cards
from esc_tui.tui.panes.bank.query import SHOWN_UNITS
from esc_tui.tui.panes.bank.rows import unit_row, version_row

if TYPE_CHECKING:
    from esc_tui.domain.skill import Skill
    from esc_tui.tui.panes.bank.detail import SkillDetail
    from esc_tui.tui.panes.bank.query import BankQueries, EvidenceFacts
    from widgets.page import Block

_PAGES: dict[str, Callable[[Skill], list[Block]]] = {
    "Guidance": cards.guidance, "Applies": cards.applies, "Outcomes": cards.outcomes, "Risks": cards.risks}


_SOURCES = {"person": ("from a person", "from people"), "unit": ("from a unit", "from units"),
            "simulation": ("simulated", "simulated")}


def ledger_line(facts: EvidenceFacts, listed: int) -> str:
    """The ledger in words: ``12 from units, 3 from people count, as of snapshot 4 · 2 more from the next one on``."""
    parts = [f"{number:,} {names[number != 1]}" for source, names in _SOURCES.items() if (number := facts.counts.get(source, 0))]
    counted = sum(facts.counts.values())
    count = f"{', '.join(parts)} {'counts' if counted == 1 else 'count'}" if parts else ""
    words = [count + (", " if count else "") + (f"as of snapshot {facts.snapshot}" if facts.snapshot else "no snapshot yet"),
             f"{facts.waiting:,} more from the next one on" if facts.waiting else "",
             f"the first {listed} units are listed" if listed >= SHOWN_UNITS else ""]
    return " · ".join(filter(None, words))


async def fill_tab(detail: SkillDetail, queries: BankQueries, units_shown: set[int]) -> None:
    """Give the shown tab its content; what comes late for another skill or tab is dropped. Units it lists are added to ``units_shown``."""
    skill, tab = detail.skill, detail.tab
    if skill is None:
        return
    if tab in _PAGES:
        detail.show_page(_PAGES[tab](skill))
    elif tab == "Evidence":
        units, facts = await asyncio.to_thread(lambda: (queries.units(skill.slug), queries.evidence_facts(skill.slug)))
        if (detail.skill, detail.tab) == (skill, tab):
            units_shown.update(unit.number for unit in units)
            detail.show_rows([unit_row(unit) for unit in units], "No unit stands for or against this skill yet.",
                             ledger_line(facts, len(units)))
    elif tab == "History":
        notes = await asyncio.to_thread(queries.ask, lambda bank: bank.versions(skill.slug))
        if (detail.skill, detail.tab) == (skill, tab):
            detail.show_rows([version_row(note, note.version == skill.version) for note in notes], "No version yet.")
    else:
        from esc_tui.domain.lint import lint_skill

        detail.show_page(cards.lint_page(lint_skill(skill.content), None))
        found, compared = await asyncio.to_thread(queries.lint, skill)
        if (detail.skill, detail.tab) == (skill, tab):
            detail.show_page(cards.lint_page(found, compared))
