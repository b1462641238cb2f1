"""The episode under the cursor in short: who, the curve, and the last turns of the talk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget

from esc_tui.domain.labels import SEALED_SHELVES
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.panes.episodes.figures import band_text, clean, glyph_of, words
from esc_tui.tui.panes.episodes.talk_blocks import end_block, scene_of, short_block
from widgets.blocks import Blank, Block, Flow, Run
from widgets.curve import CurvePlot
from widgets.one_line import OneLine, Part
from widgets.transcript import Transcript

if TYPE_CHECKING:
    from textual import events as textual_events

    from esc_tui.bank.episodes import EpisodeRow
    from esc_tui.domain.events import AnyEvent
    from esc_tui.domain.talk import TalkView

SHOWN_TURNS = 12
"""Turns of the talk that the preview holds; Enter shows all."""
LAST_LATIN = "\u024f"
"""The guard's classifier learned from English; of words in another script only its rules are heard."""


def crisis_turns(events: Iterable[AnyEvent]) -> frozenset[int]:
    """Turns whose words the guard takes for a crisis, also in talks that were recorded without a guard. Blocking; for a thread."""
    events = list(events)
    guarded = {event.turn for event in events if event.kind == "guard_checked" and event.phase == "in"}
    found = {event.turn for event in events if event.kind == "guard_checked" and event.phase == "in" and event.crisis}
    left = [event for event in events if event.kind == "turn_started" and event.turn not in guarded]
    if left:
        from esc_tui.guard.detect import check_message

        for event in left:
            check = check_message(event.text)
            foreign = sum(character > LAST_LATIN for character in event.text) * 2 > len(event.text)
            if check.crisis and not (foreign and check.decided_by == "classifier"):
                found.add(event.turn)
    return frozenset(found)


class PreviewTalk(Transcript):
    """The last turns."""

    DEFAULT_CSS = "PreviewTalk { width: 1fr; height: 1fr; }"
    JUMP_KEY = "t"
    HELP_TITLE = "The episode in short"
    HELP_TEXT = ("The curve of the seeker's emotion with a tag where a strategy was used, and the last turns of the talk: what was said, "
                 "answered and felt, what the reply changed and the emotion after it. Enter opens all of it.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("preview.open", "Open this episode", "open", "enter", "open", 1, palette=False, help="The talk in full, with why."),
        Command("preview.up", "Up", "scroll_up", "k,up", palette=False, key_display="k  ↑"),
        Command("preview.down", "Down", "scroll_down", "j,down", palette=False, key_display="j  ↓"),
        Command("preview.page_up", "Page up", "page_up", "pageup", palette=False),
        Command("preview.page_down", "Page down", "page_down", "pagedown", palette=False),
        Command("preview.first", "Beginning", "scroll_home", "home,g", palette=False),
        Command("preview.last", "End", "scroll_end", "end,G", palette=False, key_display="end  G"),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    class Opened(Message):
        """The whole talk is wanted."""

    def action_open(self) -> None:
        """Enter."""
        self.post_message(self.Opened())


class Preview(Widget):
    """Shows one episode from its light events; grows with them."""

    DEFAULT_CSS = """
    Preview { layout: vertical; padding: 0 0 0 1; }
    Preview #preview-head { margin: 0 0 1 0; }
    Preview #preview-plot { height: 35%; min-height: 6; max-height: 14; margin: 0 0 1 0; }
    """

    def __init__(self) -> None:
        super().__init__(id="preview")
        self.head = OneLine(margin=0, id="preview-head")
        self.plot = CurvePlot(id="preview-plot")
        self.talk = PreviewTalk(margin=0, right_margin=1, most_columns=104, id="preview-talk")
        self.conversation = ""
        self.last = 0
        self.row: EpisodeRow | None = None
        self.arms: tuple[str, ...] = ()
        self.alive = False
        self.crisis: frozenset[int] = frozenset()
        self._view: TalkView | None = None

    def compose(self) -> ComposeResult:
        """Who, the curve, the talk."""
        yield self.head
        yield self.plot
        yield self.talk

    def show_nothing(self) -> None:
        """No episode."""
        self.conversation, self.last, self.row, self._view = "", 0, None, None
        self.head.show([])
        self.plot.display = False
        self.talk.show([])

    def takes(self, row: EpisodeRow) -> bool:
        """Whether its events are to be read; a sealed or waiting one says why not."""
        if row.shelf in SEALED_SHELVES or row.started is None:
            self.conversation, self.last, self.row, self._view = row.conversation, 0, row, None
            self._draw_head(row)
            self.plot.display = False
            said = ("This profile is sealed for a verification; its talk can be read once it is retired." if row.shelf in SEALED_SHELVES
                    else "This episode has not begun." if row.state == "waiting" else row.reason or "This episode never began.")
            self.talk.show([Block("none", (Blank(), Flow((Run(said, "dim"),))), selectable=False)])
            return False
        return True

    def show_episode(self, row: EpisodeRow, events: Sequence[AnyEvent], crisis: frozenset[int], *, fresh: bool) -> None:
        """Take in events; ``fresh``: they are all there are."""
        from esc_tui.domain.talk import TalkView

        if fresh or self._view is None or self.conversation != row.conversation:
            self._view, self.crisis, fresh = TalkView(), frozenset(), True
        self.conversation, self.row = row.conversation, row
        self.crisis |= crisis
        touched: dict[int, None] = {}
        for event in events:
            turn = self._view.apply(event)
            self.last = event.event_id
            if turn is not None:
                touched[turn.number] = None
        self.plot.display = True
        self._draw_head(row)
        self.plot.show(scene_of(self._view, None))
        if fresh:
            self._draw_talk()
        elif events:
            self.talk.drop("end")
            for number in touched:
                turn = self._view.turn(number)
                if turn is not None:
                    self.talk.put(short_block(turn, hidden=number in self.crisis))
            self._put_end()

    def _draw_talk(self) -> None:
        if self._view is None:
            return
        blocks = [short_block(turn, hidden=turn.number in self.crisis) for turn in self._view.turns[-SHOWN_TURNS:]]
        end = end_block(self._view)
        self.talk.show([*blocks, *([end] if end is not None else [])])

    def _put_end(self) -> None:
        end = end_block(self._view) if self._view is not None else None
        if end is not None:
            self.talk.put(end)

    def _draw_head(self, row: EpisodeRow) -> None:
        glyph, tone = glyph_of(row, self.alive)
        about = "" if row.shelf in SEALED_SHELVES else f"{words(row.character)} · {words(row.need)} · {words(row.scenario)}"
        right = [] if row.state == "waiting" else [Part(glyph, tone, gap=2), Part(band_text(row.emotion), "bright", gap=1),
                                                   Part(f"t{row.turns}", "dim", gap=2)]
        several = len(self.arms) > 1 and row.arm < len(self.arms)
        arm = [Part(f":{row.arm + 1} {clean(self.arms[row.arm])}", "accent", gap=3, drop=1)] if several else []
        self.head.show([Part(clean(row.name), "bright.bold"), *arm, Part(about, "dim", gap=3, drop=2)], right)

    def on_resize(self, event: textual_events.Resize) -> None:
        """In a low window the curve gives way to the talk."""
        self.plot.styles.height = max(6, min(14, event.size.height * 2 // 5))
