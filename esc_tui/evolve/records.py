"""What is known beyond one talk: how skills and groups of seekers moved over many traces, and what units tell of actions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from esc_tui.domain.evidence import Outcomes, beta_moments
from esc_tui.domain.evolution import SeekerGroup
from esc_tui.domain.labels import Action, Polarity
from esc_tui.engines.evolving_roles import Moves, Record, Trace, TracedTurn

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader

FEWEST_HELPED = 3
"""An action answers to a group of seekers when at least so many units helped such seekers ..."""
ANSWERS_FROM = 0.65
"""... and the mean of its Beta posterior there is at least this; over all units of the starter bank it is 0.68."""
MOST_ANSWERS = 3


def groups_of(trace: Trace, turn: TracedTurn) -> Iterator[SeekerGroup]:
    """The groups a turn belongs to: all seekers, those of its need, of its character, of the state it was read as."""
    yield SeekerGroup()
    if trace.need is not None:
        yield SeekerGroup(need=trace.need)
    if trace.character is not None:
        yield SeekerGroup(character=trace.character)
    if turn.state is not None:
        yield SeekerGroup(state=turn.state)


def record_of(reader: BankReader, traces: Iterable[Trace]) -> Record:
    """The record of some traces and of the bank's units by their labels in force. Units of talks without leave are not in a bank."""
    skills: dict[tuple[str, str], list[tuple[str, TracedTurn]]] = defaultdict(list)
    groups: dict[str, list[tuple[str, TracedTurn]]] = defaultdict(list)
    for trace in traces:
        seeker = trace.profile or trace.conversation
        for turn in trace.turns:
            if turn.change is None:
                continue
            for group in groups_of(trace, turn):
                groups[group.name].append((seeker, turn))
                for slug in turn.skills:
                    skills[slug, group.name].append((seeker, turn))
    units = unit_outcomes(reader)
    return Record({key: _moves(rows) for key, rows in skills.items()}, {key: _moves(rows) for key, rows in groups.items()}, units,
                  answers_of(units))


def _moves(rows: Sequence[tuple[str, TracedTurn]]) -> Moves:
    taken = [turn.taken for _, turn in rows if turn.taken is not None]
    return Moves(len(rows), len({seeker for seeker, _ in rows}), fmean(turn.change or 0 for _, turn in rows),
                 fmean(taken) if taken else 0.0, len(taken))


def unit_outcomes(reader: BankReader) -> dict[tuple[str, Action], Outcomes]:
    """What the units tell, by need and by state: how often each action helped, did neither, and harmed."""
    counts: dict[tuple[str, Action], list[int]] = defaultdict(lambda: [0, 0, 0])
    places = {Polarity.POSITIVE.value: 0, Polarity.NEUTRAL.value: 1, Polarity.NEGATIVE.value: 2}
    for state, need, actions, polarity in reader.connection.rows(
            "SELECT u.state, json_extract(l.labels, '$.need'), u.actions, u.polarity FROM units u JOIN unit_labels l ON l.id = u.label "
            "WHERE l.withdrawn = 0 ORDER BY u.number"):
        for group in (state, need):
            for action in actions.split() if group else ():
                counts[str(group), Action(action)][places[polarity]] += 1
    return {key: Outcomes(*seen) for key, seen in counts.items()}


def answers_of(units: dict[tuple[str, Action], Outcomes]) -> dict[str, tuple[Action, ...]]:
    """The actions each group answers to by its units, the surest first (lower end of the posterior: mean less one deviation)."""
    found: dict[str, list[tuple[float, int, Action]]] = defaultdict(list)
    order = list(Action)
    for (group, action), seen in units.items():
        mean, variance = beta_moments(float(seen.helped), float(seen.harmed))
        if seen.helped >= FEWEST_HELPED and mean >= ANSWERS_FROM:
            found[group].append((mean - variance ** 0.5, -order.index(action), action))
    return {group: tuple(action for _, _, action in sorted(rows, reverse=True)[:MOST_ANSWERS]) for group, rows in sorted(found.items())}
