"""One episode: its order of events, what the supporter sees, how it ends, how it goes on."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace

import pytest

from esc_tui.domain.errors import EndpointError
from esc_tui.domain.sage import EXACT, FIXED
from esc_tui.domain.talk import TalkView
from esc_tui.engines.roles import Moment, SeekerUtterance
from esc_tui.settings.model import Settings
from esc_tui.simulate.episode import Episode, EpisodePlan, whole_steps
from esc_tui.support.session import Session
from esc_tui.support.turn import Supporter
from esc_tui.support.unstored import UnstoredTalks
from tests.simulate.helpers import WISH, ScriptedMind, opened, profile


@pytest.fixture
def session(tmp_path):
    bank = opened(tmp_path)
    made = Session(bank, Settings())
    yield made
    made.close()
    bank.close()


def episode(session, mind, *, protocol=FIXED, engine=None, past=(), who=None, store=None, seed=5):
    pins = session.pins()
    plan = EpisodePlan("run", "talk-1", who or profile(), "hash", "r1", pins, "all-in-one", True, protocol, 1, seed)
    supporter = session.supporter(pins)
    if engine is not None:
        supporter = Supporter(engine, supporter.recaller)
    return Episode(plan, mind, supporter, store or UnstoredTalks(), past)


async def played(made):
    return [event async for event in made.events()]


def short(events):
    return [event.kind for event in events if event.kind in {
        "conversation_started", "episode_started", "seeker_spoke", "turn_started", "reply_finished", "seeker_appraised", "emotion_changed",
        "episode_flagged", "episode_finished"}]


async def test_events_come_in_the_order_of_the_protocol(session):
    events = await played(episode(session, ScriptedMind(lambda moment: 10)))
    head = ["conversation_started", "episode_started", "turn_started", "reply_finished", "seeker_appraised", "emotion_changed"]
    again = ["seeker_spoke", "turn_started", "reply_finished", "seeker_appraised", "emotion_changed"]
    assert short(events) == [*head, *again * 5, "seeker_spoke", "turn_started", "episode_finished"]
    assert (events[-1].outcome, events[-1].emotion, events[-1].turns) == ("success", 100, 7)
    assert TalkView.of(events).emotions == [40, 50, 60, 70, 80, 90, 100]
    assert [event.turn for event in events if event.kind == "turn_started"] == [1, 2, 3, 4, 5, 6, 7]


async def test_a_seeker_that_is_never_moved_talks_ten_turns(session):
    events = await played(episode(session, ScriptedMind(lambda moment: 0), protocol=EXACT))
    assert events[-1].outcome == "turns" and short(events).count("seeker_appraised") == 9


def texts_in(value, found):
    if isinstance(value, str):
        found.append(value)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            texts_in(getattr(value, field.name), found)
    elif hasattr(value, "model_dump"):
        texts_in(value.model_dump(mode="json"), found)
    elif isinstance(value, dict):
        for one in value.values():
            texts_in(one, found)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            texts_in(one, found)
    return found


class Spy:
    """Stands before a role and keeps every argument it is given."""

    def __init__(self, role, seen):
        self._role, self._seen = role, seen

    def __getattr__(self, name):
        target = getattr(self._role, name)
        if not callable(target):
            return target

        def called(*arguments, **named):
            self._seen.append((arguments, named))
            return target(*arguments, **named)

        return called


@pytest.mark.parametrize("mode", ["all-in-one", "one-by-one", "single"])
async def test_the_hidden_wish_and_the_story_never_reach_the_supporter(session, mode):
    seen: list[object] = []
    engine = session.engine
    spied = replace(engine, reader=Spy(engine.reader, seen), chooser=Spy(engine.chooser, seen), planner=Spy(engine.planner, seen),
                    writer=Spy(engine.writer, seen), fallback=None)
    made = episode(session, ScriptedMind(lambda moment: 5), engine=spied)
    made.plan = replace(made.plan, mode=mode)
    await played(made)
    assert any(isinstance(argument, Moment) for arguments, _ in seen for argument in arguments)
    heard = "\n".join(texts_in([list(arguments) + list(named.values()) for arguments, named in seen], []))
    who = profile()
    assert who.first_line in heard
    for hidden in (*who.hidden_texts(), WISH, who.id, "inner 1", who.occupation):
        assert hidden not in heard


async def test_a_fault_of_the_endpoint_ends_the_episode_as_failed_with_its_reason_and_no_score_is_made_up(session):
    def fails(moment):
        if moment.turn == 3:
            raise EndpointError("the endpoint answered 500", "http://localhost:1")
        return 5

    events = await played(episode(session, ScriptedMind(fails)))
    assert events[-1].outcome == "failed" and "500" in events[-1].reason
    assert TalkView.of(events).emotions == [40, 45, 50]


async def test_words_of_crisis_end_the_episode_as_a_crisis(session):
    mind = ScriptedMind(says=lambda moment: SeekerUtterance("i want to kill myself tonight"))
    events = await played(episode(session, mind))
    assert events[-1].outcome == "crisis" and events[-1].turns == 2


async def test_doubtful_lines_are_flagged_as_they_come(session):
    mind = ScriptedMind(says=lambda moment: SeekerUtterance("the boxes are still wet from the flood"))
    events = await played(episode(session, mind))
    assert [event.flag for event in events if event.kind == "episode_flagged"] == ["repeated_line"] * 8


@pytest.mark.parametrize("cut", range(2, 70, 3))
async def test_broken_off_anywhere_it_goes_on_to_the_same_end_with_no_finished_step_played_twice(session, cut):
    whole = await played(episode(session, ScriptedMind(lambda moment: 5)))
    kept, dropped = whole_steps(whole[:cut])
    assert len(kept) + len(dropped) == min(cut, len(whole))
    mind = ScriptedMind(lambda moment: 5)
    rest = await played(episode(session, mind, past=kept))
    told = TalkView.of([*kept, *rest])
    assert told.finished is not None
    assert [turn.text for turn in told.turns] == [turn.text for turn in TalkView.of(whole).turns]
    assert [turn.shown for turn in told.turns] == [turn.shown for turn in TalkView.of(whole).turns]
    assert told.emotions == TalkView.of(whole).emotions
    done = {event.turn for event in kept if event.kind == "seeker_appraised"}
    assert not done & {event.turn for event in rest if event.kind == "seeker_appraised"}
