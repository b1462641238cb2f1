"""The learned planner in a talk: pinned, seen in every score, never in the way of a reply."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from esc_tui.bank.bank import Bank
from esc_tui.discover.planner import TrainedPlanner, train_planner
from esc_tui.discover.planner.keeping import keep_planner
from esc_tui.domain.events import EVENT_ADAPTER, AnyEvent, ReplyFinished, ScoreParts, SkillsRanked
from esc_tui.domain.labels import Strategy
from esc_tui.settings.model import Settings
from esc_tui.support.expecting import BY_RULES
from esc_tui.support.ranking import PLANNER_WEIGHT, BankIndex
from esc_tui.support.session import Session
from esc_tui.support.talk import LiveTalk
from tests.discover.planner_dialogues import written_dialogues
from tests.support.scripted_engine import Script
from tests.support.test_ranking import Row, ask
from tests.support_bank import small_bank

TIME = "2026-02-03T04:05:06.000Z"


@pytest.fixture(scope="module")
def planner() -> TrainedPlanner:
    return train_planner(written_dialogues(20))


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    opened = small_bank(tmp_path)
    yield opened
    opened.close()


def keep(bank: Bank, planner: TrainedPlanner) -> str:
    return keep_planner(bank.writing, planner, written_dialogues(20), None, 0, TIME).name


async def say(session: Session, talk: LiveTalk, text: str) -> tuple[SkillsRanked, ReplyFinished]:
    events: list[AnyEvent] = [event async for event in session.supporter(talk.pins).reply(talk, text)]
    ranked = next(event for event in events if isinstance(event, SkillsRanked))
    last = events[-1]
    assert isinstance(last, ReplyFinished)
    return ranked, last


async def test_without_a_planner_talks_stand_on_the_rules_and_its_part_is_nothing(bank: Bank) -> None:
    session = Session(bank, Settings(), Script().engine())
    talk = session.start_talk()
    ranked, _ = await say(session, talk, "nobody at work even noticed")
    assert talk.pins.planner == BY_RULES
    assert all(row.parts.planner == 0 for row in ranked.ranked)


async def test_a_talk_is_pinned_to_the_planner_in_use_and_shows_its_part(bank: Bank, planner: TrainedPlanner) -> None:
    name = keep(bank, planner)
    session = Session(bank, Settings(), Script().engine())
    talk = session.start_talk()
    ranked, finished = await say(session, talk, "what should i do about work?")
    assert talk.pins.planner == name
    assert all(0 <= row.parts.planner <= 1 for row in ranked.ranked)
    assert any(row.parts.planner > 0 for row in ranked.ranked)
    assert finished.notes == ()


async def test_what_is_learned_meanwhile_counts_only_from_the_next_talk_on(bank: Bank, planner: TrainedPlanner) -> None:
    session = Session(bank, Settings(), Script().engine())
    before = session.start_talk()
    keep(bank, planner)
    ranked, _ = await say(session, before, "nobody at work even noticed")
    assert all(row.parts.planner == 0 for row in ranked.ranked)
    assert session.start_talk().pins.planner == "planner-1"
    resumed = session.resume_talk(before.conversation_id)
    assert resumed.pins.planner == BY_RULES


async def test_a_planner_put_out_of_use_still_serves_the_talks_pinned_to_it(bank: Bank, planner: TrainedPlanner) -> None:
    keep(bank, planner)
    session = Session(bank, Settings(), Script().engine())
    talk = session.start_talk()
    with bank.writing.transaction():
        bank.writing.run("UPDATE artefacts SET in_use = 0")
    ranked, _ = await say(session, talk, "nobody at work even noticed")
    assert any(row.parts.planner > 0 for row in ranked.ranked)
    assert session.start_talk().pins.planner == BY_RULES


@pytest.mark.parametrize("harm", [
    "UPDATE artefact_parts SET data = x'00' WHERE name = 'first.left'",
    "UPDATE artefact_parts SET data = zeroblob(length(data)) WHERE name = 'numbers.scale'",
    "UPDATE artefact_parts SET kind = 'pickle' WHERE name = 'share'",
    "DELETE FROM artefact_parts WHERE name = 'words.now'",
    "DELETE FROM artefacts",
])
async def test_a_damaged_planner_is_told_once_and_the_talk_goes_on(bank: Bank, planner: TrainedPlanner, harm: str) -> None:
    keep(bank, planner)
    session = Session(bank, Settings(), Script().engine())
    talk = session.start_talk()
    with bank.writing.transaction():
        bank.writing.run(harm)
    ranked, first = await say(session, talk, "nobody at work even noticed")
    _, second = await say(session, talk, "they never do")
    assert first.outcome == "complete"
    assert [note for note in first.notes if "without the learned planner" in note and "discover planner" in note]
    assert not any("planner" in note for note in second.notes)
    assert all(row.parts.planner == 0 for row in ranked.ranked)


def test_the_part_is_the_mean_of_a_skills_strategies_as_a_share_of_the_likeliest() -> None:
    index = BankIndex([Row("ask", actions=("open-question", "clarifying-question")),
                       Row("advise", actions=("suggestion-with-options", "open-question")), Row("empty")])
    used = np.array([{Strategy.QUESTION: 0.8, Strategy.SUGGESTIONS: 0.2}.get(one, 0.0) for one in Strategy], dtype=np.float32)
    assert index.expectation(used).tolist() == pytest.approx([1.0, 0.625, 0.0])


def test_the_part_moves_a_score_by_its_weight_at_most() -> None:
    index = BankIndex([Row("ask", actions=("open-question",)), Row("advise", actions=("suggestion-with-options",))])
    used = np.array([float(one is Strategy.QUESTION) for one in Strategy], dtype=np.float32)
    without, with_it = index.score(ask()), index.score(ask(expected=used))
    assert np.abs(with_it.total - without.total).max() <= PLANNER_WEIGHT
    assert with_it.total[0] - with_it.total[1] == pytest.approx(PLANNER_WEIGHT)
    assert with_it.planner.tolist() == [1.0, 0.0]


def test_an_event_of_before_there_was_a_planner_still_loads() -> None:
    old = ('{"kind": "skills_ranked", "conversation_id": "c", "time": "t", "skills": [], "candidates": 1, "ranked": [{"skill": "a", '
           '"version": 1, "title": "A", "score": 0.5, "parts": {"applicability": 0.5, "evidence": 0.5, "text": 0.1, "stage": 0.2, '
           '"recent": 0.0}, "evidence_mean": 0.5, "evidence_interval": 0.5, "helped": 0, "harmed": 0}]}')
    event = EVENT_ADAPTER.validate_json(old)
    assert isinstance(event, SkillsRanked)
    assert event.ranked[0].parts == ScoreParts(applicability=0.5, evidence=0.5, text=0.1, stage=0.2)
