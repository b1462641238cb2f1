"""Glyphs, words and pictures of verdicts and intervals for the eye. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from textual.content import Content

from esc_tui.domain.interval_text import signed
from esc_tui.domain.text import visible
from esc_tui.evolve.wording import STAGE_WORDS
from widgets.one_line import Part
from widgets.toned import ink, inks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from esc_tui.domain.evolution import Verdict
    from esc_tui.tui.panes.evolution.reading import Proposed

VERDICTS: dict[str, tuple[str, str]] = {
    "accept": ("▲", "helped"), "reject": ("▼", "harmed"), "not enough evidence": ("=", "neutral"), "never fired": ("=", "neutral")}
"""The glyph of a verdict with its tone; the word stands beside it always."""
STANDINGS: dict[str, str] = {
    "open": "text", "verified": "bright", "accepted": "helped", "rejected": "harmed", "refused": "caution", "replaced": "dim",
    "withdrawn": "dim", "undone": "dim"}
STAGES: dict[str, str] = {
    "": "registered", **STAGE_WORDS}
LEAST_SPAN = 10.0
_MINUS = re.compile(r"(?<![\w.)\]-])-(?=\d)")
"""A hyphen before a number that is no part of a word, a date or a range."""


def clean(text: str) -> str:
    """Text on one line, as the terminal may have it."""
    return visible(text, keep_lines=False)


def told(text: str) -> str:
    """What the program says of numbers, as ``clean``, with the minus of the pictures: as wide as the plus."""
    return _MINUS.sub("−", clean(text))


def key_parts(keys: Iterable[tuple[str, str]]) -> list[Part]:
    """Keys and what they do, for the last line of a sheet."""
    return [Part(text, "accent.bold" if at == 0 else "dim", "", (4 if place else 0) if at == 0 else 1, 0 if place == 0 else 1)
            for place, pair in enumerate(keys) for at, text in enumerate(pair)]


def points(value: float) -> str:
    """``+6.1``, with a minus as wide as the plus; a zero has none."""
    return told(signed(value))


def verdict_content(word: str) -> Content:
    """``▲ accept``."""
    glyph, tone = VERDICTS[word]
    return inks((f"{glyph} ", tone), (word, tone))


def standing_of(one: Proposed) -> Content:
    """Where a proposal stands, in a word. One that has its verdict waits for a person, or for a verdict that is not stale."""
    if one.standing == "verified":
        stale = one.judged is not None and one.judged.stale
        return ink("! stale", "caution") if stale else ink("to decide", STANDINGS[one.standing])
    return ink(one.standing, STANDINGS[one.standing])


def outcome_of(one: Proposed) -> Content:
    """How far the trial of a proposal is, in a glyph and a word."""
    now = one.open_one
    if now is not None and now.row.alive:
        return inks(("▶ ", "accent"), (STAGES.get(now.row.stage, now.row.stage), "accent"))
    judged = one.judged
    if judged is not None and judged.row.verdict is not None:
        return verdict_content(judged.row.verdict.word)
    if now is not None:
        return inks(("! ", "caution"), (now.row.state, "caution"))
    if one.standing == "refused":
        return inks(("! ", "caution"), ("gate", "caution"))
    return ink("not verified", "dim")


def effect_of(verdict: Verdict) -> Content:
    """``+6.1, at least +1.9``: the effect, and dimmer the bound that holds."""
    if verdict.effect is None or verdict.lower is None:
        return Content("")
    return inks((points(verdict.effect), "text"), (f", at least {points(verdict.lower)}", "dim"))


def span_of(values: list[float]) -> float:
    """Half the width of a scale around 0 that holds all values: a multiple of 5, at least 10."""
    most = max((abs(value) for value in values), default=0.0)
    return max(LEAST_SPAN, -(-most // 5) * 5)


def interval_line(lower: float, mean: float, upper: float, width: int, span: float, tone: str = "accent") -> Content:
    """An interval on a scale from -span to +span: ``──────┊───├━━━●━━━┤──``; what lies beyond the scale ends in an arrow."""
    width = max(9, width)

    def at(value: float) -> int:
        return max(0, min(width - 1, round((value + span) / (2 * span) * (width - 1))))

    first, last, middle, zero = at(lower), at(upper), at(mean), at(0.0)
    pieces: list[Content] = []
    for place in range(width):
        if place == middle:
            pieces.append(ink("●", "bright"))
        elif place == first:
            pieces.append(ink("◂" if lower < -span else "├", tone))
        elif place == last:
            pieces.append(ink("▸" if upper > span else "┤", tone))
        elif first < place < last:
            pieces.append(ink("━", tone))
        elif place == zero:
            pieces.append(ink("┊", "text"))
        else:
            pieces.append(ink("─", "rule"))
    return Content("").join(pieces)


def scale_line(width: int, span: float) -> Content:
    """The ends and the middle of the scale under interval lines."""
    width = max(9, width)
    low, high = f"−{span:.0f}", f"+{span:.0f}"
    half = round((width - 1) / 2)
    left = low + " " * max(0, half - len(low)) + "0"
    return ink(left + " " * max(1, width - len(left) - len(high)) + high, "dim")
