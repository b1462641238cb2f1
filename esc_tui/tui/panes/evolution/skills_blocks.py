"""What runs tell of skills, for the eye: cells and headings of the map, rows of the table, one skill in full. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from esc_tui.domain.labels import Need
from esc_tui.evolve.skills.effects import EVERYBODY, MEASURES, Cell, EffectMap
from esc_tui.evolve.skills.telling import (
    KEPT,
    cell_words,
    counts_of,
    deliveries_of,
    group_words,
    interval_words,
    promise_of,
)
from esc_tui.tui.panes.evolution.detail import fact
from esc_tui.tui.panes.evolution.figures import clean, points, told
from widgets.blocks import Run
from widgets.grid import Heading
from widgets.page import Block, heading
from widgets.toned import ink, inks
from widgets.virtual_list import Cell as ListCell
from widgets.virtual_list import Lines, ListRow, lay_out

if TYPE_CHECKING:
    from esc_tui.evolve.skills.delivery import SkillSeen

SHORT = {
    Need.EXAMINE_FROM_SEVERAL_SIDES: "sides", Need.GET_ADVICE_THAT_HELPS_NOW: "advice", Need.UNDERSTAND_OTHERS: "others",
    Need.SELF_REFLECTION_AND_GROWTH: "growth", Need.BE_PRAISED: "praise", Need.BE_LISTENED_TO: "listen", Need.BE_EMPATHISED_WITH: "feel",
    Need.BE_TOLD_NOT_AT_FAULT: "fault",
}
"""Names of the columns in at most six cells; the line under the map says the whole name."""
NARROW, AIRY = 6, 12
"""Cells of width of a column: what the largest effect needs, and what it takes at most under a short name."""
LABEL = 12
"""The margin of one skill in full: ``intensity`` with blanks behind it."""
NOTE = 15
KEPT_TONES = {"kept": "helped", "broken": "harmed", "open": "neutral"}
NOTES = (("bypass", "! passed over"), ("always", "! chosen widely"))


def words(label: str) -> str:
    """A group of the map as people read it."""
    return clean(group_words(label))


def column_width(found: EffectMap, room: int) -> int:
    """The cells of a column that has room for so many: every name whole where that goes, else as short names take."""
    longest = _longest(found)
    return longest if room >= longest else max(NARROW, min(AIRY, room))


def _longest(found: EffectMap) -> int:
    return max((NARROW, *(len(words(name)) for name in (EVERYBODY, *found.groups))))


def columns_of(found: EffectMap, width: int) -> list[Heading]:
    """All seekers, then the groups, named in ``width`` cells."""
    short = {EVERYBODY: "all", **{need.value: name for need, name in SHORT.items()}} if width < _longest(found) else {}
    return [Heading(name, short.get(name, words(name))) for name in (EVERYBODY, *found.groups)]


def cells_of(found: EffectMap, skills: Iterable[str]) -> dict[tuple[str, str], tuple[Run, ...]]:
    """The mark, full where it is decided and hollow where not, and the effect in points."""
    made: dict[tuple[str, str], tuple[Run, ...]] = {}
    for slug in skills:
        for group in (EVERYBODY, *found.groups):
            cell = found.cell(slug, group)
            if cell is not None and cell.effect.effect is not None:
                made[slug, group] = (Run(cell.mark, tone_of(cell)), Run(points(cell.effect.effect), "bright" if cell.decided else "dim"))
    return made


def tone_of(cell: Cell) -> str:
    """The tone of a mark; its shape says the same."""
    if not cell.decided or cell.effect.effect is None:
        return "dim"
    return "helped" if cell.effect.effect >= 0 else "harmed"


def cell_blocks(found: EffectMap, slug: str, group: str) -> list[Block]:
    """The cell under the cursor in words."""
    cell = found.cell(slug, group)
    where = inks((clean(slug), "bright.bold"), ("  with  ", "dim"), (words(group), "bright"))
    if cell is None:
        return [Block(where)]
    said = told(cell_words(cell))
    return [Block(where), Block(inks((said[:1], tone_of(cell)), (said[1:], "text")))]


# The table

def _head_cells() -> tuple[ListCell, ...]:
    def head(text: str) -> Content:
        return ink(text, "dim")

    return (ListCell(head("skill")), ListCell(head("promise"), 10), ListCell(head("after it, where fit"), 20, show_from=56),
            ListCell(head("beside"), 6, "right", show_from=68), ListCell(head("chosen"), 15, "right", show_from=96),
            ListCell(head("offered"), 8, "right", show_from=124), ListCell(head("fits"), 8, "right", show_from=124),
            ListCell(head("episodes"), 8, "right", show_from=124), ListCell(head(""), NOTE))


def table_head(width: int) -> list[Block]:
    """The names of the columns, over the list."""
    return [Block(lay_out(_head_cells(), max(20, width)))]


def seen_row(one: SkillSeen) -> ListRow:
    """One skill in one line."""
    return ListRow(one.skill.slug, one, lambda: _seen_lines(one))


def _seen_lines(one: SkillSeen) -> Lines:
    inside, beside = one.inside, one.beside
    after = inks((points(inside.mean), "bright"), (told(interval_words(inside)), "dim")) if inside.mean is not None else ink(
        "not used there", "dim")
    kept = ink("- untested" if one.kept == "not used there" else KEPT[one.kept], KEPT_TONES.get(one.kept, "dim"))
    note = next((text for name, text in NOTES if getattr(one, name)), "")
    return ((ListCell(ink(clean(one.skill.slug), "bright" if one.chosen else "text")),
             ListCell(kept, 10), ListCell(after, 20, show_from=56),
             ListCell(ink(points(beside.mean) if beside.mean is not None else "", "text"), 6, "right", show_from=68),
             ListCell(inks((f"{one.chosen:,}", "text"), (f" of {one.turns:,}", "dim")), 15, "right", show_from=96),
             ListCell(ink(f"{one.offered:,}", "text"), 8, "right", show_from=124),
             ListCell(ink(f"{one.fitting:,}", "text"), 8, "right", show_from=124),
             ListCell(ink(f"{one.episodes:,}", "text"), 8, "right", show_from=124), ListCell(ink(note, "caution"), NOTE)),)


# One skill

def skill_blocks(one: SkillSeen, found: EffectMap | None) -> list[Block]:
    """What it promises, what followed it, and what it does for whom."""
    skill = one.skill
    blocks = [Block(inks((clean(skill.content.title), "bright.bold"), (f"  {clean(skill.slug)} v{skill.version}", "dim"))),
              *(Block(ink(f"! {why}", "caution")) for why in (one.bypass, one.always) if why), heading("Promise")]
    blocks += [fact(name, ink(text, "text"), label=LABEL) for name, text in promise_of(skill)]
    blocks += [heading("Delivery"), fact("seen", ink(counts_of(one), "text"), label=LABEL)]
    blocks += [fact(name, ink(told(text), "text"), label=LABEL) for name, text in deliveries_of(one)]
    blocks.append(fact("promise", ink(KEPT[one.kept], KEPT_TONES.get(one.kept, "dim")), label=LABEL))
    if found is None:
        return blocks
    blocks.append(heading("Effect", f"points of {MEASURES[found.measure]}"))
    for group in (EVERYBODY, *found.groups):
        cell = found.cell(skill.slug, group)
        if cell is not None:
            said = told(cell_words(cell))
            blocks.append(Block(inks((words(group), "bright"), (f" {said[1:]}", "text")), ink(said[:1], tone_of(cell)), 2))
    return blocks


def fitting(skills: Sequence[SkillSeen], text: str) -> list[SkillSeen]:
    """The skills in whose name or title every word stands."""
    wanted = text.lower().split()
    return [one for one in skills if all(word in f"{one.skill.slug} {one.skill.content.title}".lower() for word in wanted)]
