"""What annotators decided about units: the line of units that wait for one, decisions and their undo, and double labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.labels import own_label
from esc_tui.bank.units import UnitRow, add_label, rows_by_number, settle_label, unit_number
from esc_tui.domain.errors import UserError

if TYPE_CHECKING:
    from esc_tui.domain.dialogue import InterventionUnit

DecisionKind = Literal["accept", "correct", "skip", "flag", "pass", "adjudicate"]
"""``skip`` is "not now" and comes again at the end, ``pass`` is "not me", without a reason; ``flag`` asks others to look."""
STARTER_SOURCE = "starter"
"""The source of the dialogues a starter bank brings with it."""
LABELLING = ("accept", "correct", "adjudicate")
LABELLED_BY = ("EXISTS (SELECT 1 FROM decisions own WHERE own.unit = u.number AND own.annotator = ? AND own.undone = 0 "
               f"AND own.kind IN ({', '.join(repr(kind) for kind in LABELLING)}))")
"""The SQL for a unit ``u`` that an annotator, its one value, has labelled."""
BLIND = "blind"
"""The note of a decision whose label was given without sight of the suggestion."""
OWN_DISPUTE = "one of the labels was the adjudicator's own"
"""The note of an adjudication by one of those who differed."""
_TAKEN_BACK, _REPLACED = 1, 2
"""Why a decision holds no more (column ``undone``): by its annotator's undo, or by a later one, whose undo brings it back."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision in force. ``unit`` is a display number; ``label`` the row id of the label it gave, if any."""

    id: int
    unit: int
    annotator: str
    kind: str
    label: int | None
    note: str
    time: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an annotator is: units decided by kind, and how many key units wait for this annotator."""

    decided: dict[str, int]
    waiting: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which units an annotator wants to see. ``shared``: also those that another annotator has labelled already, so that
    agreement can be measured; ``labelled_by``: only units one of these people has labelled; ``starter``: the starter bank's own
    units too; ``states`` and ``polarities`` narrow to some labels of the suggestion (empty: all). ``sampled``: in an order drawn
    once, the same for everybody and in every copy of the bank, also units that others have labelled."""

    key_only: bool = True
    shared: bool = False
    states: tuple[str, ...] = ()
    polarities: tuple[str, ...] = ()
    labelled_by: tuple[str, ...] = ()
    starter: bool = True
    sampled: bool = False

    @property
    def of_others(self) -> bool:
        """True when units that people have labelled already come too."""
        return self.shared or self.sampled or bool(self.labelled_by)

    @property
    def order(self) -> str:
        """The SQL of the order."""
        if self.sampled:
            return "drawn(u.id), u.id"
        return ("u.labeller_kind = 'machine', " if self.of_others else "") + "u.confidence, u.number"

    def clauses(self) -> tuple[str, list[str]]:
        """The SQL of what is wanted of a unit ``u``, beginning with AND, and its values."""
        parts = [" AND u.polarity <> 'neutral'"] if self.key_only and "neutral" not in self.polarities else []
        values: list[str] = []
        for column, some in (("state", self.states), ("polarity", self.polarities)):
            if some:
                parts.append(f" AND u.{column} IN ({', '.join('?' for _ in some)})")
                values += some
        if self.labelled_by:
            parts.append(" AND EXISTS (SELECT 1 FROM unit_labels p WHERE p.unit = u.number AND p.labeller_kind = 'human' AND "
                         f"p.withdrawn = 0 AND {own_label('p')} AND p.labeller IN ({', '.join('?' for _ in self.labelled_by)}))")
            values += self.labelled_by
        if not self.starter:
            parts.append(" AND NOT EXISTS (SELECT 1 FROM dialogues g WHERE g.id = u.dialogue AND g.source = ?)")
            values.append(STARTER_SOURCE)
        return "".join(parts), values


_COLUMNS = "id, unit, annotator, kind, label, note, time"
_OPEN = ("u.labeller_kind = 'machine' AND u.label IS NOT NULL{wanted} AND NOT EXISTS (SELECT 1 FROM decisions d "
         "WHERE d.unit = u.number AND d.annotator = ? AND d.undone = 0{but})")
_SHARED = ("u.label IS NOT NULL{wanted} AND EXISTS (SELECT 1 FROM unit_labels m WHERE m.unit = u.number AND "
           "m.labeller_kind = 'machine') AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.unit = u.number AND "
           "d.annotator = ? AND d.undone = 0{but})")


def waiting_units(connection: BankConnection, annotator: str, wanted: Wanted | None = None, *, limit: int = 50) -> list[UnitRow]:
    """The next machine-labelled units this annotator has not decided, least sure first, skipped ones at the end.

    With ``wanted.sampled`` they come as drawn; else with ``wanted.of_others`` those that people have labelled come before all others,
    so that labels meet soon.
    """
    wanted = wanted or Wanted()
    clauses, values = wanted.clauses()
    where = (_SHARED if wanted.of_others else _OPEN).format(wanted=clauses, but="")
    numbers = [row[0] for row in connection.rows(
        f"SELECT u.number FROM units u WHERE {where} ORDER BY {wanted.order} LIMIT ?", (*values, annotator, limit))]
    if len(numbers) < limit:
        where = (_SHARED if wanted.of_others else _OPEN).format(wanted=clauses, but=" AND d.kind <> 'skip'")
        numbers += [row[0] for row in connection.rows(
            "SELECT s.unit FROM decisions s JOIN units u ON u.number = s.unit WHERE s.annotator = ? AND s.undone = 0 AND "
            f"s.kind = 'skip' AND {where} ORDER BY s.id LIMIT ?", (annotator, *values, annotator, limit - len(numbers)))]
    rows = rows_by_number(connection, numbers)
    return [rows[number] for number in numbers]


def progress(connection: BankConnection, annotator: str, wanted: Wanted | None = None) -> Progress:
    """How many units this annotator decided, by kind, and how many of those wanted wait, skipped ones among them."""
    wanted = wanted or Wanted()
    decided = dict.fromkeys(get_args(DecisionKind), 0) | {row[0]: row[1] for row in connection.rows(
        "SELECT kind, count(*) FROM decisions WHERE annotator = ? AND undone = 0 GROUP BY kind", (annotator,))}
    clauses, values = wanted.clauses()
    where = (_SHARED if wanted.of_others else _OPEN).format(wanted=clauses, but=" AND d.kind <> 'skip'")
    return Progress(decided, int(connection.value(f"SELECT count(*) FROM units u WHERE {where}", (*values, annotator)) or 0))


def decided_since(connection: BankConnection, annotator: str, time: str) -> int:
    """How many units this annotator has decided since a moment; skipped ones do not count, they come again."""
    return int(connection.value("SELECT count(*) FROM decisions WHERE annotator = ? AND undone = 0 AND kind <> 'skip' AND "
                                "time >= ?", (annotator, time)) or 0)


def decide(connection: BankConnection, reference: str | int, annotator: str, kind: DecisionKind, time: str, *,
           label: InterventionUnit | None = None, note: str = "") -> Decision:
    """Keep a decision; with accept, correct and adjudicate a human ``label`` of that unit must be given and is stored.

    A new decision of the same annotator about the same unit replaces the older one; adjudications stand apart. Raises
    UserError when a label is missing, is not a person's, or is of another unit.
    """
    number = unit_number(connection, reference)
    with connection.transaction():
        for older in decisions_of(connection, number):
            if older.annotator == annotator and (older.kind == "adjudicate") == (kind == "adjudicate"):
                take_back(connection, older, time, replaced=True)
        given: int | None = None
        if kind in LABELLING:
            if label is None or label.labeller_kind != "human" or unit_number(connection, label.id) != number:
                raise UserError(f"'{kind}' needs a person's label of IU-{number}")
            given = add_label(connection, label, time, adjudicated=kind == "adjudicate")[0]
        identity = connection.run(
            "INSERT INTO decisions (unit, annotator, kind, label, note, time) VALUES (?, ?, ?, ?, ?, ?)",
            (number, annotator, kind, given, note, time)).lastrowid
        return Decision(int(identity or 0), number, annotator, kind, given, note, time)


def undo_decision(connection: BankConnection, annotator: str, time: str) -> Decision:
    """Take back this annotator's newest decision; what it had replaced holds again. Raises UserError when there is none."""
    with connection.transaction():
        row = connection.row(f"SELECT {_COLUMNS} FROM decisions WHERE annotator = ? AND undone = 0 ORDER BY id DESC LIMIT 1",
                             (annotator,))
        if row is None:
            raise UserError("there is no decision to undo")
        decision = Decision(*row)
        take_back(connection, decision, time)
        before = connection.row(
            f"SELECT {_COLUMNS} FROM decisions WHERE unit = ? AND annotator = ? AND undone = ? AND (kind = 'adjudicate') = ? "
            "ORDER BY time DESC, id DESC LIMIT 1",
            (decision.unit, annotator, _REPLACED, decision.kind == "adjudicate"))
        if before is not None:
            connection.run("UPDATE decisions SET undone = 0 WHERE id = ?", (before[0],))
            settle_decision(connection, Decision(*before), time)
        return decision


def take_back(connection: BankConnection, decision: Decision, time: str, *, replaced: bool = False) -> None:
    """A decision holds no more; a label nobody else stands by counts no more. ``replaced``: undo may bring it back."""
    connection.run("UPDATE decisions SET undone = ? WHERE id = ?", (_REPLACED if replaced else _TAKEN_BACK, decision.id))
    settle_decision(connection, decision, time)


def settle_decision(connection: BankConnection, decision: Decision, time: str) -> None:
    """Let the label of a decision count as the decisions that hold say: not at all, as its labeller's, or as adjudicated."""
    if decision.label is None:
        return
    standing = {row[0] for row in connection.rows(
        "SELECT kind FROM decisions WHERE unit = ? AND label = ? AND undone = 0", (decision.unit, decision.label))}
    connection.run("UPDATE unit_labels SET withdrawn = ?, adjudicated = ? WHERE id = ?",
                   (int(not standing), int("adjudicate" in standing), decision.label))
    settle_label(connection, decision.unit, time)


def decisions_of(connection: BankConnection, reference: str | int) -> list[Decision]:
    """The decisions about a unit that hold, oldest first."""
    return [Decision(*row) for row in connection.rows(
        f"SELECT {_COLUMNS} FROM decisions WHERE unit = ? AND undone = 0 ORDER BY id", (unit_number(connection, reference),))]


def labelled_by(connection: BankConnection, dialogue: str, annotator: str) -> frozenset[int]:
    """Display numbers of the units of a dialogue that an annotator's decisions label."""
    return frozenset(int(row[0]) for row in connection.rows(
        f"SELECT u.number FROM units u WHERE u.dialogue = ? AND {LABELLED_BY}", (dialogue, annotator)))


def flagged(connection: BankConnection, limit: int = 200) -> list[Decision]:
    """Flags that hold, newest first."""
    return [Decision(*row) for row in connection.rows(
        f"SELECT {_COLUMNS} FROM decisions WHERE kind = 'flag' AND undone = 0 ORDER BY id DESC LIMIT ?", (limit,))]


def annotators(connection: BankConnection) -> list[tuple[str, str, int]]:
    """Everyone who labelled units, as (name, "human" or "machine", labels that hold), most labels first."""
    return [(row[0], row[1], row[2]) for row in connection.rows(
        "SELECT labeller, labeller_kind, count(*) FROM unit_labels WHERE withdrawn = 0 GROUP BY labeller, labeller_kind "
        "ORDER BY count(*) DESC, labeller")]


def disputed(connection: BankConnection, limit: int = 200) -> list[int]:
    """Display numbers of units on which people differ in state, actions or change and nobody has adjudicated."""
    return [row[0] for row in connection.rows(
        "SELECT unit FROM unit_labels WHERE labeller_kind = 'human' AND withdrawn = 0 GROUP BY unit "
        "HAVING count(DISTINCT labeller) > 1 AND max(adjudicated) = 0 AND count(DISTINCT json_extract(labels, '$.state') || "
        "json_extract(labels, '$.actions') || json_extract(labels, '$.change')) > 1 ORDER BY unit LIMIT ?", (limit,))]
