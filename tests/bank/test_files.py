"""The file itself: made from a template, never overwritten, private, and one sentence for everything that can be wrong."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest

from esc_tui.bank import bank as bank_module
from esc_tui.bank.bank import create_empty_bank, open_bank, open_template
from esc_tui.bank.connection import make_folder
from esc_tui.bank.template import build_template, create_bank_from_template, template_mark
from esc_tui.domain.errors import BankError
from tests.support_bank import FIXED_TIME, five_skills, small_bank, small_bank_file, three_units, two_dialogues


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_same_sources_give_the_same_template(tmp_path: Path) -> None:
    marks = {template_mark(small_bank_file(tmp_path, name)) for name in ("one.db", "two.db")}
    assert len(marks) == 1


def test_the_order_of_the_sources_does_not_matter(tmp_path: Path) -> None:
    first = small_bank_file(tmp_path)
    build_template(tmp_path / "other.db", skills=five_skills()[::-1], dialogues=two_dialogues()[::-1],
                   units_labelled=three_units()[::-1], time=FIXED_TIME, author="tests")
    with open_template(first) as one, open_template(tmp_path / "other.db") as two:
        assert one.hashes()[0] == two.hashes()[0]
        assert [one.unit_row(unit.id).number for unit in three_units()] == [two.unit_row(unit.id).number for unit in three_units()]


def test_a_template_has_one_revision_fixed_times_and_no_log(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    plain = sqlite3.connect(path)
    try:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert plain.execute("SELECT number, kind, time FROM revisions").fetchall() == [(1, "build", FIXED_TIME)]
        assert plain.execute("SELECT DISTINCT applied_at FROM _sqlite_migrations").fetchall() == [(FIXED_TIME,)]
    finally:
        plain.close()
    assert files(tmp_path) == ["small.db"]


def test_opening_a_template_leaves_it_and_its_folder_untouched(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    before = path.read_bytes()
    with open_template(path) as template:
        assert template.view_only and template.list_skills().total == 5
        with template.reader() as reader:
            assert reader.head_number == 1
    assert path.read_bytes() == before and files(tmp_path) == ["small.db"]


def test_the_installed_template_opens_view_only_even_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = small_bank_file(tmp_path, "bank.db")
    monkeypatch.setattr(bank_module, "template_path", lambda: path)
    with open_bank(path) as opened:
        assert opened.view_only_reason == "this is the template that new banks are made from"
    assert files(tmp_path) == ["bank.db"]


def test_a_bank_made_from_a_template_is_private_writable_and_remembers_it(tmp_path: Path) -> None:
    template = small_bank_file(tmp_path)
    path = tmp_path / "data" / "mine" / "bank.db"
    create_bank_from_template(template, path, make_parents=True)
    with open_bank(path) as bank:
        assert bank.meta("template") == " ".join(template_mark(template))
        bank.remember("pane", "bank")
        assert {mode(file) for file in path.parent.iterdir()} == {0o600}
    assert (mode(path.parent), mode(path.parent.parent)) == (0o700, 0o700)
    assert files(path.parent) == ["bank.db"]


def test_a_bank_never_overwrites_a_file(tmp_path: Path) -> None:
    template = small_bank_file(tmp_path)
    path = tmp_path / "precious.db"
    path.write_text("mine")
    with pytest.raises(BankError, match="already is a file"):
        create_bank_from_template(template, path)
    assert path.read_text() == "mine"


def test_a_file_that_appears_at_the_last_moment_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template, path = small_bank_file(tmp_path), tmp_path / "new.db"
    link = os.link

    def late(source: Path, target: Path) -> None:
        target.write_text("theirs")
        link(source, target)

    monkeypatch.setattr("esc_tui.bank.template.os.link", late)
    with pytest.raises(BankError, match="already is a file"):
        create_bank_from_template(template, path)
    assert path.read_text() == "theirs" and files(tmp_path) == ["new.db", "small.db"]


def test_a_file_system_without_links_works_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    template, path = small_bank_file(tmp_path), tmp_path / "new.db"

    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(1, "links are not supported here")

    monkeypatch.setattr("esc_tui.bank.template.os.link", refuse)
    create_bank_from_template(template, path)
    with open_bank(path) as bank:
        assert bank.check() == []
    assert files(tmp_path) == ["new.db", "small.db"]


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    template = small_bank_file(tmp_path)
    with pytest.raises(BankError, match="folder does not exist"):
        create_bank_from_template(template, tmp_path / "no" / "bank.db")


def test_folders_are_made_for_their_owner_alone(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    assert (mode(tmp_path / "a"), mode(tmp_path / "a" / "b")) == (0o700, 0o700)


def test_an_empty_bank_is_private_and_not_made_twice(tmp_path: Path) -> None:
    with create_empty_bank(tmp_path / "new.db") as bank:
        assert mode(bank.path) == 0o600 and bank.head_number == 0
    with pytest.raises(BankError, match="already is a file"):
        create_empty_bank(tmp_path / "new.db")


@pytest.mark.parametrize("content", [b"", b"hello, I am a letter\n" * 400, b"SQLite format 3\x00" + b"\x07" * 4000, b"\x00" * 8192])
def test_a_file_that_is_no_bank_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.db"
    path.write_bytes(content)
    with pytest.raises(BankError, match="not a Skills Bank|damaged|bank could not") as raised:
        open_bank(path)
    assert "letter.db" in str(raised.value) and raised.value.remedy
    assert path.read_bytes() == content and files(tmp_path) == ["letter.db"]


def test_another_program_s_database_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "photos.db"
    plain = sqlite3.connect(path)
    plain.execute("CREATE TABLE photos (id)")
    plain.close()
    before = path.read_bytes()
    with pytest.raises(BankError, match="SQLite file is not a Skills Bank"):
        open_bank(path)
    assert path.read_bytes() == before


def test_a_missing_file_and_a_folder_are_one_sentence_each(tmp_path: Path) -> None:
    with pytest.raises(BankError, match="no bank here"):
        open_bank(tmp_path / "none.db")
    with pytest.raises(BankError, match="a folder, not a bank"):
        open_bank(tmp_path)


def test_a_path_that_no_file_can_have_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BankError, match="could not do this"):
        open_bank(tmp_path / ("x" * 5000))


def test_a_newer_bank_is_refused_and_untouched(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    plain = sqlite3.connect(path)
    plain.execute("PRAGMA user_version = 99")
    plain.close()
    before = path.read_bytes()
    with pytest.raises(BankError, match="newer than this program"):
        open_bank(path)
    assert path.read_bytes() == before


def test_a_bank_held_by_another_program_is_one_sentence_and_nothing_is_saved(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    with open_bank(path, busy_milliseconds=20) as bank:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BankError, match="another program holds the bank"):
            bank.commit({"turn-the-page": None}, author="Ada", message="out", base_revision=1)
        assert bank.list_skills().total == 5
        other.execute("ROLLBACK")
        other.close()
        assert bank.commit({"turn-the-page": None}, author="Ada", message="out", base_revision=1).number == 2


def test_a_damaged_bank_is_one_sentence_and_check_names_the_damage(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    with open_template(path) as whole:
        root = whole.connection.value("SELECT rootpage FROM sqlite_master WHERE name = 'skill_versions'")
    content = bytearray(path.read_bytes())
    content[(root - 1) * 4096:root * 4096] = b"\xff" * 4096
    path.write_bytes(content)
    with open_bank(path, readonly=True) as bank:
        with pytest.raises(BankError, match="the bank is damaged"):
            bank.skills_at()
        assert bank.check()


def test_a_bank_cut_in_half_is_one_sentence(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[:len(content) // 2])
    with pytest.raises(BankError, match="the bank is damaged"), open_bank(path) as bank:
        bank.skills_at()


def test_a_changed_skill_text_is_found_by_check(tmp_path: Path) -> None:
    with small_bank(tmp_path) as bank:
        bank.connection.run("UPDATE skill_versions SET content = replace(content, 'quiet work', 'loud work')")
        assert bank.check() == ["The hash of reflect-unseen-effort v1 does not fit its content."]


def test_a_changed_turn_is_found_by_check(tmp_path: Path) -> None:
    with small_bank(tmp_path) as bank:
        bank.connection.run("UPDATE dialogue_turns SET text = 'other' WHERE dialogue = 'loss-01' AND turn = 1")
        assert bank.check() == ["The hash of dialogue 'loss-01' does not fit its turns."]


def test_a_full_disk_is_one_sentence_and_nothing_is_half_saved(tmp_path: Path) -> None:
    with small_bank(tmp_path) as bank:
        before = bank.hashes()
        bank.connection.run(f"PRAGMA max_page_count = {bank.connection.value('PRAGMA page_count')}")
        big = five_skills()[0].model_copy(update={"slug": "big"})
        big = big.model_copy(update={"content": big.content.model_copy(update={"dont": tuple("x" * 4000 for _ in range(40))})})
        with pytest.raises(BankError, match="the disk is full, nothing of this was saved"):
            bank.commit({"big": big}, author="Ada", message="big", base_revision=1)
        assert bank.hashes() == before and bank.check() == []


def test_a_write_protected_file_opens_view_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = small_bank_file(tmp_path)
    monkeypatch.setattr("esc_tui.bank.bank.os.access", lambda target, wanted: Path(target) != path)
    with open_bank(path) as bank:
        assert bank.view_only_reason == "the file is write-protected"
        assert bank.list_skills().total == 5
        with pytest.raises(BankError, match=r"write-protected.*--bank PATH"):
            bank.take_snapshot()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_bank_in_a_write_protected_folder_opens_view_only(tmp_path: Path) -> None:
    folder = tmp_path / "shelf"
    folder.mkdir()
    with small_bank(folder):
        pass
    folder.chmod(0o500)
    try:
        with open_bank(folder / "small.db") as bank:
            assert bank.view_only and bank.head().number == 1
    finally:
        folder.chmod(0o700)


def test_a_reader_sees_what_the_writer_saved_and_cannot_write(tmp_path: Path) -> None:
    with small_bank(tmp_path) as bank, bank.reader() as reader:
        bank.commit({"turn-the-page": None}, author="Ada", message="out", base_revision=1)
        assert reader.head_number == 2
        with pytest.raises(BankError, match="cannot be written"):
            reader.connection.run("DELETE FROM revisions")


def test_a_path_with_strange_characters_is_only_a_path(tmp_path: Path) -> None:
    path = tmp_path / "my bank?mode=memory#1 %41 恢.db"
    shutil.copy(small_bank_file(tmp_path), path)
    with open_bank(path) as bank:
        assert bank.list_skills().total == 5
