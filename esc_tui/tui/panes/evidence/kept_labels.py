"""What the queue keeps for an annotator between two starts: which units are to come, and labels begun but not decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from esc_tui.bank.decisions import Wanted
from esc_tui.tui.panes.evidence.cards import LABELS, Card, LabelDraft

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.connection import BankConnection

_CHOICE, _BEGUN = "evidence queue of ", "labels begun by "
_READ = "SELECT value FROM interface_state WHERE key = ?"
MOST = 1000
"""Begun labels kept from one start to the next; the newest of more."""

Place = tuple[int, bool]
"""A unit by its display number, and whether its labels were begun blind."""


def keep_choice(bank: Bank, annotator: str, wanted: Wanted, blind: bool) -> None:
    """Keep which units an annotator wants to see, and whether blind. For a thread."""
    bank.remember(f"{_CHOICE}{annotator}", json.dumps({**asdict(wanted), "blind": blind}))


def kept_choice(connection: BankConnection, annotator: str) -> tuple[Wanted, bool] | None:
    """What was kept of an annotator's choice; None when there is nothing, or nothing this program understands. For a thread."""
    values = _values(connection, f"{_CHOICE}{annotator}")
    if not isinstance(values, dict):
        return None
    blind = values.pop("blind", False) is True
    first: dict[str, Any] = asdict(Wanted())
    chosen: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, list) and first.get(name) == () and all(isinstance(one, str) for one in value):
            chosen[name] = tuple(value)
        elif isinstance(value, bool) and isinstance(first.get(name), bool):
            chosen[name] = value
        else:
            return None
    return Wanted(**chosen), blind


@dataclass(frozen=True, slots=True)
class KeptLabels:
    """Begun labels as the bank holds them: of which unit, the values as plain JSON, and whether other labels of it were shown."""

    unit: str
    values: Mapping[str, Any]
    shown: bool

    def draft(self, card: Card, blind: bool) -> LabelDraft | None:
        """The draft they make on a card; None when the unit is another by now or a value is none any more."""
        from pydantic import TypeAdapter, ValidationError

        from esc_tui.domain.dialogue import InterventionUnit

        if self.unit != card.suggestion.id:
            return None
        draft = LabelDraft(card.suggestion, blind=blind)
        try:
            for name in LABELS:
                if name in self.values:
                    kind: Any = InterventionUnit.model_fields[name].annotation
                    draft.put(name, TypeAdapter(kind).validate_python(self.values[name]))
        except ValidationError:
            return None
        return draft


def keep_labels(bank: Bank, annotator: str, begun: Mapping[Place, LabelDraft], kept: Mapping[Place, KeptLabels]) -> None:
    """Keep all labels begun and not decided, with those kept earlier and not seen since. For a thread."""
    from pydantic_core import to_jsonable_python

    rows = [(number, blind, one.unit, dict(one.values), one.shown) for (number, blind), one in kept.items()]
    rows += [(number, blind, one.base.id, to_jsonable_python(one.values), one.shown or not blind)
             for (number, blind), one in begun.items() if one.corrected]
    bank.remember(f"{_BEGUN}{annotator}", json.dumps(rows[-MOST:]))


def kept_labels(connection: BankConnection, annotator: str) -> dict[Place, KeptLabels]:
    """The labels an annotator had begun; rows that are no such labels are left out. For a thread."""
    found = {}
    rows = _values(connection, f"{_BEGUN}{annotator}")
    for row in rows if isinstance(rows, list) else ():
        match row:
            case [int(number), bool(blind), str(unit), dict(values), bool(shown)]:
                found[number, blind] = KeptLabels(unit, values, shown)
    return found


def _values(connection: BankConnection, key: str) -> Any:
    try:
        return json.loads(connection.value(_READ, (key,)) or "null")
    except ValueError:
        return None
