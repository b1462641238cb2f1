"""Importing stores every dialogue once, in small transactions, and accounts for everything it met."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank, create_empty_bank, open_bank
from esc_tui.bank.dialogues import known_words
from esc_tui.discover.importing import PLACES_KEPT, ImportCount, ImportProgress, import_dialogues
from esc_tui.domain.dialogue import words_hash
from esc_tui.domain.errors import BankError, UserError
from tests.interchange.corpus_files import (
    FORMS,
    LINES,
    as_lines,
    as_list,
    chatml,
    failed,
    native,
    sharegpt,
    split,
    third,
)

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return create_empty_bank(tmp_path / "b.db")


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def imported(bank: Bank, *paths: Path, **options: str) -> ImportCount:
    last = None
    for last in import_dialogues(bank, paths, **options):
        assert last.done <= last.total
    assert last is not None and last.done == last.total
    return last.whole


def stored(bank: Bank) -> int:
    return int(bank.connection.value("SELECT count(*) FROM dialogues"))


def test_dialogues_are_stored_whole_with_source_and_licence(bank: Bank, tmp_path: Path) -> None:
    count = imported(bank, file(tmp_path, "kites.json", as_list([native()])))
    assert (count.dialogues, count.new, count.known, count.lines, count.new_lines, count.skipped) == (1, 1, 0, 6, 6, 0)
    (identity,) = bank.connection.row("SELECT id FROM dialogues")
    dialogue = bank.dialogue(identity)
    assert dialogue is not None and identity.startswith("dlg-")
    assert (dialogue.source, dialogue.licence, len(dialogue.turns)) == ("kites.json", "CC BY-NC 4.0", len(LINES))
    assert known_words(bank.connection, words_hash(dialogue)) == identity
    assert bank.check() == []


def test_the_same_talk_in_any_format_or_file_is_stored_once(bank: Bank, tmp_path: Path) -> None:
    count = imported(bank, file(tmp_path, "a", as_lines([write("") for write in FORMS.values()])),
                     file(tmp_path, "b", as_list([native("another"), native()])))
    assert (count.dialogues, count.new, count.known) == (8, 2, 6)
    assert (count.lines, count.new_lines) == (48, 12)
    assert stored(bank) == 2


def test_a_second_import_changes_nothing(bank: Bank, tmp_path: Path) -> None:
    path = file(tmp_path, "a", as_lines([split(str(number)) for number in range(250)]))
    assert imported(bank, path).new == 250
    before = list(bank.connection.iterdump())
    count = imported(bank, path)
    assert (count.dialogues, count.new, count.known, count.known_with_less, count.known_otherwise) == (250, 0, 250, 0, 0)
    assert list(bank.connection.iterdump()) == before


def test_a_known_talk_that_lacks_what_the_file_has_is_counted_and_stays(bank: Bank, tmp_path: Path) -> None:
    imported(bank, file(tmp_path, "plain", as_lines([chatml()])), licence="MIT")
    count = imported(bank, file(tmp_path, "rich", as_list([native()])))
    assert (count.known, count.known_with_less, count.known_otherwise) == (1, 1, 1)
    assert [row[:] for row in bank.connection.rows("SELECT source, licence FROM dialogues")] == [("plain", "MIT")]
    assert imported(bank, file(tmp_path, "plain", as_lines([sharegpt()])), licence="MIT").known_with_less == 0


def test_dialogues_with_one_id_and_other_words_are_both_stored(bank: Bank, tmp_path: Path) -> None:
    count = imported(bank, file(tmp_path, "a", as_list([native("a", dialogue_id="1"), native("b", dialogue_id="1")])))
    assert (count.new, stored(bank)) == (2, 2)


def test_hostile_text_comes_back_as_it_was(bank: Bank, tmp_path: Path) -> None:
    hostile = "[/bold] \x1b[31mred\x1b[0m '); DROP TABLE dialogues;-- {{ 7*7 }} \u202e\0 \ud800 end"
    row = chatml()
    row["messages"][1]["content"] = hostile
    path = tmp_path / "hostile\n[bold].jsonl"
    import json

    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert imported(bank, path, source=hostile).new == 1
    dialogue = bank.dialogue(bank.connection.value("SELECT id FROM dialogues"))
    assert dialogue is not None
    assert dialogue.turns[0].text == dialogue.source == hostile.replace("\0", "\ufffd").replace("\ud800", "\ufffd")
    assert imported(bank, path).known == 1
    assert bank.check() == []


def test_what_is_skipped_is_counted_by_part_and_reason_with_the_first_places(bank: Bank, tmp_path: Path) -> None:
    bad = native("bad")
    bad["dialog"][1]["annotation"]["strategy"] = "Mirroring"
    bad["dialog"][2]["speaker"] = "nurse"
    text = as_lines([native(), bad, {"dialog": []}, *[{}] * 100])
    progress = list(import_dialogues(bank, [file(tmp_path, "a.jsonl", text), file(tmp_path, "empty", "")]))
    whole = progress[-1].whole
    assert dict(whole.parts) == {"label": 1, "line": 1, "dialogue": 101, "file": 1}
    assert whole.skipped == sum(whole.reasons.values()) == 104
    assert dict(whole.strategies) == {"Mirroring": 1}
    assert (whole.dialogues, whole.new, whole.lines) == (2, 2, 11)
    assert len(whole.places) == PLACES_KEPT
    assert [(Path(name).name, skip.place) for name, skip in whole.places[:3]] == [
        ("a.jsonl", "line 2, utterance 2"), ("a.jsonl", "line 2, utterance 3"), ("a.jsonl", "line 3")]
    assert sum(len(one.skipped) for one in progress) == 104
    assert [one.dialogues for one in progress[-1].files] == [2, 0]


def test_progress_counts_bytes_over_all_files(bank: Bank, tmp_path: Path) -> None:
    paths = [file(tmp_path, name, as_lines([third(f"{name} {number}") for number in range(250)])) for name in "ab"]
    progress = list(import_dialogues(bank, paths))
    assert progress[0].total == sum(path.stat().st_size for path in paths) == progress[-1].done
    assert [one.done for one in progress] == sorted(one.done for one in progress)
    assert len(progress) >= 6


def test_a_wrong_path_among_others_is_said_before_anything_is_read(bank: Bank, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no such file"):
        list(import_dialogues(bank, [file(tmp_path, "a", as_lines([native()])), tmp_path / "no"]))
    assert stored(bank) == 0


def test_a_bank_that_cannot_be_written_says_so_before_anything_is_read(bank: Bank, tmp_path: Path) -> None:
    bank.close()
    with open_bank(tmp_path / "b.db", readonly=True) as looking, pytest.raises(BankError, match="to look at"):
        list(import_dialogues(looking, [file(tmp_path, "a", as_lines([native()]))]))


def test_stopping_in_the_middle_leaves_whole_dialogues_and_the_rest_comes_with_the_next_run(bank: Bank, tmp_path: Path) -> None:
    path = file(tmp_path, "a", as_lines([failed(str(number)) for number in range(350)]))
    running = import_dialogues(bank, [path])
    assert isinstance(next(running), ImportProgress)
    running.close()
    assert stored(bank) == 100
    count = imported(bank, path)
    assert (count.new, count.known, stored(bank)) == (250, 100, 350)


IMPORTING = """
import sys
from esc_tui.bank.bank import open_bank
from esc_tui.discover.importing import import_dialogues
for progress in import_dialogues(open_bank(sys.argv[1]), [sys.argv[2]]):
    print(progress.whole.new, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_a_killed_import_loses_nothing_it_told_of_and_repeats_nothing(bank: Bank, tmp_path: Path) -> None:
    bank.close()
    rows = [native(str(number)) for number in range(2000)]
    path = file(tmp_path, "a", as_list(rows, 1))
    with subprocess.Popen([sys.executable, "-c", IMPORTING, str(tmp_path / "b.db"), str(path)], cwd=ROOT, text=True,
                          stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(3)]
        process.kill()
        rest = process.communicate()[0].splitlines(keepends=True)
    told = int([line for line in [*said, *rest] if line.endswith("\n")][-1])
    with open_bank(tmp_path / "b.db") as again:
        assert 300 <= told <= stored(again) <= 2000
        assert again.check() == []
        before = stored(again)
        count = imported(again, path)
        assert (count.dialogues, count.known, count.new) == (2000, before, 2000 - before)
        assert stored(again) == again.connection.value("SELECT count(DISTINCT text_hash) FROM dialogues") == 2000
        assert again.connection.value("SELECT count(*) FROM dialogue_turns") == 12_000
        assert again.check() == []


MEASURING = """
import re, sys
from pathlib import Path
from esc_tui.bank.bank import open_bank
from esc_tui.discover.importing import import_dialogues
bank = open_bank(sys.argv[1])
for progress in import_dialogues(bank, [sys.argv[2]]):
    pass
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())  # getrusage would count the parent's too
print(int(peak[1]) // 1024, progress.whole.dialogues, progress.whole.skipped)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is measured in kilobytes on Linux alone")
def test_a_long_list_and_a_value_without_end_are_read_in_bounded_memory(bank: Bank, tmp_path: Path) -> None:
    bank.close()
    path = tmp_path / "long.json"
    with path.open("w", encoding="utf-8") as out:
        out.write("[")
        for number in range(150):
            out.write(as_list([chatml(f"{number} {'a long winter evening ' * 800}")])[1:-1] + ",")
        out.write('{"messages": "')
        for _ in range(30):
            out.write("x" * (1 << 20))
        out.write('"}, ' + as_list([chatml("the last")])[1:])
    assert path.stat().st_size > 30 << 20
    done = subprocess.run([sys.executable, "-c", MEASURING, str(tmp_path / "b.db"), str(path)], cwd=ROOT, text=True,
                          capture_output=True, check=True)
    peak, dialogues, skipped = map(int, done.stdout.split())
    assert (dialogues, skipped) == (151, 1)
    assert peak < 120  # MiB; the program alone takes about 40, the file holds 33


def test_the_real_corpora_are_taken_whole(bank: Bank, corpora: Path) -> None:
    paths = [corpora / name for name in ("train.jsonl", "valid.jsonl", "FailedESConv.json")]
    count = imported(bank, *paths)
    assert (count.dialogues, count.new, count.skipped, count.lines) == (1301, 1301, 0, 37_556)
    assert dict(count.licences) == {"CC BY-NC 4.0": 1301}
    assert imported(bank, *paths).known == 1301
