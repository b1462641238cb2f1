"""The one sentence a person reads when something went wrong."""

from esc_tui.domain.errors import UserError


def test_a_path_with_two_dots_keeps_both() -> None:
    assert str(UserError("it is gone", "../mine.db", "look there")) == "../mine.db: it is gone. Look there."


def test_an_ellipsis_keeps_its_dots() -> None:
    assert str(UserError("no description", "", "write 'Use when ...'")) == "no description. Write 'Use when ...'."


def test_a_sentence_that_has_its_full_stop_gets_no_second_one() -> None:
    assert str(UserError("it is gone.", "", "look there.")) == "it is gone. Look there."
