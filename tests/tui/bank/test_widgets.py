"""The widgets the Bank pane stands on: the long list, typeset pages, differences. They know nothing of skills."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.content import Content

from tests.tui.helpers import wait_until
from widgets.diff import DiffSection, DiffView, changed_words, diff_lines
from widgets.page import Block, set_block
from widgets.toned import ink, inks
from widgets.virtual_list import PAGE, Cell, ListRow, VirtualList, lay_out


def row(number: int) -> ListRow:
    return ListRow(f"row-{number}", number, lambda: ((Cell(Content(f"row {number}")),), (Cell(Content("second")),)))


@given(text=st.text(max_size=40), width=st.integers(1, 30))
def test_what_is_cut_in_its_middle_keeps_its_width(text, width):
    assert lay_out([Cell(Content(text), cut="middle")], width).cell_length == width


def test_rows_that_differ_at_their_end_alone_still_differ_when_cut():
    names = [f"ask-what-hurts-most-and-credit-seeking-a-way-{end}" for end in ("forward", "forward-not-sad", "forward-sad-or-angry")]
    cut = [lay_out([Cell(Content(name), cut="middle")], 30).plain for name in names]
    assert len(set(cut)) == 3 and all(line.startswith("ask-what-hurts") and "…" in line for line in cut)


class ListApp(App[None]):
    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count
        self.asked: list[int] = []
        self.seen: list[str | None] = []

    def compose(self) -> ComposeResult:
        yield VirtualList(id="rows")

    def on_mount(self) -> None:
        rows = self.query_one(VirtualList)
        rows.show_rows(self.count, [row(number) for number in range(min(PAGE, self.count))])
        rows.focus()

    def on_virtual_list_page_wanted(self, event: VirtualList.PageWanted) -> None:
        self.asked.append(event.offset)
        event.sender.put_rows(event.generation, event.offset, [row(event.offset + at) for at in range(event.limit)])

    def on_virtual_list_highlighted(self, event: VirtualList.Highlighted) -> None:
        self.seen.append(event.row.id if event.row else None)


async def test_only_the_pages_that_are_looked_at_are_asked_for():
    app = ListApp(1_000_000)
    async with app.run_test() as pilot:
        await pilot.press("end")
        await wait_until(pilot, lambda: app.query_one(VirtualList).highlighted is not None)
        assert app.query_one(VirtualList).highlighted.id == "row-999999"
        assert len(app.asked) <= 2


async def test_the_cursor_is_kept_by_its_row_when_rows_come_anew():
    app = ListApp(50)
    async with app.run_test() as pilot:
        await pilot.press("down", "down")
        rows = app.query_one(VirtualList)
        rows.show_rows(51, [row(100), *[row(number) for number in range(50)]], cursor_id="row-2")
        assert rows.highlighted.id == "row-2" and rows.cursor == 3


async def test_rows_of_an_older_list_are_dropped():
    app = ListApp(500)
    async with app.run_test():
        rows = app.query_one(VirtualList)
        old = rows.generation
        rows.show_rows(500, [row(number) for number in range(100)])
        rows.put_rows(old, 100, [row(9)] * 100)
        assert rows.row_at(100) is None


async def test_lines_are_made_only_for_rows_that_are_seen():
    made: list[int] = []

    def counted(number: int) -> ListRow:
        def draw():
            made.append(number)
            return ((Cell(Content(str(number))),),)

        return ListRow(str(number), number, draw)

    app = ListApp(0)
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one(VirtualList).show_rows(100, [counted(number) for number in range(100)])
        await pilot.pause()
        assert set(made) == set(range(12))


async def test_a_click_moves_the_cursor():
    app = ListApp(50)
    async with app.run_test() as pilot:
        await pilot.click("#rows", offset=(5, 4))
        assert app.query_one(VirtualList).cursor == 2


async def test_an_empty_list_says_its_sentence():
    app = ListApp(0)
    async with app.run_test() as pilot:
        rows = app.query_one(VirtualList)
        rows.empty = Content("Nothing here.")
        rows.show_rows(0, [])
        await pilot.pause()
        assert "Nothing here." in rows.render_line(1).text and rows.highlighted is None


TEXT = st.text(alphabet=st.sampled_from("abc 你好家👩🎉e\u0301\u0300[]/\u2003漢"), max_size=60)


@given(TEXT, TEXT, st.integers(10, 90))
def test_a_line_of_cells_is_always_exactly_as_wide_as_asked(one, other, width):
    line = lay_out((Cell(Content(one)), Cell(Content(other), 7, "right"), Cell(Content("x"), 3, show_from=40)), width)
    assert line.cell_length == width


@given(TEXT, st.integers(12, 60))
def test_a_block_never_leaves_its_width(text, width):
    lines = set_block(Block(Content(text), ink("1 ▎", "dim"), 4, 1, ink("▎", "dim"), ink("right", "dim")), width)
    assert all(line.cell_length <= width for line in lines)


def test_a_cell_hides_where_there_is_little_room():
    cells = (Cell(Content("name")), Cell(Content("tags"), 4, show_from=20), Cell(Content("t"), 1, show_from=10, hide_from=20))
    assert "tags" in lay_out(cells, 30).plain and "tags" not in lay_out(cells, 15).plain and " t" in lay_out(cells, 15).plain


def test_text_is_never_markup():
    assert inks("[b]x[/b]", ("[red]", "dim")).plain == "[b]x[/b][red]"


def test_replaced_lines_stand_beside_each_other():
    lines = diff_lines(["a", "b", "c"], ["a", "x", "c", "d"])
    assert [(line.before, line.after) for line in lines] == [("a", "a"), ("b", "x"), ("c", "c"), (None, "d")]


@given(st.lists(TEXT, max_size=8), st.lists(TEXT, max_size=8))
def test_no_line_of_a_difference_is_lost(before, after):
    lines = diff_lines(before, after)
    assert [line.before for line in lines if line.before is not None] == before
    assert [line.after for line in lines if line.after is not None] == after


def test_changed_words_are_marked_and_none_is_lost():
    content = changed_words("a lot of quiet work", "a lot of work", "harmed")
    assert content.plain == "a lot of quiet work"
    assert "quiet" in "".join(content.plain[span.start:span.end] for span in content.spans if "underline" in str(span.style))


@pytest.mark.parametrize("width", [40, 120])
def test_a_difference_fits_both_layouts(width):
    view = DiffView([DiffSection("Moves", ("one step", "two 步"), ("one step further", "two 步")), DiffSection("Same", ("x",), ("x",))])
    lines = view.typeset(width)
    assert all(line.cell_length <= width for line in lines)
    assert "Same" not in "\n".join(line.plain for line in lines) and "further" in "\n".join(line.plain for line in lines)


def test_an_undo_says_to_which_revision_it_went() -> None:
    from esc_tui.domain.revision import Revision
    from esc_tui.tui.panes.bank.rows import revision_row

    undo = Revision(number=3, parents=(2,), kind="undo", author="Ada", time="2026-01-01T00:00:00Z", message="Undo r2: x", hash="ab" * 32,
                    restores=1)
    assert "undo to r1" in revision_row(undo, True).lines[1][0].content.plain
