"""Published numbers as blocks of a page, each with what to mind when comparing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from esc_tui.domain.text import many
from esc_tui.evaluate.tables import figure, shown
from widgets.page import Block, heading
from widgets.toned import ink, inks
from widgets.wrapping import cut

SYSTEM, COLUMN = 36, 9
_SHORT = MappingProxyType({"emr": "EMR", "lr": "LR", "rouge_l": "ROUGE-L", "accuracy": "first", "multi_share": "several"})
"""The measures that papers and we have in common, as they head a column."""


def published_blocks(result: Mapping[str, Any], width: int) -> list[Block]:
    """By paper: its rows, ours below them, and the note; measures that have no room are left out."""
    room = max(1, (width - SYSTEM) // COLUMN)
    blocks: list[Block] = []
    for source in dict.fromkeys(row["source"] for row in result.get("published", ())):
        rows = [row for row in result["published"] if row["source"] == source]
        names = [name for name in dict.fromkeys(name for row in rows for name in row["values"]) if name in _SHORT][:room]
        blocks.append(heading(shown(source), space=1 if blocks else 0))
        blocks.append(Block(inks((f"{'percent':<{SYSTEM}}" + "".join(f"{_SHORT[name]:>{COLUMN}}" for name in names), "dim"))))
        for row in rows:
            if not any(name in row["values"] for name in names):
                continue
            group = "" if row["group"] == "all" else ", multi"
            blocks.append(Block(inks((f"{cut(shown(row['system']), SYSTEM - len(group) - 1) + group:<{SYSTEM}}", "text"), *(
                (_number(100 * row["values"][name] if name in row["values"] else None, 2), "text") for name in names))))
        blocks += [block for group in dict.fromkeys(row["group"] for row in rows) for block in _ours(result, group, names)]
        blocks.append(Block(ink(f"{shown(rows[0]['note'])}.", "dim")))
    return blocks


def _ours(result: Mapping[str, Any], group: str, names: Sequence[str]) -> list[Block]:
    """What was measured here for a group of turns, with the number of turns, and under it half of each 95 % interval."""
    found = [figure(result, name, group) for name in names]
    if not any(found):
        return []
    part = result if group == "all" else result.get("by", {}).get(group, {})
    label = f"here{'' if group == 'all' else ', multi'}, {many(int(part.get('items') or 0), 'turn')}"
    blocks = [Block(inks((f"{label:<{SYSTEM}}", "accent"), *((_number(one.value if one else None, 1), "bright") for one in found)))]
    if any(one is not None and one.interval for one in found):
        blocks.append(Block(inks((f"{'  half of the 95 % interval':<{SYSTEM}}", "dim"), *(
            (f"{one.interval if one else '':>{COLUMN}}", "dim") for one in found))))
    return blocks


def _number(value: float | None, digits: int) -> str:
    return f"{'' if value is None else format(value, f'.{digits}f'):>{COLUMN}}"
