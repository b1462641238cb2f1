"""What a node of a cluster does, without a cluster: the mailbox, the copy of the bank that travels, and a player in this process."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import threading

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.travelling import travelling_copy
from esc_tui.domain.errors import UserError
from esc_tui.settings.model import Settings
from esc_tui.simulate.carrying import InOrder
from esc_tui.simulate.cluster import joined, must_suit
from esc_tui.simulate.planning import Arm, RunSettings
from esc_tui.simulate.player import Mailbox, Player
from esc_tui.simulate.resuming import unfinished_tasks
from esc_tui.simulate.running import plan_run
from esc_tui.simulate.worker import Bundle, Job, Order
from tests.simulate.helpers import opened


@pytest.fixture
def bank(tmp_path):
    with opened(tmp_path) as made:
        yield made


def test_a_mailbox_gives_turns_in_order_and_holds_only_so_many():
    box = Mailbox(most=2)
    sender = threading.Thread(target=lambda: [box.send(Bundle(1, number)) for number in range(1, 6)] and box.close())
    sender.start()
    found: list[int] = []
    more = True
    while more:
        bundles, more = box.take(5)
        assert len(bundles) <= 2
        found += [one.episode for one in bundles]
    sender.join(60)
    assert found == [1, 2, 3, 4, 5]


def test_a_mailbox_that_was_hung_up_ends_its_worker():
    box = Mailbox(most=1)
    box.send(Bundle(1))
    box.hang_up()
    with pytest.raises(BrokenPipeError):
        box.send(Bundle(1))
    with pytest.raises(EOFError):
        box.poll(5)


def test_orders_reach_a_worker_in_the_order_they_were_given():
    box = Mailbox()
    for kind in ("pause", "step", "resume"):
        box.tell(Order(kind))
    assert [box.recv().kind for _ in range(3) if box.poll(0)] == ["pause", "step", "resume"] and not box.poll(0)


def test_forgotten_turns_of_a_slot_come_again_in_its_place():
    order = InOrder([0, 1])
    order.put(Bundle(1, 11))
    assert order.take() == [] and order.needs(frozenset({1}), 2) and not order.needs(frozenset({1}), 1)
    assert order.forget(frozenset({1})) == {1}
    order.put(Bundle(0, 10))
    assert [one.episode for one in order.take()] == [10]
    order.put(Bundle(1, 12))
    assert [one.episode for one in order.take()] == [12]


def test_the_copy_that_travels_has_what_a_supporter_reads_and_no_words_of_talks(bank, tmp_path):
    plan_run(bank, Settings(), RunSettings(profiles=("seeker-1",)))
    (tmp_path / "copy.db").write_bytes(travelling_copy(bank))
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        def count(table):
            return copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

        for table in ("skill_versions", "revision_skills", "units", "evidence", "unit_search"):
            assert count(table) == bank.connection.value(f"SELECT count(*) FROM {table}") > 0
        for table in ("conversations", "events", "episodes", "runs", "played_profiles", "profiles", "dialogue_turns", "unit_labels",
                      "quotes", "drafts", "decisions", "vectors", "cached_answers", "interface_state", "utterance_search"):
            assert count(table) == 0
        assert {row[0] for row in copy.execute("SELECT header FROM dialogues")} == {""}
    with open_bank(tmp_path / "copy.db", readonly=True) as reader:
        assert reader.head().hash == bank.head().hash


def job_of(bank):
    wish = RunSettings(profiles=("seeker-1",))
    run = plan_run(bank, Settings(), wish)
    left = unfinished_tasks(bank, run, wish)
    return Job("", run.id, wish.model_dump_json(), Settings().model_dump_json(), tuple(run.settings["pins"]), left.profiles,
               tuple(left.tasks))


def test_a_player_plays_a_job_and_keeps_no_bank(bank, tmp_path, monkeypatch):
    (tmp_path / "node").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "node"))
    job = job_of(bank)
    player = Player(travelling_copy(bank))
    player.play(1, job, [])
    bundles: list[Bundle] = []
    more = True
    while more:
        some, more = player.take(1)
        bundles += some
        if some:
            assert not list((tmp_path / "node").iterdir())
    player.end()
    assert [one for one in bundles if one.fault] == [] and bundles[-1].last and bundles[-2].over


def test_a_job_begins_with_the_orders_given_before_it(bank):
    job = job_of(bank)
    player = Player(travelling_copy(bank))
    player.play(1, job, [Order("cancel")])
    bundles: list[Bundle] = []
    more = True
    while more:
        some, more = player.take(1)
        bundles += some
    player.end()
    assert [(one.over, one.last, one.events) for one in bundles] == [(True, False, ()), (False, True, ())]


def test_without_ray_a_cluster_is_refused_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UserError, match=r"pip install 'esc-tui\[cluster\]'"), joined("local"):
        pass


@pytest.mark.parametrize(("address", "said"), [("nowhere", "no address"), ("http://127.0.0.1:80", "no address"),
                                               ("127.0.0.1:x", "no address"), ("127.0.0.1:9", "nothing answers")])
def test_an_address_that_is_none_is_one_sentence(monkeypatch, address, said):
    monkeypatch.setitem(sys.modules, "ray", sys)  # it is not reached
    with pytest.raises(UserError, match=said), joined(address):
        pass


def test_a_run_with_endpoints_is_not_for_a_cluster(bank):
    with pytest.raises(UserError, match="a run with endpoints"):
        must_suit(bank, Settings(), RunSettings(arms=(Arm(engine="endpoint"),)))
