"""Rows of the list of measurements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from esc_tui.bank.artefacts import Measurement
from esc_tui.domain.text import many
from esc_tui.evaluate.tables import figure, shown, system_of, title_of
from widgets.toned import ink, inks
from widgets.virtual_list import Cell, Lines, ListRow


def measurement_row(one: Measurement) -> ListRow:
    """Number, files, when; below it how it did and what answered."""

    def draw() -> Lines:
        number = ink(f"{one.number:>3}", "accent")
        return ((Cell(number, 3), Cell(ink(title_of(one.result), "bright")), Cell(ink(moment(one.time), "dim"), 11, "right", show_from=44)),
                (Cell(ink("", "dim"), 3), Cell(_figures(one.result)),
                 Cell(ink(f"of {many(one.result.get('test_dialogues', 0), 'dialogue')}", "dim"), 18, "right"),
                 Cell(ink(shown(one.result.get("mode", "")), "dim"), 10, "right", show_from=60, hide_from=70),
                 Cell(ink(system_of(one.result), "dim"), 36, "right", show_from=70)))

    return ListRow(str(one.number), one.number, draw)


def _figures(result: Mapping[str, Any]) -> Any:
    parts = []
    for name, short in (("emr", "EMR"), ("lr", "LR"), ("accuracy", "first")):
        found = figure(result, name)
        if found is not None:
            parts += [(f"{short} ", "dim"), (found.text, "text"), ("  ", "dim")]
    return inks(*parts)


def moment(time: str) -> str:
    """A stored time as ``11-21 09:30`` (UTC)."""
    return time[5:16].replace("T", " ")
