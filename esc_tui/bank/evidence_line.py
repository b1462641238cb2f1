"""Evidence in the line of revisions: what was learned, set back, undone or redone, each a new snapshot and a revision of its own.

Outcomes are never taken out of the ledger: a snapshot leaves out what was set back. The hash of a bank is of its skills and does not
change with its evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.evidence import (
    Rows,
    Snapshot,
    add_evidence,
    cut_snapshot,
    newest_snapshot,
    read_snapshot,
    take_snapshot,
)
from esc_tui.domain.errors import UserError, WrongUseError

if TYPE_CHECKING:
    from esc_tui.domain.revision import EvidenceRow, Revision


@dataclass(frozen=True, slots=True)
class EvidenceStep:
    """A revision that put other evidence into force: numbers of the snapshots before and after, and how many rows it added."""

    revision: int
    kind: str
    author: str
    time: str
    message: str
    before: int
    after: int
    added: int


_STEPS = ("SELECT r.number, r.kind, r.author, r.time, r.message, e.before, e.after, a.last_row - b.last_row, b.last_row + 1, a.last_row "
          "FROM evidence_revisions e JOIN revisions r ON r.number = e.revision JOIN evidence_snapshots b ON b.number = e.before "
          "JOIN evidence_snapshots a ON a.number = e.after")


def evidence_steps(connection: BankConnection, limit: int = 50) -> list[EvidenceStep]:
    """The revisions that put other evidence into force, newest first."""
    return [EvidenceStep(*row[:8]) for row in connection.rows(f"{_STEPS} ORDER BY r.number DESC LIMIT ?", (limit,))]


def learned_last(connection: BankConnection) -> EvidenceStep | None:
    """The newest revision whose outcomes, learned from a run, are still in force; None without any."""
    found = _learned_last(connection)
    return found and found[0]


def _learned_last(connection: BankConnection) -> tuple[EvidenceStep, Rows] | None:
    """It, with what would be left out without its outcomes."""
    now = read_snapshot(connection, newest_snapshot(connection))
    for row in connection.rows(f"{_STEPS} WHERE a.last_row > b.last_row ORDER BY r.number DESC"):
        left_out = joined((*now.left_out, (row[8], row[9])))
        if left_out != now.left_out:
            return EvidenceStep(*row[:8]), left_out
    return None


def learn_outcomes(connection: BankConnection, rows: Iterable[EvidenceRow], *, author: str, message: str, time: str) -> Revision | None:
    """Add outcomes and put them into force, as a revision that can be undone. One durable transaction; None when there are no rows."""
    from esc_tui.bank.revisions import mark_revision

    with connection.transaction(durable=True):
        _must_have_skills(connection)
        before = take_snapshot(connection, time)
        if not add_evidence(connection, rows, time):
            return None
        number = mark_revision(connection, kind="learn", author=author, message=message, time=time)
        return _noted(connection, number, before, take_snapshot(connection, time))


def set_evidence(connection: BankConnection, number: int, *, author: str, time: str) -> Revision:
    """Put the evidence as it was in a snapshot into force, as a revision that can be undone; what the ledger got since counts no more.

    Raises UserError when there is no such snapshot, or the evidence is so already.
    """
    with connection.transaction(durable=True):
        then = read_snapshot(connection, number)
        last = int(connection.value("SELECT max(id) FROM evidence") or 0)
        left_out = joined((*then.left_out, (then.last_row + 1, last)))
        return _put(connection, left_out, f"Evidence as in snapshot {number}", f"the evidence is as in snapshot {number} already",
                    author, time)


def take_back(connection: BankConnection, *, author: str, time: str) -> Revision:
    """Leave out what the newest learning still in force added, whatever came since; other evidence and all skills stay.

    Raises UserError when nothing that was learned is in force.
    """
    with connection.transaction(durable=True):
        found = _learned_last(connection)
        if found is None:
            raise UserError("nothing that was learned from a run is in force", connection.place, "see 'esc-tui evolve learn --list'")
        step, left_out = found
        return _put(connection, left_out, f"Taken back what r{step.revision} learned: {step.message}", "", author, time)


def _put(connection: BankConnection, left_out: Rows, message: str, same: str, author: str, time: str) -> Revision:
    from esc_tui.bank.revisions import mark_revision

    _must_have_skills(connection)
    before = read_snapshot(connection, take_snapshot(connection, time))
    if left_out == before.left_out:
        raise UserError(same, connection.place)
    number = mark_revision(connection, kind="evidence", author=author, message=message, time=time)
    return _noted(connection, number, before.number, cut_snapshot(connection, left_out, time))


def _must_have_skills(connection: BankConnection) -> None:
    from esc_tui.bank.revisions import head_number

    if not head_number(connection):
        raise WrongUseError("the bank has no skills yet, so there is nothing outcomes could be of", connection.place, "import skills first")


def _noted(connection: BankConnection, revision: int, before: int, after: int) -> Revision:
    from esc_tui.bank.revisions import read_revision

    connection.run("INSERT INTO evidence_revisions (revision, before, after) VALUES (?, ?, ?)", (revision, before, after))
    return read_revision(connection, revision)


def left_out_at(connection: BankConnection, revision: int) -> Rows | None:
    """What has to be left out so that the evidence is as it was at a revision; None when it is so.

    Outcomes that were learned later are left out and what was set back later counts again; outcomes that nobody learned from a run
    (ratings, labels, imports) stay as they are, whenever they came.
    """
    row = connection.row("SELECT before FROM evidence_revisions WHERE revision > ? ORDER BY revision LIMIT 1", (revision,))
    if row is None:
        return None
    then = read_snapshot(connection, row[0])
    later = [(row[8], row[9]) for row in connection.rows(_STEPS) if row[9] > then.last_row]
    left_out = joined((*then.left_out, *later))
    return None if left_out == read_snapshot(connection, newest_snapshot(connection)).left_out else left_out


def restore_evidence(connection: BankConnection, revision: int, left_out: Rows, time: str) -> Revision:
    """Put the evidence without these rows into force together with a revision that was just made; inside its transaction."""
    before = take_snapshot(connection, time)
    return _noted(connection, revision, before, cut_snapshot(connection, left_out, time))


def counts_already(connection: BankConnection, conversation: str) -> frozenset[tuple[int, str]]:
    """Turns and skills of a simulated talk whose outcomes are in force."""
    from esc_tui.bank.evidence import counted_rows

    newest: Snapshot = read_snapshot(connection, newest_snapshot(connection))
    return frozenset(connection.rows(
        f"SELECT turn, skill FROM evidence WHERE conversation = ? AND source = 'simulation' AND {counted_rows(newest)}", (conversation,)))


def joined(rows: Sequence[tuple[int, int]]) -> Rows:
    """Spans in rising order, those that touch or overlap made one, empty ones left out."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(rows):
        if first > last:
            continue
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return tuple(found)
