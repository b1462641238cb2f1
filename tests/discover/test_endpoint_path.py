"""The whole path against an endpoint: dialogues in, units labelled by a model, vectors, whatever the server does meanwhile."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.decisions import annotators
from esc_tui.bank.extractions import dialogues_left, dialogues_read
from esc_tui.cli.main import main
from tests.engines.endpoint.model_server import (
    ANSWERS,
    ModelServer,
    context_of,
    cut_after,
    half_body,
    never,
    say,
    status,
    unit,
)
from tests.support_bank import empty_bank

TALKS, MOMENTS = 6, 4


def talk(number: int) -> dict[str, Any]:
    lines: list[dict[str, str]] = []
    for moment in range(MOMENTS):
        lines += [{"role": "user", "content": f"Talk {number}, line {moment}: I redid the archive and nobody looked up."},
                  {"role": "assistant", "content": f"What would you have liked to hear, {number} {moment}?"}]
    return {"messages": [*lines, {"role": "user", "content": f"Just thank you, in talk {number}."}]}


@pytest.fixture
def bank(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    empty_bank(tmp_path).close()
    path = next(tmp_path.glob("*.db"))
    file = tmp_path / "own.jsonl"
    file.write_text("\n".join(json.dumps(talk(number)) for number in range(TALKS)), encoding="utf-8")
    assert main(["import", str(file), "--licence", "MIT", "--bank", str(path)]) == 0
    capsys.readouterr()
    return str(path)


def command(bank: str, server: ModelServer, *more: str) -> list[str]:
    return ["discover", "units", "--bank", bank, "--engine", "endpoint", "--endpoint", server.url, "--display", "json", *more]


def result(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def test_dialogues_are_labelled_by_the_model_and_again_only_by_another_prompt(
        bank: str, server: ModelServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command(bank, server)) == 0
    told = result(capsys)
    assert (told["dialogues"], told["units"], told["positive"], told["skipped"]) == (TALKS, TALKS * MOMENTS, TALKS * MOMENTS, 0)
    assert told["annotator"].startswith("tiny-talker/")
    asked = len(server.asked)
    assert asked == TALKS and main(command(bank, server)) == 0 and result(capsys)["known_dialogues"] == TALKS
    assert main(command(bank, server, "--model", "larger-talker")) == 0 and len(server.asked) == 2 * asked
    with open_bank(Path(bank)) as opened:
        assert {name.partition("/")[0]: count for name, _, count in annotators(opened.connection)} == {
            "tiny-talker": TALKS * MOMENTS, "larger-talker": TALKS * MOMENTS}


def test_two_engines_are_compared(bank: str, server: ModelServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command(bank, server)) == main(["discover", "units", "--bank", bank, "--engine", "embedded"]) == 0
    capsys.readouterr()
    assert main(["discover", "agreement", "--bank", bank, "--display", "json"]) == 0
    [pair] = result(capsys)["pairs"]
    assert pair["units"] == TALKS * MOMENTS and {pair["first"].partition("/")[0], pair["second"].partition("/")[0]} == {
        "embedded-1", "tiny-talker"}


def test_passing_faults_are_overcome_and_nothing_is_lost(
        bank: str, server: ModelServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("esc_tui.engines.endpoint.faults.FIRST_PAUSE", 0.01)

    def wrong_labels(handler: Any, body: Any) -> None:
        context = context_of(body)
        say({"units": [unit(moment, context, change="levitates") for moment in context["moments"]]})(handler, body)
    # However the two dialogues share them, no question meets more than two of the faults in a row.
    server.script = [status(500, "oops"), half_body, wrong_labels, cut_after('{"units": [{"mom'), status(429, "wait")]
    assert main(command(bank, server, "--parallel", "2")) == 0
    told = result(capsys)
    assert (told["dialogues"], told["units"], told["skipped"]) == (TALKS, TALKS * MOMENTS, 0)


def test_one_dialogue_the_model_cannot_label_is_counted_and_tried_again(
        bank: str, server: ModelServer, capsys: pytest.CaptureFixture[str]) -> None:
    good = server.otherwise

    def mostly(handler: Any, body: Any) -> None:
        (say("No.") if "Talk 4" in body["messages"][1]["content"] else good)(handler, body)
    server.otherwise = mostly
    assert main(command(bank, server)) == 0
    told = result(capsys)
    assert (told["dialogues"], told["reasons"]) == (TALKS - 1, {"the model's answers could not be used": 1})
    assert "holds no JSON object (No.)" in told["places"][0]["reason"]
    server.otherwise = good
    assert main(command(bank, server)) == 0 and result(capsys)["dialogues"] == 1


@pytest.mark.parametrize(("fault", "why"), [
    (status(401, {"error": {"message": "no such key"}}), "no such key"), (say("I would rather not."), "could not be used"),
    (status(200, "<html>"), "not a chat completion")])
def test_an_endpoint_of_no_use_ends_the_job_with_nothing_half_written(
        bank: str, server: ModelServer, capsys: pytest.CaptureFixture[str], fault: Any, why: str) -> None:
    server.otherwise = fault
    assert main(command(bank, server)) == 3
    assert why in capsys.readouterr().err
    with open_bank(Path(bank)) as opened:
        assert opened.connection.value("SELECT count(*) FROM units") == 0 == opened.connection.value("SELECT count(*) FROM extractions")


def test_a_silent_endpoint_ends_the_job(bank: str, server: ModelServer, capsys: pytest.CaptureFixture[str],
                                        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESC_TUI_TIMEOUT", "1")
    monkeypatch.setattr("esc_tui.engines.endpoint.faults.FIRST_PAUSE", 5.0)
    server.otherwise = never
    assert main(command(bank, server)) == 3 and "did not answer within" in capsys.readouterr().err


def test_a_refused_port_ends_the_job(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["discover", "units", "--bank", bank, "--engine", "endpoint", "--endpoint", "http://127.0.0.1:9", "--model", "m"]
    assert main(words) == 3 and "cannot be reached" in capsys.readouterr().err


def test_a_killed_job_goes_on_with_nothing_repeated_or_lost(
        bank: str, server: ModelServer, capsys: pytest.CaptureFixture[str]) -> None:
    good = server.otherwise

    def three_then_silence(handler: Any, body: Any) -> None:
        (good if len(server.asked) <= 3 else never)(handler, body)
    server.otherwise = three_then_silence
    job = subprocess.Popen([sys.executable, "-m", "esc_tui", *command(bank, server, "--parallel", "1")],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ends = time.monotonic() + 60
    while len(server.asked) < 4 and time.monotonic() < ends:
        os.sched_yield()
    job.send_signal(signal.SIGKILL)
    assert job.wait(60) == -signal.SIGKILL
    read = [context_of(seen.body)["lines"][0]["text"] for seen in server.asked[:3]]
    server.otherwise = good
    server.seen.clear()
    assert main(command(bank, server)) == 0
    told = result(capsys)
    assert (told["known_dialogues"], told["dialogues"], told["new_labels"]) == (3, TALKS - 3, (TALKS - 3) * MOMENTS)
    assert not {context_of(seen.body)["lines"][0]["text"] for seen in server.asked} & set(read)
    with open_bank(Path(bank)) as opened:
        assert dialogues_read(opened.connection, told["annotator"]) == TALKS
        assert dialogues_left(opened.connection, told["annotator"]) == []
        assert opened.connection.value("SELECT count(*) FROM unit_labels") == TALKS * MOMENTS


def test_dialogues_that_may_not_leave_this_computer_are_counted_as_such(
        bank: str, server: ModelServer, capsys: pytest.CaptureFixture[str], tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "kept.jsonl"
    file.write_text(json.dumps(talk(77)), encoding="utf-8")
    assert main(["import", str(file), "--licence", "CC BY-NC 4.0", "--bank", bank]) == 0
    monkeypatch.setattr("esc_tui.engines.endpoint.settings.is_loopback", lambda host: False)
    capsys.readouterr()
    assert main(command(bank, server)) == 0
    told = result(capsys)
    assert told["dialogues"] == TALKS and told["skipped"] == 1 and "CC BY-NC 4.0" in next(iter(told["reasons"]))
    assert "Talk 77" not in json.dumps([seen.body for seen in server.asked])


def labelled(bank: str, server: ModelServer) -> list[str]:
    """Label the talks in two ways that went well and one that did not, group them, and give the command that writes skills."""
    ways = ({"state": "lonely", "change": "opens-up"}, {"state": "angry", "actions": ["validation"], "change": "relief"},
            {"state": "angry", "actions": ["validation"], "change": "frustrated"})

    def answer(body: Any) -> Any:
        context = context_of(body)
        return {"units": [unit(moment, context, **ways[moment["moment"] % 3]) for moment in context["moments"]]}
    server.answers["annotator"] = answer
    server.answers["skill_writer"] = ANSWERS["skill_writer"] | {"states": [], "moves": [
        {"action": "validation", "text": "Say that it counts."}, {"action": "open-question", "text": "Ask who should have seen it."}]}
    assert main(command(bank, server)) == main(["discover", "prototypes", "--bank", bank]) == 0
    server.seen.clear()
    return ["discover", "skills", "--bank", bank, "--engine", "endpoint", "--endpoint", server.url, "--target", "2", "--display", "json"]


def test_prototypes_become_draft_skills_worded_by_the_model(
        bank: str, server: ModelServer, capsys: pytest.CaptureFixture[str]) -> None:
    skills = labelled(bank, server)
    capsys.readouterr()
    assert main(skills) == 0
    told = result(capsys)
    assert len(told["skills"]) == 2 and told["left_out"] == [] and len({row["slug"] for row in told["skills"]}) == 2
    assert any("line 0: I redid the archive" in json.dumps(seen.body) for seen in server.asked)
    with open_bank(Path(bank)) as opened:
        for row in told["skills"]:
            skill = opened.skill(row["slug"])
            assert skill.status == "draft" and "worded by tiny-talker" in skill.content.origin
            assert "I redid the archive and nobody" not in skill.model_dump_json()


def test_a_skill_the_model_cannot_word_is_left_out_and_the_others_kept(
        bank: str, server: ModelServer, capsys: pytest.CaptureFixture[str]) -> None:
    skills = labelled(bank, server)
    server.script = [say("No."), say("No.")]
    capsys.readouterr()
    assert main(skills) == 0
    told = result(capsys)
    assert len(told["skills"]) == 1 and "could not be used" in told["left_out"][0]["reason"]
    assert main(skills) == 0 and len(result(capsys)["skills"]) == 1


@pytest.mark.parametrize("fault", [say("I would rather not."), status(401, "no key")])
def test_an_endpoint_that_words_nothing_ends_the_job_and_the_bank_stays_as_it_was(
        bank: str, server: ModelServer, capsys: pytest.CaptureFixture[str], fault: Any) -> None:
    skills = labelled(bank, server)
    server.otherwise = fault
    with open_bank(Path(bank)) as opened:
        before = opened.head_number
    assert main(skills) == 3
    with open_bank(Path(bank)) as opened:
        assert opened.head_number == before


def test_a_run_of_skills_cut_short_goes_on_with_the_drafts_it_has(
        bank: str, server: ModelServer, capsys: pytest.CaptureFixture[str]) -> None:
    skills = labelled(bank, server)
    good = server.otherwise

    def once(handler: Any, body: Any) -> None:
        (good if len(server.asked) <= 1 else status(401, "no key"))(handler, body)
    server.otherwise = once
    assert main(skills) == 3
    server.otherwise = good
    server.seen.clear()
    capsys.readouterr()
    assert main(skills) == 0 and len(result(capsys)["skills"]) == 2 and len(server.asked) == 1
