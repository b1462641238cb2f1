"""Chat's right side says in one quiet line that a message is new to the bank, and nothing otherwise."""

from __future__ import annotations

import pytest

from esc_tui.domain.events import TurnStarted, UnitsRecalled
from esc_tui.domain.talk import TalkView
from esc_tui.tui.panes.chat.why_blocks import why_blocks

HEAD = {"conversation_id": "talk", "turn": 1, "time": "2026-01-05T09:00:00.000Z"}


@pytest.mark.parametrize(("newness", "novel"), [(0.8, True), (0.3, False), (None, False)])
def test_a_new_message_has_one_line(newness: float | None, novel: bool) -> None:
    view = TalkView()
    view.apply(TurnStarted(text="the biopsy [/bold]", **HEAD))
    view.apply(UnitsRecalled(units=(), searched=9, newness=newness, novel=novel, **HEAD))
    said = ["".join(run.text for run in line.runs) for block in why_blocks(view.turns[0]) for line in block.lines(60)]
    assert [line.strip() for line in said if "new to the bank" in line] == (
        ["80% of its telling words are new to the bank"] if novel else [])
