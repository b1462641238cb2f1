"""Labels as words of a sentence."""

from esc_tui.domain.label_words import hope_words, label_words
from esc_tui.domain.labels import Need, State


def test_labels_read_as_english() -> None:
    assert label_words(State.SEEKING_A_WAY_FORWARD) == "seeking a way forward"
    assert label_words("explaining-anothers-view") == "explaining another's view"
    assert hope_words(Need.SELF_REFLECTION_AND_GROWTH) == "for self-reflection and growth"
    assert hope_words(Need.BE_TOLD_NOT_AT_FAULT) == "to be told they are not at fault"
