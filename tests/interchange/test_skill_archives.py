"""Skills out and in again as folders and zips, skills of other registries, and archives that no honest program made."""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esc_tui.bank.bank import open_bank
from esc_tui.cli.main import main
from esc_tui.domain.errors import UserError
from esc_tui.domain.hashing import skill_hash
from esc_tui.domain.labels import Action, SkillStatus
from esc_tui.interchange.skill_archive import FoundSkill, find_skills
from esc_tui.interchange.skill_export import write_folder, write_zip
from esc_tui.interchange.skill_import import import_skill, strict_problems
from esc_tui.interchange.skill_markdown import read_front_matter, write_skill
from tests.support_bank import five_skills, small_bank, small_bank_file

FOREIGN = Path(__file__).parent / "foreign_skills"
WANT = next(skill for skill in five_skills() if skill.slug == "ask-one-small-want")
TEXT = write_skill(WANT)


@pytest.fixture
def bank(tmp_path: Path) -> str:
    return str(small_bank_file(tmp_path))


def packed(path: Path, **files: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(UserError) as caught:
        list(find_skills(path))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("target", ["out", "out.zip"])
def test_what_is_exported_passes_strict_validation_and_comes_back_with_the_same_hash(bank: str, tmp_path: Path, target: str) -> None:
    assert main(["bank", "export", str(tmp_path / target), "--bank", bank]) == 0
    found = find_skills(tmp_path / target)
    assert [one.folder for one in found] == sorted(skill.slug for skill in five_skills())
    for one in found:
        assert strict_problems(read_front_matter(one.text)[0], one.folder) == []
    read = {one.skill.slug: skill_hash(one.skill) for one in map(import_skill, found)}
    assert read == {skill.slug: skill_hash(skill) for skill in five_skills()}


def test_a_zip_goes_into_another_bank_and_gives_the_same_bank_hash(bank: str, tmp_path: Path, capsys) -> None:
    from tests.support_bank import empty_bank

    assert main(["bank", "export", str(tmp_path / "out.zip"), "--bank", bank]) == 0
    with empty_bank(tmp_path) as empty:
        empty.commit({"turn-the-page": five_skills()[4]}, author="x", message="x", base_revision=0)
    assert main(["bank", "import", str(tmp_path / "out.zip"), "--bank", str(tmp_path / "empty.db")]) == 0
    with open_bank(bank) as first, open_bank(tmp_path / "empty.db") as second:
        assert first.head().hash == second.head().hash


def test_the_same_bank_gives_the_same_zip_and_an_existing_one_is_never_overwritten(bank: str, tmp_path: Path, capsys) -> None:
    for name in ("a.zip", "b.zip"):
        assert main(["bank", "export", str(tmp_path / name), "--bank", bank]) == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert stat.S_IMODE((tmp_path / "a.zip").stat().st_mode) == 0o600
    assert main(["bank", "export", str(tmp_path / "a.zip"), "--bank", bank]) == 1
    assert "there already is a file" in capsys.readouterr().err


def test_a_zip_that_somebody_else_made_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "out.zip"

    def skills():
        path.write_text("theirs")
        yield "a", {"SKILL.md": TEXT}

    with pytest.raises(UserError, match="there already is a file"):
        write_zip(path, skills())
    assert path.read_text() == "theirs" and list(tmp_path.iterdir()) == [path]


def test_folders_go_in_together_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "out"

    def skills():
        yield "a", {"SKILL.md": TEXT}
        yield "b", {"SKILL.md": TEXT}
        (folder / "b").mkdir(parents=True)
        (folder / "b" / "theirs").touch()

    with pytest.raises(UserError, match="cannot be written"):
        write_folder(folder, skills())
    assert [one.name for one in folder.iterdir()] == ["b"] and list(tmp_path.iterdir()) == [folder]


def test_evidence_goes_along_with_its_words_only_where_the_licence_allows(tmp_path: Path) -> None:
    with small_bank(tmp_path) as bank:
        bank.connection.run("UPDATE dialogues SET licence = 'CC BY-NC 4.0' WHERE id = 'loss-01'")
    assert main(["bank", "export", str(tmp_path / "out"), "--bank", str(tmp_path / "small.db")]) == 0
    folder = tmp_path / "out" / "reflect-unseen-effort"
    lines = [json.loads(line) for line in (folder / "references/evidence.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["unit"], line["relation"], line["turns"]) for line in lines] == [
        ("loss-01/1", "against", [0, 2]), ("work-01/1", "for", [0, 2]), ("work-01/3", "for", [2, 4])]
    assert ["text" in line for line in lines] == [False, True, True]
    assert all(len(line["hash"]) == 64 for line in lines)
    body = (folder / "SKILL.md").read_text(encoding="utf-8")
    assert "3 Intervention Units behind this skill" in body
    assert "The words of 1 are not included" in body and "CC BY-NC 4.0" in body
    assert "奶奶" not in body + (folder / "references/evidence.jsonl").read_text(encoding="utf-8")


def test_nothing_of_a_live_talk_leaves_with_a_skill(tmp_path: Path) -> None:
    with small_bank(tmp_path) as bank:
        bank.connection.run("UPDATE dialogues SET conversation = 'talk-1' WHERE id = 'work-01'")
    assert main(["bank", "export", str(tmp_path / "out"), "--bank", str(tmp_path / "small.db")]) == 0
    assert "work-01" not in "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "out").rglob("*.*") if file.is_file())


def test_an_export_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    def skills():
        yield "one", {"SKILL.md": TEXT}
        raise UserError("broken")

    for write, target in ((write_folder, tmp_path / "out"), (write_zip, tmp_path / "out.zip")):
        with pytest.raises(UserError):
            write(target, skills())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", sorted(path.name for path in FOREIGN.iterdir()))
def test_skills_of_other_registries_are_read_as_drafts_and_told_about(name: str) -> None:
    (found,) = find_skills(FOREIGN / name)
    one = import_skill(found)
    assert (one.skill.slug, one.skill.status) == (name, SkillStatus.DRAFT)
    assert any("read as a draft" in words for words in one.told)
    assert one.skill.content.moves


def test_the_lists_of_a_foreign_skill_become_its_parts() -> None:
    one = import_skill(find_skills(FOREIGN / "sleep-hygiene-coach")[0])
    content = one.skill.content
    assert [move.action for move in content.moves] == [Action.OPEN_QUESTION, Action.VALIDATION, Action.SUGGESTION_WITH_OPTIONS]
    assert content.dont == ("Listing ten tips at once", "Promising that it will work tonight")
    assert content.applicability.text == "The user cannot fall asleep The user asks about evening routines"
    assert content.examples[0].seeker == "I scroll until two and then lie awake."
    assert one.metadata == {"allowed-tools": "Read Write"}
    assert "2 lines were left out" in " ".join(one.told)


def test_unknown_keys_are_told_and_come_out_again_under_metadata(bank: str, tmp_path: Path, capsys) -> None:
    assert main(["bank", "import", str(FOREIGN), "--bank", bank]) == 0
    told = capsys.readouterr().err
    assert "gentle-listener: moved under metadata: author, id, tags, triggers, version." in told
    assert "study-buddy: moved under metadata: esc-mood, Übung." in told
    assert main(["bank", "export", str(tmp_path / "out"), "--bank", bank]) == 0
    text = (tmp_path / "out/gentle-listener/SKILL.md").read_text(encoding="utf-8")
    front = read_front_matter(text)[0]
    assert strict_problems(front, "gentle-listener") == []
    assert (front["metadata"]["id"], json.loads(front["metadata"]["triggers"])) == ("7f3c2a", ["just listen", "I need to vent"])
    assert main(["bank", "import", str(tmp_path / "out"), "--bank", bank]) == 0
    assert "Nothing to import" in capsys.readouterr().err


FRONT = "---\nname: {name}\ndescription: {description}\n---\n\nText.\n"


@pytest.mark.parametrize(("text", "folder", "sentence"), [
    (FRONT.format(name="Other Name", description="x"), "", "is no slug"),
    (FRONT.format(name="other-name", description="x"), "this-name", "is not that of its folder 'this-name'"),
    (FRONT.format(name="a" * 65, description="x"), "", "is no slug"),
    (FRONT.format(name="a--b", description="x"), "", "is no slug"),
    (FRONT.format(name="this", description=""), "", "description is missing"),
    (FRONT.format(name="this", description="x" * 1025), "", "1024 is the limit"),
    (FRONT.format(name="this", description="[a, b]"), "", "description is missing"),
    ("---\nname: this\ndescription: x\ncompatibility: " + "x" * 501 + "\n---\n", "", "500 characters"),
    ("---\nname: this\ndescription: x\nmetadata: [a]\n---\n", "", "metadata is no list of keys and values"),
    ("---\nname: this\ndescription: x\nlicense: {a: b}\n---\n", "", "license is no text"),
    ("---\nname: this\ndescription: x\nmetadata:\n" + "".join(f"  k{n}: v\n" for n in range(60)) + "---\n", "", "more than 50 keys"),
    ("no front matter", "", "there is no front matter"),
])
def test_front_matter_is_held_to_the_specification(text: str, folder: str, sentence: str) -> None:
    with pytest.raises(UserError) as caught:
        import_skill(FoundSkill("x/SKILL.md", folder, text))
    assert sentence in str(caught.value) and "x/SKILL.md" in str(caught.value)


@given(st.text(max_size=300))
def test_any_body_is_a_skill_or_one_sentence(body: str) -> None:
    try:
        one = import_skill(FoundSkill("x/SKILL.md", "", f"---\nname: this\ndescription: x\n---\n{body}"))
    except UserError as error:
        assert "\n" not in str(error)
        return
    assert skill_hash(import_skill(FoundSkill("y", "", write_skill(one.skill))).skill) == skill_hash(one.skill)


@pytest.mark.parametrize("name", ["../up/SKILL.md", "/etc/SKILL.md", "a/../../SKILL.md", "C:/x/SKILL.md", "..\\up\\SKILL.md"])
def test_a_zip_whose_paths_lead_out_is_refused(tmp_path: Path, name: str) -> None:
    assert "leads out of the archive" in refusal(packed(tmp_path / "x.zip", **{name: TEXT}))


def test_a_zip_with_a_link_is_refused(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("ask-one-small-want/SKILL.md")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert "is a link" in refusal(tmp_path / "x.zip")


def test_a_bomb_is_never_unpacked(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", **{"bomb/SKILL.md": b"a" * 50_000_000})
    assert path.stat().st_size < 100_000
    assert "larger than a skill can be" in refusal(path)
    aside = packed(tmp_path / "y.zip", **{"ask-one-small-want/SKILL.md": TEXT, "ask-one-small-want/data.bin": b"a" * 50_000_000})
    assert len(find_skills(aside)) == 1


def test_a_zip_that_lies_about_its_sizes_is_damaged(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", **{"bomb/SKILL.md": b"a" * 5_000_000})
    data = bytearray(path.read_bytes())
    real = (5_000_000).to_bytes(4, "little")
    while (at := data.find(real)) >= 0:
        data[at:at + 4] = (100).to_bytes(4, "little")
    path.write_bytes(data)
    assert refusal(path)


def test_two_entries_of_one_name_and_a_password_are_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning), zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a/SKILL.md", TEXT)
        archive.writestr("a/SKILL.md", TEXT)
    assert "two entries" in refusal(tmp_path / "x.zip")
    path = packed(tmp_path / "y.zip", **{"a/SKILL.md": TEXT})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1
    path.write_bytes(data)
    assert "encrypted" in refusal(path)


def test_a_cut_off_zip_is_one_sentence(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", **{"a/SKILL.md": TEXT})
    data = bytearray(path.read_bytes())
    data[40:60] = b"\0" * 20
    path.write_bytes(data)
    assert "damaged" in refusal(path)


@pytest.mark.parametrize("data", [TEXT.encode("utf-16"), TEXT.encode() + b"\xff", b"---\nname: a\0b\n"])
def test_text_that_is_not_utf_8_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "SKILL.md").write_bytes(data)
    assert "UTF-8" in refusal(tmp_path / "SKILL.md")
    assert "UTF-8" in refusal(packed(tmp_path / "x.zip", **{"a/SKILL.md": data}))


def test_links_in_a_folder_are_refused(tmp_path: Path) -> None:
    real = tmp_path / "real" / "ask-one-small-want"
    real.mkdir(parents=True)
    (real / "SKILL.md").write_text(TEXT, encoding="utf-8")
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "linked").symlink_to(real)
    assert "this folder is a link" in refusal(tmp_path / "one")
    (tmp_path / "two/x").mkdir(parents=True)
    (tmp_path / "two/x/SKILL.md").symlink_to(real / "SKILL.md")
    assert "is a link" in refusal(tmp_path / "two")


def test_one_bad_entry_and_nothing_is_imported(bank: str, tmp_path: Path, capsys) -> None:
    new = TEXT.replace("name: ask-one-small-want", "name: brand-new")
    packed(tmp_path / "x.zip", **{"brand-new/SKILL.md": new, "other/SKILL.md": "broken"})
    assert main(["bank", "import", str(tmp_path / "x.zip"), "--bank", bank]) == 1
    with open_bank(bank) as opened:
        assert opened.head_number == 1


def test_a_zip_without_skills_says_so(bank: str, tmp_path: Path, capsys) -> None:
    packed(tmp_path / "x.zip", **{"readme.txt": "hello"})
    assert main(["bank", "import", str(tmp_path / "x.zip"), "--bank", bank]) == 2
    assert "there is no SKILL.md here" in capsys.readouterr().err


def test_a_front_matter_that_doubles_itself_by_aliases_is_refused_at_once() -> None:
    doubling = "\n".join(["a0: &a0 [x, x]", *(f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]" for at in range(1, 10))])
    text = f"---\nname: short-one\ndescription: Use when short.\n{doubling}\n---\n\n# Short\n\nListen first.\n"
    with pytest.raises(UserError, match=r"line 5: the front matter uses an alias.*Write the value out") as caught:
        import_skill(FoundSkill("SKILL.md", "", text))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("harm", [lambda data: data[:-30], lambda data: data[:200], lambda data: b"", lambda data: data[:60] + data[90:]])
def test_a_damaged_zip_is_one_sentence(bank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], harm) -> None:
    path = tmp_path / "skills.zip"
    write_zip(path, [("one", {"SKILL.md": TEXT})])
    path.write_bytes(harm(path.read_bytes()))
    assert main(["bank", "import", str(path), "--bank", bank]) == 1
    assert capsys.readouterr().err == f"{path}: the zip is damaged or not whole. Get it again.\n"


def test_half_a_zip_under_another_name_is_known_as_one(tmp_path: Path) -> None:
    write_zip(tmp_path / "skills.zip", [("one", {"SKILL.md": TEXT})])
    half = tmp_path / "skills.bin"
    half.write_bytes((tmp_path / "skills.zip").read_bytes()[:200])
    with pytest.raises(UserError, match="the zip is damaged or not whole"):
        find_skills(half)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_zip_with_a_changed_byte_is_read_or_is_one_sentence(tmp_path: Path, place: int, byte: int) -> None:
    path = tmp_path / "skills.zip"
    path.unlink(missing_ok=True)
    write_zip(path, [("one", {"SKILL.md": TEXT})])
    data = bytearray(path.read_bytes())
    data[place % len(data)] = byte
    path.write_bytes(data)
    try:
        assert all(isinstance(found.text, str) for found in find_skills(path))
    except UserError as error:
        assert "\n" not in str(error)
