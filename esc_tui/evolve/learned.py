"""What was learned last about a skill, in a sentence: its posterior before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esc_tui.bank.evidence import EvidenceCount, weighed
from esc_tui.bank.evidence_line import learned_last
from esc_tui.domain.evidence import posterior
from esc_tui.domain.labels import State

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader


def learned_about(reader: BankReader, slug: str, state: State | None) -> str:
    """How what was learned last moved a skill's posterior of a positive outcome, over all states and in one.

    Empty when nothing that was learned is in force, or it moved nothing.
    """
    step = learned_last(reader.connection)
    if step is None:
        return ""
    before, after = ([count for count in reader.evidence_counts(number) if count.skill == slug]
                     for number in (step.before, reader.snapshot_number))
    if before == after:
        return ""
    told = _moved(before, after)
    if state is not None:
        there = [[count for count in counts if count.state == state.value] for counts in (before, after)]
        told += f"; for '{state.value}' {_moved(*there)}" if there[0] != there[1] else ""
    return f"Learned since evidence snapshot {step.before}, now {reader.snapshot_number}: its posterior {told}."


def _moved(before: list[EvidenceCount], after: list[EvidenceCount]) -> str:
    (old, old_width), (new, new_width) = (posterior(*weighed(counts)) for counts in (before, after))
    return f"went from {old:.2f} ±{old_width:.2f} to {new:.2f} ±{new_width:.2f}"
