"""Rows of the list of measurements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.content import Content

from esc_tui.bank.artefacts import Measurement
from esc_tui.domain.text import many
from esc_tui.evaluate.tables import figure, shown, system_of, title_of
from widgets.toned import ink, inks
from widgets.virtual_list import Cell, Lines, ListRow

GAP = 2
"""Cells between two cells of a row."""


def measurement_row(one: Measurement) -> ListRow:
    """Number, files, how it was planned, when; below it how it did and what answered."""

    def draw() -> Lines:
        number, title = ink(f"{one.number:>3}", "accent"), ink(title_of(one.result), "bright")
        figures, system, mode = _figures(one.result), system_of(one.result), shown(one.result.get("mode", ""))
        above = 3 + title.cell_length + len(mode) + 11 + 3 * GAP  # from here on the mode stands beside the files
        dialogues = f"of {many(one.result.get('test_dialogues', 0), 'dialogue')}"
        told = 3 + figures.cell_length + len(dialogues) + 2 * GAP  # nothing more stands beside them that would cut them
        return ((Cell(number, 3), Cell(title), Cell(ink(mode, "dim"), len(mode), show_from=above),
                 Cell(ink(moment(one.time), "dim"), 11, "right", show_from=44)),
                (Cell(ink("", "dim"), 3), Cell(figures),
                 Cell(ink(dialogues, "dim"), len(dialogues), "right", show_from=told),
                 Cell(ink(mode, "dim"), len(mode), "right", show_from=told + GAP + len(mode),
                      hide_from=min(above, told + GAP + len(system))),
                 Cell(ink(system, "dim"), len(system), "right", show_from=told + GAP + len(system))))

    return ListRow(str(one.number), one.number, draw)


def _figures(result: Mapping[str, Any]) -> Content:
    parts: list[tuple[str, str]] = []
    for name, short in (("emr", "EMR"), ("lr", "LR"), ("accuracy", "first")):
        found = figure(result, name)
        if found is not None:
            parts += [("  " if parts else "", "dim"), (f"{short} ", "dim"), (found.text, "text")]
    return inks(*parts)


def moment(time: str) -> str:
    """A stored time as ``11-21 09:30`` (UTC)."""
    return time[5:16].replace("T", " ")
