"""Rows of the pane's lists: runs, and the episodes of one."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from textual.content import Content

from esc_tui.domain.text import sparkline
from esc_tui.tui.panes.episodes.figures import (
    arms_of,
    clean,
    glyph_of,
    no_score,
    sureness,
    words,
)
from widgets.bars import bar
from widgets.toned import ink, inks
from widgets.virtual_list import Cell, Lines, ListRow

if TYPE_CHECKING:
    from esc_tui.bank.episode_search import RunFigures
    from esc_tui.bank.episodes import EpisodeRow
    from esc_tui.bank.runs import RunRow

SPARK_CELLS = 11
ROOMY = 72
"""Cells of a list of runs from which the time stands beside the title, and a bar and the supporters below it."""
ABOUT = ((66, 22), (72, 30), (88, 38))
"""From how many cells of a list of episodes the hidden need stands beside the character, and in how many of them."""
KINDS = {"imported": "recorded elsewhere"}


def run_row(run: RunRow, figures: RunFigures | None) -> ListRow:
    """Number, title, state, when; below it how far it is and how it went."""
    return ListRow(str(run.number), (run, figures), lambda: _run_lines(run, figures))


def _run_lines(run: RunRow, figures: RunFigures | None) -> Lines:
    moment = run.time[5:16].replace("T", " ")
    state = ink(run.state, "accent" if run.alive else "caution" if run.state in {"stopped", "failed"} else "dim")
    first = (Cell(ink(f"{run.number:>3}", "accent"), 3), Cell(ink(clean(run.title), "bright")), Cell(state, 10, "right"),
             Cell(ink(moment, "dim"), 11, "right", show_from=ROOMY))
    if figures is None:
        return first, (Cell(ink("", "dim"), 3), Cell(ink("·", "dim")))
    score = _score(figures)
    counts = inks(("▲", "helped"), (f"{figures.ended('success'):>4,}", "text"), ("  ▼", "harmed"),
                  (f"{figures.ended('failure'):>4,}", "text"))

    full, empty = bar(figures.played / run.episodes if run.episodes else 0.0, 8, empty="─")
    over = f"{figures.played:,}/{run.episodes:,}"
    told = inks((full, "accent"), (empty, "rule"), (f" {over}", "text"), (f"  {_whose(run)}", "dim"))
    short = inks((over, "text"), (f" {moment}", "dim"))
    return first, (Cell(ink("", "dim"), 3), Cell(told, show_from=ROOMY), Cell(short, hide_from=ROOMY),
                   Cell(score, 15 if len(figures.arms) == 2 else 12, "right"), Cell(counts, 12, "right", show_from=48))


def _score(figures: RunFigures) -> Content:
    """The score with its sureness; of two supporters both scores, of more how many there are."""
    if figures.score is None:
        return ink(no_score(figures), "dim")
    if len(figures.arms) > 2:
        return ink(f"{len(figures.arms)} supporters", "dim")
    if len(figures.arms) == 2:
        return inks((" against ".join("–" if one.score is None else f"{one.score:.0f}" for _, one in figures.arms), "text"))
    return inks((f"{figures.score:.1f}", "text"), (f" {sureness(figures.whole)}", "dim"))


def _whose(run: RunRow) -> str:
    """The supporters, where the title does not name them all."""
    arms = arms_of(run)
    return KINDS.get(run.kind) or ("" if all(arm in run.title for arm in arms) else ", ".join(arms))


def episode_row(row: EpisodeRow, arms: tuple[str, ...], alive: bool = True) -> ListRow:
    """One line: how it stands, who, the curve, the emotion, the turn, the ending. ``alive``: a process is at its run."""
    return ListRow(str(row.number), row, lambda: _episode_lines(row, arms, alive))


def _episode_lines(row: EpisodeRow, arms: tuple[str, ...], alive: bool) -> Lines:
    glyph, tone = glyph_of(row, alive)
    waiting, moves = row.state == "waiting", row.state == "running" and alive
    name = ink(clean(row.name), "dim" if waiting else "bright" if moves else "text")
    if row.repeat > 1:  # the first one stands for the profile, so that runs without repeats have names alone
        name = name + ink(f" #{row.repeat}", "dim")
    if row.flags:
        name = name + ink(" ?", "caution")
    marks = ink(sparkline(row.curve[-SPARK_CELLS:]), tone if row.state == "finished" and tone != "dim" else "accent")
    emotion = Content("") if waiting else ink(f"{row.emotion}", "bright" if moves else "text")
    turn = ink("waits" if waiting else f"t{row.turns}", "dim")
    about = f"{words(row.character)}, {words(row.need)}"
    cells = [Cell(ink(glyph, tone), 1)]
    if len(arms) > 1:
        cells.append(Cell(ink(f":{row.arm + 1}", "accent"), 1 + len(str(len(arms)))))
    cells += [Cell(name), Cell(ink(words(row.character), "dim"), 8, show_from=52 if len(arms) < 2 else 58, hide_from=ABOUT[0][0])]
    for (start, wide), (end, _) in pairwise((*ABOUT, (2**31, 0))):
        cells.append(Cell(ink(about, "dim"), wide, show_from=start, hide_from=end))
    if len(arms) > 1:
        cells.append(Cell(ink(clean(arms[row.arm]) if row.arm < len(arms) else "", "dim"), 20, show_from=96))
    return ((*cells, Cell(marks, SPARK_CELLS), Cell(emotion, 3, "right"), Cell(turn, 5, "right")),)
