"""Which skill of a proposal is meant, asked when it writes several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esc_tui.tui.panes.evolution.figures import clean

if TYPE_CHECKING:
    from esc_tui.domain.skill import Skill
    from esc_tui.tui.panes.evolution.reading import Proposed
    from esc_tui.tui.panes.part import PanePart

MOST_ASKED = 9


async def chosen_skill(part: PanePart, one: Proposed) -> Skill | None:
    """The skill as proposed; None after Esc."""
    from esc_tui.tui.ask import Answer, AskScreen

    skills = [patch.after for patch in one.row.proposal.patches if patch.after is not None]
    if len(skills) < 2:
        return skills[0] if skills else None
    answers = [Answer("abcdefghi"[place], clean(skill.slug), skill.slug) for place, skill in enumerate(skills[:MOST_ASKED])]
    slug = await part.app.push_screen_wait(AskScreen(f"Which skill of {one.row.name}?", "Each is edited by itself.", answers))
    return next((skill for skill in skills if skill.slug == slug), None)
