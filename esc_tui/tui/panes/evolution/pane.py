"""The Evolution pane: findings, proposals and verifications on the left, what is chosen in full on the right."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from esc_tui.domain.errors import UserError
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.messages import EpisodeRequested, TalkRequested
from esc_tui.tui.panes.bank.query import BankQueries
from esc_tui.tui.panes.evolution.commands import EVOLUTION_COMMANDS, TABS
from esc_tui.tui.panes.evolution.deeds import EvolutionDeeds
from esc_tui.tui.panes.evolution.detail import DetailPage
from esc_tui.tui.panes.evolution.filter_line import FilterField
from esc_tui.tui.panes.evolution.head import ledger_parts, revision_parts, way_parts
from esc_tui.tui.panes.evolution.parts import DetailScroll, EvolutionList
from esc_tui.tui.panes.evolution.reading import Overview, Proposed, Tried, read_overview
from esc_tui.tui.panes.evolution.where import TurnList
from widgets.diff import DiffView
from widgets.one_line import OneLine, Part
from widgets.toned import ink
from widgets.virtual_list import ListRow, VirtualList

if TYPE_CHECKING:
    from textual import events
    from textual.timer import Timer

    from esc_tui.bank.evolution import FindingRow
    from esc_tui.domain.evolution import ShownTurn
    from esc_tui.settings.model import Settings
    from esc_tui.tui.jobs import Job

STACKED_BELOW = 100
LOOK_SECONDS = 1.0
COPIED_WIDTH = 100


class EvolutionPane(EvolutionDeeds):
    """From a run to a decision."""

    HELP_TITLE = "Evolution"
    HELP_TEXT = (
        "The bank improves by simulation and you decide. n plays a round: seekers of the develop shelf talk with the bank as it is, what "
        "they show becomes findings, findings become proposals, and proposals are verified on sealed seekers nobody has read. A verdict "
        "accepts, rejects, or says that there is not enough evidence; safety is a gate of its own.\n\n"
        "a puts a proposal into force, on watch; p makes it active; x keeps it as rejected with your reason; R goes back to any revision. "
        "Nothing is lost by any of it. Each confirmation spends some of the trust in the next: the ledger counts what to expect of chance.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = EVOLUTION_COMMANDS
    BINDINGS: ClassVar[list[BindingType]] = bindings(EVOLUTION_COMMANDS)
    DEFAULT_CSS = """
    EvolutionPane { layout: vertical; }
    EvolutionPane #evolution-way { margin: 1 0 0 0; }
    EvolutionPane #evolution-revisions { display: none; }
    EvolutionPane.-stacked.-chain #evolution-revisions { display: block; }
    EvolutionPane #evolution-ledger { margin: 0 0 1 0; }
    EvolutionPane #evolution-job { display: none; margin: 0 0 1 0; }
    EvolutionPane.-working #evolution-job { display: block; }
    EvolutionPane #evolution-filter { height: 1; padding: 0 2; margin: 0 0 1 0; }
    EvolutionPane #evolution-prompt { width: 2; }
    EvolutionPane #evolution-count { width: 40; }
    EvolutionPane #evolution-body { height: 1fr; padding: 0 2; }
    EvolutionPane #evolution-left { width: 2fr; min-width: 44; max-width: 74; border-top: solid $tone-rule; }
    EvolutionPane #evolution-right { width: 3fr; margin: 0 0 0 2; }
    EvolutionPane #evolution-detail { border-top: solid $tone-rule; height: 1fr; padding: 0 1 0 1; }
    EvolutionPane #evolution-page { padding: 0 1 0 0; }
    EvolutionPane #evolution-diff { height: auto; margin: 1 0 0 0; padding: 0 1 0 0; }
    EvolutionPane #evolution-where { border-top: solid $tone-rule; height: auto; max-height: 7; display: none; }
    EvolutionPane.-turns #evolution-where { display: block; margin: 1 0 0 0; }
    EvolutionPane #evolution-where { border-title-color: $tone-dim; border-title-background: $background; }
    EvolutionPane #evolution-where:focus { border-title-color: $tone-accent; }
    EvolutionPane #evolution-left:focus-within, EvolutionPane #evolution-detail:focus, EvolutionPane #evolution-where:focus {
        border-top: solid $tone-accent; }
    EvolutionPane.-empty #evolution-right { display: none; }
    EvolutionPane.-empty #evolution-left { width: 1fr; max-width: 100%; }
    EvolutionPane.-stacked #evolution-count { width: 28; }
    EvolutionPane.-stacked #evolution-left { width: 1fr; max-width: 100%; min-width: 20; }
    EvolutionPane.-stacked #evolution-right { display: none; margin: 0; }
    EvolutionPane.-stacked.-drawer #evolution-left { display: none; }
    EvolutionPane.-stacked.-drawer #evolution-right { display: block; width: 1fr; }
    EvolutionPane.-stacked.-low #evolution-ledger { margin: 0; }
    EvolutionPane.-stacked.-low #evolution-filter { margin: 0; }
    EvolutionPane.-stacked.-low.-drawer #evolution-filter, EvolutionPane.-stacked.-low.-drawer #evolution-revisions { display: none; }
    EvolutionPane.-low #evolution-where { max-height: 4; margin: 0; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows = EvolutionList(id="evolution-list", gap=1)
        self.page = DetailPage(id="evolution-page")
        self.diff = DiffView(id="evolution-diff")
        self.diff.display = False
        self.where = TurnList(row_height=1, id="evolution-where")
        self.where.border_title = " where it shows "
        self.scroll = DetailScroll(self.page, self.diff, id="evolution-detail")
        self.all = Overview()
        self.tab = "proposals"
        self.read = False
        self._queries: BankQueries | None = None
        self._settings: Settings | None = None
        self._timer: Timer | None = None
        self._written: object = None
        self._looking = False
        self._cursors: dict[str, str] = {}
        self._listed = self.tab

    def compose(self) -> ComposeResult:
        """The way, the ledger, the job that runs, the filter, the list and the right side."""
        yield OneLine(id="evolution-way")
        yield OneLine(id="evolution-revisions")
        yield OneLine(id="evolution-ledger")
        yield OneLine(id="evolution-job")
        with Horizontal(id="evolution-filter"):
            yield OneLine(margin=0, id="evolution-prompt")
            yield FilterField(placeholder="filter: words, kind:add, standing:open", id="evolution-field", compact=True)
            yield OneLine(margin=0, id="evolution-count")
        with Horizontal(id="evolution-body"):
            with Vertical(id="evolution-left"):
                yield self.rows
            with Vertical(id="evolution-right"):
                yield self.scroll
                yield self.where

    def on_mount(self) -> None:
        """Read everything."""
        self._fit()
        self.query_one("#evolution-prompt", OneLine).show([Part("/", "accent")])
        self.query_one(FilterField).cursor_blink = False
        self._timer = self.set_interval(LOOK_SECONDS, self._beat, pause=True)
        self.draw_job()
        self.rows.focus()
        self.reload()

    def on_unmount(self) -> None:
        """Close the reading connection."""
        if self._queries is not None:
            self._queries.close()

    def shown(self) -> None:
        """Take the focus, follow again."""
        focused = self.app.focused
        if focused is None or not focused.is_attached or self not in focused.ancestors:
            (self.scroll if self.has_class("-drawer") else self.rows).focus()
        if self._timer is not None:
            self._timer.resume()

    def hidden(self) -> None:
        """Nothing is followed while nobody looks."""
        if self._timer is not None:
            self._timer.pause()

    def on_resize(self, event: events.Resize) -> None:
        """Below 100 columns the right side becomes a drawer."""
        self._fit()
        self._draw_head()

    def _fit(self) -> None:
        self.set_class(self.app.size.width < STACKED_BELOW, "-stacked")
        self.set_class(self.app.size.height < 30, "-low")

    def bank_changed(self) -> None:
        """A revision came."""
        self.reload()

    def settings_changed(self, name: str) -> None:
        """Verdicts may be stale by it."""
        self._settings = None
        self.reload()

    def job_progressed(self, job: Job) -> None:
        """Draw the bar."""
        self.draw_job()

    def job_ended(self, job: Job) -> None:
        """Take the bar away and look."""
        super().job_ended(job)
        self.reload()

    # Reading

    @property
    def queries(self) -> BankQueries:
        """Reads of the bank."""
        if self._queries is None:
            self._queries = BankQueries(self.workshop.start.bank)
        return self._queries

    def _beat(self) -> None:
        if not self._looking:
            self._looking = True
            self.run_worker(self._look(), group="evolution-look", exit_on_error=False)

    async def _look(self) -> None:
        """Read anew when anybody, of whatever process, has written into the bank."""
        try:
            written = await self.ask(lambda bank: bank.connection.value("PRAGMA data_version"))
            if written != self._written or self.all.running is not None:
                self._written = written
                await self._reload()
        except UserError:  # the bank is busy or gone: the next look tells
            return
        finally:
            self._looking = False

    def reload(self) -> None:
        """Read everything again; the cursor stays where it was."""
        self.work(self._reload(), "evolution-read", exclusive=True)

    async def _reload(self) -> None:
        if self._settings is None:
            self._settings = await asyncio.to_thread(self.workshop.settings)
        settings = self._settings
        try:
            found = await self.ask(lambda bank: read_overview(bank, settings))
        except UserError as error:
            self.rows.empty = ink(str(error), "caution")
            self.rows.show_rows(0, [])
            raise
        self.all, self.read = found, True
        self._draw_head()
        self.fill()
        await self._tell_detail()

    # Showing

    def _draw_head(self) -> None:
        way, chain = way_parts(self.all, self.tab), revision_parts(self.all)
        self.set_class(bool(chain), "-chain")
        self.query_one("#evolution-way", OneLine).show(way, [] if self.has_class("-stacked") else chain)
        self.query_one("#evolution-revisions", OneLine).show(chain)
        self.query_one("#evolution-ledger", OneLine).show(ledger_parts(self.all))

    def fill(self) -> None:
        """The list, as the filter wants it."""
        from esc_tui.tui.panes.evolution.listing import rows_of

        before = self.rows.highlighted
        if before is not None and self.rows.count:
            self._cursors[self._listed] = before.id
        found = rows_of(self.all, self.tab, self.query_one(FilterField).wanted)
        here = self._cursors.get(self.tab)
        if here is None and self._listed != self.tab and found.rows:
            here = found.rows[0].id
        self._listed = self.tab
        self.rows.empty = ink(found.empty, "text")
        self.set_class(not found.of, "-empty")
        self.rows.show_rows(len(found.rows), found.rows, cursor_id=here)
        many = f"{len(found.rows):,} of {found.of:,} {found.noun}" if len(found.rows) != found.of else f"{found.of:,} {found.noun}"
        self.query_one("#evolution-count", OneLine).show([], [Part(many if found.of else "", "dim")])
        self.refresh_bindings()

    @property
    def proposed(self) -> Proposed | None:
        """The proposal meant: under the cursor, or that of the verification under it."""
        row = self.rows.highlighted
        if row is None or self.tab == "findings":
            return None
        if self.tab == "ledger":
            tried = self.tried
            return None if tried is None else self.all.proposal(tried.row.proposal)
        return self.all.proposal(int(row.id))

    @property
    def tried(self) -> Tried | None:
        """The verification meant: under the cursor, or the newest of the proposal under it."""
        row = self.rows.highlighted
        if row is None or self.tab == "findings":
            return None
        if self.tab == "ledger":
            return next((one for one in self.all.tried if one.row.number == int(row.id)), None)
        one = self.all.proposal(int(row.id))
        return one.tried[0] if one is not None and one.tried else None

    @property
    def finding(self) -> FindingRow | None:
        """The finding under the cursor."""
        row = self.rows.highlighted
        if row is None or self.tab != "findings":
            return None
        return next((one for one in self.all.findings if one.number == int(row.id)), None)

    @on(VirtualList.Highlighted, "#evolution-list")
    def _highlighted(self, event: VirtualList.Highlighted) -> None:
        event.stop()
        if event.row is not None:
            self._cursors[self._listed] = event.row.id
            self.scroll.scroll_home(animate=False)
        self.work(self._tell_detail(), "evolution-detail", exclusive=True)
        self.refresh_bindings()

    async def _tell_detail(self) -> None:
        from esc_tui.tui.panes.evolution.showing import show_detail

        await show_detail(self)

    def show_turns(self, turns: list[ShownTurn]) -> None:
        """The turns that are opened with Enter."""
        self.set_class(bool(turns), "-turns")
        self.where.show_turns(turns)

    @on(VirtualList.Chosen, "#evolution-where")
    def _turn_chosen(self, event: VirtualList.Chosen) -> None:
        event.stop()
        turn: Any = event.row.source if isinstance(event.row, ListRow) else None
        if turn is not None:
            reference = f"{turn.run}/{turn.episode}" if turn.run is not None and turn.episode is not None else ""
            self.post_message(EpisodeRequested(reference, turn.turn) if reference else TalkRequested(turn.conversation, turn.turn))

    # Keys

    @on(VirtualList.Chosen, "#evolution-list")
    def _chosen(self, event: VirtualList.Chosen) -> None:
        event.stop()
        if event.row is not None:
            self.add_class("-drawer")
            self.scroll.focus()

    @on(OneLine.Clicked)
    def _clicked(self, event: OneLine.Clicked) -> None:
        event.stop()
        if event.target in TABS:
            self.show_tab(event.target)
        elif event.target == "revisions":
            self.action_roll_back()

    def show_tab(self, name: str) -> None:
        """Bring a list to the front."""
        self.tab = name
        self.remove_class("-drawer")
        self._draw_head()
        self.fill()
        self.rows.focus()
        self.work(self._tell_detail(), "evolution-detail", exclusive=True)

    def action_tab(self, by: int) -> None:
        """The next list, or the one before."""
        self.show_tab(TABS[(TABS.index(self.tab) + by) % len(TABS)])

    def action_filter(self) -> None:
        """To the filter."""
        self.query_one(FilterField).focus()

    @on(FilterField.Left)
    def _left(self, event: FilterField.Left) -> None:
        event.stop()
        self.query_one("#evolution-list").focus()

    @on(Input.Changed, "#evolution-field")
    def _filtered(self, event: Input.Changed) -> None:
        event.stop()
        field = self.query_one(FilterField)
        if field.take(event.value):
            self.fill()
        else:
            self.query_one("#evolution-count", OneLine).show([], [Part(field.objection, "caution")])

    def action_back(self) -> None:
        """To the list."""
        self.remove_class("-drawer")
        self.rows.focus()

    def action_copy(self) -> None:
        """Copy the right side."""
        text = "\n".join(line.plain.rstrip() for line in self.page.typeset(COPIED_WIDTH)).strip()
        self.page.reset()
        if text:
            self.esc_app.copy_to_clipboard(text + "\n", "Copied what stands on the right.")

    @property
    def inside(self) -> bool:
        """True when the focus is on the right side."""
        focused = self.app.focused
        return focused is not None and focused.is_attached and self.query_one("#evolution-right") in focused.ancestors
