"""Carrying a run out: what is held back, what is cancelled before its worker came to it, a worker that dies, a kill between two writes."""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
import threading

import pytest

from esc_tui.bank.episodes import append_run_events, drop_events, episode_rows, prepared
from esc_tui.bank.runs import ask_of_run, claim_run, find_run
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import UserError
from esc_tui.domain.events import EpisodeFlagged, SeekerSpoke, SegmentDelta, SegmentFinished, TurnStarted
from esc_tui.settings.model import Settings
from esc_tui.simulate.carrying import Control, EmbeddedCarrier, Hand, InOrder, _Piped, deaf_to_ctrl_c
from esc_tui.simulate.episode import whole_steps
from esc_tui.simulate.hashing import run_hash
from esc_tui.simulate.resuming import unfinished_tasks
from esc_tui.simulate.running import plan_run
from tests.simulate.test_running import bank as bank
from tests.simulate.test_running import carried, settings
from tests.simulate.test_running import mind as mind
from tests.simulate.test_running import told_workers as told_workers


def broken_off(bank, mind, told_workers, moments=6):
    """A run whose first two episodes were begun."""
    run, control = plan_run(bank, Settings(), settings()), Control()

    def stop(moment):
        if len(mind.moments) >= moments and not control.stopped:
            told_workers.clear()
            control.stop("stopped by a test")
            assert told_workers.wait(60)
        return 1

    mind.change = stop
    return carried(bank, run, control)


def test_an_episode_cancelled_before_its_worker_went_on_with_it_has_its_end_stored(bank, mind, told_workers):
    run = broken_off(bank, mind, told_workers)
    assert [row.state for row in episode_rows(bank.connection, run.number)] == ["running", "running", "waiting"]
    mind.change = lambda moment: 1 if told_workers.wait(60) else 1
    told_workers.clear()

    def told(done, total):
        if find_run(bank.connection, run.number).state == "running" and not asked:
            asked.append(ask_of_run(bank.writing, run.number, "cancel", now_iso(), 2))

    asked = []
    assert carried(bank, run, told=told).state == "done"
    rows = episode_rows(bank.connection, run.number)
    assert [(row.state, row.outcome) for row in rows] == [("finished", "turns"), ("finished", "cancelled"), ("finished", "turns")]
    assert bank.events(rows[1].conversation)[-1].kind == "episode_finished"


def test_only_the_slots_of_episodes_that_stand_still_are_passed_over(bank, mind):
    run = claim_run(bank.writing, plan_run(bank, Settings(), settings()).number, now_iso())
    carrier = EmbeddedCarrier(bank, run, Settings(), lambda done, total: None, Control())
    carrier.rows = {row.number: row for row in episode_rows(bank.connection, run.number)}
    order, hands = InOrder([0, 1]), [Hand(frozenset({0, 1}), open=False)]

    def paused_after(kind, number=None):
        ask_of_run(bank.writing, run.number, kind, now_iso(), number)
        carrier._heed(hands, order)
        return order.paused

    assert paused_after("pause", 1) == {0}
    assert paused_after("pause", 3) == {0}
    assert paused_after("resume", 3) == {0}
    assert paused_after("pause") == {0, 1}
    assert paused_after("cancel", 2) == {0, 1}
    assert paused_after("resume", 1) == {0, 1}
    assert paused_after("resume") == set()


def test_a_worker_that_dies_is_told_while_the_others_still_play(bank, mind):
    class OneDies(EmbeddedCarrier):
        def _start(self, tasks, profiles):
            hands = []
            for slot, play in ((0, lambda pipe: pipe.close()), (1, lambda pipe: pipe.recv())):
                here, there = multiprocessing.Pipe()
                thread = threading.Thread(target=play, args=(there,), daemon=True)
                thread.start()
                hands.append(_Piped(frozenset({slot}), here, thread))
            return hands

    run = plan_run(bank, Settings(), settings())
    with pytest.raises(UserError, match="ended before its work was done"):
        OneDies(bank, run, Settings(), lambda done, total: None, Control()).carry()


def test_a_talk_opened_by_a_process_that_was_killed_before_its_episode_began_is_played_anew(bank, mind):
    whole = carried(bank, plan_run(bank, Settings(), settings()))
    run = plan_run(bank, Settings(), settings())
    opening = bank.events(episode_rows(bank.connection, whole.number)[0].conversation)[0]
    row = episode_rows(bank.connection, run.number)[0]
    append_run_events(bank.writing, run.number, [prepared(opening.model_copy(update={"conversation_id": row.conversation}))])
    assert episode_rows(bank.connection, run.number)[0].state == "waiting"
    assert not unfinished_tasks(bank, run, settings()).tasks[0].past
    assert bank.events(row.conversation) == []
    assert carried(bank, run).state == "done"
    assert run_hash(bank.connection, run.number) == run_hash(bank.connection, whole.number)


def test_a_row_tells_of_the_kept_events_alone_once_a_broken_step_is_dropped(bank, mind):
    whole = carried(bank, plan_run(bank, Settings(), settings()))
    told = bank.events(episode_rows(bank.connection, whole.number)[0].conversation)
    reply = [place for place, event in enumerate(told) if event.kind == "reply_finished"][2]
    run = plan_run(bank, Settings(), settings())
    row = episode_rows(bank.connection, run.number)[0]
    flag = EpisodeFlagged(flag="repeated_line", turn=3, conversation_id=row.conversation, time=now_iso())
    events = [event.model_copy(update={"conversation_id": row.conversation}) for event in told[:reply + 1]]
    started = max(place for place, event in enumerate(events) if event.kind == "turn_started")
    stored = append_run_events(bank.writing, run.number, [prepared(event) for event in [*events, flag]])
    drop_events(bank.writing, row.conversation, stored[started:])
    after = episode_rows(bank.connection, run.number)[0]
    two = [event for event in told[:started] if event.kind == "reply_finished"]
    assert (after.turns, after.curve, after.flags, after.emotion) == (2, (40, 50, 60), (), 60)
    assert after.skills == tuple(skill for event in two for skill in event.skills)
    assert bank.connection.row("SELECT events, turns FROM conversations WHERE id = ?", (row.conversation,)) == (
        started, max(event.turn for event in told[:started]))


def test_deltas_that_a_segment_replaced_are_not_counted_any_more(bank, mind):
    whole = carried(bank, plan_run(bank, Settings(), settings()))
    talk = episode_rows(bank.connection, whole.number)[0].conversation
    head = {"conversation_id": talk, "turn": 99, "time": now_iso()}
    for event in (SegmentDelta(segment=1, text="a", **head), SegmentDelta(segment=1, text="b", **head),
                  SegmentFinished(segment=1, text="ab", **head)):
        append_run_events(bank.writing, whole.number, [prepared(event)])
    assert bank.connection.value("SELECT events FROM conversations WHERE id = ?", (talk,)) == len(bank.events(talk))


def test_a_first_line_that_was_flagged_is_flagged_once_when_its_turn_is_played_again():
    head = {"conversation_id": "c", "time": now_iso()}
    flag = EpisodeFlagged(flag="repeated_line", turn=1, event_id=1, **head)
    turn = TurnStarted(text="a", turn=1, event_id=2, **head)
    assert whole_steps([flag, turn]) == ([], [1, 2])
    said = SeekerSpoke(text="a", turn=2, event_id=1, **head)
    assert whole_steps([said, flag.model_copy(update={"event_id": 2})])[1] == []


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="the system cannot hold signals back")
def test_a_player_never_sees_ctrl_c_not_even_while_it_begins() -> None:
    asked = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"

    def told() -> str:
        return subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.strip()

    with deaf_to_ctrl_c():
        assert told() == "True"
    assert told() == "False" and signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
