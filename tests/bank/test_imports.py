"""Taking an import out again: what goes, what people did stays, the ledger keeps its rows, and nothing is left half done."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank, open_bank
from esc_tui.bank.decisions import decide
from esc_tui.bank.imports import list_sources, plan_removal, remove_source, told
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import UserError
from tests.bank.test_merge import their_dialogue, their_unit
from tests.support_bank import small_bank_file

EFFORT = "reflect-unseen-effort"


@pytest.fixture
def bank(tmp_path: Path):
    """The small bank with one more import, ``field notes``, of one dialogue with one unit by a machine."""
    with open_bank(small_bank_file(tmp_path)) as opened:
        opened.add_dialogues([their_dialogue()])
        opened.add_units([their_unit(opened).model_copy(update={"labeller_kind": "machine", "labeller": "a program"})])
        yield opened


def own(bank: Bank) -> str:
    """The source of the dialogues that are in the small bank from the beginning."""
    return next(one.name for one in list_sources(bank.connection) if one.name != "field notes")


def outcomes(bank: Bank, slug: str = EFFORT) -> int:
    row = bank.skill_row(slug)
    assert row is not None
    return row.helped + row.neutral + row.harmed


def test_a_removed_import_is_gone_with_its_units_and_nothing_else(bank: Bank) -> None:
    before = [one for one in list_sources(bank.connection) if one.name != "field notes"]
    gone = remove_source(bank.writing, "field notes", now_iso())
    assert (gone.dialogues, gone.units, gone.labels, gone.kept) == (1, 1, 0, 0)
    assert list_sources(bank.connection) == before and bank.dialogue("more-01") is None
    assert bank.check() == []
    bank.add_dialogues([their_dialogue()])
    assert bank.dialogue("more-01") == their_dialogue()


def test_what_people_labelled_stays_whole_unless_it_is_asked_for(bank: Bank) -> None:
    decide(bank.writing, "more-01/1", "Bo", "flag", now_iso(), note="look again")
    kept = remove_source(bank.writing, "field notes", now_iso())
    assert (kept.dialogues, kept.units, kept.kept) == (0, 0, 1) and bank.dialogue("more-01") is not None
    assert "people have labelled units of its only dialogue" in told(kept, done=True)
    gone = remove_source(bank.writing, "field notes", now_iso(), with_labels=True)
    assert (gone.dialogues, gone.decisions, gone.kept) == (1, 1, 0) and bank.dialogue("more-01") is None
    assert told(gone, done=True).startswith("Of 'field notes' 1 dialogue, 1 unit and 1 decision of people went.") and bank.check() == []


def test_outcomes_seen_in_what_goes_count_no_more_and_the_ledger_keeps_its_rows(bank: Bank) -> None:
    rows = int(bank.connection.value("SELECT count(*) FROM evidence"))
    assert outcomes(bank)
    plan = plan_removal(bank.connection, own(bank), with_labels=True)
    assert plan.outcomes and plan.skills
    gone = remove_source(bank.writing, own(bank), now_iso(), with_labels=True)
    assert gone == plan
    assert outcomes(bank) == 0
    assert int(bank.connection.value("SELECT count(*) FROM evidence")) == rows + plan.outcomes
    assert bank.check() == []


def test_a_source_nobody_imported_is_refused_and_the_others_are_named(bank: Bank) -> None:
    with pytest.raises(UserError, match="'field notes'"):
        remove_source(bank.writing, "field note", now_iso())
    assert bank.dialogue("more-01") is not None


def test_a_failure_in_the_middle_leaves_everything(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise RuntimeError("the power went")

    monkeypatch.setattr("esc_tui.bank.evidence.take_snapshot", fail)
    with pytest.raises(RuntimeError):
        remove_source(bank.writing, own(bank), now_iso(), with_labels=True)
    assert own(bank) and outcomes(bank) and bank.check() == []
