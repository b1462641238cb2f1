"""Measured values beside their targets: the rows of the one table, printed and written to ``docs/benchmarks.md``."""

from __future__ import annotations

import math
import os
import platform
import sqlite3
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from esc_tui import __version__

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
START, END = "<!-- table -->", "<!-- end of table -->"
LONG_START, LONG_END = "<!-- long table -->", "<!-- end of long table -->"


@dataclass(frozen=True)
class Row:
    """One measurement, None for one that was not made. ``most`` (or ``least``) is the target, in its unit; neither for a mere fact."""

    what: str
    value: float | None
    unit: str
    most: float | None = None
    least: float | None = None
    note: str = ""

    @property
    def measured(self) -> str:
        """The value with its unit."""
        return "not run" if self.value is None else f"{number(self.value)} {self.unit}"

    @property
    def target(self) -> str:
        """The target in words; empty without one."""
        if self.most is not None:
            return f"at most {number(self.most)} {self.unit}"
        return f"at least {number(self.least)} {self.unit}" if self.least is not None else ""

    @property
    def verdict(self) -> str:
        """``met`` or ``MISSED``; empty without a target."""
        if self.value is None or (self.most is None and self.least is None):
            return ""
        good = (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)
        return "met" if good else "MISSED"


def number(value: float) -> str:
    """Three digits or so."""
    return f"{value:.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share (0-1) of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def machine() -> str:
    """What was measured on, in a line."""
    return (
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"esc-tui {__version__}, {datetime.now(UTC):%Y-%m-%d}"
    )


def markdown(rows: Iterable[Row]) -> str:
    """The table as Markdown, which also reads well in a terminal."""
    cells = [("what", "measured", "target", "", "note")]
    cells += [(row.what, row.measured, row.target, row.verdict, row.note) for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(5)]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def write_page(rows: Sequence[Row], load: float, *, long: bool = False) -> None:
    """Put the table, or that of the long measurements, into the page, between its marks; the words around it stay."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else _INTRODUCTION
    start, end = (LONG_START, LONG_END) if long else (START, END)
    before, _, rest = text.partition(start)
    _, _, after = rest.partition(end)
    body = f"{machine()}; load before the run {load:.1f}\n\n{markdown(rows)}"
    PAGE.write_text(f"{before}{start}\n{body}\n{end}{after}", encoding="utf-8")


_INTRODUCTION = f"""# Measurements

`make bench` measures the program against its targets and prints this table; `make bench-long` takes minutes and more samples.
`python -m benchmarks --write` puts the table here. Start-up is measured in a pseudo-terminal of 120 by 40 cells with an emulator
reading along, alternating with a Textual program of one label, so that the ratio is of one run; times to paint run
from the key to the last byte of what the program then writes. The bank of 10,000 skills and 100,000 units is made from the
starter sources with other words and labels (`benchmarks/big_bank.py`).

{START}
{END}

{LONG_START}
{LONG_END}
"""
