"""The critic of a run: asked no further once the run stops, and what goes wrong with it is told as itself."""

from __future__ import annotations

import pytest

from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import BankError, EndpointError
from esc_tui.domain.events import ReplyFinished, SegmentFinished, TurnStarted
from esc_tui.simulate.judging import SAMPLES, Judge

HEAD = {"conversation_id": "c", "turn": 1, "time": now_iso()}
TALK = [TurnStarted(text="a", **HEAD), SegmentFinished(segment=1, text="b", **HEAD), ReplyFinished(text="b", **HEAD)]


class Critic:
    def __init__(self, fault: Exception | None = None) -> None:
        self.asked, self.fault = 0, fault

    async def judge(self, scene, history, sample):
        self.asked += 1
        if self.fault is not None:
            raise self.fault
        return 0.5


async def test_the_mean_of_all_verdicts_is_kept():
    assert await Judge(Critic(), 1, lambda: False).rewards("scene", TALK) == (0.5,)


async def test_no_verdict_is_asked_for_once_the_run_stops():
    critic = Critic()
    judge = Judge(critic, 1, lambda: critic.asked >= 3)
    assert await judge.rewards("scene", TALK) is None
    assert critic.asked == 3 < SAMPLES and judge.faults == []


async def test_a_fault_of_the_endpoint_is_kept_and_any_other_raised_as_itself():
    judge = Judge(Critic(EndpointError("500 from the server")), 2, lambda: False)
    assert await judge.rewards("scene", TALK) is None and "500" in judge.faults[0]
    with pytest.raises(BankError, match="full"):
        await Judge(Critic(BankError("the disk is full", "here")), 2, lambda: False).rewards("scene", TALK)
