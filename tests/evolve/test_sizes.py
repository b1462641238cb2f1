"""How many pairs a gain needs, and which gain they show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_tui.evolve.statistics import DEVIATIONS, detectable_effect, sample_size


@pytest.mark.parametrize(("deviation", "effects"), [(43, (31, 22, 15, 11, 7.6)), (33, (24, 17, 12, 8.4, 5.8)), (25, (18, 13, 9, 6.4, 4.4))])
def test_detectable_effects_are_those_of_the_table(deviation, effects) -> None:
    for n, effect in zip((12, 24, 48, 96, 200), effects, strict=True):
        assert detectable_effect(n, deviation) == pytest.approx(effect, abs=0.5 if effect >= 9 else 0.06)


def test_the_deviations_are_those_measured() -> None:
    assert DEVIATIONS == {"final": (33, 43), "mean": (25, 25)} and detectable_effect(12) == pytest.approx(30.9, abs=0.1)


def test_the_sample_size_is_that_of_the_formula() -> None:
    assert sample_size(43, 10) == 117 and sample_size(25, 6) == 110 and sample_size(0, 10) == 2


@given(st.floats(1, 60), st.floats(0.5, 60))
def test_a_sample_of_that_size_shows_that_gain(deviation, gain) -> None:
    assert detectable_effect(sample_size(deviation, gain), deviation) <= gain


@pytest.mark.parametrize("call", [lambda: sample_size(43, 0), lambda: sample_size(43, -1), lambda: sample_size(-1, 5),
                                  lambda: sample_size(43, float("nan")), lambda: sample_size(float("nan"), 5),
                                  lambda: sample_size(43, 5, power=1), lambda: detectable_effect(0), lambda: detectable_effect(4, -1)])
def test_values_out_of_range_are_refused(call) -> None:
    with pytest.raises(ValueError):
        call()
