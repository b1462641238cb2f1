"""Start-up: the greeting in Chat and the first skill in Bank against a Textual program of one label, and the memory then."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.pty_run import PtyRun, program
from benchmarks.table import Row, median
from esc_tui.bank.bank import open_bank
from esc_tui.settings.locator import template_path
from esc_tui.tui.workshop import LAST_PANE

RUNS = 7
RATIO, MEMORY = 2.0, 60
LABEL = ("one label", [sys.executable, str(Path(__file__).with_name("one_label.py"))], "Hello, World!")


def first_text(command: list[str], text: str, home: Path) -> tuple[float, float]:
    """Milliseconds from the start to the text on the screen, and MB of peak memory at that moment."""
    with PtyRun(command, home) as run:
        shown = run.wait_for(text)
        return (shown - run.started) * 1000, run.memory()


def remember_pane(path: Path, pane: str) -> None:
    """Let the program begin with this pane."""
    with open_bank(path) as bank:
        bank.remember(LAST_PANE, pane)


def measure(long: bool = False, detail: bool = False) -> list[Row]:
    """The rows of this measurement."""
    runs = RUNS * 3 if long else RUNS
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        chat, bank = home / "chat.db", home / "bank.db"
        for path in (chat, bank):
            shutil.copyfile(template_path(), path)
        with open_bank(bank) as opened:
            first_skill = opened.list_skills(sort="slug", limit=1).rows[0].slug
        remember_pane(chat, "chat")
        remember_pane(bank, "bank")
        cases = [
            LABEL,
            ("greeting in Chat", program(chat), "What is on your mind?"),
            ("first skill name in Bank", program(bank), first_skill),
        ]
        times: dict[str, list[float]] = {name: [] for name, _, _ in cases}
        memory: dict[str, list[float]] = {name: [] for name, _, _ in cases}
        for turn in range(runs + 1):
            for name, command, text in cases:
                took, peak = first_text(command, text, home)
                if detail:
                    print(f"  {name}: {took:.0f} ms, {peak:.0f} MB", file=sys.stderr)
                if turn:
                    times[name].append(took)
                    memory[name].append(peak)
    base = median(times[LABEL[0]])
    rows = [Row("one label of Textual, first text", base, "ms", note=f"{median(memory[LABEL[0]]):.0f} MB; medians of {runs}")]
    for name, _, _ in cases[1:]:
        took = median(times[name])
        rows.append(Row(f"{name}, against one label", took / base, "times", RATIO, note=f"{took:.0f} ms"))
        rows.append(Row(f"{name}, peak memory then", median(memory[name]), "MB", MEMORY))
    return rows


if __name__ == "__main__":
    for row in measure("--long" in sys.argv, detail=True):
        print(row)
