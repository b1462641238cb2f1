"""The base of the six panes: what the app asks of a pane, and the list of those that exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from esc_tui.tui.commands import Command

if TYPE_CHECKING:
    from esc_tui.tui.jobs import Job


@dataclass(frozen=True, slots=True)
class PaneEntry:
    """Where a pane's class lives; it is imported when the pane is first shown. ``digit`` is its key."""

    id: str
    digit: int
    title: str
    summary: str
    module: str
    class_name: str


PANES: tuple[PaneEntry, ...] = (
    PaneEntry("bank", 1, "Bank", "browse and edit skills", "esc_tui.tui.panes.bank.pane", "BankPane"),
    PaneEntry("chat", 2, "Chat", "talk with the supporter", "esc_tui.tui.panes.chat.pane", "ChatPane"),
    PaneEntry("episodes", 3, "Episodes", "watch simulated seekers", "esc_tui.tui.panes.episodes.pane", "EpisodesPane"),
    PaneEntry("evidence", 5, "Evidence", "dialogues and Intervention Units", "esc_tui.tui.panes.evidence.pane", "EvidencePane"),
    PaneEntry("measure", 6, "Measure", "numbers that can be shown", "esc_tui.tui.panes.measure.pane", "MeasurePane"),
)


def entry(identifier: str) -> PaneEntry:
    """The pane with this id; Chat when there is none."""
    return next((pane for pane in PANES if pane.id == identifier), next(pane for pane in PANES if pane.id == "chat"))


class Pane(Widget):
    """One pane. It fills the space between header and footer and is mounted when first shown, then kept.

    A subclass declares ``OWN_COMMANDS`` and ``BINDINGS = bindings(OWN_COMMANDS)``, ``HELP_TITLE`` and ``HELP_TEXT`` (plain
    sentences, blank lines between paragraphs), and overrides what it needs of the methods below. Any widget inside may
    carry ``HELP_TITLE`` / ``HELP_TEXT`` of its own and ``JUMP_KEY`` (one letter) for jump mode.
    """

    DEFAULT_CSS = """
    Pane { width: 1fr; height: 1fr; background: $background; }
    """
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = ()
    HELP_TITLE: ClassVar[str] = ""
    HELP_TEXT: ClassVar[str] = ""

    @property
    def in_front(self) -> bool:
        """Whether this is the pane that is shown."""
        return getattr(self.app, "pane", self) is self

    def take_focus(self) -> None:
        """Give the focus to what has the keys now; it must be in sight. Called when the pane comes to the front, and when the
        focus was lost."""

    def shown(self) -> None:
        """Called each time the pane comes to the front; look again at what may have changed."""

    def hidden(self) -> None:
        """Called when another pane comes to the front; stop timers and hold refreshes until shown."""

    def bank_changed(self) -> None:
        """The bank has a new revision (made here or elsewhere)."""

    def settings_changed(self, name: str) -> None:
        """A setting was saved in the settings screen."""

    def job_progressed(self, job: Job) -> None:
        """A job began or got further."""

    def job_ended(self, job: Job) -> None:
        """A job is over; the app has said its sentence."""

    async def may_leave(self) -> bool:
        """Asked before the program ends: False keeps it open, e.g. after the person chose to go on editing."""
        return True
