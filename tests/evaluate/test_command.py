"""``esc-tui evaluate responses`` as a person and as a program use it."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from esc_tui.bank.artefacts import list_measurements
from esc_tui.bank.bank import open_bank
from esc_tui.cli.main import main
from esc_tui.cli.many_files import spread
from esc_tui.domain.errors import UserError
from esc_tui.evaluate.exports import as_csv, as_html, as_markdown, write_export
from esc_tui.evaluate.scoring import paired_difference
from esc_tui.evaluate.tables import plain_report
from tests.engines.endpoint.model_server import role_of, say, status
from tests.evaluate.written import corpora, row, write
from tests.support_bank import small_bank_file


@pytest.fixture
def files(tmp_path):
    return corpora(tmp_path)


@pytest.fixture
def bank(tmp_path):
    return str(small_bank_file(tmp_path))


def run(capsys, *arguments: str) -> tuple[int, list[dict], str]:
    """Exit code, the JSON objects on standard output, and what was said on standard error."""
    code = main(["evaluate", "responses", *arguments])
    captured = capsys.readouterr()
    return code, [json.loads(line) for line in captured.out.splitlines() if line.startswith("{")], captured.err


def evaluate(capsys, bank, files, *more: str) -> dict:
    code, objects, said = run(capsys, "--bank", bank, "--train", files[0], "--test", files[1], "--display", "json", *more)
    assert code == 0, said
    assert all(one["kind"] == "progress" for one in objects[:-1])
    return objects[-1]


def test_one_object_holds_every_measure(capsys, bank, files):
    result = evaluate(capsys, bank, files)
    for name in ("accuracy", "macro_f1", "emr", "lr", "multi_share", "multi_share_reference", "bleu_1", "bleu_2", "bleu_3", "bleu_4",
                 "rouge_l", "meteor_without_synonyms", "distinct_1", "distinct_2"):
        assert 0 <= result[name] <= 1, name
        assert name.startswith("distinct") or len(result["intervals"][name]) == 2
    assert result["items"] == result["by"]["single"]["items"] + result["by"]["multi"]["items"]
    assert sum(map(sum, result["confusion"]["cells"])) == result["items"]
    assert result["by"]["single"]["multi_share_reference"] == 0 and result["by"]["multi"]["multi_share_reference"] == 1
    assert (result["missing"], result["strategies_worded"]) == (0, pytest.approx(1, abs=0.2))
    assert {row["source"] for row in result["published"]} and all(row["note"] for row in result["published"])
    assert "sentence_cosine" not in result


def test_the_result_is_kept_and_the_same_again(capsys, bank, files):
    first, second = evaluate(capsys, bank, files), evaluate(capsys, bank, files)
    assert (first.pop("number"), second.pop("number")) == (1, 2)
    assert first.pop("seconds") > 0 and second.pop("seconds") > 0
    assert first.pop("account").startswith("train.jsonl") and second.pop("account")
    assert first == second
    with open_bank(bank, readonly=True) as opened:
        kept = list_measurements(opened.connection, "responses")
    assert [one.number for one in kept] == [2, 1]
    assert {name: value for name, value in kept[1].result.items() if name != "seconds"} == first
    assert kept[0].settings["test"] == ["test.jsonl"]


def test_nothing_of_the_dialogues_stands_in_the_result(capsys, bank, files):
    told = json.dumps(evaluate(capsys, bank, files))
    rows = [json.loads(line) for path in files for line in Path(path).read_text(encoding="utf-8").splitlines()]
    assert not [line["text"] for one in rows for line in one["dialog"] if line["text"] in told]


def test_modes_differ_as_they_should(capsys, bank, files):
    whole = evaluate(capsys, bank, files)
    single = evaluate(capsys, bank, files, "--mode", "single")
    stepwise = evaluate(capsys, bank, files, "--mode", "one-by-one")
    assert single["multi_share"] == 0 and single["by"]["multi"]["emr"] == 0 and single["natural_plan"] is None
    assert whole["natural_plan"]["items"] == whole["items"] and whole["natural_plan"]["multi_share"] >= whole["multi_share"]
    assert (stepwise["emr"], stepwise["lr"]) == (whole["emr"], whole["lr"])
    assert stepwise["own_plan"] is None and whole["own_plan"]["items"] == whole["items"]


def test_without_replies_the_strategies_alone_are_measured(capsys, bank, files):
    result = evaluate(capsys, bank, files, "--no-replies", "--limit", "2")
    assert "bleu_1" not in result and result["test_dialogues"] == 2 and "own_plan" in result


def test_the_table_says_percent_and_what_was_left_out(capsys, bank, files, tmp_path):
    unlabelled = row(50, 9)
    for line in unlabelled["dialog"][:2]:
        line.pop("strategy", None)
    test = write(tmp_path / "mixed.jsonl", [unlabelled, row(51, 9)])
    assert main(["evaluate", "responses", "--bank", bank, "--train", files[0], "--test", test]) == 0
    shown = capsys.readouterr()
    assert "percent" in shown.out and "Left out because they have no strategy: 1 turn." in " ".join(shown.out.split())
    assert "Kept as measurement 1" in shown.err
    assert max(map(len, shown.out.splitlines())) <= 100


def test_several_files_follow_one_option(capsys, bank, tmp_path, files):
    more = write(tmp_path / "more.jsonl", [row(number, 3) for number in range(3)])
    result = evaluate(capsys, bank, (files[0], files[1]), "--no-replies")
    code, objects, _ = run(capsys, "--bank", bank, "--train", files[0], more, "--test", files[1], "--no-replies", "--display", "json")
    assert code == 0
    assert objects[-1]["planner"]["dialogues"] == result["planner"]["dialogues"] + 3
    assert list(spread(["--train", "a", "b", "--test=c", "d", "--limit", "2", "--train", "e", "--", "f"])) == [
        "--train", "a", "--train", "b", "--test=c", "--test", "d", "--limit", "2", "--train", "e", "--", "f"]


@pytest.mark.parametrize(("train", "test", "says"), [
    ("missing.jsonl", "test.jsonl", "there is no such file"),
    ("train.jsonl", "empty.jsonl", "no dialogue could be read"),
    ("train.jsonl", "bare.jsonl", "no supporter turn of the test dialogues has a strategy"),
    ("test.jsonl", "test.jsonl", "every dialogue of --train is in --test too"),
    ("bare.jsonl", "test.jsonl", "no supporter turn has a strategy"),
])
def test_bad_files_get_one_sentence(capsys, bank, tmp_path, files, train, test, says):
    (tmp_path / "empty.jsonl").write_text("", encoding="utf-8")
    bare = [row(number, 4) for number in range(3)]
    for one in bare:
        for line in one["dialog"]:
            line.pop("strategy", None)
    write(tmp_path / "bare.jsonl", bare)
    code, objects, said = run(capsys, "--bank", bank, "--train", str(tmp_path / train), "--test", str(tmp_path / test), "--display", "json")
    assert code == (2 if train in {"missing.jsonl", "test.jsonl"} else 1) and says in said
    assert [one for one in objects if one["kind"] != "progress"] == []


def test_hostile_words_are_only_words(capsys, bank, tmp_path, files):
    hostile = row(60, 9)
    for line in hostile["dialog"]:
        line["text"] = "[/bold] {{ 7*7 }} \x1b[2J '); DROP TABLE units;-- " + line["text"]
    test = write(tmp_path / "=cmd|calc [x].jsonl", [hostile])
    result = evaluate(capsys, bank, (files[0], test))
    assert result["missing"] == 0
    assert "\x1b" not in plain_report(result) + as_html(result) + as_csv(result) + as_markdown(result)
    assert all(not line.startswith("=") for line in as_csv(result).split(","))


def test_a_view_only_bank_is_measured_but_keeps_nothing(capsys, bank, files):
    Path(bank).chmod(0o400)
    code, objects, said = run(capsys, "--bank", bank, "--train", files[0], "--test", files[1], "--no-replies", "--display", "json")
    assert code == 0
    if "view-only" in said:  # root may write any file
        assert "number" not in objects[-1]


def test_exports_hold_the_numbers_and_never_overwrite(capsys, bank, files, tmp_path):
    result = evaluate(capsys, bank, files)
    lines = list(csv.DictReader(io.StringIO(as_csv(result))))
    assert next(line for line in lines if line["measure"] == "emr" and line["turns"] == "all" and line["source"] == "this")["value"] == str(
        result["emr"])
    assert f"{100 * result['emr']:.1f}" in as_markdown(result) and f"{100 * result['emr']:.1f}" in as_html(result)
    assert "http" not in as_html(result)
    path = write_export(result, tmp_path / "numbers.md")
    assert path.read_text(encoding="utf-8").startswith("# Responses")
    for name in ("numbers.md", "numbers.pdf", "no/where.csv"):
        with pytest.raises(UserError):
            write_export(result, tmp_path / name)


def test_two_measurements_are_compared_dialogue_by_dialogue():
    first = [["a", 10, 3, 2, 4.0], ["b", 10, 5, 5, 6.0], ["c", 8, 1, 1, 1.0]]
    better = [["b", 10, 6, 6, 7.0], ["a", 10, 4, 3, 5.0], ["d", 5, 5, 5, 5.0]]
    found = paired_difference(first, better)
    assert found == {name: [0.1, 0.1, 0.1] for name in ("accuracy", "emr", "lr")}
    assert paired_difference(first, [["x", 1, 1, 1, 1.0]]) is None


def test_an_endpoint_writes_the_replies_and_the_plan_stays(capsys, bank, files, server):
    embedded = evaluate(capsys, bank, files, "--limit", "2")
    result = evaluate(capsys, bank, files, "--limit", "2", "--endpoint", server.url, "--model", "tiny-talker")
    assert (result["emr"], result["confusion"]) == (embedded["emr"], embedded["confusion"])
    assert result["written_by"]["model"] == "tiny-talker" and result["engine"] == "endpoint"
    assert result["missing"] == 0 and result["bleu_1"] != embedded["bleu_1"]
    assert result["own_plan"]["items"] == result["items"]


def test_turns_an_endpoint_fails_at_are_missing_and_told(capsys, bank, files, server):
    asked = []

    def every_other_reply(handler, body):
        writing = role_of(body) == "writer"
        asked.extend([body] if writing else [])
        good = say(server.answer(body))
        (status(400, {"error": {"message": "no"}}) if writing and len(asked) % 2 else good)(handler, body)

    server.otherwise = every_other_reply
    result = evaluate(capsys, bank, files, "--limit", "2", "--endpoint", server.url, "--model", "tiny-talker")
    assert 0 < result["missing"] < result["items"] and result["first_error"]
    assert result["replies_scored"] == result["items"] - result["missing"]
    assert "Missing because the endpoint failed" in plain_report(result)


def test_an_endpoint_that_never_answers_is_exit_code_3(capsys, bank, files):
    code, _, said = run(capsys, "--bank", bank, "--train", files[0], "--test", files[1], "--limit", "1",
                        "--endpoint", "http://127.0.0.1:9", "--model", "m")
    assert code == 3 and "no turn was answered" in said


class WordsEmbedder:
    """Vectors by the first letters of the words of a text."""

    model = "first-letters"

    async def embed(self, texts):
        return [[0.1 + sum(word.startswith(letter) for word in text.lower().split()) for letter in "abcdefghijklmnopqrstuvwxyz"]
                for text in texts]


def test_an_embedding_model_adds_two_measures_named_by_what_they_are(capsys, bank, files, monkeypatch):
    from esc_tui.support import semantic

    monkeypatch.setattr(semantic, "embedder_for", lambda settings, **_: WordsEmbedder())
    result = evaluate(capsys, bank, files)
    assert 0 < result["sentence_cosine"] < 1 and 0 < result["word_match_f1"] < 1
    assert result["likeness_models"] == {"sentence_cosine": "first-letters", "word_match_f1": "first-letters"}
    assert "Embedding word match: by first-letters." in plain_report(result)


def test_a_word_matches_its_nearest_on_the_other_side():
    import numpy as np

    from esc_tui.evaluate.likeness import _word_match

    vectors = {"sad": np.array([1.0, 0]), "blue": np.array([0.8, 0.6]), "boxes": np.array([0, 1.0])}
    assert _word_match("sad boxes", "sad boxes", vectors) == pytest.approx(1)
    assert _word_match("sad", "blue boxes", vectors) == pytest.approx(2 * 0.8 * 0.4 / 1.2)
    assert _word_match("", "sad", vectors) == 0


def test_words_that_may_not_be_passed_on_are_not_sent_to_another_machine(capsys, bank, files):
    code, _, said = run(capsys, "--bank", bank, "--train", files[0], "--test", files[1], "--endpoint", "http://192.0.2.1", "--model", "m")
    assert code == 1 and "not sent to 192.0.2.1" in said
    assert run(capsys, "--bank", bank, "--train", files[0], "--test", files[1], "--endpoint", "http://192.0.2.1", "--model", "m",
               "--no-replies")[0] == 0


def test_a_killed_measurement_leaves_nothing_and_is_swept_up(capsys, bank, files, own_world, monkeypatch):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left, others = own_world / "tmp" / f"esc-tui-view-{gone.pid}-x", own_world / "tmp" / f"esc-tui-view-{os.getpid()}-x"
    for folder in (left, others):
        folder.mkdir()
    before = set((own_world / "tmp").iterdir())
    monkeypatch.setattr(tempfile, "tempdir", None)  # TMPDIR is read anew
    evaluate(capsys, bank, files, "--limit", "1")
    assert set((own_world / "tmp").iterdir()) == before - {left}


def test_a_stopped_measurement_keeps_nothing(bank, files, own_world):
    job = subprocess.Popen([sys.executable, "-m", "esc_tui", "evaluate", "responses", "--bank", bank, "--train", files[0],
                            "--test", files[1], "--display", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in job.stdout:
        if "writing replies" in line or "training" in line or "planner" in line:
            break
    job.send_signal(signal.SIGINT)
    out, said = job.communicate(timeout=60)
    assert job.returncode == 130 and "Traceback" not in said and '"kind": "result"' not in out
    with open_bank(bank, readonly=True) as opened:
        assert list_measurements(opened.connection, "responses") == []
    assert not list((own_world / "tmp").glob("esc-tui-view-*"))
