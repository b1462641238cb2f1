"""``bank merge`` and ``bank update`` as they are typed: exit codes, lists of conflicts, and a file that stays as it was."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.decisions import decide, decisions_of
from esc_tui.bank.template import build_template
from esc_tui.cli.main import main
from esc_tui.domain.base import now_iso
from esc_tui.domain.revision import EvidenceRow
from esc_tui.starter.sources import FIXED_TIME, read_sources
from tests.bank.test_merge import WANT, edit
from tests.support_bank import small_bank_file, two_dialogues


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    path = small_bank_file(tmp_path, "ours.db")
    shutil.copy(path, tmp_path / "theirs.db")
    return str(path), str(tmp_path / "theirs.db")


def change(path: str, **fields: object) -> None:
    with open_bank(path) as bank:
        edit(bank, **fields)


def title(path: str) -> str:
    with open_bank(path, readonly=True) as bank:
        return bank.skill(WANT).content.title


def test_a_merge_says_what_it_did(files, capsys) -> None:
    ours, theirs = files
    change(theirs, title="Theirs")
    assert main(["bank", "merge", theirs, "--bank", ours]) == 0
    captured = capsys.readouterr()
    assert "Skills: 1 changed." in captured.out and "Both grew from r1 of this bank." in captured.err
    assert title(ours) == "Theirs"


def test_conflicts_are_listed_with_both_sides_and_nothing_is_written(files, capsys) -> None:
    ours, theirs = files
    change(ours, title="Ours")
    change(theirs, title="Theirs")
    assert main(["bank", "merge", theirs, "--bank", ours]) == 1
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [f"{WANT}  title  changed on both sides", "  ours    Ours", "  theirs  Theirs"]
    assert "1 conflict, nothing was written" in captured.err
    assert title(ours) == "Ours"


@pytest.mark.parametrize(("side", "expected"), [("--ours", "Ours"), ("--theirs", "Theirs")])
def test_a_side_settles_every_conflict(files, side, expected) -> None:
    ours, theirs = files
    change(ours, title="Ours")
    change(theirs, title="Theirs")
    assert main(["bank", "merge", theirs, "--bank", ours, side]) == 0
    assert title(ours) == expected


def test_both_sides_at_once_are_wrong_use(files) -> None:
    assert main(["bank", "merge", files[1], "--bank", files[0], "--ours", "--theirs"]) == 2


def test_json_tells_conflicts_and_a_dry_run_writes_nothing(files, capsys) -> None:
    ours, theirs = files
    change(ours, title="Ours")
    change(theirs, title="Theirs")
    assert main(["bank", "merge", theirs, "--bank", ours, "--display", "json"]) == 1
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["conflicts"] == [{"skill": WANT, "field": "title", "reason": "changed on both sides",
                                  "base": ["Ask for one small want"], "ours": ["Ours"], "theirs": ["Theirs"]}]
    assert main(["bank", "merge", theirs, "--bank", ours, "--theirs", "--dry-run", "--display", "json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["revision"] is None
    assert title(ours) == "Ours"


def test_a_dry_run_tells_what_else_would_come_and_leaves_the_bank_as_it_is(files, capsys) -> None:
    ours, theirs = files
    with open_bank(theirs) as bank:
        bank.add_dialogues([two_dialogues()[0].model_copy(update={"id": "new-01", "turns": two_dialogues()[0].turns[:3]})])
    assert main(["bank", "merge", theirs, "--bank", ours, "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines() == ["No skill would change here.", "Would come along: 1 dialogue."]
    change(ours, title="Ours")
    change(theirs, title="Theirs")
    assert main(["bank", "merge", theirs, "--bank", ours, "--dry-run", "--display", "json"]) == 1
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["dialogues"], told["labels"], len(told["conflicts"])) == (1, 0, 1)
    with open_bank(ours, readonly=True) as bank:
        assert bank.dialogue("new-01") is None
    assert main(["bank", "merge", theirs, "--bank", ours, "--ours"]) == 0
    assert "Along came: 1 dialogue." in capsys.readouterr().out


def test_a_dry_run_tells_of_no_snapshot_and_puts_no_copy_of_the_bank_into_a_folder(files, capsys, monkeypatch) -> None:
    ours, theirs = files
    with open_bank(theirs) as bank:
        bank.add_evidence([EvidenceRow(skill=WANT, version=1, outcome="positive", source="simulation", group="torn")])

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a folder was made")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    assert main(["bank", "merge", theirs, "--bank", ours, "--dry-run", "--display", "json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["outcomes"], told["snapshot"]) == (1, 0)


def test_the_other_bank_stays_as_it_was(files, tmp_path) -> None:
    ours, theirs = files
    change(theirs, title="Theirs")
    before = Path(theirs).read_bytes()
    assert main(["bank", "merge", theirs, "--bank", ours]) == 0
    assert Path(theirs).read_bytes() == before


def test_a_bank_merged_with_itself_is_one_sentence(files, capsys) -> None:
    assert main(["bank", "merge", files[0], "--bank", files[0]]) == 2
    assert "this is the bank itself" in capsys.readouterr().err


def test_what_is_no_bank_is_one_sentence(files, tmp_path, capsys) -> None:
    (tmp_path / "notes.db").write_text("no bank at all, but long enough to be read as a header of a file, and more of it")
    assert main(["bank", "merge", str(tmp_path / "notes.db"), "--bank", files[0]]) == 1
    assert main(["bank", "merge", str(tmp_path / "missing.db"), "--bank", files[0]]) == 2
    errors = capsys.readouterr().err
    assert "not a Skills Bank" in errors and "there is no bank here" in errors


def starter(path: Path, monkeypatch: pytest.MonkeyPatch, **fields: object) -> None:
    monkeypatch.setattr("esc_tui.settings.locator.template_path", lambda: path)
    skills = [skill.model_copy(update={"content": skill.content.model_copy(update=fields)}) if skill.slug == "open-the-door" else skill
              for skill in read_sources().skills]
    build_template(path, skills=skills, time=FIXED_TIME, author="tests")


def test_an_update_joins_edits_of_different_fields_and_lists_those_of_the_same(tmp_path, monkeypatch, capsys) -> None:
    starter(tmp_path / "starter.db", monkeypatch, title="First")
    mine = str(tmp_path / "mine.db")
    assert main(["bank", "hash", "--bank", mine]) == 0
    with open_bank(mine) as bank:
        edit(bank, "open-the-door", summary="My own summary.")
    starter(tmp_path / "starter.db", monkeypatch, title="Second")
    assert main(["bank", "update", "--bank", mine]) == 0
    with open_bank(mine) as bank:
        content = bank.skill("open-the-door").content
        assert (content.title, content.summary) == ("Second", "My own summary.")
        edit(bank, "open-the-door", title="Mine")
    starter(tmp_path / "starter.db", monkeypatch, title="Third")
    capsys.readouterr()
    assert main(["bank", "update", "--bank", mine]) == 1
    assert "open-the-door  title  changed on both sides" in capsys.readouterr().out
    assert main(["bank", "update", "--bank", mine, "--theirs"]) == 0
    assert main(["bank", "update", "--bank", mine]) == 0
    with open_bank(mine) as bank:
        assert bank.skill("open-the-door").content.title == "Third"
        assert bank.check() == []


def test_large_counts_have_their_comma() -> None:
    from esc_tui.cli.merging import _count

    assert (_count(3332, "outcome"), _count(1, "unit")) == ("3,332 outcomes", "1 unit")


def test_the_labels_of_another_bank_come_without_its_skills(files, capsys) -> None:
    ours, theirs = files
    change(ours, title="Ours")
    change(theirs, title="Theirs")
    with open_bank(theirs) as bank:
        decide(bank.writing, "loss-01/1", "Bo", "flag", now_iso(), note="look again")
    assert main(["bank", "merge", theirs, "--bank", ours]) == 1
    assert "bring the labels alone with --labels" in capsys.readouterr().err
    assert main(["bank", "merge", theirs, "--labels", "--dry-run", "--bank", ours]) == 0
    assert "Would come along: 1 decision." in capsys.readouterr().out
    with open_bank(ours, readonly=True) as bank:
        assert decisions_of(bank.connection, "loss-01/1") == []
    assert main(["bank", "merge", theirs, "--labels", "--bank", ours]) == 0
    assert capsys.readouterr().out.splitlines() == ["Along came: 1 decision.", "No skill was touched."]
    with open_bank(ours, readonly=True) as bank:
        assert [one.kind for one in decisions_of(bank.connection, "loss-01/1")] == ["flag"]
        assert bank.skill(WANT).content.title == "Ours" and bank.head_number == 2 and bank.check() == []
    assert main(["bank", "merge", theirs, "--labels", "--ours", "--bank", ours]) == 2
