"""A skill beside what it rests on: guidance and conditions on the left, the units for and against it on the right."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from esc_tui.domain.evidence import Outcomes
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.bank import cards
from esc_tui.tui.panes.bank.rows import ground_row
from esc_tui.tui.panes.bank.wording import POLARITY_GLYPH, POLARITY_TONE, STATUS_TONE, label, outcome_line, shown
from widgets.one_line import OneLine, Part
from widgets.page import Block, Page, PageScroll, heading
from widgets.toned import ink
from widgets.virtual_list import PAGE, VirtualList

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.bank.prototypes import PrototypeRow
    from esc_tui.bank.units import UnitRow
    from esc_tui.domain.lint import LintNote
    from esc_tui.domain.skill import Skill
    from esc_tui.tui.app import EscApp
    from esc_tui.tui.panes.bank.query import BankQueries

STACKED_BELOW = 100
Verdict = Literal["activate", "retire", "edit"]


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a review shows beside the skill. ``units`` is the first page of all, which ``found`` counts, and ``said`` what supporters
    said in them; ``counts`` are the outcomes of the version in force."""

    units: Sequence[UnitRow]
    said: Mapping[int, str]
    found: Outcomes
    counts: Outcomes
    prototypes: Sequence[PrototypeRow]
    sources: int
    notes: Sequence[LintNote]


def read_grounds(queries: BankQueries, skill: Skill) -> Grounds:
    """Blocking reads of everything a skill rests on."""
    from esc_tui.bank.prototypes import prototypes_of_skill, skill_sources
    from esc_tui.bank.units import units_of_skill_counted

    (units, said), found = queries.ask(lambda bank: (
        units_with_words(bank.connection, skill.slug, PAGE, 0), units_of_skill_counted(bank.connection, skill.slug)))
    prototypes, sources, row = queries.ask(lambda bank: (
        prototypes_of_skill(bank.connection, skill.slug), len(skill_sources(bank.connection, skill.slug)), bank.skill_row(skill.slug)))
    counts = Outcomes(row.helped, row.neutral, row.harmed) if row is not None else Outcomes()
    return Grounds(units, said, found, counts, prototypes, sources, queries.lint(skill)[0])


def units_with_words(connection: BankConnection, slug: str, limit: int, offset: int) -> tuple[list[UnitRow], dict[int, str]]:
    """A page of the units of a skill, and what the supporter said in each."""
    from esc_tui.bank.units import supporter_words, units_of_skill

    units = units_of_skill(connection, slug, limit, offset)
    return units, supporter_words(connection, [unit.number for unit in units])


def skill_blocks(skill: Skill, grounds: Grounds) -> list[Block]:
    """Guidance, conditions and risks, with what lint objects to on top."""
    blocks = [Block(ink(note.sentence, "text"), ink("!", "caution"), 3) for note in grounds.notes]
    if blocks:
        blocks.append(Block(ink("")))
    return [*blocks, *cards.guidance(skill), Block(ink("")), *cards.applies(skill), Block(ink("")), *cards.outcomes(skill),
            Block(ink("")), *cards.risks(skill)]


def ground_blocks(grounds: Grounds) -> list[Block]:
    """Sums, and the prototypes with their shared words."""
    talks = "1 dialogue" if grounds.sources == 1 else f"{grounds.sources} dialogues"
    said = "   outcomes count" + (f", from {talks}" if grounds.sources else "")
    blocks = [Block(outcome_line(*grounds.counts) + ink(said, "dim"))]
    if grounds.prototypes:
        blocks.append(heading(f"{len(grounds.prototypes)} prototypes" if len(grounds.prototypes) > 1 else "1 prototype"))
    for row in grounds.prototypes[:8]:
        words = f"  {', '.join(row.words[:4])}" if row.words else ""
        blocks.append(Block(ink(f"{label(row.state)} · {label(row.action)}", "text") + ink(shown(words), "dim"),
                            ink(POLARITY_GLYPH[row.polarity], POLARITY_TONE[row.polarity]), 3, right=ink(f"{row.units}", "dim")))
    if len(grounds.prototypes) > 8:
        blocks.append(Block(ink(f"and {len(grounds.prototypes) - 8} more", "dim"), indent=3))
    return blocks


class ReviewScreen(Modal["Verdict | None"]):
    """Gives what to do with the skill, or None."""

    DEFAULT_CSS = """
    ReviewScreen { background: $background; }
    ReviewScreen #review { width: 100%; height: 100%; padding: 1 2; }
    ReviewScreen #review-title { margin: 0 0 1 0; }
    ReviewScreen Horizontal { height: 1fr; }
    ReviewScreen PageScroll { width: 1fr; padding: 0 1 0 0; border-top: solid $tone-rule; }
    ReviewScreen PageScroll:focus { border-top: solid $tone-accent; }
    ReviewScreen #review-right { width: 1fr; margin: 0 0 0 2; border-top: solid $tone-rule; }
    ReviewScreen #review-right:focus-within { border-top: solid $tone-accent; }
    ReviewScreen #review-place { margin: 0 0 1 0; }
    ReviewScreen #review-grounds { height: auto; max-height: 50%; margin: 0 0 1 0; padding: 0 0 0 2; }
    ReviewScreen.-stacked #review-right { display: none; margin: 0; }
    ReviewScreen.-stacked.-grounds #review-right { display: block; }
    ReviewScreen.-stacked.-grounds PageScroll { display: none; }
    """
    HELP_TITLE = "A skill and its evidence"
    HELP_TEXT = (
        "On the left what the skill says, on the right all units it rests on: those that helped, then those that harmed, then neutral "
        "ones; each with the words of the seeker and, dim, of the supporter. v goes to the other side, n to the first unit of the "
        "next kind, Enter opens the lines of a unit. The first line sums the outcomes that count: of units, people and simulations, "
        "for the moves the skill has now. a lets replies use the skill, x retires it, each with a reason; what is retired is not "
        "proposed again under this name.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("review.activate", "Activate", "verdict('activate')", "a", "activate", 1, palette=False),
        Command("review.retire", "Retire", "verdict('retire')", "x", "retire", 2, palette=False,
                help="No reply uses it, and it is not proposed again under this name."),
        Command("review.edit", "Edit", "verdict('edit')", "e", "edit", 3, palette=False),
        Command("review.other", "Skill or evidence", "other", "v,tab", "other side", 4, palette=False),
        Command("review.kind", "Next kind of units", "kind", "n", "next kind", 6, palette=False,
                help="To the first unit that helped, harmed, or did neither."),
        Command("review.close", "Close", "close", "escape,q,C", "close", 5, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, skill: Skill, queries: BankQueries) -> None:
        super().__init__()
        self.skill, self.queries = skill, queries
        self.page, self.grounds = Page(id="review-page"), Page(id="review-grounds")
        self.list = VirtualList(id="review-list", row_height=3, gap=1)
        self.place = OneLine(margin=2, id="review-place")
        self._found = self._counts = Outcomes()

    def compose(self) -> ComposeResult:
        """Title, skill, evidence."""
        with Vertical(id="review"):
            yield OneLine(margin=0, id="review-title")
            with Horizontal():
                yield PageScroll(self.page)
                with Vertical(id="review-right"):
                    yield self.grounds
                    yield self.place
                    yield self.list

    async def on_mount(self) -> None:
        """Read what it rests on."""
        self.set_class(self.app.size.width < STACKED_BELOW, "-stacked")
        status = self.skill.status.value
        verdicts = [(key, word) for key, word, done in (("a", "activate", "active"), ("x", "retire", "retired")) if done != status]
        keys = [*((key, word, 4) for key, word in verdicts), ("v", "evidence", 3), ("esc", "close", 0)]
        self.query_one("#review-title", OneLine).show(
            [Part(shown(self.skill.slug), "accent.bold"), Part(status, STATUS_TONE[status], "", 2, 5)],
            [part for key, word, drop in keys for part in (Part(key, "accent", gap=3, drop=drop), Part(word, "dim", gap=1, drop=drop))])
        self.query_one(PageScroll).focus()
        try:
            found = await asyncio.to_thread(read_grounds, self.queries, self.skill)
        except Exception as error:
            cast("EscApp", self.app).tell_error(error)
            return
        self.page.show(skill_blocks(self.skill, found))
        self.grounds.show(ground_blocks(found))
        self.list.empty = ink("No unit stands for or against this skill.", "dim")
        self._found, self._counts = found.found, found.counts
        self._note_shown(found.units)
        self.list.show_rows(sum(found.found), [ground_row(unit, found.said.get(unit.number, "")) for unit in found.units])
        self._say_place()

    def _note_shown(self, units: Sequence[UnitRow]) -> None:
        cast("EscApp", self.app).workshop.shown_units.update(unit.number for unit in units)

    def _say_place(self) -> None:
        """Which of how many units the cursor stands on, and how many there are of each kind where the sum above says another thing."""
        found = self._found
        kinds = (("positive", "helped", found.helped), ("negative", "harmed", found.harmed), ("neutral", "neutral", found.neutral))
        left = [part for at, (kind, word, number) in enumerate(kinds) for part in (
            Part(POLARITY_GLYPH[kind], POLARITY_TONE[kind] if number else "dim", gap=3 if at else 0),
            Part(f"{number:,}", "text", gap=1), Part(word, "dim", gap=1, drop=1))]
        total = sum(found)
        if total:
            place = f"unit {self.list.cursor + 1:,} of {total:,}"
            self.place.show(left if found != self._counts else [], [Part(place, "dim")])
        else:
            self.place.show([])

    @on(VirtualList.Highlighted)
    def _moved(self, event: VirtualList.Highlighted) -> None:
        event.stop()
        self._say_place()

    @on(VirtualList.PageWanted)
    def _page_wanted(self, event: VirtualList.PageWanted) -> None:
        event.stop()
        self.run_worker(self._fetch(event), group=f"review-page-{event.offset}", exclusive=True)

    async def _fetch(self, event: VirtualList.PageWanted) -> None:
        slug = self.skill.slug
        try:
            units, said = await asyncio.to_thread(
                self.queries.ask, lambda bank: units_with_words(bank.connection, slug, event.limit, event.offset))
        except Exception as error:
            cast("EscApp", self.app).tell_error(error)
            return
        self._note_shown(units)
        self.list.put_rows(event.generation, event.offset, [ground_row(unit, said.get(unit.number, "")) for unit in units])

    def action_kind(self) -> None:
        """To the first unit of the next kind there is."""
        found = self._found
        starts = [start for start, number in (
            (0, found.helped), (found.helped, found.harmed), (found.helped + found.harmed, found.neutral)) if number]
        if starts:
            self.add_class("-grounds")
            self.list.focus()
            self.list.cursor = next((start for start in starts if start > self.list.cursor), starts[0])

    def on_resize(self) -> None:
        """Below 100 columns one side at a time."""
        self.set_class(self.app.size.width < STACKED_BELOW, "-stacked")

    def action_other(self) -> None:
        """To the other side."""
        if self.list.has_focus:
            self.remove_class("-grounds")
            self.query_one(PageScroll).focus()
        else:
            self.add_class("-grounds")
            self.list.focus()

    @on(VirtualList.Chosen)
    async def _chosen(self, event: VirtualList.Chosen) -> None:
        event.stop()
        from esc_tui.tui.panes.chat.unit_screen import UnitScreen

        if event.row is not None:
            number = int(str(event.row.source))
            try:
                unit, dialogue = await asyncio.to_thread(self.queries.unit, number)
            except Exception as error:
                cast("EscApp", self.app).tell_error(error)
                return
            self.app.push_screen(UnitScreen(number, unit, dialogue))

    def action_verdict(self, verdict: Verdict) -> None:
        """Give it."""
        self.dismiss(verdict)

    def action_close(self) -> None:
        """Back."""
        self.dismiss(None)
