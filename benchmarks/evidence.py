"""Evidence with 20,000 units in a real terminal: a decision until the next unit stands there, and a dialogue list of 10,000."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.big_bank import big_bank
from benchmarks.pty_run import PtyRun, program
from benchmarks.start import remember_pane
from benchmarks.table import Row, median, percentile
from esc_tui.bank.bank import open_bank
from esc_tui.domain.dialogue import Dialogue, DialogueTurn

SKILLS, UNITS, DIALOGUES = 100, 20_000, 10_000
LIST_COLUMNS = 46
"""The list stands in the columns left of this one."""
_UNIT = re.compile(r"IU-(\d+)")


def evidence_bank(path: Path) -> None:
    """20,000 units waiting and 10,000 dialogues, most of them without units."""
    shutil.copyfile(big_bank(SKILLS, UNITS), path)
    with open_bank(path) as bank:
        there = int(bank.connection.value("SELECT count(*) FROM dialogues"))
        with bank.together():
            bank.add_dialogues(Dialogue(id=f"more-{number:05d}", problem_type="job crisis", source="made for measuring", turns=tuple(
                DialogueTurn(speaker="supporter" if line % 2 else "seeker", text=f"line {line} of talk {number}, about nothing much")
                for line in range(20))) for number in range(DIALOGUES - there))
        number = bank.connection.value("SELECT count(*) FROM units WHERE labeller_kind = 'machine'")
        assert number >= UNITS, number
    remember_pane(path, "evidence")


def shown_unit(run: PtyRun) -> str:
    """The number of the unit on the bench."""
    found = _UNIT.search(run.text)
    return found[1] if found else ""


def times(run: PtyRun, keys: str, presses: int, columns: int = 200) -> list[float]:
    """Milliseconds from a key until it is painted; the last two lines hold the counts, which wait for the bank."""
    return run.paint_times([keys[press % len(keys)] for press in range(presses)], columns, left_out=2)[0]


def measure(long: bool = False, detail: bool = False) -> list[Row]:
    """The rows of this measurement."""
    presses = 300 if long else 80
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bank.db"
        evidence_bank(path)
        with PtyRun(program(path, "--annotator", "Ada"), Path(folder)) as run:
            run.wait_for(f"{DIALOGUES:,} of {DIALOGUES:,}")
            run.settle(1.0)
            times(run, "j", 5)
            listed = times(run, "j", presses // 2, LIST_COLUMNS)
            run.press("Q")
            run.wait_for("suggested by")
            run.settle(1.0)
            times(run, "a", 5)
            took = times(run, "aap", presses)
            while " saved" not in run.text:
                run.read(0.1)
            unit = shown_unit(run)
        with open_bank(path, readonly=True) as bank:
            kept = int(bank.connection.value("SELECT count(*) FROM decisions WHERE undone = 0"))
        if detail:
            print("  next:", *(f"{value:.0f}" for value in took), f"at IU-{unit}", file=sys.stderr)
            print("  list:", *(f"{value:.0f}" for value in listed), file=sys.stderr)
    assert kept == presses + 5, f"{presses + 5} decisions, {kept} in the bank"
    return [
        Row("Evidence queue: key to next item, 20,000 units, p95", percentile(took, 0.95), "ms", 50,
            note=f"median {median(took):.0f}; {presses} decisions, every one in the bank"),
        Row("key press to paint in Evidence, 10,000 dialogues, p95", percentile(listed, 0.95), "ms", 50,
            note=f"median {median(listed):.0f}"),
    ]  # fmt: skip


if __name__ == "__main__":
    for row in measure("--long" in sys.argv, detail=True):
        print(row)
