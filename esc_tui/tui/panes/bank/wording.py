"""Small pieces of text the Bank pane is made of: harmless words, numbers, bars, tags."""

from __future__ import annotations

import re
from collections.abc import Iterable

from textual.content import Content

from esc_tui.domain.evidence import bounds
from esc_tui.domain.label_words import label_words
from esc_tui.domain.text import visible
from widgets import bars
from widgets.bars import share, share_range
from widgets.toned import ink

_JOINERS = {0x200D: None, 0xFE0E: None, 0xFE0F: None, 0x20E3: None}
"""Emoji joiners and presentation marks: terminals disagree on the width of what they join, so they are left out."""
_SLOT = re.compile(r"\{[a-z_]+\}")
BAR_CELLS = 7
STATUS_TONE = {"active": "dim", "watch": "caution.bold", "draft": "neutral", "retired": "dim"}
POLARITY_TONE = {"positive": "helped", "neutral": "neutral", "negative": "harmed"}
POLARITY_GLYPH = {"positive": "▲", "neutral": "=", "negative": "▼"}


def shown(text: str) -> str:
    """The text on one line as the terminal may have it: no control, no direction, no joining characters."""
    return visible(text, keep_lines=False).translate(_JOINERS)


def label(identifier: str) -> str:
    """A label id as words: ``job-crisis`` is ``job crisis``."""
    return label_words(shown(identifier))


def labels(identifiers: Iterable[str]) -> str:
    """Label ids as words with commas."""
    return ", ".join(label(str(identifier)) for identifier in identifiers)


def count(value: int) -> str:
    """A count in at most four cells: 999, 1.2k, 12k."""
    if value < 1000:
        return str(value)
    return f"{value / 1000:.1f}k" if value < 10_000 else f"{min(value // 1000, 999)}k"


def bar(value: float, tone: str = "accent", cells: int = BAR_CELLS) -> Content:
    """A thin bar for a number from 0 to 1."""
    full, empty = bars.bar(value, cells, empty="─")
    return ink(full, tone) + ink(empty, "rule")


def estimate(mean: float, interval: float) -> Content:
    """``.84 .78–.90`` with the interval (``interval`` to either side) dimmer than the value."""
    return ink(share(mean), "text") + ink(f" {share_range(*bounds(mean, interval))}", "dim")


def outcome_counts(helped: int, harmed: int, width: int = 4) -> Content:
    """``▲41  ▼6`` in fixed columns; a nought is dim."""
    return (ink("▲", "helped" if helped else "dim") + ink(f"{count(helped):>{width}}", "text" if helped else "dim") + Content(" ")
            + ink("▼", "harmed" if harmed else "dim") + ink(f"{count(harmed):>{width}}", "text" if harmed else "dim"))


def outcome_line(helped: int, neutral: int, harmed: int) -> Content:
    """``▲ 24   = 6   ▼ 2``."""
    pairs = (("▲", "helped", helped), ("=", "neutral", neutral), ("▼", "harmed", harmed))
    return Content("   ").join(ink(f"{glyph} ", tone if value else "dim") + ink(count(value), "text" if value else "dim")
                               for glyph, tone, value in pairs)


def spoken(text: str, tone: str = "text") -> Content:
    """A phrasing with its slots in the accent."""
    clean = shown(text)
    pieces: list[Content] = []
    at = 0
    for found in _SLOT.finditer(clean):
        pieces += [ink(clean[at:found.start()], tone), ink(found.group(), "accent")]
        at = found.end()
    return Content("").join([*pieces, ink(clean[at:], tone)])
