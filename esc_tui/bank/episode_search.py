"""Episodes of a run as a list shows them: what a person typed becomes a filter, a filter one page of rows; and what has moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from math import sqrt
from typing import TYPE_CHECKING, Any, Literal, get_args

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.episodes import EpisodeRow, row_of, select_row
from esc_tui.bank.search import filter_parts
from esc_tui.bank.talks import event_of
from esc_tui.domain.errors import WrongUseError
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
ENDINGS = ("success", "failure", "goodbye", "turns", "crisis", "failed", "cancelled", "running", "waiting")
FLAGS = ("empty_turn", "role_swap", "early_goodbye", "leaked_wish", "repeated_line")
LABELS: Mapping[str, type[StrEnum]] = {"character": Character, "need": Need, "scenario": Scenario}
"""Facets of a profile, which also choose the profiles of a new run."""
FACETS = (*LABELS, "outcome", "arm", "flag", "skill")
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


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A word of a filter that means nothing: a facet (then ``facet`` is empty), or a value of one. ``allowed`` is what may stand there."""

    facet: str
    word: str
    allowed: tuple[str, ...]


def unknown_words_error(unknown: Sequence[UnknownWord]) -> WrongUseError:
    """One sentence about every word of a filter that is not known, with what is allowed in its place."""
    said: list[str] = []
    for facet in dict.fromkeys(one.facet for one in unknown):
        mine = [one for one in unknown if one.facet == facet]
        quoted = " or ".join(dict.fromkeys(f"'{one.word}'" if facet else f"'{one.word}:'" for one in mine))
        allowed = ", ".join(mine[0].allowed if facet else (f"{one}:" for one in mine[0].allowed))
        said.append(f"{facet}: has no {quoted}{f', only {allowed}' if allowed else ''}" if facet
                    else f"there is no facet {quoted}, only {allowed}")
    return WrongUseError("; ".join(said))


def allowed_values(facet: str, arms: Sequence[str] = ()) -> tuple[str, ...]:
    """What may stand behind a facet's colon, as a person writes it. ``arms`` are the names of the run's arms."""
    if facet in LABELS:
        return tuple(one.value for one in LABELS[facet])
    if facet == "arm":
        return tuple(f"{place} ({arm})" for place, arm in enumerate(arms, 1))
    return ENDINGS if facet == "outcome" else tuple(one.replace("_", "-") for one in (*FLAGS, "any"))


def values_meant(facet: str, word: str, arms: Sequence[str] = ()) -> tuple[Any, ...]:
    """The values of a facet that a word means: the one of this name, else all that begin with it, else all that have it in them.

    Labels of ``LABELS`` come as members, arms as indices from 0, flags and outcomes as text. Empty for an unknown word.
    """
    wanted = word.lower().replace("_", "-").replace(" ", "-")
    if facet == "arm" and wanted.isascii() and wanted.isdigit():
        return (int(wanted) - 1,) if 1 <= int(wanted[:6]) <= len(arms) else ()
    names = [arm.lower().replace(" ", "-") for arm in arms] if facet == "arm" else allowed_values(facet)
    places = places_meant(word, names)
    if facet == "arm":
        return tuple(places)
    return tuple(LABELS[facet](names[place]) if facet in LABELS else names[place].replace("-", "_") if facet == "flag"
                 else names[place] for place in places)


def places_meant(word: str, names: Sequence[str]) -> list[int]:
    """Places of the names (in small letters) a word means: the one of this name, else all that begin with it, else that have it in them."""
    wanted = word.lower().replace("_", "-").replace(" ", "-")
    for fits in (str.__eq__, str.startswith, str.__contains__):
        places = [place for place, name in enumerate(names) if fits(name, wanted)]
        if places:
            return places
    return []


def unknown_word(facet: str, word: str, allowed: Iterable[str]) -> UnknownWord:
    """A word that is none of the allowed ones; the nearest of them, if one is near, comes to stand first."""
    from difflib import get_close_matches

    known = list(allowed)
    near = get_close_matches(word.lower(), known, n=1)
    return UnknownWord(facet, word, tuple(dict.fromkeys([*near, *known])))


def read_episode_filter(text: str, arms: Sequence[str] = ()) -> tuple[EpisodeFilter, tuple[UnknownWord, ...]]:
    """Read ``mara need:be-praised outcome:failure,crisis arm:2``: what is known of it, and what is not.

    ``arms`` are the names of the run's arms. A value still being typed (``need:``) asks for nothing.
    """
    words: list[str] = []
    found: dict[str, list[Any]] = {}
    unknown: list[UnknownWord] = []
    for part in filter_parts(text.removeprefix("/")):
        name, colon, value = part.partition(":")
        if part.startswith('"') or not colon or not name.isalpha():
            words += [word for word in part.replace('"', " ").split() if word]
            continue
        facet = name.lower()
        if facet not in FACETS:
            unknown.append(unknown_word("", facet, FACETS))
            continue
        for one in filter(None, value.replace('"', "").split(",")):
            values = (one.lower(),) if facet == "skill" else values_meant(facet, one, arms)
            found.setdefault(facet, []).extend(values)
            if not values:
                unknown.append(unknown_word(facet, one, allowed_values(facet, arms)))
    chosen: dict[str, Any] = {f"{facet}s": tuple(dict.fromkeys(values)) for facet, values in found.items()}
    if "any" in chosen.get("flags", ()):
        chosen["flags"] = FLAGS
    return EpisodeFilter(words=tuple(words), **chosen), tuple(unknown)


def parse_episode_filter(text: str, arms: Sequence[str] = ()) -> EpisodeFilter:
    """The filter that ``read_episode_filter`` reads. Raises UserError that names each unknown word and what is allowed in its place."""
    wanted, unknown = read_episode_filter(text, arms)
    if unknown:
        raise unknown_words_error(unknown)
    return wanted


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
class ScoreFigures:
    """A score: mean and ``deviation`` (n - 1) of the final emotions of ``counted`` episodes."""

    counted: int = 0
    score: float | None = None
    deviation: float | None = None

    @classmethod
    def of(cls, count: int, total: float, squares: float) -> ScoreFigures:
        """From the count, the sum and the sum of squares of final emotions."""
        spread = max(0.0, squares - total * total / count) if count else 0.0
        return cls(count, total / count if count else None, sqrt(spread / (count - 1)) if count > 1 else None)


@dataclass(frozen=True, slots=True)
class RunFigures:
    """Counts of a run and its scores: of all its episodes (``whole``), and of each supporter by its place (``arms``, from 0)."""

    waiting: int = 0
    running: int = 0
    finished: int = 0
    outcomes: tuple[tuple[str, int], ...] = ()
    whole: ScoreFigures = ScoreFigures()
    arms: tuple[tuple[int, ScoreFigures], ...] = ()

    @property
    def counted(self) -> int:
        """Episodes with an ending that counts for a score."""
        return self.whole.counted

    @property
    def score(self) -> float | None:
        """Over all of them, whoever was the supporter."""
        return self.whole.score

    def ended(self, outcome: str) -> int:
        """Episodes with this ending."""
        return dict(self.outcomes).get(outcome, 0)

    @property
    def played(self) -> int:
        """Episodes that came to an ending of their own: a cancelled one is over, but was not played out."""
        return self.finished - self.ended("cancelled")


def run_figures(connection: BankConnection, runs: Sequence[int]) -> dict[int, RunFigures]:
    """The figures of some runs; those without episodes have none."""
    if not runs:
        return {}
    marks = ", ".join("?" for _ in runs)
    states: dict[int, dict[str, int]] = {}
    outcomes: dict[int, dict[str, int]] = {}
    sums: dict[int, dict[int, tuple[int, float, float]]] = {}
    for run, arm, state, outcome, count, total, squares in connection.rows(
            f"SELECT run, arm, state, outcome, count(*), total(emotion), total(emotion * emotion) FROM episodes WHERE run IN ({marks}) "
            "GROUP BY run, arm, state, outcome", tuple(runs)):
        states.setdefault(run, {}).setdefault(state, 0)
        states[run][state] += count
        if outcome is not None:
            outcomes.setdefault(run, {})[outcome] = outcomes.get(run, {}).get(outcome, 0) + count
        mine = sums.setdefault(run, {})
        before = mine.setdefault(arm, (0, 0.0, 0.0))
        if outcome in FINISHED:
            mine[arm] = (before[0] + count, before[1] + total, before[2] + squares)
    found: dict[int, RunFigures] = {}
    for run, by_state in states.items():
        by_arm = sorted(sums[run].items())
        counted, total, squares = (sum(one[place] for _, one in by_arm) for place in range(3))
        found[run] = RunFigures(by_state.get("waiting", 0), by_state.get("running", 0), by_state.get("finished", 0),
                                tuple(sorted(outcomes.get(run, {}).items())), ScoreFigures.of(int(counted), total, squares),
                                tuple((arm, ScoreFigures.of(*one)) for arm, one in by_arm))
    return found


def run_curves(connection: BankConnection, run: int) -> dict[int, list[tuple[int, ...]]]:
    """The curves of the episodes that count for a score, by the place of their supporter (from 0), in their order."""
    marks = ", ".join("?" for _ in FINISHED)
    found: dict[int, list[tuple[int, ...]]] = {}
    for arm, curve in connection.rows(
            f"SELECT arm, curve FROM episodes WHERE run = ? AND outcome IN ({marks}) AND curve <> '' ORDER BY arm, number",
            (run, *sorted(FINISHED))):
        found.setdefault(arm, []).append(tuple(int(part) for part in curve.split(",")))
    return found


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
