"""Who is named in the history when only one of the two names is given."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_tui.cli.common import author_of, settings_from
from esc_tui.tui.start import Start
from esc_tui.tui.workshop import Workshop


@pytest.mark.parametrize(("given", "author", "annotator"), [
    ({"annotator": " ann  one "}, "ann one", "ann one"), ({"author": "Ada"}, "Ada", "Ada"),
    ({"author": "Ada", "annotator": "ann1"}, "Ada", "ann1")])
def test_the_annotator_stands_for_the_author_where_none_is_given_and_the_other_way_round(
        given: dict[str, str], author: str, annotator: str) -> None:
    workshop = Workshop(Start(bank=Path("none.db"), overrides=given))
    assert (workshop.author(), workshop.annotator(), author_of(settings_from(given))) == (author, annotator, author)
