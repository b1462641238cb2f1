"""Long measurements, one result for each seed, kept in files: what is broken off goes on, and several processes may share the seeds.

The files lie in a folder outside the repository (``--cache FOLDER``; else the user's cache), apart for each state of the code that plays.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import fmean
from typing import Any

from esc_tui import __version__
from esc_tui.simulate.versions import package_version

PLAYED = ("domain", "bank", "guard", "engines", "support", "discover", "simulate", "evaluate", "evolve", "starter")
"""The parts of the program a result depends on."""
Result = dict[str, Any]


@dataclass
class Options:
    """Where results are kept, which share of the seeds this process measures (``part`` of ``parts``, from 1), and for how long."""

    folder: Path | None = None
    part: int = 1
    parts: int = 1
    until: float = math.inf

    @property
    def over(self) -> bool:
        """True when the time is used up."""
        return time.monotonic() >= self.until


OPTIONS = Options()


@lru_cache(maxsize=1)
def code() -> str:
    """Eight hex digits over everything a result depends on."""
    return package_version_of([f"esc_tui.{part}" for part in PLAYED])


def package_version_of(packages: Iterable[str]) -> str:
    """One digest over those of several packages."""
    import hashlib

    return hashlib.sha256(" ".join(package_version(one) for one in packages).encode()).hexdigest()[:8]


def folder() -> Path:
    """Where the results of this state of the code lie; made when it is not there."""
    usual = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "esc-tui-benchmarks"
    found = (OPTIONS.folder or usual) / code()
    found.mkdir(parents=True, exist_ok=True)
    return found


def results(name: str, seeds: Sequence[int], work: Callable[[int], Result], measure: bool) -> list[Result]:
    """What is known of a measurement, in the order of its seeds; with ``measure`` what this process has to measure is measured first."""
    place = folder() / name
    place.mkdir(exist_ok=True)
    if measure:
        mine = [seed for number, seed in enumerate(seeds) if number % OPTIONS.parts == OPTIONS.part - 1]
        left = [seed for seed in mine if not (place / f"{seed}.json").exists()]
        began = time.monotonic()
        for number, seed in enumerate(left):
            if OPTIONS.over:
                break
            _keep(place / f"{seed}.json", work(seed))
            each = (time.monotonic() - began) / (number + 1)
            ahead = each * (len(left) - number - 1) / 60
            told = f"  {name}: {len(mine) - len(left) + number + 1} of {len(mine)}, about {ahead:.0f} minutes left"
            print(told, file=sys.stderr, flush=True)
    found = []
    for seed in seeds:
        file = place / f"{seed}.json"
        if file.exists():
            found.append(json.loads(file.read_text(encoding="utf-8")))
    return found


def _keep(file: Path, result: Mapping[str, Any]) -> None:
    """Write a result whole or not at all."""
    beside = file.with_suffix(f".{os.getpid()}")
    beside.write_text(json.dumps({**result, "version": __version__, "code": code()}), encoding="utf-8")
    beside.replace(file)


def of(found: Sequence[Result], seeds: Sequence[int]) -> str:
    """How many of the seeds there are, and of which code, for a note."""
    return f"{len(found)} of {len(seeds)} seeds, code {code()}"


def mean_of(values: Iterable[float]) -> float | None:
    """The mean, None of nothing."""
    known = list(values)
    return fmean(known) if known else None


def exact_interval(hits: int, of_all: int) -> tuple[float, float]:
    """The 95 % interval of a share (Clopper and Pearson 1934); (0, 1) of nothing."""
    from scipy.stats import beta

    low = float(beta.ppf(0.025, hits, of_all - hits + 1)) if hits else 0.0
    high = float(beta.ppf(0.975, hits + 1, of_all - hits)) if hits < of_all else 1.0
    return low, high
