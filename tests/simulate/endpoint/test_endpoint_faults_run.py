"""Runs against a server that fails in every way at once: each episode ends, as finished or as failed by a name; none hangs."""

import random
import threading
import time

import pytest

from esc_tui.bank.episodes import episode_rows, run_sums
from esc_tui.domain.sage import FINISHED
from esc_tui.engines.endpoint import faults
from esc_tui.simulate.planning import Arm
from tests.engines.endpoint.model_server import Act, ModelServer, cut_after, half_body, never, say, status
from tests.simulate.endpoint.runs import played, wish

SHARE = 0.3
FAULTS: dict[str, Act] = {
    "asks to wait": status(429, {"error": {"message": "slow down"}}, retry_after="0.05"), "breaks": status(500, "oops"),
    "drops a body": half_body, "drops a stream": cut_after('{"cont'), "stalls": never, "speaks": say("Sure! Here you go"),
    "cuts its JSON": say('{"content": "a", "change": '), "breaks the schema": say({"change": "lots", "response": ["x"], "verdict": 3}),
    "says nothing": say(""), "sends no completion": status(200, {"choices": []})}


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(faults, "FIRST_PAUSE", 0.02)


def failing(server: ModelServer, seed: int):
    """Three calls in ten fail, each in one of the ways; which ones is drawn from the seed."""
    chance, lock = random.Random(seed), threading.Lock()
    used: set[str] = set()
    answer = server.otherwise

    def act(handler, body):
        with lock:
            bad = chance.random() < SHARE
            name = chance.choice(list(FAULTS))
        if bad:
            used.add(name)
        (FAULTS[name] if bad else answer)(handler, body)
    server.otherwise = act
    return used


@pytest.mark.parametrize(("arm", "seed"), [(Arm(), 3), (Arm(engine="endpoint"), 5)])
def test_with_three_calls_in_ten_failing_every_episode_ends_by_a_name(bank, server: ModelServer, arm, seed):
    used = failing(server, seed)
    began = time.monotonic()
    run = played(bank, server, wish(repeats=3, slots=12, arms=(arm,)), timeout=1)
    rows = episode_rows(bank.connection, run.number)
    assert run.state == "done" and len(rows) == 12 and time.monotonic() - began < 100
    assert {row.outcome for row in rows} <= FINISHED | {"failed"} and len(used) >= 6
    for row in rows:
        assert bool(row.reason) == (row.outcome == "failed")
        assert "program" not in row.reason
        judged = [event for event in bank.events(row.conversation) if event.kind == "seeker_appraised"]
        assert len(judged) == len(row.curve) - 1 and all(event.change == 4 for event in judged)
    sums = run_sums(bank.connection, run.number)
    assert sum(sums["outcomes"].values()) == 12 and run.calls >= len(server.asked)


def test_with_no_fault_the_same_run_finishes_whole(bank, server: ModelServer):
    run = played(bank, server, wish(repeats=3, slots=12), timeout=60)
    rows = episode_rows(bank.connection, run.number)
    assert {row.outcome for row in rows} == {"goodbye"} and {row.curve for row in rows} == {(40, 44, 48)}


@pytest.mark.parametrize("name", FAULTS)
def test_a_server_that_only_fails_one_way_fails_every_episode_by_its_name(bank, server: ModelServer, name):
    server.otherwise = FAULTS[name]
    run = played(bank, server, wish(profiles=("seeker-1",)), timeout=1)
    row = episode_rows(bank.connection, run.number)[0]
    assert (run.state, row.outcome, row.curve) == ("done", "failed", (40,)) and server.url in row.reason
