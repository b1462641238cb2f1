"""What the parts of the Bank pane share: its list, the skill under the cursor, and who is named in the history."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from esc_tui.tui.panes.part import PanePart

if TYPE_CHECKING:
    from esc_tui.tui.panes.bank.detail import SkillDetail
    from esc_tui.tui.panes.bank.form import SkillForm
    from widgets.virtual_list import VirtualList


class BankPart(PanePart):
    """Mixed into the pane by each of its parts."""

    rows: VirtualList
    detail: SkillDetail
    editor: SkillForm | None = None

    def reload(self, first: bool = False) -> None:
        """Read the list again."""
        raise NotImplementedError

    def take_focus(self) -> None:
        """Give the focus to what has the keys now."""
        raise NotImplementedError

    def hold(self, slug: str) -> None:
        """Keep a skill in the list, whatever the filter."""
        raise NotImplementedError

    def show_skill(self, slug: str) -> None:
        """Select a skill."""
        raise NotImplementedError

    async def author(self) -> str:
        """Who is named in the history."""
        return await asyncio.to_thread(self.workshop.author)

    @property
    def chosen_slug(self) -> str | None:
        """The skill under the cursor."""
        row = self.rows.highlighted
        return row.id if row is not None else None
