"""The sums of a run: score, success, failure with intervals, the mean curve, tables by group, and another run or arm compared in pairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content

from esc_tui.bank.episode_search import run_curves
from esc_tui.bank.runs import RunRow, list_runs
from esc_tui.domain.errors import UserError
from esc_tui.domain.interval_text import CUT, DIFFERENCES, EMOTIONS, FEWEST, UPWARDS, Bounds, interval_text, is_cut
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.panes.episodes.base import EpisodesPart
from esc_tui.tui.panes.episodes.figures import FEW, STATES, WIDEST, arms_of, clean, words
from esc_tui.tui.panes.episodes.talk_blocks import mean_scene
from widgets.curve import CurvePlot
from widgets.one_line import OneLine, Part
from widgets.page import Block, PageScroll, Typeset, set_block
from widgets.toned import ink, inks
from widgets.virtual_list import Cell, lay_out

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader
    from esc_tui.evaluate.episodes.comparing import Comparison
    from esc_tui.evaluate.episodes.measures import EpisodeMeasures, EpisodeResult, Mean, Share
    from esc_tui.evaluate.episodes.sources import Source

GROUPS = (("character", "Character"), ("need", "Hidden need"), ("scenario", "Scenario"), ("skill", "Skill"))
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
    curves: list[tuple[int, ...]]
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
            comparisons[:0] = _against(run, arms, beside, of_run(bank, beside))
        except UserError as error:
            problem = str(error)
    measured = {name: measure(found) for name, found in arms.items()}
    return Sums(run, measure(source.episodes), measured, groups, tuple(comparisons), run_curves(bank.connection, run.number), problem)


def _by_arm(source: Source) -> dict[str, list[EpisodeResult]]:
    found: dict[str, list[EpisodeResult]] = {name: [] for name in source.arms}
    for one in source.episodes:
        found.setdefault(one.arm, []).append(one)
    return {name: episodes for name, episodes in found.items() if episodes}


def _against(run: RunRow, arms: dict[str, list[EpisodeResult]], beside: str, other: Source) -> list[Comparison]:
    """Each supporter of the run against each of the other side. Raises UserError when that would be too many at once."""
    from esc_tui.evaluate.episodes.comparing import compare

    theirs = _by_arm(other)
    number, colon, _ = beside.partition(":")
    if len(arms) * len(theirs) > MOST_PAIRS:
        raise UserError(f"run {run.number} and run {number} have {len(arms)} and {len(theirs)} supporters", "",
                        "press b and choose one of them")

    def named(which: str, arm: str, alone: bool) -> str:
        return f"run {which}" if alone else f"run {which}, {arm}"

    return [compare(ours, found, (named(str(run.number), arm, len(arms) == 1), named(number, name, len(theirs) == 1 and not colon)))
            for arm, ours in arms.items() for name, found in theirs.items() if (number, name) != (str(run.number), arm)]


def offered_sides(bank: BankReader, run: RunRow) -> list[tuple[str, str, str]]:
    """What a run can be compared with: references of newer and older runs and of their supporters, each with its words and a note."""
    found: list[tuple[str, str, str]] = []
    for one in list_runs(bank.connection, MOST_OFFERED):
        arms, note = arms_of(one), f"{one.episodes:,} episodes, {clean(one.time[:16].replace('T', ' '))}"
        if one.number != run.number:
            found.append((str(one.number), f"run {one.number}, {clean(one.title)}", note))
        if len(arms) > 1:
            found += [(f"{one.number}:{place}", f"run {one.number}:{place}, {arm} alone", note) for place, arm in enumerate(arms, 1)]
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
    SumsView SumsScroll { padding: 1 2 0 2; border-top: solid $tone-rule; }
    SumsView SumsScroll:focus { border-top: solid $tone-accent; }
    SumsView.-stacked #sums-head { margin: 0; }
    SumsView.-stacked #sums-plot { height: 7; margin: 0 2 0 2; }
    SumsView.-stacked SumsScroll { padding: 0 2; }
    """

    def __init__(self) -> None:
        super().__init__(id="episodes-sums")
        self.head = OneLine(id="sums-head")
        self.plot = CurvePlot(id="sums-plot")
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
        self.plot.display = False
        self.head.show([Part(f"Run {run.number}", "accent.bold"), Part(clean(run.title), "bright", gap=2)],
                       [Part(STATES[run.state], "dim")])
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
            self.plot.show(mean_scene(sums.curves))
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


def page_of(sums: Sums, width: int) -> Iterator[list[Content]]:
    """Blocks of lines, from the whole to the parts."""
    whole = sums.whole
    yield list(_headline(whole, width))
    for one in sums.comparisons:
        yield list(_comparison(one, width))
    if sums.problem:
        yield [Content(""), *set_block(Block(ink(sums.problem, "caution"), ink("! ", "caution"), 2), width)]
    if len(sums.arms) > 1:
        yield list(_table("Supporter", sums.arms, width))
    for name, title in GROUPS:
        found = sums.groups.get(name) or {}
        if len(found) > 1:
            yield list(_table(title, found, width))
    notes = ["Score: mean final emotion of the episodes that ended as success, failure, goodbye or turns. ± is half a 95 % t interval."]
    told = ((whole.score, EMOTIONS), (whole.mean_emotion, EMOTIONS), (whole.turns, UPWARDS), (whole.volatility, UPWARDS),
            *((one.difference, DIFFERENCES) for one in sums.comparisons))
    if any(cut_off(mean, scale) for mean, scale in told):
        notes.append(f"{CUT} The interval reaches beyond the scale and is cut there: so few episodes say little.")
    if any(0 < one.episodes < FEW for found in sums.groups.values() for one in found.values()):
        notes.append(f"Rows in grey rest on fewer than {FEW} episodes: their intervals are wide, and differences between them say little.")
    if sums.groups.get("skill"):
        notes.append("An episode counts for every skill it used: skills share episodes, so their rows are no comparison of skills.")
    yield [Content(""), *(line for note in notes for line in set_block(Block(ink(note, "dim")), width))]


def cut_off(mean: Mean, scale: Bounds) -> bool:
    """True when the interval of a mean is told and reaches beyond its scale."""
    return is_cut(mean.t, mean.n, scale) or is_cut(mean.bootstrap, mean.n, scale)


def _headline(whole: EpisodeMeasures, width: int) -> Iterator[Content]:
    if not whole.episodes:
        yield ink("No episode has ended in a way that counts for a score yet.", "text")
    else:
        yield lay_out((Cell(ink("", "dim"), 16), Cell(ink("", "dim"), 9), Cell(ink("95 % interval", "dim"), 18),
                       Cell(ink("bootstrap" if whole.score.bootstrap else "", "dim"), 18), Cell(ink(""))), width)
        yield _mean_line("score", whole.score, width, EMOTIONS, "bright.bold")
        yield _share_line("▲", "helped", "success", whole.success, width)
        yield _share_line("▼", "harmed", "failure", whole.failure, width)
        for name, mean, scale in (("turns", whole.turns, UPWARDS), ("mean emotion", whole.mean_emotion, EMOTIONS),
                                  ("volatility", whole.volatility, UPWARDS)):
            yield _mean_line(name, mean, width, scale)
        if whole.critic is not None:
            yield _share_line(" ", "dim", "critic: solved", whole.critic.success, width)
    endings = "   ".join(f"{count:,}\u00a0{name}" for name, count in whole.outcomes.items())
    yield Content("")
    yield from set_block(Block(ink(f"{whole.episodes:,} episodes counted   {endings}", "dim")), width)
    if 0 < whole.episodes < FEW:
        yield from set_block(Block(ink(f"Only {whole.episodes} counted: this says little yet.", "caution"), ink("! ", "caution"), 2), width)


def _number(value: float | None, digits: int = 1) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _mean_line(name: str, mean: Mean, width: int, scale: Bounds, tone: str = "text") -> Content:
    return lay_out((Cell(ink(name, "dim"), 16), Cell(ink(_number(mean.value), tone), 9, "right"),
                    *(Cell(ink(interval_text(bounds, mean.n, scale), "dim"), 18) for bounds in (mean.t, mean.bootstrap)),
                    Cell(ink(""))), width)


def _share_line(glyph: str, tone: str, name: str, share: Share, width: int) -> Content:
    percent = "" if share.value is None else f"{100 * share.value:.0f} %"
    return lay_out((Cell(inks((f"{glyph} ", tone), (name, "dim")), 16), Cell(ink(percent, "text"), 9, "right"),
                    Cell(ink(f"{100 * share.interval[0]:.1f} to {100 * share.interval[1]:.1f} %" if share.interval else "", "dim"), 18),
                    Cell(ink(f"{share.count:,} of {share.n:,}", "dim"), 18), Cell(ink(""))), width)


def _comparison(one: Comparison, width: int) -> Iterator[Content]:
    yield Content("")
    yield lay_out((Cell(inks((clean(one.first), "bright.bold"), (" against ", "dim"), (clean(one.second), "bright.bold"))),
                   Cell(ink(f"{one.pairs:,} pair{'' if one.pairs == 1 else 's'}", "dim"), 12, "right")), width)
    difference, bounds = one.difference.value, one.difference.t
    if difference is None:
        yield ink("No profile was played to its end on both sides.", "text")
        return
    decided = bounds is not None and one.pairs >= FEWEST and (bounds[0] > 0 or bounds[1] < 0)
    glyph, tone = ("▲", "helped") if decided and difference > 0 else ("▼", "harmed") if decided else ("=", "neutral")
    said = "higher" if difference > 0 else "lower"
    said += f", on only {one.pairs} pairs" if one.pairs < FEW else ""
    if not decided:
        said = "not decided: the interval holds 0" if one.pairs >= FEWEST else "not decided"
    sure = interval_text(bounds, one.pairs, DIFFERENCES) or "too few to tell"
    yield inks((f"{glyph} ", tone), (f"{difference:+.1f}", "bright"), (f"   {sure}", "dim"), (f"   {said}", "text"))
    yield ink(f"success gained in {one.success_gained:,}, lost in {one.success_lost:,}; failure gained in {one.failure_gained:,}, lost in "
              f"{one.failure_lost:,}", "dim").truncate(width, ellipsis=True)
    left = one.unpaired_first + one.unpaired_second + one.uncounted
    if left:
        yield ink(f"{left:,} left out: without a partner, or without an ending that counts", "dim").truncate(width, ellipsis=True)


def _table(title: str, found: dict[str, EpisodeMeasures], width: int) -> Iterator[Content]:
    yield Content("")
    yield lay_out((Cell(ink(title, "bright.bold")), Cell(ink("n", "dim"), 6, "right"), Cell(ink("score", "dim"), 7, "right"),
                   Cell(ink("", "dim"), 6), Cell(inks(("▲", "helped"), " "), 6, "right"), Cell(inks(("▼", "harmed"), " "), 6, "right"),
                   Cell(ink("turns", "dim"), 6, "right", show_from=70)), width)
    for name, one in sorted(found.items(), key=lambda item: -(item[1].score.value if item[1].score.value is not None else -1e9)):
        few = one.episodes < FEW
        value = "dim" if few else "text"
        half = (one.score.t[1] - one.score.t[0]) / 2 if one.score.t else None
        sure = "" if not one.episodes else "few" if half is None or one.episodes < FEWEST else "wide" if half > WIDEST else f"±{half:.0f}"
        score = ink(_number(one.score.value), "dim" if few else "bright")
        yield lay_out((Cell(ink(clean(name) if title in {"Supporter", "Skill"} else words(name), value)),
                       Cell(ink(f"{one.episodes:,}", value), 6, "right"), Cell(score, 7, "right"), Cell(ink(sure, "dim"), 6),
                       Cell(ink(f"{one.success.count:,}", value), 6, "right"), Cell(ink(f"{one.failure.count:,}", value), 6, "right"),
                       Cell(ink(_number(one.turns.value), "dim"), 6, "right", show_from=70)), width)
