"""A run carried out on a cluster of two nodes on this machine is the run carried out without one."""

from __future__ import annotations

import _socket
import contextlib
import os
import shutil
import signal
import socket
import tempfile
import threading
from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank, open_bank
from esc_tui.bank.episodes import episode_rows
from esc_tui.bank.runs import ask_of_run, find_run
from esc_tui.bank.template import create_bank_from_template
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import UserError
from esc_tui.settings.locator import template_path
from esc_tui.settings.model import Settings
from esc_tui.simulate import cluster as clusters
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.cluster import Cluster, ClusterCarrier, joined
from esc_tui.simulate.hashing import run_hash
from esc_tui.simulate.planning import Arm, RunSettings
from esc_tui.simulate.profiles import profiles_to_play
from esc_tui.simulate.running import carry_run, plan_run

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
ray = pytest.importorskip("ray", reason="Ray is not installed; 'make test-extras' installs it and runs these tests")
pytestmark = pytest.mark.timeout(180)
SMALL = {"num_cpus": 1, "object_store_memory": 80 * 1024 * 1024}


@pytest.fixture(scope="module")
def nodes():
    """Two nodes with a processor each; their files lie in a folder with a short name, as sockets need."""
    from ray.cluster_utils import Cluster as Nodes

    folder = tempfile.mkdtemp(prefix="esc-", dir="/tmp")
    made = Nodes(initialize_head=True, head_node_args={**SMALL, "temp_dir": folder})
    made.add_node(**SMALL)
    yield made
    made.shutdown()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def own_address(own_world, nodes, monkeypatch):
    """The nodes of this machine go by its address in the network, not by loopback."""
    host = nodes.address.partition(":")[0]
    guarded = socket.socket.connect

    def reach(self, address):
        return _socket.socket.connect(self, address) if address[0] == host else guarded(self, address)

    monkeypatch.setattr(socket.socket, "connect", reach)


@pytest.fixture
def cluster(own_address, nodes):
    with joined(nodes.address) as made:
        yield made


@pytest.fixture
def bank(tmp_path):
    path = tmp_path / "bank.db"
    create_bank_from_template(template_path(), path)
    with open_bank(path) as made:
        yield made


def settings(bank: Bank, **changes: object) -> RunSettings:
    """Six of the profiles that come along, four at a time."""
    some = sorted(one.id for one in profiles_to_play(bank))[:6]
    return RunSettings(profiles=tuple(some), slots=4, processes=2).model_copy(update=changes)


def carried(bank, run, cluster=None, control=None, told=lambda done, total: None):
    return carry_run(bank, Settings(), run.number, told, control or Control(), cluster)


def in_order(bank, run):
    return bank.connection.rows(
        "SELECT e.number, v.turn, v.kind FROM events v JOIN episodes e ON e.conversation = v.conversation WHERE e.run = ? "
        "ORDER BY v.event_id", (run.number,))


def test_it_has_the_events_of_a_run_carried_out_here_in_the_same_order(bank, cluster: Cluster):
    wish = settings(bank, arms=(Arm(), Arm(bank=False)))
    here = carried(bank, plan_run(bank, Settings(), wish))
    told = []
    there = carried(bank, plan_run(bank, Settings(), wish), cluster, told=lambda done, total: told.append((done, total)))
    assert there.state == "done" and told[0] == (0, 12) and told[-1] == (12, 12)
    assert run_hash(bank.connection, there.number) == run_hash(bank.connection, here.number)
    assert in_order(bank, there) == in_order(bank, here)


def test_stopped_in_the_middle_it_goes_on_here_or_there_to_the_very_same_events(bank, cluster):
    whole = carried(bank, plan_run(bank, Settings(), settings(bank)))
    control = Control()
    run = carried(bank, plan_run(bank, Settings(), settings(bank)), cluster, control,
                  lambda done, total: control.stop("stopped by a test") if done else None)
    assert run.state == "stopped" and run.can_resume
    assert any(row.state != "finished" for row in episode_rows(bank.connection, run.number))
    assert carried(bank, run, cluster).state == "done"
    assert run_hash(bank.connection, run.number) == run_hash(bank.connection, whole.number)


class Losing(ClusterCarrier):
    """Loses a player as soon as the store has turns, by whatever ``lose`` does."""

    lose = None

    def _store(self, bundles):
        super()._store(bundles)
        if self._stored_turns >= 5 and type(self).lose is not None:
            lose, type(self).lose = type(self).lose, None
            lose(self)


@pytest.fixture
def losing(monkeypatch):
    made = type("LosingOnce", (Losing,), {})
    carriers = []

    def carrier(*arguments, **named):
        carriers.append(made(*arguments, **named))
        return carriers[-1]

    monkeypatch.setattr(clusters, "ClusterCarrier", carrier)
    made.carriers = carriers
    return made


def killed_process(carrier):
    """The process of one player dies as by a lack of memory."""
    process = ray.get(carrier._players[0].process.remote())
    os.kill(process, signal.SIGKILL)


@pytest.mark.parametrize("after", ["one taker", "a new player"])
def test_a_player_that_dies_changes_nothing(bank, cluster, losing, monkeypatch, after):
    if after == "one taker":
        monkeypatch.setattr(Cluster, "has_free_processor", False)
    here = carried(bank, plan_run(bank, Settings(), settings(bank)))
    losing.lose = killed_process
    there = carried(bank, plan_run(bank, Settings(), settings(bank)), cluster)
    assert losing.carriers[0].lost == 1 and there.state == "done"
    assert run_hash(bank.connection, there.number) == run_hash(bank.connection, here.number)
    assert in_order(bank, there) == in_order(bank, here)


def test_a_node_that_dies_changes_nothing(bank, nodes, own_address, losing, monkeypatch):
    monkeypatch.setattr(clusters, "FEW", 2)  # three players, one for each node
    wish = settings(bank, processes=3, slots=6)
    here = carried(bank, plan_run(bank, Settings(), wish))
    nodes.add_node(num_cpus=1, object_store_memory=SMALL["object_store_memory"])
    with joined(nodes.address) as cluster:
        ours = ray.get_runtime_context().get_node_id()
        other = next(node for node in nodes.worker_nodes if node.node_id != ours)
        losing.lose = lambda carrier: nodes.remove_node(other, allow_graceful=False)
        there = carried(bank, plan_run(bank, Settings(), wish), cluster)
    assert there.state == "done" and losing.carriers[0].lost == 1
    assert run_hash(bank.connection, there.number) == run_hash(bank.connection, here.number)
    assert in_order(bank, there) == in_order(bank, here)


def test_people_pause_step_and_cancel_it(bank, cluster):
    run = plan_run(bank, Settings(), settings(bank, repeats=20))
    begun = threading.Event()
    carrier = threading.Thread(target=lambda: carried(bank, run, cluster, told=lambda done, total: begun.set() if done else None))
    with bank.reader() as reader:
        def turns():
            return reader.connection.value("SELECT sum(turns) FROM episodes WHERE run = ?", (run.number,))

        carrier.start()
        try:
            assert begun.wait(60)
            ask_of_run(bank.writing, run.number, "pause", now_iso())
            until(carrier, lambda: find_run(reader.connection, run.number).state == "paused")
            still = until_still(carrier, turns)
            ask_of_run(bank.writing, run.number, "step", now_iso())
            until(carrier, lambda: turns() > still)
            stepped = until_still(carrier, turns)
            assert stepped - still <= 4 * 2  # each slot one turn, and what the seeker says last
            ask_of_run(bank.writing, run.number, "resume", now_iso())
            until(carrier, lambda: turns() > stepped)
            ask_of_run(bank.writing, run.number, "cancel", now_iso())
            carrier.join(60)
        finally:
            carrier.join(60)
        assert find_run(reader.connection, run.number).state == "cancelled"
        rows = episode_rows(reader.connection, run.number)
    assert all(row.state == "finished" for row in rows) and "cancelled" in {row.outcome for row in rows}


def until(carrier, holds):
    for _ in range(3000):
        if holds():
            return
        carrier.join(0.01)
    raise AssertionError("this never came true")


def until_still(carrier, count):
    quiet, seen = 0, count()
    while quiet < 50:
        carrier.join(0.02)
        quiet = quiet + 1 if count() == seen else 0
        seen = count()
    return seen


def test_no_bank_stays_on_a_node(bank, cluster):
    carried(bank, plan_run(bank, Settings(), settings(bank)), cluster)
    for folder in {Path(tempfile.gettempdir()), Path("/tmp")}:
        assert not list(folder.glob("esc-tui-node-*"))


def test_another_version_on_a_node_is_refused_and_the_run_can_go_on(bank, cluster, monkeypatch):
    run = plan_run(bank, Settings(), settings(bank))
    with monkeypatch.context() as patched:
        patched.setattr(clusters, "__version__", "0.0.1")
        with pytest.raises(UserError, match=r"this machine 0\.0\.1"):
            carried(bank, run, cluster)
    assert carried(bank, find_run(bank.connection, run.number), cluster).state == "done"


def test_ctrl_c_and_a_stop_mean_what_they_meant(nodes):
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    with joined(nodes.address), contextlib.suppress(UserError):
        assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before


def test_an_address_with_something_else_behind_it_is_given_up_in_time(server, monkeypatch):
    monkeypatch.setattr(clusters, "ANSWER_SECONDS", 4.0)
    with pytest.raises(UserError, match="no cluster answered"), joined(f"127.0.0.1:{server.server_address[1]}"):
        pass
