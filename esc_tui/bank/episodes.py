"""Simulated talks in the store: one light row each, kept in step with the events that are appended as they happen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.holding import must_hold
from esc_tui.bank.talks import read_events, this_process
from esc_tui.domain.errors import WrongUseError
from esc_tui.domain.sage import FINISHED

if TYPE_CHECKING:
    from esc_tui.domain.events import Event
    from esc_tui.domain.profile import Profile

_COLUMNS = {"event_id", "conversation_id", "turn", "kind", "time"}


@dataclass(frozen=True, slots=True)
class PlannedEpisode:
    """An episode before it begins. ``number`` (from 1) orders a run; ``arm`` is the index of its arm, ``seed`` its own seed."""

    number: int
    conversation: str
    profile: str
    profile_hash: str
    name: str
    arm: int
    repeat: int
    seed: int
    shelf: str
    scenario: str
    character: str
    need: str
    emotion: int


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """An episode in a list. ``curve`` holds the emotion at the start and after each judged reply."""

    run: int
    number: int
    conversation: str
    profile: str
    profile_hash: str
    name: str
    arm: int
    repeat: int
    seed: int
    shelf: str
    scenario: str
    character: str
    need: str
    state: str
    outcome: str | None
    emotion: int
    curve: tuple[int, ...]
    turns: int
    flags: tuple[str, ...]
    skills: tuple[str, ...]
    critic: tuple[float, ...]
    reason: str
    started: str | None
    ended: str | None


_ROW = ", ".join(EpisodeRow.__slots__)


def insert_planned(connection: BankConnection, run: int, planned: Sequence[PlannedEpisode]) -> None:
    """Rows of episodes that wait; inside the transaction that makes their run."""
    columns = PlannedEpisode.__slots__
    marks = ", ".join("?" for _ in columns)
    connection.run_many(
        f"INSERT INTO episodes (run, {', '.join(columns)}, state, curve, turns, flags, skills, critic, reason) "
        f"VALUES (?, {marks}, 'waiting', '', 0, '', '', '', '')",
        [(run, *(getattr(one, column) for column in columns)) for one in planned])


def _numbers(text: str, kind: Any) -> tuple[Any, ...]:
    return tuple(kind(part) for part in text.split(",")) if text else ()


def select_row() -> str:
    """The beginning of a query whose rows ``row_of`` reads."""
    return f"SELECT {_ROW} FROM episodes"


def row_of(row: Sequence[Any]) -> EpisodeRow:
    """An episode of a row of ``select_row``."""
    values = dict(zip(EpisodeRow.__slots__, row, strict=True))
    for field, kind in (("curve", int), ("flags", str), ("skills", str), ("critic", float)):
        values[field] = _numbers(values[field], kind)
    return EpisodeRow(**values)


def episode_rows(connection: BankConnection, run: int, limit: int = -1, offset: int = 0) -> list[EpisodeRow]:
    """Episodes of a run in their order; ``limit`` -1 for all."""
    return [row_of(row) for row in connection.rows(
        f"SELECT {_ROW} FROM episodes WHERE run = ? ORDER BY number LIMIT ? OFFSET ?", (run, limit, offset))]


def episodes_changed(connection: BankConnection, run: int, conversations: Iterable[str]) -> list[EpisodeRow]:
    """The rows of some episodes of a run, for a follower that saw their events."""
    wanted = list(dict.fromkeys(conversations))
    found: list[EpisodeRow] = []
    for start in range(0, len(wanted), 500):
        some = wanted[start:start + 500]
        marks = ", ".join("?" for _ in some)
        found.extend(row_of(row) for row in connection.rows(
            f"SELECT {_ROW} FROM episodes WHERE run = ? AND conversation IN ({marks})", (run, *some)))
    return found


def find_episode(connection: BankConnection, reference: str) -> EpisodeRow:
    """An episode by ``RUN/NUMBER`` (12/31, last/1) or its conversation's id or the beginning of it. Raises UserError when there is none."""
    from esc_tui.bank.runs import find_run

    text = reference.strip()
    run, slash, number = text.rpartition("/")
    row = None
    if slash and number.isascii() and number.isdigit() and len(number) < 12:
        with suppress(WrongUseError):
            of_run = find_run(connection, run).number
            row = connection.row(f"SELECT {_ROW} FROM episodes WHERE run = ? AND number = ?", (of_run, int(number)))
    elif len(text) >= 6:
        row = connection.row(f"SELECT {_ROW} FROM episodes WHERE substr(conversation, 1, ?) = ?", (len(text), text))
    if row is None:
        raise WrongUseError(f"there is no episode '{reference}'", connection.place,
                            "name it as RUN/NUMBER or last/NUMBER, see 'esc-tui episodes list RUN'")
    return row_of(row)


def played_profile(connection: BankConnection, profile_hash: str) -> Profile:
    """The profile as it was when it was played."""
    from esc_tui.domain.profile import Profile

    return Profile.model_validate_json(connection.value("SELECT content FROM played_profiles WHERE hash = ?", (profile_hash,)))


class PreparedEvent(NamedTuple):
    """An event as plain values, made where it happened and cheap to pass between processes.

    ``columns`` are those of the table of events; ``change`` says what it means for its episode's row; ``opening`` holds the columns of the
    conversation that it opens.
    """

    columns: tuple[str, int, str, int | None, str, str]
    change: tuple[str, tuple[Any, ...]] | None = None
    opening: tuple[str, str, str, int, str] | None = None


def prepared(event: Event) -> PreparedEvent:
    """An event ready to be stored."""
    kind = str(getattr(event, "kind"))
    change = _CHANGES.get(kind)
    opening = None
    if kind == "conversation_started":
        started: Any = event
        opening = (event.conversation_id, started.title, started.language, started.pins.revision, event.time)
    return PreparedEvent(
        (event.conversation_id, event.turn, kind, getattr(event, "segment", None), event.time, event.model_dump_json(exclude=_COLUMNS)),
        (kind, change[1](event)) if change is not None else None, opening)


def append_run_events(connection: BankConnection, run: int, events: Sequence[PreparedEvent]) -> list[int]:
    """Store events of a run's episodes in order, in one transaction, and bring the episodes' rows up to them; gives the ids.

    An episode's first event opens its conversation. A finished segment replaces its deltas. Raises BankError when another process has
    taken the run over.
    """
    replaced: dict[str, int] = {}
    owner = this_process()
    with connection.transaction():
        must_hold(connection, run, owner)
        connection.run_many(
            "INSERT INTO conversations (id, title, live, language, revision, started, last, turns, events, owner, closed, "
            "forgotten) VALUES (?1, ?2, 0, ?3, ?4, ?5, ?5, 0, 0, ?6, 0, 0)",
            [(*event.opening, owner) for event in events if event.opening is not None])
        connection.run_many("INSERT INTO events (conversation, turn, kind, segment, time, data) VALUES (?, ?, ?, ?, ?, ?)",
                            [event.columns for event in events])
        newest = int(connection.value("SELECT seq FROM sqlite_sequence WHERE name = 'events'") or 0)
        numbers = list(range(newest - len(events) + 1, newest + 1))  # nobody else writes meanwhile
        for number, event in zip(numbers, events, strict=True):
            conversation, turn, kind, segment, _, _ = event.columns
            if kind == "segment_finished":
                deltas = connection.run("DELETE FROM events WHERE conversation = ? AND turn = ? AND segment = ? AND "
                                        "kind = 'segment_delta' AND event_id < ?", (conversation, turn, segment, number)).rowcount
                replaced[conversation] = replaced.get(conversation, 0) + deltas
            if event.change is not None:
                connection.run(_CHANGES[event.change[0]][0], (*event.change[1], run, conversation))
        for conversation, last, turns, count in _talks_of(events):
            connection.run("UPDATE conversations SET events = events + ?, last = ?, turns = max(turns, ?) WHERE id = ?",
                           (count - replaced.get(conversation, 0), last, turns, conversation))
    return numbers


def _talks_of(events: Sequence[PreparedEvent]) -> list[tuple[str, str, int, int]]:
    found: dict[str, tuple[str, int, int]] = {}
    for event in events:
        conversation, turn, _, _, time, _ = event.columns
        _, turns, count = found.get(conversation, ("", 0, 0))
        found[conversation] = (time, max(turns, turn), count + 1)
    return [(talk, *facts) for talk, facts in found.items()]


_WHERE = " WHERE run = ? AND conversation = ?"
_ADD = "trim({0} || ',' || ?, ',')"
_CHANGES: dict[str, tuple[str, Any]] = {
    "episode_started": ("UPDATE episodes SET state = 'running', started = ?, emotion = ?, curve = ?" + _WHERE,
                        lambda event: (event.time, event.emotion, str(event.emotion))),
    "turn_started": ("UPDATE episodes SET turns = ?" + _WHERE, lambda event: (event.turn,)),
    "emotion_changed": (f"UPDATE episodes SET emotion = ?, curve = {_ADD.format('curve')}" + _WHERE,
                        lambda event: (event.after, str(event.after))),
    "reply_finished": (f"UPDATE episodes SET skills = {_ADD.format('skills')}" + _WHERE, lambda event: (",".join(event.skills),)),
    "episode_flagged": (f"UPDATE episodes SET flags = {_ADD.format('flags')}" + _WHERE, lambda event: (event.flag,)),
    "episode_finished": ("UPDATE episodes SET state = 'finished', outcome = ?, emotion = ?, reason = ?, ended = ?" + _WHERE,
                         lambda event: (event.outcome, event.emotion, event.reason, event.time)),
    "episode_retried": ("UPDATE episodes SET state = 'running', outcome = NULL, reason = '', ended = NULL" + _WHERE, lambda event: ()),
}
"""What an event of each kind changes in its episode's row: the statement, and its values but for run and conversation."""


def drop_events(connection: BankConnection, conversation: str, numbers: Sequence[int]) -> None:
    """Remove events of a step that was broken off; its episode goes on from the step before, and its row tells of what is left alone."""
    with connection.transaction():
        connection.run_many("DELETE FROM events WHERE event_id = ? AND conversation = ?", [(number, conversation) for number in numbers])
        connection.run("UPDATE conversations SET (events, turns) = (SELECT count(*), coalesce(max(turn), 0) FROM events "
                       "WHERE conversation = ?1) WHERE id = ?1", (conversation,))
        run = connection.value("SELECT run FROM episodes WHERE conversation = ?", (conversation,))
        if run is None:
            return
        connection.run("UPDATE episodes SET curve = '', turns = 0, flags = '', skills = ''" + _WHERE, (run, conversation))
        for event in read_events(connection, conversation, 0):
            change = _CHANGES.get(event.kind)
            if change is not None:
                connection.run(change[0], (*change[1](event), run, conversation))


def drop_unbegun(connection: BankConnection, conversations: Sequence[str]) -> None:
    """Remove talks that were opened for episodes which never began: their process ended between two transactions."""
    with connection.transaction():
        connection.run_many("DELETE FROM events WHERE conversation = ?", [(one,) for one in conversations])
        connection.run_many("DELETE FROM conversations WHERE id = ? AND live = 0", [(one,) for one in conversations])


def finish_unrun(connection: BankConnection, run: int, numbers: Iterable[int], outcome: str, reason: str, time: str) -> None:
    """End episodes that never began."""
    with connection.transaction():
        connection.run_many("UPDATE episodes SET state = 'finished', outcome = ?, reason = ?, ended = ? WHERE run = ? AND number = ? AND "
                            "state = 'waiting'", [(outcome, reason, time, run, number) for number in numbers])


def keep_critic(connection: BankConnection, run: int, conversation: str, rewards: Sequence[float]) -> None:
    """Keep the four-way critic's mean rewards, one for each reply."""
    with connection.transaction():
        connection.run("UPDATE episodes SET critic = ?" + _WHERE, (",".join(f"{one:.3f}" for one in rewards), run, conversation))


def explored_turns(connection: BankConnection, run: int, arm: int) -> tuple[int, int]:
    """Of an arm that draws success rates: turns in which another skill stood first than by their means, and all turns with a ranking."""
    explored, turns = connection.row(
        "SELECT coalesce(sum(coalesce(json_extract(e.data, '$.by_means'), '') != ''), 0), count(*) FROM events e "
        "JOIN episodes p ON p.conversation = e.conversation WHERE p.run = ? AND p.arm = ? AND e.kind = 'skills_ranked'", (run, arm))
    return int(explored), int(turns)


def run_sums(connection: BankConnection, run: int) -> dict[str, Any]:
    """Counts of a run for a line of progress: by state, by outcome, those ``played`` to an ending of their own (cancelled ones were not),
    and the mean emotion of the episodes that count for a score.

    ``arms``: score, success and failure of each supporter, in order; ``score`` and ``outcomes`` beside it are of all of them together.
    """
    states: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    ends: dict[int, Counter[str]] = {}
    totals: dict[int, float] = {}
    for arm, state, outcome, count, total in connection.rows(
            "SELECT arm, state, outcome, count(*), total(emotion) FROM episodes WHERE run = ? GROUP BY arm, state, outcome ORDER BY arm",
            (run,)):
        states[state] += count
        ended = ends.setdefault(arm, Counter())
        if outcome is not None:
            outcomes[outcome] += count
            ended[outcome] += count
        if outcome in FINISHED:
            totals[arm] = totals.get(arm, 0.0) + total

    def mean(total: float, counted: int) -> float | None:
        return total / counted if counted else None

    arms = [{"score": mean(totals.get(arm, 0.0), _counted(ended)), "success": ended["success"], "failure": ended["failure"]}
            for arm, ended in ends.items()]
    return {"states": dict(states), "outcomes": dict(outcomes), "played": states["finished"] - outcomes["cancelled"],
            "score": mean(sum(totals.values()), _counted(outcomes)), "arms": arms}


def _counted(outcomes: Counter[str]) -> int:
    return sum(number for outcome, number in outcomes.items() if outcome in FINISHED)
