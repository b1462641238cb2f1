"""``esc-tui profiles``: data on standard output, one sentence for every fault, not a word of sealed profiles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from esc_tui.bank.bank import create_empty_bank, open_bank
from esc_tui.cli.main import main
from esc_tui.domain.labels import Shelf
from esc_tui.domain.profile import Profile
from esc_tui.settings.locator import template_path
from esc_tui.simulate.profiles import retire_cohort


@pytest.fixture
def bank(tmp_path: Path) -> str:
    path = tmp_path / "mine.db"
    create_empty_bank(path).close()
    return str(path)


def stored(bank: str) -> list[Profile]:
    with open_bank(bank, readonly=True) as opened:
        return opened.profiles()


def test_new_profiles_are_written_listed_and_shown(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profiles", "new", "--count", "3", "--character", "avoidant", "--seed", "4", "--bank", bank]) == 0
    told = capsys.readouterr()
    assert "Wrote 3 profiles to the shelf develop (seed 4)." in told.err and len(told.out.splitlines()) == 3
    assert main(["profiles", "list", "--character", "avoidant", "--display", "json", "--bank", bank]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == 3 and all(row["name"] and not row["sealed"] for row in rows)
    assert main(["profiles", "list", "--character", "negative", "--bank", bank]) == 0
    assert capsys.readouterr().out == ""
    assert main(["profiles", "show", rows[0]["id"], "--display", "json", "--bank", bank]) == 0
    assert Profile.model_validate_json(capsys.readouterr().out).id == rows[0]["id"]
    assert main(["profiles", "show", rows[0]["id"], "--bank", bank]) == 0
    assert "first_line:" in capsys.readouterr().out


def test_profiles_are_listed_by_language_english_ones_first(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profiles", "new", "--count", "1", "--seed", "4", "--bank", bank]) == 0
    (one,) = stored(bank)
    with open_bank(bank) as opened:
        opened.add_profiles([one.model_copy(update={"id": "a-first", "language": "zh-CN"})])
    capsys.readouterr()

    def listed(*words: str) -> list[list[str]]:
        assert main(["profiles", "list", *words, "--bank", bank]) == 0
        return [line.split()[:3] for line in capsys.readouterr().out.splitlines()]

    assert listed() == [[one.id, "develop", "en"], ["a-first", "develop", "zh-CN"]]
    assert listed("--language", "zh") == [["a-first", "develop", "zh-CN"]]


def test_sealed_profiles_are_listed_without_a_word_and_refused_everywhere(
        bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for shelf, seed in (("confirm", "4"), ("exam", "6")):
        assert main(["profiles", "new", "-n", "2", "--shelf", shelf, "--seed", seed, "--bank", bank]) == 0
    sealed = stored(bank)
    assert main(["profiles", "list", "--bank", bank]) == 0
    assert main(["profiles", "list", "--display", "json", "--bank", bank]) == 0
    for one in sealed:
        assert main(["profiles", "show", one.id, "--bank", bank]) == 1
    for shelf in ("confirm", "exam"):
        assert main(["profiles", "export", "--shelf", shelf, "--out", str(tmp_path / "out.yaml"), "--bank", bank]) == 1
    assert main(["profiles", "export", "--out", str(tmp_path / "out.yaml"), "--bank", bank]) == 2
    told = capsys.readouterr()
    assert told.err.count("is sealed: nobody reads profiles of the shelf") == 6
    assert not (tmp_path / "out.yaml").exists()
    for one in sealed:
        assert one.id in told.out
        for text in (one.name, one.occupation, one.persona, one.scene, one.wish, one.first_line, *one.lines.all(),
                     *(fact.text for fact in one.facts)):
            assert text not in told.out + told.err


@pytest.mark.parametrize("suffix", ["yaml", "jsonl"])
def test_what_is_exported_can_be_imported_as_it_was(bank: str, tmp_path: Path, suffix: str) -> None:
    assert main(["profiles", "new", "-n", "2", "--seed", "1", "--bank", bank]) == 0
    out, other = tmp_path / f"out.{suffix}", tmp_path / "other.db"
    create_empty_bank(other).close()
    assert main(["profiles", "export", "--out", str(out), "--bank", bank]) == 0
    assert main(["profiles", "import", str(out), "--bank", str(other)]) == 0
    assert stored(str(other)) == stored(bank)
    assert main(["profiles", "import", str(out), "--bank", str(other)]) == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_profiles_of_sage_come_in_with_their_chinese_text(bank: str, tmp_path: Path) -> None:
    row = {"id": "s-1", "player": "姓名：林夏\n年龄：28\n她喜欢画画。", "scene": "她和同事吵了一架。", "main_cha": "消极型",
           "cha_group": ["敏感"], "task": "你希望对方能够认真倾听你的倾诉", "first_talk": "我今天很烦。"}
    from esc_tui.interchange.sage.wordings import CHARACTERS, NEEDS
    row["main_cha"], row["task"] = next(iter(CHARACTERS.values())), next(iter(NEEDS.values()))
    file = tmp_path / "profiles.jsonl"
    file.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    assert main(["profiles", "import", str(file), "--bank", bank]) == 0
    (one,) = stored(bank)
    assert one.first_line == row["first_talk"] and one.scene == row["scene"] and one.language == "zh"


GOOD = {"id": "ann", "persona": "p", "scene": "s", "character": "passive", "need": "be-praised", "first_line": "hi"}


@pytest.mark.parametrize(("name", "text", "sentence"), [
    ("a.json", json.dumps([GOOD, {**GOOD, "id": "b", "need": "fame"}]), "a.json, entry 2, need: input should be"),
    ("a.json", json.dumps([{key: value for key, value in GOOD.items() if key != "scene"}]), "entry 1, scene: the field is missing."),
    ("a.json", json.dumps([{**GOOD, "shoe": 4}]), "entry 1, shoe: no field of a profile is called so."),
    ("a.json", json.dumps([{**GOOD, "facts": [{"layer": 4, "text": "x"}]}]), "entry 1, facts.1.layer: "),
    ("a.json", json.dumps([GOOD, GOOD]), "entry 2, id: the id 'ann' stands in entry 1 already."),
    ("a.json", "[1]", "entry 1: a profile has named fields, and this is none."),
    ("a.json", "[]", "a.json: there is no profile in the file."),
    ("a.json", "[", "a.json, line 2: the file is no JSON."),
    ("a.yaml", "- id: [", "a.yaml, line 2: the file is no YAML"),
    ("a.yaml", "- &x {}\n- *x\n", "a.yaml, line 2: the file is no YAML (aliases (*name) are not read)."),
    ("a.jsonl", json.dumps(GOOD) + "\nnonsense\n", "a.jsonl, line 2: the line is no JSON."),
    ("a.jsonl", json.dumps({"player": "p", "scene": "s", "task": "t", "main_cha": "x", "first_talk": "f"}),
     "entry 1: the SAGE profile cannot be taken"),
])
def test_bad_input_is_one_sentence_with_its_place_and_changes_nothing(
        bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, sentence: str) -> None:
    file = tmp_path / name
    file.write_text(text + "\n", encoding="utf-8")
    assert main(["profiles", "import", str(file), "--bank", bank]) == 1
    told = capsys.readouterr().err
    assert sentence in told and len(told.splitlines()) == 1
    assert stored(bank) == []


def test_a_missing_file_and_another_profile_of_the_same_id_are_refused(
        bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profiles", "import", str(tmp_path / "no.yaml"), "--bank", bank]) == 2
    assert "there is no such file" in capsys.readouterr().err
    file = tmp_path / "a.json"
    file.write_text(json.dumps(GOOD))
    assert main(["profiles", "import", str(file), "--shelf", "confirm", "--bank", bank]) == 0
    assert stored(bank)[0].shelf is Shelf.CONFIRM
    file.write_text(json.dumps({**GOOD, "scene": "another"}))
    assert main(["profiles", "import", str(file), "--bank", bank]) == 1
    assert "the bank has another profile called 'ann'" in capsys.readouterr().err


def test_what_cannot_be_written_is_one_sentence(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profiles", "new", "--bank", bank, "--seed", "1"]) == 0
    capsys.readouterr()
    assert main(["profiles", "export", "--out", str(tmp_path / "out.txt"), "--bank", bank]) == 2
    assert "let the name end in .yaml or .jsonl" in capsys.readouterr().err.lower()
    assert main(["profiles", "export", "--out", str(tmp_path / "no" / "out.yaml"), "--bank", bank]) == 1
    assert "the file cannot be written" in capsys.readouterr().err
    assert main(["profiles", "export", "--need", "be-praised", "--character", "passive", "--scenario", "other", "--out",
                 str(tmp_path / "out.yaml"), "--bank", bank]) == 2
    assert "no profile fits" in capsys.readouterr().err


def test_a_model_without_an_address_and_another_language_are_refused(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profiles", "new", "--engine", "endpoint", "--bank", bank]) == 2
    assert "a model that writes profiles needs an address" in capsys.readouterr().err
    assert main(["profiles", "new", "--language", "zh", "--bank", bank]) == 2
    assert "the embedded engine writes profiles in English" in capsys.readouterr().err


def test_the_same_seed_gives_the_same_profiles_whatever_the_bank_holds(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    new = ["profiles", "new", "--count", "3", "--need", "be-praised", "--seed", "11", "--bank", bank]
    assert main(new) == 0
    first, listed = stored(bank), capsys.readouterr().out
    assert main(new) == 0
    again = capsys.readouterr()
    assert stored(bank) == first and again.out == listed
    assert "Wrote 0 profiles" in again.err and all(one.id in again.err.partition("There already")[2] for one in first)
    assert main([*new, "--shelf", "confirm"]) == 0
    assert capsys.readouterr().err.count("Left out: ") == 3 and stored(bank) == first, "the same words are sealed nowhere"


def test_a_new_profile_whose_id_is_taken_gets_a_number(bank: str) -> None:
    new = ["profiles", "new", "--seed", "11", "--bank", bank]
    assert main(new) == 0
    (one,) = stored(bank)
    other = one.model_copy(update={"scene": "another", "facts": (), "lines": one.lines.model_copy(update=dict.fromkeys(
        type(one.lines).model_fields, ()))})
    with open_bank(bank) as opened:
        opened.add_profiles([other])
    assert main(new) == 0
    assert {row.id: row.scene for row in stored(bank)} == {one.id: "another", f"{one.id}-2": one.scene}


def test_profiles_are_removed_after_asking_and_those_of_the_program_can_be_brought_back(
        tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "starter.db"
    path.write_bytes(template_path().read_bytes())
    bank = str(path)
    before = stored(bank)
    assert main(["profiles", "remove", before[0].id, "--bank", bank]) == 1
    assert "nobody can be asked here" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)
    assert main(["profiles", "remove", before[0].id, "--bank", bank]) == 1 and stored(bank) == before
    assert main(["profiles", "remove", before[0].id, "--yes", "--bank", bank]) == 0 and stored(bank) == before[1:]
    assert main(["profiles", "remove", "--need", "be-praised", "--yes", "--bank", bank]) == 0
    assert not [one for one in stored(bank) if one.need == "be-praised"]
    assert main(["profiles", "restore", "--bank", bank]) == 0
    assert stored(bank) == before
    for words, said in (([], "it is not said which profiles"), (["no-such"], "there is no profile 'no-such'"),
                        ([before[0].id, "--shelf", "develop"], "two ways to say which"), (["--shelf", "exam"], "no profile fits")):
        assert main(["profiles", "remove", *words, "--yes", "--bank", bank]) == 2
        assert said in capsys.readouterr().err


def test_sealed_profiles_are_not_removed_by_any_way(bank: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profiles", "new", "-n", "2", "--shelf", "confirm", "--seed", "4", "--bank", bank]) == 0
    sealed = stored(bank)
    for words in ([sealed[0].id], ["--shelf", "confirm"]):
        assert main(["profiles", "remove", *words, "--yes", "--bank", bank]) == 1
        assert "is sealed for verifications and stays until its cohort is retired" in capsys.readouterr().err
    assert main(["profiles", "remove", "--need", sealed[0].need.value, "--yes", "--bank", bank]) == 2
    assert stored(bank) == sealed
    with open_bank(bank) as opened:
        retire_cohort(opened, [sealed[0].id])
    assert main(["profiles", "remove", sealed[0].id, "--yes", "--bank", bank]) == 0 and stored(bank) == sealed[1:]
