"""The pane is loaded when it is first shown, and nothing heavy with it."""

from __future__ import annotations

from tests.tui.evidence.test_laziness import HEAVY, loaded


def test_the_first_paint_of_another_pane_loads_nothing_of_this_one() -> None:
    found = loaded("import esc_tui.cli.main, esc_tui.tui.app, esc_tui.tui.panes.chat.pane")
    assert not [name for name in found if name.startswith("esc_tui.tui.panes.episodes")]
    assert not {"widgets.curve", "widgets.live_list"} & found


def test_the_pane_a_run_and_an_episode_load_nothing_heavy() -> None:
    found = loaded("import esc_tui.tui.panes.episodes.pane, esc_tui.tui.panes.episodes.runs_view, esc_tui.tui.panes.episodes.run_view, "
                   "esc_tui.tui.panes.episodes.episode_view, esc_tui.tui.panes.episodes.sums_view")
    assert not {name.partition(".")[0] for name in found} & HEAVY
    assert "esc_tui.tui.panes.episodes.new_screen" not in found
