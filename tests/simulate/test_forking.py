"""One moment, several ways: the same way goes on as the talk went, another way differs, and nothing is stored."""

from __future__ import annotations

import pytest

from esc_tui.bank.episodes import episode_rows
from esc_tui.bank.evolution import keep_candidate
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import SkillStatus
from esc_tui.domain.talk import TalkView
from esc_tui.settings.model import Settings
from esc_tui.simulate.arms import build_mind
from esc_tui.simulate.as_supporter import Sitting
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.forking import Way, branch, fork_at, go_on, judge_at, reply_at
from esc_tui.simulate.planning import RunSettings
from esc_tui.simulate.running import carry_run, plan_run
from esc_tui.support.session import Session
from esc_tui.support.turn import TurnOptions
from tests.simulate.helpers import ScriptedMind, opened, profile
from tests.support_bank import FIXED_TIME


@pytest.fixture
def session(tmp_path):
    with opened(tmp_path) as bank:
        made = Session(bank, Settings())
        yield made
        made.close()


@pytest.fixture
def events(session, monkeypatch):
    from esc_tui.simulate import arms

    monkeypatch.setattr(arms, "build_mind", lambda seeker, settings: ScriptedMind())
    run = plan_run(session.bank, Settings(), RunSettings(profiles=("seeker-1",), processes=1))
    carry_run(session.bank, Settings(), run.number, lambda done, total: None, Control())
    return session.bank.events(episode_rows(session.bank.connection, run.number)[0].conversation)


def way(session, name="as it was", candidate="", **options):
    pins = session.pins(candidate=candidate)
    return Way(name, session.supporter(pins), pins, TurnOptions(**options))


async def test_the_same_way_replies_as_it_did_and_stores_nothing(session, events):
    kept = len(events)
    for number in (1, 3, 5):
        reply = await reply_at(fork_at(events, number), way(session))
        assert reply.text == TalkView.of(events).turn(number).shown and reply.grade == "measured"
    assert len(session.bank.events(events[0].conversation_id)) == kept


async def test_the_same_way_leads_the_talk_to_the_same_end(session, events):
    whole = TalkView.of(events)
    fork = fork_at(events, 4)
    rest = [event async for event in go_on(fork, way(session), profile(1), ScriptedMind())]
    again = TalkView.of([*fork.past, *[event for event in rest if event.kind != "conversation_started"]])
    assert [turn.shown for turn in again.turns] == [turn.shown for turn in whole.turns]
    assert again.finished.emotion == whole.finished.emotion and again.emotions == whole.emotions


async def test_another_bank_goes_another_way_from_the_same_words(session, events):
    turn = next(turn for turn in TalkView.of(events).turns if turn.reply.skills)
    used = turn.reply.skills
    without = {slug: session.bank.skill(slug).model_copy(update={"status": SkillStatus.RETIRED}) for slug in used}
    digest = keep_candidate(session.bank.writing, without, FIXED_TIME)
    fork = fork_at(events, turn.number)
    other = await reply_at(fork, way(session, "without them", digest))
    assert not set(other.skills) & set(used)
    bare = await reply_at(fork, way(session, "no bank", bank_used=False))
    assert bare.skills == () and bare.text


async def test_the_seeker_judges_two_replies_to_one_moment(session, events):
    fork = fork_at(events, 2)
    reply = await reply_at(fork, way(session))
    judged = await judge_at(fork, reply, profile(1), build_mind("embedded", Settings()), 45, 7)
    again = await judge_at(fork, reply, profile(1), build_mind("embedded", Settings()), 45, 7)
    assert judged.change == again.change and -10 <= judged.change <= 10


async def test_other_samples_draw_anew(session, events):
    fork = fork_at(events, 2)
    texts = {(await reply_at(fork, way(session), sample)).text for sample in range(5)}
    assert len(texts) > 1


async def test_what_cannot_fork_says_so(session, events):
    with pytest.raises(UserError, match="no turn 99"):
        fork_at(events, 99)
    live = [event for event in events if event.kind != "episode_started"]
    with pytest.raises(UserError, match="no simulated seeker"):
        async for _ in go_on(fork_at(live, 2), way(session), profile(1), ScriptedMind()):
            pass


async def test_a_branch_of_an_episode_is_a_talk_in_which_a_person_goes_on_as_its_seeker(session, events):
    whole = TalkView.of(events)
    branched = TalkView.of(session.bank.events(branch(session.bank, events, 2)))
    assert branched.started.live and branched.started.forked_from == events[0].conversation_id
    assert branched.role.profile == "seeker-1" and branched.episode is None and branched.finished is None and branched.flags == []
    assert [turn.shown for turn in branched.turns] == [turn.shown for turn in whole.turns[:2]]
    assert all(turn.emotion is None and turn.appraised is None and turn.ranked is not None for turn in branched.turns)
    assert [row.conversation for row in session.bank.conversations()] == [branched.conversation_id], "it stands among the talks"


async def test_a_branch_of_an_episode_may_begin_with_another_reply(session, events):
    other = way(session, bank_used=False)
    reply = await reply_at(fork_at(events, 2), other)
    branched = TalkView.of(session.bank.events(branch(session.bank, events, 2, reply, other)))
    assert branched.turns[-1].shown == reply.text and len(branched.turns) == 2 and branched.role is not None


async def test_a_branch_of_a_persons_talk_waits_for_the_person_again_or_goes_on_from_another_reply(session):
    mind = ScriptedMind()
    sitting = Sitting.begin(session.bank, session.pins(), profile(1), mind, 7)
    async for _ in sitting.go_on():
        pass
    for text in ("That was a lot to carry.", "Nobody saw it?"):
        async for _ in sitting.answer(text):
            pass
    events = session.bank.events(sitting.talk.conversation_id)
    again = session.bank.events(branch(session.bank, events, 2))
    anew = Sitting.resume(session.bank, again, profile(1), mind)
    async for _ in anew.go_on():
        pass
    assert anew.waits and anew.words == TalkView.of(events).turns[1].text and len(anew.view.turns) == 1
    other = way(session)
    reply = await reply_at(fork_at(events, 2), other)
    went_on = Sitting.resume(session.bank, session.bank.events(branch(session.bank, events, 2, reply, other)), profile(1), mind)
    async for _ in went_on.go_on():
        pass
    assert [turn.shown for turn in went_on.view.turns] == ["That was a lot to carry.", reply.text]
    assert went_on.waits and went_on.view.turns[-1].emotion is not None
