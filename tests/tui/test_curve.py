"""The plot of curves and the list whose rows change in their place."""

from __future__ import annotations

from textual.app import App

from widgets.curve import STROKES, Curve, CurveMark, CurvePlot, CurveScene, draw_scene, stroke_sample
from widgets.live_list import LiveList
from widgets.toned import ink
from widgets.virtual_list import Cell, ListRow

SCENE = CurveScene((Curve(tuple(enumerate([40, 45, 60, 100]))),), (0, 10), (0, 100), (10, 40, 70, 100), ((55, "B"), (100, "S")),
                   (CurveMark(1, (("RF", "rf"), ("QU", "qu"))),), 2, tuple(range(1, 11)))


def plain(scene: CurveScene, width: int, height: int) -> list[str]:
    return ["".join(text for text, _ in line) for line in draw_scene(scene, width, height)]


def test_every_line_is_as_wide_as_the_plot() -> None:
    for width, height in ((80, 14), (40, 9), (20, 5), (12, 3)):
        lines = plain(SCENE, width, height)
        assert len(lines) == height and {len(line) for line in lines} == {width}


def test_levels_marks_ticks_zones_and_the_cursor_stand_where_they_belong() -> None:
    lines = plain(SCENE, 80, 14)
    assert lines[0].startswith("100 ┈") and lines[0].rstrip().endswith("S")
    assert "RF" in lines[-3] and "QU" in lines[-2] and lines[-1].split() == [str(number) for number in range(1, 11)]
    assert sum(line.count("◆") for line in lines) == 1
    column = next(line.index("◆") for line in lines if "◆" in line)
    assert any(line[column] == "╎" for line in lines)
    assert abs(lines[-1].index("2") - column) <= 1


def test_several_curves_are_told_apart_by_stroke_and_name() -> None:
    curves = tuple(Curve(((0, 40), (10, height)), stroke=stroke, name=name) for height, stroke, name in (
        (80, STROKES[0], "1"), (20, STROKES[1], "2"), (20, STROKES[3], "3")))
    lines = plain(CurveScene(curves, (0, 10), (0, 100)), 60, 12)
    whole, dashed, dotted = (sum("\u2800" < one <= "\u28ff" for line in plain(CurveScene((curve,)), 60, 12) for one in line)
                             for curve in curves)
    assert whole > dashed > dotted
    assert [sum(line.count(name) for line in lines) for name in "123"] == [1, 1, 1], "ends at one place stand beside each other"
    assert len({stroke_sample(stroke) for stroke in STROKES}) == len(STROKES)


def test_the_name_of_the_higher_end_stands_higher() -> None:
    for first, second in ((71.5, 65.0), (65.0, 71.5)):
        curves = (Curve(((0, 40), (10, first)), name="1"), Curve(((0, 40), (10, second)), name="2"))
        lines = plain(CurveScene(curves, (0, 10), (0, 100)), 60, 6)
        rows = [next(row for row, line in enumerate(lines) if name in line) for name in "12"]
        assert rows[0] != rows[1] and (rows[0] < rows[1]) is (first > second)


def test_a_higher_value_is_drawn_higher() -> None:
    def rows(value: float) -> list[int]:
        scene = CurveScene((Curve(((0, value), (5, value))),), (0, 5))
        return [row for row, line in enumerate(plain(scene, 30, 8)) if any("\u2800" < character <= "\u28ff" for character in line)]

    assert max(rows(90)) < min(rows(20)) and rows(100) == [0] and rows(0) == [7]


def test_without_points_there_are_axes_alone_and_nothing_breaks() -> None:
    assert plain(CurveScene(levels=(0, 100)), 30, 6)
    assert plain(CurveScene((Curve(((0, None), (1, 5))),)), 30, 6)


class PlotApp(App[None]):
    picked = 0

    def compose(self):
        self.plot = CurvePlot()
        yield self.plot

    def on_curve_plot_picked(self, event: CurvePlot.Picked) -> None:
        self.picked = event.x


async def test_a_click_tells_the_place() -> None:
    app = PlotApp()
    async with app.run_test(size=(60, 14)) as pilot:
        app.plot.show(SCENE)
        await pilot.pause()
        column = app.plot.plain_lines[-1].index("7")
        await pilot.click(CurvePlot, offset=(column, 3))
        await pilot.pause()
        assert app.picked == 7


class ListApp(App[None]):
    def compose(self):
        self.rows = LiveList(row_height=1)
        yield self.rows


def row(number: int, text: str) -> ListRow:
    return ListRow(str(number), text, lambda: ((Cell(ink(text)),),))


async def test_a_row_is_replaced_in_its_place_and_the_cursor_stays() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.rows.show_rows(5, [row(number, f"before {number}") for number in range(5)])
        app.rows.cursor = 3
        await pilot.pause()
        assert app.rows.replace_rows([row(2, "after 2"), row(9, "elsewhere")]) is False
        assert app.rows.replace_rows([row(3, "after 3")]) is True
        await pilot.pause()
        shown = "\n".join("".join(segment.text for segment in app.rows.render_line(y)) for y in range(5))
        assert "after 2" in shown and "after 3" in shown and "before 1" in shown and "elsewhere" not in shown
        assert app.rows.cursor == 3
