"""``esc-tui evaluate cases``: held and broken cases, exit codes, the list, and removal."""

from __future__ import annotations

import asyncio
import json

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.cases import add_case
from esc_tui.bank.evolution import add_proposal
from esc_tui.domain.evolution import Proposal, ProposalKind, SkillPatch
from esc_tui.evolve.cases import demands_of, make_case
from esc_tui.evolve.what_if import moment_of
from esc_tui.settings.model import Settings
from esc_tui.support.session import Session
from tests.cli.test_simulate_command import Capture, call
from tests.evolve.test_what_if import talked
from tests.support_bank import FIXED_TIME, small_bank_file

HOSTILE = "a \x1b[31mtitle"


@pytest.fixture
def bank(tmp_path):
    """A bank with one case that holds, and a proposal that takes its skill out."""
    path = small_bank_file(tmp_path, "cases.db")
    with open_bank(path) as opened:
        session = Session(opened, Settings())
        events = asyncio.run(talked(session))
        chosen = moment_of(events, 1).chosen
        case = make_case(events, 1, HOSTILE, demands_of(opened, chosen=chosen, guard="no"), False)
        add_case(opened.writing, case, "tester", FIXED_TIME)
        add_proposal(opened.writing, Proposal(
            id="01PROPOSAL", kind=ProposalKind.RETIRE, title="Take it out", reason="a test",
            base_revision=opened.head_number, base_hash=opened.head().hash,
            patches=(SkillPatch(slug=chosen, before=opened.skill(chosen), after=None),)), (), "", FIXED_TIME)
        session.close()
    return str(path)


def test_a_case_holds_at_the_newest_revision_and_breaks_with_a_proposal(capsys: Capture, bank):
    code, out, errors = call(capsys, bank, "evaluate", "cases")
    assert code == 0 and "held" in out and "1 of 1 held against r1" in out and "\x1b" not in out, errors
    assert call(capsys, bank, "evaluate", "cases", "--revision", "r1")[0] == 0
    code, out, errors = call(capsys, bank, "evaluate", "cases", "--proposal", "P-1")
    assert code == 1 and "broke" in out and "chooses" in out, errors


def test_the_result_as_json(capsys: Capture, bank):
    code, out, _ = call(capsys, bank, "evaluate", "cases", "--proposal", "P-1", "--display", "json")
    told = json.loads(out)
    assert code == 1 and (told["against"], told["cases"], told["broke"]) == ("P-1", 1, 1)
    assert told["results"][0]["case"] == "C-1" and told["results"][0]["broken"]


def test_cases_are_listed_and_removed(capsys: Capture, bank):
    code, out, _ = call(capsys, bank, "evaluate", "cases", "--list")
    assert code == 0 and out.startswith("C-1") and "the guard does not take over" in out and "\x1b" not in out
    assert json.loads(call(capsys, bank, "evaluate", "cases", "--list", "--display", "json")[1])["turn"] == 1
    assert call(capsys, bank, "evaluate", "cases", "--remove", "C-1")[0] == 0
    code, out, errors = call(capsys, bank, "evaluate", "cases")
    assert code == 0 and out == "" and "No case" in errors


def test_what_is_not_there_is_one_sentence(capsys: Capture, bank):
    for words in (("--remove", "C-9"), ("--proposal", "P-9"), ("--revision", "r9"), ("--revision", "r1", "--proposal", "P-1"),
                  ("--list", "--remove", "C-1")):
        code, out, errors = call(capsys, bank, "evaluate", "cases", *words)
        assert code == 2 and out == "" and errors.strip(), words
