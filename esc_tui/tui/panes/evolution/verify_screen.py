"""Asking how a proposal is to be verified: how many pairs, what has to be shown, by which measure; with what it can show and costs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, get_args

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from esc_tui.domain.evolution import Claim, PresetName, Primary
from esc_tui.evolve.card import CLAIMS
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.evolution.figures import clean, key_parts, told
from esc_tui.tui.panes.evolution.progress import Forecast, forecast_for
from widgets.one_line import OneLine, Part
from widgets.page import Block, Page
from widgets.toned import ink, inks
from widgets.virtual_list import Cell, ListRow, VirtualList

if TYPE_CHECKING:
    from esc_tui.bank.evolution import ProposalRow

PRESETS: tuple[PresetName, ...] = get_args(PresetName)
USUAL: PresetName = "standard"
MEASURES: dict[Primary, str] = {"mean": "mean emotion over ten turns", "final": "final emotion"}


@dataclass(frozen=True, slots=True)
class VerifyWish:
    """How to verify."""

    preset: PresetName
    claim: Claim
    primary: Primary

    @property
    def arguments(self) -> list[str]:
        """The command line for it."""
        return ["--preset", self.preset, "--claim", self.claim.value, "--primary", self.primary]


class VerifyScreen(Modal[VerifyWish | None]):
    """Gives how to verify, or None after Esc."""

    DEFAULT_CSS = """
    VerifyScreen { align: left bottom; background: $background 40%; &:ansi { background: transparent; } }
    VerifyScreen #verify { height: auto; max-height: 90%; width: 1fr; background: $surface; padding: 1 3; border-top: solid $tone-accent; }
    VerifyScreen #verify-list { height: 5; margin: 1 0; }
    VerifyScreen #verify-forecast { margin: 0 0 1 0; max-width: 110; }
    """
    HELP_TITLE = "Before a verification"
    HELP_TEXT = (
        "Every pair is one sealed seeker who talks with the bank as it is and with the bank as proposed, from the same seed, so that "
        "the two talks are the same up to the first reply that differs. More pairs can show smaller gains. All of it is fixed and stored "
        "before the first episode: claim, measure, looks, seeds.\n\nc changes what has to be shown: better; safer and no worse; no "
        "worse. m changes the measure.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("evolution.verify.take", "Verify", "take", "enter", "verify", 1, palette=False),
        Command("evolution.verify.claim", "What has to be shown", "claim", "c", "claim", 2, palette=False),
        Command("evolution.verify.measure", "The measure", "measure", "m", "measure", 3, palette=False),
        Command("evolution.verify.cancel", "Go back", "cancel", "escape", "back", 4, palette=False, help="Nothing is registered."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, row: ProposalRow) -> None:
        super().__init__()
        self.row = row
        self.claim, self.primary = row.proposal.claim, get_args(Primary)[0]
        self.list = VirtualList(row_height=1, id="verify-list")
        self.page = Page(id="verify-forecast")
        self.ahead: dict[PresetName, Forecast] = {}

    def compose(self) -> ComposeResult:
        """Title, presets, what the chosen one can show, keys."""
        with Vertical(id="verify"):
            yield OneLine(margin=0, id="verify-title")
            yield self.list
            yield self.page
            yield OneLine(margin=0, id="verify-keys")

    async def on_mount(self) -> None:
        """Reckon, then to the list."""
        self.query_one("#verify-title", OneLine).show([Part(f"Verify {self.row.name}", "bright.bold"),
                                                       Part(clean(self.row.proposal.title), "text", "", 2)])
        keys = (("enter", "verify"), ("c", "claim"), ("m", "measure"), ("esc", "go back"))
        self.query_one("#verify-keys", OneLine).show(key_parts(keys))
        self.list.focus()
        await self._reckon()
        self.list.move_to(USUAL)

    async def _reckon(self) -> None:
        self.ahead = {preset: await asyncio.to_thread(forecast_for, self.row, preset, self.primary, self.claim) for preset in PRESETS}
        self.list.show_rows(len(PRESETS), [self._row(preset) for preset in PRESETS],
                            cursor_id=self.list.highlighted.id if self.list.highlighted is not None else USUAL)
        self._say()

    def _row(self, preset: PresetName) -> ListRow:
        ahead = self.ahead[preset]
        return ListRow(preset, ahead, lambda: ((
            Cell(ink(preset, "bright"), 10), Cell(ink(f"{ahead.pairs} pairs", "text"), 10, "right"),
            Cell(ink(f"{ahead.episodes:,} episodes", "dim"), 16, "right"),
            Cell(ink(f"about {ahead.turns:,} turns", "dim"), 20, "right", show_from=66), Cell(ink("", "dim"))),))

    @on(VirtualList.Highlighted)
    def _highlighted(self, event: VirtualList.Highlighted) -> None:
        event.stop()
        self._say()

    def _say(self) -> None:
        row = self.list.highlighted
        ahead = self.ahead.get(row.id) if row is not None else None  # type: ignore[call-overload]
        if ahead is None:
            return
        self.page.show([
            Block(inks(("It must be shown to be ", "dim"), (CLAIMS[self.claim], "bright"), (", by ", "dim"),
                       (MEASURES[self.primary], "bright"), (".", "dim"))),
            Block(ink(told(ahead.claim), "text")),
            Block(ink("One that can be decided earlier stops earlier. Sealed seekers are worn a little by every verdict.", "dim"))])

    @on(VirtualList.Chosen)
    def _chosen(self, event: VirtualList.Chosen) -> None:
        event.stop()
        self.action_take()

    def action_take(self) -> None:
        """Verify so."""
        row = self.list.highlighted
        preset = next((name for name in PRESETS if row is not None and name == row.id), None)
        if preset is not None:
            self.dismiss(VerifyWish(preset, self.claim, self.primary))

    def action_claim(self) -> None:
        """The next claim."""
        claims = list(Claim)
        self.claim = claims[(claims.index(self.claim) + 1) % len(claims)]
        self.run_worker(self._reckon(), group="verify-reckon", exclusive=True)

    def action_measure(self) -> None:
        """The other measure."""
        self.primary = "final" if self.primary == "mean" else "mean"
        self.run_worker(self._reckon(), group="verify-reckon", exclusive=True)

    def action_cancel(self) -> None:
        """Back."""
        self.dismiss(None)
