"""Chat's right side: one quiet line for a message that is new to the bank, and the skills in the order of the reply's parts."""

from __future__ import annotations

import pytest

from esc_tui.domain.events import PlanMade, PlannedMove, SkillsRanked, TurnStarted, UnitsRecalled
from esc_tui.domain.labels import Action, Strategy
from esc_tui.domain.talk import TalkView
from esc_tui.tui.panes.chat.why_blocks import UNSPOKEN, why_blocks
from tests.tui.scripted import ranked

HEAD = {"conversation_id": "talk", "turn": 1, "time": "2026-01-05T09:00:00.000Z"}


@pytest.mark.parametrize(("newness", "novel"), [(0.8, True), (0.3, False), (None, False)])
def test_a_new_message_has_one_line(newness: float | None, novel: bool) -> None:
    view = TalkView()
    view.apply(TurnStarted(text="the biopsy [/bold]", **HEAD))
    view.apply(UnitsRecalled(units=(), searched=9, newness=newness, novel=novel, **HEAD))
    said = ["".join(run.text for run in line.runs) for block in why_blocks(view.turns[0]) for line in block.lines(60)]
    assert [line.strip() for line in said if "new to the bank" in line] == (
        ["80% of its telling words are new to the bank"] if novel else [])


def test_chosen_skills_stand_in_the_order_of_their_parts_and_one_without_a_part_says_so() -> None:
    view = TalkView()
    view.apply(TurnStarted(text="nobody noticed", **HEAD))
    rows = tuple(ranked(name, score, "chosen") for name, score in (("beside", 0.57), ("second", 0.7), ("first", 0.44)))
    view.apply(SkillsRanked(ranked=rows, skills=("beside", "second", "first"), candidates=9, **HEAD))
    moves = tuple(PlannedMove(number=number, skill=name, version=1, move=1, action=Action.OPEN_QUESTION, strategy=Strategy.QUESTION)
                  for number, name in ((1, "first"), (2, "second")))
    view.apply(PlanMade(mode="all-in-one", skills=("first", "second"), moves=moves, **HEAD))
    blocks = [block for block in why_blocks(view.turns[0]) if block.key.startswith("skill:")]
    assert [block.key for block in blocks] == ["skill:first", "skill:second", "skill:beside"]
    told = ["".join(run.text for line in block.lines(80) for run in line.runs) for block in blocks]
    assert [UNSPOKEN in one for one in told] == [False, False, True]
