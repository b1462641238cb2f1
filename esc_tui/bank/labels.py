"""Everything one labeller said, in bulk and light: for measuring agreement."""

from __future__ import annotations

import json
from dataclasses import dataclass

from esc_tui.bank.connection import BankConnection


@dataclass(frozen=True, slots=True)
class LabelRow:
    """The newest label of a unit by one labeller that was not taken back; ids of labels as stored.

    ``line`` is the first supporter line: units of different ids with the same dialogue and line are about the same moment.
    ``blind``: given by a person without sight of the suggestion; None for a machine's.
    """

    unit: str
    dialogue: str
    line: int
    state: str
    actions: tuple[str, ...]
    change: str
    blind: bool | None = None


def own_label(label: str) -> str:
    """The SQL by which a row of unit_labels, under the alias given, is what its labeller said, and not only an adjudication."""
    return (f"({label}.adjudicated = 0 OR EXISTS (SELECT 1 FROM decisions o WHERE o.unit = {label}.unit AND o.label = {label}.id "
            "AND o.undone = 0 AND o.kind <> 'adjudicate'))")


def labels_by(connection: BankConnection, labeller: str, kind: str = "") -> list[LabelRow]:
    """What a labeller said of each unit, adjudications apart, by unit number. ``kind`` "human" or "machine" narrows."""
    rows = connection.rows(
        "SELECT u.id, u.dialogue, l.labels, l.labeller_kind, EXISTS (SELECT 1 FROM decisions b WHERE b.unit = l.unit AND "
        "b.label = l.id AND b.undone = 0 AND b.kind <> 'adjudicate' AND b.note = 'blind'), max(l.id) "
        "FROM unit_labels l JOIN units u ON u.number = l.unit "
        f"WHERE l.labeller = ? AND l.withdrawn = 0 AND {own_label('l')} AND (? = '' OR l.labeller_kind = ?) "
        "GROUP BY l.unit ORDER BY l.unit", (labeller, kind, kind))
    found = []
    for unit, dialogue, labels, by, blind, _ in rows:
        said = json.loads(labels)
        found.append(LabelRow(unit, dialogue, min(said["action_turns"]), said["state"], tuple(said["actions"]), said["change"],
                              bool(blind) if by == "human" else None))
    return found


def dialogues_with_stars(connection: BankConnection) -> list[str]:
    """Ids of dialogues in which a seeker gave stars, live talks apart, in order."""
    return [row[0] for row in connection.rows(
        "SELECT DISTINCT t.dialogue FROM dialogue_turns t JOIN dialogues d ON d.id = t.dialogue WHERE t.feedback IS NOT NULL "
        "AND t.speaker = 'seeker' AND d.conversation IS NULL ORDER BY t.dialogue")]


def sources_of(connection: BankConnection) -> dict[str, str]:
    """The source of every dialogue, live talks apart, by id."""
    return dict(connection.rows("SELECT id, source FROM dialogues WHERE conversation IS NULL"))


def intensity_changes(connection: BankConnection) -> dict[str, int]:
    """Initial minus final intensity (-4 to 4, above 0 when the seeker got better) of dialogues whose survey tells both."""
    return dict(connection.rows(
        "SELECT id, json_extract(header, '$.initial_intensity') - json_extract(header, '$.final_intensity') FROM dialogues "
        "WHERE conversation IS NULL AND json_extract(header, '$.initial_intensity') IS NOT NULL "
        "AND json_extract(header, '$.final_intensity') IS NOT NULL ORDER BY id"))
