"""The pages of the agreement view: one pair of labellers in numbers, and one disputed unit with its labels side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.tui.panes.evidence.look import POLARITY, Bracket, LineLook, clean, line_block, words
from widgets.bars import share
from widgets.blocks import Blank, Block, Flow, Line, Part, Row, Run, runs_width

if TYPE_CHECKING:
    from esc_tui.discover.agreement import FieldAgreement, Measured, PairAgreement
    from esc_tui.domain.dialogue import InterventionUnit
    from esc_tui.tui.panes.bank.picker import PickerScreen
    from esc_tui.tui.panes.evidence.pairs import Dispute

NO_PAIR = ("Nobody else has labelled the same units yet. In the queue, / and “also those others labelled”, or “labelled by” and a "
           "name, brings such units; start the program with --annotator NAME to label as somebody else.")
COUNTING = "Counting on which units labellers agree …"
NO_DISPUTE = "People agree on every unit that more than one of them labelled, and nobody has flagged one."

NAME_CELLS = 14
MOST_DIFFERENCES = 8
WEAK = ("A machine's labels are a first guess, no truth. Held against the seekers' stars, which it did not see, the built-in annotator "
        "has a balanced accuracy of .77 on key units and .69 on all rated ones by their sign (.50 is chance).")
"""On FailedESConv, 230 key and 714 rated units: docs/benchmarks.md."""
ANCHORED = ("People saw the machine's suggestion filled in before they labelled, which pulls them towards it and towards each other: this "
            "is more than they would agree by themselves. Label blind (/ in the queue) to measure that.")
BLIND_PAIR = "People gave these labels without sight of a suggestion."
FIELDS = ("state", "intensity", "scenario", "stage", "need", "actions", "change", "note")
"""What is compared of a disputed unit."""


@dataclass(frozen=True, slots=True)
class Columns:
    """A name, and texts beside each other that wrap in columns of one width."""

    name: str
    cells: tuple[tuple[Run, ...], ...]

    def lines(self, width: int) -> list[Line]:
        """As many lines as the longest cell needs."""
        room = max(10, (width - NAME_CELLS) // max(1, len(self.cells)) - 2)
        set_cells = [Flow(cell).lines(room) for cell in self.cells]
        out = []
        for number in range(max(len(lines) for lines in set_cells)):
            name = self.name if number == 0 else ""
            runs: list[Run] = [Run(f"{name:<{NAME_CELLS}}", "dim", True)]
            for lines in set_cells:
                here = lines[number].runs if number < len(lines) else ()
                runs += [*here, Run(" " * max(0, room + 2 - runs_width(here)), "text", True)]
            out.append(Line(tuple(runs)))
        return out


def pair_blocks(pair: PairAgreement, with_machine: bool = False) -> list[Block]:
    """Kappa with its interval and the share of equal labels for each label, then where the two part.

    ``with_machine``: one of the two is a machine, and how weak its labels are is said.
    """
    title: list[Part] = [
        Row((Run(clean(pair.first), "bright.bold"), Run("  and  ", "dim"), Run(clean(pair.second), "bright.bold"),
             *((Run("   labelled blind", "accent"),) if pair.blind else ()))),
        Flow((Run(f"{pair.units:,}", "text"), Run(f" unit{'' if pair.units == 1 else 's'} labelled by both", "dim"))), Blank()]
    weak: list[Part] = [Flow((Run("! ", "caution"), Run(WEAK, "dim"))), Blank()] if with_machine else []
    weak = [Flow((Run(BLIND_PAIR, "dim"),) if pair.blind else (Run("! ", "caution"), Run(ANCHORED, "dim"))), Blank(), *weak]
    if not pair.enough:
        title += [Flow((Run("Too few for a number that says something; from 20 on there is one.", "text"),)), Blank(), *weak]
        return [Block("few", tuple(title), selectable=False)]
    title.append(Columns("", (((Run("kappa", "dim"),)), (Run("95 % interval", "dim"),), (Run("the same", "dim"),))))
    for name, field in pair.fields.items():
        title.append(Columns(name, (kappa_runs(field.kappa), interval_runs(field.kappa),
                                    (Run(share(field.same) if field.same is not None else "-", "text"),))))
    parts: list[Part] = [*title, Blank(), Flow((Run(
        "Kappa is agreement beyond chance: 0 none, 1 all. Above .6 it is commonly called substantial (Landis and Koch 1977).",
        "dim"),)), Blank(), *weak]
    for name in ("change", "state", "first action"):
        differ = differences(pair.fields[name]) if name in pair.fields else []
        if differ:
            parts.append(Flow((Run(f"Where they part in {name}", "bright.bold"),)))
            parts += [Row((Run(f"{words(one)}", "text"), Run("  against  ", "dim"), Run(words(two), "text")),
                          (Run(f"{count:,}", "text"),)) for one, two, count in differ]
            parts.append(Blank())
    return [Block("pair", tuple(parts), selectable=False)]


def kappa_runs(kappa: Measured) -> tuple[Run, ...]:
    """The value, or why there is none."""
    if kappa.value is None:
        return (Run("all the same label", "dim"),)
    return (Run(_signed(kappa.value), "bright.bold"),)


def interval_runs(kappa: Measured) -> tuple[Run, ...]:
    """``.52 to .70``."""
    if kappa.low is None or kappa.high is None:
        return (Run("", "dim"),)
    return (Run(f"{_signed(kappa.low)} to {_signed(kappa.high)}", "dim"),)


def _signed(value: float) -> str:
    return f"-{share(-value)}" if value < 0 else share(value)


def differences(field: FieldAgreement) -> list[tuple[str, str, int]]:
    """The pairs of labels that stood for each other most often (first's, second's, how often)."""
    table = field.confusion
    found = [(table.labels[row], table.labels[column], count) for row, counts in enumerate(table.counts)
             for column, count in enumerate(counts) if row != column and count]
    return sorted(found, key=lambda one: (-one[2], one[0], one[1]))[:MOST_DIFFERENCES]


def dispute_blocks(dispute: Dispute, me: str = "") -> list[Block]:
    """The labels side by side, what differs in the accent. ``me``: who looks, to be told when a label is theirs."""
    card, labels = dispute.card, dispute.labels
    people = "nobody labelled it yet" if not card.others else "1 person labelled it" if card.others == 1 else (
        f"{card.others} people labelled it")
    rows: list[Part] = [Row((Run(f"IU-{card.number}", "bright.bold"),), (Run(people, "dim"),))]
    rows += [Flow((Run(f"flagged by {clean(name)}  ", "dim"), Run(clean(note), "text"))) for name, note in dispute.flags]
    if me and dispute.has_label_of(me):
        rows.append(Flow((Run("! ", "caution"), Run("One of these is yours. Let somebody else decide if you can; what you decide is "
                                                    "marked as yours in the record.", "text"))))
    rows.append(Blank())
    keys = ["l", *("m" for _ in labels[1:-1]), *(["r"] if len(labels) > 1 else [])]
    rows.append(Columns("", tuple((*((Run(key, "accent.bold"), Run(" ")) if key else ()), Run(clean(label.labeller), "bright"))
                                  for key, label in zip(keys, labels, strict=True))))
    for name in FIELDS:
        values = [_value(label, name) for label in labels]
        if any(values):
            differ = len(set(values)) > 1
            rows.append(Columns(name.rstrip("s") if name == "actions" else name, tuple(
                _value_runs(label, name, value, differ) for label, value in zip(labels, values, strict=True))))
    return [Block("labels", tuple(rows), selectable=False)]


def middle_choice(dispute: Dispute) -> PickerScreen:
    """Asks whose of the labels between the outer two is right; gives its place among all."""
    from esc_tui.tui.panes.bank.picker import Choice, PickerScreen

    options = [Choice(str(place), label.labeller, f"{words(label.state)}, {words(label.change)}")
               for place, label in enumerate(dispute.labels[1:-1], start=1)]
    return PickerScreen(f"Whose label of IU-{dispute.card.number} is right?", options)


def line_blocks(dispute: Dispute, unveiled: bool, close: bool = False) -> list[Block]:
    """The lines around the unit; ``close``: with no empty rows between them."""
    card = dispute.card
    unit = card.suggestion
    blocks = []
    roles = {unit.state_turn: "state", unit.outcome_turn: "after", **dict.fromkeys(unit.action_turns, "did")}
    for line in card.lines:
        inside = unit.state_turn <= line <= unit.outcome_turn
        kind = "begin" if line == unit.state_turn else "end" if line == unit.outcome_turn else "through"
        blocks.append(line_block(LineLook(
            line, card.dialogue.turns[line], (), roles.get(line, ""), (Bracket(0, kind, "accent"),) if inside else (),
            veiled=line in card.crisis and not unveiled, quiet=not inside, close=close), 1))
    return blocks


def _value(label: InterventionUnit, name: str) -> str:
    if name == "actions":
        return ", ".join(words(action) for action in label.actions)
    if name == "intensity":
        return f"{label.intensity} of 5"
    if name == "note":
        return clean(label.note)
    value = getattr(label, name)
    return words(value) if value is not None else ""


def _value_runs(label: InterventionUnit, name: str, value: str, differ: bool) -> tuple[Run, ...]:
    tone = "accent.bold" if differ and name != "note" else "text"
    if name == "change":
        glyph, meaning = POLARITY[str(label.polarity)]
        return Run(f"{glyph} ", meaning), Run(value, tone)
    return (Run(value or "not known", tone if value else "dim"),)


def nothing_block(sentences: Sequence[str]) -> Block:
    """An empty page: what would stand here and how it comes about."""
    return Block("none", tuple(part for sentence in sentences for part in (Blank(), Flow((Run(sentence, "text"),)))), selectable=False)
