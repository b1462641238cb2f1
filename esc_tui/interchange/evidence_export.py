"""Units, the labels given to them, and the decisions about them as rows of a file: CSV, or JSON lines.

Labels are the program's and people's own; words of a dialogue, and a machine's note on them, stand in a row only where the dialogue's
licence lets everybody pass them on and it is no live talk.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, get_args

from esc_tui.bank.decisions import BLIND
from esc_tui.domain.labels import Change
from esc_tui.domain.licence import may_be_shared
from esc_tui.domain.text import spreadsheet_cell

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection

EvidenceKind = Literal["units", "labels", "decisions"]
EVIDENCE_KINDS: tuple[EvidenceKind, ...] = get_args(EvidenceKind)
EvidenceFormat = Literal["csv", "jsonl"]
ROLES = ("state", "action", "outcome")
BATCH = 500
LABEL_FIELDS = (
    "unit", "unit_id", "dialogue", "source", "licence", "labeller", "labeller_kind", "time", "in_force", "adjudicated", "taken_back",
    "blind", "state_line", "action_lines", "outcome_line", "scenario", "state", "also", "intensity", "stage", "need", "actions",
    "change", "polarity", "confidence", "note", "state_words", "action_words", "outcome_words")
"""Keys of a row of units and labels. Lines count from 1, as the panes number them; ``in_force``: this label stands for the unit."""
DECISION_FIELDS = ("unit", "unit_id", "dialogue", "source", "annotator", "kind", "time", "holds", "blind", "state", "change", "note")
"""Keys of a row of decisions; ``holds`` is False for one undone or replaced, ``state`` and ``change`` are those of the label it gave."""


@dataclass(slots=True)
class EvidenceCount:
    """How many rows were written, and how many of them without words because they may not be passed on."""

    written: int = 0
    without_words: int = 0

    @property
    def left_out(self) -> str:
        """What is not in the file, in words; empty when everything is."""
        return f"the words of {self.without_words:,}, whose licence does not let them be passed on" if self.without_words else ""


def evidence_lines(connection: BankConnection, kind: EvidenceKind, form: EvidenceFormat, count: EvidenceCount) -> Iterator[str] | None:
    """The lines of the file, each with its end, as they were given; CSV begins with the names of the columns. None where there are none.

    ``count`` grows as they are read.
    """
    lines = _lines(connection, kind, form, count)
    begun = [line for line in (next(lines, None) for _ in range(2 if form == "csv" else 1)) if line is not None]
    return chain(begun, lines) if count.written else None


def _lines(connection: BankConnection, kind: EvidenceKind, form: EvidenceFormat, count: EvidenceCount) -> Iterator[str]:
    rows = _decisions(connection) if kind == "decisions" else _labels(connection, kind == "units", count)
    if form == "csv":
        yield _csv_line(DECISION_FIELDS if kind == "decisions" else LABEL_FIELDS)
    for row in rows:
        count.written += 1
        yield json.dumps(row, ensure_ascii=False) + "\n" if form == "jsonl" else _csv_line([_cell(value) for value in row.values()])


def _csv_line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return spreadsheet_cell(" ".join(map(str, value)) if isinstance(value, list) else value)


def _labels(connection: BankConnection, in_force_only: bool, count: EvidenceCount) -> Iterator[dict[str, Any]]:
    after = 0
    while True:
        found = connection.rows(
            "SELECT l.id, u.number, u.id, u.dialogue, d.source, d.licence, d.conversation IS NOT NULL, l.labeller, l.labeller_kind, "
            "l.time, l.id = u.label, l.adjudicated, l.withdrawn, l.labels, EXISTS (SELECT 1 FROM decisions c WHERE c.label = l.id AND "
            "c.undone = 0 AND c.note = ?) FROM unit_labels l JOIN units u ON u.number = l.unit JOIN dialogues d ON d.id = u.dialogue "
            "WHERE l.id > ? AND (NOT ? OR l.id = u.label) ORDER BY l.id LIMIT ?", (BLIND, after, in_force_only, BATCH))
        if not found:
            return
        for row in found:
            free = may_be_shared(row[5]) and not row[6]
            count.without_words += not free
            yield _label_row(row, _quotes(connection, row[0]) if free else {}, free)
        after = int(found[-1][0])


def _label_row(row: Any, quotes: dict[str, str], free: bool) -> dict[str, Any]:
    label = json.loads(row[13])
    values = (
        f"IU-{row[1]}", row[2], row[3], row[4], row[5], row[7], row[8], row[9], bool(row[10]), bool(row[11]), bool(row[12]), bool(row[14]),
        label["state_turn"] + 1, [turn + 1 for turn in label["action_turns"]], label["outcome_turn"] + 1, label["scenario"],
        label["state"], label.get("also", []), label["intensity"], label["stage"], label.get("need"), label["actions"], label["change"],
        Change(label["change"]).polarity.value, label.get("confidence"), label.get("note", "") if free else "",
        *(quotes.get(role, "") for role in ROLES))
    return dict(zip(LABEL_FIELDS, values, strict=True))


def _quotes(connection: BankConnection, label: int) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for role, text in connection.rows("SELECT role, text FROM quotes WHERE label = ? ORDER BY place", (label,)):
        found.setdefault(role, []).append(text)
    return {role: " … ".join(texts) for role, texts in found.items()}


def _decisions(connection: BankConnection) -> Iterator[dict[str, Any]]:
    after = 0
    while True:
        found = connection.rows(
            "SELECT c.id, u.number, u.id, u.dialogue, d.source, c.annotator, c.kind, c.time, c.undone, c.note, "
            "json_extract(l.labels, '$.state'), json_extract(l.labels, '$.change') FROM decisions c JOIN units u ON u.number = c.unit "
            "JOIN dialogues d ON d.id = u.dialogue LEFT JOIN unit_labels l ON l.id = c.label WHERE c.id > ? ORDER BY c.id LIMIT ?",
            (after, BATCH))
        if not found:
            return
        for row in found:
            blind = row[9] == BLIND
            yield dict(zip(DECISION_FIELDS, (
                f"IU-{row[1]}", row[2], row[3], row[4], row[5], row[6], row[7], not row[8], blind, row[10], row[11],
                "" if blind else row[9]), strict=True))
        after = int(found[-1][0])
