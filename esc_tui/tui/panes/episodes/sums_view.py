"""The sums of a run: score, success, failure with intervals, the mean curve, tables by group, and another run or arm compared in pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content

from esc_tui.bank.episode_search import run_curves
from esc_tui.bank.runs import RunRow, list_runs
from esc_tui.domain.errors import UserError
from esc_tui.domain.text import many
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.panes.episodes.base import EpisodesPart
from esc_tui.tui.panes.episodes.figures import arms_of, clean
from esc_tui.tui.panes.episodes.mean_curves import Curves, caption, mean_scene
from esc_tui.tui.panes.episodes.sums_tables import GROUPS, page_of
from widgets.curve import CurvePlot
from widgets.one_line import OneLine, Part
from widgets.page import Page, PageScroll, Typeset
from widgets.toned import ink

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader
    from esc_tui.evaluate.episodes.comparing import Comparison
    from esc_tui.evaluate.episodes.measures import EpisodeMeasures, EpisodeResult
    from esc_tui.evaluate.episodes.sources import Source

WIDEST_PAGE = 110
MOST_ARMS = 4
"""Up to so many supporters of a run are compared each with each other; of more the first with each other one."""
MOST_PAIRS = 9
"""Comparisons of two runs that are made unasked."""
MOST_OFFERED = 50


@dataclass(frozen=True, slots=True)
class Sums:
    """Everything that is shown of a run."""

    run: RunRow
    whole: EpisodeMeasures
    arms: dict[str, EpisodeMeasures]
    groups: dict[str, dict[str, EpisodeMeasures]]
    comparisons: tuple[Comparison, ...]
    curves: Curves
    problem: str = ""


def count_sums(bank: BankReader, run: RunRow, beside: str) -> Sums:
    """Measure a run, its supporters against each other, and against ``beside``: a run, one supporter of it (``12:2``), or nothing.

    Blocking, and loads scipy; for a thread.
    """
    from esc_tui.evaluate.episodes.comparing import compare_arms
    from esc_tui.evaluate.episodes.measures import measure, measure_by
    from esc_tui.evaluate.episodes.sources import of_run

    source = of_run(bank, str(run.number))
    groups = {name: measure_by(source.episodes, name) for name, _ in GROUPS}  # type: ignore[arg-type]
    arms = _by_arm(source)
    comparisons: list[Comparison] = []
    for place in range(len(arms) - 1 if len(arms) <= MOST_ARMS else 1):
        comparisons += compare_arms(one for name in list(arms)[place:] for one in arms[name])
    problem = ""
    if beside:
        try:
            comparisons[:0] = _against(run, source, beside, of_run(bank, beside))
        except UserError as error:
            problem = str(error)
    measured = {name: measure(found) for name, found in arms.items()}
    return Sums(run, measure(source.episodes), measured, groups, tuple(comparisons), run_curves(bank.connection, run.number), problem)


def _by_arm(source: Source) -> dict[str, list[EpisodeResult]]:
    found: dict[str, list[EpisodeResult]] = {name: [] for name in source.arms}
    for one in source.episodes:
        found.setdefault(one.arm, []).append(one)
    return {name: episodes for name, episodes in found.items() if episodes}


def _against(run: RunRow, own: Source, beside: str, other: Source) -> list[Comparison]:
    """Each supporter of the run against each of the other side. Raises UserError when that would be too many at once."""
    from esc_tui.evaluate.episodes.comparing import compare

    arms, theirs = _by_arm(own), _by_arm(other)
    number, colon, _ = beside.partition(":")
    if len(arms) * len(theirs) > MOST_PAIRS:
        raise UserError(f"run {run.number} and run {number} have {len(arms)} and {len(theirs)} supporters", "",
                        "press b and choose one of them")

    def named(which: str, arm: str, alone: bool) -> str:
        return f"run {which}" if alone else f"run {which}, {arm}"

    return [compare(ours, found, (named(str(run.number), arm, len(arms) == 1), named(number, name, len(theirs) == 1 and not colon)),
                    sources=(own, other))
            for arm, ours in arms.items() for name, found in theirs.items() if (number, name) != (str(run.number), arm)]


def offered_sides(bank: BankReader, run: RunRow) -> list[tuple[str, str, str]]:
    """What a run can be compared with: references of newer and older runs and of their supporters, each with its words and a note."""
    found: list[tuple[str, str, str]] = []
    for one in list_runs(bank.connection, MOST_OFFERED):
        arms, when = arms_of(one), clean(one.time[:16].replace("T", " "))
        note = f"{many(one.episodes, 'episode')}, {when}"
        if one.number != run.number:
            found.append((str(one.number), f"run {one.number}, {clean(one.title)}", note))
        if len(arms) > 1:
            share = f"{many(one.episodes // len(arms), 'episode')}, {when}"
            found += [(f"{one.number}:{place}", f"run {one.number}:{place}, {arm} alone", share) for place, arm in enumerate(arms, 1)]
    return found


class SumsPage(Typeset):
    """The tables, set for the width there is."""

    def __init__(self) -> None:
        super().__init__(id="sums-page")
        self.sums: Sums | None = None
        self.said = ""

    def show(self, sums: Sums | None, said: str = "") -> None:
        """Show sums, or a sentence in their place."""
        self.sums, self.said = sums, said
        self.reset()

    def typeset(self, width: int) -> list[Content]:
        """The lines."""
        width = min(width, WIDEST_PAGE)
        if self.sums is None:
            return [ink(self.said, "text")]
        return [line for block in page_of(self.sums, width) for line in block]


class SumsScroll(PageScroll):
    """The tables."""

    JUMP_KEY = "t"
    HELP_TITLE = "Sums"
    HELP_TEXT = (
        "Score: the mean final emotion of the episodes that ended as success, failure, goodbye or turns; those that failed for technical "
        "reasons, were cancelled or met a crisis are counted apart. Behind ± stands half of a 95 % t interval, behind shares a Wilson "
        "interval. A comparison takes the same profile in the same repeat on both sides; it is not decided while its interval holds 0. "
        "The supporters of one run are compared with each other; b chooses another run, or one supporter of a run, to compare with; so "
        "does space in the list of runs. Below four episodes or pairs no interval is told, and * marks an end cut at the scale's.")


class SumsView(EpisodesPart):
    """Mean curve over tables."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("sums.copy", "Copy the sums", "copy", "y", "copy", 1, help="All tables as plain text."),
        Command("sums.against", "Compare with …", "against", "b", "compare", 2,
                help="Another run, or one supporter of a run; the same profiles in pairs."),
        Command("sums.again", "Count again", "again", "a", "count again", 3, help="A run under way moves on while one reads."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    HELP_TITLE = "Sums"
    DEFAULT_CSS = """
    SumsView { width: 1fr; height: 1fr; layout: vertical; padding: 0; }
    SumsView #sums-head { margin: 1 0 1 0; }
    SumsView #sums-plot { height: 11; margin: 0 2 1 2; max-width: 112; }
    SumsView #sums-caption { height: auto; margin: 0 2 1 4; max-width: 110; }
    SumsView SumsScroll { padding: 1 0 0 0; margin: 0 2; border-top: solid $tone-rule; }
    SumsView SumsPage { margin: 0 1 0 0; }
    SumsView SumsScroll:focus { border-top: solid $tone-accent; }
    SumsView.-stacked #sums-head { margin: 0; }
    SumsView.-stacked #sums-plot { height: 7; margin: 0 2 0 2; }
    SumsView.-stacked #sums-caption { margin: 0 2 0 4; }
    SumsView.-stacked SumsScroll { padding: 0; }
    """

    def __init__(self) -> None:
        super().__init__(id="episodes-sums")
        self.head = OneLine(id="sums-head")
        self.plot = CurvePlot(id="sums-plot")
        self.caption = Page(id="sums-caption")
        self.page = SumsPage()
        self.scroll = SumsScroll(self.page, id="sums-scroll")
        self.sums: Sums | None = None
        self._run: RunRow | None = None
        self._beside = ""

    def compose(self) -> ComposeResult:
        """Head, mean curve, tables."""
        yield self.head
        with Vertical():
            yield self.plot
            yield self.caption
            yield self.scroll

    def take_focus(self) -> None:
        """To the tables."""
        self.scroll.focus()

    @property
    def run(self) -> RunRow | None:
        """The run counted."""
        return self._run

    def show_sums(self, run: RunRow, beside: str) -> None:
        """Count a run and show it, compared with another one, with a supporter of one, or with none."""
        self._run, self._beside, self.sums = run, beside, None
        self.plot.display = self.caption.display = False
        self.head.show([Part(f"Run {run.number}", "accent.bold"), Part(clean(run.title), "bright", gap=2)],
                       [Part(clean(run.standing), "dim")])
        self.page.show(None, "Counting …")
        self.reload()

    def reload(self) -> None:
        """Count again."""
        self.work(self._count(), "episodes-sums", exclusive=True)

    async def _count(self) -> None:
        run, beside = self._run, self._beside
        if run is None:
            return
        sums = await self.ask(lambda bank: count_sums(bank, run, beside))
        if self._run is run:
            self.sums = sums
            self.plot.display = bool(sums.curves)
            self.caption.display = len(sums.curves) > 1
            self.plot.show(mean_scene(sums.curves))
            self.caption.show(caption(sums.curves, arms_of(run)))
            self.page.show(sums)
            self.refresh_bindings()

    def action_again(self) -> None:
        """Count again."""
        self.reload()

    def action_against(self) -> None:
        """Choose what to compare with."""
        self.work(self._choose(), "episodes-against", exclusive=True)

    async def _choose(self) -> None:
        from esc_tui.tui.panes.bank.picker import Choice, PickerScreen

        run = self._run
        if run is None:
            return
        offered = await self.ask(lambda bank: offered_sides(bank, run))
        if not offered:
            self.tell("There is no other run and no second supporter to compare with.")
            return
        chosen = await self.app.push_screen_wait(PickerScreen(
            f"Compare run {run.number} with which run or supporter?", [Choice(*one) for one in offered], [self._beside], numbered=True))
        if chosen:
            self.show_sums(run, chosen[0])

    def action_copy(self) -> None:
        """Copy all tables."""
        if self.sums is not None:
            self.app.copy_to_clipboard("\n".join(line.plain.rstrip() for block in page_of(self.sums, WIDEST_PAGE) for line in block))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing to copy before it is counted."""
        return self.sums is not None if action == "copy" else True
