"""The grid: headings stay in sight, the cursor stays inside, lines have one width."""

from __future__ import annotations

from textual.app import App, ComposeResult

from esc_tui.tui.themes import dark
from tests.tui.helpers import wait_until
from widgets.blocks import Run
from widgets.grid import Grid, Heading
from widgets.one_line import OneLine, Part
from widgets.toned import ink


class GridApp(App[None]):
    CSS = "Grid { height: 8; }"

    def __init__(self, rows: int = 12, columns: int = 20) -> None:
        super().__init__()
        self.register_theme(dark())
        self.theme = "esc-dark"
        self.grid = Grid(row_label=12)
        self.wanted = rows, columns
        self.told: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield self.grid

    def on_mount(self) -> None:
        rows, columns = self.wanted
        cells = {(f"r{number}", f"c{number}"): (Run("▲", "helped"), Run(str(number), "text")) for number in range(rows)}
        self.grid.show([Heading(f"r{row}", f"row 行 {row}") for row in range(rows)],
                       [Heading(f"c{column}", f"col{column}", "AB"[column % 2]) for column in range(columns)], cells, 6)
        self.grid.focus()

    def on_grid_chosen(self, event: Grid.Chosen) -> None:
        self.told.append((event.row, event.column))


def line(grid: Grid, y: int) -> str:
    return "".join(segment.text for segment in grid.render_line(y))


async def test_the_cursor_stays_inside_and_the_view_follows_it_with_the_headings_in_sight():
    app = GridApp()
    async with app.run_test(size=(50, 20)) as pilot:
        await pilot.press("up", "left")
        assert app.grid.at == ("r0", "c0")
        await pilot.press("end", "pagedown", "down", "right")
        assert app.grid.at == ("r11", "c19")
        await wait_until(pilot, lambda: "col19" in line(app.grid, 1))
        assert line(app.grid, 7).startswith("row 行 11") and "row" in line(app.grid, 2)
        await pilot.press("home", "pageup")
        await wait_until(pilot, lambda: "col0 " in line(app.grid, 1) and "▲0" in line(app.grid, 2))


async def test_every_line_is_as_wide_as_the_grid_and_more_columns_are_hinted_at():
    app = GridApp()
    async with app.run_test(size=(50, 20)) as pilot:
        await pilot.pause()
        assert {app.grid.render_line(y).cell_length for y in range(8)} == {app.grid.size.width}
        assert line(app.grid, 1).rstrip().endswith("›")
        await pilot.press("end")
        await wait_until(pilot, lambda: "›" not in line(app.grid, 1))


async def test_holes_are_dots_and_a_cell_is_chosen_by_enter_and_by_double_click():
    app = GridApp(4, 4)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert line(app.grid, 2).count("·") == 3
        await pilot.press("down", "enter")
        await pilot.click(app.grid, offset=(12 + 7 * 2, 2 + 2), times=2)
        await wait_until(pilot, lambda: len(app.told) == 2)
        assert app.told == [("r1", "c0"), ("r2", "c2")]


async def test_the_cursor_keeps_its_cell_when_columns_come_and_go_and_an_empty_grid_has_none():
    app = GridApp(4, 4)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("down", "right", "right")
        app.grid.show([Heading("r1", "one")], [Heading("c2", "two"), Heading("c9", "nine")], {}, 6)
        assert app.grid.at == ("r1", "c2")
        app.grid.show([], [], {}, 6)
        await pilot.press("down", "right", "enter")
        assert app.grid.at == ("", "") and app.told == []


async def test_orders_to_the_terminal_in_names_and_cells_are_shown_not_obeyed():
    async with GridApp(1, 1).run_test(size=(60, 10)) as pilot:
        grid = pilot.app.grid
        grid.show([Heading("r", "row\x1b[2J")], [Heading("c", "\x1bc\x9b", "o\x07")], {
            ("r", "c"): (Run("1\x1b]", "text"), Run("\u202e", "text"))}, 6)
        await wait_until(pilot, lambda: "row" in line(grid, 2))
        drawn = "".join(line(grid, y) for y in range(3))
        assert "row␛[2J" in drawn and "␛c" in drawn and not set(drawn) & set("\x1b\x9b\x07\u202e")


def test_text_in_tones_and_one_line_hold_no_orders_to_the_terminal():
    assert ink("a\x1b[31m\tb\nc\x7f", "dim").plain == "a␛[31m\tb\nc␡"
    one_line = OneLine()
    one_line.refresh = lambda: None  # type: ignore[method-assign]
    one_line.show([Part("seed\x1b[2J\n0")])
    assert one_line.text == "seed␛[2J 0"
