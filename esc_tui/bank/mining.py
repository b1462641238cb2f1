"""What mining skills asks of the bank: key units with their words, units of prototypes, whose words they are, mined drafts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from esc_tui.bank.connection import BankConnection
from esc_tui.domain.labels import Action, Polarity, State

BATCH = 500
_ALLOWED = "(d.conversation IS NULL OR EXISTS (SELECT 1 FROM conversations c WHERE c.id = d.conversation AND c.may_learn = 1))"
"""Live talks are learned from only with the tester's leave."""


@dataclass(frozen=True, slots=True)
class KeyUnit:
    """A unit where the seeker moved, by its label in force, with the words before and during the support.

    ``number`` is the display number, ``id`` the same in every bank.
    """

    number: int
    id: str
    dialogue: str
    state: State
    actions: tuple[Action, ...]
    polarity: Polarity
    seeker: str
    supporter: str


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """What counts of a unit when it goes into a skill. ``licence`` is that of its words."""

    number: int
    dialogue: str
    state: str
    actions: tuple[str, ...]
    change: str
    scenario: str
    stage: str
    intensity: int
    licence: str


def key_unit_count(connection: BankConnection) -> int:
    """How many units ``key_units`` yields."""
    return int(connection.value(
        "SELECT count(*) FROM units u JOIN unit_labels l ON l.id = u.label JOIN dialogues d ON d.id = u.dialogue "
        f"WHERE u.polarity <> 'neutral' AND l.withdrawn = 0 AND {_ALLOWED}"))


def key_units(connection: BankConnection) -> Iterator[KeyUnit]:
    """Key units dialogue by dialogue, in order of the dialogues' and the units' ids, which are the same in every bank.

    A unit whose label in force was taken back is left out.
    """
    last = ""
    while True:
        dialogues = [row[0] for row in connection.rows(
            f"SELECT d.id FROM dialogues d WHERE d.id > ? AND {_ALLOWED} AND EXISTS (SELECT 1 FROM units u WHERE u.dialogue = d.id "
            "AND u.polarity <> 'neutral') ORDER BY d.id LIMIT 100", (last,))]
        if not dialogues:
            return
        last = dialogues[-1]
        for dialogue in dialogues:
            lines: dict[int, str] = dict(connection.rows("SELECT turn, text FROM dialogue_turns WHERE dialogue = ?", (dialogue,)))
            for row in connection.rows(
                    "SELECT u.number, u.id, u.state, u.actions, u.polarity, json_extract(l.labels, '$.state_turn'), "
                    "json_extract(l.labels, '$.outcome_turn') FROM units u JOIN unit_labels l ON l.id = u.label "
                    "WHERE u.dialogue = ? AND u.polarity <> 'neutral' AND l.withdrawn = 0 ORDER BY u.id", (dialogue,)):
                said = " ".join(lines.get(turn, "") for turn in range(row[5] + 1, row[6]))
                yield KeyUnit(row[0], row[1], dialogue, State(row[2]), tuple(dict.fromkeys(map(Action, row[3].split()))),
                              Polarity(row[4]), lines.get(row[5], ""), said)


def units_behind(connection: BankConnection, prototypes: Iterable[int]) -> list[int]:
    """Display numbers of all units of some prototypes (row ids), each once, in order."""
    return sorted({row[0] for prototype in prototypes
                   for row in connection.rows("SELECT unit FROM prototype_units WHERE prototype = ?", (prototype,))})


def cluster_rows(connection: BankConnection, numbers: Sequence[int]) -> list[ClusterRow]:
    """Rows of units by display number, in order of the numbers; unknown ones are left out."""
    return [ClusterRow(row[0], row[1], row[2], tuple(row[3].split()), *row[4:]) for row in _in_batches(
        connection, "SELECT u.number, u.dialogue, u.state, u.actions, u.change, u.scenario, u.stage, u.intensity, d.licence "
        "FROM units u JOIN dialogues d ON d.id = u.dialogue WHERE u.number IN ({}) ORDER BY u.number", sorted(set(numbers)))]


def outcome_rows(connection: BankConnection, numbers: Sequence[int]) -> list[tuple[str, str, str]]:
    """Id, polarity and scenario of the key units among some, in order of their numbers."""
    return [(row[0], row[1], row[2]) for row in _in_batches(
        connection, "SELECT id, polarity, scenario FROM units WHERE polarity <> 'neutral' AND number IN ({}) ORDER BY number",
        sorted(set(numbers)))]


def source_counts(connection: BankConnection, numbers: Sequence[int]) -> dict[tuple[str, str], int]:
    """How many of some units come from each source and licence."""
    counts: dict[tuple[str, str], int] = {}
    for source, licence, number in _in_batches(
            connection, "SELECT d.source, d.licence, count(*) FROM units u JOIN dialogues d ON d.id = u.dialogue "
            "WHERE u.number IN ({}) GROUP BY d.source, d.licence", sorted(set(numbers))):
        counts[source, licence] = counts.get((source, licence), 0) + number
    return counts


def text_hashes(connection: BankConnection, numbers: Sequence[int]) -> list[str]:
    """Word hashes of the dialogues that some units come from."""
    return sorted({row[0] for row in _in_batches(
        connection, "SELECT DISTINCT d.text_hash FROM units u JOIN dialogues d ON d.id = u.dialogue WHERE u.number IN ({})",
        sorted(set(numbers)))})


def all_texts(connection: BankConnection) -> Iterator[str]:
    """Every line and every description of a situation that any dialogue in the bank holds."""
    last = ("", -1)
    while True:
        rows = connection.rows("SELECT dialogue, turn, text FROM dialogue_turns WHERE (dialogue, turn) > (?, ?) "
                               "ORDER BY dialogue, turn LIMIT 5000", last)
        if not rows:
            break
        last = (rows[-1][0], rows[-1][1])
        yield from (row[2] for row in rows)
    yield from (row[0] for row in connection.rows("SELECT json_extract(header, '$.situation') FROM dialogues") if row[0])


def seekers_texts(connection: BankConnection) -> Iterator[str]:
    """Every message of a seeker in any talk of the bank, live and simulated, sealed ones too: for telling copies, for no display."""
    last = 0
    while True:
        rows = connection.rows("SELECT event_id, json_extract(data, '$.text') FROM events WHERE event_id > ? AND kind = 'turn_started' "
                               "ORDER BY event_id LIMIT 5000", (last,))
        if not rows:
            return
        last = rows[-1][0]
        yield from (row[1] for row in rows if row[1])


def used_slugs(connection: BankConnection) -> frozenset[str]:
    """Every slug the bank has ever used, in force or not: evidence hangs on them."""
    return frozenset(row[0] for row in connection.rows("SELECT DISTINCT slug FROM skill_versions"))


def mined_drafts(connection: BankConnection) -> dict[str, bool]:
    """Skills in force that mining made, and whether a person has had a hand in them.

    A person had when there is a second version, another status, a lock, or an unsaved edit.
    """
    return {row[0]: bool(row[1]) for row in connection.rows(
        "SELECT c.slug, c.status <> 'draft' OR v.locked <> '' OR (SELECT count(*) FROM skill_versions o WHERE o.slug = c.slug) > 1 "
        "OR EXISTS (SELECT 1 FROM drafts e WHERE e.slug = c.slug) FROM skill_cards c JOIN skill_versions v ON v.id = c.version_id "
        "WHERE EXISTS (SELECT 1 FROM revision_skills k JOIN revisions r ON r.number = k.from_revision WHERE k.slug = c.slug "
        "AND r.kind = 'discover') AND EXISTS (SELECT 1 FROM skill_prototypes p WHERE p.slug = c.slug) ORDER BY c.slug")}


def _in_batches(connection: BankConnection, statement: str, numbers: Sequence[int]) -> Iterator[Any]:
    for start in range(0, len(numbers), BATCH):
        some = numbers[start:start + BATCH]
        yield from connection.rows(statement.format(", ".join("?" for _ in some)), some)
