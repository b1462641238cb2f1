"""The list of dialogues: what a person typed becomes a filter, a filter one page of rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.decisions import LABELLED_BY
from esc_tui.bank.dialogues import COLUMNS, DialogueRow, outcome_of, rows_with_units
from esc_tui.bank.episode_search import UnknownWord, places_meant, unknown_word
from esc_tui.bank.search import filter_parts
from esc_tui.domain.labels import Action, Change, Polarity, Scenario, State

OUTCOMES: Mapping[str, str] = {
    "helped": "helped", "eased-a-little": "eased a little", "did-not-help": "did not help", "not-known": ""}
"""How dialogues end: as it is typed, and as a row says it."""
LABELS: Mapping[str, type[StrEnum]] = {"scenario": Scenario, "state": State, "action": Action, "change": Change, "polarity": Polarity}
"""Facets of units; all that are named must hold for one unit of the dialogue."""
FACETS = (*LABELS, "outcome", "flagged")
_ALLOWED: Mapping[str, tuple[str, ...]] = {
    **{facet: tuple(one.value for one in kind) for facet, kind in LABELS.items()}, "outcome": tuple(OUTCOMES), "flagged": ("yes", "no")}
_UNIT = re.compile(r"IU-[0-9]{1,18}", re.IGNORECASE)
_SAID = "d.id || ' ' || d.source || ' ' || d.problem || ' ' || d.emotion || ' ' || coalesce(json_extract(d.header, '$.situation'), '')"
_FLAGGED = ("EXISTS (SELECT 1 FROM decisions f JOIN units g ON g.number = f.unit WHERE g.dialogue = d.id AND f.kind = 'flag' "
            "AND f.undone = 0)")


@dataclass(frozen=True, slots=True)
class DialogueFilter:
    """Which dialogues: values of one facet are alternatives, facets and words must all hold.

    Every word must begin a word (in any case) of the dialogue's id, source, problem, emotion or situation, or of one of its lines.
    Numbers and labels are of one unit. ``units`` are display numbers, ``labels`` values of ``LABELS`` by facet, ``outcomes`` as a row
    says them.
    """

    words: tuple[str, ...] = ()
    units: tuple[int, ...] = ()
    labels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    outcomes: tuple[str, ...] = ()
    flagged: bool | None = None

    def __bool__(self) -> bool:
        return bool(self.words or self.units or self.labels or self.outcomes) or self.flagged is not None


def read_dialogue_filter(text: str) -> tuple[DialogueFilter, tuple[UnknownWord, ...]]:
    """Read ``boss IU-404 outcome:did-not-help state:lonely,sad flagged:yes``: what is known of it, and what is not.

    A word in quotes is a word, whatever it looks like; so is what no facet's name stands before. A value still being typed
    (``state:``) asks for nothing.
    """
    words: list[str] = []
    units: list[int] = []
    found: dict[str, list[str]] = {}
    unknown: list[UnknownWord] = []
    for part in filter_parts(text.removeprefix("/")):
        name, colon, value = part.partition(":")
        facet = name.lower()
        if _UNIT.fullmatch(part):
            units.append(int(part[3:]))
        elif part.startswith('"') or not colon or not name.isalpha() or value.startswith("//"):
            words += part.replace('"', " ").split()
        elif facet not in FACETS:
            unknown.append(unknown_word("", facet, FACETS))
        else:
            for one in filter(None, value.replace('"', "").split(",")):
                places = places_meant(one, _ALLOWED[facet])
                found.setdefault(facet, []).extend(_ALLOWED[facet][place] for place in places)
                if not places:
                    unknown.append(unknown_word(facet, one, _ALLOWED[facet]))
    flagged = set(found.get("flagged", ()))
    labels = tuple((facet, tuple(dict.fromkeys(found[facet]))) for facet in LABELS if found.get(facet))
    return DialogueFilter(tuple(words), tuple(units), labels, tuple(OUTCOMES[one] for one in dict.fromkeys(found.get("outcome", ()))),
                          "yes" in flagged if len(flagged) == 1 else None), tuple(unknown)


def list_dialogues(connection: BankConnection, wanted: DialogueFilter | None = None, limit: int = 100, offset: int = 0,
                   blind_for: str | None = None) -> tuple[list[DialogueRow], int]:
    """One page of dialogues by id, and how many there are in all. Raises SearchInterrupted when a newer search has begun.

    ``blind_for``: who labels blind; labels are then asked only of units this annotator has labelled, and rows say whose counts
    are not for them.
    """
    if not wanted:
        rows = connection.rows(f"SELECT {COLUMNS} FROM dialogues d ORDER BY d.id LIMIT ? OFFSET ?", (limit, offset))
        return rows_with_units(connection, rows, blind_for), int(connection.value("SELECT count(*) FROM dialogues"))
    clause, values = _clause(wanted, blind_for)
    found = [row[0] for row in connection.rows(
        "SELECT d.id, json_extract(d.header, '$.initial_intensity'), json_extract(d.header, '$.final_intensity'), d.helped "
        f"FROM dialogues d WHERE {clause} ORDER BY d.id", values)
        if not wanted.outcomes or outcome_of(*row[1:]) in wanted.outcomes]
    page = found[offset:offset + limit]
    marks = ", ".join("?" for _ in page)
    rows = connection.rows(f"SELECT {COLUMNS} FROM dialogues d WHERE d.id IN ({marks}) ORDER BY d.id", page)
    return rows_with_units(connection, rows, blind_for), len(found)


def _clause(wanted: DialogueFilter, blind_for: str | None) -> tuple[str, list[Any]]:
    """The condition on a dialogue ``d`` and its values; what a person typed is only ever a value. Outcomes are not in it."""
    parts, values = ["1"], list[Any]()
    if wanted.units or wanted.labels:
        same = ["u.dialogue = d.id"]
        if wanted.units:
            same.append(f"u.number IN ({', '.join('?' for _ in wanted.units)})")
            values += wanted.units
        if wanted.labels and blind_for is not None:
            same.append(LABELLED_BY)
            values.append(blind_for)
        for facet, some in wanted.labels:
            column = "' ' || u.actions || ' '" if facet == "action" else f"u.{facet}"
            each = f"instr({column}, ?) > 0" if facet == "action" else f"{column} = ?"
            same.append(f"({' OR '.join(each for _ in some)})")
            values += [f" {one} " if facet == "action" else one for one in some]
        parts.append(f"EXISTS (SELECT 1 FROM units u WHERE {' AND '.join(same)})")
    if wanted.flagged is not None:
        parts.append(_FLAGGED if wanted.flagged else f"NOT {_FLAGGED}")
    for word in wanted.words:
        escaped = word.replace(chr(92), chr(92) * 2).replace("%", chr(92) + "%").replace("_", chr(92) + "_")
        parts.append(f"(({_SAID} LIKE ? ESCAPE '{chr(92)}' AND begins_word(?, {_SAID})) OR EXISTS (SELECT 1 FROM dialogue_turns t "
                     f"WHERE t.dialogue = d.id AND t.text LIKE ? ESCAPE '{chr(92)}' AND begins_word(?, t.text)))")
        values += [f"%{escaped}%", word] * 2
    return " AND ".join(parts), values
