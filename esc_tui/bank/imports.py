"""Imported dialogues by the name of their source, and taking all of one source out of the bank again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.domain.errors import WrongUseError

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection

_NOT_REPLACED = "id NOT IN (SELECT replaces FROM evidence WHERE replaces IS NOT NULL)"
_BY_PEOPLE = ("d.id IN (SELECT u.dialogue FROM units u JOIN unit_labels l ON l.unit = u.number WHERE l.labeller_kind = 'human' UNION "
              "SELECT u.dialogue FROM units u JOIN decisions c ON c.unit = u.number)")
"""Dialogues of which a person has labelled or decided a unit, also what was taken back since."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source as the import named it, how many dialogues it has, and how many of those people have worked on."""

    name: str
    dialogues: int
    with_labels: int


@dataclass(frozen=True, slots=True)
class Removal:
    """What goes when a source is removed. ``labels`` are those of people, with their decisions; ``outcomes`` are rows of the ledger
    that stop counting for ``skills``; ``kept`` are dialogues that stay because people have worked on them."""

    source: str
    dialogues: int
    units: int
    labels: int
    decisions: int
    outcomes: int
    skills: int
    kept: int


def list_sources(connection: BankConnection) -> list[Source]:
    """Every source of imported dialogues, by name; talks held here have none."""
    return [Source(*row) for row in connection.rows(
        f"SELECT d.source, count(*), coalesce(sum({_BY_PEOPLE}), 0) FROM dialogues d WHERE d.conversation IS NULL GROUP BY d.source "
        "ORDER BY d.source")]


def plan_removal(connection: BankConnection, source: str, *, with_labels: bool = False) -> Removal:
    """What ``remove_source`` would take out; nothing is written. Raises WrongUseError for a source the bank has not."""
    known = {one.name: one for one in list_sources(connection)}
    if source not in known:
        names = ", ".join(f"'{name}'" for name in list(known)[:6]) + (" ..." if len(known) > 6 else "")
        raise WrongUseError(f"nothing was imported under the name '{source}'", "",
                            f"the bank has {names}" if known else "nothing was imported")
    going = _going(with_labels)
    units = f"SELECT number FROM units WHERE dialogue IN ({going})"

    def count(what: str) -> int:
        return int(connection.value(what, (source,)) or 0)

    outcomes = f"FROM evidence WHERE shelf <> 'exam' AND {_NOT_REPLACED} AND unit IN (SELECT id FROM units WHERE dialogue IN ({going}))"
    dialogues = count(f"SELECT count(*) FROM ({going})")
    return Removal(
        source, dialogues, count(f"SELECT count(*) FROM ({units})"),
        count(f"SELECT count(*) FROM unit_labels WHERE labeller_kind = 'human' AND withdrawn = 0 AND unit IN ({units})"),
        count(f"SELECT count(*) FROM decisions WHERE undone = 0 AND unit IN ({units})"),
        count(f"SELECT count(*) {outcomes}"), count(f"SELECT count(DISTINCT skill) {outcomes}"), known[source].dialogues - dialogues)


def remove_source(connection: BankConnection, source: str, time: str, *, with_labels: bool = False) -> Removal:
    """Take the dialogues of one source out, with their units, labels, vectors and places in prototypes, in one transaction.

    A dialogue of which a person has labelled or decided a unit stays whole, unless ``with_labels``. The ledger keeps its rows: each
    outcome seen in a unit that goes is replaced by one on the shelf that never counts, and a snapshot is taken. What skills say,
    which words they rest on and learned models stay. Raises WrongUseError for a source the bank has not.
    """
    from esc_tui.bank.evidence import take_snapshot

    with connection.transaction(durable=True):
        removal = plan_removal(connection, source, with_labels=with_labels)
        connection.run("CREATE TEMP TABLE IF NOT EXISTS going_dialogues (id TEXT PRIMARY KEY)")
        connection.run("DELETE FROM going_dialogues")
        connection.run(f"INSERT INTO going_dialogues {_going(with_labels)}", (source,))
        units = "SELECT number FROM units WHERE dialogue IN (SELECT id FROM going_dialogues)"
        connection.run(
            "INSERT INTO evidence (skill, version, unit, conversation, turn, outcome, state, seeker_group, source, shelf, time, replaces) "
            "SELECT skill, version, unit, conversation, turn, outcome, state, seeker_group, source, 'exam', ?, id FROM evidence "
            f"WHERE shelf <> 'exam' AND {_NOT_REPLACED} AND unit IN (SELECT id FROM units WHERE number IN ({units}))", (time,))
        touched = [row[0] for row in connection.rows(f"SELECT DISTINCT prototype FROM prototype_units WHERE unit IN ({units})")]
        connection.run(f"DELETE FROM unit_search WHERE rowid IN ({units})")
        connection.run("DELETE FROM dialogues WHERE id IN (SELECT id FROM going_dialogues)")
        connection.run("DELETE FROM going_dialogues")
        for prototype in touched:
            connection.run("UPDATE prototypes SET units = (SELECT count(*) FROM prototype_units WHERE prototype = ?) WHERE id = ?",
                           (prototype, prototype))
            connection.run("DELETE FROM prototypes WHERE id = ? AND units = 0 AND id NOT IN (SELECT prototype FROM skill_prototypes)",
                           (prototype,))
        if removal.outcomes:
            take_snapshot(connection, time)
    return removal


def _going(with_labels: bool) -> str:
    """The dialogues of the source (bound to the one ``?``) that go."""
    return "SELECT d.id FROM dialogues d WHERE d.conversation IS NULL AND d.source = ?" + ("" if with_labels else f" AND NOT {_BY_PEOPLE}")


def told(removal: Removal, *, done: bool) -> str:
    """What goes, or went, and what stays, in plain sentences."""
    if not removal.dialogues:
        return (f"Nothing of '{removal.source}' {'went' if done else 'would go'}: people have labelled units of "
                f"{_many(removal.kept, 'dialogue', 'its only', 'all its')}.")
    parts = [_count(number, noun) for number, noun in (
        (removal.dialogues, "dialogue"), (removal.units, "unit"), (removal.labels, "label of people"),
        (removal.decisions, "decision of people")) if number]
    verb = "went" if done else "would go"
    said = f"Of '{removal.source}' {' and '.join(filter(None, (', '.join(parts[:-1]), parts[-1])))} {verb}."
    if removal.outcomes:
        said += (f" {_count(removal.outcomes, 'outcome')} of {_count(removal.skills, 'skill')} "
                 f"{'no longer count' if removal.outcomes > 1 else 'no longer counts'}.")
    if removal.kept:
        said += f" {_count(removal.kept, 'dialogue')} {'stays' if removal.kept == 1 else 'stay'}: people have labelled units of " + (
            "it." if removal.kept == 1 else "them.")
    return said


def _count(number: int, noun: str) -> str:
    """``1 label of people``, ``2 labels of people``."""
    first, _, rest = noun.partition(" ")
    return f"{number:,} {first}{'' if number == 1 else 's'}{' ' if rest else ''}{rest}"


def _many(number: int, noun: str, one: str, several: str) -> str:
    return f"{one} {noun}" if number == 1 else f"{several} {number:,} {noun}s"
