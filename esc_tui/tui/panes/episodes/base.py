"""What the views of the Episodes pane share: the pane they stand in, and what each tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esc_tui.tui.panes.part import PanePart

if TYPE_CHECKING:
    from esc_tui.bank.episodes import EpisodeRow
    from esc_tui.bank.runs import RunRow
    from esc_tui.tui.panes.episodes.following import Look
    from esc_tui.tui.panes.episodes.pane import EpisodesPane
    from esc_tui.tui.panes.evidence.reads import EvidenceReads


class EpisodesPart(PanePart):
    """A view of the pane. Whatever is asked of a run is asked of ``run``, whatever of an episode of ``episode``."""

    @property
    def home(self) -> EpisodesPane:
        """The pane this view is in."""
        from esc_tui.tui.panes.episodes.pane import EpisodesPane

        return next(node for node in self.ancestors_with_self if isinstance(node, EpisodesPane))

    @property
    def queries(self) -> EvidenceReads:
        """Reads of the bank."""
        return self.home.queries

    @property
    def run(self) -> RunRow | None:
        """The run meant."""
        return None

    @property
    def episode(self) -> EpisodeRow | None:
        """The episode meant."""
        return None

    def take_focus(self) -> None:
        """Take the focus."""

    def took(self, look: Look) -> None:
        """The run in front has moved on."""

    def reload(self) -> None:
        """Read everything anew."""

    @property
    def can_leave(self) -> bool:
        """True when Esc closes something of the view though there is no view below it."""
        return False

    def leave(self) -> bool:
        """Esc: True when the view itself had something to close."""
        return False

    def beat(self) -> None:
        """Some time has passed and no run is in front."""

    def came(self) -> None:
        """The pane came to the front, with this view."""

    def went(self) -> None:
        """The pane went to the back, with this view."""

    async def gone(self) -> None:
        """The view is about to be left."""
