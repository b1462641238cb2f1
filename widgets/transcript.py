"""A transcript: a BlockView that follows its end while text arrives, and stops following when the person scrolls up."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events

from widgets.block_view import BlockView
from widgets.blocks import Block


class Transcript(BlockView):
    """Grows at the end. ``put`` keeps the end in sight as long as it was in sight before."""

    following = True
    """False while it shows something to be read from its beginning."""

    def greet(self, blocks: Iterable[Block]) -> None:
        """Show blocks from their beginning, however long they are."""
        self.following = False
        super().show(blocks)

    def put(self, block: Block) -> None:
        """Add or replace a block; follow the end if it was in sight."""
        at_end = self.at_end or not self.following
        self.following = True
        super().put(block)
        if at_end:
            self.to_end()

    def show(self, blocks: Iterable[Block], keep_scroll: bool = False) -> None:
        """Replace all blocks and go to the end, unless the place is to be kept."""
        self.following = True
        super().show(blocks, keep_scroll=True)
        if not keep_scroll:
            self.to_end()

    @property
    def at_end(self) -> bool:
        """True while the last line is in sight."""
        return self.scroll_y >= self.max_scroll_y - 1

    def to_end(self) -> None:
        """Show the last line."""
        self.scroll_end(animate=False, immediate=True, x_axis=False)

    def on_resize(self, event: events.Resize) -> None:
        """Keep the end in sight when it was."""
        at_end = self.at_end and self.following
        if self.text_width != self._width:
            self._lay_out()
        if at_end:
            self.call_after_refresh(self.to_end)
