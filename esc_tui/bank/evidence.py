"""The evidence ledger: rows are only added; a snapshot is a numbered cut of it, which the ranker and the list read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.skills import IN_FORCE_AT
from esc_tui.domain.errors import WrongUseError
from esc_tui.domain.evidence import posterior, source_weight
from esc_tui.domain.labels import State

if TYPE_CHECKING:
    from esc_tui.domain.revision import EvidenceRow

Rows = tuple[tuple[int, int], ...]
"""Spans of rows of the ledger, first and last included, in rising order and apart."""
_STATES = frozenset(state.value for state in State)
_COUNTS = """
    SELECT e.skill, e.state, e.source, sum(e.helped), sum(e.neutral), sum(e.harmed)
    FROM (SELECT skill, version, state, source, sum(outcome = 'positive') AS helped, sum(outcome = 'neutral') AS neutral,
                 sum(outcome = 'negative') AS harmed
          FROM evidence WHERE {counted} AND shelf = 'develop' {some} GROUP BY skill, version, state, source) e
    JOIN revision_skills k ON k.slug = e.skill
    JOIN skill_versions f ON f.id = k.version_id
    LEFT JOIN skill_versions v ON v.slug = e.skill AND v.version = e.version
    WHERE (v.id IS NULL OR v.actions = f.actions) AND {in_force} GROUP BY e.skill, e.state, e.source"""


class EvidenceCount(NamedTuple):
    """Outcomes of one skill in one seeker state as seen by one source; ``state`` is a State id, counts are of rows."""

    skill: str
    state: str
    source: str
    helped: int
    neutral: int
    harmed: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A numbered cut of the ledger: all rows up to ``last_row`` but for those ``left_out``, of which ``counted`` may be learned from."""

    number: int
    last_row: int
    counted: int
    time: str
    left_out: Rows = ()


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row of the ledger as it is shown; ``state`` may be empty when nobody read the state at that moment."""

    number: int
    skill: str
    version: int
    unit: str | None
    conversation: str | None
    turn: int | None
    outcome: str
    state: str
    group: str
    source: str
    shelf: str
    time: str


def _state(connection: BankConnection, row: EvidenceRow) -> str:
    """The seeker state the row belongs to: of its unit, else as read at that turn, else named by its group."""
    if row.unit is not None:
        found = connection.value("SELECT state FROM units WHERE id = ?", (row.unit,))
        if found is not None:
            return str(found)
    if row.conversation is not None and row.turn is not None:
        found = connection.value("SELECT json_extract(data, '$.states[0].state') FROM events WHERE conversation = ? AND "
                                 "turn = ? AND kind = 'state_read'", (row.conversation, row.turn))
        if found is not None:
            return str(found)
    return row.group if row.group in _STATES else ""


def add_evidence(connection: BankConnection, rows: Iterable[EvidenceRow], time: str) -> int:
    """Append rows to the ledger; returns how many. They count only from the next snapshot on."""
    with connection.transaction():
        values = [(row.skill, row.version, row.unit, row.conversation, row.turn, row.outcome.value, _state(connection, row),
                   row.group, row.source, row.shelf.value, time) for row in rows]
        connection.run_many(
            "INSERT INTO evidence (skill, version, unit, conversation, turn, outcome, state, seeker_group, source, shelf, time) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    return len(values)


def settle_outcomes(connection: BankConnection, number: int, time: str) -> int:
    """After the label in force of a unit changed: correct its outcomes in the ledger by rows that replace them.

    ``number`` is the unit's display number. Returns how many rows were added; they count from the next snapshot on.
    """
    with connection.transaction():
        unit, state, polarity = connection.row("SELECT id, state, polarity FROM units WHERE number = ?", (number,))
        return connection.run(
            "INSERT INTO evidence (skill, version, unit, conversation, turn, outcome, state, seeker_group, source, shelf, time, "
            "replaces) SELECT skill, version, unit, conversation, turn, ?, ?, seeker_group, source, shelf, ?, id FROM evidence "
            "WHERE unit = ? AND source = 'unit' AND (outcome <> ? OR state <> ?) AND id NOT IN (SELECT replaces FROM evidence "
            "WHERE replaces IS NOT NULL)", (polarity, state, time, unit, polarity, state)).rowcount


def rate_outcomes(connection: BankConnection, conversation: str, turn: int, outcome: str, time: str) -> int:
    """After a turn of a talk was rated anew: correct its outcomes by rows that replace them, whatever skill counts them (the skills
    that were used, and those that inherited from them). Returns how many rows were added."""
    return connection.run(
        "INSERT INTO evidence (skill, version, unit, conversation, turn, outcome, state, seeker_group, source, shelf, time, "
        "replaces) SELECT skill, version, unit, conversation, turn, ?, state, seeker_group, source, shelf, ?, id FROM evidence "
        "WHERE conversation = ? AND turn = ? AND source = 'person' AND outcome <> ? AND id NOT IN (SELECT replaces FROM evidence "
        "WHERE replaces IS NOT NULL)", (outcome, time, conversation, turn, outcome)).rowcount


def inherit_outcomes(connection: BankConnection, slug: str, version: int, parents: Sequence[str], time: str, *,
                     by: Literal["", "state", "scenario", "stage"] = "", labels: Iterable[str] = ()) -> int:
    """Let every outcome that counts for one of the parents count for another skill's version too; returns how many were new.

    A unit, or a turn of a talk, that several parents used counts once; an outcome of neither is known by its row, whose number
    what is handed down keeps as its talk, so that the same parents again hand down nothing. ``by`` narrows to units with one of
    the labels (outcomes without a unit have only a state). Only shelf develop is handed down, and only what the parents' versions
    in force count and the newest snapshot does not leave out.
    """
    newest = replace(read_snapshot(connection, newest_snapshot(connection)), last_row=2**62)
    talk = "CASE WHEN e.unit IS NULL AND e.conversation IS NULL THEN 'outcome ' || e.time || ' ' || e.id ELSE e.conversation END"
    some = list(labels) if by else []
    label = {"": "''", "state": "coalesce(u.state, e.state)", "scenario": "u.scenario", "stage": "u.stage"}[by]
    fits = f"AND {label} IN ({', '.join('?' for _ in some)})" if by else ""
    return connection.run(
        "INSERT INTO evidence (skill, version, unit, conversation, turn, outcome, state, seeker_group, source, shelf, time) "
        "SELECT ?, ?, unit, conversation, turn, outcome, state, seeker_group, source, 'develop', ? FROM ("
        f"SELECT e.unit, {talk} AS conversation, e.turn, e.outcome, e.state, e.seeker_group, e.source, max(e.id) AS newest FROM evidence e "
        "JOIN revision_skills k ON k.slug = e.skill AND k.to_revision IS NULL JOIN skill_versions f ON f.id = k.version_id "
        "LEFT JOIN skill_versions v ON v.slug = e.skill AND v.version = e.version LEFT JOIN units u ON u.id = e.unit "
        f"WHERE e.skill IN ({', '.join('?' for _ in parents)}) AND e.shelf = 'develop' AND (v.id IS NULL OR v.actions = f.actions) "
        f"AND {counted_rows(newest, 'e.')} {fits} "
        f"GROUP BY e.unit, {talk}, e.turn, e.source) n "
        "WHERE NOT EXISTS (SELECT 1 FROM evidence o WHERE o.skill = ? AND o.unit IS n.unit AND o.conversation IS n.conversation "
        "AND o.turn IS n.turn AND o.source = n.source) ORDER BY newest",
        (slug, version, time, *parents, *some, slug)).rowcount


def newest_snapshot(connection: BankConnection) -> int:
    """The number of the newest snapshot, the one in force; 0 before the first (no evidence counts)."""
    return int(connection.value("SELECT max(number) FROM evidence_snapshots") or 0)


def read_snapshot(connection: BankConnection, number: int) -> Snapshot:
    """One snapshot by number; number 0 is the empty one. Raises UserError when there is none."""
    if number == 0:
        return Snapshot(0, 0, 0, "")
    row = connection.row("SELECT number, last_row, counted, time FROM evidence_snapshots WHERE number = ?", (number,))
    if row is None:
        raise WrongUseError(f"there is no evidence snapshot {number}", "", f"the newest one is {newest_snapshot(connection)}")
    left_out = connection.rows("SELECT first, last FROM evidence_left_out WHERE snapshot = ? ORDER BY first", (number,))
    return Snapshot(int(row[0]), int(row[1]), int(row[2]), str(row[3]), tuple(left_out))


def counted_rows(snapshot: Snapshot, alias: str = "") -> str:
    """SQL that holds for the rows of table ``evidence`` a snapshot counts: up to its last one, but for what it leaves out, and for what
    another row that it counts corrects. ``alias`` names the table, as in ``e.``
    """
    if not snapshot.left_out:
        return (f"{alias}id <= {snapshot.last_row} AND {alias}id NOT IN (SELECT replaces FROM evidence WHERE replaces IS NOT NULL "
                f"AND id <= {snapshot.last_row})")
    # A row that is left out may stand between two that count: what it corrects is corrected all the same by the one that corrects it.
    return (f"{_held(snapshot, alias)} AND {alias}id NOT IN (WITH RECURSIVE gone (row) AS (SELECT r.replaces FROM evidence r WHERE "
            f"r.replaces IS NOT NULL AND {_held(snapshot, 'r.')} UNION SELECT r.replaces FROM evidence r JOIN gone ON r.id = gone.row "
            "WHERE r.replaces IS NOT NULL) SELECT row FROM gone)")


def _held(snapshot: Snapshot, alias: str) -> str:
    return (f"{alias}id <= {snapshot.last_row} AND NOT EXISTS (SELECT 1 FROM evidence_left_out o WHERE o.snapshot = {snapshot.number} "
            f"AND {alias}id BETWEEN o.first AND o.last)")


def take_snapshot(connection: BankConnection, time: str) -> int:
    """Cut the ledger and refresh the evidence of every skill in the list; the old number when no row is new.

    What the newest snapshot leaves out stays out. Rows of shelf exam never count; rows of shelf confirm are reached only through
    ``confirmed``.
    """
    with connection.transaction():
        newest = read_snapshot(connection, newest_snapshot(connection))
        if newest.number and newest.last_row == int(connection.value("SELECT max(id) FROM evidence") or 0):
            return newest.number
        return cut_snapshot(connection, newest.left_out, time)


def cut_snapshot(connection: BankConnection, left_out: Rows, time: str) -> int:
    """A new snapshot of the whole ledger but for some rows; inside the caller's transaction. Gives its number."""
    number = newest_snapshot(connection) + 1
    last = int(connection.value("SELECT max(id) FROM evidence") or 0)
    connection.run("INSERT INTO evidence_snapshots (number, last_row, counted, time) VALUES (?, ?, 0, ?)", (number, last, time))
    connection.run_many("INSERT INTO evidence_left_out (snapshot, first, last) VALUES (?, ?, ?)",
                        [(number, *rows) for rows in left_out])
    recount(connection, number)
    refresh_cards(connection, None)
    return number


def recount(connection: BankConnection, number: int) -> None:
    """Note how many rows of a snapshot may be learned from."""
    counted = counted_rows(read_snapshot(connection, number))
    connection.run(f"UPDATE evidence_snapshots SET counted = (SELECT count(*) FROM evidence WHERE {counted} AND shelf = 'develop') "
                   "WHERE number = ?", (number,))


def snapshot_is_due(connection: BankConnection) -> bool:
    """True when the ledger holds outcomes of shelf develop that no snapshot counts yet."""
    last = read_snapshot(connection, newest_snapshot(connection)).last_row
    return connection.value("SELECT 1 FROM evidence WHERE id > ? AND shelf = 'develop' LIMIT 1", (last,)) is not None


def evidence_counts(connection: BankConnection, snapshot: int, revision: int) -> list[EvidenceCount]:
    """Outcomes by skill, state and source, for the skills in force at a revision.

    A row counts for the version in force when its own version had the same actions in the same order ("or its like").
    Rows without a seeker state are left out.
    """
    statement = _COUNTS.format(some="AND state != ''", in_force=IN_FORCE_AT, counted=counted_rows(read_snapshot(connection, snapshot)))
    return [EvidenceCount(*row) for row in connection.rows(statement, (revision, revision))]


def confirmed(connection: BankConnection, slug: str, version: int, snapshot: int) -> float | None:
    """The one number that leaves shelf confirm: the share 0-1 of positive outcomes of a version, None without any."""
    share = connection.value("SELECT avg(outcome = 'positive') FROM evidence WHERE skill = ? AND version = ? AND shelf = 'confirm' "
                             f"AND {counted_rows(read_snapshot(connection, snapshot))}", (slug, version))
    return None if share is None else float(share)


def ledger(connection: BankConnection, slug: str, limit: int, before: int | None) -> list[LedgerRow]:
    """Rows of a skill that may be shown (shelf develop), newest first."""
    return [LedgerRow(*row) for row in connection.rows(
        "SELECT id, skill, version, unit, conversation, turn, outcome, state, seeker_group, source, shelf, time FROM evidence "
        "WHERE skill = ? AND shelf = 'develop' AND id < ? ORDER BY id DESC LIMIT ?",
        (slug, before if before is not None else 2**62, limit))]


def counted_by_source(connection: BankConnection, slug: str, snapshot: int) -> dict[str, int]:
    """How many outcomes of a skill, of any of its versions, each source gave up to a snapshot (shelf develop)."""
    return dict(connection.rows("SELECT source, count(*) FROM evidence WHERE skill = ? AND shelf = 'develop' AND "
                                f"{counted_rows(read_snapshot(connection, snapshot))} GROUP BY source", (slug,)))


def refresh_cards(connection: BankConnection, slugs: Sequence[str] | None) -> None:
    """Recompute the evidence shown in the list from the newest snapshot, for some slugs or (None) for all."""
    counted = counted_rows(read_snapshot(connection, newest_snapshot(connection)))
    if slugs is None:
        connection.run("UPDATE skill_cards SET helped = 0, neutral = 0, harmed = 0, evidence_mean = 0.5, "
                       "evidence_interval = 0.5, watch_note = ''")
        rows = connection.rows(_COUNTS.format(some="", in_force="k.to_revision IS NULL", counted=counted))
    else:
        statement = _COUNTS.format(some="AND skill = ?", in_force="k.to_revision IS NULL", counted=counted)
        rows = [row for slug in slugs for row in connection.rows(statement, (slug,))]
    by_skill: dict[str, list[EvidenceCount]] = {}
    for row in rows:
        by_skill.setdefault(row[0], []).append(EvidenceCount(*row))
    values = []
    for slug, counts in by_skill.items():
        values.append((sum(c.helped for c in counts), sum(c.neutral for c in counts), sum(c.harmed for c in counts),
                       *posterior(*weighed(counts)), _watch_note(counts), slug))
    connection.run_many("UPDATE skill_cards SET helped = ?, neutral = ?, harmed = ?, evidence_mean = ?, "
                        "evidence_interval = ?, watch_note = ? WHERE slug = ?", values)


def weighed(counts: Iterable[EvidenceCount]) -> tuple[float, float]:
    """Outcomes that helped and that harmed, each weighed by its source; a neutral one is half of both."""
    helped = harmed = 0.0
    for count in counts:
        weight = source_weight(count.source)
        helped += weight * (count.helped + 0.5 * count.neutral)
        harmed += weight * (count.harmed + 0.5 * count.neutral)
    return helped, harmed


def _watch_note(counts: Sequence[EvidenceCount]) -> str:
    """What to watch, e.g. ``harmed 'venting' 3 of 4``: the state with most harm, when harm is at least half there."""
    by_state: dict[str, tuple[int, int]] = {}
    for count in counts:
        harmed, seen = by_state.get(count.state, (0, 0))
        by_state[count.state] = (harmed + count.harmed, seen + count.helped + count.neutral + count.harmed)
    worst = max(((harmed, seen, state) for state, (harmed, seen) in by_state.items()
                 if state and harmed >= 2 and 2 * harmed >= seen), default=None)
    return "" if worst is None else f"harmed '{worst[2]}' {worst[0]} of {worst[1]}"
