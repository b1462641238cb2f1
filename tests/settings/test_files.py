"""Files a person names: a home folder of nobody is told, and a file is written whole or not at all."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from esc_tui.cli.main import main
from esc_tui.domain.errors import UserError
from esc_tui.settings.files import named_path, write_new, write_over
from tests.support_bank import small_bank_file

NOBODY = "~nobody-at-all-of-this-name/x"
Write = Callable[[Path, bytes], None]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refuse_to_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("esc_tui.settings.files.os.fsync", full)


def test_a_tilde_is_the_home_folder(own_world: Path) -> None:
    assert (named_path("~/x.db"), named_path("x.db")) == (own_world / "x.db", Path("x.db"))


def test_the_home_folder_of_nobody_is_one_sentence_with_place_and_remedy() -> None:
    with pytest.raises(UserError) as caught:
        named_path(NOBODY)
    assert str(caught.value) == f"{NOBODY}: there is no such home folder. Write the path in full."


@pytest.mark.parametrize("command", [
    ["bank", "list", "--bank", NOBODY],
    ["bank", "merge", NOBODY],
    ["bank", "export", NOBODY],
    ["bank", "import", NOBODY],
    ["import", NOBODY],
    ["evaluate", "responses", "--train", NOBODY, "--test", NOBODY],
], ids=lambda words: " ".join(words[:2]))
def test_every_command_tells_of_the_home_folder_of_nobody(
        tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    bank = [] if "--bank" in command else ["--bank", str(small_bank_file(tmp_path))]
    assert main([*command, *bank]) == 2
    assert f"{NOBODY}: there is no such home folder. Write the path in full." in capsys.readouterr().err


@pytest.mark.parametrize(("variable", "command"), [
    ("ESC_TUI_RESOURCES", ["chat"]),
    ("ESC_TUI_PROMPTS", ["chat", "--endpoint", "http://127.0.0.1:9", "--model", "tiny"]),
    ("ESC_TUI_PROMPTS", ["discover", "units", "--engine", "endpoint", "--endpoint", "http://127.0.0.1:9", "--model", "tiny"]),
])
def test_so_do_the_settings_that_name_a_place(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variable: str, command: list[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"hello\n")))
    monkeypatch.setenv(variable, NOBODY)
    assert main([*command, "--bank", str(small_bank_file(tmp_path))]) == 2
    assert "there is no such home folder. Write the path in full." in capsys.readouterr().err


@pytest.mark.parametrize("write", [write_new, write_over])
def test_a_file_is_whole_and_its_owners_alone_and_nothing_else_is_left(tmp_path: Path, write: Write) -> None:
    write(tmp_path / "a.md", b"words")
    assert (tmp_path / "a.md").read_bytes() == b"words" and [one.name for one in tmp_path.iterdir()] == ["a.md"]
    if os.name != "nt":
        assert mode(tmp_path / "a.md") == 0o600


def test_a_new_file_never_takes_the_place_of_another(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "a.md", b"words")
    assert (tmp_path / "a.md").read_bytes() == b"mine" and len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_leaves_the_old_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_over(tmp_path / "a.md", b"old")
    refuse_to_sync(monkeypatch)
    with pytest.raises(OSError, match="No space left"):
        write_over(tmp_path / "a.md", b"new")
    assert (tmp_path / "a.md").read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_leaves_no_half_of_a_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_to_sync(monkeypatch)
    with pytest.raises(OSError, match="No space left"):
        write_new(tmp_path / "a.md", b"words")
    assert list(tmp_path.iterdir()) == []


def without_hard_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("esc_tui.settings.files.os.link", refuse)


def test_a_new_file_is_whole_where_there_are_no_hard_links_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_hard_links(monkeypatch)
    write_new(tmp_path / "a.md", b"words")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "a.md", b"other")
    assert (tmp_path / "a.md").read_bytes() == b"words" and len(list(tmp_path.iterdir())) == 1


def test_a_name_that_was_taken_is_given_back_when_the_file_cannot_be_moved_there(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    without_hard_links(monkeypatch)
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="Input/output"):
        write_new(tmp_path / "a.md", b"words")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("write", [write_new, write_over])
def test_a_name_may_be_as_long_as_the_file_system_lets_it(tmp_path: Path, write: Write) -> None:
    name = "a" * 247 + ".md"
    write(tmp_path / name, b"words")
    assert [one.name for one in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(("given", "meant"), [("light", "esc-light"), ("high-contrast", "esc-high-contrast"), ("esc-ansi", "esc-ansi")])
def test_a_theme_may_be_named_without_its_first_syllable(given: str, meant: str, tmp_path: Path) -> None:
    from esc_tui.settings.model import load_settings
    from esc_tui.tui.start import start_from

    assert load_settings({"theme": given}).theme == meant
    assert start_from({"theme": given, "bank": str(small_bank_file(tmp_path))}).theme == meant
