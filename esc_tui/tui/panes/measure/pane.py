"""The Measure pane: the list of stored measurements, and the chosen one as numbers, confusion map and published numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from esc_tui.bank.artefacts import Measurement, list_measurements
from esc_tui.domain.errors import UserError
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.panes.bank.query import BankQueries
from esc_tui.tui.panes.measure.commands import MEASURE_COMMANDS, TABS
from esc_tui.tui.panes.measure.confusion import ConfusionGrid, strategy_blocks
from esc_tui.tui.panes.measure.deeds import MeasureDeeds
from esc_tui.tui.panes.measure.numbers import NumbersPage
from esc_tui.tui.panes.measure.published import published_blocks
from esc_tui.tui.panes.measure.rows import measurement_row
from widgets.grid import Grid
from widgets.one_line import OneLine, Part
from widgets.page import Page, PageScroll
from widgets.toned import ink
from widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual import events


STACKED_BELOW = 100
MOST = 200
"""Measurements in the list; older ones stay in the bank."""
KIND = "responses"
GROUP_NAMES = ("all", "single", "multi")
EMPTY = "Nothing was measured in this bank yet. Press n to measure replies against those of human supporters."
T = TypeVar("T")


class MeasurementList(VirtualList):
    """The list of measurements."""

    HELP_TITLE = "Measurements"
    HELP_TEXT = "Newest first. Enter goes to the numbers; space keeps one to compare the others with."
    JUMP_KEY = "l"


class NumbersScroll(PageScroll):
    """The numbers."""

    DEFAULT_CSS = "NumbersScroll { padding: 0 1 0 0; }"
    HELP_TITLE = "The numbers"
    HELP_TEXT = "Values are brighter than their intervals: ± is half of a 95 % interval over resampled dialogues. All shares in percent."
    JUMP_KEY = "n"


class MeasurePane(MeasureDeeds):
    """Numbers that can be shown."""

    HELP_TITLE = "Measure"
    HELP_TEXT = (
        "How well the planner foresees what human supporters did, and how like theirs the replies are. Each measurement learns from some "
        "dialogues and predicts others, in a view of the bank that never saw them.\n\nPublished numbers stand beside, with what to mind "
        "when comparing. Space keeps a measurement to compare others with; e writes one to a file.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = MEASURE_COMMANDS
    BINDINGS: ClassVar[list[BindingType]] = bindings(MEASURE_COMMANDS)
    DEFAULT_CSS = """
    MeasurePane { layout: vertical; }
    MeasurePane #measure-job { margin: 1 0 0 0; display: none; }
    MeasurePane.-working #measure-job { display: block; }
    MeasurePane #measure-body { height: 1fr; padding: 0 2; margin: 1 0 0 0; }
    MeasurePane #measure-left { width: 2fr; min-width: 40; max-width: 64; border-top: solid $tone-rule; }
    MeasurePane #measure-right { width: 3fr; margin: 0 0 0 2; border-top: solid $tone-rule; }
    MeasurePane #measure-left:focus-within, MeasurePane #measure-right:focus-within { border-top: solid $tone-accent; }
    MeasurePane #measure-tabs { margin: 0 0 1 0; }
    MeasurePane #measure-said { height: 1; margin: 0 0 1 0; }
    MeasurePane .measure-tab { display: none; }
    MeasurePane .measure-tab.-front { display: block; }
    MeasurePane #measure-confusion { height: 1fr; }
    MeasurePane #measure-strategies { margin: 1 0 0 0; }
    MeasurePane.-empty #measure-right { display: none; }
    MeasurePane.-empty #measure-left { width: 1fr; max-width: 100%; }
    MeasurePane.-stacked #measure-body { margin: 0; }
    MeasurePane.-stacked #measure-left { width: 1fr; max-width: 100%; }
    MeasurePane.-stacked #measure-right { display: none; margin: 0; }
    MeasurePane.-stacked.-drawer #measure-left { display: none; }
    MeasurePane.-stacked.-drawer #measure-right { display: block; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows = MeasurementList(id="measure-list", gap=1)
        self.numbers = NumbersPage(id="measure-numbers")
        self.scroll = NumbersScroll(self.numbers, id="measure-scroll", classes="measure-tab -front")
        self.grid = ConfusionGrid(id="measure-grid")
        self.said = OneLine(margin=0, id="measure-said")
        self.strategies = Page(id="measure-strategies-page")
        self.published = Page(id="measure-published-page")
        self.tab_line = OneLine(margin=0, id="measure-tabs")
        self.job_line = OneLine(id="measure-job")
        self.found: dict[int, Measurement] = {}
        self.beside: int | None = None
        self.tab, self.group = TABS[0][0], 0
        self._queries: BankQueries | None = None

    def compose(self) -> ComposeResult:
        """The job that runs, the list, the chosen measurement."""
        yield self.job_line
        with Horizontal(id="measure-body"):
            with Vertical(id="measure-left"):
                yield self.rows
            with Vertical(id="measure-right"):
                yield self.tab_line
                yield self.scroll
                with Vertical(id="measure-confusion", classes="measure-tab"):
                    yield self.said
                    yield self.grid
                    yield PageScroll(self.strategies, id="measure-strategies")
                yield PageScroll(self.published, id="measure-published", classes="measure-tab")

    def on_mount(self) -> None:
        """Read the list."""
        self.set_class(self.app.size.width < STACKED_BELOW, "-stacked")
        self._draw_tabs()
        self._draw_job()
        self.rows.focus()
        self.reload()

    def on_unmount(self) -> None:
        """Close the reading connection."""
        if self._queries is not None:
            self._queries.close()

    def take_focus(self) -> None:
        """To the numbers where they are open, else to the list."""
        (self.content if self.has_class("-drawer") else self.rows).focus()

    def bank_changed(self) -> None:
        """There may be a new measurement."""
        self.reload()

    def on_resize(self, event: events.Resize) -> None:
        """Below 100 columns the numbers become a drawer; the map takes the names there is room for."""
        self.set_class(event.size.width < STACKED_BELOW, "-stacked")
        self.call_after_refresh(self._draw_for_width)

    # Reading

    @property
    def queries(self) -> BankQueries:
        """Reads of the bank."""
        if self._queries is None:
            self._queries = BankQueries(self.workshop.start.bank)
        return self._queries

    def reload(self) -> None:
        """Read the list again; the cursor stays on its measurement."""
        self.work(self._reload(), "measure-read", exclusive=True)

    async def _reload(self) -> None:
        try:
            found = await self.ask(lambda reader: list_measurements(reader.connection, KIND, MOST))
        except UserError as error:
            self.rows.empty = ink(str(error), "caution")
            self.rows.show_rows(0, [])
            raise
        newest = max(self.found, default=0)
        self.found = {one.number: one for one in found}
        self.rows.empty = ink(EMPTY, "text")
        self.set_class(not found, "-empty")
        here = self.rows.highlighted.id if self.rows.highlighted is not None else None
        if newest and found and found[0].number > newest:
            here = str(found[0].number)
        self.rows.show_rows(len(found), [measurement_row(one) for one in found], cursor_id=here)
        self._show()

    @property
    def chosen(self) -> Measurement | None:
        """The measurement under the cursor."""
        row = self.rows.highlighted
        return None if row is None else self.found.get(int(row.id))

    # Showing

    @on(VirtualList.Highlighted, "#measure-list")
    def _highlighted(self, event: VirtualList.Highlighted) -> None:
        event.stop()
        self._show()

    def _show(self) -> None:
        one = self.chosen
        other = self.found.get(self.beside) if self.beside is not None else None
        if one is None:
            self.numbers.show(None)
        elif other is not None and other.number != one.number:
            self.numbers.show(one.result, other.result, (f"#{one.number}", f"#{other.number}"), GROUP_NAMES[self.group])
        else:
            self.numbers.show(one.result)
        self._draw_for_width()
        self._draw_tabs()
        self.refresh_bindings()

    def _draw_for_width(self) -> None:
        """The tabs that take what room there is."""
        one = self.chosen
        room = (self.query_one("#measure-right").size.width or self.size.width - 4) - 1
        self.published.show(() if one is None else published_blocks(one.result, room))
        confusion = {} if one is None else one.result.get("confusion", {})
        self.grid.show_confusion(confusion, room)
        self.strategies.show(strategy_blocks(confusion, room))
        self._say_cell()

    @on(Grid.Moved)
    def _moved(self, event: Grid.Moved) -> None:
        event.stop()
        self._say_cell()

    def _say_cell(self) -> None:
        one = self.chosen
        self.said.show([] if one is None else self.grid.sentence(one.result.get("confusion", {})))

    def _draw_tabs(self) -> None:
        one = self.chosen
        parts = [] if one is None else [
            Part(f"[{title}]" if name == self.tab else f" {title} ", "accent.bold" if name == self.tab else "dim", f"tab:{name}",
                 1 if place else 0) for place, (name, title) in enumerate(TABS)]
        self.tab_line.show(parts, [] if one is None else [Part(f"measurement {one.number}", "dim", drop=1)])

    @on(OneLine.Clicked, "#measure-tabs")
    def _tab_clicked(self, event: OneLine.Clicked) -> None:
        event.stop()
        self.show_tab(event.target.partition(":")[2])

    def show_tab(self, name: str) -> None:
        """Bring a tab to the front; the focus goes along when it was on the one before."""
        inside = self._inside
        self.tab = name
        for tab, widget in (("numbers", self.scroll), ("confusion", self.query_one("#measure-confusion")),
                            ("published", self.query_one("#measure-published"))):
            widget.set_class(tab == name, "-front")
        self._draw_tabs()
        self.call_after_refresh(self._draw_for_width)
        if inside:
            self.content.focus()

    @property
    def content(self) -> Any:
        """What takes the focus of the tab in front."""
        return {"numbers": self.scroll, "confusion": self.grid, "published": self.query_one("#measure-published")}[self.tab]

    @property
    def _inside(self) -> bool:
        """True when the focus is on the right side."""
        focused = self.app.focused
        return focused is not None and focused.is_attached and self.query_one("#measure-right") in focused.ancestors

    # Keys

    @on(VirtualList.Chosen, "#measure-list")
    def _chosen(self, event: VirtualList.Chosen) -> None:
        event.stop()
        if event.row is not None:
            self._to_content()

    def _to_content(self) -> None:
        self.add_class("-drawer")
        self.content.focus()

    def action_tab(self, by: int) -> None:
        """The next tab, or the one before."""
        names = [name for name, _ in TABS]
        self.show_tab(names[(names.index(self.tab) + by) % len(names)])

    def action_drawer(self) -> None:
        """Between the list and the numbers."""
        if self._inside:
            self.action_back()
        else:
            self._to_content()

    def action_back(self) -> None:
        """To the list."""
        self.remove_class("-drawer")
        self.rows.focus()

    def action_compare(self) -> None:
        """Keep the measurement under the cursor to compare others with, or let it go."""
        one = self.chosen
        if one is None:
            return
        self.rows.clear_marks()
        self.beside = None if self.beside == one.number else one.number
        if self.beside is not None:
            self.rows.set_mark(str(one.number), ink("■", "accent"))
            if len(self.found) > 1:
                self.esc_app.tell(f"Others are shown beside #{one.number}. Move to another one; space on #{one.number} takes it away.")
        self._show()

    def action_group(self) -> None:
        """All turns, those with one strategy, those with several."""
        self.group = (self.group + 1) % len(GROUP_NAMES)
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a measurement there is nothing to compare, export or look at."""
        if action in {"compare", "copy", "export", "tab", "drawer"}:
            return True if self.found else None
        if action == "group":
            return True if self.beside is not None and len(self.found) > 1 else None
        if action == "back":
            return self._inside
        return True
