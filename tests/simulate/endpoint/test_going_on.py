"""A run goes on as it was planned: same endpoint, model and prompts, or a change that is recorded; failed episodes are tried again."""

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from esc_tui.bank.answers import KEPT_DAYS, cached_answer, drop_old_answers, keep_answer, kept_of
from esc_tui.bank.episodes import episode_rows
from esc_tui.bank.runs import find_run, remove_run
from esc_tui.bank.talks import read_events
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import UserError
from esc_tui.domain.talk import TalkView
from esc_tui.settings.locator import prompts_path
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.hashing import run_lines
from esc_tui.simulate.planning import Arm, RunSettings
from esc_tui.simulate.resuming import try_failed_again
from esc_tui.simulate.running import carry_run, plan_run
from esc_tui.simulate.standing import agree, changes_of
from tests.engines.endpoint.model_server import ANSWERS, ModelServer
from tests.simulate.endpoint.runs import LAST_TURN, carried, played, program, wish


@pytest.fixture
def prompts(tmp_path):
    return shutil.copytree(prompts_path(), tmp_path / "own prompts")


def stopped_after(bank, server, questions, settings, **changes):
    """A run that was stopped once so many questions were asked."""
    control = Control()
    run = plan_run(bank, program(server, **changes), settings)
    answer = server.otherwise

    def act(handler, body):
        if len(server.asked) == questions:
            control.stop("by hand")
        answer(handler, body)

    server.otherwise = act
    assert carried(bank, server, run, control, **changes).state == "stopped"
    server.otherwise = answer
    return find_run(bank.connection, run.number)


def models_of(server):
    return {seen.body["model"] for seen in server.asked}


def test_a_run_goes_on_with_its_model_and_endpoint_whatever_the_settings_say_by_now(bank, server: ModelServer):
    run = stopped_after(bank, server, 5, wish(slots=1))
    elsewhere = program(server, model="another", endpoint="http://127.0.0.1:9", region="nowhere")
    assert carry_run(bank, elsewhere, run.number, lambda done, total: None, Control()).state == "done"
    assert models_of(server) == {"tiny-talker"}
    assert {row.outcome for row in episode_rows(bank.connection, run.number)} == {"goodbye"}


@pytest.mark.parametrize(("given", "sentence"), [
    ({"model": "another"}, "--model: run 1 was planned with the model 'tiny-talker'. Leave it out, or go on with the change by --changed"),
    ({"endpoint": "http://127.0.0.1:9"}, "--endpoint: run 1 was planned with the endpoint 'http"),
    ({"region": "Norway"}, "--region: run 1 was planned with the region left open.")])
def test_another_model_endpoint_or_region_is_refused_in_one_sentence(bank, server: ModelServer, given, sentence):
    run = plan_run(bank, program(server), wish())
    with pytest.raises(UserError) as refused:
        agree(bank, run, program(server), given, changed=False)
    assert str(refused.value).startswith(sentence) and find_run(bank.connection, 1).settings == run.settings


def test_the_same_model_and_endpoint_named_again_are_no_change(bank, server: ModelServer):
    run = plan_run(bank, program(server), wish())
    same = {"model": "tiny-talker", "endpoint": f"{server.url}/v1/", "region": None}
    assert agree(bank, run, program(server), same, changed=False) == run


def test_a_model_named_for_a_run_that_asks_none_is_refused(bank, server: ModelServer):
    run = plan_run(bank, program(server), RunSettings(profiles=("seeker-1",)))
    with pytest.raises(UserError, match="--model: run 1 asks no model"):
        agree(bank, run, program(server), {"model": "another"}, changed=True)


def test_a_change_that_is_allowed_is_recorded_with_the_run(bank, server: ModelServer):
    run = stopped_after(bank, server, 5, wish(slots=1))
    given = {"model": "another"}
    finished = sum(row.state == "finished" for row in episode_rows(bank.connection, run.number))
    changed = agree(bank, run, program(server), given, changed=True)
    assert changes_of(changed) == [f"After {finished} of 4 episodes the model 'tiny-talker' became 'another'."]
    done = carried(bank, server, changed)
    assert done.state == "done" and models_of(server) == {"tiny-talker", "another"} and changes_of(done) == changes_of(changed)


def test_a_model_left_open_is_the_one_the_endpoint_named_first_to_the_end(bank, server: ModelServer):
    run = stopped_after(bank, server, 5, wish(slots=1), model="")
    assert run.settings["stands_on"]["model"] == "tiny-talker"
    with pytest.raises(UserError, match="planned with the model 'tiny-talker'"):
        agree(bank, run, program(server), {"model": "another"}, changed=False)


def test_changed_prompts_are_refused_until_they_are_put_back_or_allowed(bank, server: ModelServer, prompts):
    run = stopped_after(bank, server, 5, wish(slots=1), prompts=str(prompts))
    file = prompts / "seeker_speak.md"
    before = file.read_text(encoding="utf-8")
    file.write_text(before + "\nBe brief.\n", encoding="utf-8")
    with pytest.raises(UserError, match="the prompt seeker_speak changed since run 1 was planned. Put back what was there, or"):
        carried(bank, server, run, prompts=str(prompts))
    assert find_run(bank.connection, 1).state == "stopped"
    file.write_text(before, encoding="utf-8")
    assert carried(bank, server, run, prompts="").state == "done"  # the same texts in another folder are the same


def test_changed_prompts_that_are_allowed_are_recorded(bank, server: ModelServer, prompts):
    run = stopped_after(bank, server, 5, wish(slots=1), prompts=str(prompts))
    (prompts / "seeker_speak.md").write_text((prompts / "seeker_speak.md").read_text(encoding="utf-8") + "\nBe brief.\n", encoding="utf-8")
    mine = program(server, prompts=str(prompts))
    changed = agree(bank, run, mine, {}, changed=True)
    assert "the prompt seeker_speak changed" in changes_of(changed)[0]
    assert carried(bank, server, changed, prompts=str(prompts)).state == "done"


def test_prompts_that_no_part_of_the_run_uses_may_change(bank, server: ModelServer, prompts):
    run = stopped_after(bank, server, 5, wish(slots=1), prompts=str(prompts))
    (prompts / "writer.md").write_text("anything", encoding="utf-8")
    assert carried(bank, server, run, prompts=str(prompts)).state == "done"


def failing_for(server, role, name):
    """The server speaks nonsense in one role where a word stands in the question."""
    answer = ANSWERS.get(role)
    server.answers[role] = lambda body: {"nonsense": 1} if name in json.dumps(body) else answer(body) if callable(answer) else answer
    return lambda: server.answers.__setitem__(role, answer)


def test_a_failed_episode_is_tried_again_and_the_failed_attempt_stays_in_its_events(bank, server: ModelServer):
    mend = failing_for(server, "seeker_appraise", "Seeker 2")
    run = played(bank, server, wish())
    failed = episode_rows(bank.connection, run.number)[1]
    assert failed.outcome == "failed" and run.state == "done"
    before, lines = read_events(bank.connection, failed.conversation, 0), list(run_lines(bank.connection, run.number))
    seeds = {seen.body.get("seed") for seen in server.asked if "Seeker 2" in json.dumps(seen.body)}
    mend()
    asked = len(server.asked)
    assert try_failed_again(bank, run) == 1
    done = carried(bank, server, find_run(bank.connection, run.number))
    row = episode_rows(bank.connection, run.number)[1]
    assert (done.state, row.outcome, row.reason, row.curve, row.turns) == ("done", "goodbye", "", (40, 44, 48), LAST_TURN)
    after = read_events(bank.connection, failed.conversation, 0)
    assert after[:len(before)] == before  # nothing of the first attempt is gone
    retried = after[len(before)]
    assert (retried.kind, retried.attempt, retried.reason) == ("episode_retried", 2, failed.reason)
    assert [event.kind for event in after].count("episode_finished") == 2
    assert len(server.asked) - asked == (LAST_TURN - 1) * 2  # the others were not played again
    assert not seeds & {seen.body.get("seed") for seen in server.asked[asked:]}  # the same draw would fail the same
    later = list(run_lines(bank.connection, run.number))
    assert set(lines) < set(later) and any('"kind": "episode_retried"' in line for line in later)


def test_the_turn_an_attempt_failed_in_does_not_count_twice(bank, server: ModelServer):
    server.answers["writer"] = "never json"
    run = played(bank, server, wish(arms=(Arm(engine="endpoint"),), profiles=("seeker-1",)))
    server.answers["writer"] = ANSWERS["writer"]
    try_failed_again(bank, run)
    assert carried(bank, server, find_run(bank.connection, run.number)).state == "done"
    row = episode_rows(bank.connection, run.number)[0]
    view = TalkView.of(read_events(bank.connection, row.conversation, 0))
    assert [turn.number for turn in view.turns] == list(range(1, LAST_TURN + 1)) and len(view.failed) == 1
    assert view.finished.outcome == row.outcome == "goodbye" and view.emotions == list(row.curve) and len(view.retried) == 1


def test_attempts_are_counted_and_a_run_without_failures_has_nothing_to_try(bank, server: ModelServer):
    mend = failing_for(server, "seeker_appraise", "Seeker 2")
    run = played(bank, server, wish())
    for _ in range(2):
        try_failed_again(bank, find_run(bank.connection, run.number))
        carried(bank, server, find_run(bank.connection, run.number))
    row = episode_rows(bank.connection, run.number)[1]
    assert row.outcome == "failed"
    assert [one.attempt for one in TalkView.of(read_events(bank.connection, row.conversation, 0)).retried] == [2, 3]
    mend()
    try_failed_again(bank, find_run(bank.connection, run.number))
    done = carried(bank, server, find_run(bank.connection, run.number))
    with pytest.raises(UserError, match="--failed: no episode of run 1 failed"):
        try_failed_again(bank, done)


def test_a_run_takes_the_answers_kept_for_it_along(bank, server: ModelServer):
    first = played(bank, server, wish())
    played(bank, server, wish(seed=8))
    kept, other = kept_of(bank.connection, 1), kept_of(bank.connection, 2)
    assert kept.answers == first.calls and kept.size > 0
    assert remove_run(bank.writing, 1).answers == kept
    assert (kept_of(bank.connection, 1).answers, kept_of(bank.connection, 2)) == (0, other)


def test_answers_of_finished_runs_are_kept_for_thirty_days_and_those_of_others_as_long_as_they_can_go_on(bank, server: ModelServer):
    done = played(bank, server, wish(profiles=("seeker-1",)))
    stopped = stopped_after(bank, server, len(server.asked) + 2, wish(profiles=("seeker-2", "seeker-3"), slots=1))
    keep_answer(bank.writing, done.number, "of a run", "x", now_iso())
    bank.writing.run("INSERT INTO cached_answers (key, answer, time) VALUES ('of nobody', 'x', ?)", (now_iso(),))
    held = kept_of(bank.connection, stopped.number)

    def in_days(days):
        return (datetime.now(UTC) + timedelta(days=days)).isoformat()

    assert drop_old_answers(bank.writing, in_days(KEPT_DAYS - 1)).answers == 0
    assert drop_old_answers(bank.writing, in_days(-1)).answers == 0  # a clock that went back makes nothing old
    assert drop_old_answers(bank.writing, in_days(KEPT_DAYS + 1)).answers > 2
    assert kept_of(bank.connection, done.number).answers == 0 and cached_answer(bank.connection, "of nobody") is None
    assert kept_of(bank.connection, stopped.number) == held and held.answers


def test_an_answer_is_stored_before_anything_comes_of_it(bank, server: ModelServer, monkeypatch):
    """With every answer the model's server looks into the bank: all answers of the episode's earlier questions are there."""
    missing = []
    answer = server.otherwise

    def look(handler, body):
        kept = bank.connection.value("SELECT count(*) FROM cached_answers")
        missing.append(len(server.asked) - 1 - kept)
        answer(handler, body)

    server.otherwise = look
    played(bank, server, wish(slots=1, arms=(Arm(engine="endpoint"),), profiles=("seeker-1",)))
    assert len(missing) >= 10 and max(missing) == 0
