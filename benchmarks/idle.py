"""What the program costs while nobody touches it: share of one core, in Chat and in Bank."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.pty_run import PtyRun, program
from benchmarks.start import remember_pane
from benchmarks.table import Row
from esc_tui.settings.locator import template_path

SECONDS, LONG_SECONDS = 10, 30
CALM = 4.0
"""Seconds after the first paint in which the program may still make things ready."""


def share_of_core(run: PtyRun, seconds: float) -> float:
    """Processor time over wall time in percent, while what is written is read and thrown away."""
    started, spent = time.perf_counter(), run.processor_seconds()
    while (left := started + seconds - time.perf_counter()) > 0:
        run.read(left)
    return 100 * (run.processor_seconds() - spent) / (time.perf_counter() - started)


def measure(long: bool = False, detail: bool = False) -> list[Row]:
    """The rows of this measurement."""
    seconds = LONG_SECONDS if long else SECONDS
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for pane, text in (("chat", "What is on your mind?"), ("bank", "filter")):
            path = Path(folder) / f"{pane}.db"
            shutil.copyfile(template_path(), path)
            remember_pane(path, pane)
            with PtyRun(program(path), Path(folder)) as run:
                run.wait_for(text)
                share_of_core(run, CALM)
                share = share_of_core(run, seconds)
                rows.append(Row(f"idle in {pane.title()}, processor over {seconds} s", share, "% of a core", 1,
                                note=f"{run.memory():.0f} MB"))  # fmt: skip
            if detail:
                print(rows[-1], file=sys.stderr)
    return rows


if __name__ == "__main__":
    for row in measure("--long" in sys.argv):
        print(row)
