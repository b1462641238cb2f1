"""The figures of the pane's lists, against the libraries that are too slow to load for them."""

from types import SimpleNamespace

import pytest
from scipy.special import stdtrit

from esc_tui.tui.panes.episodes.figures import glyph_of, t_quantile


@pytest.mark.parametrize(("first", "last", "bound"), [(1, 2, 0.0005), (3, 3, 0.004), (4, 6, 0.001), (7, 400, 0.0001), (9_999, 9_999, 1e-9)])
def test_the_quantile_of_t_is_scipys_within_what_it_says(first: int, last: int, bound: float) -> None:
    assert all(abs(t_quantile(freedom) - stdtrit(freedom, 0.975)) <= bound for freedom in range(first, last + 1))


def test_an_episode_of_a_run_without_a_process_is_marked_as_stopped() -> None:
    row = SimpleNamespace(outcome="", state="running")
    assert glyph_of(row, alive=True)[0] == "▶" and glyph_of(row, alive=False)[0] == "‖"
    assert glyph_of(SimpleNamespace(outcome="success", state="finished"), alive=False)[0] == "▲"
