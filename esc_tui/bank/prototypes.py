"""Prototypes in the bank and their links: to the units they group, to the skills made of them, and to whose words those are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.units import UnitRow, rows_by_number
from esc_tui.domain.errors import UserError

if TYPE_CHECKING:
    from esc_tui.domain.prototype import Prototype


@dataclass(frozen=True, slots=True)
class PrototypeRow:
    """One prototype as a list shows it; ``id`` is its row in the bank, ``units`` counts its units.

    ``skills`` are those in force that rest on it: links of others stay, for what was undone may come back.
    """

    id: int
    run: int
    number: int
    state: str
    action: str
    polarity: str
    words: tuple[str, ...]
    units: int
    cluster: int | None
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrototypeRun:
    """One grouping of all key units. ``settings`` is what it was made with."""

    number: int
    time: str
    seed: int
    settings: dict[str, Any]
    units: int
    prototypes: int


_ROW = "p.id, p.run, p.number, p.state, p.action, p.polarity, p.words, p.units, p.cluster"


def add_prototypes(connection: BankConnection, prototypes: Sequence[Prototype], closeness: Mapping[tuple[int, int], float],
                   seed: int, settings: Mapping[str, Any], time: str) -> int:
    """Store a run, all or nothing; returns its number. ``closeness`` maps (prototype number, unit number) to 0-1.

    Older runs that no skill rests on are removed.
    """
    with connection.transaction():
        connection.run("DELETE FROM prototype_runs WHERE number NOT IN (SELECT p.run FROM prototypes p JOIN skill_prototypes s "
                       "ON s.prototype = p.id)")
        run = max(0, int(connection.value("SELECT max(number) FROM prototype_runs") or 0)) + 1  # merged runs are below 0
        connection.run(
            "INSERT INTO prototype_runs (number, time, seed, settings, units, prototypes) VALUES (?, ?, ?, ?, ?, ?)",
            (run, time, seed, json.dumps(dict(settings), sort_keys=True), len({unit for one in prototypes for unit in one.units}),
             len(prototypes)))
        for one in prototypes:
            row = connection.run(
                "INSERT INTO prototypes (run, number, state, action, polarity, words, units, cluster) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (run, one.number, one.state.value, one.action.value, one.polarity.value, " ".join(one.words), len(one.units),
                 one.cluster)).lastrowid
            connection.run_many("INSERT INTO prototype_units (prototype, unit, closeness) VALUES (?, ?, ?)",
                                ((row, unit, closeness.get((one.number, unit), 0.0)) for unit in one.units))
        return run


def newest_run(connection: BankConnection) -> PrototypeRun | None:
    """The newest grouping, or None before the first."""
    return prototype_run(connection)


def prototype_run(connection: BankConnection, number: int | None = None) -> PrototypeRun | None:
    """A grouping by its number, by default the newest; None when there is none."""
    row = connection.row("SELECT number, time, seed, settings, units, prototypes FROM prototype_runs WHERE ? IS NULL OR number = ? "
                         "ORDER BY number DESC LIMIT 1", (number, number))
    return None if row is None else PrototypeRun(row[0], row[1], row[2], json.loads(row[3]), row[4], row[5])


def prototypes_of_run(connection: BankConnection, run: int) -> list[PrototypeRow]:
    """The prototypes of a run by number."""
    return _rows(connection, "p.run = ?", (run,))


def prototypes_of_skill(connection: BankConnection, slug: str) -> list[PrototypeRow]:
    """The prototypes a skill rests on, most units first."""
    return _rows(connection, "p.id IN (SELECT prototype FROM skill_prototypes WHERE slug = ?)", (slug,), "p.units DESC, p.id")


def _rows(connection: BankConnection, clause: str, values: Iterable[Any], order: str = "p.number") -> list[PrototypeRow]:
    found = connection.rows(
        f"SELECT {_ROW}, (SELECT group_concat(s.slug, ' ') FROM skill_prototypes s JOIN skill_cards c ON c.slug = s.slug "
        f"WHERE s.prototype = p.id) FROM prototypes p WHERE {clause} ORDER BY {order}", values)
    return [PrototypeRow(id=row[0], run=row[1], number=row[2], state=row[3], action=row[4], polarity=row[5],
                         words=tuple(row[6].split()), units=row[7], cluster=row[8], skills=tuple((row[9] or "").split()))
            for row in found]


def units_of_prototype(connection: BankConnection, prototype: int, limit: int = 200) -> list[UnitRow]:
    """The units of a prototype (by row id), closest to its middle first. Raises UserError when there is no such prototype."""
    numbers = [row[0] for row in connection.rows(
        "SELECT unit FROM prototype_units WHERE prototype = ? ORDER BY closeness DESC, unit LIMIT ?", (prototype, limit))]
    if not numbers and connection.value("SELECT 1 FROM prototypes WHERE id = ?", (prototype,)) is None:
        raise UserError("there is no such prototype", "", "run 'esc-tui discover prototypes'")
    rows = rows_by_number(connection, numbers)
    return [rows[number] for number in numbers]


def with_what_harmed(connection: BankConnection, prototypes: Sequence[int]) -> tuple[int, ...]:
    """Prototypes (row ids), and those of what harmed in the same state by the same action as one of them that helped, of the same run.

    A prototype holds one polarity only: evidence of helping ones alone would say that nothing ever harmed.
    """
    chosen = tuple(dict.fromkeys(prototypes))
    marks = ", ".join("?" for _ in chosen)
    harmed = connection.rows(
        "SELECT DISTINCT h.id FROM prototypes p JOIN prototypes h ON h.run = p.run AND h.state = p.state AND h.action = p.action "
        f"WHERE p.id IN ({marks}) AND p.polarity = 'positive' AND h.polarity = 'negative' ORDER BY h.id", chosen)
    return tuple(dict.fromkeys((*chosen, *(int(row[0]) for row in harmed))))


def set_clusters(connection: BankConnection, run: int, clusters: Mapping[int, int | None]) -> None:
    """Say which cluster (from 1) each prototype number of a run belongs to."""
    with connection.transaction():
        connection.run_many("UPDATE prototypes SET cluster = ? WHERE run = ? AND number = ?",
                            ((cluster, run, number) for number, cluster in clusters.items()))


def link_skill(connection: BankConnection, slug: str, prototypes: Iterable[int], sources: Iterable[str] = ()) -> None:
    """Say that a skill rests on prototypes (row ids) and on dialogues (word hashes).

    The dialogues of the prototypes' units are added to its sources by themselves.
    """
    wanted = list(prototypes)
    with connection.transaction():
        connection.run_many("INSERT OR IGNORE INTO skill_prototypes (slug, prototype) VALUES (?, ?)", ((slug, one) for one in wanted))
        connection.run_many(
            "INSERT OR IGNORE INTO skill_sources (slug, text_hash) SELECT ?, d.text_hash FROM prototype_units p JOIN units u ON "
            "u.number = p.unit JOIN dialogues d ON d.id = u.dialogue WHERE p.prototype = ?", ((slug, one) for one in wanted))
        connection.run_many("INSERT OR IGNORE INTO skill_sources (slug, text_hash) VALUES (?, ?)", ((slug, one) for one in sources))


def hand_down(connection: BankConnection, parents: Iterable[str], child: str) -> None:
    """Let a skill made from others (merged, split, copied) rest on all that they rest on."""
    with connection.transaction():
        for parent in parents:
            for table, column in (("skill_prototypes", "prototype"), ("skill_sources", "text_hash")):
                connection.run(f"INSERT OR IGNORE INTO {table} (slug, {column}) SELECT ?, {column} FROM {table} WHERE slug = ?",
                               (child, parent))


def skill_sources(connection: BankConnection, slug: str) -> list[str]:
    """Word hashes of the dialogues a skill was made from; empty for a written one."""
    return [row[0] for row in connection.rows("SELECT text_hash FROM skill_sources WHERE slug = ? ORDER BY text_hash", (slug,))]
