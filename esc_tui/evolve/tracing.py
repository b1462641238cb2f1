"""Stored talks as traces for an analyst: which episodes and talks may be read, and what an analyst may know of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from esc_tui.bank.episodes import EpisodeRow, episode_rows, played_profile
from esc_tui.bank.talk_lessons import may_learn
from esc_tui.domain.base import content_id
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Change, Character, Need, Scenario
from esc_tui.domain.licence import may_be_shared
from esc_tui.domain.talk import TalkView, TurnView
from esc_tui.engines.evolving_roles import PivotKind, Trace, TracedTurn
from esc_tui.evolve.pivots import change_after, pivots_of
from esc_tui.evolve.thoughts import taken_as
from esc_tui.simulate.profiles import is_sealed, retired_ids, sealed_error

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader


def traces_of_run(reader: BankReader, run: int, arm: int | None = 0) -> list[Trace]:
    """The traces of the episodes of a run that ended, in their order; ``arm`` as its index, None for all.

    Raises UserError when one of them is sealed: such a run is for verdicts alone.
    """
    retired = retired_ids(reader)
    rows = [row for row in episode_rows(reader.connection, run) if arm is None or row.arm == arm]
    for row in rows:
        if is_sealed(row, retired):
            raise sealed_error(row)
    return [_trace_of_episode(reader, row) for row in rows if row.state == "finished" and row.turns]


def trace_of_talk(reader: BankReader, conversation: str) -> Trace:
    """The trace of a live talk. Raises UserError without its tester's leave to learn from it, or for an unknown talk."""
    if not may_learn(reader.connection, conversation):
        raise UserError(f"talk '{conversation}' may not be learned from", reader.connection.place,
                        "its tester can allow it at the end of the talk")
    view = TalkView.of(reader.events(conversation))
    labels = _labels(reader, view)
    return Trace(conversation, _turns(view, labels, thoughts=False), live=True, **_stands_on(view))


def _trace_of_episode(reader: BankReader, row: EpisodeRow) -> Trace:
    view = TalkView.of(reader.events(row.conversation))
    return Trace(row.conversation, _turns(view, _labels(reader, view), thoughts=True), row.run, row.number, row.profile,
                 character=Character(row.character), need=Need(row.need), scenario=Scenario(row.scenario),
                 quotable=may_be_shared(played_profile(reader.connection, row.profile_hash).licence), **_stands_on(view))


def _stands_on(view: TalkView) -> dict[str, Any]:
    pins = view.pins
    return {} if pins is None or view.started is None or not view.started.bank_used else {
        "revision": pins.revision, "candidate": pins.candidate}


def _labels(reader: BankReader, view: TalkView) -> dict[int, Change]:
    """The changes that people labelled the replies of a talk with, by turn (units of its dialogue, labels in force)."""
    dialogue = content_id("talk", view.conversation_id)
    if reader.connection.value("SELECT 1 FROM dialogues WHERE id = ?", (dialogue,)) is None:
        return {}
    told = dict(reader.connection.rows("SELECT id, change FROM units WHERE dialogue = ? AND labeller_kind = 'human'", (dialogue,)))
    found = {turn.number: told.get(content_id("iu", dialogue, str(turn.number))) for turn in view.turns}
    return {number: Change(change) for number, change in found.items() if change}


def _turns(view: TalkView, labels: Mapping[int, Change], *, thoughts: bool) -> tuple[TracedTurn, ...]:
    why: dict[int, list[PivotKind]] = {}
    for pivot in pivots_of(view.turns, labels):
        why.setdefault(pivot.turn, []).append(pivot.kind)
    return tuple(_turn(turn, change_after(turn, labels), tuple(why.get(turn.number, ())), thoughts)
                 for turn in view.turns if turn.shown)


def _turn(turn: TurnView, change: int | None, pivots: tuple[PivotKind, ...], thoughts: bool) -> TracedTurn:
    state, ranked, plan, guard, mind = turn.state, turn.ranked, turn.plan, turn.guard_in, turn.appraised
    said = tuple((segment.skill, segment.text) for segment in turn.segments if segment.skill and segment.text)
    refused = next((check.problem for check in turn.guard_out if check.problem and check.measure != "none"), "")
    return TracedTurn(
        number=turn.number, heard=turn.text, reply=turn.shown, change=change,
        before=turn.emotion.before if turn.emotion is not None else None,
        states=state.states if state is not None else (), stage=state.stage if state is not None else None,
        ranked=ranked.ranked if ranked is not None else (),
        skills=tuple(dict.fromkeys(slug for slug, _ in said)) or (turn.reply.skills if turn.reply is not None else ()),
        moves=plan.moves if plan is not None else (), said=said,
        units=tuple(unit.number for unit in turn.units.units) if turn.units is not None else (),
        refused=refused, care=guard is not None and (guard.crisis or guard.in_care),
        thought=" ".join(part for part in (mind.activity, mind.target_completion) if part) if thoughts and mind is not None else "",
        taken=taken_as(mind.target_completion) if thoughts and mind is not None else None,
        pivots=pivots)
