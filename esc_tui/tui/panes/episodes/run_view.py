"""One run: its line of progress, the filter, the grid of episodes, and the one under the cursor in short."""

from __future__ import annotations

import asyncio
import gc
import time
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Input

from esc_tui.bank.episode_search import (
    EPISODE_SORTS,
    EpisodeFilter,
    EpisodeSort,
    allowed_values,
    light_events,
    place_of_episode,
    read_episode_filter,
    search_episodes,
    unknown_words_error,
)
from esc_tui.domain.labels import SEALED_SHELVES
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.filter_field import FilterInput, filter_commands
from esc_tui.tui.panes.episodes.base import EpisodesPart
from esc_tui.tui.panes.episodes.figures import arms_of, clean, run_parts, spoken_seconds
from esc_tui.tui.panes.episodes.following import with_retired
from esc_tui.tui.panes.episodes.preview import Preview, PreviewTalk, crisis_turns
from esc_tui.tui.panes.episodes.rows import episode_row
from widgets.live_list import LiveList
from widgets.one_line import OneLine, Part
from widgets.page import Block, Page
from widgets.toned import ink
from widgets.virtual_list import PAGE, VirtualList

if TYPE_CHECKING:
    from esc_tui.bank.episodes import EpisodeRow
    from esc_tui.bank.runs import RunRow
    from esc_tui.tui.panes.episodes.following import Look

DEBOUNCE = 0.03
SETTLE = 0.05
AGAIN_SECONDS = 1.0
"""A list whose order or filter depends on how episodes stand is read anew so often."""
MANY_ROWS = 40
SORTED = {"number": "in order", "moving": "moving first", "lowest": "lowest first", "highest": "highest first", "turns": "longest first",
          "name": "by name"}


class EpisodeList(LiveList):
    """The grid of episodes."""

    HELP_TITLE = "Episodes of a run"
    HELP_TEXT = ("A row each: how it stands (▶ under way, ▲ ended at 100, ▼ fell below 10, = all turns done, · left by the seeker, ! a "
                 "crisis or a fault, ‖ stopped on the way), which supporter where the run has several (:2 is the second one named in "
                 "the head), who, the emotion over the turns, the emotion now, the turn. #2 behind a name: its second repeat; ?: the lint "
                 "doubts it. Enter opens the talk.")
    JUMP_KEY = "l"
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("run.open", "Open this episode", "choose", "enter", "open", 1, palette=False, help="The talk in full, with why."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without an episode there is nothing to open."""
        return self.count > 0 if action == "choose" else True


class EpisodeField(FilterInput):
    """Words and facets that episodes must have."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = filter_commands("run.filter", "Show every episode again.")
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    HELP_TEXT = (
        "Words are searched in the seekers' names. Facets: character: need: scenario: outcome: arm: flag: skill:, for example "
        "need:be-praised,be-listened-to outcome:failure arm:2 flag:any. The beginning of a value is enough and means every value that "
        "begins so; values of one facet are alternatives; facets and words must all hold. A facet or value nobody knows is named below, "
        "with what is allowed, and the rows stay as they were.\n\n"
        + "\n\n".join(f"{facet}: {', '.join(allowed_values(facet))}." for facet in ("character", "need", "scenario", "outcome", "flag"))
        + "\n\narm: the number behind the colon in a row, or the supporter's name. skill: the beginning of a skill's name.")


class RunView(EpisodesPart):
    """List and preview beside each other; below 100 columns v brings the preview."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("run.filter", "Filter episodes", "filter", "slash", "filter", 5, help="By name, character, need, outcome and more."),
        Command("run.sort", "Next order", "sort", "o", "order", 7, help="In order, moving first, lowest, highest, longest, by name."),
        Command("run.copy", "Copy this episode in short", "copy", "y", "copy", 10, help="Who, and the turns on the right, as plain text."),
        Command("run.drawer", "The episode in short", "drawer", "v", "", 5, palette=False, help="In a narrow window: list or episode."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    HELP_TITLE = "A run"
    DEFAULT_CSS = """
    RunView { width: 1fr; height: 1fr; layout: vertical; }
    RunView #run-head { margin: 1 0 1 0; }
    RunView #run-filter { height: 1; padding: 0 2; margin: 0 0 1 0; }
    RunView #run-prompt { width: 2; }
    RunView #run-counts { width: 40; }
    RunView #run-unknown { padding: 0 2 1 2; display: none; }
    RunView.-unknown #run-unknown { display: block; }
    RunView #run-body { height: 1fr; padding: 0 2; }
    RunView #run-left { width: 5fr; min-width: 42; border-top: solid $tone-rule; }
    RunView #run-left:focus-within { border-top: solid $tone-accent; }
    RunView Preview { width: 6fr; margin: 0 0 0 2; border-top: solid $tone-rule; }
    RunView Preview:focus-within { border-top: solid $tone-accent; }
    RunView.-stacked #run-head, RunView.-stacked #run-filter { margin: 0; }
    RunView.-stacked #run-unknown { padding: 0 2; }
    RunView.-stacked Preview { display: none; margin: 0; }
    RunView.-stacked.-drawer Preview { display: block; }
    RunView.-stacked.-drawer #run-left { display: none; }
    """

    def __init__(self) -> None:
        super().__init__(id="episodes-run")
        self.head = OneLine(id="run-head")
        self.field = EpisodeField(placeholder="name, or character: need: scenario: outcome: arm: flag: skill:", id="run-field",
                                  select_on_focus=False, compact=True)
        self.field.cursor_blink = False
        self.counts = OneLine(margin=0, id="run-counts")
        self.unknown = Page(id="run-unknown")
        self.rows = EpisodeList(row_height=1, id="run-list")
        self.preview = Preview()
        self.look: Look | None = None
        self.arms: tuple[str, ...] = ()
        self.sort: EpisodeSort = "number"
        self.wanted = EpisodeFilter()
        self.matching = 0
        self._typing: Timer | None = None
        self._settling: Timer | None = None
        self._read_at = 0.0
        self._frozen = False
        self._own_order = True

    def compose(self) -> ComposeResult:
        """Progress, filter, list, preview."""
        yield self.head
        with Horizontal(id="run-filter"):
            yield OneLine(margin=0, id="run-prompt")
            yield self.field
            yield self.counts
        yield self.unknown
        with Horizontal(id="run-body"):
            with Vertical(id="run-left"):
                yield self.rows
            yield self.preview

    def on_mount(self) -> None:
        """Draw the prompt."""
        self.query_one("#run-prompt", OneLine).show([Part("/", "accent")])

    def take_focus(self) -> None:
        """To the list, or to the episode in its place."""
        (self.preview.talk if self.has_class("-drawer") else self.rows).focus()

    @property
    def footer_words(self) -> dict[str, str]:
        """In a narrow window one key brings the episode in short, or the list again."""
        return {"run.drawer": "list" if self.has_class("-drawer") else "preview"} if self.has_class("-stacked") else {}

    @property
    def run(self) -> RunRow | None:
        """The run shown."""
        return self.look.run if self.look is not None else None

    @property
    def episode(self) -> EpisodeRow | None:
        """The episode under the cursor."""
        row = self.rows.highlighted
        return row.source if row is not None else None  # type: ignore[return-value]

    # Showing

    def show_run(self, look: Look, number: int | None = None) -> None:
        """Show a run from its first page, or at one of its episodes."""
        other = self.look is None or self.look.run.number != look.run.number
        self.look, self.arms = look, arms_of(look.run)
        self.preview.arms, self.preview.alive = self.arms, look.run.alive
        if other:
            self._own_order = True
            self.sort = "moving" if look.run.alive and look.run.episodes > MANY_ROWS else "number"
            self.wanted = EpisodeFilter()
            with self.prevent(Input.Changed):
                self.field.value = ""
            self.remove_class("-unknown")
            self.rows.show_rows(0, [])
            self.preview.show_nothing()
        self._draw_head()
        self.work(self._at_episode(number) if number is not None else self._reload(0), "episodes-page", exclusive=True)

    async def _at_episode(self, number: int) -> None:
        run = self.run
        if run is not None:
            self.sort, self._own_order = "number", False
            place = await self.ask(lambda bank: place_of_episode(bank.connection, run.number, number))
            await self._reload(place // PAGE * PAGE, str(number))

    def reload(self) -> None:
        """Read the page under the cursor again."""
        self.work(self._reload(self.rows.cursor // PAGE * PAGE), "episodes-page", exclusive=True)

    async def _reload(self, offset: int, keep: str | None = None) -> None:
        run, wanted, sort = self.run, self.wanted, self.sort
        if run is None:
            return
        number = self.queries.begin_search()
        await self.workshop.bank()
        found = await asyncio.to_thread(
            self.queries.search, lambda bank: search_episodes(bank, run.number, wanted, sort, PAGE, offset), number)
        if found is None or self.run is None or self.run.number != run.number:
            return
        rows, self.matching = found
        if any(row.shelf in SEALED_SHELVES for row in rows):
            rows = await self.ask(lambda bank: with_retired(bank, found[0]))
        if offset and not rows:
            await self._reload(0)
            return
        here = keep or (self.rows.highlighted.id if self.rows.highlighted is not None else None)
        self.rows.empty = ink("No episode fits. Press / and ctrl+u to clear the filter." if wanted else "This run has no episodes.", "text")
        self.rows.show_rows(self.matching, [episode_row(row, self.arms, run.alive) for row in rows], offset=offset, cursor_id=here)
        self._read_at = time.monotonic()
        self._draw_counts()
        self._want_preview()
        self.home.refresh_bindings()

    @on(VirtualList.PageWanted, "#run-list")
    def _page_wanted(self, event: VirtualList.PageWanted) -> None:
        event.stop()
        self.work(self._fetch(event), f"episodes-page-{event.offset}", exclusive=True)

    async def _fetch(self, event: VirtualList.PageWanted) -> None:
        run, wanted, sort = self.run, self.wanted, self.sort
        if run is not None:
            rows = await self.ask(lambda bank: with_retired(
                bank, search_episodes(bank.connection, run.number, wanted, sort, event.limit, event.offset)[0]))
            self.rows.put_rows(event.generation, event.offset, [episode_row(row, self.arms, run.alive) for row in rows])

    def took(self, look: Look) -> None:
        """Rows that moved are replaced; a list that depends on how they stand is read anew now and then."""
        began = look.turned and look.run.alive and (self.look is None or not self.look.run.alive)
        self.look, self.preview.alive = look, look.run.alive
        if began and self._own_order and look.run.episodes > MANY_ROWS:
            self.sort = "moving"
        if not self.display:
            return
        self._draw_head()
        depends = self.sort not in {"number", "name"} or self.wanted.moves
        if look.turned or (look.rows and depends and time.monotonic() - self._read_at >= AGAIN_SECONDS):
            self.reload()
        if look.rows:
            self.rows.replace_rows(episode_row(row, self.arms, look.run.alive) for row in look.rows)
            if self.preview.conversation in look.talks:
                self.work(self._preview(), "episodes-preview", exclusive=True)

    def _draw_head(self) -> None:
        if self.look is None:
            return
        seconds = self.home.seconds_left(self.look)
        left = f"{spoken_seconds(seconds)} left" if seconds is not None else ""
        self.head.show(*run_parts(self.look.run, self.look.figures, left))

    def _draw_counts(self) -> None:
        run = self.run
        if run is None:
            return
        noun = "episode" if run.episodes == 1 else "episodes"
        self.counts.show([], [Part(f"{self.matching:,} of {run.episodes:,} {noun}", "text"), Part(SORTED[self.sort], "dim", "sort", 3, 1)])

    # The preview

    @on(VirtualList.Highlighted, "#run-list")
    def _highlighted(self, event: VirtualList.Highlighted) -> None:
        event.stop()
        self._want_preview()
        self.home.refresh_bindings()

    def _want_preview(self) -> None:
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(SETTLE, lambda: self.work(self._preview(), "episodes-preview", exclusive=True))

    async def _preview(self) -> None:
        row = self.episode
        if row is None:
            self.preview.show_nothing()
            return
        if not self.preview.takes(row):
            return
        after = self.preview.last if self.preview.conversation == row.conversation else 0
        events = await self.ask(lambda bank: light_events(bank.connection, row.conversation, after))
        crisis = await asyncio.to_thread(crisis_turns, events)
        if self.episode is not None and self.episode.conversation == row.conversation:
            self.preview.show_episode(row, events, crisis, fresh=not after)
        if not self._frozen:
            self._frozen = True
            gc.freeze()  # a full collection would stop the keys for 0.2 s now and then

    # Keys

    @on(VirtualList.Chosen, "#run-list")
    def _chosen(self, event: VirtualList.Chosen) -> None:
        event.stop()
        self.open_episode()

    @on(PreviewTalk.Opened)
    def open_episode(self) -> None:
        """Open the episode under the cursor."""
        row = self.episode
        if row is not None:
            self.home.open_episode(row)

    @on(EpisodeField.Left)
    def _left(self, event: EpisodeField.Left) -> None:
        event.stop()
        self.rows.focus()

    @on(Input.Changed, "#run-field")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        wanted, unknown = read_episode_filter(event.value, self.arms)
        self.set_class(bool(unknown), "-unknown")
        if unknown:
            self.unknown.show([Block(ink(clean(str(unknown_words_error(unknown))), "caution"), ink("! ", "caution.bold"), 2)])
        begun = set(self.wanted.words) - set(wanted.words)  # what is an unknown facet now was read as a name while it was typed
        if (unknown and not begun) or wanted == self.wanted:
            return
        self.wanted = wanted
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(DEBOUNCE, lambda: self.work(self._reload(0), "episodes-page", exclusive=True))

    def action_filter(self) -> None:
        """To the filter."""
        self.field.focus()

    def action_sort(self) -> None:
        """The next order."""
        self._own_order = False
        self.sort = EPISODE_SORTS[(EPISODE_SORTS.index(self.sort) + 1) % len(EPISODE_SORTS)]
        self.work(self._reload(0), "episodes-page", exclusive=True)

    @on(OneLine.Clicked, "#run-counts")
    def _sort_clicked(self, event: OneLine.Clicked) -> None:
        event.stop()
        self.action_sort()

    def action_copy(self) -> None:
        """Copy the episode under the cursor as it stands on the right; what is veiled stays so."""
        row = self.episode
        if row is not None:
            lines = [self.preview.head.text, "", *(line.strip() for line in self.preview.talk.plain_lines)]
            self.esc_app.copy_to_clipboard("\n".join(lines) + "\n", f"Copied episode {row.run}/{row.number} in short.")

    def action_drawer(self) -> None:
        """List or preview."""
        if self.has_class("-stacked"):
            self.toggle_class("-drawer")
        inside = self.has_class("-drawer") if self.has_class("-stacked") else not self.preview.talk.has_focus
        (self.preview.talk if inside else self.rows).focus()

    def leave(self) -> bool:
        """Esc: close the drawer; leave a filter."""
        if self.has_class("-drawer") or self.preview.talk.has_focus:
            self.remove_class("-drawer")
            self.rows.focus()
            return True
        if self.wanted or self.has_class("-unknown"):
            self.field.value = ""
            return True
        return False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the filter letters are letters."""
        if action in {"filter", "sort", "copy", "drawer"}:
            return not self.field.has_focus and (action != "copy" or self.episode is not None)
        return True
