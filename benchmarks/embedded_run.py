"""How many embedded talks of ten turns a run carries out in a second: starter bank, 48 profiles, everything stored, its own processes."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.corpora import run
from benchmarks.table import Row
from esc_tui.settings.locator import template_path

REPEATS, REPEATS_LONG = 8, 24
TURNS = 10
"""Turns of a whole episode, by which shorter ones are counted as parts of one."""


def measure(long: bool = False, detail: bool = False) -> list[Row]:
    """The row of this measurement."""
    with tempfile.TemporaryDirectory() as place:
        bank = Path(place) / "bank.db"
        shutil.copyfile(template_path(), bank)
        ran = run("simulate", "--repeats", str(REPEATS_LONG if long else REPEATS), "--bank", str(bank))
    found = ran.result
    turns = found["turns"] * found["episodes"]
    return [Row("embedded episodes of ten turns a second, starter bank, everything stored", turns / TURNS / found["seconds"], "episodes",
                least=20, note=f"{turns:.0f} supporter turns of {found['episodes']} episodes in {found['seconds']:.1f} s, the processes' "
                               "start in it")]


if __name__ == "__main__":
    for row in measure("--long" in sys.argv, detail=True):
        print(row)
