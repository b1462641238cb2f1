"""Hostile text made visible, sentences cut while they stream."""

from hypothesis import given
from hypothesis import strategies as st

from esc_tui.domain.text import sparkline, split_sentences, visible


def test_escape_codes_are_shown_and_not_obeyed() -> None:
    assert visible("a\x1b[31mred\x07") == "a␛[31mred␇"


def test_direction_overrides_and_c1_controls_are_replaced() -> None:
    assert visible("ab\u202edc\x9b") == "ab\ufffddc\ufffd"


@given(st.text())
def test_visible_text_holds_no_control_character_but_line_ends(text: str) -> None:
    shown = visible(text)
    assert all(character == "\n" or ord(character) >= 0x20 and not 0x7F <= ord(character) < 0xA0 for character in shown)
    assert visible(shown) == shown


@given(st.text(alphabet='ab .!?\n。"”'), st.booleans())
def test_cutting_sentences_loses_nothing_but_leading_blanks(text: str, final: bool) -> None:
    sentences, rest = split_sentences(text, final)
    assert "".join("".join(sentences + [rest]).split()) == "".join(text.split())


def test_a_full_stop_at_the_very_end_is_not_yet_certain_while_streaming() -> None:
    assert split_sentences("It was 3.", final=False) == ([], "It was 3.")
    assert split_sentences("It was 3. Then", final=False) == (["It was 3. "], "Then")


def test_titles_do_not_end_a_sentence() -> None:
    assert split_sentences("Dr. Lind called. She was kind.")[0] == ["Dr. Lind called. ", "She was kind."]


def test_a_curve_is_a_block_a_value_from_the_lowest_to_the_highest() -> None:
    assert (sparkline((0, 40, 60, 100)), sparkline((-5, 140)), sparkline(())) == ("▁▄▅█", "▁█", "")
