"""What the bank holds for the seekers of a finding: units that helped and harmed such seekers, the states and stages they were in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from esc_tui.discover.briefs import brief_of_units
from esc_tui.domain.evolution import Finding, SeekerGroup
from esc_tui.domain.labels import Action, LabelT, Polarity, State
from esc_tui.engines.evolving_roles import GroupEvidence, Trace
from esc_tui.evolve.records import groups_of

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader

FEWEST_UNITS = 3
"""A skill is written from so many units that helped; with fewer for the need, units of the states the seekers were in are added."""


def evidence_for(reader: BankReader, finding: Finding, traces: Sequence[Trace], taken: frozenset[str], *, near: bool = True,
                 action: Action | None = None) -> GroupEvidence:
    """What there is for a finding, with the units of one action (the finding's first by itself). ``near`` as ``words_stay_here`` tells."""
    turns = [turn for trace in traces for turn in trace.turns if turn.state is not None and finding.group in groups_of(trace, turn)]
    states = _counted(turn.state for turn in turns if turn.state is not None)
    wanted = action if action is not None else finding.actions[0] if finding.actions else None
    units = _units(reader, finding.group, wanted, [state for state, _ in states[:3]])
    helped = sum(polarity == Polarity.POSITIVE.value for _, polarity in units)
    brief = brief_of_units(reader.connection, [number for number, _ in units], taken=taken, near=near) if helped else None
    return GroupEvidence(brief, states, _counted(turn.stage for turn in turns if turn.stage is not None))


def _counted(labels: Iterable[LabelT]) -> tuple[tuple[LabelT, int], ...]:
    """Labels with how often they come, most frequent first."""
    return tuple(sorted(Counter(labels).items(), key=lambda pair: (-pair[1], str(pair[0]))))


def _units(reader: BankReader, group: SeekerGroup, action: Action | None, states: Sequence[State]) -> list[tuple[int, str]]:
    """Number and polarity of units with the action: of the group's need or state; of the states its seekers were in where those are few."""
    rows = reader.connection.rows(
        "SELECT u.number, u.polarity, u.state, json_extract(l.labels, '$.need'), u.actions FROM units u JOIN unit_labels l "
        "ON l.id = u.label WHERE l.withdrawn = 0 AND u.polarity <> 'neutral' ORDER BY u.number")
    doing = [row for row in rows if action is None or action.value in row[4].split()]
    found = [(row[0], row[1]) for row in doing if (group.need is None or row[3] == group.need.value)
             and (group.state is None or row[2] == group.state.value)]
    if sum(polarity == Polarity.POSITIVE.value for _, polarity in found) >= FEWEST_UNITS:
        return found
    known, led = {number for number, _ in found}, {state.value for state in states}
    return found + [(row[0], row[1]) for row in doing if row[2] in led and row[0] not in known]
