"""``python -m benchmarks [--long] [--detail] [--write] [--cache FOLDER] [--part 1/2] [--minutes 60] [NAME ...]``: measure, and print one
table against the targets.

Without ``--long`` all of MODULES are measured when no name is given, with it those of LONG too: many runs of the whole program, each
kept in a file under ``--cache``, so that what is broken off goes on, ``--part`` of several processes at once. ``--minutes`` ends it
early. ``--write`` puts whole tables into ``docs/benchmarks.md``.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.long_runs import OPTIONS
from benchmarks.table import Row, machine, markdown, write_page

MODULES = {"start": "start", "turn": "turn", "keys": "keys", "idle": "idle", "guard": "guard_rows",
           "evidence": "evidence", "corpora": "corpora", "runner": "runner", "seekers": "seekers",
           "episodes": "episodes", "embedded": "embedded_run"}


LONG = {"planted": "planted_rows", "null": "null_rows", "loop": "loop_rows"}
"""Long measurements; without ``--long`` they only tell what was measured before."""


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the program against its targets.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join([*MODULES, *LONG]))
    for flag in ("--long", "--detail", "--write"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("--cache", type=Path, help="where results of long measurements are kept")
    parser.add_argument("--part", default="1/1", help="which share of the seeds this process measures")
    parser.add_argument("--minutes", type=float, help="begin no further seed after so many minutes")
    asked = parser.parse_args(arguments)
    asked.names = asked.names or [*MODULES, *(LONG if asked.long else ())]
    if wrong := sorted(set(asked.names) - set(MODULES) - set(LONG)):
        parser.error(f"unknown: {', '.join(wrong)}. Names: {', '.join([*MODULES, *LONG])}")
    if asked.cache is not None:
        OPTIONS.folder = asked.cache
    OPTIONS.part, OPTIONS.parts = (int(one) for one in asked.part.split("/"))
    if asked.minutes is not None:
        OPTIONS.until = time.monotonic() + 60 * asked.minutes
    return asked


def main(arguments: Sequence[str]) -> int:
    """Measure what is named; exit code 0 when every target is met, 1 when one is missed or could not be measured."""
    asked = _asked(arguments)
    names: list[str] = asked.names
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    rows: dict[str, list[Row]] = {}
    broken: list[str] = []
    for name in names:
        started = time.perf_counter()
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        try:
            rows[name] = importlib.import_module(f"benchmarks.{(MODULES | LONG)[name]}").measure(asked.long, asked.detail)
        except Exception as error:
            broken.append(f"{name} could not be measured: {type(error).__name__}: {error}")
            print(broken[-1], file=sys.stderr)
        print(f"  {time.perf_counter() - started:.0f} s", file=sys.stderr)
    print(f"{machine()}; load before the run {load:.1f}\n")
    every = [row for name in names for row in rows.get(name, [])]
    print(markdown(every))
    for line in broken:
        print(line)
    for short, wanted in ((True, MODULES), (False, LONG)):
        if asked.write and not broken and set(wanted) <= set(names):
            write_page([row for name in wanted for row in rows[name]], load, long=not short)
    return 1 if broken or any(row.verdict == "MISSED" for row in every) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
