"""A transcript: a BlockView that follows its end while text arrives, and stops following when the person scrolls up."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events

from widgets.block_view import BlockView
from widgets.blocks import Block


class Transcript(BlockView):
    """Grows at the end. ``put`` keeps the end in sight as long as it was in sight before."""

    following = True
    """True while the end is to be kept in sight; False once the person scrolled up, or while something is read from its
    beginning."""

    def greet(self, blocks: Iterable[Block]) -> None:
        """Show blocks from their beginning, however long they are."""
        super().show(blocks)
        self._greeting = True
        self.following = False

    def put(self, block: Block) -> None:
        """Add or replace a block; keep the end in sight if it was."""
        if self._greeting:
            self._greeting, self.following = False, True
        super().put(block)
        if self.following:
            self.to_end()

    def show(self, blocks: Iterable[Block], keep_scroll: bool = False) -> None:
        """Replace all blocks and go to the end, unless the place is to be kept."""
        super().show(blocks, keep_scroll=True)
        self._greeting = False
        if not keep_scroll:
            self.to_end()

    @property
    def at_end(self) -> bool:
        """True while the last line is in sight."""
        return self.scroll_y >= self.max_scroll_y - 1

    def to_end(self) -> None:
        """Show the last line and follow it."""
        self.following = True
        self.scroll_end(animate=False, immediate=True, x_axis=False, force=True)  # also before its scrollbar is shown

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolling up lets go of the end, scrolling back to it takes hold again."""
        super().watch_scroll_y(old_value, new_value)
        if new_value < old_value and not self.at_end:
            self.following = False
        elif new_value > old_value and self.at_end:
            self.following = not self._greeting

    def on_resize(self, event: events.Resize) -> None:
        """Wrap again; keep the end in sight when it was."""
        following = self.following
        if self.text_width != self._width:
            self._lay_out()
        self.following = following
        if following:
            self.call_after_refresh(self._keep_end)

    def _keep_end(self) -> None:
        """The end again, unless something else is read by now, from its beginning."""
        if self.following:
            self.to_end()

    _greeting = False
