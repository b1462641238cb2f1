"""A transcript: a BlockView that follows its end while text arrives, and stops following when the person scrolls up."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events


from widgets.block_view import BlockView
from widgets.blocks import Block


class Transcript(BlockView):
    """Grows at the end. ``put`` keeps the end in sight as long as it was in sight before."""

    def put(self, block: Block) -> None:
        """Add or replace a block; follow the end if it was in sight."""
        at_end = self.at_end
        super().put(block)
        if at_end:
            self.to_end()

    def show(self, blocks: Iterable[Block], keep_scroll: bool = False) -> None:
        """Replace all blocks and go to the end, unless the place is to be kept."""
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
        at_end = self.at_end
        if self.text_width != self._width:
            self._lay_out()
        if at_end:
            self.call_after_refresh(self.to_end)
