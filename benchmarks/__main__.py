"""``python -m benchmarks [--long] [--detail] [--write] [NAME ...]``: measure, and print one table against the targets.

Names: start, turn, keys, idle, guard, evidence, corpora, runner, seekers, episodes, embedded (all when none is given). ``--write`` puts the
table of a whole run into ``docs/benchmarks.md``.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Sequence

from benchmarks.table import Row, machine, markdown, write_page

MODULES = {"start": "start", "turn": "turn", "keys": "keys", "idle": "idle", "guard": "guard_rows",
           "evidence": "evidence", "corpora": "corpora", "runner": "runner", "seekers": "seekers",
           "episodes": "episodes", "embedded": "embedded_run"}


def main(arguments: Sequence[str]) -> int:
    """Measure what is named; exit code 0 when every target is met, 1 when one is missed or could not be measured."""
    flags = {argument for argument in arguments if argument.startswith("-")}
    names = [argument for argument in arguments if not argument.startswith("-")] or list(MODULES)
    if wrong := sorted((flags - {"--long", "--detail", "--write"}) | (set(names) - set(MODULES))):
        print(f"unknown: {', '.join(wrong)}. Names: {', '.join(MODULES)}; options: --long --detail --write", file=sys.stderr)
        return 2
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    rows: list[Row] = []
    broken: list[str] = []
    for name in names:
        started = time.perf_counter()
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        try:
            rows += importlib.import_module(f"benchmarks.{MODULES[name]}").measure("--long" in flags, "--detail" in flags)
        except Exception as error:
            broken.append(f"{name} could not be measured: {type(error).__name__}: {error}")
            print(broken[-1], file=sys.stderr)
        print(f"  {time.perf_counter() - started:.0f} s", file=sys.stderr)
    print(f"{machine()}; load before the run {load:.1f}\n")
    print(markdown(rows))
    for line in broken:
        print(line)
    if "--write" in flags and not broken and set(names) == set(MODULES):
        write_page(rows, load)
    return 1 if broken or any(row.verdict == "MISSED" for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
