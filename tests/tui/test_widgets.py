"""The generic widgets: wrapping by cells, bars, one-line layout, and the view of blocks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.events import Resize

from tests.tui.helpers import wait_until
from widgets.bars import bar, share
from widgets.block_view import BlockView
from widgets.blocks import BarRow, Block, Flow, Row, Rule, Run, runs_width
from widgets.one_line import OneLine, Part
from widgets.transcript import Transcript
from widgets.wrapping import cut, line_spans

TEXTS = st.text(alphabet=st.sampled_from("ab cd\n 你好。世界 e\u0301👩‍👩‍👧 -–,.!"), max_size=120)


@given(TEXTS, st.integers(2, 40))
def test_no_line_is_wider_than_asked(text, width):
    for start, end, _ in line_spans(text, width):
        assert cell_len(text[start:end]) <= width


@given(TEXTS, st.integers(2, 40))
def test_wrapping_loses_nothing_but_blanks(text, width):
    joined = "".join(text[start:end] for start, end, _ in line_spans(text, width))
    assert "".join(joined.split()) == "".join(text.split())


@given(TEXTS, st.integers(0, 30))
def test_a_cut_text_fits_and_says_that_it_was_cut(text, width):
    text = text.replace("\n", " ")
    made = cut(text, width)
    assert cell_len(made) <= width
    assert made == text or width == 0 or made.endswith("…")


def test_words_are_kept_whole_where_they_fit():
    text = "one two three four"
    assert [text[a:b] for a, b, _ in line_spans(text, 9)] == ["one two", "three", "four"]


def test_chinese_breaks_between_characters():
    text = "没有人注意到我"
    assert [text[a:b] for a, b, _ in line_spans(text, 6)] == ["没有人", "注意到", "我"]


@given(st.floats(0, 1), st.integers(1, 60))
def test_a_bar_has_exactly_its_width(value, width):
    full, empty = bar(value, width)
    assert cell_len(full + empty) == width


@pytest.mark.parametrize(("value", "text"), [(0.84, ".84"), (0.999, "1.0"), (1, "1.0"), (0, ".00"), (0.055, ".06")])
def test_shares_are_two_digits(value, text):
    assert share(value) == text


@pytest.mark.parametrize("part", [
    Flow((Run("some words that wrap around"),), (Run("> "),), (Run("  "),)),
    Row((Run("a name that is long"),), (Run("12"),)),
    BarRow((Run("a name"),), 0.5, "accent", (Run(".50"),)),
    Rule(),
], ids=lambda part: type(part).__name__)
@pytest.mark.parametrize("width", [12, 20, 37, 80])
def test_no_part_draws_beyond_its_width(part, width):
    assert all(runs_width(line.runs) <= width for line in part.lines(width))


def test_the_right_of_a_row_stands_at_the_edge_and_the_left_is_cut():
    [line] = Row((Run("a-rather-long-name"),), (Run(".84"),)).lines(14)
    assert "".join(run.text for run in line.runs) == "a-rather…  .84"


class Shown(App[None]):
    def __init__(self, widget):
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget


def block(key: str, *texts: str, selectable: bool = True) -> Block:
    return Block(key, tuple(Flow((Run(text),)) for text in texts), selectable)


async def test_a_view_works_without_any_theme_of_ours():
    view = BlockView()
    async with Shown(view).run_test(size=(40, 10)) as pilot:
        view.show([block("a", "hello")])
        await pilot.pause()
        assert view.plain_lines == ["hello"]
        assert "hello" in view.render_line(0).text


async def test_the_cursor_goes_over_selectable_blocks_only():
    view = BlockView()
    async with Shown(view).run_test(size=(40, 10)) as pilot:
        view.show([block("a", "1"), block("b", "2", selectable=False), block("c", "3")])
        await pilot.pause()
        view.action_cursor_down()
        assert view.cursor == "a"
        view.action_cursor_down()
        assert view.cursor == "c"


@pytest.mark.parametrize("kind", [BlockView, Transcript])
async def test_a_block_that_was_sought_is_in_sight_however_the_window_comes_and_shrinks(kind):
    view = kind()
    view.styles.display = "none"
    async with Shown(view).run_test(size=(40, 20)) as pilot:
        view.show([block(str(number), "one", "two") for number in range(30)], keep_scroll=True)
        view.following = False
        view.move_to("12")

        def in_sight():
            return view.scroll_y <= view.lines_of("12")[0] < view.scroll_y + view.size.height

        view.styles.display = "block"
        await wait_until(pilot, lambda: view.size.height == 20 and in_sight())
        view.styles.height = 4
        await wait_until(pilot, lambda: view.size.height == 4 and in_sight())
        view.scroll_to(y=0, animate=False, immediate=True)
        view.styles.height = 6
        await wait_until(pilot, lambda: view.size.height == 6)
        assert view.scroll_y == 0, "who scrolled away stays there"


async def test_replacing_the_last_block_paints_only_lines_that_changed(monkeypatch):
    view = BlockView()
    async with Shown(view).run_test(size=(40, 20)) as pilot:
        view.show([block("a", "one", "two", "three")])
        await pilot.pause()
        regions = []
        monkeypatch.setattr(view, "refresh", lambda *found, **_: regions.extend(found))
        view.put(block("a", "one", "two", "three and more"))
        assert [region.y for region in regions] == [2]


async def test_a_transcript_that_is_read_anew_from_its_beginning_stays_there_though_it_was_resized_at_its_end():
    view = Transcript()
    async with Shown(view).run_test(size=(40, 10)) as pilot:
        view.show([block(f"k{number}", f"line {number}") for number in range(30)])
        await wait_until(pilot, lambda: view.following and view.at_end)
        view.on_resize(Resize(view.size, view.virtual_size))
        view.following = False
        view.move_to("k0")
        await pilot.pause()
        assert view.scroll_y == 0 and not view.following


async def test_a_transcript_follows_its_end_until_somebody_scrolls_up():
    view = Transcript()
    async with Shown(view).run_test(size=(40, 10)) as pilot:
        for number in range(30):
            view.put(block(f"k{number}", f"line {number}"))
        await pilot.pause()
        assert view.at_end
        view.scroll_to(y=3, animate=False)
        await pilot.pause()
        view.put(block("k30", "line 30"))
        await pilot.pause()
        assert round(view.scroll_y) == 3
        view.to_end()
        view.put(block("k31", "line 31"))
        await pilot.pause()
        assert view.at_end


async def test_five_thousand_turns_are_laid_out_once_and_drawn_by_the_window():
    view = Transcript()
    async with Shown(view).run_test(size=(80, 24)) as pilot:
        drawn = []
        render = view.render_line
        view.render_line = lambda y: (drawn.append(y), render(y))[1]
        view.show([block(f"k{number}", "some words " * 20) for number in range(5000)])
        await pilot.pause()
        assert len(view.plain_lines) > 10_000
        assert len(drawn) < 200


async def test_a_line_leaves_out_first_what_may_go_first():
    line = OneLine(margin=0)
    async with Shown(line).run_test(size=(20, 3)) as pilot:
        line.show([Part("keep")], [Part("goes first", drop=9), Part("goes second", drop=1)])
        await pilot.pause()
        assert line.render_line(0).text.split() == ["keep", "goes", "second"]


async def test_a_click_tells_the_target_under_it():
    clicked = []

    class Clicking(Shown):
        def on_one_line_clicked(self, event: OneLine.Clicked) -> None:
            clicked.append(event.target)

    line = OneLine(margin=0)
    async with Clicking(line).run_test(size=(30, 3)) as pilot:
        line.show([Part("one", target="first"), Part("two", target="second", gap=2)])
        await pilot.pause()
        await pilot.click(line, offset=(6, 0))
        await wait_until(pilot, lambda: clicked)
        assert clicked == ["second"]
