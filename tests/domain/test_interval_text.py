"""Intervals in words: a handful tells none, an end beyond the scale is cut and marked."""

from esc_tui.domain.interval_text import DIFFERENCES, NO_ENDS, UPWARDS, interval_text, is_cut


def test_an_end_beyond_the_scale_is_cut_there_with_a_mark() -> None:
    assert interval_text((-12.5, 82.14), 5) == "0.0* to 82.1" and interval_text((3.0, 130.0), 9) == "3.0 to 100.0*"
    assert interval_text((-140.0, 90.0), 4, DIFFERENCES) == "-100.0* to 90.0" and interval_text((-0.5, 13.8), 6, UPWARDS) == "0.0* to 13.8"
    assert interval_text((-3.0, 2.0), 9, NO_ENDS) == "-3.0 to 2.0"
    assert is_cut((-12.5, 82.1), 5) and not is_cut((1.0, 99.0), 5) and not is_cut((-12.5, 82.1), 3) and not is_cut(None, 9)


def test_of_a_handful_no_interval_is_told() -> None:
    assert interval_text((3.0, 90.0), 3) == "too few to tell" and interval_text(None, 9) == ""
