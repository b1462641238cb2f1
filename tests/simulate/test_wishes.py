"""What a person writes about a run becomes its settings."""

from __future__ import annotations

import pytest

from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Character, Need
from esc_tui.simulate.planning import Forecast
from esc_tui.simulate.wishes import arm_of, budget_of, profiles_of, spoken


def test_profiles_by_number_group_and_name() -> None:
    assert profiles_of("all") == {"profiles": ()} == profiles_of("")
    assert profiles_of("12 need:be-praised character:passive,negative") == {
        "limit": 12, "needs": (Need.BE_PRAISED,), "characters": (Character.PASSIVE, Character.NEGATIVE), "profiles": ()}
    assert profiles_of("mara-01 jon-02")["profiles"] == ("mara-01", "jon-02")


@pytest.mark.parametrize("text", ["0", "mood:bad", "need:nothing-known"])
def test_profiles_that_cannot_be_read(text: str) -> None:
    with pytest.raises(UserError):
        profiles_of(text)


def test_every_unknown_label_is_named_with_what_is_allowed() -> None:
    with pytest.raises(UserError, match="character: has no 'sunny', only negative, passive, avoidant; .*'mood:', only character:, need:"):
        profiles_of("character:sunny,passive mood:bad")


def test_budgets_in_their_units() -> None:
    assert budget_of("") == {} and budget_of("30 min") == {"minutes": 30} and budget_of("30min") == {"minutes": 30}
    assert budget_of("1000 calls, 500k tokens, 2 h") == {"calls": 1000, "tokens": 500_000, "minutes": 120}


@pytest.mark.parametrize("text", ["much", "12", "-3 calls", "5 euros", "k tokens", "1e9 calls"])
def test_budgets_that_cannot_be_read(text: str) -> None:
    with pytest.raises(UserError, match="budget"):
        budget_of(text)


def test_a_forecast_says_whether_it_is_a_guess() -> None:
    assert spoken(Forecast(48, 0, 0, 5.0)).endswith("(a guess; this bank has no finished run without a model yet)")
    assert spoken(Forecast(48, 1200, 90_000, 500.0)).endswith("(a guess; this bank has no finished run with a model yet)")
    assert "1,200 model calls" in spoken(Forecast(48, 1200, 90_000, 500.0, 3, True))
    assert spoken(Forecast(48, 1200, 90_000, 500.0, 3, True)).endswith("(at the pace of run 3)")
    assert spoken(Forecast(48, 0, 0, 500.0, 3)).endswith("(at the pace of run 3, of other engines or modes)")


def test_a_second_supporter_behind_a_comma_is_told_where_it_belongs() -> None:
    with pytest.raises(UserError, match="'none' is a second supporter") as refused:
        arm_of("newest, none")
    assert "comes behind a ;" in str(refused.value)
