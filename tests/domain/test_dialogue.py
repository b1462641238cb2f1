"""What is said of a dialogue as a whole."""

from __future__ import annotations

import pytest

from esc_tui.domain.dialogue import outcome_words


@pytest.mark.parametrize(("before", "after", "helped", "said"), [
    (5, 3, True, "helped"), (5, 4, None, "eased a little"), (5, 4, False, "eased a little"), (5, 5, False, "did not help"),
    (3, 4, None, "did not help"), (5, 2, False, "helped"), (None, None, False, "did not help"), (None, 3, None, ""),
    (None, None, None, "")])
def test_an_outcome_is_what_the_source_says(before: int | None, after: int | None, helped: bool | None, said: str) -> None:
    assert outcome_words(before, after, helped) == said
