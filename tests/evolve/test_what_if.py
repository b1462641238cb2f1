"""One moment in another way: what differs, what the seeker makes of it, and a branch that goes on from it."""

from __future__ import annotations

import pytest

from esc_tui.domain.errors import UserError
from esc_tui.domain.events import EpisodeStarted
from esc_tui.domain.labels import Shelf
from esc_tui.domain.talk import TalkView
from esc_tui.evolve.what_if import Comparison, Other, as_it_was, compare, differing, moment_of, watcher_at
from esc_tui.interchange.sage.episodes import NOTHING, RECORDED
from esc_tui.settings.model import Settings
from esc_tui.simulate.forking import branch
from esc_tui.support.session import Session
from esc_tui.tui.panes.chat.moments import Moments
from esc_tui.tui.panes.chat.seekers import Seekers
from tests.simulate.helpers import ScriptedMind, opened, profile
from tests.support_bank import FIXED_TIME

WORDS = ("nobody at work even noticed how hard I worked", "i carried the boxes up alone, two at a time")


@pytest.fixture
def session(tmp_path):
    with opened(tmp_path) as bank:
        made = Session(bank, Settings())
        yield made
        made.close()


async def talked(session, **options):
    """A stored talk of two turns; its events."""
    from esc_tui.support.turn import TurnOptions

    talk = session.start_talk()
    for text in WORDS:
        async for _ in session.supporter(talk.pins).reply(talk, text, TurnOptions(**options)):
            pass
    return session.bank.events(talk.conversation_id)


async def found(session, moment, other, samples=1, watcher=None) -> Comparison:
    return [one async for one in compare(session, moment, other, samples, watcher)][-1]


async def test_a_way_without_the_skill_chosen_does_not_choose_it_and_stores_nothing(session):
    events = await talked(session)
    moment = moment_of(events, 1)
    assert moment.chosen
    result = await found(session, moment, Other("without", moment.chosen), 2)
    assert result.done and all(moment.chosen not in one.skills for one in result.would)
    assert result.was[0].text == moment.turn.shown and result.effect is None and not result.decided
    assert len(session.bank.events(events[0].conversation_id)) == len(events)
    assert len(session.bank.conversations()) == 1


async def test_the_runner_up_and_no_bank_and_another_revision(session):
    moment = moment_of(await talked(session), 1)
    if moment.runner_up:
        assert moment.runner_up in (await found(session, moment, Other("runner_up", moment.runner_up))).would[0].skills
    assert (await found(session, moment, Other("no_bank"))).would[0].skills == ()
    session.bank.commit({moment.chosen: None}, author="tester", message="out of force", base_revision=session.bank.head_number)
    assert moment.chosen not in (await found(session, moment, Other("elsewhere", "r2"))).would[0].skills
    assert moment.chosen in (await found(session, moment, Other("elsewhere", "r1"))).would[0].skills
    with pytest.raises(UserError):
        await found(session, moment, Other("elsewhere", "P-9"))


async def test_what_was_pinned_and_set_aside_is_so_again(session):
    first = moment_of(await talked(session), 1)
    again = moment_of(await talked(session, banned=(first.chosen,)), 1)
    assert first.chosen in as_it_was(session, again).options.banned
    bare = moment_of(await talked(session, bank_used=False), 1)
    assert not as_it_was(session, bare).options.bank_used and bare.others == []


async def test_the_seeker_judges_pairs_and_nothing_is_decided_while_the_interval_includes_0(session):
    events = await talked(session)
    moment = moment_of(events, 2)
    changes = iter([3, *(1, 2, 2, 1, 1, 2, 2, 1)])
    watcher = await watcher_at(moment, profile(1), ScriptedMind(lambda _: next(changes)))
    assert watcher.emotion == 43, "the earlier reply was judged first, from 40"
    result = await found(session, moment, Other("no_bank"), 4, watcher)
    assert result.effect.pairs == 4 and result.effect.mean == 0 and not result.decided
    changes = iter([1, 5, 2, 7, 1, 6])
    clear = await found(session, moment, Other("no_bank"), 3, watcher)
    low, _ = clear.effect.interval
    assert low > 0 and clear.decided


async def test_nobody_judges_for_a_sealed_seeker(session):
    sealed = profile(9).model_copy(update={"shelf": Shelf.CONFIRM})
    session.bank.add_profiles([sealed])
    begun = EpisodeStarted(run="1", profile=sealed.id, profile_hash="", arm="r1", protocol="sage-fixed", seeker_engine="embedded",
                           emotion=40, conversation_id="x", time=FIXED_TIME)
    seekers = Seekers(session, mind=ScriptedMind())
    assert seekers.watching(TalkView(episode=begun)) is None
    assert seekers.watching(TalkView(episode=begun.model_copy(update={"profile": "seeker-1"}))) is not None
    assert seekers.watching(TalkView()) is None


async def test_one_sample_decides_nothing(session):
    moment = moment_of(await talked(session), 1)
    changes = iter([1, 9])
    watcher = await watcher_at(moment, profile(1), ScriptedMind(lambda _: next(changes)))
    result = await found(session, moment, Other("no_bank"), 1, watcher)
    assert result.effect.mean == 8 and not result.decided


async def test_a_branch_goes_on_from_a_turn_and_the_old_talk_stays(session):
    events = await talked(session)
    moment = moment_of(events, 1)
    old = session.bank.events(events[0].conversation_id)
    plain = TalkView.of(session.bank.events(branch(session.bank, events, 1)))
    assert [turn.shown for turn in plain.turns] == [moment.turn.shown] and plain.started.forked_from == events[0].conversation_id
    result = await found(session, moment, Other("no_bank"))
    name = branch(session.bank, events, 1, result.would[0], result.way)
    other = TalkView.of(session.bank.events(name))
    assert [turn.shown for turn in other.turns] == [result.would[0].text]
    assert session.bank.events(events[0].conversation_id) == old
    rows = {row.conversation: row.forked_from for row in session.bank.conversations()}
    assert rows[name] == events[0].conversation_id and rows[events[0].conversation_id] == ""


async def test_a_branch_leaves_ratings_behind(session):
    events = await talked(session)
    session.resume_talk(events[0].conversation_id).rate(1, 5, "up", "it helped")
    events = session.bank.events(events[0].conversation_id)
    made = session.bank.events(branch(session.bank, events, 2))
    assert not [event for event in made if event.kind == "turn_rated"] and len(TalkView.of(made).turns) == 2


def test_only_what_differs_is_marked():
    assert differing("that was a lot of work", "that was much work") == [
        ("that was ", False), ("a lot of ", True), ("work ", False)]


async def test_what_a_person_or_a_program_elsewhere_replied_stands_and_the_bank_replies_beside_it(session):
    events = await talked(session)
    begun = events[0].model_copy(update={"engine": RECORDED, "pins": NOTHING})
    plain = [event for event in events if event.kind in {"turn_started", "segment_finished", "reply_finished"}]
    moment = moment_of([begun, *plain], 1)
    assert moment.fixed and [one.kind for one in moment.others] == ["bank", "no_bank"]
    result = await found(session, moment, Other("bank"), 2)
    assert [one.text for one in result.was] == [moment.turn.shown] * 2 and result.was[0].grade == "observed"
    assert result.would[0].grade == "measured" and result.would[0].skills and result.way.pins.revision == 1


async def test_any_skill_on_offer_can_be_pinned(session):
    moment = moment_of(await talked(session), 1)
    offered = [slug for slug, _ in Moments(session, Seekers(session)).skills(moment)]
    assert offered and moment.chosen not in offered
    assert offered[0] in (await found(session, moment, Other("skill", offered[0]))).would[0].skills
