"""Drafts that the bank kept unsaved: asked about when a form opens, and kept again while one writes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Literal

from esc_tui.tui.panes.bank.draft import from_stored
from esc_tui.tui.panes.bank.rows import moment

if TYPE_CHECKING:
    from textual.app import App

    from esc_tui.bank.bank import Bank
    from esc_tui.domain.skill import Skill
    from esc_tui.tui.panes.bank.draft import SkillDraft

KEEP_AFTER = 0.1
"""Seconds after the last key until the draft is written to the bank."""


async def kept_draft(app: App[Any], bank: Bank, key: str, skill: Skill | None) -> SkillDraft | Literal[False] | None:
    """The draft the person wants to go on with, None to begin anew (what was kept is thrown away then), False to do neither."""
    from esc_tui.tui.ask import Answer, AskScreen

    kept = await asyncio.to_thread(bank.draft, key)
    if kept is None:
        return None
    details = f"It was written until {moment(kept.time)} UTC"
    if skill is not None and kept.base_version is not None:
        details += f" on version {kept.base_version}."
        if kept.base_version != skill.version:
            details += f" The skill has changed since; it is at version {skill.version}."
    else:
        details += "."
    name = str(kept.content.get("name") or "a new skill")
    answer = await app.push_screen_wait(AskScreen(
        f"There are unsaved changes of {name}." if skill is not None else f"There is an unsaved skill: {name}.", details,
        [Answer("g", "go on with it", "go"), Answer("t", "throw it away and begin anew", "throw")]))
    if answer == "throw":  # no key brings it back, so one key alone does not throw it away
        answer = await app.push_screen_wait(AskScreen(
            f"Throw away what was written of {name}?", "Nothing brings it back.",
            [Answer("g", "no, go on with it", "go"), Answer("y", "yes, throw it away", "throw")]))
    if answer == "go":
        return from_stored(kept.key, kept.slug, kept.content, kept.base_revision, kept.base_version)
    if answer == "throw":
        await asyncio.to_thread(bank.discard_draft, key)
        return None
    return False


def keep(bank: Bank, draft: SkillDraft) -> None:
    """Write a draft into the bank. Blocking."""
    bank.save_draft(draft.key, draft.stored(), base_revision=draft.base_revision, base_version=draft.base_version,
                    slug=None if draft.proposed else draft.slug)
