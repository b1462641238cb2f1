"""A unit as an annotator meets it: the lines around it, the suggestion, and the labels as they are being corrected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from esc_tui.tui.panes.evidence.reader import crisis_lines

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.domain.dialogue import Dialogue, InterventionUnit, Quote

BEFORE, AFTER = 6, 3
"""Lines shown before the state line and after the outcome line."""
LABELS = ("state", "also", "intensity", "scenario", "stage", "need", "actions", "change", "quotes")
"""What an annotator may correct."""
NEEDED = ("state", "intensity", "scenario", "stage", "actions", "change")
"""What nobody may leave open."""


@dataclass(frozen=True, slots=True)
class Card:
    """One unit to label. ``others`` counts people who labelled it already; what they said is not shown."""

    number: int
    suggestion: InterventionUnit
    dialogue: Dialogue
    crisis: frozenset[int]
    others: int = 0

    @property
    def lines(self) -> range:
        """The lines shown."""
        unit = self.suggestion
        return range(max(0, unit.state_turn - BEFORE), min(len(self.dialogue.turns), unit.outcome_turn + AFTER + 1))

    @property
    def own_lines(self) -> tuple[int, ...]:
        """The lines that can hold quotes: state, what the supporter did, outcome."""
        unit = self.suggestion
        return (unit.state_turn, *unit.action_turns, unit.outcome_turn)


def load_card(connection: BankConnection, number: int, annotator: str) -> Card | None:
    """A unit with its newest machine label (else the one in force) as the suggestion; None when it is gone. For a thread."""
    from esc_tui.bank.dialogues import read_dialogue
    from esc_tui.bank.units import given_labels
    from esc_tui.domain.errors import UserError

    try:
        given = [one for one in given_labels(connection, number) if not one.withdrawn]
    except UserError:
        return None
    suggestion = next((one.label for one in given if one.label.labeller_kind == "machine"), given[0].label if given else None)
    dialogue = read_dialogue(connection, suggestion.dialogue) if suggestion is not None else None
    if suggestion is None or dialogue is None:
        return None
    others = {one.label.labeller for one in given if one.label.labeller_kind == "human"} - {annotator}
    card = Card(number, suggestion, dialogue, frozenset(), len(others))
    return Card(number, suggestion, dialogue, crisis_lines(dialogue, card.lines), len(others))


@dataclass(slots=True)
class LabelDraft:
    """The labels of a unit while a person looks at them; they begin as the suggestion, or ``blind`` as nothing.

    ``shown``: somebody else's label of the unit was on the screen in this session, so that its labels are not recorded as blind.
    """

    base: InterventionUnit
    values: dict[str, Any] = field(default_factory=dict)
    blind: bool = False
    shown: bool = False

    def first(self, name: str) -> Any:
        """The value the draft begins with: the suggestion's, or none while labelling blind."""
        if self.blind:
            return () if name in {"also", "actions", "quotes"} else None
        return getattr(self.base, name)

    def get(self, name: str) -> Any:
        """The value as it is now; None (or empty) while it is not given."""
        return self.values.get(name, self.first(name))

    @property
    def missing(self) -> tuple[str, ...]:
        """The labels a person has to give yet."""
        return tuple(name for name in NEEDED if self.get(name) in (None, ()))

    def put(self, name: str, value: Any) -> None:
        """Change a value; one that is as at the beginning is no change."""
        if value == self.first(name):
            self.values.pop(name, None)
        else:
            self.values[name] = value
        if name == "state":
            self.put("also", tuple(state for state in self.get("also") if state != value))

    def changed(self, name: str) -> bool:
        """True when the value is not as suggested."""
        return name in self.values

    @property
    def corrected(self) -> bool:
        """True when anything is not as suggested."""
        return bool(self.values)

    def label(self, annotator: str) -> InterventionUnit:
        """The label this person gives."""
        from esc_tui.domain.dialogue import InterventionUnit

        return InterventionUnit.model_validate({
            **self.base.model_dump(), **{name: self.get(name) for name in LABELS}, "labeller": annotator, "labeller_kind": "human",
            "confidence": None, "note": ""})

    @classmethod
    def like(cls, base: InterventionUnit, other: InterventionUnit, blind: bool = False) -> LabelDraft:
        """A draft that holds what another label says of the same unit."""
        draft = cls(base, blind=blind)
        for name in LABELS:
            draft.put(name, getattr(other, name))
        return draft

    def quotes_on(self, line: int) -> tuple[Quote, ...]:
        """The quotes of a line."""
        return tuple(quote for quote in self.get("quotes") if quote.turn == line)
