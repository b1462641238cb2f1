"""The tables of a run's sums as lines: the whole or each supporter, comparisons in pairs, and groups, with what has to be said of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.content import Content

from esc_tui.domain.endings import ending_lines
from esc_tui.domain.interval_text import CUT, DIFFERENCES, EMOTIONS, FEWEST, UPWARDS, Bounds, interval_text, is_cut
from esc_tui.domain.text import many
from esc_tui.tui.panes.episodes.figures import FEW, WIDEST, clean, words
from widgets.page import Block, set_block
from widgets.toned import ink, inks
from widgets.virtual_list import Cell, lay_out

if TYPE_CHECKING:
    from esc_tui.evaluate.episodes.comparing import Comparison
    from esc_tui.evaluate.episodes.measures import EpisodeMeasures, Mean, Share
    from esc_tui.tui.panes.episodes.sums_view import Sums

GROUPS = (("character", "Character"), ("need", "Hidden need"), ("scenario", "Scenario"), ("skill", "Skill"))
TURNS_FROM = 66
"""Cells from which the tables by group have a column of turns."""
ROOMY = 88
"""Cells from which counts stand in a column of their own, behind the bootstrap's."""
CUT_NOTE = f"{CUT} The interval reaches beyond the scale and is cut there: so few episodes say little."
MOST_HEADLINES = 4
"""Of so many supporters each has all its figures; of more the table of supporters alone."""


def page_of(sums: Sums, width: int) -> Iterator[list[Content]]:
    """Blocks of lines, from the whole to the parts. Several supporters are never mixed into one score."""
    notes = ["Score: mean final emotion of the episodes that ended as success, failure, goodbye or turns. ± is half a 95 % t interval."]
    if len(sums.arms) > 1:
        yield list(_table("Supporter", sums.arms, width))[1:]
    if len(sums.arms) <= MOST_HEADLINES:
        for name, measured in (sums.arms if len(sums.arms) > 1 else {"": sums.whole}).items():
            yield [*([Content(""), ink(clean(name), "bright.bold")] if name else []), *_headline(measured, width)]
    for one in sums.comparisons:
        yield list(_comparison(one, width))
    if sums.problem:
        yield [Content(""), *set_block(Block(ink(sums.problem, "caution"), ink("! ", "caution"), 2), width)]
    for name, title in GROUPS:
        found = sums.groups.get(name) or {}
        if len(found) > 1:
            yield list(_table(title, found, width))
    if len(sums.arms) > 1:
        notes.append("The tables by character, need, scenario and skill are over all supporters together.")
    if any(cut_off(one.difference, DIFFERENCES) for one in sums.comparisons):
        notes.append(CUT_NOTE)
    if any(0 < one.episodes < FEW for found in sums.groups.values() for one in found.values()):
        notes.append(f"Rows in grey rest on fewer than {FEW} episodes: their intervals are wide, and differences between them say little.")
    if sums.groups.get("skill"):
        notes.append("An episode counts for every skill it used: skills share episodes, so their rows are no comparison of skills.")
    yield [Content(""), *(line for note in notes for line in set_block(Block(ink(note, "dim")), width))]


def cut_off(mean: Mean, scale: Bounds) -> bool:
    """True when the interval of a mean is told and reaches beyond its scale."""
    return is_cut(mean.t, mean.n, scale) or is_cut(mean.bootstrap, mean.n, scale)


def _headline(whole: EpisodeMeasures, width: int) -> Iterator[Content]:
    if not whole.episodes:
        yield ink("No episode has ended in a way that counts for a score yet.", "text")
    else:
        yield lay_out((Cell(ink("", "dim"), 16), Cell(ink("", "dim"), 9), Cell(ink("95 % interval", "dim"), 18),
                       Cell(ink("bootstrap" if whole.score.bootstrap else "", "dim"), 18), Cell(ink(""))), width)
        yield _mean_line("score", whole.score, width, EMOTIONS, "bright.bold")
        yield _share_line("▲", "helped", "success", whole.success, width)
        yield _share_line("▼", "harmed", "failure", whole.failure, width)
        for name, mean, scale in (("turns", whole.turns, UPWARDS), ("mean emotion", whole.mean_emotion, EMOTIONS),
                                  ("volatility", whole.volatility, UPWARDS)):
            yield _mean_line(name, mean, width, scale)
        if whole.critic is not None:
            yield _share_line(" ", "dim", "critic: solved", whole.critic.success, width)
        if any(cut_off(mean, scale) for mean, scale in ((whole.score, EMOTIONS), (whole.mean_emotion, EMOTIONS),
                                                        (whole.turns, UPWARDS), (whole.volatility, UPWARDS))):
            yield from set_block(Block(ink(CUT_NOTE, "dim")), width)
    yield Content("")
    yield from (ink(line, "dim") for line in ending_lines(f"{many(whole.episodes, 'episode')} counted", whole.outcomes, width))
    if 0 < whole.episodes < FEW:
        yield from set_block(Block(ink(f"Only {whole.episodes} counted: this says little yet.", "caution"), ink("! ", "caution"), 2), width)


def _number(value: float | None, digits: int = 1) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _mean_line(name: str, mean: Mean, width: int, scale: Bounds, tone: str = "text") -> Content:
    return lay_out((Cell(ink(name, "dim"), 16), Cell(ink(_number(mean.value), tone), 9, "right"),
                    *(Cell(ink(interval_text(bounds, mean.n, scale), "dim"), 18) for bounds in (mean.t, mean.bootstrap)),
                    Cell(ink(""))), width)


def _share_line(glyph: str, tone: str, name: str, share: Share, width: int) -> Content:
    count = ink(f"{share.count:,} of {share.n:,}", "dim")
    percent = "" if share.value is None else f"{100 * share.value:.0f} %"
    return lay_out((Cell(inks((f"{glyph} ", tone), (name, "dim")), 16), Cell(ink(percent, "text"), 9, "right"),
                    Cell(ink(f"{100 * share.interval[0]:.1f} to {100 * share.interval[1]:.1f} %" if share.interval else "", "dim"), 18),
                    Cell(ink("", "dim"), 18, show_from=ROOMY), Cell(count, show_from=ROOMY),
                    Cell(count, 0, "right", hide_from=ROOMY)), width)


def _comparison(one: Comparison, width: int) -> Iterator[Content]:
    yield Content("")
    yield lay_out((Cell(inks((clean(one.first), "bright.bold"), (" against ", "dim"), (clean(one.second), "bright.bold"))),
                   Cell(ink(f"{one.pairs:,} pair{'' if one.pairs == 1 else 's'}", "dim"), 12, "right")), width)
    for caveat in one.caveats():
        yield from set_block(Block(ink(caveat, "text"), ink("! ", "caution.bold"), 2), width)
    if one.strangers:
        return
    difference, bounds = one.difference.value, one.difference.t
    if difference is None:
        yield ink("No profile was played to its end on both sides.", "text")
        return
    decided = bounds is not None and one.pairs >= FEWEST and (bounds[0] > 0 or bounds[1] < 0)
    glyph, tone = ("▲", "helped") if decided and difference > 0 else ("▼", "harmed") if decided else ("=", "neutral")
    said = "higher" if difference > 0 else "lower"
    said += f", on only {one.pairs} pairs" if one.pairs < FEW else ""
    if not decided:
        said = "not decided: the interval holds 0" if one.pairs >= FEWEST else "not decided"
    sure = interval_text(bounds, one.pairs, DIFFERENCES) or "too few to tell"
    yield inks((f"{glyph} ", tone), (f"{difference:+.1f}", "bright"), (f"   {sure}", "dim"), (f"   {said}", "text"))
    yield ink(f"success gained in {one.success_gained:,}, lost in {one.success_lost:,}; failure gained in {one.failure_gained:,}, lost in "
              f"{one.failure_lost:,}", "dim").truncate(width, ellipsis=True)
    left = one.unpaired_first + one.unpaired_second + one.uncounted
    if left:
        yield ink(f"{left:,} left out: without a partner, or without an ending that counts", "dim").truncate(width, ellipsis=True)


def _table(title: str, found: dict[str, EpisodeMeasures], width: int) -> Iterator[Content]:
    yield Content("")
    yield lay_out((Cell(ink(title, "bright.bold")), Cell(ink("n", "dim"), 6, "right"), Cell(ink("score", "dim"), 7, "right"),
                   Cell(ink("95 %", "dim"), 5), Cell(ink("▲", "helped"), 5, "right"), Cell(ink("▼", "harmed"), 5, "right"),
                   Cell(ink("turns", "dim"), 5, "right", show_from=TURNS_FROM)), width)
    for name, one in sorted(found.items(), key=lambda item: -(item[1].score.value if item[1].score.value is not None else -1e9)):
        few = one.episodes < FEW
        value = "dim" if few else "text"
        half = (one.score.t[1] - one.score.t[0]) / 2 if one.score.t else None
        sure = "" if not one.episodes else "few" if half is None or one.episodes < FEWEST else "wide" if half > WIDEST else f"±{half:.0f}"
        score = ink(_number(one.score.value), "dim" if few else "bright")
        yield lay_out((Cell(ink(clean(name) if title in {"Supporter", "Skill"} else words(name), value)),
                       Cell(ink(f"{one.episodes:,}", value), 6, "right"), Cell(score, 7, "right"), Cell(ink(sure, "dim"), 5),
                       Cell(ink(f"{one.success.count:,}", value), 5, "right"), Cell(ink(f"{one.failure.count:,}", value), 5, "right"),
                       Cell(ink(_number(one.turns.value), "dim"), 5, "right", show_from=TURNS_FROM)), width)
