"""Reads for the agreement view: pairs of labellers with their agreement, and units that people differ on. All for a thread."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from esc_tui.tui.panes.evidence.cards import Card
from esc_tui.tui.panes.evidence.reader import crisis_lines

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.discover.agreement import PairAgreement
    from esc_tui.domain.dialogue import InterventionUnit

MOST_LABELLERS = 12
"""Labellers compared with each other; those with most labels."""
MOST_DISPUTED = 500


@dataclass(frozen=True, slots=True)
class Disputed:
    """A unit as a row shows it: display number, the words that show the state, and who says what."""

    number: int
    quote: str
    said: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Dispute:
    """A unit people differ on, with the label in force of each, newest first."""

    card: Card
    labels: tuple[InterventionUnit, ...]


def all_pairs(connection: BankConnection) -> list[PairAgreement]:
    """Every two labellers that have labelled the same moments, those with most in common first."""
    from esc_tui.bank.decisions import annotators
    from esc_tui.bank.labels import labels_by
    from esc_tui.discover.agreement_report import pair_agreement

    known = annotators(connection)[:MOST_LABELLERS]
    rows = {(name, kind): labels_by(connection, name, kind) for name, kind, _ in known}
    pairs = [pair_agreement(one, rows[one, kind], two, rows[two, other])
             for (one, kind, _), (two, other, _) in combinations(known, 2)]
    return sorted((pair for pair in pairs if pair.units), key=lambda pair: -pair.units)


def all_disputed(connection: BankConnection) -> list[Disputed]:
    """Units that people differ on and nobody has decided."""
    from esc_tui.bank.decisions import disputed
    from esc_tui.bank.units import unit_row

    found = []
    for number in disputed(connection, MOST_DISPUTED):
        labels = newest_human_labels(connection, number)
        said = tuple((one.labeller, one.state.value, one.change.value) for one in labels)
        found.append(Disputed(number, unit_row(connection, number).quote, said))
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
    """A disputed unit with its dialogue; None when it is gone or nobody differs any more."""
    from esc_tui.bank.dialogues import read_dialogue
    from esc_tui.domain.errors import UserError

    try:
        labels = newest_human_labels(connection, number)
    except UserError:
        return None
    dialogue = read_dialogue(connection, labels[0].dialogue) if labels else None
    if len(labels) < 2 or dialogue is None:
        return None
    card = Card(number, labels[0], dialogue, frozenset(), len(labels))
    return Dispute(Card(number, labels[0], dialogue, crisis_lines(dialogue, card.lines), len(labels)), labels)
