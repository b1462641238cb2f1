"""Reading pairs blind: two talks of one seeker beside each other, which is which hidden, a choice and a reason."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from esc_tui.bank.evolution import readings_of
from esc_tui.domain.errors import UserError
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.evolution.figures import key_parts
from esc_tui.tui.panes.evolution.two_talks import TwoTalks
from widgets.one_line import OneLine, Part
from widgets.page import PageScroll

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.evolution import BlindChoice, VerificationRow
    from esc_tui.evolve.blind import BlindPair, Side
    from esc_tui.tui.panes.bank.query import BankQueries

SIDES = {"left": "The left talk served the seeker better", "right": "The right talk served the seeker better", "same": "They serve alike"}


class BlindScreen(Modal[None]):
    """Shows one pair after the other."""

    DEFAULT_CSS = """
    BlindScreen { background: $background; }
    BlindScreen #blind { width: 100%; height: 100%; padding: 1 2; }
    BlindScreen #blind-note { margin: 0 0 1 0; }
    BlindScreen PageScroll { border-top: solid $tone-accent; padding: 0 1 1 2; }
    BlindScreen #blind-keys { margin: 1 0 0 0; }
    """
    HELP_TITLE = "Reading blind"
    HELP_TEXT = (
        "Each pair is one seeker who talked with the bank as it is and with the bank as proposed. Which talk is which is hidden, and the "
        "sides were drawn for you. Read both and say which served the seeker better, in one line why. The eight pairs that changed most "
        "are among them, and two drawn at random.\n\nThese talks are sealed: they are shown here alone, to you alone.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("evolution.blind.left", "The left one", "choose('left')", "l,left", "left", 1, palette=False, key_display="l  ←"),
        Command("evolution.blind.right", "The right one", "choose('right')", "r,right", "right", 2, palette=False, key_display="r  →"),
        Command("evolution.blind.same", "The same", "choose('same')", "s", "same", 3, palette=False),
        Command("evolution.blind.next", "Next pair", "pair(1)", "n", "next", 4, palette=False),
        Command("evolution.blind.before", "Pair before", "pair(-1)", "p", "before", 5, palette=False),
        Command("evolution.blind.close", "Close", "close", "escape,q", "close", 6, palette=False, help="What was read is kept."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, bank: Bank, queries: BankQueries, verification: VerificationRow, reader: str) -> None:
        super().__init__()
        self.bank, self.queries, self.verification, self.reader = bank, queries, verification, reader
        self.pairs: tuple[BlindPair, ...] = ()
        self.done: dict[int, BlindChoice] = {}
        self.at = 0
        self.talks = TwoTalks(id="blind-talks")

    async def prepare(self) -> bool:
        """Read which pairs there are; False when there are none. Raises UserError before the verdict."""
        from esc_tui.evolve.blind import pairs_to_read

        self.pairs = await asyncio.to_thread(self.queries.ask, lambda bank: pairs_to_read(bank, self.verification, self.reader))
        await self._look()
        self.at = next((place for place in range(len(self.pairs)) if place not in self.done), 0)
        return bool(self.pairs)

    async def _look(self) -> None:
        from esc_tui.evolve.blind import read_already

        readings = await asyncio.to_thread(self.queries.ask, lambda bank: readings_of(bank.connection, self.verification.number))
        self.done = read_already(self.pairs, readings, self.reader)

    def compose(self) -> ComposeResult:
        """Title, talks, keys."""
        with Vertical(id="blind"):
            yield OneLine(margin=0, id="blind-title")
            yield OneLine(margin=0, id="blind-note")
            yield PageScroll(self.talks, id="blind-scroll")
            yield OneLine(margin=0, id="blind-keys")

    async def on_mount(self) -> None:
        """The first pair that was not read."""
        keys = (("l", "left"), ("r", "right"), ("s", "same"), ("n p", "other pairs"), ("esc", "close"))
        self.query_one("#blind-keys", OneLine).show(key_parts(keys))
        self.query_one(PageScroll).focus()
        await self._show()

    async def _show(self) -> None:
        from esc_tui.evolve.blind import read_blind

        pair = self.pairs[self.at]
        left, right = await asyncio.to_thread(self.queries.ask, lambda bank: read_blind(bank, self.verification, self.reader, pair))
        self.talks.show(("left", "right"), left, right, pair.fork)
        self.query_one(PageScroll).scroll_home(animate=False)
        marks = "".join("●" if place == self.at else "✓" if place in self.done else "·" for place in range(len(self.pairs)))
        self.query_one("#blind-title", OneLine).show(
            [Part("Which talk served the seeker better?", "bright.bold")],
            [Part(marks, "accent"), Part(f"pair {self.at + 1} of {len(self.pairs)}", "dim", "", 2)])
        said = {"same": "You said: the same."}.get(self.done.get(self.at, ""), "")
        if self.at in self.done and not said:
            chosen = "left" if (self.done[self.at] == "old") == pair.old_left else "right"
            said = f"You said: {chosen}."
        self.query_one("#blind-note", OneLine).show([Part(said or "Sealed: shown here alone, to you alone.", "dim")])

    def action_choose(self, side: Side) -> None:
        """This one; asks why."""
        self.run_worker(self._choose(side), group="blind-choose", exclusive=True)

    async def _choose(self, side: Side) -> None:
        from esc_tui.evolve.blind import keep_choice
        from esc_tui.tui.panes.bank.reason import ReasonScreen

        reason = await self.app.push_screen_wait(ReasonScreen(f"{SIDES[side]}. Why?", "in one line", done="keep"))
        if reason is None:
            return
        pair = self.pairs[self.at]
        try:
            await asyncio.to_thread(keep_choice, self.bank, self.verification, self.reader, pair, side, reason)
        except UserError as error:
            self.query_one("#blind-note", OneLine).show([Part(f"! {error}", "caution")])
            return
        await self._look()
        left = [place for place in range(len(self.pairs)) if place not in self.done]
        self.at = next((place for place in left if place > self.at), left[0] if left else self.at)
        await self._show()

    def action_pair(self, by: int) -> None:
        """Another pair."""
        self.at = (self.at + by) % len(self.pairs)
        self.run_worker(self._show(), group="blind-show", exclusive=True)

    def action_close(self) -> None:
        """Back."""
        self.dismiss(None)
