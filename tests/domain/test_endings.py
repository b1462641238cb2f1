"""How many episodes ended how, in words."""

from esc_tui.domain.endings import ending_lines


def test_endings_that_count_stand_apart_from_those_that_do_not() -> None:
    outcomes = {"crisis": 2, "failed": 1, "failure": 2, "goodbye": 1, "success": 3, "turns": 4, "waiting": 7}
    assert ending_lines("10 episodes counted", outcomes, 200) == [
        "10 episodes counted: 3 emotion at 100, 2 emotion below 10, 4 all turns done, 1 left by the seeker",
        "not counted: 2 crises, 1 technical fault, 7 not over"]


def test_no_count_is_broken_from_its_words() -> None:
    lines = ending_lines("10 episodes counted", {"success": 3, "failure": 2, "turns": 5}, 60)
    assert lines == ["10 episodes counted: 3 emotion at 100, 2 emotion below 10,", "  5 all turns done"]
    assert ending_lines("0 episodes counted", {}, 60) == ["0 episodes counted"]
