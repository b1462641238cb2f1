"""Writing a measurement to a new file: whole or not at all, for its owner alone, every fault one sentence."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from esc_tui.domain.errors import UserError
from esc_tui.evaluate.exports import as_csv, as_html, as_markdown, write_export

RESULT = {"items": 2, "test_dialogues": 1, "accuracy": 0.5}


def refusal(path: Path) -> str:
    with pytest.raises(UserError) as caught:
        write_export(RESULT, path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("ending", [".csv", ".md", ".html"])
def test_a_new_file_is_whole_and_its_owners_alone_and_nothing_else_is_left(tmp_path: Path, ending: str) -> None:
    path = write_export(RESULT, tmp_path / f"numbers{ending}")
    assert path.read_text(encoding="utf-8") and [one.name for one in tmp_path.iterdir()] == [path.name]
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("write", [as_csv, as_markdown, as_html])
@pytest.mark.parametrize(("limit", "said"), [(8, "of the first 8 dialogues"), (0, "of 8 dialogues"), (9, "of 8 dialogues")])
def test_every_export_says_of_how_many_dialogues_it_is(write: Callable[[dict[str, object]], str], limit: int, said: str) -> None:
    text = write({**RESULT, "test_dialogues": 8, "limit": limit})
    assert said in text.partition("</p>")[0]


def test_the_home_of_nobody_is_told() -> None:
    assert "no such home folder" in refusal(Path("~nobody-at-all-of-this-name/x.md"))


def test_a_file_that_is_there_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "numbers.md"
    path.write_text("mine")
    assert "there already is a file" in refusal(path) and path.read_text() == "mine"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["no/where.csv", "a\0b.md"])
def test_a_place_that_cannot_be_is_told(tmp_path: Path, name: str) -> None:
    assert "cannot be written" in refusal(tmp_path / name) and list(tmp_path.iterdir()) == []


def test_a_full_disk_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("esc_tui.settings.files.os.fsync", full)
    assert "No space left" in refusal(tmp_path / "numbers.md") and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("taken", [False, True])
def test_without_hard_links_it_is_written_all_the_same_and_never_over_another(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: bool) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("esc_tui.settings.files.os.link", refuse)
    path = tmp_path / "numbers.csv"
    if taken:
        path.write_text("mine")
        assert "there already is a file" in refusal(path) and path.read_text() == "mine"
    else:
        assert write_export(RESULT, path).read_text(encoding="utf-8").startswith("measure")
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
