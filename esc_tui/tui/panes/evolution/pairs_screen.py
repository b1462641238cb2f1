"""The pairs of a verification as a plot; those of the develop shelf open at the turn where their talks part."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from esc_tui.domain.labels import SEALED_SHELVES
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.episodes.following import with_retired
from esc_tui.tui.panes.evolution.figures import clean, key_parts, points
from esc_tui.tui.panes.evolution.progress import confirm_runs, narrowing
from esc_tui.tui.panes.evolution.two_talks import TwoTalks
from widgets.one_line import OneLine, Part
from widgets.page import PageScroll
from widgets.paired_plot import PairedPlot

if TYPE_CHECKING:
    from textual import events

    from esc_tui.bank.evolution import VerificationRow
    from esc_tui.bank.reading import BankReader
    from esc_tui.evolve.blind import SaidTurn
    from esc_tui.evolve.pairing import Pair
    from esc_tui.tui.panes.bank.query import BankQueries


TALL_FROM = 30
"""Lines of the window from which the plot has its full height; under that the talks need the room."""


@dataclass(frozen=True, slots=True)
class Group:
    """Pairs of one kind, the largest difference first. ``open_ones`` are the places of those that may be read."""

    name: str
    pairs: tuple[Pair, ...]
    values: tuple[float, ...]
    mean: float
    interval: tuple[float, float] | None
    open_ones: frozenset[int]


def read_groups(bank: BankReader, row: VerificationRow) -> tuple[Group, ...]:
    """The sealed pairs and those of the develop shelf, as far as there are any. Blocking; for a thread."""
    from esc_tui.evolve.pairing import pairs_of

    groups = []
    screened = [run for name, run in row.runs if name == "screen"]
    for name, runs in (("sealed seekers", confirm_runs(row)), ("develop shelf", screened)):
        found = pairs_of(bank.connection, runs).primary
        if not found:
            continue
        differences = [pair.difference(row.registration.primary) for pair in found]
        steps = narrowing(row, differences) if runs != screened else ()
        ordered = sorted(zip(differences, found, strict=True), key=lambda both: (-both[0], both[1].old.number))
        pairs = tuple(pair for _, pair in ordered)
        shown = with_retired(bank, [pair.old for pair in pairs])
        groups.append(Group(name, pairs, tuple(value for value, _ in ordered), sum(differences) / len(differences),
                            (steps[-1].lower, steps[-1].upper) if steps else None,
                            frozenset(place for place, one in enumerate(shown) if one.shelf not in SEALED_SHELVES)))
    return tuple(groups)


class PairsScreen(Modal[bool]):
    """The plot, the pair under the cursor in a line, and below it its talks where they may be read. Gives True when sealed ones are to
    be read blind."""

    DEFAULT_CSS = """
    PairsScreen { background: $background; }
    PairsScreen #pairs { width: 100%; height: 100%; padding: 1 2; }
    PairsScreen #pairs-title { margin: 0 0 1 0; }
    PairsScreen #pairs-said { margin: 1 0 1 0; }
    PairsScreen PageScroll { border-top: solid $tone-rule; padding: 0 1 0 2; }
    PairsScreen PageScroll:focus { border-top: solid $tone-accent; }
    PairsScreen #pairs-keys { margin: 1 0 0 0; }
    PairsScreen.-low #pairs { padding: 0 2; }
    PairsScreen.-low #pairs-title, PairsScreen.-low #pairs-said, PairsScreen.-low #pairs-keys { margin: 0; }
    """
    HELP_TITLE = "The pairs"
    HELP_TEXT = (
        "A bar for each pair, the largest gain first: how much higher the emotion was with the bank as proposed than with the bank as it "
        "is. Pairs in which no reply differed have no bar; they count as 0. ┄ is the mean, the dotted band the interval.\n\n← and → move "
        "between pairs, o changes between sealed seekers and the develop shelf. Talks of the develop shelf stand below, from where they "
        "part; sealed talks are read only blind (b).")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("evolution.pairs.right", "Next pair", "pair(1)", "right,l", "next", 1, palette=False, key_display="→  l"),
        Command("evolution.pairs.left", "Pair before", "pair(-1)", "left,h", "before", 2, palette=False, key_display="←  h"),
        Command("evolution.pairs.other", "Sealed seekers or develop shelf", "other", "o", "other pairs", 3, palette=False),
        Command("evolution.pairs.blind", "Read sealed pairs blind", "blind", "b", "read blind", 4, palette=False,
                help="Ten of them side by side, in an order that is drawn."),
        Command("evolution.pairs.close", "Close", "close", "escape,q,w", "close", 5, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, queries: BankQueries, verification: VerificationRow) -> None:
        super().__init__()
        self.queries, self.verification = queries, verification
        self.groups: tuple[Group, ...] = ()
        self.front, self.at = 0, 0
        self.plot = PairedPlot(id="pairs-plot")
        self.talks = TwoTalks(id="pairs-talks")

    async def prepare(self) -> bool:
        """Read the pairs; False when there are none."""
        self.groups = await asyncio.to_thread(self.queries.ask, lambda bank: read_groups(bank, self.verification))
        return bool(self.groups)

    def compose(self) -> ComposeResult:
        """Title, plot, the pair, its talks, keys."""
        with Vertical(id="pairs"):
            yield OneLine(margin=0, id="pairs-title")
            yield self.plot
            yield OneLine(margin=0, id="pairs-said")
            yield PageScroll(self.talks, id="pairs-scroll")
            yield OneLine(margin=0, id="pairs-keys")

    async def on_mount(self) -> None:
        """The largest difference."""
        self.query_one(PageScroll).focus()
        await self._show()

    def on_resize(self, event: events.Resize) -> None:
        """The plot takes what the talks leave it."""
        self._fit(event.size.height)

    def _fit(self, height: int) -> None:
        low = height < TALL_FROM
        self.set_class(low, "-low")
        self.plot.set_rows((5 if low else min(17, height // 3)) if self.at in self.group.open_ones else max(7, min(31, height - 10)))

    @property
    def group(self) -> Group:
        """The pairs in front."""
        return self.groups[self.front]

    async def _show(self) -> None:
        group, measure = self.group, self.verification.registration.primary
        self.plot.show(group.values, group.mean, group.interval, self.at)
        spread = [] if group.interval is None else [
            Part("· interval", "dim", "", 2, 1), Part(f"{points(group.interval[0])} to {points(group.interval[1])}", "text", "", 1, 1)]
        self.query_one("#pairs-title", OneLine).show(
            [Part(f"V-{self.verification.number}", "accent.bold"), Part(group.name, "bright.bold", "", 2),
             Part(f"{len(group.pairs)} pairs, {sum(pair.fired for pair in group.pairs)} differ", "dim", "", 2, 3)],
            [Part("┄ average", "dim"), Part(points(group.mean), "bright", "", 1), *spread,
             Part(f"points of {measure} emotion", "dim", "", 1, 2)])
        pair, value = group.pairs[self.at], group.values[self.at]
        readable = self.at in group.open_ones
        who = clean(pair.old.name) if readable else "a sealed seeker"
        how = f"they part at turn {pair.fork}" if pair.fork is not None else "no reply differs"
        glyph, tone = ("▲", "helped") if value > 0 else ("▼", "harmed") if value < 0 else ("=", "neutral")
        self.query_one("#pairs-said", OneLine).show(
            [Part(f"pair {self.at + 1}", "dim"), Part(glyph, tone, "", 2), Part(points(value), "bright", "", 1), Part(who, "text", "", 2),
             Part(how, "dim", "", 2, 1)], [] if readable else [Part("sealed: read only blind", "dim", drop=2)])
        keys = [("← →", "other pair"), *([("o", self.groups[1 - self.front].name)] if len(self.groups) > 1 else []),
                *([("b", "read blind")] if self._blindly else []), ("esc", "close")]
        self.query_one("#pairs-keys", OneLine).show(key_parts(keys))
        self.query_one(PageScroll).display = readable
        self._fit(self.app.size.height)
        if readable:
            old, new = await asyncio.to_thread(self.queries.ask, lambda bank: _talks(bank, pair))
            self.talks.show(("the bank as it is", "the bank as proposed"), old, new, pair.fork)
            self.call_after_refresh(self._to_the_fork)

    def _to_the_fork(self) -> None:
        """The turn at which they part comes to the top."""
        scroll = self.query_one(PageScroll)
        scroll.scroll_to(y=self.talks.fork_line(self.talks.size.width), animate=False)

    @property
    def _blindly(self) -> bool:
        """True when there are sealed pairs in front, of a verification with its verdict."""
        return self.verification.verdict is not None and not self.group.open_ones

    def action_pair(self, by: int) -> None:
        """Another pair."""
        self.at = max(0, min(len(self.group.pairs) - 1, self.at + by))
        self.run_worker(self._show(), group="pairs-show", exclusive=True)

    def action_other(self) -> None:
        """The other kind of pairs."""
        self.front, self.at = (self.front + 1) % len(self.groups), 0
        self.refresh_bindings()
        self.run_worker(self._show(), group="pairs-show", exclusive=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what may be read blind is."""
        return self._blindly if action == "blind" else True

    def action_blind(self) -> None:
        """On to reading them blind."""
        self.dismiss(True)

    def action_close(self) -> None:
        """Back."""
        self.dismiss(False)


def _talks(bank: BankReader, pair: Pair) -> tuple[list[SaidTurn], list[SaidTurn]]:
    from esc_tui.evolve.blind import said_in

    return said_in(bank, pair.old.conversation), said_in(bank, pair.new.conversation)
