"""Killed processes, two processes on one bank, and a disk with no room: nothing that was shown as saved is lost."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.evidence_line import evidence_steps
from esc_tui.domain.events import ReplyFinished
from tests.support_bank import small_bank_file

ROOT = Path(__file__).parents[2]
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")

SAVING = """
from tests.support_bank import *
import sys
bank = open_bank(sys.argv[1])
skill = bank.skill("turn-the-page")
for number in range(100000):
    changed = skill.model_copy(update={"content": skill.content.model_copy(update={"title": f"Title {number}"})})
    bank.save_draft("turn-the-page", {"title": f"Title {number}"}, base_revision=1)
    made = bank.commit({skill.slug: changed}, author="killed", message="x", base_revision=bank.head_number)
    print(made.number, number, flush=True)
"""
LEARNING = """
from tests.support_bank import *
from esc_tui.bank.evidence_line import learn_outcomes
from esc_tui.domain.labels import Polarity
from esc_tui.domain.revision import EvidenceRow
import sys
bank = open_bank(sys.argv[1])
for number in range(100000):
    rows = [EvidenceRow(skill="sit-with-the-night", version=1, conversation=f"talk {number}", turn=turn, outcome=Polarity.POSITIVE,
                        group="sad", source="simulation") for turn in range(1, 51)]
    learn_outcomes(bank.writing, rows, author="killed", message="x", time=now_iso())
    made = bank.undo("killed")
    print(made.number, flush=True)
"""
TALKING = """
from tests.support_bank import *
from esc_tui.domain.events import SegmentDelta, SegmentFinished, TurnStarted, ReplyFinished
import sys
bank = open_bank(sys.argv[1])
bank.start_conversation(conversation_started(bank, "killed"))
base = {"conversation_id": "killed", "time": now_iso()}
bank.append_events([TurnStarted(**base, turn=1, text="first"), ReplyFinished(**base, turn=1, text="a whole reply")])
bank.append_events([TurnStarted(**base, turn=2, text="second")])
bank.append_events([SegmentFinished(**base, turn=2, segment=1, text="One whole sentence.", skill="sit-with-the-night")])
for number in range(100000):
    bank.append_events([SegmentDelta(**base, turn=2, segment=2, text=f"piece {number} ")])
    print(number, flush=True)
"""
EDITING = """
from tests.support_bank import *
from esc_tui.domain.errors import ConflictError
import sys
bank = open_bank(sys.argv[1])
mine, shared = sys.argv[2], "sit-with-the-night"
conflicts = 0
print("ready", flush=True)
sys.stdin.readline()
for number in range(25):
    for slug in (mine, shared):
        base = bank.head_number
        skill = bank.skill(slug, base)
        words = f"{mine} {number} {skill.content.summary}"[:200]
        changed = skill.model_copy(update={"content": skill.content.model_copy(update={"summary": words})})
        try:
            bank.commit({slug: changed}, author=mine, message=f"{mine} {number}", base_revision=base)
        except ConflictError:
            conflicts += 1
print(conflicts, flush=True)
"""
FULL = """
import resource, signal, sys
from tests.support_bank import *
from esc_tui.domain.errors import BankError
from esc_tui.domain.events import TurnStarted
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
bank = open_bank(sys.argv[1])
bank.start_conversation(conversation_started(bank, "full"))
import os
size = os.path.getsize(sys.argv[1] + "-wal") + 50_000
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
stored = 0
try:
    for number in range(10000):
        bank.append_events([TurnStarted(conversation_id="full", turn=1, time=now_iso(), text="x" * 2000)])
        stored += 1
except BankError as error:
    print(error)
print(stored, len(bank.events("full")) - 1, flush=True)
"""

MAKING = """
import resource, signal, sys
from pathlib import Path
from esc_tui.bank.template import create_bank_from_template
from esc_tui.domain.errors import BankError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
try:
    create_bank_from_template(Path(sys.argv[1]), Path(sys.argv[2]))
except BankError as error:
    print(error)
"""


@contextmanager
def running(program: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-c", program, *arguments], cwd=ROOT, text=True, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def lines_until_killed(program: str, path: Path, wanted: int) -> list[str]:
    """What the program said before it was killed without warning, after at least ``wanted`` lines."""
    with running(program, str(path)) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(wanted)]
        process.send_signal(signal.SIGKILL)
        rest, errors = process.communicate()
        assert all(said), errors
        return [line for line in [*said, *rest.splitlines(keepends=True)] if line.endswith("\n")]


@posix_only
def test_a_process_killed_while_saving_loses_no_revision_it_reported(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    last_revision, last_title = lines_until_killed(SAVING, path, 12)[-1].split()
    with open_bank(path) as bank:
        assert bank.head_number >= int(last_revision)
        assert bank.skill("turn-the-page", int(last_revision)).content.title == f"Title {last_title}"
        draft = bank.draft("turn-the-page")
        assert draft is not None and int(draft.content["title"].split()[1]) >= int(last_title)
        assert bank.check() == []


@posix_only
def test_a_process_killed_while_learning_keeps_whole_steps_alone(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    last = int(lines_until_killed(LEARNING, path, 8)[-1])
    with open_bank(path) as bank:
        assert bank.head_number >= last
        steps = evidence_steps(bank.connection, 10_000)
        assert [step.revision for step in steps] == list(range(bank.head_number, 1, -1)), "each revision has its evidence"
        learned = [step for step in steps if step.kind == "learn"]
        assert all(step.added == 50 for step in learned)
        assert bank.connection.value("SELECT count(*) FROM evidence WHERE source = 'simulation'") == 50 * len(learned)
        assert steps[0].after == bank.snapshot_number
        assert bank.check() == []


@posix_only
def test_a_process_killed_in_a_reply_keeps_what_was_shown_as_a_stopped_turn(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    last = int(lines_until_killed(TALKING, path, 12)[-1])
    with open_bank(path) as bank:
        assert bank.stopped_turns == 1
        reply = bank.events("killed")[-1]
        assert isinstance(reply, ReplyFinished)
        assert (reply.turn, reply.outcome, reply.skills) == (2, "stopped", ("sit-with-the-night",))
        assert reply.text.startswith("One whole sentence. piece 0 piece 1 ") and f"piece {last}" in reply.text
        assert bank.check() == []


@posix_only
def test_a_stopped_turn_is_closed_once(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    lines_until_killed(TALKING, path, 2)
    with open_bank(path) as bank:
        count = len(bank.events("killed"))
    with open_bank(path) as again:
        assert again.stopped_turns == 0 and len(again.events("killed")) == count


@posix_only
def test_a_turn_of_a_program_that_still_runs_is_left_alone(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    with running(TALKING, str(path)) as process:
        assert process.stdout is not None and process.stdout.readline()
        with open_bank(path) as bank:
            assert bank.stopped_turns == 0


def test_two_processes_on_one_bank_never_overwrite_each_other(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    names = ("turn-the-page", "ask-one-small-want")
    with running(EDITING, str(path), names[0]) as one, running(EDITING, str(path), names[1]) as two:
        for process in (one, two):
            assert process.stdout is not None and process.stdout.readline() == "ready\n"
        for process in (one, two):
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        outputs = [process.communicate() for process in (one, two)]
        assert [process.returncode for process in (one, two)] == [0, 0], outputs
    conflicts = sum(int(said) for said, _ in outputs)
    with open_bank(path) as bank:
        assert bank.head_number == 1 + 100 - conflicts
        for name in names:
            assert sum(change.slug == name for number in range(2, bank.head_number + 1)
                       for change in bank.changes(number - 1, number)) == 25
        assert bank.check() == []


@posix_only
def test_a_full_disk_in_the_middle_of_a_talk_is_one_sentence_and_keeps_what_was_stored(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    done = subprocess.run([sys.executable, "-c", FULL, str(path)], cwd=ROOT, text=True, capture_output=True, check=True)
    sentence, counts = done.stdout.splitlines()
    stored, readable = map(int, counts.split())
    assert "nothing of this was saved" in sentence and "free some space" in sentence.lower()
    assert 0 < stored == readable
    with open_bank(path) as bank:
        assert bank.check() == []
        assert len(bank.events("full")) - 1 >= stored


@posix_only
def test_a_full_disk_while_a_bank_is_made_is_one_sentence_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path, folder = small_bank_file(tmp_path), tmp_path / "mine"
    folder.mkdir()
    done = subprocess.run([sys.executable, "-c", MAKING, str(path), str(folder / "bank.db")], cwd=ROOT, text=True,
                          capture_output=True, check=True)
    assert "nothing of this was saved" in done.stdout
    assert list(folder.iterdir()) == []
