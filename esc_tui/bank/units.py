"""Intervention Units, their labels and quotes, and the recall of units like a moment."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.evidence import settle_outcomes
from esc_tui.bank.skills import json_text
from esc_tui.bank.words import STOP_WORDS, match_any, spaced, terms
from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.domain.evidence import Outcomes
from esc_tui.domain.licence import may_be_shared

if TYPE_CHECKING:
    from esc_tui.domain.dialogue import InterventionUnit
    from esc_tui.domain.labels import Polarity
    from esc_tui.domain.profile import Profile

RECALL_TERMS = 6
"""How many of a message's rarest words are looked for."""
RECALL_ROWS = 4000
"""How many index rows a recall may touch: about 1.4 us each with SQLite's bm25, so that it stays under 6 ms."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit with its label in force. ``number`` is the display number (IU-212); ``quote`` the words that show the state.

    ``quotable`` when its words may be passed on to anybody: the licence lets them, and they are of no live talk.
    """

    id: str
    number: int
    dialogue: str
    state: str
    actions: tuple[str, ...]
    change: str
    polarity: str
    scenario: str
    stage: str
    intensity: int
    labeller_kind: str
    quote: str
    quotable: bool = False


@dataclass(frozen=True, slots=True)
class GivenLabel:
    """One label as it was given and how it stands: in force, taken back, or by adjudication."""

    label: InterventionUnit
    time: str
    in_force: bool
    withdrawn: bool
    adjudicated: bool


_ROW = ("u.id, u.number, u.dialogue, u.state, u.actions, u.change, u.polarity, u.scenario, u.stage, u.intensity, "
        "u.labeller_kind, u.quote, (SELECT d.licence FROM dialogues d WHERE d.id = u.dialogue AND d.conversation IS NULL)")
_WITHOUT_QUOTES = frozenset({"id", "dialogue", "quotes", "labeller", "labeller_kind"})


@lru_cache(maxsize=1024)  # the same units are recalled again and again; the key is all that the database said
def _row(row: Any) -> UnitRow:
    return UnitRow(id=row[0], number=row[1], dialogue=row[2], state=row[3], actions=tuple(row[4].split()), change=row[5],
                   polarity=row[6], scenario=row[7], stage=row[8], intensity=row[9], labeller_kind=row[10], quote=row[11],
                   quotable=may_be_shared(row[12] or ""))


def add_units(connection: BankConnection, units: Iterable[InterventionUnit], time: str) -> int:
    """Store units and their labels; returns how many labels were new. Their dialogues must be in the bank.

    Every label stays. In force is the newest of the highest rank: adjudicated, then human, then machine. Raises UserError
    when a dialogue is missing or a quote does not stand where it says.
    """
    texts: dict[tuple[str, int], str] = {}
    with connection.transaction():
        return sum(add_label(connection, unit, time, texts=texts)[1] for unit in units)


def add_label(connection: BankConnection, unit: InterventionUnit, time: str, *, adjudicated: bool = False, withdrawn: bool = False,
              texts: dict[tuple[str, int], str] | None = None) -> tuple[int, bool]:
    """Store one label of a unit (the unit too when it is new) and put the right one in force; see ``add_units``.

    Returns the label's row id and whether it is new; the same label again, if it was taken back, counts again. A new one
    given as ``withdrawn`` is only kept. Outcomes in the ledger follow the label in force.
    """
    from esc_tui.domain.hashing import canonical_json, sha256

    texts = {} if texts is None else texts
    with connection.transaction():
        _check_quotes(connection, unit, texts)
        number = connection.value("SELECT number FROM units WHERE id = ?", (unit.id,))
        digest = sha256(canonical_json(unit))
        first = number is None
        if number is None:
            number = connection.run(
                "INSERT INTO units (id, dialogue, state, actions, change, polarity, scenario, stage, intensity, "
                "labeller_kind, quote) VALUES (?, ?, '', '', '', '', '', '', 0, '', '')", (unit.id, unit.dialogue)).lastrowid
        else:
            known = connection.row("SELECT id, withdrawn, adjudicated FROM unit_labels WHERE unit = ? AND hash = ?",
                                   (number, digest))
            if known is not None:
                replaced = 0
                if unit.labeller_kind == "machine":  # a machine that comes back to an older label means that one now
                    replaced = connection.run("UPDATE unit_labels SET withdrawn = 1 WHERE unit = ? AND labeller = ? AND id > ? "
                                              "AND withdrawn = 0", (number, unit.labeller, known[0])).rowcount
                if known[1] or replaced or (adjudicated and not known[2]):
                    connection.run("UPDATE unit_labels SET withdrawn = 0, adjudicated = max(adjudicated, ?) WHERE id = ?",
                                   (int(adjudicated), known[0]))
                    settle_label(connection, int(number), time)
                return int(known[0]), False
        labels = unit.model_dump(mode="json", exclude=set(_WITHOUT_QUOTES))
        label = int(connection.run(
            "INSERT INTO unit_labels (unit, labeller, labeller_kind, time, labels, hash, withdrawn, adjudicated) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (number, unit.labeller, unit.labeller_kind, time, json_text(labels), digest, int(withdrawn),
             int(adjudicated and not withdrawn))).lastrowid or 0)
        connection.run_many(
            'INSERT INTO quotes (label, place, turn, role, text, start, "end") VALUES (?, ?, ?, ?, ?, ?, ?)',
            ((label, place, quote.turn, quote.role, quote.text, quote.start, quote.end)
             for place, quote in enumerate(unit.quotes)))
        if first or (not withdrawn and (adjudicated or not connection.value(
                "SELECT 1 FROM unit_labels WHERE unit = ? AND withdrawn = 0 AND (adjudicated OR (labeller_kind = 'human' AND ?))",
                (number, unit.labeller_kind == "machine")))):
            _put_in_force(connection, int(number or 0), label, unit, texts, time)
        return label, True


def settle_label(connection: BankConnection, number: int, time: str) -> None:
    """Put in force the newest label of the highest rank that was not taken back; none left: the newest of all stays.

    Outcomes in the ledger follow it.
    """
    best = connection.row(
        f"SELECT {_LABEL} FROM unit_labels l JOIN units u ON u.number = l.unit WHERE l.unit = ? "
        "ORDER BY l.withdrawn, l.adjudicated DESC, l.labeller_kind = 'human' DESC, l.id DESC LIMIT 1", (number,))
    _put_in_force(connection, number, best[0], _label(connection, best), {}, time)


def _turn_text(connection: BankConnection, dialogue: str, turn: int, texts: dict[tuple[str, int], str]) -> str:
    if (dialogue, turn) not in texts:
        rows = connection.rows("SELECT turn, text FROM dialogue_turns WHERE dialogue = ?", (dialogue,))
        if not rows:
            raise UserError(f"the unit's dialogue '{dialogue}' is not in the bank", "", "add the dialogue first")
        texts.update({(dialogue, row[0]): row[1] for row in rows})
    if (dialogue, turn) not in texts:
        raise UserError(f"dialogue '{dialogue}' has no turn {turn}")
    return texts[dialogue, turn]


def _check_quotes(connection: BankConnection, unit: InterventionUnit, texts: dict[tuple[str, int], str]) -> None:
    for turn in (unit.state_turn, *unit.action_turns, unit.outcome_turn):
        _turn_text(connection, unit.dialogue, turn, texts)
    for quote in unit.quotes:
        if _turn_text(connection, unit.dialogue, quote.turn, texts)[quote.start:quote.end] != quote.text:
            raise UserError(f"the {quote.role} quote of unit '{unit.id}' does not stand at {quote.start}-{quote.end}",
                            f"{unit.dialogue}, turn {quote.turn}", "mark the words again")


def _put_in_force(connection: BankConnection, number: int, label: int, unit: InterventionUnit,
                  texts: dict[tuple[str, int], str], time: str) -> None:
    state_text = _turn_text(connection, unit.dialogue, unit.state_turn, texts)
    shown = next((quote.text for quote in unit.quotes if quote.role == "state"), "") or state_text[:200]
    connection.run(
        "UPDATE units SET label = ?, state = ?, actions = ?, change = ?, polarity = ?, scenario = ?, stage = ?, intensity = ?, "
        "labeller_kind = ?, quote = ?, confidence = ? WHERE number = ?",
        (label, unit.state.value, " ".join(action.value for action in unit.actions), unit.change.value, unit.polarity.value,
         unit.scenario.value, unit.stage.value, unit.intensity, unit.labeller_kind, shown,
         1.0 if unit.confidence is None else unit.confidence, number))
    words = spaced("\n".join([state_text, *(quote.text for quote in unit.quotes if quote.role != "state")]))
    connection.run("DELETE FROM unit_search WHERE rowid = ?", (number,))
    connection.run("INSERT INTO unit_search (rowid, words) VALUES (?, ?)", (number, words))
    if connection.value("SELECT 1 FROM evidence WHERE unit = ? LIMIT 1", (unit.id,)):
        settle_outcomes(connection, number, time)


def unit_number(connection: BankConnection, reference: str | int) -> int:
    """Display number of a unit by ``IU-212``, ``212`` or id. Raises UserError when there is none."""
    text = str(reference).strip()
    digits = text[3:] if text.upper().startswith("IU-") else text
    if digits.isascii() and digits.isdigit():
        found = connection.value("SELECT number FROM units WHERE number = ?", (int(digits[:18]),))
    else:
        found = connection.value("SELECT number FROM units WHERE id = ?", (text,))
    if found is None:
        raise WrongUseError(f"there is no unit '{text}'", "", "write IU-212, 212 or the unit's id")
    return int(found)


def unit_row(connection: BankConnection, reference: str | int) -> UnitRow:
    """One light row by ``IU-212``, ``212`` or id. Raises UserError when there is none."""
    return _row(connection.row(f"SELECT {_ROW} FROM units u WHERE u.number = ?", (unit_number(connection, reference),)))


def unit_labels(connection: BankConnection, reference: str | int) -> list[InterventionUnit]:
    """Every label given to a unit, the one in force first, then newest first; those taken back too."""
    return [_label(connection, row) for row in connection.rows(
        f"SELECT {_LABEL} FROM unit_labels l JOIN units u ON u.number = l.unit WHERE l.unit = ? "
        "ORDER BY l.id = u.label DESC, l.id DESC", (unit_number(connection, reference),))]


def given_labels(connection: BankConnection, reference: str | int) -> list[GivenLabel]:
    """As ``unit_labels``, with how each label stands."""
    rows = connection.rows(
        f"SELECT {_LABEL}, l.time, l.id = u.label, l.withdrawn, l.adjudicated FROM unit_labels l JOIN units u ON u.number = l.unit "
        "WHERE l.unit = ? ORDER BY l.id = u.label DESC, l.id DESC", (unit_number(connection, reference),))
    return [GivenLabel(_label(connection, row), row[6], bool(row[7]), bool(row[8]), bool(row[9])) for row in rows]


def units_of_dialogue(connection: BankConnection, identity: str) -> list[tuple[int, InterventionUnit]]:
    """Every unit of a dialogue with its label in force, as (display number, label), in the order of the lines."""
    rows = connection.rows(f"SELECT {_LABEL}, u.number FROM units u JOIN unit_labels l ON l.id = u.label WHERE u.dialogue = ?",
                           (identity,))
    found = [(int(row[6]), _label(connection, row)) for row in rows]
    return sorted(found, key=lambda pair: (pair[1].state_turn, pair[1].action_turns, pair[0]))


def label_by_id(connection: BankConnection, label: int) -> InterventionUnit:
    """One label by its row id."""
    return _label(connection, connection.row(
        f"SELECT {_LABEL} FROM unit_labels l JOIN units u ON u.number = l.unit WHERE l.id = ?", (label,)))


_LABEL = "l.id, u.id, u.dialogue, l.labeller, l.labeller_kind, l.labels"


def _label(connection: BankConnection, row: Any) -> InterventionUnit:
    from esc_tui.domain.dialogue import InterventionUnit

    quotes = [dict(zip(("turn", "role", "text", "start", "end"), quote, strict=True)) for quote in connection.rows(
        'SELECT turn, role, text, start, "end" FROM quotes WHERE label = ? ORDER BY place', (row[0],))]
    return InterventionUnit.model_validate(
        {**json.loads(row[5]), "id": row[1], "dialogue": row[2], "labeller": row[3], "labeller_kind": row[4], "quotes": quotes})


def units_for(connection: BankConnection, slug: str, polarity: Polarity | str | None, limit: int) -> list[UnitRow]:
    """Units that stand as evidence for (positive) or against (negative) a skill, newest evidence first; None for all.

    Only rows of shelf develop are looked at.
    """
    wanted = "" if polarity is None else " AND e.outcome = ?"
    values = (slug,) if polarity is None else (slug, str(polarity))
    return [_row(row) for row in connection.rows(
        f"SELECT {_ROW} FROM (SELECT unit, max(id) AS newest FROM evidence e WHERE skill = ? AND shelf = 'develop' "
        f"AND unit IS NOT NULL "
        f"AND id NOT IN (SELECT replaces FROM evidence WHERE replaces IS NOT NULL){wanted} GROUP BY unit) "
        "JOIN units u ON u.id = unit ORDER BY newest DESC LIMIT ?", (*values, limit))]


def supporter_words(connection: BankConnection, numbers: Sequence[int]) -> dict[int, str]:
    """What the supporter said in each unit, by display number: the lines of the label in force, joined."""
    marks = ", ".join("?" for _ in numbers)
    found: dict[int, list[str]] = {}
    for number, text in connection.rows(
            "SELECT u.number, t.text FROM units u JOIN unit_labels l ON l.id = u.label JOIN json_each(l.labels, '$.action_turns') a "
            f"JOIN dialogue_turns t ON t.dialogue = u.dialogue AND t.turn = a.value WHERE u.number IN ({marks}) ORDER BY u.number, t.turn",
            numbers):
        found.setdefault(int(number), []).append(text)
    return {number: " ".join(texts) for number, texts in found.items()}


_OF_SKILL = ("SELECT unit, outcome, max(id) AS newest FROM evidence WHERE skill = ? AND shelf = 'develop' AND unit IS NOT NULL "
             "AND id NOT IN (SELECT replaces FROM evidence WHERE replaces IS NOT NULL) GROUP BY unit")


def units_of_skill(connection: BankConnection, slug: str, limit: int, offset: int = 0) -> list[UnitRow]:
    """A page of all units of a skill, of any of its versions: those that helped, then harmed, then neutral ones; newest first."""
    return [_row(row) for row in connection.rows(
        f"SELECT {_ROW} FROM ({_OF_SKILL}) JOIN units u ON u.id = unit "
        "ORDER BY outcome = 'neutral', outcome = 'negative', newest DESC LIMIT ? OFFSET ?", (slug, limit, offset))]


def units_of_skill_counted(connection: BankConnection, slug: str) -> Outcomes:
    """How many units of a skill helped, did neither, and harmed."""
    counts = dict(connection.rows(f"SELECT outcome, count(*) FROM ({_OF_SKILL}) JOIN units u ON u.id = unit GROUP BY outcome", (slug,)))
    return Outcomes(counts.get("positive", 0), counts.get("neutral", 0), counts.get("negative", 0))


def times_in_units(connection: BankConnection, word: str, seen: dict[str, int]) -> int:
    """How many units are found by a word; ``seen`` keeps the counts between calls."""
    if word not in seen:
        if len(seen) > 50_000:
            seen.clear()
        seen[word] = int(connection.value("SELECT doc FROM unit_words WHERE term = ?", (word,)) or 0)
    return seen[word]


def rarest_terms(connection: BankConnection, text: str, seen: dict[str, int]) -> list[str]:
    """The words to look for: no stop words, known to the index, rarest first, within the row budget (one at least).

    ``seen`` keeps word counts between calls; give the same dict again for speed.
    """
    counts: list[tuple[int, str]] = []
    for word in terms(text)[:80]:
        if word not in STOP_WORDS and (times := times_in_units(connection, word, seen)):
            counts.append((times, word))
    chosen: list[str] = []
    rows = 0
    for count, word in sorted(counts)[:RECALL_TERMS]:
        rows += count
        if chosen and rows > RECALL_ROWS:
            break
        chosen.append(word)
    return chosen


def recall(connection: BankConnection, text: str, limit: int, seen: dict[str, int]) -> list[tuple[UnitRow, float]]:
    """Units whose words are most like a text, best first, with BM25 as a positive number (higher is closer)."""
    words = rarest_terms(connection, text, seen)
    if not words:
        return []
    window, values = "", []
    if seen[words[0]] > RECALL_ROWS:  # even the rarest word is common: look at the newest units only
        newest = int(connection.value("SELECT max(number) FROM units") or 0)
        share = RECALL_ROWS / seen[words[0]]
        window, values = " AND rowid > ?", [int(newest * (1 - share))]
    found = connection.rows(
        f"SELECT rowid, rank FROM unit_search WHERE unit_search MATCH ?{window} ORDER BY rank LIMIT ?",
        (match_any(words), *values, limit))
    rows = rows_by_number(connection, [row[0] for row in found])
    return [(rows[row[0]], -float(row[1])) for row in found if row[0] in rows]


def shared_words(connection: BankConnection, text: str, numbers: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """By display number, the words of a text that a unit is found by too, in the order of the text; without the common ones."""
    wanted = [word for word in terms(text) if word not in STOP_WORDS]
    marks = ", ".join("?" for _ in numbers)
    found = {row[0]: set(terms(row[1])) for row in connection.rows(
        f"SELECT rowid, words FROM unit_search WHERE rowid IN ({marks})", numbers)}
    return {number: tuple(word for word in wanted if word in words) for number, words in found.items()}


def rows_by_number(connection: BankConnection, numbers: Sequence[int]) -> dict[int, UnitRow]:
    """Light rows of many units at once."""
    found: dict[int, UnitRow] = {}
    for start in range(0, len(numbers), 500):
        some = numbers[start:start + 500]
        marks = ", ".join("?" for _ in some)
        found.update((row[1], _row(row)) for row in connection.rows(
            f"SELECT {_ROW} FROM units u WHERE u.number IN ({marks})", some))
    return found


def add_profiles(connection: BankConnection, profiles: Iterable[Profile]) -> int:
    """Store simulated seekers; the same id again takes the new text. Returns how many were given."""
    from esc_tui.domain.hashing import canonical_json, sha256

    values = [(one.id, one.shelf.value, one.language, one.model_dump_json(), sha256(canonical_json(one))) for one in profiles]
    with connection.transaction():
        connection.run_many("INSERT OR REPLACE INTO profiles (id, shelf, language, content, hash) VALUES (?, ?, ?, ?, ?)", values)
    return len(values)


def remove_profiles(connection: BankConnection, ids: Iterable[str]) -> int:
    """Take simulated seekers out of the bank; runs keep those they played. Returns how many were there."""
    with connection.transaction():
        return sum(connection.run("DELETE FROM profiles WHERE id = ?", (one,)).rowcount for one in ids)
