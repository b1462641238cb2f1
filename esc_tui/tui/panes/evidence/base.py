"""What the views of the Evidence pane share: the pane they stand in, what each tells it, and its reads of the bank."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from esc_tui.tui.panes.part import PanePart
from widgets.one_line import Part

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.tui.panes.evidence.pane import EvidencePane
    from esc_tui.tui.panes.evidence.reads import EvidenceReads

T = TypeVar("T")


class EvidencePart(PanePart):
    """A view of the pane, a part of one, or the pane itself."""

    # What the pane asks of a view

    def reload(self) -> None:
        """Read the bank again."""

    def shown_again(self) -> None:
        """Come into sight again, with nothing known to have changed."""

    def job_moved(self) -> None:
        """A job of the pane has begun, gone on or ended."""

    def take_focus(self) -> None:
        """Give the focus to what is to be used first."""

    @property
    def facts(self) -> list[Part]:
        """What the line of tabs says beside them; where there is no room for all, ``drop`` is held against the tabs' (20 and more)."""
        return []

    # What all share

    @property
    def home(self) -> EvidencePane:
        """The pane this part is in."""
        from esc_tui.tui.panes.evidence.pane import EvidencePane

        return next(node for node in self.ancestors_with_self if isinstance(node, EvidencePane))

    @property
    def queries(self) -> EvidenceReads:
        """Reads of the bank."""
        return self.home.queries

    async def look_up(self, question: Callable[[BankConnection], T]) -> T:
        """Put a question to the bank's tables in a thread. Raises what the bank raises."""
        return await self.ask(lambda reader: question(reader.connection))
