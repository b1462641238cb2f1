"""The units a skill rests on, as they leave the bank with it: where each stands and which way it speaks. Live talks stay out."""

from __future__ import annotations

from dataclasses import dataclass

from esc_tui.bank.connection import BankConnection


@dataclass(frozen=True, slots=True)
class Ground:
    """One unit as evidence. ``first`` and ``last`` are the lines of its dialogue (from 0, both included) it spans; ``texts`` are
    those lines as (speaker, words); ``outcome`` is the polarity the ledger holds; ``labeller_kind`` human or machine."""

    unit: str
    number: int
    dialogue: str
    source: str
    licence: str
    first: int
    last: int
    outcome: str
    state: str
    actions: tuple[str, ...]
    change: str
    labeller_kind: str
    texts: tuple[tuple[str, str], ...]


_NEWEST = ("SELECT e.unit, e.outcome FROM evidence e WHERE e.id IN (SELECT max(id) FROM evidence WHERE skill = ? AND shelf = 'develop' "
           "AND unit IS NOT NULL AND id NOT IN (SELECT replaces FROM evidence WHERE replaces IS NOT NULL) GROUP BY unit)")


def grounds_of(connection: BankConnection, slug: str, limit: int = 100_000) -> list[Ground]:
    """The units of a skill's outcomes by dialogue and line; what came from live talks is left out."""
    found = []
    for row in connection.rows(
            "SELECT u.id, u.number, d.id, d.source, d.licence, json_extract(l.labels, '$.state_turn'), "
            "json_extract(l.labels, '$.outcome_turn'), n.outcome, u.state, u.actions, u.change, u.labeller_kind "
            f"FROM ({_NEWEST}) n JOIN units u ON u.id = n.unit JOIN unit_labels l ON l.id = u.label JOIN dialogues d "
            "ON d.id = u.dialogue WHERE d.conversation IS NULL ORDER BY d.id, u.number LIMIT ?", (slug, limit)):
        texts = tuple((speaker, text) for speaker, text in connection.rows(
            "SELECT speaker, text FROM dialogue_turns WHERE dialogue = ? AND turn BETWEEN ? AND ? ORDER BY turn", (row[2], row[5], row[6])))
        found.append(Ground(
            unit=row[0], number=row[1], dialogue=row[2], source=row[3], licence=row[4], first=row[5], last=row[6], outcome=row[7],
            state=row[8], actions=tuple(row[9].split()), change=row[10], labeller_kind=row[11], texts=texts))
    return found
