"""Dialogues in the bank: storing them once whatever their format, reading them, and rows of a list of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.skills import json_text
from esc_tui.domain.errors import UserError

if TYPE_CHECKING:
    from esc_tui.domain.dialogue import Dialogue


COLUMNS = ("d.id, d.source, d.licence, d.language, d.problem, d.emotion, d.turns, d.helped, "
           "json_extract(d.header, '$.initial_intensity'), json_extract(d.header, '$.final_intensity')")
"""What ``rows_with_units`` makes rows of."""


@dataclass(frozen=True, slots=True)
class DialogueRow:
    """What a list shows of a dialogue. ``turns`` counts lines; ``units`` those labelled, of which so many helped or harmed;
    ``outcome`` is that of ``domain.dialogue.outcome_words``; ``numbers`` are the units' display numbers. ``blind``: who reads labels
    one of its units blind and has not yet done so, so its counts are not for them."""

    id: str
    source: str
    licence: str
    language: str
    problem: str
    emotion: str
    turns: int
    outcome: str
    units: int
    positive: int
    negative: int
    numbers: tuple[int, ...] = ()
    blind: bool = False

    @property
    def tells(self) -> bool:
        """True when its counts tell of single units which way they moved: those that moved all moved one way."""
        return bool(self.numbers) and not self.blind and not (self.positive and self.negative)


def add_dialogues(connection: BankConnection, dialogues: Iterable[Dialogue], conversation: str | None = None) -> int:
    """Store dialogues; returns how many were new. The same one again is passed over.

    ``conversation`` names the live talk they came from, so that forgetting the talk takes them along. Raises UserError
    when an id is already taken by another text.
    """
    from esc_tui.domain.dialogue import words_hash
    from esc_tui.domain.hashing import canonical_json, sha256

    added = 0
    with connection.transaction():
        for dialogue in dialogues:
            digest = sha256(canonical_json(dialogue))
            known = connection.value("SELECT hash FROM dialogues WHERE id = ?", (dialogue.id,))
            if known == digest:
                continue
            if known is not None:
                raise UserError(f"the bank already has another dialogue called '{dialogue.id}'", "", "give it another id")
            header = dialogue.model_dump(mode="json", exclude={"turns"})
            connection.run(
                "INSERT INTO dialogues (id, source, licence, language, helped, conversation, header, hash, text_hash, turns, "
                "problem, emotion) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (dialogue.id, dialogue.source, dialogue.licence, dialogue.language,
                 None if dialogue.helped is None else int(dialogue.helped), conversation, json_text(header), digest,
                 words_hash(dialogue), len(dialogue.turns), dialogue.problem_type, dialogue.emotion_type))
            connection.run_many(
                "INSERT INTO dialogue_turns (dialogue, turn, speaker, text, strategy, feedback) VALUES (?, ?, ?, ?, ?, ?)",
                ((dialogue.id, number, turn.speaker, turn.text, turn.strategy and turn.strategy.value, turn.feedback)
                 for number, turn in enumerate(dialogue.turns)))
            added += 1
    return added


def read_dialogue(connection: BankConnection, identity: str) -> Dialogue | None:
    """One dialogue with all its turns, or None."""
    from esc_tui.domain.dialogue import Dialogue

    header = connection.value("SELECT header FROM dialogues WHERE id = ?", (identity,))
    if header is None:
        return None
    turns = [{"speaker": row[0], "text": row[1], "strategy": row[2], "feedback": row[3]} for row in connection.rows(
        "SELECT speaker, text, strategy, feedback FROM dialogue_turns WHERE dialogue = ? ORDER BY turn", (identity,))]
    return Dialogue.model_validate({**json.loads(header), "turns": turns})


def dialogue_ids(connection: BankConnection, limit: int, after: str) -> list[str]:
    """Ids in order, from just above ``after``."""
    return [row[0] for row in connection.rows("SELECT id FROM dialogues WHERE id > ? ORDER BY id LIMIT ?", (after, limit))]


def known_words(connection: BankConnection, text_hash: str) -> str | None:
    """The id of the dialogue with exactly these words, or None (see ``domain.dialogue.words_hash``)."""
    found = connection.value("SELECT id FROM dialogues WHERE text_hash = ? ORDER BY id LIMIT 1", (text_hash,))
    return None if found is None else str(found)


@dataclass(frozen=True, slots=True)
class KnownDialogue:
    """A stored dialogue with the same words as another one. ``labels`` counts its strategies, ratings and survey answers."""

    id: str
    licence: str
    labels: int


_SURVEY = ("initial_intensity", "final_intensity", "empathy", "relevance")


def label_count(dialogue: Dialogue) -> int:
    """How many strategies, ratings and survey answers a dialogue carries."""
    return (sum((turn.strategy is not None) + (turn.feedback is not None) for turn in dialogue.turns)
            + sum(getattr(dialogue, name) is not None for name in _SURVEY))


def known_dialogue(connection: BankConnection, text_hash: str) -> KnownDialogue | None:
    """The stored dialogue with exactly these words, or None (see ``domain.dialogue.words_hash``)."""
    identity = known_words(connection, text_hash)
    if identity is None:
        return None
    licence, header = connection.row("SELECT licence, header FROM dialogues WHERE id = ?", (identity,))
    labels = connection.value("SELECT count(strategy) + count(feedback) FROM dialogue_turns WHERE dialogue = ?", (identity,))
    survey = json.loads(header)
    return KnownDialogue(identity, licence, int(labels) + sum(survey.get(name) is not None for name in _SURVEY))


def outcome_of(before: int | None, after: int | None, helped: int | None) -> str:
    """How a dialogue ended, from what the bank keeps of it; see ``domain.dialogue.outcome_words``."""
    from esc_tui.domain.dialogue import outcome_words

    return outcome_words(before, after, None if helped is None else bool(helped))


def rows_with_units(connection: BankConnection, rows: list[Any], blind_for: str | None = None) -> list[DialogueRow]:
    """Rows of dialogues, read as ``COLUMNS`` of ``dialogues d``, with their units counted. ``blind_for``: who labels blind."""
    from esc_tui.bank.decisions import LABELLED_BY

    marks, names = ", ".join("?" for _ in rows), [row[0] for row in rows]
    counts = {row[0]: row[1:] for row in connection.rows(
        "SELECT dialogue, count(*), sum(polarity = 'positive'), sum(polarity = 'negative'), group_concat(number) "
        f"FROM units INDEXED BY units_by_dialogue WHERE dialogue IN ({marks}) GROUP BY dialogue", names)}
    blind = set() if blind_for is None else {row[0] for row in connection.rows(
        f"SELECT u.dialogue FROM units u INDEXED BY units_by_dialogue WHERE u.dialogue IN ({marks}) AND NOT {LABELLED_BY}",
        [*names, blind_for])}
    found = []
    for row in rows:
        units, positive, negative, numbers = counts.get(row[0], (0, 0, 0, ""))
        found.append(DialogueRow(
            id=row[0], source=row[1], licence=row[2], language=row[3], problem=row[4], emotion=row[5], turns=row[6],
            outcome=outcome_of(row[8], row[9], row[7]), units=units, positive=positive,
            negative=negative, numbers=tuple(int(one) for one in numbers.split(",") if one), blind=row[0] in blind))
    return found


def fill_in(database: sqlite3.Connection) -> None:
    """Give dialogues of an older bank what schema 2 keeps beside them."""
    from esc_tui.domain.dialogue import Dialogue, words_hash

    for identity, header in database.execute("SELECT id, header FROM dialogues").fetchall():
        turns = [{"speaker": row[0], "text": row[1]} for row in database.execute(
            "SELECT speaker, text FROM dialogue_turns WHERE dialogue = ? ORDER BY turn", (identity,))]
        dialogue = Dialogue.model_validate({**json.loads(header), "turns": turns})
        database.execute("UPDATE dialogues SET text_hash = ?, turns = ?, problem = ?, emotion = ? WHERE id = ?",
                         (words_hash(dialogue), len(turns), dialogue.problem_type, dialogue.emotion_type, identity))
