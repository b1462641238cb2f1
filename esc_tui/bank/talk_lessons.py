"""What a live talk taught, as the bank keeps it: its dialogue, units and outcomes, put in place and taken out as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.dialogues import add_dialogues, read_dialogue
from esc_tui.bank.evidence import rate_outcomes
from esc_tui.bank.skills import json_text
from esc_tui.bank.units import add_label, settle_label
from esc_tui.domain.errors import WrongUseError

if TYPE_CHECKING:
    from esc_tui.domain.dialogue import Dialogue, InterventionUnit


@dataclass(frozen=True, slots=True)
class Lesson:
    """One rated reply: its turn, the unit it makes, and the (skill, version) pairs that were used."""

    turn: int
    unit: InterventionUnit
    skills: tuple[tuple[str, int], ...]


def may_learn(connection: BankConnection, conversation: str) -> bool:
    """True when the talk has ended and its tester said that it may be learned from. Raises UserError for an unknown talk."""
    row = connection.row("SELECT may_learn, closed, forgotten FROM conversations WHERE id = ?", (conversation,))
    if row is None:
        raise WrongUseError(f"there is no talk '{conversation}'", "", "see 'esc-tui talks list'")
    return bool(row[0]) and bool(row[1]) and not row[2]


def keep_lessons(connection: BankConnection, conversation: str, dialogue: Dialogue, lessons: Sequence[Lesson], time: str) -> int:
    """Make the bank hold exactly these lessons of a talk; returns how many ledger rows are new.

    A changed rating replaces the label and, by a later row, the outcome of every skill that counts it. One transaction.
    """
    with connection.transaction():
        _put_dialogue(connection, conversation, dialogue)
        wanted = {lesson.unit.id for lesson in lessons}
        for number, identity in connection.rows("SELECT number, id FROM units WHERE dialogue = ?", (dialogue.id,)):
            if identity not in wanted:
                _drop_unit(connection, number)
        for lesson in lessons:
            label, _ = add_label(connection, lesson.unit, time)
            number = connection.value("SELECT unit FROM unit_labels WHERE id = ?", (label,))
            connection.run("DELETE FROM unit_labels WHERE unit = ? AND labeller = ? AND id <> ? AND adjudicated = 0",
                           (number, lesson.unit.labeller, label))
            settle_label(connection, int(number), time)
        return sum(_outcomes(connection, conversation, lesson, time) for lesson in lessons)


@dataclass(frozen=True, slots=True)
class NovelTurn:
    """A message of a live talk that was far from all the bank knew then. ``newness``: share 0-1 of its telling words that stood nowhere."""

    conversation: str
    turn: int
    time: str
    newness: float
    text: str


def novel_turns(connection: BankConnection, limit: int = 50) -> list[NovelTurn]:
    """Novel turns of the talks that may be learned from, newest first; those taken back are left out."""
    return [NovelTurn(*row) for row in connection.rows(
        "SELECT e.conversation, e.turn, e.time, json_extract(e.data, '$.newness'), json_extract(s.data, '$.text') FROM conversations c "
        "JOIN events e ON e.conversation = c.id AND e.kind = 'units_recalled' AND json_extract(e.data, '$.novel') "
        "JOIN events s ON s.conversation = c.id AND s.turn = e.turn AND s.kind = 'turn_started' "
        "WHERE c.live = 1 AND c.may_learn = 1 AND c.closed = 1 AND c.forgotten = 0 AND NOT EXISTS (SELECT 1 FROM events u WHERE "
        "u.conversation = c.id AND u.kind = 'turn_undone' AND json_extract(u.data, '$.undone') = e.turn) "
        "ORDER BY e.event_id DESC LIMIT ?", (limit,))]


def drop_lessons(connection: BankConnection, conversation: str) -> int:
    """Take the dialogue and the units of a talk out again; returns how many units went. Outcomes in the ledger stay counted."""
    with connection.transaction(durable=True):
        units = [row[0] for row in connection.rows(
            "SELECT number FROM units WHERE dialogue IN (SELECT id FROM dialogues WHERE conversation = ?)", (conversation,))]
        for number in units:
            _drop_unit(connection, number)
        connection.run("DELETE FROM dialogues WHERE conversation = ?", (conversation,))
        if units:
            connection.run("INSERT INTO unit_search (unit_search) VALUES ('optimize')")
    return len(units)


def _put_dialogue(connection: BankConnection, conversation: str, dialogue: Dialogue) -> None:
    """Store the talk's dialogue, or bring the stored one up to its present lines; labels on lines that changed go."""
    from esc_tui.domain.dialogue import words_hash
    from esc_tui.domain.hashing import canonical_json, sha256

    old = read_dialogue(connection, dialogue.id)
    if old is None:
        add_dialogues(connection, [dialogue], conversation)
        return
    if old == dialogue:
        return
    same = next((place for place, (one, other) in enumerate(zip(old.turns, dialogue.turns, strict=False)) if one != other),
                min(len(old.turns), len(dialogue.turns)))
    connection.run(
        "DELETE FROM unit_labels WHERE unit IN (SELECT number FROM units WHERE dialogue = ?) AND "
        "json_extract(labels, '$.outcome_turn') >= ?", (dialogue.id, same))
    connection.run("UPDATE dialogues SET header = ?, hash = ?, text_hash = ?, turns = ? WHERE id = ?", (
        json_text(dialogue.model_dump(mode="json", exclude={"turns"})), sha256(canonical_json(dialogue)), words_hash(dialogue),
        len(dialogue.turns), dialogue.id))
    connection.run("DELETE FROM dialogue_turns WHERE dialogue = ?", (dialogue.id,))
    connection.run_many(
        "INSERT INTO dialogue_turns (dialogue, turn, speaker, text, strategy, feedback) VALUES (?, ?, ?, ?, ?, ?)",
        ((dialogue.id, number, turn.speaker, turn.text, turn.strategy and turn.strategy.value, turn.feedback)
         for number, turn in enumerate(dialogue.turns)))


def _drop_unit(connection: BankConnection, number: int) -> None:
    connection.run("DELETE FROM unit_search WHERE rowid = ?", (number,))
    connection.run("DELETE FROM units WHERE number = ?", (number,))


def _outcomes(connection: BankConnection, conversation: str, lesson: Lesson, time: str) -> int:
    """Rows of the ledger for a rated reply: what an earlier rating said is replaced, and each skill used has a row."""
    outcome = lesson.unit.polarity.value
    new = rate_outcomes(connection, conversation, lesson.turn, outcome, time)
    for skill, version in lesson.skills:
        if connection.value("SELECT 1 FROM evidence WHERE conversation = ? AND turn = ? AND skill = ? AND source = 'person'",
                            (conversation, lesson.turn, skill)) is not None:
            continue
        values: Mapping[str, object] = {
            "skill": skill, "version": version, "unit": lesson.unit.id, "conversation": conversation, "turn": lesson.turn,
            "outcome": outcome, "state": lesson.unit.state.value, "seeker_group": lesson.unit.scenario.value, "source": "person",
            "shelf": "develop", "time": time}
        connection.run(f"INSERT INTO evidence ({', '.join(values)}) VALUES ({', '.join('?' for _ in values)})", values.values())
        new += 1
    return new
