"""A scrolling view of blocks with a cursor over them: lines are drawn on demand, re-wrapped on resize, and selectable.

It has actions but binds no keys; a subclass binds ``cursor_up``, ``cursor_down``, ``cursor_first``, ``cursor_last``,
``choose`` and Textual's own scrolling actions as it likes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from widgets.blocks import Block, Line
from widgets.tones import tone_style


class BlockView(ScrollView, can_focus=True):
    """Shows blocks one below the other. ``margin`` columns stay free on the left, the first of them for the cursor."""

    ALLOW_SELECT = True
    DEFAULT_CSS = """
    BlockView {
        overflow-x: hidden; overflow-y: auto; scrollbar-gutter: stable; scrollbar-size-vertical: 1;
        background: $background; color: $text;
    }
    """
    cursor: var[str] = var("", init=False)
    """The key of the block under the cursor; empty when there is none."""

    class CursorMoved(Message):
        """The cursor stands on another block now."""

        def __init__(self, view: BlockView, key: str) -> None:
            self.view, self.key = view, key
            super().__init__()

        @property
        def control(self) -> BlockView:
            """The view."""
            return self.view

    class Chosen(Message):
        """Enter was pressed on a block, or it was clicked twice."""

        def __init__(self, view: BlockView, key: str) -> None:
            self.view, self.key = view, key
            super().__init__()

        @property
        def control(self) -> BlockView:
            """The view."""
            return self.view

    def __init__(self, *, margin: int = 2, right_margin: int = 1, fill_cursor: bool = False,
                 most_columns: int = 0, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._margin, self._right_margin, self._fill = margin, right_margin, fill_cursor
        self._most = most_columns
        self._base: Style | None = None
        self._blocks: list[Block] = []
        self._starts: list[int] = []
        self._lines: list[Line] = []
        self._width = self._height = 0
        self._sought = ""

    # -- content -----------------------------------------------------------------------------------------------------

    @property
    def allow_select(self) -> bool:
        """Text can be selected with the mouse."""
        return True

    @property
    def blocks(self) -> Sequence[Block]:
        """The blocks shown."""
        return self._blocks

    @property
    def text_width(self) -> int:
        """The cells a line of text may take."""
        room = max(8, self.scrollable_content_region.width - self._margin - self._right_margin)
        return min(room, self._most) if self._most else room

    @property
    def plain_lines(self) -> list[str]:
        """What is shown, line by line, without colours; for tests and for copying all of it."""
        return ["".join(run.text for run in line.runs) for line in self._lines]

    def show(self, blocks: Iterable[Block], keep_scroll: bool = False) -> None:
        """Replace all blocks; the cursor stays on the block with the same key, else it goes nowhere."""
        self._blocks = list(blocks)
        self._lay_out()
        if self.cursor and not any(block.key == self.cursor and block.selectable for block in self._blocks):
            self.set_reactive(BlockView.cursor, "")
        if not keep_scroll:
            self.scroll_to(y=0, animate=False, immediate=True)

    def put(self, block: Block) -> None:
        """Add a block at the end, or replace the one with its key; only lines that changed are painted."""
        place = next((at for at in range(len(self._blocks) - 1, -1, -1) if self._blocks[at].key == block.key), None)
        if place is None:
            self._blocks.append(block)
            self._starts.append(len(self._lines))
            self._extend(block.lines(self._width) if self._width else [], len(self._lines))
            return
        if self._blocks[place] == block:
            return
        self._blocks[place] = block
        if place != len(self._blocks) - 1:
            self._lay_out()
            return
        start = self._starts[place]
        old, new = self._lines[start:], block.lines(self._width) if self._width else []
        same = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        self._lines[start:] = new
        self._after_change(start + same, len(old) != len(new))

    def drop(self, key: str) -> None:
        """Take a block away; the last one goes without touching the others."""
        place = next((at for at, block in enumerate(self._blocks) if block.key == key), None)
        if place is None:
            return
        last = place == len(self._blocks) - 1
        del self._blocks[place]
        if last and len(self._starts) == place + 1:
            start = self._starts.pop()
            del self._lines[start:]
            self._after_change(start, True)
        else:
            self._lay_out()

    def _extend(self, lines: list[Line], start: int) -> None:
        self._lines.extend(lines)
        self._after_change(start, True)

    def _after_change(self, first: int, height_changed: bool) -> None:
        if height_changed:
            self._measure()
        self.refresh(Region(0, max(0, first - round(self.scroll_y)), self.size.width, self.size.height))

    def _lay_out(self) -> None:
        before, width = self._lines, self._width
        self._width = self.text_width if self.size.width else 0
        self._starts, self._lines = [], []
        if self._width:
            for block in self._blocks:
                self._starts.append(len(self._lines))
                self._lines.extend(block.lines(self._width))
        self._measure()
        if before and width == self._width and not self.cursor:
            self._refresh_changed(before)
        else:
            self.refresh()

    def _refresh_changed(self, before: Sequence[Line]) -> None:
        """Paint only the lines in sight that look other than before."""
        top, start = round(self.scroll_y), None
        for y in range(self.size.height + 1):
            number = top + y
            same = y == self.size.height or self._lines[number:number + 1] == before[number:number + 1]
            if same and start is not None:
                self.refresh(Region(0, start, self.size.width, y - start))
                start = None
            elif not same and start is None:
                start = y

    def _measure(self) -> None:
        """Tell the scrollbar how much there is. The screen is laid out anew only when the scrollbar comes or goes."""
        size, room, styles = Size(self._width + self._margin, len(self._lines)), self.container_size.height, self.styles
        fixed = styles.overflow_y == "scroll" or (size.height > room) == self.show_vertical_scrollbar
        if room and fixed and not styles.is_auto_height:
            self.set_reactive(BlockView.virtual_size, size)
            self._scroll_update(size)
        else:
            self.virtual_size = size

    def on_resize(self, event: events.Resize) -> None:
        """Wrap again when the width changed, keeping the top block in sight, and the cursor's if it was sought and is not scrolled away."""
        start, top = self.lines_of(self.cursor)[0], round(self.scroll_y)
        seen = bool(self.cursor) and self.cursor == self._sought and (not self._height or top <= start < top + self._height)
        self._height = self.size.height
        if self.text_width != self._width:
            at = self.block_at(top)
            self._lay_out()
            if at is not None:
                self.scroll_to(y=self._starts[at], animate=False, immediate=True)
        if seen:
            self._bring(self.cursor)

    def notify_style_update(self) -> None:
        """Paint again in the new colours."""
        super().notify_style_update()
        self._base = None
        self.refresh()

    # -- cursor ------------------------------------------------------------------------------------------------------

    def block_at(self, line: int) -> int | None:
        """Which block holds a line."""
        if not self._starts or not 0 <= line < len(self._lines):
            return None
        return bisect_right(self._starts, line) - 1

    def lines_of(self, key: str) -> tuple[int, int]:
        """First line and number of lines of a block; (0, 0) when it is not there."""
        for place, block in enumerate(self._blocks):
            if block.key == key and place < len(self._starts):
                last = self._starts[place + 1] if place + 1 < len(self._starts) else len(self._lines)
                return self._starts[place], last - self._starts[place]
        return 0, 0

    def watch_cursor(self, before: str, now: str) -> None:
        """Paint the old and the new place and tell."""
        for key in (before, now):
            start, count = self.lines_of(key)
            if count:
                self.refresh_lines(start, count)
        self.post_message(self.CursorMoved(self, now))

    def move_to(self, key: str, scroll: bool = True) -> None:
        """Put the cursor on a block and bring it into sight."""
        self.cursor = key
        self._sought = key if scroll else ""
        if scroll:
            self._bring(key)

    def _bring(self, key: str) -> None:
        """Scroll a block into sight."""
        start, count = self.lines_of(key)
        self.scroll_to_region(Region(0, start, 1, max(1, min(count, self.size.height))), animate=False,
                              immediate=True, x_axis=False, force=True)  # also before its scrollbar is shown

    def _step(self, by: int) -> None:
        keys = [block.key for block in self._blocks if block.selectable]
        if not keys:
            self.scroll_relative(y=by, animate=False)
            return
        if self.cursor not in keys:
            self.move_to(keys[-1] if by < 0 else keys[0])
            return
        place = keys.index(self.cursor) + by
        if 0 <= place < len(keys):
            self.move_to(keys[place])
        else:
            self.scroll_relative(y=3 * by, animate=False)

    def action_cursor_up(self) -> None:
        """One block up."""
        self._step(-1)

    def action_cursor_down(self) -> None:
        """One block down."""
        self._step(1)

    def action_cursor_first(self) -> None:
        """The first block."""
        key = next((block.key for block in self._blocks if block.selectable), "")
        if key:
            self.move_to(key)
        self.scroll_home(animate=False)

    def action_cursor_last(self) -> None:
        """The last block."""
        key = next((block.key for block in reversed(self._blocks) if block.selectable), "")
        if key:
            self.move_to(key)
        self.scroll_end(animate=False)

    def action_choose(self) -> None:
        """Enter on the block under the cursor."""
        if self.cursor:
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there, a second one chooses."""
        if event.button != 1 or self.screen.get_selected_text():
            return
        place = self.block_at(round(self.scroll_y) + event.y)
        if place is not None and self._blocks[place].selectable:
            self.move_to(self._blocks[place].key, scroll=False)
            if event.chain == 2:
                self.action_choose()

    # -- drawing -----------------------------------------------------------------------------------------------------

    def on_focus(self) -> None:
        """The cursor is brighter while the view has the focus."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor is quieter without the focus."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the window."""
        if self._base is None:
            self._base = self.rich_style
        width, base = self.size.width, self._base
        number = round(self.scroll_y) + y
        if number >= len(self._lines):
            return Strip.blank(width, base)
        place = self.block_at(number)
        here = bool(self.cursor) and place is not None and self._blocks[place].key == self.cursor
        if here and not self._lines[number].runs and self._is_last(number, place):
            here = False
        if here and self._fill and self.has_focus:
            base = base + tone_style(self, "", "raised")
        strip = Strip([*self._mark(here, base), *self._text(number, base)])
        strip = strip.adjust_cell_length(width, base)
        return strip.apply_offsets(0, number)

    def _is_last(self, number: int, place: int | None) -> bool:
        """True for the last line of a block: an empty one there belongs to the space between blocks."""
        following = None if place is None or place + 1 >= len(self._starts) else self._starts[place + 1]
        return number + 1 == (len(self._lines) if following is None else following)

    def _mark(self, here: bool, base: Style) -> list[Segment]:
        if not self._margin:
            return []
        if not here:
            return [Segment(" " * self._margin, base)]
        tone = "accent" if self.has_focus else "rule"
        return [Segment("▌", base + tone_style(self, tone)), Segment(" " * (self._margin - 1), base)]

    def _text(self, number: int, base: Style) -> list[Segment]:
        line = self._lines[number]
        selection = self.text_selection
        span = selection.get_span(number) if selection is not None else None
        chosen = self.screen.get_component_rich_style("screen--selection") if span is not None else None
        out: list[Segment] = []
        at = self._margin
        for run in line.runs:
            style = base + tone_style(self, run.tone)
            if span is None or chosen is None:
                out.append(Segment(run.text, style))
            else:
                first, last = span
                last = last if last >= 0 else at + len(run.text)
                cut_a = min(max(first - at, 0), len(run.text))
                cut_b = min(max(last - at, cut_a), len(run.text))
                for text, chosen_style in ((run.text[:cut_a], style), (run.text[cut_a:cut_b], style + chosen),
                                           (run.text[cut_b:], style)):
                    if text:
                        out.append(Segment(text, chosen_style))
            at += len(run.text)
        return out

    # -- selection ---------------------------------------------------------------------------------------------------

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text: bars and tags left out, lines that were broken for room joined again."""
        out: list[str] = []
        for number, line in enumerate(self._lines):
            span = selection.get_span(number)
            if span is None:
                continue
            first, last = span
            at, text = self._margin, ""
            for run in line.runs:
                end = at + len(run.text) if last < 0 else last
                piece = run.text[max(0, first - at):max(0, end - at)]
                text += "" if run.chrome else piece
                at += len(run.text)
            out.append(text.rstrip() + (" " if line.goes_on else "\n"))
        copied = "".join(out).strip("\n")
        return (copied, "\n") if copied.strip() else None

    def selection_updated(self, selection: Selection | None) -> None:
        """Paint the selection."""
        self.refresh()
