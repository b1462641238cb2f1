"""A virtual list whose rows change while they are in sight: one row is replaced without painting the others."""

from __future__ import annotations

from collections.abc import Iterable

from widgets.virtual_list import PAGE, ListRow, VirtualList


class LiveList(VirtualList):
    """Rows that are here are found by their id and replaced in their place."""

    def replace_rows(self, rows: Iterable[ListRow]) -> bool:
        """Replace the rows with these ids where they are here; True when the one under the cursor was among them."""
        fresh = {row.id: row for row in rows}
        first = self.scroll_offset.y // self.pitch
        last = first + self.size.height // self.pitch + 1
        under_cursor = False
        for page, kept in self._pages.items():
            places = [at for at, row in enumerate(kept) if row.id in fresh and row != fresh[row.id]]
            if not places:
                continue
            changed = list(kept)
            for at in places:
                changed[at] = fresh[changed[at].id]
                index = page * PAGE + at
                under_cursor = under_cursor or index == self.cursor
                if first <= index <= last:
                    self.refresh_lines(index * self.pitch, self.row_height)
            self._pages[page] = tuple(changed)
        return under_cursor
