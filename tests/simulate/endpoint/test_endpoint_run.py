"""Runs that ask an endpoint: stored as they happen, steered, counted, stopped by a budget, resumed without asking twice."""

import collections
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.episodes import episode_rows
from esc_tui.bank.runs import ask_of_run, find_run
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import BankError, UserError
from esc_tui.domain.events import ReplyFinished, SegmentFinished, TurnStarted
from esc_tui.simulate import arms as arms_module
from esc_tui.simulate import endpoint_run, store
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.episode import whole_steps
from esc_tui.simulate.planning import Arm, Budget
from esc_tui.simulate.running import carry_run, plan_run
from tests.engines.endpoint.model_server import ANSWERS, ModelServer, role_of, say, status
from tests.simulate.endpoint.runs import LAST_TURN, carried, played, program, wish
from tests.simulate.helpers import ScriptedMind

CALLS = (LAST_TURN - 1) * 2
"""Of one episode's seeker: to judge the reply and to speak, but in the last turn nothing is judged."""


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch):
    monkeypatch.setattr(endpoint_run, "LOOK_SECONDS", 0.02)


def test_every_episode_is_played_by_the_model_and_its_steps_are_stored(bank, server: ModelServer):
    told = []
    run = played(bank, server, wish(), told=lambda done, total: told.append((done, total)))
    rows = episode_rows(bank.connection, run.number)
    assert run.state == "done" and [row.outcome for row in rows] == ["goodbye"] * 4 and told[-1] == (4, 4)
    assert [row.curve for row in rows] == [(40, 44, 48)] * 4 and {row.turns for row in rows} == {LAST_TURN}
    events = bank.events(rows[0].conversation)
    assert [event.kind for event in events if event.kind.startswith(("seeker", "emotion", "episode", "reply"))] == [
        "episode_started", "reply_finished", "seeker_appraised", "emotion_changed", "seeker_spoke", "reply_finished", "seeker_appraised",
        "emotion_changed", "seeker_spoke", "episode_finished"]
    started = next(event for event in events if event.kind == "episode_started")
    assert (started.seeker_engine, started.seeker_model) == ("endpoint", "tiny-talker")
    assert [event.event_id for event in events] == sorted({event.event_id for event in events})


def test_calls_nobody_watches_are_plain_and_counted_with_their_tokens(bank, server: ModelServer):
    run = played(bank, server, wish())
    assert run.calls == len(server.asked) == 4 * CALLS and run.tokens > 1000 and run.seconds > 0
    assert not any(seen.body.get("stream") for seen in server.asked)


def test_tokens_are_what_the_server_says(bank, server: ModelServer):
    def with_usage(handler, body):
        handler.send(200, {"choices": [{"message": {"content": server.answer(body)}, "finish_reason": "stop"}],
                           "usage": {"prompt_tokens": 90, "completion_tokens": 10}})
    server.otherwise = with_usage
    assert played(bank, server, wish()).tokens == 100 * 4 * CALLS


def test_the_same_run_again_asks_nothing_and_other_seeds_and_repeats_ask_anew(bank, server: ModelServer):
    played(bank, server, wish())
    first = len(server.asked)
    again = played(bank, server, wish())
    assert len(server.asked) == first and (again.state, again.calls) == ("done", 0)
    played(bank, server, wish(seed=8))
    assert len(server.asked) == 2 * first
    played(bank, server, wish(repeats=2))
    assert len(server.asked) == 3 * first


def test_with_the_cache_off_everything_is_asked(bank, server: ModelServer):
    for _ in range(2):
        played(bank, server, wish(cache=False))
    assert len(server.asked) == 2 * 4 * CALLS
    assert bank.connection.value("SELECT count(*) FROM cached_answers") == 0


def test_only_answers_that_were_found_good_are_kept(bank, server: ModelServer):
    server.script = [say("not json"), status(500, "x")]
    run = played(bank, server, wish(slots=1, profiles=("seeker-1",)))
    kept = [row[0] for row in bank.connection.rows("SELECT answer FROM cached_answers")]
    assert len(kept) == CALLS and all(json.loads(text) for text in kept) and run.calls == CALLS + 2


def test_a_whole_endpoint_supporter_answers_in_a_run_and_the_chat_keeps_nothing(bank, server: ModelServer):
    run = played(bank, server, wish(arms=(Arm(engine="endpoint"), Arm(engine="endpoint", bank=False)), profiles=("seeker-1",)))
    rows = episode_rows(bank.connection, run.number)
    assert [row.outcome for row in rows] == ["goodbye"] * 2 and rows[0].skills and not rows[1].skills
    roles = collections.Counter(seen.role for seen in server.asked)
    assert roles["writer"] >= 4 and roles["state_reader"] >= 2 and run.calls == len(server.asked)
    assert all("seed" in seen.body for seen in server.asked)
    reply = next(event for event in bank.events(rows[0].conversation) if event.kind == "reply_finished")
    assert reply.outcome == "complete" and any(mark.startswith("writer ") for mark in reply.prompts)


def test_no_other_engine_takes_over_where_the_supporters_endpoint_fails(bank, server: ModelServer):
    server.answers["writer"] = "never json"
    run = played(bank, server, wish(arms=(Arm(engine="endpoint"),)))
    rows = episode_rows(bank.connection, run.number)
    assert run.state == "done" and {row.outcome for row in rows} == {"failed"} and all("could not be used" in row.reason for row in rows)


def test_a_fault_of_one_episode_has_a_name_and_leaves_the_others_alone(bank, server: ModelServer):
    def bad(body):
        return {"change": "x"} if "Seeker 2" in json.dumps(body) else ANSWERS["seeker_appraise"]
    server.answers["seeker_appraise"] = bad
    rows = episode_rows(bank.connection, played(bank, server, wish()).number)
    assert [row.outcome for row in rows] == ["goodbye", "failed", "goodbye", "goodbye"]
    assert "change" in rows[1].reason and rows[1].curve == (40,)


def test_even_a_mistake_of_the_program_ends_its_episode_alone(bank, server: ModelServer, monkeypatch):
    class Broken(ScriptedMind):
        async def appraise(self, moment):
            if moment.profile.id == "seeker-3":
                raise KeyError("oh")
            return await super().appraise(moment)
    monkeypatch.setattr(arms_module, "build_mind", lambda seeker, settings: Broken(lambda moment: -10))
    rows = episode_rows(bank.connection, played(bank, server, wish()).number)
    assert [row.outcome for row in rows] == ["failure", "failure", "failed", "failure"] and "KeyError" in rows[2].reason


def test_a_budget_of_calls_stops_cleanly_after_the_steps_in_hand(bank, server: ModelServer):
    run = played(bank, server, wish(budget=Budget(calls=6), slots=2))
    assert (run.state, run.reason) == ("stopped", "budget of 6 calls spent") and run.can_resume
    assert 6 <= run.calls == len(server.asked) <= 6 + 2
    for row in episode_rows(bank.connection, run.number):
        if row.state == "running":
            events = bank.events(row.conversation)
            assert whole_steps(events)[1] == [] and events[-1].kind in {"reply_finished", "emotion_changed", "seeker_spoke"}


def test_budgets_of_tokens_and_minutes_stop_too(bank, server: ModelServer):
    assert played(bank, server, wish(budget=Budget(tokens=10))).reason == "budget of 10 tokens spent"
    assert "minutes" in played(bank, server, wish(budget=Budget(minutes=1e-6))).reason


def test_stopped_and_resumed_it_asks_no_question_twice(bank, server: ModelServer):
    control = Control()
    run = plan_run(bank, program(server), wish())
    server.otherwise = lambda handler, body: (control.stop("by hand") if len(server.asked) == 7 else None,
                                              say(server.answer(body))(handler, body))
    assert carried(bank, server, run, control).state == "stopped"
    done = carried(bank, server, run)
    assert done.state == "done" and len(server.asked) == done.calls == 4 * CALLS
    assert len({json.dumps(seen.body) for seen in server.asked}) == 4 * CALLS


def test_a_step_that_does_not_end_is_broken_off_when_the_run_stops_and_played_again(bank, server: ModelServer):
    control = Control()

    def hang(handler, body):
        if role_of(body) == "writer" and not server.release.is_set():
            control.stop("by hand")
            server.release.wait(120)
        say(server.answer(body))(handler, body)
    server.otherwise = hang
    run = plan_run(bank, program(server, timeout=2), wish(arms=(Arm(engine="endpoint"),), profiles=("seeker-1",)))
    stopped = carried(bank, server, run, control, timeout=2)
    server.release.set()
    assert (stopped.state, stopped.reason) == ("stopped", "by hand")
    assert carried(bank, server, run).state == "done"
    assert episode_rows(bank.connection, run.number)[0].outcome == "goodbye"
    readings = [json.dumps(seen.body) for seen in server.asked if seen.role == "state_reader"]
    assert len(readings) == len(set(readings))


KILLED = """
import sys
from pathlib import Path
from esc_tui.bank.bank import open_bank
from esc_tui.settings.model import Settings
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.running import carry_run
with open_bank(Path(sys.argv[1])) as bank:
    program = Settings(endpoint=sys.argv[2], model="tiny-talker", timeout=200, model_risk_check=False)
    carry_run(bank, program, int(sys.argv[3]), lambda done, total: None, Control())
"""


def test_killed_in_the_middle_it_loses_at_most_the_calls_in_flight(bank, server: ModelServer):
    run = plan_run(bank, program(server), wish(slots=3))
    answered = []
    holding = threading.Event()

    def hold_after_nine(handler, body):
        if len(server.asked) > 9 and not server.release.is_set():
            holding.set()
            server.release.wait(120)
        answered.append(json.dumps(body))
        say(server.answer(body))(handler, body)
    server.otherwise = hold_after_nine
    other = subprocess.Popen([sys.executable, "-c", KILLED, str(bank.path), server.url, str(run.number)],
                             env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])})
    assert holding.wait(60)
    while bank.connection.value("SELECT count(*) FROM cached_answers") < max(7, len(answered)):  # answers are kept some milliseconds later
        assert other.poll() is None
    other.send_signal(signal.SIGKILL)
    other.wait()
    before = set(answered)
    server.release.set()
    done = carried(bank, server, run)
    assert done.state == "done" and {row.outcome for row in episode_rows(bank.connection, run.number)} == {"goodbye"}
    twice = [body for body, count in collections.Counter(answered).items() if count > 1]
    assert len(twice) <= 3 and len(before) >= 7
    assert len(set(answered)) == 4 * CALLS


def when_asked(server: ModelServer, bank, number: int, count: int, kind: str, episode: int | None = None):
    """Leave an order as soon as the server was asked so often."""
    def act(handler, body):
        if len(server.asked) == count:
            with open_bank(bank.path) as other:
                ask_of_run(other.connection, number, kind, now_iso(), episode)
        say(server.answer(body))(handler, body)
    server.otherwise = act


def endless(server: ModelServer) -> None:
    """A seeker that stays for ten turns, slowly."""
    server.answers["seeker_speak"] = ANSWERS["seeker_speak"]
    server.answers["seeker_appraise"] = ANSWERS["seeker_appraise"] | {"change": 0}


def test_a_run_is_cancelled_with_all_that_waits(bank, server: ModelServer):
    endless(server)
    run = plan_run(bank, program(server), wish(slots=1))
    when_asked(server, bank, run.number, 3, "cancel")
    done = carried(bank, server, run)
    rows = episode_rows(bank.connection, run.number)
    assert (done.state, done.reason) == ("cancelled", "by a person") and rows[-1].outcome == "cancelled"
    assert all(row.state == "finished" for row in rows) and rows[0].reason in {"cancelled by a person", ""}


def test_one_episode_is_cancelled_and_the_others_go_on(bank, server: ModelServer):
    run = plan_run(bank, program(server), wish(slots=1))
    when_asked(server, bank, run.number, 1, "cancel", 4)
    told = []
    done = carried(bank, server, run, told=lambda done, total: told.append(done))
    outcomes = [row.outcome for row in episode_rows(bank.connection, run.number)]
    assert done.state == "done" and outcomes[:3] == ["goodbye"] * 3 and outcomes[3] in {"cancelled", "goodbye"} and told[-1] == 4


def test_a_paused_run_says_so_steps_and_goes_on(bank, server: ModelServer):
    endless(server)
    run = plan_run(bank, program(server), wish(slots=2))
    when_asked(server, bank, run.number, 2, "pause")

    def steer():
        with open_bank(bank.path) as other:
            wait_for(lambda: find_run(other.connection, run.number).state == "paused")
            ask_of_run(other.connection, run.number, "step", now_iso())
            ask_of_run(other.connection, run.number, "resume", now_iso())
            wait_for(lambda: find_run(other.connection, run.number).state != "paused")
            states.append(find_run(other.connection, run.number).state)
    states: list[str] = []
    steering = threading.Thread(target=steer)
    steering.start()
    done = carried(bank, server, run)
    steering.join()
    assert done.state == "done" and states[0] in {"running", "done"}


def wait_for(condition, seconds: float = 60.0) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends
        threading.Event().wait(0.01)


def test_an_episode_that_is_watched_streams_and_the_others_do_not(bank, server: ModelServer):
    endless(server)
    run = plan_run(bank, program(server), wish(slots=2, profiles=("seeker-1", "seeker-2")))
    when_asked(server, bank, run.number, 1, "watch", 1)
    carried(bank, server, run)
    streamed = {("Seeker 1" in json.dumps(seen.body), seen.body.get("stream", False)) for seen in server.asked
                if seen.role.startswith("seeker")}
    assert (False, True) not in streamed
    assert any(seen.body.get("stream") for seen in server.asked)
    assert not [event for event in bank.events(episode_rows(bank.connection, run.number)[0].conversation) if event.kind == "segment_delta"]


def test_the_critic_judges_each_reply_by_ten_samples(bank, server: ModelServer):
    verdicts = {1: "worse", 2: "better"}
    server.answers["episode_critic"] = lambda body: {"verdict": verdicts[body["messages"][1]["content"].count('"speaker": "supporter"')]}
    run = played(bank, server, wish(critic=True, profiles=("seeker-1", "seeker-2"), cache=False))
    rows = episode_rows(bank.connection, run.number)
    assert [row.critic for row in rows] == [(-1.0, 0.5)] * 2 and run.state == "done"
    assert sum(seen.role == "episode_critic" for seen in server.asked) == 2 * 2 * 10


def test_a_critic_that_fails_gives_no_verdict_and_is_asked_when_the_run_is_resumed(bank, server: ModelServer):
    server.answers["episode_critic"] = "no json"
    run = played(bank, server, wish(critic=True, profiles=("seeker-1",)))
    assert run.state == "stopped" and "the critic could not judge 1 of 1 episodes" in run.reason
    assert episode_rows(bank.connection, run.number)[0].critic == ()
    server.answers["episode_critic"] = {"verdict": "solved"}
    assert carried(bank, server, run).state == "done"
    assert episode_rows(bank.connection, run.number)[0].critic == (1.0, 1.0)


def test_an_endpoint_that_is_not_there_is_told_before_anything_is_played(bank, server: ModelServer):
    nowhere = program(server).model_copy(update={"endpoint": "http://127.0.0.1:9", "model": ""})
    run = plan_run(bank, nowhere, wish())
    with pytest.raises(UserError, match="cannot be reached"):
        carry_run(bank, nowhere, run.number, lambda done, total: None, Control())
    failed = find_run(bank.connection, run.number)
    assert failed.state == "failed" and failed.can_resume
    assert {row.state for row in episode_rows(bank.connection, run.number)} == {"waiting"}


def test_a_bank_that_cannot_be_written_any_more_stops_the_run_with_its_sentence(bank, server: ModelServer, monkeypatch):
    append = store.append_run_events

    def until_full(connection, run, events):
        if len(server.asked) > 6:
            raise BankError("the disk is full, nothing of this was saved", str(bank.path))
        return append(connection, run, events)
    monkeypatch.setattr(store, "append_run_events", until_full)
    run = plan_run(bank, program(server), wish())
    with pytest.raises(BankError, match="the disk is full"):
        carried(bank, server, run)
    monkeypatch.setattr(store, "append_run_events", append)
    broken = find_run(bank.connection, run.number)
    assert broken.state == "stopped" and "disk is full" in broken.reason and broken.can_resume
    assert carried(bank, server, run).state == "done"
    assert {row.outcome for row in episode_rows(bank.connection, run.number)} == {"goodbye"}


def test_another_program_writes_into_the_bank_meanwhile(bank, server: ModelServer):
    def also(handler, body):
        with open_bank(bank.path) as other:
            other.remember("a key", str(len(server.asked)))
        say(server.answer(body))(handler, body)
    server.otherwise = also
    assert played(bank, server, wish()).state == "done"


def test_a_resumed_run_asks_the_model_it_was_planned_with(bank, server: ModelServer):
    run = plan_run(bank, program(server), wish(profiles=("seeker-1",)))
    carried(bank, server, run, model="another")
    assert {seen.body["model"] for seen in server.asked} == {"tiny-talker"}


def test_a_failed_or_broken_reply_is_no_whole_step():
    head = {"conversation_id": "c", "time": now_iso()}
    turn, said = TurnStarted(text="a", turn=1, event_id=1, **head), SegmentFinished(segment=1, text="b", turn=1, event_id=2, **head)
    for outcome, dropped in (("failed", [1, 2, 3]), ("stopped", [1, 2, 3]), ("complete", [])):
        reply = ReplyFinished(text="b", outcome=outcome, plain="", milliseconds=1, turn=1, event_id=3, **head)
        assert whole_steps([turn, said, reply])[1] == dropped


def test_the_embedded_supporter_thinks_beside_the_loop(bank, server: ModelServer, monkeypatch):
    from esc_tui.support.turn import Supporter

    threads = set()
    original = Supporter.reply

    def noted(self, *arguments, **more):
        threads.add(threading.current_thread().name.split("_")[0])
        return original(self, *arguments, **more)
    monkeypatch.setattr(Supporter, "reply", noted)
    run = played(bank, server, wish())
    assert run.state == "done" and threads == {"thinking"}
