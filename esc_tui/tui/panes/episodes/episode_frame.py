"""The parts of an open episode on the screen, and how they are drawn: head, curve over talk, why."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from esc_tui.tui.messages import SkillRequested, UnitRequested
from esc_tui.tui.panes.chat.turn_block import turn_key, turn_number
from esc_tui.tui.panes.chat.why_blocks import why_blocks
from esc_tui.tui.panes.episodes.base import EpisodesPart
from esc_tui.tui.panes.episodes.episode_views import EpisodeTalk, EpisodeWhy, TalkField
from esc_tui.tui.panes.episodes.figures import band_text, glyph_of
from esc_tui.tui.panes.episodes.showing import TalkShowing
from widgets.block_view import BlockView
from widgets.blocks import Blank, Block, Flow, Run
from widgets.curve import CurvePlot
from widgets.one_line import OneLine, Part

if TYPE_CHECKING:
    from textual import events as textual_events
    from textual.timer import Timer

    from esc_tui.bank.episodes import EpisodeRow
    from esc_tui.bank.runs import RunRow
    from esc_tui.domain.talk import TurnView
    from esc_tui.tui.panes.episodes.following import Look

NO_WHY = "Nothing tells why this reply was given: the talk was recorded elsewhere."


class EpisodeFrame(EpisodesPart):
    """The base of the view: what stands where, and the cursor that curve and why side follow."""

    def __init__(self) -> None:
        super().__init__(id="episodes-episode")
        self.head = OneLine(id="episode-head")
        self.plot = CurvePlot(id="episode-plot")
        self.talk = EpisodeTalk(margin=2, right_margin=1, most_columns=100, id="episode-talk")
        self.talk.following = False  # a stored talk is read from its beginning
        self.why = EpisodeWhy(margin=2, right_margin=1, fill_cursor=True, id="episode-why")
        self.field = TalkField(placeholder="words of the talk", id="find-field", select_on_focus=False, compact=True)
        self.field.cursor_blink = False
        self.found_line = OneLine(margin=0, id="find-found")
        self.showing = TalkShowing()
        self.row: EpisodeRow | None = None
        self._look: Look | None = None
        self._watched: tuple[int, int] | None = None
        self._timer: Timer | None = None
        self._open_sections: frozenset[str] = frozenset()
        self._reading = asyncio.Lock()

    def compose(self) -> ComposeResult:
        """Head, curve over talk, why."""
        yield self.head
        with Horizontal():
            with Vertical(id="episode-left"):
                yield self.plot
                with Horizontal(id="episode-find"):
                    yield OneLine(margin=0, id="find-prompt")
                    yield self.field
                    yield self.found_line
                yield self.talk
            yield self.why

    def on_mount(self) -> None:
        """Draw the prompt."""
        self.query_one("#find-prompt", OneLine).show([Part("/", "accent")])

    def on_resize(self, event: textual_events.Resize) -> None:
        """The curve takes a third of the height."""
        self.plot.styles.height = max(7, min(16, event.size.height // 3))

    def take_focus(self) -> None:
        """To the talk."""
        self.talk.focus()

    @property
    def run(self) -> RunRow | None:
        """The run of the episode."""
        front = self.home.front
        return front.run if front is not None else None

    @property
    def episode(self) -> EpisodeRow | None:
        """The episode shown."""
        return self.row

    # Drawing

    def _draw_all(self, keep: bool = False) -> None:
        cursor = self.talk.cursor
        following = self.talk.following
        self.talk.show(self.showing.blocks(), keep_scroll=True)
        self.talk.following = following and keep
        if not keep:
            self.talk.cursor = ""
        elif cursor:
            self.talk.move_to(cursor, scroll=False)
        self._draw_head()
        self._draw_plot()

    def _draw_head(self) -> None:
        row, showing = self.row, self.showing
        if row is None:
            return
        replay = showing.replay
        right: list[Part] = []
        if replay is not None:
            right = [Part("▶" if replay.playing else "‖", "accent", gap=2), Part(f"replay {replay.speed}×", "text", gap=1),
                     Part("+ - speed", "dim", gap=2, drop=3)]
        glyph, tone = glyph_of(row, self.run is not None and self.run.alive)
        if replay is None and row.state != "waiting":
            right = [Part(glyph, tone, gap=2), Part(band_text(row.emotion), "bright", gap=1), Part(f"t{row.turns}", "dim", gap=2)]
        if replay is None and self.run is not None and self.run.state == "paused" and row.state != "finished":
            right = [Part("paused", "accent", gap=2), *right]
        self.head.show([Part(f"Run {row.run}, episode {row.number}", "accent.bold"), Part(showing.name, "bright.bold", gap=2),
                        Part(showing.supporter, "dim", gap=3, drop=2)], right)

    def _draw_plot(self) -> None:
        self.plot.show(self.showing.scene(turn_number(self.talk.cursor)))

    def _put_end(self) -> None:
        self.talk.drop("end")
        end = self.showing.end()
        if end is not None:
            self.talk.put(end)

    @property
    def turn(self) -> TurnView | None:
        """The turn under the cursor."""
        number = turn_number(self.talk.cursor)
        return self.showing.view.turn(number) if number is not None else None

    def _show_turn(self) -> None:
        """The curve and the why side follow the turn under the cursor."""
        self._draw_plot()
        turn = self.turn
        if turn is None:
            blocks = [Block("none", (Flow((Run("This episode has not begun." if self.row is not None and self.row.state == "waiting"
                                               else "Choose a turn with j and k.", "dim"),)),), selectable=False)]
        elif self.showing.hides(turn.number):
            said = Flow((Run("! ", "caution"), Run("Words about a crisis are veiled; u shows them.", "text")))
            blocks = [Block("veiled", (said, Blank()), selectable=False)]
        elif turn.state is None and turn.ranked is None and turn.guard_in is None and self.showing.recorded:
            blocks = [Block("none", (Flow((Run(NO_WHY, "dim"),)),), selectable=False)]
        else:
            blocks = why_blocks(turn, self._open_sections, self.showing.facts, simulated=True)
        self.why.show(blocks, keep_scroll=True)
        self.refresh_bindings()

    @on(BlockView.CursorMoved)
    def _moved(self, event: BlockView.CursorMoved) -> None:
        event.stop()
        if event.view is self.talk:
            self._open_sections = frozenset()
            self._show_turn()
            self.why.scroll_to(y=0, animate=False)

    @on(BlockView.Chosen)
    def _chosen(self, event: BlockView.Chosen) -> None:
        """Enter on the why side: a unit in Evidence, a skill in the Bank, the rest of a section."""
        event.stop()
        kind, _, name = event.key.partition(":")
        if event.view is self.talk:
            self.talk.action_look()
        elif kind == "unit":
            self.post_message(UnitRequested(int(name)))
        elif kind == "skill":
            self.post_message(SkillRequested(name))
        elif kind == "more":
            self._open_sections ^= {name}
            self._show_turn()

    @on(CurvePlot.Picked)
    def _picked(self, event: CurvePlot.Picked) -> None:
        event.stop()
        if self.showing.view.turn(event.x) is not None:
            self.talk.move_to(turn_key(event.x))
