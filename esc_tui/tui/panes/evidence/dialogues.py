"""The view of dialogues: a list that narrows as one types, and the reader of the chosen one."""

from __future__ import annotations

import asyncio
import gc
from collections import OrderedDict
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Input

from esc_tui.bank.dialogue_search import list_dialogues, read_dialogue_filter
from esc_tui.bank.dialogues import DialogueRow
from esc_tui.bank.episode_search import UnknownWord, unknown_words_error
from esc_tui.domain.errors import UserError
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.filter_field import FilterInput, filter_commands
from esc_tui.tui.panes.evidence.base import EvidencePart
from esc_tui.tui.panes.evidence.look import clean
from esc_tui.tui.panes.evidence.reader import DialogueReader, Reading, read
from esc_tui.tui.panes.evidence.rows import dialogue_row
from widgets.one_line import OneLine, Part
from widgets.page import Block as PageBlock
from widgets.page import Page
from widgets.toned import ink
from widgets.virtual_list import PAGE, ListRow, VirtualList

DEBOUNCE = 0.03
"""Seconds between a keystroke in the filter and its search."""
SETTLE = 0.05
"""Seconds the cursor rests on a row before the dialogue is read."""
KEPT_READINGS = 12
STACKED_BELOW = 100
NO_DIALOGUE = "This bank holds no dialogues yet. Press i to import a file of dialogues."
BLIND = "You label blind: ▲ and ▼ are counted only where you have labelled every unit."
BLIND_LABELS = "You label blind: words for labels find only units you have labelled."
NONE_FITS = "No dialogue fits this filter. Press / and ctrl+u to clear it."


class DialogueList(VirtualList):
    """The list of dialogues."""

    HELP_TITLE = "The list of dialogues"
    HELP_TEXT = ("Each row shows the dialogue's name and how it ended, how many of its units helped and harmed, what it is about, its "
                 "length and its source. It helped when the intensity the seeker gave fell by 2 or more, eased a little when it fell "
                 "by 1, and did not help when it did not fall. Without these numbers a dialogue of FailedESConv, the collection of talks "
                 "that failed, did not help, and of others nothing is said. Enter goes into the dialogue.")
    JUMP_KEY = "l"


class WordsField(FilterInput):
    """The words a dialogue must have."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = filter_commands("dialogues.filter", "Show every dialogue again.")
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    HELP_TEXT = ("Every word must begin a word of the dialogue's name, source, problem, emotion or situation, or of one of its lines, "
                 "in any case. IU-404 finds that unit. outcome: (helped, eased-a-little, did-not-help, not-known) asks how the dialogue "
                 "ended, flagged:yes for units flagged; state:, scenario:, action:, change: and polarity: for one unit with such "
                 "labels, the one IU- names if it is there. Several values stand with commas between; the beginning of a value will do. "
                 "Who labels blind finds only units they have labelled by these.")


class DialoguesView(EvidencePart):
    """List and reader beside each other; below 100 columns the reader takes the list's place."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("dialogues.filter", "Filter dialogues", "filter", "slash", "filter", 4, help="Type words to narrow the list."),
        Command("dialogues.drawer", "Into the dialogue", "drawer", "v", "", 7, palette=False, help="As Enter; Esc goes back."),
        Command("dialogues.back", "Back to the list", "back", "escape", "", 8, palette=False, help="From the dialogue to the list."),
        Command("dialogues.correct", "Label this unit anew", "label", "c", "correct", 3,
                help="Take the chosen unit into the queue and correct its labels."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    DEFAULT_CSS = """
    DialoguesView { width: 1fr; height: 1fr; layout: vertical; }
    DialoguesView #dialogues-filter { height: 1; padding: 0 2; margin: 0 0 1 0; }
    DialoguesView #dialogues-prompt { width: 2; }
    DialoguesView #dialogues-counts { width: auto; min-width: 30; max-width: 50%; }
    DialoguesView #dialogues-unknown { padding: 0 2 1 2; display: none; }
    DialoguesView.-unknown #dialogues-unknown { display: block; }
    DialoguesView.-stacked #dialogues-unknown { padding: 0 2; }
    DialoguesView #dialogues-body { height: 1fr; padding: 0 2; }
    DialoguesView #dialogues-left { width: 2fr; min-width: 44; max-width: 68; border-top: solid $tone-rule; }
    DialoguesView #dialogues-right { width: 3fr; margin: 0 0 0 2; border-top: solid $tone-rule; }
    DialoguesView #dialogues-left:focus-within, DialoguesView #dialogues-right:focus-within { border-top: solid $tone-accent; }
    DialoguesView DialogueReader { padding: 1 0 0 1; }
    DialoguesView.-stacked #dialogues-filter { margin: 0; }
    DialoguesView.-stacked #dialogues-left { width: 1fr; max-width: 100%; }
    DialoguesView.-stacked #dialogues-right { display: none; margin: 0; }
    DialoguesView.-stacked.-drawer #dialogues-left, DialoguesView.-stacked.-drawer #dialogues-filter,
    DialoguesView.-stacked.-drawer #dialogues-unknown { display: none; }
    DialoguesView.-stacked.-drawer #dialogues-right { display: block; width: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(id="evidence-dialogues")
        self.field = WordsField(placeholder="words, IU-404, outcome:helped", id="dialogues-field", select_on_focus=False, compact=True)
        self.field.cursor_blink = False
        self.counts = OneLine(margin=0, id="dialogues-counts")
        self.rows = DialogueList(id="dialogues-list")
        self.reader = DialogueReader(id="dialogues-reader")
        self.unknown = Page(id="dialogues-unknown")
        self._typing: Timer | None = None
        self._settling: Timer | None = None
        self._wish: tuple[str, int | None, int | None] | None = None
        self._readings: OrderedDict[str, Reading] = OrderedDict()
        self.total = 0
        self._read_once = self._asks_labels = self.bare = False
        self._asked: tuple[int, ...] = ()

    def compose(self) -> ComposeResult:
        """Filter, list, reader."""
        with Horizontal(id="dialogues-filter"):
            yield OneLine(margin=0, id="dialogues-prompt")
            yield self.field
            yield self.counts
        yield self.unknown
        with Horizontal(id="dialogues-body"):
            with Vertical(id="dialogues-left"):
                yield self.rows
            with Vertical(id="dialogues-right"):
                yield self.reader

    def on_mount(self) -> None:
        """Read the first page."""
        self.query_one("#dialogues-prompt", OneLine).show([Part("/", "accent")])
        self.watch(self.rows, "scroll_y", self._note_shown, init=False)
        self.rows.focus()
        self.reload(first=True)

    def on_resize(self) -> None:
        """Below 100 columns the dialogue takes the list's place."""
        self.set_class(self.app.size.width < STACKED_BELOW, "-stacked")
        self.call_after_refresh(self._note_shown)

    def take_focus(self) -> None:
        """To the list, or to the dialogue where that takes its place."""
        (self.reader if self.has_class("-drawer") else self.rows).focus()

    # The list

    @on(WordsField.Left)
    def _left(self, event: WordsField.Left) -> None:
        event.stop()
        self.rows.focus()

    @on(Input.Changed, "#dialogues-field")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._typing is not None:
            self._typing.stop()
        self.queries.begin_search()
        self._typing = self.set_timer(DEBOUNCE, lambda: self.reload(first=True))

    def reload(self, first: bool = False) -> None:
        """Read the page under the cursor again, or the first one; the cursor stays on its dialogue."""
        self._readings.clear()
        self.work(self._reload(0 if first else self.rows.cursor // PAGE * PAGE), "dialogues-query", exclusive=True)

    async def _reload(self, offset: int) -> None:
        await self.workshop.bank()
        await self.home.recalled.wait()
        self.hide_labels()
        blind_for = await self._blind_for()
        (wanted, unknown), number = read_dialogue_filter(self.field.value), self.home.queries.begin_search()
        found = await asyncio.to_thread(
            self.home.queries.search, lambda bank: list_dialogues(bank, wanted, PAGE, offset, blind_for), number)
        if found is None:
            return
        if offset and not found[0]:
            await self._reload(0)
            return
        rows, matching = found
        self._explain(unknown, "" if blind_for is None else BLIND_LABELS if wanted.labels else BLIND if any(
            row.blind for row in rows) else "")
        self._asked = wanted.units if wanted.labels and blind_for is None else ()
        self._asks_labels = bool(wanted.labels)
        if not wanted:
            self.total, before = matching, self.bare
            self.bare = not matching
            if self.bare != before:
                self.refresh_bindings()
        if wanted.units and rows and self._wish is None:
            self._wish = (rows[0].id, wanted.units[0], None)
        keep = self._wish[0] if self._wish is not None else self.rows.highlighted.id if self.rows.highlighted else None
        self.rows.empty = ink(NONE_FITS if wanted else NO_DIALOGUE, "text")
        self.rows.show_rows(matching, [dialogue_row(row) for row in rows], offset=offset, cursor_id=keep)
        noun = "dialogue" if self.total == 1 else "dialogues"
        self.counts.show([], [Part(f"{matching:,} of {self.total:,} {noun}", "text")] if self.total else [])
        if not matching:
            self.reader.show_nothing("")
        self._want_reading()
        self.call_after_refresh(self._note_shown)

    async def _blind_for(self) -> str | None:
        """Who labels blind, or None."""
        return await asyncio.to_thread(self.workshop.annotator) if self.home.blind else None

    def _explain(self, unknown: Sequence[UnknownWord], blind: str) -> None:
        """Below the field: words it does not know, and what is not told to who labels blind."""
        blocks = [PageBlock(ink(clean(str(unknown_words_error(unknown))), "caution"), ink("! ", "caution.bold"), 2)] if unknown else []
        blocks += [PageBlock(ink(blind, "dim"))] if blind else []
        self.set_class(bool(blocks), "-unknown")
        self.unknown.show(blocks)

    @on(VirtualList.PageWanted, "#dialogues-list")
    def _page_wanted(self, event: VirtualList.PageWanted) -> None:
        event.stop()
        self.work(self._fetch(event), f"dialogues-page-{event.offset}", exclusive=True)

    async def _fetch(self, event: VirtualList.PageWanted) -> None:
        wanted, _ = read_dialogue_filter(self.field.value)
        blind_for = await self._blind_for()
        rows, _ = await self.look_up(lambda bank: list_dialogues(bank, wanted, event.limit, event.offset, blind_for))
        found: list[ListRow] = [dialogue_row(row) for row in rows]
        self.rows.put_rows(event.generation, event.offset, found)
        self._note_shown()

    @on(VirtualList.Highlighted, "#dialogues-list")
    def _highlighted(self, event: VirtualList.Highlighted) -> None:
        event.stop()
        self._want_reading()

    @on(VirtualList.Chosen, "#dialogues-list")
    def _chosen(self, event: VirtualList.Chosen) -> None:
        event.stop()
        self.open_reader()

    # The reader

    def shown_again(self) -> None:
        """Labels may be hidden by now."""
        self.hide_labels()
        self._note_shown()

    def hide_labels(self) -> None:
        """Hide the labels of units that are labelled blind, or show them again."""
        if self.reader.blind != self.home.blind:
            self.reader.blind = self.home.blind
            self.reader.draw()

    def _note_shown(self) -> None:
        """Labels in sight are no secret any more, nor are those that a count or a hit of the filter tells."""
        if self.home.view is not self:
            return
        shown = self.workshop.shown_units
        shown.update(self._asked)
        for row, _ in self.rows.in_sight():
            told = row.source if isinstance(row, ListRow) else None
            if isinstance(told, DialogueRow) and (told.tells or (self._asks_labels and not told.blind)):
                shown.update(told.numbers)
        reading = self.reader.reading
        if reading is not None and (self.has_class("-drawer") or not self.has_class("-stacked")):
            shown.update({mark.number for mark in reading.marks} - self.reader.hidden)

    def _want_reading(self) -> None:
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(SETTLE, lambda: self.work(self._read(), "dialogues-read", exclusive=True))

    async def _read(self) -> None:
        row = self.rows.highlighted
        if row is None:
            return
        me = await asyncio.to_thread(self.workshop.annotator)
        reading = self._readings.get(row.id) or await self.look_up(lambda bank: read(bank, row.id, me))
        if reading is None:
            return
        if not self._read_once:
            self._read_once = True
            gc.freeze()  # a full collection would stop the keys for 0.2 s now and then
        self._readings[row.id] = reading
        self._readings.move_to_end(row.id)
        while len(self._readings) > KEPT_READINGS:
            self._readings.popitem(last=False)
        if self._wish is not None and self._wish[0] == row.id:
            (_, unit, line), self._wish = self._wish, None
            self.reader.show_reading(reading, unit, line)
        else:
            self.reader.show_reading(reading, sought=read_dialogue_filter(self.field.value)[0].words)
        self._note_shown()

    def open_reader(self) -> None:
        """Into the dialogue."""
        if self.rows.count:
            self.add_class("-drawer")
            self.reader.focus()
            self._note_shown()

    async def show_dialogue(self, identity: str, unit: int | None = None, line: int | None = None) -> None:
        """Select a dialogue whatever the filter, at a unit or a line of it. Raises UserError when it is not there."""
        def find(bank: object) -> int | None:
            if bank.value("SELECT 1 FROM dialogues WHERE id = ?", (identity,)) is None:  # type: ignore[attr-defined]
                return None
            return int(bank.value("SELECT count(*) FROM dialogues WHERE id < ?", (identity,)))  # type: ignore[attr-defined]

        place = await self.look_up(find)
        if place is None:
            raise UserError(f"the dialogue '{identity}' is not in this bank")
        self._wish = (identity, unit, line)
        with self.prevent(Input.Changed):
            self.field.value = ""
        self.open_reader()
        self._readings.clear()
        await self._reload(place // PAGE * PAGE)
        self.add_class("-drawer")
        self.reader.focus()

    @on(DialogueReader.LabelsWanted)
    def _labels_wanted(self, event: DialogueReader.LabelsWanted) -> None:
        event.stop()
        if event.number in self.reader.hidden:
            self.tell(f"You label blind: the labels of IU-{event.number} are shown once you have labelled it. Q, then “Label blind” in "
                      "ctrl+p, ends that; what you see then is not counted as blind.")
        else:
            self.work(self._show_labels(event.number))

    async def _show_labels(self, number: int) -> None:
        from esc_tui.bank.decisions import decisions_of
        from esc_tui.bank.units import given_labels
        from esc_tui.tui.panes.evidence.labels_screen import LabelsScreen

        given = await self.look_up(lambda bank: given_labels(bank, number))
        decided = await self.look_up(lambda bank: decisions_of(bank, number))
        reading = self.reader.reading
        veiled = reading.crisis if reading is not None and not self.reader.unveiled else frozenset()
        self.app.push_screen(LabelsScreen(number, given, decided, veiled))

    # Keys

    def action_filter(self) -> None:
        """To the filter."""
        self.remove_class("-drawer")
        self.field.focus()

    def action_drawer(self) -> None:
        """Into the dialogue."""
        self.open_reader()

    def action_back(self) -> None:
        """To the list."""
        self.remove_class("-drawer")
        self.rows.focus()

    def action_label(self) -> None:
        """The chosen unit, in the queue."""
        if self.reader.chosen is not None:
            self.home.label_unit(self.reader.chosen)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc goes back from the dialogue only; a unit is corrected where one is chosen."""
        if action == "drawer":
            return self.rows.has_focus
        if action == "filter" and self.field.has_focus:
            return False
        if action == "back":
            return self.reader.has_focus
        if action == "label":
            return self.reader.has_focus and self.reader.chosen is not None
        return super().check_action(action, parameters)
