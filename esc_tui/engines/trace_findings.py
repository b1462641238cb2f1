"""What an analyst saw in single turns of one trace, put together as findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from esc_tui.domain.evolution import SHOWN_TURNS, Finding, FindingKind, SeekerGroup, ShownTurn
from esc_tui.domain.labels import Action
from esc_tui.engines.evolving_roles import Trace, TracedTurn


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing found in one turn; ``why`` says in words what shows it there."""

    kind: FindingKind
    group: SeekerGroup
    skills: tuple[str, ...]
    actions: tuple[Action, ...]
    why: str
    turn: TracedTurn


def findings_of_trace(trace: Trace, seen: Iterable[Seen], engine: str) -> tuple[Finding, ...]:
    """One finding for each thing found, however many turns of the trace show it, in the order in which they were first seen."""
    together: dict[tuple[object, ...], list[Seen]] = {}
    for one in seen:
        together.setdefault((one.kind, one.group.name, one.skills, one.actions), []).append(one)
    return tuple(_finding(trace, rows, engine) for rows in together.values())


def _finding(trace: Trace, rows: list[Seen], engine: str) -> Finding:
    first = rows[0]
    changes = [row.turn.change or 0 for row in rows]
    return Finding(
        id="", kind=first.kind, title=first.kind.value, group=first.group, actions=first.actions, skills=first.skills,
        turns=tuple(_shown(trace, row) for row in rows[:SHOWN_TURNS]), count=len(rows), profiles=1,
        mean_change=sum(changes) / len(changes), engine=engine)


def _shown(trace: Trace, row: Seen) -> ShownTurn:
    """The turn with its words; those of a live talk stay in the talk, where they can be forgotten."""
    turn = row.turn
    return ShownTurn(
        conversation=trace.conversation, turn=turn.number, run=trace.run, episode=trace.episode, profile=trace.profile,
        change=turn.change or 0, heard="" if trace.live else turn.heard, reply="" if trace.live else turn.reply, skills=turn.skills,
        units=turn.units, why=row.why)
