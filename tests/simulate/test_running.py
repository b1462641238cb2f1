"""Runs: planned, carried out by a process or several, steered, broken off, resumed, hashed."""

from __future__ import annotations

import json
import threading

import pytest

from esc_tui.bank.episodes import episode_rows, run_sums
from esc_tui.bank.runs import ask_of_run, find_run, remove_run
from esc_tui.discover.importing import import_dialogues
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Need, Shelf
from esc_tui.interchange.episode_export import ExportCount, episode_lines
from esc_tui.settings.model import Settings
from esc_tui.simulate import arms as arms_module
from esc_tui.simulate.carrying import Control, EmbeddedCarrier, InOrder
from esc_tui.simulate.hashing import run_hash, run_lines
from esc_tui.simulate.planning import Arm, Budget, RunSettings
from esc_tui.simulate.running import allow, carry_run, forecast_of, plan_run
from esc_tui.simulate.worker import Bundle
from tests.simulate.helpers import ScriptedMind, opened, profile


@pytest.fixture
def mind(monkeypatch):
    made = ScriptedMind(lambda moment: 10 if moment.profile.id != "seeker-2" else -10)
    monkeypatch.setattr(arms_module, "build_mind", lambda seeker, settings: made)
    return made


@pytest.fixture
def bank(tmp_path):
    with opened(tmp_path) as made:
        yield made


def settings(**changes: object) -> RunSettings:
    return RunSettings(profiles=("seeker-1", "seeker-2", "seeker-3"), processes=1, slots=2).model_copy(update=changes)


@pytest.fixture
def told_workers(monkeypatch):
    """Set as soon as the workers were told something."""
    event = threading.Event()
    tell = EmbeddedCarrier._tell

    def and_say(hands, order):
        tell(hands, order)
        event.set()

    monkeypatch.setattr(EmbeddedCarrier, "_tell", staticmethod(and_say))
    return event


def carried(bank, run, control=None, told=lambda done, total: None):
    return carry_run(bank, Settings(), run.number, told, control or Control())


def test_a_run_plays_every_profile_and_its_rows_say_how_it_went(bank, mind):
    told = []
    run = carried(bank, plan_run(bank, Settings(), settings()), told=lambda done, total: told.append((done, total)))
    assert run.state == "done" and told[0] == (0, 3) and told[-1] == (3, 3)
    rows = episode_rows(bank.connection, run.number)
    assert [(row.profile, row.outcome, row.emotion) for row in rows] == [
        ("seeker-1", "success", 100), ("seeker-2", "failure", 0), ("seeker-3", "success", 100)]
    assert rows[0].curve == (40, 50, 60, 70, 80, 90, 100) and rows[0].turns == 7 and rows[0].skills
    assert run_sums(bank.connection, run.number)["outcomes"] == {"success": 2, "failure": 1}


def test_everything_that_happened_is_stored_and_deltas_are_not(bank, mind):
    run = carried(bank, plan_run(bank, Settings(), settings()))
    events = bank.events(episode_rows(bank.connection, run.number)[0].conversation)
    kinds = {event.kind for event in events}
    assert {"episode_started", "skills_ranked", "plan_made", "segment_finished", "seeker_appraised", "episode_finished"} <= kinds
    assert "segment_delta" not in kinds
    assert [event.event_id for event in events] == sorted({event.event_id for event in events})


def test_simulated_talks_are_in_their_run_and_not_among_the_talks_of_people(bank, mind):
    before = len(bank.conversations())
    run = carried(bank, plan_run(bank, Settings(), settings()))
    assert len(bank.conversations()) == before
    bank.forget_all()
    assert bank.events(episode_rows(bank.connection, run.number)[0].conversation)


def test_arms_and_repeats_are_played_with_the_same_seeds(bank, mind):
    wish = settings(arms=(Arm(), Arm(bank=False)), repeats=2, profiles=("seeker-1",))
    run = carried(bank, plan_run(bank, Settings(), wish))
    rows = episode_rows(bank.connection, run.number)
    assert [(row.arm, row.repeat) for row in rows] == [(0, 1), (1, 1), (0, 2), (1, 2)]
    assert rows[0].seed == rows[1].seed != rows[2].seed == rows[3].seed
    assert run.settings["arms"] == ["r1", "no bank"]
    assert rows[0].skills and not rows[1].skills


def test_the_same_seed_gives_the_same_events_in_the_same_order_however_many_slots_are_free(bank, mind):
    runs = [carried(bank, plan_run(bank, Settings(), settings(slots=slots))) for slots in (2, 2, 3)]
    hashes = [run_hash(bank.connection, run.number) for run in runs]
    assert hashes[0] == hashes[1] == hashes[2]
    assert hashes[0][1] >= sum(row.turns for row in episode_rows(bank.connection, runs[0].number))
    order = [[(row[0], row[1]) for row in bank.connection.rows(
        "SELECT e.number, v.kind FROM events v JOIN episodes e ON e.conversation = v.conversation WHERE e.run = ? ORDER BY v.event_id",
        (run.number,))] for run in runs[:2]]
    assert order[0] == order[1]
    other = carried(bank, plan_run(bank, Settings(), settings(seed=8)))
    assert run_hash(bank.connection, other.number) != hashes[0]


def test_the_lines_hold_no_time_and_no_random_id(bank, mind):
    run = carried(bank, plan_run(bank, Settings(), settings(profiles=("seeker-1",))))
    lines = "\n".join(run_lines(bank.connection, run.number))
    events = bank.events(episode_rows(bank.connection, run.number)[0].conversation)
    assert len(events) > 20 and not any(event.time in lines for event in events) and "milliseconds" not in lines
    assert episode_rows(bank.connection, run.number)[0].conversation not in lines and run.id not in lines


def test_stopped_in_the_middle_it_is_resumed_to_the_very_same_events(bank, mind, told_workers):
    whole = carried(bank, plan_run(bank, Settings(), settings()))
    run = plan_run(bank, Settings(), settings())
    control = Control()

    def stop(moment):
        if len(mind.moments) >= before + 9 and not control.stopped:
            told_workers.clear()
            control.stop("stopped by a test")
            assert told_workers.wait(60)
        return 10 if moment.profile.id != "seeker-2" else -10

    before = len(mind.moments)
    mind.change = stop
    broken = carried(bank, run, control)
    assert (broken.state, broken.reason) == ("stopped", "stopped by a test") and broken.can_resume
    asked = len(mind.moments)
    done = carried(bank, broken)
    assert done.state == "done"
    assert run_hash(bank.connection, done.number) == run_hash(bank.connection, whole.number)
    assert len(mind.moments) - asked < len(mind.moments) - before  # what was played is not played again


def test_one_process_at_a_time_carries_a_run_out(bank, mind):
    run = plan_run(bank, Settings(), settings(profiles=("seeker-1",)))
    seen: list[str] = []

    def ask(moment):
        if not seen:
            with pytest.raises(UserError) as refused:
                carry_run(bank, Settings(), run.number, lambda done, total: None, Control())
            seen.append(str(refused.value))
        return 10

    mind.change = ask
    carried(bank, run)
    assert "under way in another process" in seen[0]
    with pytest.raises(UserError, match="done already"):
        carried(bank, run)


def test_a_run_whose_process_died_counts_as_stopped(bank, mind):
    run = plan_run(bank, Settings(), settings())
    bank.connection.run("UPDATE runs SET state = 'running', owner = 'elsewhere:1:1' WHERE number = ?", (run.number,))
    found = find_run(bank.connection, run.number)
    assert found.state == "stopped" and not found.alive and found.can_resume


@pytest.mark.parametrize(("end", "state", "outcome"), [("cancel", "cancelled", "cancelled"), ("resume", "done", "turns")])
def test_a_paused_run_is_stepped_and_then_cancelled_or_resumed(bank, mind, told_workers, end, state, outcome):
    run = plan_run(bank, Settings(), settings())
    reader = bank.reader()
    counts: list[int] = []
    paused: list[bool] = []

    def ordered(kind):
        told_workers.clear()
        ask_of_run(bank.writing, run.number, kind, now_iso())

    def watch(moment):
        if len(mind.moments) >= 3 and not paused:
            paused.append(True)
            ordered("pause")
            assert told_workers.wait(60)
        return 1

    mind.change = watch
    carrier = threading.Thread(target=lambda: carried(bank, run))
    carrier.start()
    try:
        until(carrier, lambda: find_run(reader.connection, run.number).state == "paused")
        counts.append(until_still(carrier, mind))
        ordered("step")
        assert told_workers.wait(60)
        until(carrier, lambda: len(mind.moments) > counts[0])
        counts.append(until_still(carrier, mind))
        ordered(end)
        carrier.join(60)
        assert find_run(reader.connection, run.number).state == state
    finally:
        reader.close()
    assert counts[1] - counts[0] <= 2 * 2  # each slot one turn: what is said, and what is made of the reply
    assert {row.outcome for row in episode_rows(bank.connection, run.number)} == {outcome}


def until(carrier, holds):
    for _ in range(6000):
        if holds():
            return
        carrier.join(0.01)
    raise AssertionError("this never came true")


def until_still(carrier, mind):
    """How many moments there were when for more than half a second none came."""
    quiet = 0
    seen = len(mind.moments)
    while quiet < 60:
        carrier.join(0.01)
        quiet = quiet + 1 if len(mind.moments) == seen else 0
        seen = len(mind.moments)
    return seen


def test_an_episode_alone_can_be_cancelled(bank, mind, told_workers):
    run = plan_run(bank, Settings(), settings())

    def watch(moment):
        if len(mind.moments) == 2:
            told_workers.clear()
            ask_of_run(bank.writing, run.number, "cancel", now_iso(), 3)
            assert told_workers.wait(60)
        return 1

    mind.change = watch
    assert carried(bank, run).state == "done"
    assert [row.outcome for row in episode_rows(bank.connection, run.number)] == ["turns", "turns", "cancelled"]


def test_a_fault_in_a_worker_is_told_and_the_run_can_go_on(bank, mind):
    def fail(moment):
        raise ZeroDivisionError("a fault of the program")

    mind.change = fail
    run = plan_run(bank, Settings(), settings())
    with pytest.raises(UserError, match="ZeroDivisionError"):
        carried(bank, run)
    assert find_run(bank.connection, run.number).state == "failed"
    mind.change = lambda moment: 10
    assert carried(bank, run).state == "done"


@pytest.mark.parametrize(("change", "said"), [
    ({"profiles": ("nobody",)}, "no profile 'nobody'"),
    ({"profiles": (), "needs": (Need.BE_TOLD_NOT_AT_FAULT,), "characters": ()}, "no profile fits"),
    ({"profiles": (), "shelf": Shelf.EXAM}, "sealed"),
])
def test_a_wish_that_cannot_be_met_is_one_sentence(bank, mind, change, said):
    with pytest.raises(UserError, match=said):
        plan_run(bank, Settings(), settings(**change))


@pytest.mark.parametrize("change", [{"seeker": "endpoint"}, {"critic": True}, {"arms": (Arm(engine="endpoint"),)}])
def test_a_model_without_an_endpoint_is_told_before_a_run_is_kept(bank, mind, change):
    with pytest.raises(UserError, match="needs an endpoint"):
        plan_run(bank, Settings(), settings(**change))
    assert bank.connection.value("SELECT count(*) FROM runs") == 0


@pytest.mark.parametrize("seeker", ["embedded", "embedded-second"])
def test_a_seeker_without_a_model_refuses_what_it_cannot_play(bank, seeker):
    bank.add_profiles([profile(7, language="zh"), profile(8, facts=())])
    with pytest.raises(UserError, match="speaks English"):
        plan_run(bank, Settings(), settings(seeker=seeker, profiles=("seeker-7",)))
    with pytest.raises(UserError, match="no facts and lines"):
        plan_run(bank, Settings(), settings(seeker=seeker, profiles=("seeker-8",)))
    run = plan_run(bank, Settings(), settings(seeker=seeker, profiles=()))
    assert not {"seeker-7", "seeker-8"} & {row.profile for row in episode_rows(bank.connection, run.number)}


def test_the_second_seeker_plays_runs_without_a_model_that_come_out_the_same(bank):
    assert settings(seeker="embedded-second").embedded
    runs = [carried(bank, plan_run(bank, Settings(), settings(seeker=seeker)))
            for seeker in ("embedded-second", "embedded-second", "embedded")]
    assert [run.state for run in runs] == ["done"] * 3
    second, again, first = [run_hash(bank.connection, run.number) for run in runs]
    assert second == again != first


def test_of_a_shelf_only_those_are_played_that_the_embedded_seeker_can_play(bank, mind):
    bank.add_profiles([profile(7, language="zh"), profile(8, facts=())])
    run = plan_run(bank, Settings(), settings(profiles=()))
    played = {row.profile for row in episode_rows(bank.connection, run.number)}
    assert {"seeker-1", "seeker-2", "seeker-3"} <= played and not {"seeker-7", "seeker-8"} & played


def test_the_forecast_counts_calls_of_endpoints_and_learns_from_runs(bank, mind):
    first = forecast_of(bank, settings())
    assert (first.episodes, first.calls, first.measured_by) == (3, 0, 0)
    endpoint = forecast_of(bank, settings(seeker="endpoint", arms=(Arm(engine="endpoint"),)))
    assert endpoint.calls == 3 * 8 * 6 and endpoint.tokens > endpoint.calls
    number = carried(bank, plan_run(bank, Settings(), settings())).number
    for alike, wish in ((True, settings()), (True, settings(arms=(Arm(), Arm(bank=False)))), (False, settings(arms=(Arm(mode="single"),)))):
        expected = forecast_of(bank, wish)
        assert (expected.measured_by, expected.alike) == (number, alike)
    assert forecast_of(bank, settings(seeker="endpoint")).measured_by == 0


def test_minutes_that_are_used_up_stop_a_run_cleanly(bank, mind, told_workers):
    run = plan_run(bank, Settings(), settings(budget=Budget(minutes=0.000001)))
    mind.change = lambda moment: 0 if told_workers.wait(60) else 0
    ended = carried(bank, run)
    assert ended.state == "stopped" and "budget" in ended.reason and ended.can_resume
    allow(bank, run.number, Budget(minutes=60))
    assert carried(bank, run).state == "done"


def test_a_run_is_removed_with_all_its_episodes(bank, mind):
    run = carried(bank, plan_run(bank, Settings(), settings()))
    talks = [row.conversation for row in episode_rows(bank.connection, run.number)]
    assert remove_run(bank.writing, run.number).episodes == 3
    assert not any(bank.events(talk) for talk in talks)
    with pytest.raises(UserError, match="there is no run"):
        find_run(bank.connection, run.number)


def test_turns_are_written_in_the_order_of_the_slots_whatever_order_they_came_in():
    order = InOrder([0, 1, 2])
    for slot, episode in ((2, 3), (1, 2), (1, 5)):
        order.put(Bundle(slot, episode))
    assert order.take() == []
    order.put(Bundle(0, 1))
    assert [one.episode for one in order.take()] == [1, 2, 3]
    order.put(Bundle(0, last=True))
    assert [one.episode for one in order.take()] == [5]
    order.paused.add(2)
    order.put(Bundle(1, 6))
    assert [one.episode for one in order.take()] == [6]


def test_an_export_that_comes_back_to_its_bank_is_known(bank, mind, tmp_path):
    run = carried(bank, plan_run(bank, Settings(), settings(arms=(Arm(), Arm(bank=False)))))
    lines = list(episode_lines(bank.connection, episode_rows(bank.connection, run.number), "sage", ExportCount()))
    changed = {**json.loads(lines[0]), "supporter": "another"}
    files = {"whole.jsonl": lines, "one.jsonl": lines[3:4], "changed.jsonl": [*lines[1:], json.dumps(changed) + "\n"]}
    told = {}
    for name, content in files.items():
        (tmp_path / name).write_text("".join(content))
        *_, last = import_dialogues(bank, [tmp_path / name])
        told[name] = (last.whole.episodes, last.whole.new_episodes, last.whole.runs)
    assert told == {"whole.jsonl": (6, 0, [run.number]), "one.jsonl": (1, 0, [run.number]), "changed.jsonl": (6, 6, [run.number + 1])}
