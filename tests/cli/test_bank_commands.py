"""The headless bank commands: data on standard output, narration on standard error, documented exit codes."""

import json
import shutil
from pathlib import Path

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.template import build_template
from esc_tui.cli.main import main
from esc_tui.settings.locator import template_path
from esc_tui.starter.sources import FIXED_TIME, read_sources


@pytest.fixture
def bank(tmp_path: Path) -> str:
    path = tmp_path / "mine.db"
    assert main(["bank", "hash", "--bank", str(path)]) == 0
    return str(path)


def edit(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], slug: str = "open-the-door") -> None:
    main(["bank", "show", slug, "--bank", bank])
    text = capsys.readouterr().out
    folder = tmp_path / "edited" / slug
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "SKILL.md").write_text(text.replace("# Open the door", "# Open the door wide"), encoding="utf-8")
    assert main(["bank", "import", str(tmp_path / "edited"), "--bank", bank, "--author", "Ada"]) == 0
    capsys.readouterr()


def test_a_missing_bank_is_made_from_the_starter_bank_and_one_line_says_so(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bank", "list", "--bank", str(tmp_path / "new.db")]) == 0
    captured = capsys.readouterr()
    assert "Made a new bank from the starter bank" in captured.err
    assert len(captured.out.splitlines()) >= 30


def test_a_missing_folder_is_one_sentence_and_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bank", "list", "--bank", str(tmp_path / "no/where.db")]) == 2
    assert "the folder of the bank does not exist" in capsys.readouterr().err


def test_a_file_that_is_no_bank_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.db").write_text("no bank at all, but long enough to be read as a header of a file")
    assert main(["bank", "list", "--bank", str(tmp_path / "x.db")]) == 1
    error = capsys.readouterr().err
    assert "not a Skills Bank" in error
    assert len(error.strip().splitlines()) == 1


def test_wrong_use_is_exit_code_2(bank: str) -> None:
    assert main(["bank", "lst"]) == 2
    assert main(["talks", "forget", "--bank", bank]) == 2


def test_list_filters_by_words_and_facets(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["bank", "list", "scenario:sleep-problems", "strategy:IN", "--bank", bank, "--json"]) == 0
    slugs = [json.loads(line)["slug"] for line in capsys.readouterr().out.splitlines()]
    assert "quiet-the-night" in slugs
    assert "grieve-with" not in slugs


def test_an_unknown_facet_names_the_nearest_label(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bank", "list", "state:overwelmed", "--bank", bank]) == 2
    assert "overwhelmed" in capsys.readouterr().err


def test_an_import_makes_a_revision_and_undo_and_redo_walk_back_and_forth(
        bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["bank", "hash", "--bank", bank])
    first = capsys.readouterr().out.splitlines()[-1]
    edit(bank, tmp_path, capsys)

    def digest() -> str:
        main(["bank", "hash", "--bank", bank])
        return capsys.readouterr().out.strip()

    second = digest()
    assert second != first
    assert main(["bank", "undo", "--bank", bank]) == 0
    capsys.readouterr()
    assert digest() == first
    assert main(["bank", "redo", "--bank", bank]) == 0
    capsys.readouterr()
    assert digest() == second
    assert main(["bank", "rollback", "r1", "--preview", "--bank", bank]) == 0
    ahead = capsys.readouterr().out
    assert "Going back to it from r" in ahead and "recorded turns, 0 used such a skill." in ahead
    assert main(["bank", "rollback", "r1", "--bank", bank]) == 0
    capsys.readouterr()
    assert digest() == first
    main(["bank", "log", "--bank", bank, "--json"])
    kinds = [json.loads(line)["kind"] for line in capsys.readouterr().out.splitlines()]
    assert kinds == ["rollback", "redo", "undo", "import", "build"]


def test_nothing_to_undo_is_one_sentence_and_exit_code_2(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bank", "undo", "--bank", bank]) == 1
    assert "nothing to undo" in capsys.readouterr().err


def test_diff_shows_the_changed_line(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(bank, tmp_path, capsys)
    assert main(["bank", "diff", "r1", "--bank", bank]) == 0
    out = capsys.readouterr().out.splitlines()
    assert "-# Open the door" in out
    assert "+# Open the door wide" in out


def test_export_and_import_bring_back_the_same_hash(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bank", "export", str(tmp_path / "out"), "--bank", bank]) == 0
    assert main(["bank", "import", str(tmp_path / "out"), "--bank", bank]) == 0
    assert "Nothing to import" in capsys.readouterr().err
    assert main(["bank", "export", str(tmp_path / "out"), "--bank", bank]) == 1
    assert "already there" in capsys.readouterr().err


def test_one_bad_file_and_nothing_is_imported(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["bank", "export", str(tmp_path / "out"), "--bank", bank])
    bad = tmp_path / "out/open-the-door/SKILL.md"
    bad.write_text(bad.read_text(encoding="utf-8").replace("[open-question]", "[open-qestion]"), encoding="utf-8")
    capsys.readouterr()
    assert main(["bank", "import", str(tmp_path / "out"), "--bank", bank]) == 1
    assert "open-question" in capsys.readouterr().err
    main(["bank", "log", "--bank", bank])
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_every_bad_file_of_a_folder_is_named_and_nothing_is_imported(
        bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(bank, tmp_path, capsys)
    folder = tmp_path / "edited"
    elsewhere = b"---\nname: elsewhere\ndescription: d\n---\n- ask"
    for slug, text in (("no-name", b"no front matter"), ("other-name", elsewhere), ("no-text", b"\xff\xfe")):
        (folder / slug).mkdir()
        (folder / slug / "SKILL.md").write_bytes(text)
    assert main(["bank", "import", str(folder), "--bank", bank]) == 1
    told = capsys.readouterr().err.splitlines()
    assert [next(slug for slug in ("no-name", "other-name", "no-text") if f"/{slug}/" in line) for line in sorted(told[:3])] == [
        "no-name", "no-text", "other-name"]
    assert told[3] == "3 of 4 files are bad, so no skill was imported. Mend them and import again."
    main(["bank", "log", "--bank", bank])
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_dry_run_of_an_import_lists_what_would_change_and_writes_nothing(
        bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(bank, tmp_path, capsys)
    assert main(["bank", "undo", "--bank", bank]) == 0
    new = tmp_path / "edited/ask-the-tea"
    new.mkdir()
    (new / "SKILL.md").write_text("---\nname: ask-the-tea\ndescription: For tea.\n---\n- Ask about the tea.\n", encoding="utf-8")
    command = ["bank", "import", str(tmp_path / "edited"), "--bank", bank]
    capsys.readouterr()
    assert main([*command, "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines() == ["added    ask-the-tea", "changed  open-the-door"]
    main(["bank", "log", "--bank", bank])
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert main([*command, "--display", "json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["revision"], done["added"], done["changed"]) == ("r4", ["ask-the-tea"], ["open-the-door"])
    assert main([*command, "--dry-run", "--display", "json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["revision"], facts["skills"], facts["account"]) == (None, [], "No skill would change here.")


def test_a_dry_run_of_an_import_tells_of_metadata_that_would_be_kept(
        bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ask-the-tea").mkdir()
    (tmp_path / "ask-the-tea/SKILL.md").write_text(
        "---\nname: ask-the-tea\ndescription: For tea.\nmetadata:\n  owner: Ilse\n---\n- Ask about the tea.\n", encoding="utf-8")
    command = ["bank", "import", str(tmp_path / "ask-the-tea"), "--bank", bank]
    assert main([*command, "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines() == ["added    ask-the-tea", "metadata ask-the-tea"]
    assert main(command) == 0
    capsys.readouterr()
    assert main([*command, "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines() == ["No skill would change here."]


def test_a_missing_file_among_others_does_not_hide_what_is_wrong_with_them(
        bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "no-name").mkdir()
    (tmp_path / "no-name/SKILL.md").write_text("---\ndescription: For tea.\n---\n- Ask.\n", encoding="utf-8")
    assert main(["bank", "import", str(tmp_path / "no-name"), str(tmp_path / "nowhere"), "--bank", bank]) == 1
    told = capsys.readouterr().err
    assert "no-name" in told and "there is no such file or folder" in told and "2 of 2 files are bad" in told


def test_check_finds_nothing_wrong_in_a_fresh_bank(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bank", "check", "--bank", bank]) == 0
    assert "nothing wrong" in capsys.readouterr().err


def test_update_leaves_edited_skills_alone(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(bank, tmp_path, capsys)
    assert main(["bank", "update", "--bank", bank]) == 0
    assert "Left as you edited them: open-the-door" in capsys.readouterr().err


def test_update_brings_a_second_change_of_the_starter_bank_too(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("esc_tui.settings.locator.template_path", lambda: tmp_path / "starter.db")

    def starter(title: str) -> None:
        skills = [skill.model_copy(update={"content": skill.content.model_copy(update={"title": title})})
                  if skill.slug == "open-the-door" else skill for skill in read_sources().skills]
        build_template(tmp_path / "starter.db", skills=skills, time=FIXED_TIME, author="tests")

    mine = str(tmp_path / "mine.db")
    starter("First")
    assert main(["bank", "hash", "--bank", mine]) == 0
    for title in ("Second", "Third"):
        starter(title)
        assert main(["bank", "update", "--bank", mine]) == 0
        capsys.readouterr()
        assert main(["bank", "show", "open-the-door", "--bank", mine]) == 0
        assert f"# {title}" in capsys.readouterr().out


def test_a_bank_somebody_works_with_is_not_built_over(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = Path(bank).read_bytes()
    assert main(["bank", "build", "--output", bank]) == 2
    assert "somebody works with" in capsys.readouterr().err
    assert Path(bank).read_bytes() == before


def test_a_file_that_is_no_bank_is_not_built_over(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("mine", encoding="utf-8")
    assert main(["bank", "build", "--output", str(notes)]) == 1
    assert notes.read_text(encoding="utf-8") == "mine"


def test_a_template_is_built_anew_over_the_one_before(tmp_path: Path) -> None:
    target = tmp_path / "starter.db"
    shutil.copy(template_path(), target)
    before = target.stat().st_ino
    assert main(["bank", "build", "--output", str(target)]) == 0
    assert target.stat().st_ino != before


def test_two_files_of_one_skill_are_refused(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(bank, tmp_path, capsys)
    copy = tmp_path / "edited" / "again"
    copy.mkdir()
    text = (tmp_path / "edited/open-the-door/SKILL.md").read_text(encoding="utf-8")
    (copy / "SKILL.md").write_text(text.replace("door wide", "window"), encoding="utf-8")
    assert main(["bank", "import", str(tmp_path / "edited"), "--bank", bank]) == 1
    assert "open-the-door" in capsys.readouterr().err


def test_an_option_before_the_command_is_wrong_use_and_never_dropped(
    bank: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--bank", bank, "talks", "forget", "--all"]) == 2
    assert "give it behind the command" in " ".join(capsys.readouterr().err.split())
    assert main(["--no-bank", "chat"]) == 2


def test_a_copy_of_an_open_bank_holds_what_the_file_alone_lacks_and_overwrites_nothing_unasked(
        bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "copy.db"
    with open_bank(bank) as held:  # its log is folded in when it is closed, not before
        skill = held.skill("open-the-door")
        held.commit({"anew": skill.model_copy(update={"slug": "anew"})}, author="Ada", message="", base_revision=held.head_number)
        capsys.readouterr()
        assert main(["bank", "copy", str(target), "--bank", bank]) == 0
        path, said = capsys.readouterr().out.splitlines()
        assert path == str(target) and said.startswith(f"{held.head().name}  {held.head().hash[:12]}  ")
        assert not list(tmp_path.glob("copy.db-*")) and not list(tmp_path.glob(".esc-tui-*"))
        with open_bank(target) as copied:
            assert copied.head() == held.head() and copied.skill("anew").slug == "anew"
            assert main(["bank", "copy", str(target), "--bank", bank, "--replace"]) == 2
            assert "is open" in capsys.readouterr().err
        assert main(["bank", "copy", str(target), "--bank", bank]) == 2
        assert "add --replace" in capsys.readouterr().err
        assert main(["bank", "copy", bank, "--bank", bank, "--replace"]) == 2
        held.undo("Ada")
        assert main(["bank", "copy", str(target), "--bank", bank, "--replace"]) == 0
        with open_bank(target, readonly=True) as copied:
            assert copied.head() == held.head()
