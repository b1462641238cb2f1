"""``esc-tui evolve learn`` and ``evolve novel``: learned, looked at before, set back; one sentence for every fault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from esc_tui.simulate import arms as arms_module
from tests.cli.test_simulate_command import Capture, call
from tests.simulate.helpers import ScriptedMind, bank_with, tell_feelings


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> str:
    """Seven seekers, four of whom rise, talked with a supporter that draws and one that does not."""
    mind = ScriptedMind(lambda moment: 5 if moment.profile.id < "seeker-5" else -5, tell_feelings)
    monkeypatch.setattr(arms_module, "build_mind", lambda seeker, settings: mind)
    path = str(bank_with(tmp_path, 7))
    profiles = [word for number in range(1, 8) for word in ("--profile", f"seeker-{number}")]
    code, out, errors = call(capsys, path, "simulate", *profiles, "--arm", "newest,thompson", "--processes", "1", "--display", "json")
    assert code == 0, errors
    result = json.loads(out.splitlines()[-1])
    (seen,) = result["explored"].values()
    assert 0 < seen["explored"] <= seen["turns"]
    return path


def test_learn_preview_list_undo_and_back_to_a_snapshot(capsys: Capture, bank: str) -> None:
    code, out, errors = call(capsys, bank, "evolve", "learn", "last", "--preview")
    assert code == 0 and "r1 thompson' drew success rates" in errors and "another skill would stand first" in out
    assert call(capsys, bank, "bank", "log")[1].count("\n") == 1, "a preview writes nothing"

    code, out, errors = call(capsys, bank, "evolve", "learn", "1", "--author", "Ada")
    assert code == 0 and "r2: Learned from run 1" in errors and "(snapshot 2)" in errors
    code, out, _ = call(capsys, bank, "evolve", "learn", "1", "--display", "json")
    told = json.loads(out)
    assert code == 0 and told["revision"] is None and told["known"] > 0 and told["moved"] is None
    log = call(capsys, bank, "bank", "log")[1].splitlines()
    assert "learn" in log[0] and "Ada: Learned from run 1" in log[0] and log[0].endswith("(evidence 2)")
    assert log[0].split()[1] == log[1].split()[1], "the hash is of the skills"

    assert "r3: Taken back what r2 learned" in call(capsys, bank, "evolve", "learn", "--undo")[2]
    assert "r4: Evidence as in snapshot 2 (snapshot 4)" in call(capsys, bank, "evolve", "learn", "--to", "2")[2]
    assert call(capsys, bank, "bank", "undo")[0] == 0
    code, out, errors = call(capsys, bank, "evolve", "learn", "--list")
    assert code == 0 and [line.split()[0] for line in out.splitlines()] == ["r5", "r4", "r3", "r2"]
    assert "In force: snapshot 5" in errors
    assert call(capsys, bank, "bank", "check")[0] == 0


@pytest.mark.parametrize(("words", "code", "said"), [
    ((), 2, "nothing says what is to be learned"),
    (("last", "--undo"), 2, "a run and --undo cannot be given together"),
    (("--undo", "--preview"), 2, "--preview is for a run"),
    (("77",), 2, "there is no run '77'"),
    (("--to", "9"), 2, "there is no evidence snapshot 9"),
    (("--undo",), 1, "nothing that was learned from a run is in force"),
])
def test_bad_input_gets_one_sentence(capsys: Capture, tmp_path: Path, words: tuple[str, ...], code: int, said: str) -> None:
    path = str(bank_with(tmp_path, 1))
    got, out, errors = call(capsys, path, "evolve", "learn", *words)
    assert (got, out) == (code, "") and said in errors and len(errors.strip().splitlines()) == 1, errors


def test_without_new_messages_one_sentence_says_so(capsys: Capture, tmp_path: Path) -> None:
    code, out, errors = call(capsys, str(bank_with(tmp_path, 1)), "evolve", "novel")
    assert (code, out) == (0, "") and "No message" in errors
