"""Whose words may be passed on is known with every unit that is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_tui.bank.units import rows_by_number, unit_row
from tests.support_bank import small_bank, three_units, two_dialogues


@pytest.mark.parametrize(("licence", "conversation", "quotable"), [
    ("MIT", None, True), ("CC BY 4.0", None, True), ("CC BY-NC 4.0", None, False), ("", None, False), ("MIT", "a-talk", False)])
def test_words_are_quotable_by_their_licence_and_never_from_a_live_talk(
        tmp_path: Path, licence: str, conversation: str | None, quotable: bool) -> None:
    with small_bank(tmp_path) as bank:
        talk = two_dialogues()[0].model_copy(update={"id": "other", "licence": licence})
        bank.add_dialogues([talk], conversation)
        old = next(one for one in three_units() if one.dialogue == two_dialogues()[0].id)
        bank.add_units([old.model_copy(update={"id": "iu-other", "dialogue": "other"})])
        row = unit_row(bank.connection, "iu-other")
        assert row.quotable is quotable and rows_by_number(bank.connection, [row.number])[row.number] == row
        assert row.quote and row.quote in talk.turns[old.state_turn].text
