"""Episodes of a run as a list shows them: what a person typed becomes a filter, a filter one page of rows; and what has moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, get_args

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.episodes import EpisodeRow, row_of, select_row
from esc_tui.bank.search import filter_parts
from esc_tui.bank.talks import event_of
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Character, Need, Scenario
from esc_tui.domain.sage import FINISHED

if TYPE_CHECKING:
    from esc_tui.domain.events import AnyEvent

EpisodeSort = Literal["number", "moving", "lowest", "highest", "turns", "name"]
EPISODE_SORTS: tuple[EpisodeSort, ...] = get_args(EpisodeSort)
_ORDERS: Mapping[str, str] = {
    "number": "number",
    "moving": "CASE state WHEN 'running' THEN 0 WHEN 'finished' THEN 1 ELSE 2 END, ended DESC, number",
    "lowest": "state = 'waiting', emotion, number",
    "highest": "state = 'waiting', emotion DESC, number",
    "turns": "turns DESC, number",
    "name": "name COLLATE NOCASE, number",
}
ENDINGS = ("success", "failure", "goodbye", "turns", "crisis", "failed", "cancelled", "budget", "running", "waiting")
FLAGS = ("empty_turn", "role_swap", "early_goodbye", "leaked_wish", "repeated_line")
FACETS = ("character", "need", "scenario", "outcome", "arm", "flag", "skill")
LIGHT_KINDS = ("conversation_started", "episode_started", "seeker_spoke", "turn_started", "guard_checked", "segment_delta",
               "segment_finished", "reply_finished", "seeker_appraised", "emotion_changed", "episode_flagged", "episode_finished",
               "episode_retried")
"""What a talk is drawn from where nobody asks why."""


@dataclass(frozen=True, slots=True)
class EpisodeFilter:
    """Which episodes of a run: values of one facet are alternatives, facets and words must all hold.

    ``words`` are parts of the profile's id, or of the seeker's name where that is no secret, ``arms`` indices from 0,
    ``skills`` beginnings of slugs.
    """

    words: tuple[str, ...] = ()
    characters: tuple[Character, ...] = ()
    needs: tuple[Need, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    outcomes: tuple[str, ...] = ()
    arms: tuple[int, ...] = ()
    flags: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    @property
    def moves(self) -> bool:
        """True when an episode can come to fit, or cease to, while it is played."""
        return bool(self.outcomes or self.flags or self.skills)


def parse_episode_filter(text: str, arms: Sequence[str] = ()) -> EpisodeFilter:
    """Read ``mara need:be-praised outcome:failure,crisis arm:2``. ``arms`` are the names of the run's arms.

    Raises UserError naming the nearest facet or value for an unknown one. A value still being typed (``need:``) asks for nothing.
    """
    words: list[str] = []
    found: dict[str, list[Any]] = {}
    for part in filter_parts(text.removeprefix("/")):
        name, colon, value = part.partition(":")
        if part.startswith('"') or not colon or not name.isalpha():
            words += [word for word in part.replace('"', " ").split() if word]
            continue
        facet = name.lower()
        if facet not in FACETS:
            raise UserError(f"there is no facet '{name}:'", "", f"the nearest one is '{_nearest(facet, FACETS)}:'")
        for one in filter(None, value.replace('"', "").split(",")):
            found.setdefault(facet, []).append(_value(facet, one, arms))
    many = {"character": "characters", "need": "needs", "scenario": "scenarios", "outcome": "outcomes", "arm": "arms", "flag": "flags",
            "skill": "skills"}
    chosen: dict[str, Any] = {many[facet]: tuple(dict.fromkeys(values)) for facet, values in found.items()}
    if "any" in chosen.get("flags", ()):
        chosen["flags"] = FLAGS
    return EpisodeFilter(words=tuple(words), **chosen)


def _value(facet: str, text: str, arms: Sequence[str]) -> Any:
    text = text.lower()
    if facet == "skill":
        return text
    if facet == "arm":
        if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= len(arms):
            return int(text) - 1
        for place, arm in enumerate(arms):
            if text in arm.lower().replace(" ", "-"):
                return place
        names = ", ".join(f"{place} ({arm})" for place, arm in enumerate(arms, 1))
        raise UserError(f"this run has no arm '{text}'", "", f"it has {names}" if names else "it has no arms")
    kinds: dict[str, type[StrEnum]] = {"character": Character, "need": Need, "scenario": Scenario}
    known = tuple(one.value for one in kinds[facet]) if facet in kinds else ENDINGS if facet == "outcome" else (*FLAGS, "any")
    wanted = text.replace("-", "_") if facet == "flag" else text.replace("_", "-")
    fitting = [one for one in known if one.startswith(wanted)] or [one for one in known if wanted in one]
    if not fitting:
        raise UserError(f"'{text}' is not a value of {facet}:", "", f"the nearest one is '{_nearest(text, known)}'")
    return kinds[facet](fitting[0]) if facet in kinds else fitting[0]


def _nearest(text: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    return get_close_matches(text, list(known), n=1, cutoff=0.0)[0]


def _conditions(wanted: EpisodeFilter) -> tuple[str, list[Any]]:
    clauses: list[str] = []
    values: list[Any] = []

    def one_of(column: str, chosen: Sequence[Any]) -> None:
        if chosen:
            clauses.append(f"{column} IN ({', '.join('?' for _ in chosen)})")
            values.extend(str(one) if isinstance(one, StrEnum) else one for one in chosen)

    one_of("character", wanted.characters)
    one_of("need", wanted.needs)
    one_of("scenario", wanted.scenarios)
    one_of("arm", wanted.arms)
    one_of("coalesce(outcome, state)", wanted.outcomes)
    for column, chosen in (("flags", wanted.flags), ("skills", wanted.skills)):
        if chosen:
            clauses.append("(" + " OR ".join(f"instr(',' || {column}, ?)" for _ in chosen) + ")")
            values.extend(f",{one}" for one in chosen)
    for word in wanted.words:
        clauses.append("((shelf = 'develop' AND instr(lower(name), ?)) OR instr(lower(profile), ?))")
        values += [word.lower(), word.lower()]
    return "".join(f" AND {clause}" for clause in clauses), values


def search_episodes(connection: BankConnection, run: int, wanted: EpisodeFilter, sort: EpisodeSort, limit: int,
                    offset: int = 0) -> tuple[list[EpisodeRow], int]:
    """One page of a run's episodes, and how many fit in all."""
    where, values = _conditions(wanted)
    rows = connection.rows(f"{select_row()} WHERE run = ?{where} ORDER BY {_ORDERS[sort]} LIMIT ? OFFSET ?",
                           (run, *values, limit, offset))
    if not wanted:
        matching = connection.value("SELECT episodes FROM runs WHERE number = ?", (run,)) or 0
    elif offset == 0 and len(rows) < limit:
        matching = len(rows)
    else:
        matching = connection.value(f"SELECT count(*) FROM episodes WHERE run = ?{where}", (run, *values)) or 0
    return [row_of(row) for row in rows], int(matching)


def place_of_episode(connection: BankConnection, run: int, number: int) -> int:
    """How many episodes of a run stand before one, in their own order."""
    return int(connection.value("SELECT count(*) FROM episodes WHERE run = ? AND number < ?", (run, number)) or 0)


@dataclass(frozen=True, slots=True)
class RunFigures:
    """Counts of a run and its score: ``score`` and ``deviation`` (n - 1) of the final emotions of ``counted`` episodes."""

    waiting: int = 0
    running: int = 0
    finished: int = 0
    outcomes: tuple[tuple[str, int], ...] = ()
    counted: int = 0
    score: float | None = None
    deviation: float | None = None

    def ended(self, outcome: str) -> int:
        """Episodes with this ending."""
        return dict(self.outcomes).get(outcome, 0)


def run_figures(connection: BankConnection, runs: Sequence[int]) -> dict[int, RunFigures]:
    """The figures of some runs; those without episodes have none."""
    if not runs:
        return {}
    marks = ", ".join("?" for _ in runs)
    states: dict[int, dict[str, int]] = {}
    outcomes: dict[int, dict[str, int]] = {}
    sums: dict[int, tuple[int, float, float]] = {}
    for run, state, outcome, count, total, squares in connection.rows(
            f"SELECT run, state, outcome, count(*), total(emotion), total(emotion * emotion) FROM episodes WHERE run IN ({marks}) "
            "GROUP BY run, state, outcome", tuple(runs)):
        states.setdefault(run, {}).setdefault(state, 0)
        states[run][state] += count
        if outcome is not None:
            outcomes.setdefault(run, {})[outcome] = outcomes.get(run, {}).get(outcome, 0) + count
        if outcome in FINISHED:
            before = sums.get(run, (0, 0.0, 0.0))
            sums[run] = (before[0] + count, before[1] + total, before[2] + squares)
    found: dict[int, RunFigures] = {}
    for run, by_state in states.items():
        counted, total, squares = sums.get(run, (0, 0.0, 0.0))
        score = total / counted if counted else None
        spread = max(0.0, squares - total * total / counted) / (counted - 1) if counted > 1 else None
        found[run] = RunFigures(by_state.get("waiting", 0), by_state.get("running", 0), by_state.get("finished", 0),
                                tuple(sorted(outcomes.get(run, {}).items())), counted, score,
                                spread ** 0.5 if spread is not None else None)
    return found


def run_curves(connection: BankConnection, run: int) -> list[tuple[int, ...]]:
    """The curves of the episodes that count for a score, in their order."""
    marks = ", ".join("?" for _ in FINISHED)
    return [tuple(int(part) for part in row[0].split(",")) for row in connection.rows(
        f"SELECT curve FROM episodes WHERE run = ? AND outcome IN ({marks}) AND curve <> '' ORDER BY number", (run, *sorted(FINISHED)))]


def newest_event(connection: BankConnection) -> int:
    """The id of the newest event of all talks; where a follower begins."""
    return int(connection.value("SELECT coalesce(max(event_id), 0) FROM events"))


def talks_moved(connection: BankConnection, after: int, limit: int = 4000) -> tuple[list[str], int]:
    """The talks with events after an id, and the id to go on from; nothing is parsed."""
    rows = connection.rows("SELECT event_id, conversation FROM events WHERE event_id > ? ORDER BY event_id LIMIT ?", (after, limit))
    return (list(dict.fromkeys(row[1] for row in rows)), rows[-1][0]) if rows else ([], after)


def light_events(connection: BankConnection, conversation: str, after: int = 0) -> list[AnyEvent]:
    """What was said and felt in a talk, without the table of skills and all else that only the why side shows."""
    marks = ", ".join("?" for _ in LIGHT_KINDS)
    return [event_of(row) for row in connection.rows(
        "SELECT event_id, conversation, turn, kind, time, data FROM events WHERE conversation = ? AND event_id > ? "
        f"AND kind IN ({marks}) ORDER BY event_id", (conversation, after, *LIGHT_KINDS))]
