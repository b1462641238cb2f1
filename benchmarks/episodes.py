"""Episodes in a real terminal: a run of 5,000 episodes opened, and 32 episodes that stream 200 tokens a second while keys are pressed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.episode_bank import EPISODES, TURNS, finished_bank, planned_bank
from benchmarks.idle import share_of_core
from benchmarks.pty_run import ROOT, PtyRun, program
from benchmarks.start import remember_pane
from benchmarks.table import Row, median, percentile

TOKENS, AT_ONCE = 200, 32
LIST_COLUMNS = 44
BETWEEN = 0.3
"""Seconds from key to key while the episodes stream."""
LONGEST = 1.0


def opened(folder: Path, times: int) -> tuple[list[float], float]:
    """Milliseconds from Enter on a run until its first rows stand there, and the peak of memory in MB."""
    path = folder / "many.db"
    finished_bank(path)
    remember_pane(path, "episodes")
    took = []
    with PtyRun(program(path), folder) as run:
        run.wait_for(f"{EPISODES} episodes")
        run.settle(1.0)
        for _ in range(times):
            pressed = run.press("enter")
            took.append(
                (run.wait_for(lambda screen: f"t{TURNS}" in screen and f"{EPISODES:,} of" in screen, since=pressed) - pressed) * 1000
            )
            run.settle(0.4)
            run.press("escape")
            run.wait_for(lambda screen: f"{EPISODES:,} of" not in screen)
            run.settle(0.4)
        run.press("enter")
        run.settle(0.5)
        for key in ("pagedown", "pagedown", "G", "pageup", "enter"):
            run.press(key)
            run.settle(0.4)
        return took, run.memory()


def cursor_row(run: PtyRun) -> int:
    """The line on which the cursor of the list stands; -1 without one."""
    return next((place for place, line in enumerate(run.screen.display) if "▌" in line[:LIST_COLUMNS]), -1)


def streamed(folder: Path, presses: int, seconds: float, whole: bool) -> tuple[list[float], float]:
    """Milliseconds from a key until the cursor has moved, and the share of a core, while 32 episodes stream.

    ``whole``: with one of them open in full, where the key scrolls its talk and only the processor is measured.
    """
    path = folder / f"live-{whole}.db"
    planned_bank(path, AT_ONCE)
    remember_pane(path, "episodes")
    long = presses * BETWEEN + seconds + 30
    teller = subprocess.Popen([sys.executable, "-m", "benchmarks.episode_bank", str(path), str(TOKENS), str(long)], cwd=ROOT)
    try:
        with PtyRun(program(path), folder) as run:
            run.wait_for("running")
            run.press("enter")
            run.wait_for(f"{AT_ONCE} of {AT_ONCE}")
            share_of_core(run, 2.0)
            _ = run.text
            if whole:
                run.press("enter")
                share_of_core(run, 2.0)
            took = []
            for press in range(0 if whole else presses):
                while run.read(0.0):
                    pass
                _ = run.text
                before = cursor_row(run)
                pressed = run.press("down" if press // 20 % 2 == 0 else "up")
                until = pressed + LONGEST
                moved = None
                while moved is None and time.perf_counter() < until:
                    if run.read(0.02):
                        moved = next((stamp for stamp in run.replay() if cursor_row(run) != before), None)
                took.append(((moved or until) - pressed) * 1000)
                while (left := pressed + BETWEEN - time.perf_counter()) > 0:
                    run.read(left)
            return took, share_of_core(run, seconds)
    finally:
        teller.terminate()
        teller.wait(10)


def measure(long: bool = False, detail: bool = False) -> list[Row]:
    """The rows of this measurement."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        took, memory = opened(folder, 12 if long else 6)
        keys, share = streamed(folder, 200 if long else 60, 30 if long else 10, False)
        _, whole = streamed(folder, 0, 30 if long else 10, True)
    if detail:
        print("  open:", *(f"{value:.0f}" for value in took), file=sys.stderr)
        print("  keys:", *(f"{value:.0f}" for value in keys), file=sys.stderr)
    return [
        Row("a run of 5,000 episodes, 100,000 turns: Enter to first rows, worst", max(took), "ms", 300, note=f"median {median(took):.0f}"),
        Row("the same, peak memory after scrolling and one episode open", memory, "MB", 300),
        Row(f"{AT_ONCE} episodes streaming {TOKENS} tokens/s: key to paint, p95", percentile(keys, 0.95), "ms", 60,
            note=f"median {median(keys):.0f}; {len(keys)} presses; every token an event"),
        Row("the same, processor with the run in front", share, "% of a core", 60),
        Row("the same, processor with one episode open in full", whole, "% of a core", 60),
    ]  # fmt: skip


if __name__ == "__main__":
    for row in measure("--long" in sys.argv, detail=True):
        print(row)
