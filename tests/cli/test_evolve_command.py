"""``esc-tui evolve``: a round from simulation to verdict, decisions, and one sentence for every fault."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.evolution import list_proposals
from esc_tui.cli import evolve as command
from esc_tui.cli.main import main
from esc_tui.evolve import probing, screening, together, verifying
from esc_tui.evolve.rounds import why_nothing
from esc_tui.interchange.skill_text import write_skill
from esc_tui.settings.locator import template_path
from esc_tui.simulate import carrying
from esc_tui.starter.probe_files import read_probes
from tests.cli.test_simulate_command import Capture, call
from tests.evolve.test_deciding import revision_of, verified
from tests.support_bank import small_bank_file


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Few profiles and probes, played in this process."""
    monkeypatch.setattr(verifying, "SAME_PROFILES", 2)
    monkeypatch.setattr(verifying, "REPLAYED", 3)
    monkeypatch.setattr(together, "EPISODES", 24)
    monkeypatch.setattr(screening.screen_profiles, "__defaults__", (4,))
    monkeypatch.setattr(carrying, "FEW", 10_000)
    probes = read_probes()[::60]
    monkeypatch.setattr(probing, "read_probes", lambda: probes)


@pytest.fixture
def bank(tmp_path: Path) -> str:
    path = tmp_path / "mine.db"
    path.write_bytes(template_path().read_bytes())
    return str(path)


def refused(capsys: Capture, bank: str, *words: str) -> str:
    """The one sentence of a line that is refused, with exit code 2."""
    code, out, errors = call(capsys, bank, *words)
    assert code == 2 and out == "" and len(errors.strip().splitlines()) == 1, (code, out, errors)
    return errors


def test_a_round_ends_in_verdicts_and_a_person_decides(capsys, bank, tmp_path):
    code, out, errors = call(capsys, bank, "evolve", "run", "--preset", "smoke", "--limit", "24", "--display", "json")
    assert code == 0, errors
    objects = [json.loads(line) for line in out.splitlines()]
    done = objects[-1]
    assert done["kind"] == "round" and done["findings"] and done["proposals"] and done["accepted"] == []
    assert {one["step"] for one in objects if one["kind"] == "step"} >= {"simulate", "find", "propose", "verify"}
    assert set(done["verdicts"].values()) <= {"reject", "not enough evidence", "never fired"}, "smoke never accepts"

    code, out, _ = call(capsys, bank, "evolve", "proposals")
    assert code == 0 and len(out.splitlines()) == len(done["proposals"])
    assert " verified " not in out and any(word in out for word in done["verdicts"].values()), "the verdict's own word"
    code, out, _ = call(capsys, bank, "evolve", "findings", "--display", "json")
    assert {"number", "kind", "turns"} <= json.loads(out.splitlines()[0]).keys()
    assert "seeker:" in call(capsys, bank, "evolve", "show", "F-1")[1]
    verified = next(iter(done["verdicts"]))
    assert "VERDICT" in call(capsys, bank, "evolve", "show", verified)[1]
    assert call(capsys, bank, "evolve", "show", verified, "--display", "markdown")[1].startswith("# Verdict")
    code, out, _ = call(capsys, bank, "evolve", "ledger")
    assert code == 0 and "expected false accepts" in out and "sealed seekers" in out

    with open_bank(bank) as opened:
        rows = [row for row in list_proposals(opened.connection) if not row.gate]
        before = opened.head().hash
    name = rows[0].name
    assert "--reason" in call(capsys, bank, "evolve", "reject", name, "--reason", " ")[2]
    assert call(capsys, bank, "evolve", "accept", name, "--auto")[0] == 1, "no verdict accept stands behind it"
    code, _, told = call(capsys, bank, "evolve", "accept", name)
    assert code == 1 and "stands behind it" in told and "--yes" in told, "nobody can be asked here"
    code, _, told = call(capsys, bank, "evolve", "accept", name, "--author", "Ada", "--reason", "read it", "--yes")
    assert code == 0 and "on watch" in told
    assert "stands behind it" in call(capsys, bank, "bank", "log")[1]
    assert call(capsys, bank, "bank", "rollback", "r1")[0] == 0
    listed = call(capsys, bank, "evolve", "proposals")[1].splitlines()
    assert [line.split()[0] for line in listed if " undone " in line] == [name]
    assert "is undone" in call(capsys, bank, "evolve", "promote", name)[2]
    assert call(capsys, bank, "evolve", "accept", name, "--yes")[0] == 0, "it may be accepted again"
    assert call(capsys, bank, "bank", "rollback", "r1")[0] == 0
    with open_bank(bank) as opened:
        assert opened.head().hash == before

    other = rows[-1]
    patch = other.proposal.patches[0]
    file = tmp_path / "SKILL.md"
    mine = patch.after.content.model_copy(update={"title": "My own title"})
    file.write_text(write_skill(patch.after.model_copy(update={"content": mine})), encoding="utf-8")
    code, out, told = call(capsys, bank, "evolve", "edit", other.name, str(file), "--author", "Ada")
    assert code == 0 and "P-" in out, told
    assert "was edited into" in call(capsys, bank, "evolve", "accept", other.name)[2]


def test_a_run_of_which_nothing_ended_is_said_to_have_nothing_to_read(capsys, bank):
    assert call(capsys, bank, "simulate", "--limit", "1", "--plan")[0] == 0
    code, _, told = call(capsys, bank, "evolve", "findings", "last")
    assert code == 0 and "No episode of run 1 has ended" in told


def test_what_it_can_show_and_costs_is_said_before(capsys, bank):
    assert call(capsys, bank, "simulate", "--limit", "16", "--seed", "3", "--display", "json")[0] == 0
    assert call(capsys, bank, "evolve", "findings", "last")[0] == 0
    code, out, _ = call(capsys, bank, "evolve", "proposals", "last")
    assert code == 0 and out.startswith("P-1")
    code, out, _ = call(capsys, bank, "evolve", "verify", "P-1", "--forecast")
    assert code == 0 and "gains of about" in out and "At most 96 pairs" in out


@pytest.mark.parametrize(("words", "said"), [
    (("show", "P-99"), "there is no proposal 'P-99'"), (("show", "V-1"), "there is no verification"),
    (("show", "F-7"), "there is no finding"),
    (("verify", "P-1"), "there is no proposal"), (("accept", "nonsense"), "there is no proposal"), (("findings", "99"), "there is no run"),
    (("run", "--rounds", "3"), "--auto"), (("edit", "P-1", "nowhere.md"), "no such file"),
    (("reject", "P-1", "--reason", "no"), "there is no proposal")])
def test_what_is_not_there_is_said_in_one_sentence(capsys, bank, words, said):
    assert said in refused(capsys, bank, "evolve", *words)


def test_no_proposals_are_said_in_a_sentence(capsys, bank):
    code, out, errors = call(capsys, bank, "evolve", "proposals")
    assert code == 0 and out == "" and errors.startswith("No proposals.")
    assert "No profile" not in call(capsys, bank, "profiles", "restore")[2]


def test_a_person_in_a_terminal_is_asked_before_an_accept_that_no_verdict_stands_behind(capsys, tmp_path, monkeypatch):
    path = str(small_bank_file(tmp_path))
    with open_bank(path) as opened:
        row = revision_of(opened)
        verified(opened, row, "reject")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    asked = []

    def answer(question: str, **more: object) -> bool:
        asked.append(question)
        return len(asked) > 1

    monkeypatch.setattr("typer.confirm", answer)
    code, _, told = call(capsys, path, "evolve", "accept", row.name)
    assert code == 1 and "is stale" in told and "Nothing was accepted." in told
    assert call(capsys, path, "evolve", "accept", row.name)[0] == 0 and len(asked) == 2


def test_a_round_without_proposals_says_why_and_what_to_do():
    assert "nothing stood out" in why_nothing([]) and "--limit" in why_nothing([])


def test_a_run_without_findings_says_what_comes_first(capsys, bank):
    assert call(capsys, bank, "simulate", "--limit", "1", "--display", "json")[0] == 0
    code, out, errors = call(capsys, bank, "evolve", "proposals", "1")
    assert code == 1 and "evolve findings 1" in errors and out == ""
    assert main(["evolve", "ledger", "--bank", bank]) == 0


def test_ctrl_c_ends_a_round_with_its_own_exit_code(capsys, bank, monkeypatch):
    pressed = []

    def press(self, done, total, **more):
        if not pressed:
            pressed.append(done)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(command.Narrator, "progress", press)
    code, _, errors = call(capsys, bank, "evolve", "run", "--preset", "smoke", "--limit", "12")
    assert code == 130 and "Stopped by a person; what was played is kept." in errors
