"""The closed label sets."""

import pytest

from esc_tui.domain.labels import (
    Action,
    Change,
    Need,
    Polarity,
    RiskKind,
    Scenario,
    Stage,
    State,
    Strategy,
    parse_label,
)


@pytest.mark.parametrize(
    ("kind", "size"),
    [(Scenario, 18), (State, 15), (Action, 17), (Change, 14), (Stage, 3), (Need, 8), (RiskKind, 7), (Strategy, 8)],
)
def test_each_set_has_the_size_of_the_paper(kind: type, size: int) -> None:
    assert len(kind) == size


def test_changes_are_seven_positive_three_neutral_four_negative() -> None:
    count = {polarity: sum(change.polarity is polarity for change in Change) for polarity in Polarity}
    assert count == {Polarity.POSITIVE: 7, Polarity.NEUTRAL: 3, Polarity.NEGATIVE: 4}


def test_every_action_has_a_strategy_and_every_strategy_an_action() -> None:
    assert {action.strategy for action in Action} == set(Strategy)


def test_strategy_tags_are_two_letters_and_all_different() -> None:
    tags = {strategy.tag for strategy in Strategy}
    assert len(tags) == 8
    assert all(len(tag) == 2 for tag in tags)


def test_a_label_is_read_in_spite_of_case_and_blanks() -> None:
    assert parse_label(State, " Seeking a way forward ") is State.SEEKING_A_WAY_FORWARD
    assert (
        parse_label(Action, "explaining another's view".replace("another's", "anothers"))
        is Action.EXPLAINING_ANOTHERS_VIEW
    )


def test_an_unknown_label_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(ValueError, match="overwhelmed"):
        parse_label(State, "overwelmed")


@pytest.mark.parametrize("text", ["question", "QUESTION", "Question", "qu", "QU"])
def test_a_strategy_is_read_by_its_name_in_any_case_and_by_its_tag(text: str) -> None:
    assert parse_label(Strategy, text) is Strategy.QUESTION


def test_a_strategy_is_read_by_its_short_name_and_told_by_it() -> None:
    assert parse_label(Strategy, "reflection of feelings") is parse_label(Strategy, "Reflection") is Strategy.REFLECTION
    with pytest.raises(ValueError, match=r"the nearest known one is 'self-disclosure' \(SD\)"):
        parse_label(Strategy, "self disclosre")
