"""Reads for the agreement view: pairs of labellers with their agreement, and units that people differ on. All for a thread."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from esc_tui.domain.text import many
from esc_tui.tui.panes.evidence.cards import Card
from esc_tui.tui.panes.evidence.reader import crisis_lines

if TYPE_CHECKING:
    from collections.abc import Collection

    from esc_tui.bank.connection import BankConnection
    from esc_tui.discover.agreement import PairAgreement
    from esc_tui.domain.dialogue import InterventionUnit

MOST_LABELLERS = 12
"""Labellers compared with each other; those with most labels."""
MOST_DISPUTED = 500


@dataclass(frozen=True, slots=True)
class Disputed:
    """A unit as a row shows it: display number, the words that show the state (empty when they speak of a crisis), who says
    what, and what those wrote who flagged it."""

    number: int
    quote: str
    said: tuple[tuple[str, str, str], ...]
    flags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Dispute:
    """A unit that waits for a decision: the label of each person, the machine's where fewer than two gave one, and flags."""

    card: Card
    labels: tuple[InterventionUnit, ...]
    flags: tuple[tuple[str, str], ...] = ()

    def has_label_of(self, name: str) -> bool:
        """True when this person is one of those who differ."""
        return any(label.labeller == name and label.labeller_kind == "human" for label in self.labels)


def compared(pairs: Collection[PairAgreement]) -> str:
    """How many labellers in how many pairs: ``5 labellers, 12 pairs``; a pair stands twice where it labelled blind too."""
    labellers = {name for pair in pairs for name in (pair.first, pair.second)}
    return f"{many(len(labellers), 'labeller')}, {many(len(pairs), 'pair')}" if pairs else "0"


def all_pairs(connection: BankConnection) -> tuple[list[PairAgreement], frozenset[str]]:
    """Every two labellers that have labelled the same moments, those with most in common first; and which names are machines'."""
    from esc_tui.bank.decisions import annotators
    from esc_tui.bank.labels import labels_by
    from esc_tui.discover.agreement_report import pair_agreements

    known = annotators(connection)[:MOST_LABELLERS]
    rows = {(name, kind): labels_by(connection, name, kind) for name, kind, _ in known}
    pairs = [pair for (one, kind, _), (two, other, _) in combinations(known, 2)
             for pair in pair_agreements(one, rows[one, kind], two, rows[two, other])]
    return (sorted((pair for pair in pairs if pair.units), key=lambda pair: -pair.units),
            frozenset(name for name, kind, _ in known if kind == "machine"))


def label_stamp(connection: BankConnection) -> tuple[int, ...]:
    """Numbers that differ once a label or a decision has come, or was taken back."""
    labels = connection.row("SELECT coalesce(max(id), 0), coalesce(sum(withdrawn), 0), coalesce(sum(adjudicated), 0) FROM unit_labels")
    decisions = connection.row("SELECT coalesce(max(id), 0), coalesce(sum(undone), 0) FROM decisions")
    return (*map(int, labels), *map(int, decisions))


def all_disputed(connection: BankConnection) -> list[Disputed]:
    """Units that people differ on, then those somebody flagged; without those that were decided."""
    from esc_tui.bank.decisions import disputed
    from esc_tui.bank.units import unit_row
    from esc_tui.guard.detect import check_message

    flags = open_flags(connection)
    found = []
    for number in dict.fromkeys([*disputed(connection, MOST_DISPUTED), *flags]):
        labels = newest_human_labels(connection, number)
        said = tuple((one.labeller, one.state.value, one.change.value) for one in labels)
        quote = unit_row(connection, number).quote
        found.append(Disputed(number, "" if check_message(quote).crisis else quote, said, tuple(flags.get(number, ()))))
    return found


def open_flags(connection: BankConnection) -> dict[int, list[tuple[str, str]]]:
    """Who flagged which unit and why, newest first; without units that an adjudicator has decided."""
    from esc_tui.bank.decisions import decisions_of, flagged

    found: dict[int, list[tuple[str, str]]] = {}
    for flag in flagged(connection, MOST_DISPUTED):
        if not any(decision.kind == "adjudicate" for decision in decisions_of(connection, flag.unit)):
            found.setdefault(flag.unit, []).append((flag.annotator, flag.note))
    return found


def newest_human_labels(connection: BankConnection, number: int) -> tuple[InterventionUnit, ...]:
    """The newest label of each person that was not taken back, by the time it was given."""
    from esc_tui.bank.units import given_labels

    newest: dict[str, tuple[str, InterventionUnit]] = {}
    for given in given_labels(connection, number):
        if given.label.labeller_kind == "human" and not given.withdrawn and not given.adjudicated:
            before = newest.get(given.label.labeller)
            if before is None or before[0] < given.time:
                newest[given.label.labeller] = (given.time, given.label)
    return tuple(label for _, label in sorted(newest.values(), key=lambda pair: pair[0]))


def load_dispute(connection: BankConnection, number: int) -> Dispute | None:
    """A unit that waits for a decision, with its dialogue; None when it is gone."""
    from esc_tui.bank.decisions import decisions_of
    from esc_tui.bank.dialogues import read_dialogue
    from esc_tui.bank.units import unit_labels
    from esc_tui.domain.errors import UserError

    try:
        people = newest_human_labels(connection, number)
        labels = people if len(people) > 1 else (*people, *(
            one for one in unit_labels(connection, number) if one.labeller_kind == "machine"))[:2]
    except UserError:
        return None
    dialogue = read_dialogue(connection, labels[0].dialogue) if labels else None
    if dialogue is None:
        return None
    flags = tuple((one.annotator, one.note) for one in decisions_of(connection, number) if one.kind == "flag")
    card = Card(number, labels[0], dialogue, frozenset(), len(people))
    return Dispute(Card(number, labels[0], dialogue, crisis_lines(dialogue, card.lines), len(people)), labels, flags)
